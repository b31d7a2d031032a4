"""The leaner tree of a page is the tree that BeautifulSoup itself makes of it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from generator import make_truth, render_html

from crawler.sample.render import site
from extract.decode import decode
from extract.soup import soup_of

KEPT = ("style", "colspan", "rowspan", "name", "property", "content")
ODD = (
    "<table>\n<tr>\n<td> <b>1</b> </td>\n<td>2\n</tr>\n text <caption>c</caption></table><p>after",
    "<div><p>one<p>two<span style='display:none'>x</div></span></b>three<br>four<hr/>",
    "<script>var a = '<td>';</script><style>p{}</style><template><p>t</p></template><ruby>字<rt>z</rt></ruby><!--c-->",
    "<o:p>&nbsp;</o:p><?xml version='1.0'?><pre>\n  kept \n</pre><textarea> </textarea><P CLASS='A B'>upper</P>",
    "<!DOCTYPE html><p>1<!-- 2 -->3<![if !vml]><b>4</b><![endif]><script><!-- 5 --></script><pre><i> \n </i></pre> \n ",
    "<html><body><td>stray</td><table><td>a<table><tr><td>b</table></table></body></html>tail",
)


def tree(element: Tag) -> list[Any]:
    """What can be read of an element: names, kept attributes, strings with their kinds, in order. Comments and
    declarations part no text."""
    found: list[Any] = []
    for child in element.contents:
        if isinstance(child, PreformattedString):
            continue
        if isinstance(child, Tag):
            attributes = {name: value for name, value in child.attrs.items() if name in KEPT}
            found.append((child.name, attributes, tree(child)))
        elif str(child).strip() or element.name not in ("table", "thead", "tbody", "tfoot", "tr"):
            before = found.pop()[1] if found and found[-1][0] is type(child) else ""
            found.append((type(child), before + str(child)))
    return found


def pages() -> list[str]:
    made = [render_html(make_truth(Random(1), form), (), 1).data for form in ("2019", "2021")]
    sample = [page.body for page in site(1).values() if b"<table" in page.body]
    return [*ODD, *(decode(body).text for body in made + sample[:12])]


@pytest.mark.parametrize("text", pages(), ids=lambda text: f"{len(text)} characters")
def test_tree_is_beautiful_soups_own(text: str) -> None:
    ours, theirs = soup_of(text), BeautifulSoup(text, "lxml")
    assert tree(ours) == tree(theirs)
    assert "".join(ours.get_text().split()) == "".join(theirs.get_text().split())
    assert len(ours.find_all(True)) == len(theirs.find_all(True))
    for element in ours.find_all(True):
        around = element.parent.contents if element.parent else []
        at = next(n for n, sibling in enumerate(around) if sibling is element)
        assert element.previous_sibling is (around[at - 1] if at else None)
        assert element.next_sibling is (around[at + 1] if at + 1 < len(around) else None)


def test_another_tree_is_told_apart() -> None:
    assert tree(soup_of("<p>one</p>")) != tree(BeautifulSoup("<p>two</p>", "lxml"))
    assert tree(soup_of("<td colspan=2>1</td>")) != tree(BeautifulSoup("<td colspan=3>1</td>", "lxml"))
