"""BeautifulSoup's tree of a page, without what nothing here asks for: it is the larger part of reading a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder

_KEPT = {"style", "colspan", "rowspan", "name", "property", "content"}
_WITHOUT_TEXT = {"table", "thead", "tbody", "tfoot", "tr"}


def soup_of(text: str) -> BeautifulSoup:
    """The page as BeautifulSoup with lxml parses it; of the attributes only those that are read here, and no white
    space between the rows and cells of tables."""
    return BeautifulSoup(text, builder=_Builder(multi_valued_attributes=None))


class _Builder(LXMLTreeBuilder):
    """HTML has no namespaces: a tag goes to the soup as the parser names it."""

    soup: BeautifulSoup

    def start(self, tag: Any, attrib: Mapping[Any, Any], _nsmap: object = None) -> None:
        kept = {name: value for name, value in attrib.items() if name in _KEPT} if attrib else {}
        self.soup.handle_starttag(tag, None, None, kept)

    def end(self, tag: Any) -> None:
        self.soup.handle_endtag(tag)

    def data(self, data: Any) -> None:
        if not (data.isspace() and self.soup.currentTag and self.soup.currentTag.name in _WITHOUT_TEXT):
            self.soup.handle_data(data)
