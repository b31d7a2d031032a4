"""A web page with one of its elements marked, for people to see where a number stands.

What is marked is the page's own source, as it was sent: a page parsed and written out again is another page.
"""

from __future__ import annotations

import re
from itertools import islice

from bs4 import BeautifulSoup

from extract.decode import decode
from extract.html import bodies_in_scripts
from extract.proof import BODY, IN_SCRIPT, element_at
from extract.report import Locator

MARK = "gk-mark"
"""The id that the marked element is given."""

_TAG = re.compile(r"<[A-Za-z][A-Za-z0-9:-]*")
_NUMBER = "data-gk-number"
# What holds it is shown even where the page hides it.
_STYLE = (
    f"<style>#{MARK}{{outline:3px solid #c0001a!important;outline-offset:-1px;background:#ffe9a8!important;"
    f"color:#000!important;scroll-margin:35vh 30vw}}"
    f":has(>#{MARK}),:has(#{MARK}){{display:revert!important;visibility:visible!important}}</style>"
)

Task = tuple[bytes, str | None, str]
"""The page's bytes, the charset that the server named, and the path of a locator."""


def marked(task: Task) -> str | None:
    """The decoded page with that element marked; None where it has no such element in its source.

    Where a script holds the report, that text is the page.
    """
    data, charset, path = task
    text = decode(data, charset).text
    if held := IN_SCRIPT.match(path):
        inner = next(islice(bodies_in_scripts(BeautifulSoup(text, "lxml")), int(held[1]) - 1, None), None)
        if inner is None:
            return None
        text, path = inner, BODY + path[held.end() :]
    element = element_at(_numbered(text), Locator(path=path))
    if element is None or _NUMBER not in element.attrs:
        return None
    tag = next(islice(_TAG.finditer(text), int(str(element[_NUMBER])), None))
    return f'{text[: tag.start()]}{_STYLE}{tag.group()} id="{MARK}"{text[tag.end() :]}'


def _numbered(text: str) -> str:
    """The page with every start tag numbered, from 0, so that an element of its tree is found again in its source.
    Without quotes, which would end the string of a script. Of two attributes of one name the first counts."""
    count = iter(range(len(text)))
    return _TAG.sub(lambda tag: f"{tag.group()} {_NUMBER}={next(count)}", text)
