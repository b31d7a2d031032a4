"""Linearises a DOM: text between block elements becomes paragraphs, data tables become grids with their spans worked
out, tables that only arrange the page are looked through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from bs4 import Comment, Tag
from bs4.element import NavigableString

from extract.chapters import heading_of
from extract.document import PICTURE, Block, Cell, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.grids import is_form_grid
from extract.hidden import is_hidden, is_unseen, look_of
from extract.html_shown import Shown
from extract.report import Locator
from extract.text import Look, looking, shown

_SKIPPED = {"script", "style", "noscript", "template", "select", "textarea", "svg", "head", "button", "object", "embed"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "ucapcontent",
}  # fmt: skip
_DEEPEST = 400
_WIDEST = 2000
_HEADLINES = ("h1", "h2", "h3")
_CELLS = ("td", "th")
_ROWS = ("tr", "thead", "tbody", "tfoot")
# `bdo` turns digits about; what a script writes is not seen.
_PICTURES = ("img", "svg", "canvas", "object", "embed", "bdo", "script")
_FIELDS = ("input", "textarea", "select")
_SHOWN_FIELDS = ("text", "number", "")
_DIGITS = re.compile(r"\s*(\d{1,4})")
_GAP = re.compile(r"\t|[ \xa0]{3,}")
_BREAK = re.compile(r" *\n *")
_MANY_BREAKS = re.compile(r"\n{3,}")
# Cheap to look for, and in every table that a whole article was laid out in.
_CHAPTER_HINT = re.compile(
    r"[一二三四五六—][\s　\xa0]*[、.．][\s　\xa0]*(?:总体|概|主动|收到|政府|因政|存在|其他|\d{4})"
)


class Walker:
    """Linearises a DOM: text between block elements becomes paragraphs, data tables become grids."""

    def __init__(self, skip_hidden: bool, shown: Shown) -> None:
        self.blocks: list[Block] = []
        self.headlines: list[str] = []
        self.images = 0
        self._skip_hidden = skip_hidden
        self._shown = shown
        self._line: list[str] = []
        self._as_typed = False
        self._path = ""

    def walk(self, element: Tag, path: str, depth: int) -> None:
        _refuse_deeper(depth)
        counts: dict[str, int] = {}
        for child in element.contents:
            if not isinstance(child, Tag):
                if type(child) is NavigableString:
                    self._add(child, path)
                continue
            name = child.name
            counts[name] = counts.get(name, 0) + 1
            if name == "br":
                self.flush()
                continue
            self.images += name == "img"
            if name in _SKIPPED or (self._skip_hidden and child.attrs and is_hidden(child.attrs)):
                continue
            here = f"{path}/{name}[{counts[name]}]"
            look = look_of(name, child.attrs)
            if look == "struck":
                continue
            if name == "table":
                self._table(child, here, depth)
            elif name in _BLOCKS:
                if name in _HEADLINES:
                    self.headlines.append(child.get_text(" "))
                self.flush()
                around, self._as_typed = self._as_typed, self._as_typed or name == "pre"
                self.walk(child, here, depth + 1)
                self.flush()
                self._as_typed = around
            elif look == "raised":
                self._add(looking(child.get_text(), look), here)
            elif child.contents:
                self.walk(child, here, depth + 1)
            elif name == "input":
                self._add(filled_in(child), here)

    def _add(self, text: str, path: str) -> None:
        if self._as_typed and "\n" in text:
            first, *rest = text.split("\n")
            self._add(first, path)
            for line in rest:
                self.flush()
                self._add(line, path)
            return
        if not self._line:
            if not text or text.isspace():
                return
            self._path = path
        elif path != self._path:
            self._path = _shared(self._path, path)
        self._line.append(text)

    def flush(self) -> None:
        if self._line:
            line = "".join(self._line)
            # Where text is shown as it was typed, gaps part columns.
            text = "\t".join(_GAP.split(line.strip(" \xa0\u3000\r"))) if self._as_typed else " ".join(line.split())
            self._line = []
            self.blocks.append(Paragraph(text, Locator(path=f"{self._path}/text()")))

    def _table(self, table: Tag, path: str, depth: int) -> None:
        self.flush()
        reading = _Table(table, path, depth, self._shown, self._skip_hidden)
        if _is_layout(table, reading):
            own = reading.cells_without_tables()
            if reading.holders and not reading.loose and is_form_grid(Grid(own)):
                # A table of the form in a cell of another.
                self.blocks.append(Grid(own, locator=Locator(path=path)))
                for holder, here in reading.holders:
                    self.walk(holder, here, depth + 1)
            else:
                self.walk(table, path, depth + 1)
            self.flush()
        elif reading.cells:
            self.blocks.append(Grid(reading.cells, locator=Locator(path=path)))


def _shared(one: str, other: str) -> str:
    """The path of the innermost element that holds both."""
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return "/".join(step for step, _ in takewhile(lambda pair: pair[0] == pair[1], steps))


class _Table:
    """One table's cells with row and column worked out from the spans, as the HTML standard does it; and the tables
    that stand inside it."""

    def __init__(self, table: Tag, path: str, depth: int, shown: Shown, skip_hidden: bool) -> None:
        self._shown = shown
        self._skip_hidden = skip_hidden
        self.cells: list[Cell] = []
        self.inner: list[Tag] = []
        self.holders: list[tuple[Tag, str]] = []
        """The cells that hold tables of their own, with their paths."""
        self.loose = False
        """Whether there are tables outside any cell."""
        self._depth = depth
        self._taken: set[tuple[int, int]] = set()
        rows = list(self._rows(table, path))
        for y, (row, row_path) in enumerate(rows):
            self._row(row, row_path, y, len(rows))

    def cells_without_tables(self) -> list[Cell]:
        holding = {path for _, path in self.holders}
        return [cell for cell in self.cells if cell.locator.path not in holding]

    def _rows(self, table: Tag, path: str) -> Iterator[tuple[Tag, str]]:
        counts: dict[str, int] = {}
        for child in self._children(table, _ROWS):
            counts[child.name] = counts.get(child.name, 0) + 1
            here = f"{path}/{child.name}[{counts[child.name]}]"
            if self._is_hidden(child):
                continue
            if child.name == "tr":
                yield child, here
            else:
                for n, row in enumerate(self._children(child, ("tr",)), 1):
                    if not self._is_hidden(row):
                        yield row, f"{here}/tr[{n}]"

    def _row(self, row: Tag, path: str, y: int, height: int) -> None:
        x = 0
        counts: dict[str, int] = {}
        for cell in self._children(row, _CELLS):
            name = cell.name
            counts[name] = counts.get(name, 0) + 1
            if self._is_hidden(cell):
                continue
            while (y, x) in self._taken:
                x += 1
            colspan = rowspan = 1
            if cell.attrs:
                colspan = min(_span(cell, "colspan"), _WIDEST)
                rowspan = min(_span(cell, "rowspan") or height - y, height - y)
                if rowspan > 1:
                    self._taken.update((y + dy, x + dx) for dy in range(1, rowspan) for dx in range(colspan))
                colspan = max(colspan, 1)
            contents = cell.contents
            plain = (
                len(contents) == 1
                and type(contents[0]) is NavigableString
                and "through" not in cell.attrs.get("style", "")
                and id(cell) not in self._shown.generated
                and id(cell) not in self._shown.struck
            )
            inner = len(self.inner)
            text = " ".join(str(contents[0]).split()) if plain else self._text(cell)
            place = Locator(None, None, f"{path}/{name}[{counts[name]}]")
            if len(self.inner) > inner:
                self.holders.append((cell, place.path or ""))
            self.cells.append(Cell(text, y, x, rowspan, colspan, place))
            x += colspan

    def _is_hidden(self, part: Tag) -> bool:
        return bool(part.attrs) and self._skip_hidden and is_hidden(part.attrs)

    def _is_unseen(self, part: Tag) -> bool:
        return id(part) in self._shown.unseen or (bool(part.attrs) and is_unseen(part.attrs, self._shown.hiding))

    def _look(self, part: Tag) -> Look | None:
        return "struck" if id(part) in self._shown.struck else look_of(part.name, part.attrs)

    def _children(self, element: Tag, names: tuple[str, ...]) -> Iterator[Tag]:
        for child in element.contents:
            if isinstance(child, Tag):
                if child.name in names:
                    yield child
                else:
                    loose = [*([child] if child.name == "table" else ()), *child.find_all("table")]
                    self.loose = self.loose or bool(loose)
                    self.inner += loose

    def _text(self, cell: Tag) -> str:
        """A cell's text; a `<br>` is a line break, a new paragraph an empty line."""
        parts: list[str] = []
        self._gather_element(cell, parts, self._depth, self._look(cell))
        whole = "".join(parts)
        text = shown(whole)
        if PICTURE in text:
            # A picture beside words is an ornament; alone it may be the cell's number.
            text = text.replace(PICTURE, "").strip() or PICTURE
        if "\n" in text:
            text = _MANY_BREAKS.sub("\n\n", _BREAK.sub("\n", text))
        return text.strip()

    def _gather_element(self, element: Tag, parts: list[str], depth: int, look: Look | None) -> None:
        """An element's text, with what its style prints before and behind it."""
        before, behind = self._shown.generated.get(id(element), ("", ""))
        parts.append(before)
        if element.contents:
            self._gather(element, parts, depth, look)
        elif element.attrs and not (before or behind) and self._shown.withholds(element.attrs):
            parts.append(PICTURE)
        parts.append(behind)

    def _gather(self, element: Tag, parts: list[str], depth: int, look: Look | None) -> None:
        _refuse_deeper(depth)
        for node in element.contents:
            if isinstance(node, Tag):
                name = node.name
                if self._skip_hidden and self._is_unseen(node):
                    continue
                if name == "br":
                    parts.append("\n")
                elif name in _BLOCKS:
                    parts.append("\n\n")
                    if name == "table":
                        self.inner.append(node)
                if name in _FIELDS:
                    parts.append(filled_in(node))
                elif name in _PICTURES:
                    parts.append(PICTURE)
                elif name not in _SKIPPED:
                    self._gather_element(node, parts, depth + 1, look or self._look(node))
            elif isinstance(node, NavigableString) and not isinstance(node, Comment):
                text = " ".join(node.split()) or " "
                parts.append(looking(text, look))


def filled_in(field: Tag) -> str:
    """What a page shows in a field of a form."""
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        options = field.find_all("option")
        return next((option.get_text() for option in options if "selected" in option.attrs), PICTURE)
    return str(field.attrs.get("value", "")) if str(field.attrs.get("type", "")).lower() in _SHOWN_FIELDS else ""


def _refuse_deeper(depth: int) -> None:
    if depth > _DEEPEST:
        raise Unreadable(Status.MALFORMED, f"网页的元素嵌套超过{_DEEPEST}层：已损坏，或有意如此。")


def _is_layout(table: Tag, reading: _Table) -> bool:
    """Whether a table only arranges the page: it holds another real table, or a cell with a chapter of prose."""
    if any(len(inner.find_all(_CELLS, limit=2)) > 1 for inner in reading.inner):
        return True
    if not any(len(cell.text) > 2 and _CHAPTER_HINT.search(cell.text) for cell in reading.cells):
        return False
    for cell in table.find_all(_CELLS):
        lines = [p.get_text() for p in cell.find_all(("p", "div"), limit=60)]
        if len(lines) > 2 and any(heading_of(line) for line in lines):
            return True
    return False


def _span(cell: Tag, name: str) -> int:
    value = cell.attrs.get(name)
    digits = _DIGITS.match(str(value)) if value else None
    return int(digits.group(1)) if digits else 1
