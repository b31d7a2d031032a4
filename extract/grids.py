"""Grids as the form's readers want them: which grid is part of the form, and its rows, split, joined and cleaned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extract import labels
from extract.chapters import heading_of, split_glued
from extract.dates import is_date
from extract.document import PICTURE, Block, Cell, Document, Grid, Paragraph
from extract.form import APPLICANTS
from extract.text import canonical, chinese_number, simplified
from extract.values import Value, is_words, read_value

_PROSE = 90
_LONGEST_HALF = 30
_HAN = re.compile(r"\s*[\u4e00-\u9fff、]")
_REST_OF_HEADING = re.compile(r"\s*(?:[及和与、]|以及|情况|事项|措施)")
_NUMERAL = re.compile(r"\s*[一二三四五六七—][\s　]*[、.．]")
_PEOPLE = frozenset(APPLICANTS) - {"other", "total"}
_RESULTS = frozenset({"upheld", "corrected", "pending"})
_LEGEND = re.compile(r"[甲乙丙丁]|栏次|行次|列次|序号|编号|项目")
_SENTENCE = re.compile(r"。|；|[，,].*[。！]?$")


@dataclass(slots=True)
class Slot:
    """A cell of a row after its label, with what it holds. Never changed."""

    cell: Cell
    value: Value


Row = list[Cell]


def is_form_grid(grid: Grid) -> bool:
    """Whether the grid is, or holds, one of the form's three tables."""
    return any(kinds_of_rows(grid.rows))


def kinds_of_rows(rows: list[Row]) -> tuple[bool, bool, bool]:
    """Which of the tables 2, 3 and 4 these rows hold. One label alone proves nothing: other tables use the words."""
    texts = {text for row in rows for text in _labels(row)}
    items = _meant(labels.items, texts)
    columns = _meant(labels.columns_2021, texts) | _meant(labels.columns_2019, texts)
    outcomes = _meant(labels.outcomes, texts)
    results = _meant(labels.results, texts)
    people = _meant(labels.applicants, texts)
    article = any("二十条" in text for text in texts)
    relation = any("勾稽关系" in text for text in texts)
    outcomes -= {"other", "concluded"}
    disclosure = (bool(items) and (article or bool(columns))) or (article and len(columns) > 0)
    requests = len(outcomes) >= 2 or (bool(outcomes) and len(people) >= 4) or relation
    challenges = len(results & {"upheld", "corrected", "pending"}) >= 2
    return disclosure, requests, challenges


def _labels(row: Row) -> list[str]:
    """The words of a row that may be labels, without white space."""
    return [text for cell in row if is_words(cell.text) and len(text := simplified(canonical(cell.text))) <= _PROSE]


def _meant(matcher: labels.Labels, texts: set[str]) -> set[str]:
    return {found for text in texts if (found := matcher.match(text))}


def form_rows(grid: Grid) -> list[Row]:
    """The grid's rows as the form has them: rows that only number the columns left out, and a table that was turned
    (applicants, or the results of table 4, down its side) turned back."""
    rows = grid.rows
    if _is_turned(rows):
        cells = [Cell(c.text, c.col, c.row, c.colspan, c.rowspan, c.locator) for c in grid.cells]
        rows = Grid(cells).rows
    return [row for row in rows if not _is_legend(row)]


def _is_legend(row: Row) -> bool:
    """Whether a row numbers the table's columns: 甲 1 2 3."""
    last = row[-1].text.strip("(（）) ") if row else ""
    if not last[-1:].isnumeric() or (last.isdecimal() and not 2 < int(last) <= len(row)):
        return False
    texts = [text for cell in row if (text := canonical(cell.text).strip("()"))]
    numbers = [int(text) if text.isdecimal() else chinese_number(text) for text in texts]
    count = len(texts) - numbers.count(None)
    return (
        count > 2
        and numbers[-count:] == list(range(1, count + 1))
        and all(_LEGEND.fullmatch(text) for text in texts[:-count])
    )


def _is_turned(rows: list[Row]) -> bool:
    for matcher, telling in ((labels.applicants, _PEOPLE), (labels.results, _RESULTS)):
        beside = [row for row in rows if len(row) > 2 and matcher.match(row[0].text) in telling]
        if len({matcher.match(row[0].text) for row in beside if has_number(row[1:])}) > 2:
            return True
    return False


def kind_of_row(row: Row) -> int | None:
    """Which table (0, 1, 2 for tables 2, 3, 4) a single row speaks of, None where it does not say."""
    texts = _labels(row)
    if any("勾稽" in text or "申请人情况" in text for text in texts):
        return 1
    if sum(labels.applicants.match(text) not in (None, "other", "total") for text in texts) >= 2:
        return 1
    if sum(labels.results.match(text) in ("upheld", "corrected", "pending") for text in texts) >= 2:
        return 2
    if any(labels.outcomes.match(text) not in (None, "other", "concluded") for text in texts):
        return 1
    if any("二十条" in text or labels.items.match(text) for text in texts):
        return 0
    if any(labels.routes.match(text) for text in texts):
        return 2
    return None


def slots(cells: list[Cell]) -> list[Slot]:
    return [Slot(cell, read_value(cell.text)) for cell in cells]


def has_number(row: Row) -> bool:
    return any(read_value(cell.text).number is not None for cell in row)


def split_prose(document: Document) -> list[Block]:
    """The document's blocks with prose that stands in rows of its own inside a grid taken out as paragraphs, so that
    an article laid out in one large table reads like any other. A paragraph is cut before a heading glued into it, a
    heading that is broken over two lines put together."""
    blocks: list[Block] = []
    for block in _with_whole_headings(document.blocks):
        if isinstance(block, Paragraph):
            blocks.extend(Paragraph(text, block.locator) for text in split_glued(block.text))
        else:
            blocks.extend(_split(block))
    return blocks


def _with_whole_headings(blocks: list[Block]) -> Iterator[Block]:
    """The blocks, a chapter heading that was broken over two lines made one."""
    before: Block | None = None
    for block in blocks:
        whole = _whole_heading(before, block)
        if whole is None and before is not None:
            yield before
        before = whole or block
    if before is not None:
        yield before


def _whole_heading(one: Block | None, other: Block) -> Paragraph | None:
    if not (isinstance(one, Paragraph) and isinstance(other, Paragraph)):
        return None
    if len(one.text) > _LONGEST_HALF or len(other.text) > _LONGEST_HALF or not _NUMERAL.match(one.text):
        return None
    if not (_REST_OF_HEADING if heading_of(one.text) else _HAN).match(other.text):
        return None
    found = heading_of(one.text + other.text)
    whole = found is not None and found.numbered and not found.rest and heading_of(other.text) is None
    return Paragraph(one.text + other.text, one.locator) if whole else None


def _split(grid: Grid) -> Iterator[Block]:
    rows = grid.rows
    if all(len(row) <= 1 or sum(map(_is_filled, row)) <= 1 for row in rows):
        # A single column tells no cell from another: these are lines.
        yield from (Paragraph(cell.text, cell.locator) for row in rows for cell in row if _is_filled(cell))
        return
    part: list[Row] = []
    for row in rows:
        lines = _prose(row)
        if lines is None:
            part.append(row)
            continue
        if part:
            yield _grid(part, grid)
            part = []
        place = next(cell.locator for cell in row if canonical(cell.text))
        yield from (Paragraph(line, place) for line in lines)
    if part and _is_signature(part):
        yield from (Paragraph(cell.text, cell.locator) for row in part for cell in row if _is_filled(cell))
    elif part:
        yield _grid(part, grid)


def _is_signature(rows: list[Row]) -> bool:
    """Whether rows at the end of a grid are lines, the last a date: the signature of an article laid out in it."""
    filled = [[cell for cell in row if _is_filled(cell)] for row in rows]
    lines = [cells[0] for cells in filled if cells]
    return bool(lines) and all(len(cells) <= 1 for cells in filled) and is_date(lines[-1].text)


def _is_filled(cell: Cell) -> bool:
    return cell.text.isalnum() or bool(canonical(cell.text).strip(PICTURE))


def _prose(row: Row) -> list[str] | None:
    """The lines of a row that holds a single text which is a heading or a sentence, else None."""
    filled = list(filter(_is_filled, row))
    if len(filled) != 1 or filled[0].rowspan > 1:
        return None
    text = filled[0].text
    plain = canonical(text)
    if "勾稽" in plain or (labels.outcomes.match(plain) and len(plain) < _PROSE):
        return None
    found = heading_of(text)
    if (found and found.numbered) or len(plain) > _PROSE or _SENTENCE.search(plain):
        return [line for line in text.splitlines() if line.strip()]
    return None


def _grid(rows: list[Row], whole: Grid) -> Grid:
    if len(rows) == len(whole.rows):
        return whole
    seen: dict[int, Cell] = {}
    for y, row in enumerate(rows):
        for cell in row:
            if id(cell) not in seen:
                seen[id(cell)] = Cell(
                    cell.text, y, cell.col, min(cell.rowspan, len(rows) - y), cell.colspan, cell.locator
                )
    return Grid(list(seen.values()), whole.page, whole.locator)
