"""Linearises a DOM: text between block elements becomes paragraphs, data tables become grids with their spans worked
out, tables that only arrange the page are looked through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from bs4 import Comment, Tag
from bs4.element import NavigableString

from extract.chapters import heading_of
from extract.document import Block, Cell, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.report import Locator

_SKIPPED = {"script", "style", "noscript", "template", "select", "textarea", "svg", "head", "button", "object", "embed"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "ucapcontent",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DEEPEST = 400
# A raised digit is a footnote mark: it must not run into the number that it stands beside.
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WIDEST = 2000
_HEADLINES = ("h1", "h2", "h3")
_CELLS = ("td", "th")
_ROWS = ("tr", "thead", "tbody", "tfoot")
_DIGITS = re.compile(r"\s*(\d{1,4})")
# Cheap to look for, and in every table that a whole article was laid out in.
_CHAPTER_HINT = re.compile(
    r"[一二三四五六—][\s　\xa0]*[、.．][\s　\xa0]*(?:总体|概|主动|收到|政府|因政|存在|其他|\d{4})"
)


class Walker:
    """Linearises a DOM: text between block elements becomes paragraphs, data tables become grids."""

    def __init__(self, skip_hidden: bool) -> None:
        self.blocks: list[Block] = []
        self.headlines: list[str] = []
        self.images = 0
        self._skip_hidden = skip_hidden
        self._line: list[str] = []
        self._path = ""

    def walk(self, element: Tag, path: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise Unreadable(
                Status.MALFORMED, f"The page nests more than {_DEEPEST} elements: it is broken or hostile."
            )
        counts: dict[str, int] = {}
        for child in element.children:
            if isinstance(child, NavigableString):
                if type(child) is NavigableString and child.strip():
                    self._add(str(child), path)
                elif type(child) is NavigableString and self._line:
                    self._line.append(" ")
                continue
            if not isinstance(child, Tag):
                continue
            name = child.name.lower()
            counts[name] = counts.get(name, 0) + 1
            if name == "br":
                self.flush()
                continue
            self.images += name == "img"
            if name in _SKIPPED or (self._skip_hidden and _HIDDEN.search(str(child.get("style") or ""))):
                continue
            here = f"{path}/{name}[{counts[name]}]"
            if name == "table":
                self._table(child, here, depth)
            elif name in _BLOCKS:
                if name in _HEADLINES:
                    self.headlines.append(child.get_text(" "))
                self.flush()
                self.walk(child, here, depth + 1)
                self.flush()
            else:
                self.walk(child, here, depth + 1)

    def _add(self, text: str, path: str) -> None:
        if not self._line:
            self._path = path
        elif path != self._path:
            self._path = _shared(self._path, path)
        self._line.append(text)

    def flush(self) -> None:
        text = " ".join("".join(self._line).split())
        self._line = []
        if text:
            self.blocks.append(Paragraph(text, Locator(path=f"{self._path}/text()")))

    def _table(self, table: Tag, path: str, depth: int) -> None:
        self.flush()
        if _is_layout(table):
            self.walk(table, path, depth + 1)
            self.flush()
            return
        cells = list(_cells(table, path))
        if cells:
            self.blocks.append(Grid(cells, locator=Locator(path=path)))


def _shared(one: str, other: str) -> str:
    """The path of the innermost element that holds both."""
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return "/".join(step for step, _ in takewhile(lambda pair: pair[0] == pair[1], steps))


def _is_layout(table: Tag) -> bool:
    """Whether a table only arranges the page: it holds another real table, or a cell with a chapter of prose."""
    for node in table.descendants:
        if isinstance(node, Tag) and node.name == "table" and len(node.find_all(("td", "th"), limit=2)) > 1:
            return True
    if not _CHAPTER_HINT.search(table.get_text()):
        return False
    for cell in table.find_all(("td", "th")):
        lines = [p.get_text() for p in cell.find_all(("p", "div"), limit=60)]
        if len(lines) > 2 and any(heading_of(line) for line in lines):
            return True
    return False


def _cells(table: Tag, path: str) -> Iterator[Cell]:
    """The cells of one table with row and column worked out from the spans, as the HTML standard does it."""
    taken: set[tuple[int, int]] = set()
    rows = list(_rows(table, path))
    for y, (row, row_path) in enumerate(rows):
        x = 0
        counts: dict[str, int] = {}
        for cell in _children(row, _CELLS):
            counts[cell.name] = counts.get(cell.name, 0) + 1
            while (y, x) in taken:
                x += 1
            colspan = min(_span(cell, "colspan"), _WIDEST)
            rowspan = min(_span(cell, "rowspan") or len(rows) - y, len(rows) - y)
            if rowspan > 1:
                taken.update((y + dy, x + dx) for dy in range(1, rowspan) for dx in range(colspan))
            yield Cell(
                _cell_text(cell),
                y,
                x,
                rowspan,
                max(colspan, 1),
                Locator(path=f"{row_path}/{cell.name}[{counts[cell.name]}]"),
            )
            x += max(colspan, 1)


def _rows(table: Tag, path: str) -> Iterator[tuple[Tag, str]]:
    counts: dict[str, int] = {}
    for child in _children(table, _ROWS):
        counts[child.name] = counts.get(child.name, 0) + 1
        here = f"{path}/{child.name}[{counts[child.name]}]"
        if child.name == "tr":
            yield child, here
        else:
            for n, row in enumerate(_children(child, ("tr",)), 1):
                yield row, f"{here}/tr[{n}]"


def _children(element: Tag, names: tuple[str, ...]) -> Iterator[Tag]:
    return (child for child in element.contents if isinstance(child, Tag) and child.name in names)


def _span(cell: Tag, name: str) -> int:
    value = cell.attrs.get(name)
    digits = _DIGITS.match(str(value)) if value else None
    return int(digits.group(1)) if digits else 1


def _cell_text(cell: Tag) -> str:
    """A cell's text; a `<br>` is a line break, a new paragraph an empty line."""
    if len(cell.contents) == 1 and type(cell.contents[0]) is NavigableString:
        return " ".join(cell.contents[0].split())
    parts: list[str] = []
    for node in cell.descendants:
        if isinstance(node, NavigableString):
            if not isinstance(node, Comment):
                text = " ".join(node.split()) if not node.isspace() else " "
                raised = node.parent is not None and node.parent.name == "sup"
                parts.append(text.translate(_RAISED) if raised else text)
        elif isinstance(node, Tag):
            if node.name == "br":
                parts.append("\n")
            elif node.name in _BLOCKS:
                parts.append("\n\n")
    text = re.sub(r" *\n *", "\n", "".join(parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
