"""The element that prints a cell is marked in its page, and nothing else is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from bs4 import BeautifulSoup, Tag
from generator import IRREGULARITIES, make_truth, render_html
from generator.accuracy import read_page

from extract import Report, Source, read
from extract.decode import decode
from extract.marking import MARK, marked
from extract.proof import text_of

CELL = "requests.received.total"
CASES = [
    (name, one.forms[n % len(one.forms)])
    for n, (name, one) in enumerate(IRREGULARITIES.items())
    if name != "numbers_from_a_style_sheet"  # They are no text of the elements that print them.
][::4]


def cells(report: Report) -> Iterator[tuple[str, str]]:
    """The paths of the cells that hold a value, with what they print."""
    for table, rows in report.tables.items():
        for row, values in rows.items():
            for name, value in values.items():
                path = f"{table}.{row}.{name}"
                if value is not None and path in report.locators:
                    yield path, report.printed.get(path, f"{value:g}")


def squeezed(text: str) -> str:
    return "".join(text.replace(",", "").split())


def mark_in(page: str) -> Tag | None:
    found = BeautifulSoup(page, "lxml").find(id=MARK)
    return found if isinstance(found, Tag) else None


def unmarked(page: str) -> str:
    """The marked page without what marks it."""
    before, _, rest = page.partition("<style>#gk-mark")
    return before + rest.partition("</style>")[2].replace(f' id="{MARK}"', "", 1)


def lost(data: bytes, report: Report, charset: str | None = None, every: int = 9) -> list[str]:
    """Of every ninth cell those that are not what is marked, or whose marking changed the page."""
    wrong = []
    for path, printed in list(cells(report))[::every]:
        at = report.locators[path].path or ""
        made = marked((data, charset, at))
        found = mark_in(made) if made else None
        if not made or found is None or squeezed(printed) not in squeezed(text_of(found)):
            wrong.append(path)
        elif not at.startswith("script-text") and unmarked(made) != decode(data, charset).text:
            wrong.append(f"{path} changed the page")
    return wrong


@pytest.mark.parametrize(("name", "form"), CASES)
def test_the_element_of_a_cell_is_marked_in_a_page_that_stays_as_it_is(name: str, form: str) -> None:
    page = render_html(make_truth(Random(1), form, dense=True), [name], 1)
    charset = (page.content_type or "").partition("charset=")[2] or None
    assert lost(page.data, read_page(page), charset, 40) == []


def test_cells_of_the_real_portals_are_marked(real_portals: Path) -> None:
    truths = json.loads((real_portals / "truth.json").read_text("utf-8"))
    seen = set()
    for truth in truths:
        file = real_portals / truth["url"].partition("://")[2]
        if truth["media"] != "html" or not file.is_file():
            continue
        data = file.read_bytes()
        report = read(Source(data, truth["url"]))
        seen.add(truth["portal"])
        assert lost(data, report, every=60) == [], truth["url"]
    assert len(seen) >= 4


def test_a_report_in_a_script_and_a_hidden_one_are_marked_where_they_can_be_seen() -> None:
    made = render_html(make_truth(Random(7), "2021"))
    body = made.data.decode("utf-8").partition("<body")[2].partition(">")[2].partition("</body>")[0]
    config = json.dumps({"content": body}).replace("<", "\\u003C")
    scripted = f"<html><body><p>门户</p><script>window.x = {config};</script></body></html>".encode()
    report = read(Source(scripted, "x.html"))
    path = report.locators[CELL].path or ""
    assert path.startswith("script-text[1]")
    shown = marked((scripted, None, path)) or ""
    assert "门户" not in shown
    assert lost(scripted, report) == []
    hidden = f"<html><body><div style='display:none'>{body}</div></body></html>".encode()
    assert lost(hidden, read(Source(hidden, "x.html"))) == []
    assert f":has(#{MARK}){{display:revert!important" in (
        marked((hidden, None, read(Source(hidden, "x.html")).locators[CELL].path or "")) or ""
    )


def test_a_place_that_a_page_has_not_is_not_marked() -> None:
    data = "<html><body><p>公开</p></body></html>".encode()
    assert marked((data, None, "html/body/p[1]/text()"))
    assert marked((data, None, "html/body/p[2]")) is None
    assert marked((data, None, "script-text[1]/p[1]")) is None
    assert marked((data, None, "elsewhere")) is None
