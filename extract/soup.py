"""BeautifulSoup's tree of a page, without what nothing here asks for: building it is most of the reading of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import NavigableString

_KEPT = frozenset({
    "style", "colspan", "rowspan", "name", "property", "content", "hidden", "class", "id", "value", "type", "selected",
    "title", "aria-label",
})  # fmt: skip
_DATA = re.compile(r"\sdata-[\w-]+")
# Of XHTML: it says nothing here, and what begins with it is taken for XML.
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_WITHOUT_TEXT = {"table", "thead", "tbody", "tfoot", "tr"}


def soup_of(text: str, all_attributes: bool = False) -> BeautifulSoup:
    """The page as BeautifulSoup with lxml parses it, to be searched but not written out again: of the attributes only
    those that are read here unless all are asked for, and no white space between the rows and cells of tables."""
    builder = _Builder(multi_valued_attributes=None)
    if all_attributes:
        builder.kept = None
    elif "data-" in text:
        builder.kept = _KEPT.union(name[1:] for name in _DATA.findall(text))
    return _Soup(_DECLARATION.sub("", text), builder=builder, element_classes={Tag: _Element})


class _Soup(BeautifulSoup):
    def string_container(self, base_class: type[NavigableString] | None = None) -> type[NavigableString]:
        """Most text is of no special kind, which is told at once: asked for every string, the answer costs as much as
        the string."""
        if base_class is None and not self.string_container_stack:
            return NavigableString
        return super().string_container(base_class)


class _Builder(LXMLTreeBuilder):
    """HTML has no namespaces: a tag goes to the soup as the parser names it."""

    soup: BeautifulSoup
    kept: frozenset[str] | None = _KEPT

    def start(self, tag: Any, attrib: Mapping[Any, Any], _nsmap: object = None) -> None:
        names = self.kept
        kept = {name: value for name, value in attrib.items() if names is None or name in names} if attrib else {}
        self.soup.handle_starttag(tag, None, None, kept)

    def end(self, tag: Any) -> None:
        soup = self.soup
        soup.endData()
        if soup.currentTag and soup.currentTag.name == tag:
            soup.popTag()
        else:
            soup.handle_endtag(tag)

    def data(self, data: Any) -> None:
        if not (data.isspace() and self.soup.currentTag and self.soup.currentTag.name in _WITHOUT_TEXT):
            self.soup.handle_data(data)


class _Element(Tag):
    """A tag with its place in the tree set as `Tag` sets it; what is the same for all tags of a page stands here."""

    namespace = prefix = sourceline = sourcepos = None
    next_element = next_sibling = previous_sibling = None
    known_xml = hidden = can_be_empty_element = False
    cdata_list_attributes = preserve_whitespace_tags = None
    interesting_string_types = Tag.MAIN_CONTENT_STRING_TYPES

    def __init__(
        self, _soup: object, _builder: object, name: str, _space: None, _prefix: None, attrs: Any, parent: Tag,
        previous: Any, **_: object,
    ) -> None:  # fmt: skip
        self.name = name
        self.attrs = attrs
        self.contents = []
        self.parent = parent
        self.previous_element = previous
        if parent.contents:
            self.previous_sibling = parent.contents[-1]
            self.previous_sibling.next_sibling = self
