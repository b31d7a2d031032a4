"""A page as a tree of BeautifulSoup's elements, hung by us as lxml calls them out: BeautifulSoup's own building of it
would be most of the reading of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bs4 import Tag
from bs4.builder import HTMLTreeBuilder
from bs4.element import NavigableString
from lxml import etree  # type: ignore[import-untyped]

from extract.errors import Status, Unreadable

_KEPT = frozenset({
    "style", "colspan", "rowspan", "name", "property", "content", "hidden", "class", "id", "value", "type", "selected",
    "title", "aria-label",
})  # fmt: skip
_DATA = re.compile(r"\sdata-[\w-]+")
# Of XHTML: it says nothing here, and what begins with it is taken for XML.
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_WITHOUT_TEXT = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
_SPACES = " \t\n\f\r"
_AS_TYPED = frozenset({"pre", "textarea"})
_STRINGS = HTMLTreeBuilder.DEFAULT_STRING_CONTAINERS
"""Elements whose text is of a kind of its own: scripts, styles, templates, readings beside characters."""
_SPECIAL = _AS_TYPED.union(_STRINGS)


def soup_of(text: str, all_attributes: bool = False) -> Tag:
    """The document that holds the page, as BeautifulSoup with lxml has it, to be searched but not written out again:
    of the attributes only those that are read here unless all are asked for, no white space between the rows and cells
    of tables, and neither comments nor declarations.

    Raises Unreadable for what the parser cannot take for a page.
    """
    names: frozenset[str] | None = _KEPT
    if all_attributes:
        names = None
    elif "data-" in text:
        names = _KEPT.union(name[1:] for name in _DATA.findall(text))
    parser = etree.HTMLParser(target=_Tree(names), recover=True, encoding=None)
    try:
        parser.feed(_DECLARATION.sub("", text))
        tree: Tag = parser.close()
    except (etree.LxmlError, UnicodeError) as error:
        raise Unreadable(Status.MALFORMED, "这不是网页，解析器无法读取。") from error
    return tree


class _Tree:
    """What lxml tells of a page as it reads it, made a tree."""

    def __init__(self, names: frozenset[str] | None) -> None:
        self._names = names
        self._root: Tag = _Element("[document]", {}, None)
        self._current: Tag = self._root
        self._last: Any = self._root
        self._text: list[str] = []
        self._special: list[str] = []
        """The elements open here whose text is kept as typed or is of a kind of its own."""

    def start(self, name: Any, attributes: Mapping[Any, Any]) -> None:
        if self._text:
            self._end_text()
        names = self._names
        kept = {key: attributes[key] for key in attributes if names is None or key in names} if attributes else {}
        parent = self._current
        element = _Element(name, kept, parent)
        self._hang(element, parent)
        self._current = element
        if name in _SPECIAL:
            self._special.append(name)

    def end(self, name: Any) -> None:
        if self._text:
            self._end_text()
        element: Tag | None = self._current
        while element is not None and element.name != name:
            element = element.parent
        if element is not None and element.parent is not None:
            self._current = element.parent
        if name in _SPECIAL and self._special:
            self._special.pop()

    def data(self, text: Any) -> None:
        self._text.append(text)

    def close(self) -> Tag:
        if self._text:
            self._end_text()
        return self._root

    def _end_text(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        parent = self._current
        kind = NavigableString
        if text.isspace() and parent.name in _WITHOUT_TEXT:
            return
        for name in self._special:
            kind = _STRINGS.get(name, kind)
        if not text.strip(_SPACES) and _AS_TYPED.isdisjoint(self._special):
            text = "\n" if "\n" in text else " "
        string = str.__new__(kind, text)
        string.parent = parent
        string.hidden = False
        string.next_element = string.next_sibling = string.previous_sibling = None
        self._hang(string, parent)

    def _hang(self, child: Any, parent: Tag) -> None:
        siblings = parent.contents
        if siblings:
            before = siblings[-1]
            child.previous_sibling = before
            before.next_sibling = child
        siblings.append(child)
        child.previous_element = self._last
        self._last.next_element = child
        self._last = child


class _Element(Tag):
    """A tag as yet without its place among others; what is the same for all tags of a page stands here."""

    namespace = prefix = sourceline = sourcepos = None
    next_element = next_sibling = previous_sibling = previous_element = None
    known_xml = hidden = can_be_empty_element = False
    cdata_list_attributes = preserve_whitespace_tags = None
    interesting_string_types = Tag.MAIN_CONTENT_STRING_TYPES

    def __init__(self, name: str, attributes: Any, parent: Tag | None) -> None:
        self.name = name
        self.attrs = attributes
        self.contents = []
        self.parent = parent
