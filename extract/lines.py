"""Tables that were published without a table: one cell a line, or a row a line. Made into grids by their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract import labels
from extract.chapters import heading_of
from extract.document import Block, Cell, Grid, Paragraph
from extract.text import canonical
from extract.values import read_value

_LONGEST_LABEL = 60
_ENOUGH_VALUES = 6
_ENOUGH_NUMBERS = 5
_BETWEEN = re.compile(r"[\s|｜│]+")
_EDGE = " \t|｜│"
_TRAILING = re.compile(
    r"^(?P<label>.*?[^\d\s|｜,，.])(?P<values>(?:[\s|｜\t]+(?:[+\-]?\d[\d,.]*(?:万元|元)?|/|—|-|无))+)[\s|｜]*$"
)


def grids_from_lines(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each chapter of lines that are really table cells turned into a grid.

    Only in the chapters that the form gives a table, and only where they hold no grid. Blank cells leave no line, so
    rows may come out short; what they cannot tell apart stays unread.
    """
    out: list[Block] = []
    chapter: list[Block] = []
    number = 0
    for block in blocks:
        heading = heading_of(block.text) if isinstance(block, Paragraph) else None
        if heading and (heading.numbered or heading.number > number):
            out.extend(_convert(chapter, number))
            chapter, number = [block], heading.number
        else:
            chapter.append(block)
    out.extend(_convert(chapter, number))
    return out


def _convert(chapter: list[Block], number: int) -> list[Block]:
    if number not in (2, 3, 4) or any(isinstance(block, Grid) for block in chapter):
        return chapter
    prose: list[Block] = []
    lines: list[Paragraph] = []
    for block in chapter:
        if isinstance(block, Paragraph):
            (lines if _is_cell(block, bool(lines)) else prose).append(block)
    values = sum(sum(map(_is_value, _split(line.text))) for line in lines)
    if values < _ENOUGH_VALUES:
        return chapter
    cells = list(_cells(_with_whole_labels(lines)))
    return [*prose, Grid(cells, locator=lines[0].locator, placed=False)]


def _with_whole_labels(lines: Sequence[Paragraph]) -> list[Paragraph]:
    """The lines, a column's label that was broken over two of them, or stands above its instructions, made one."""
    whole: list[Paragraph] = []
    for line in lines:
        if whole and _goes_on(whole[-1].text, line.text):
            whole[-1] = Paragraph(whole[-1].text + line.text, whole[-1].locator)
        else:
            whole.append(line)
    return whole


def _goes_on(label: str, text: str) -> bool:
    if _column(text) or _starts_row(text) or not _column(label + text):
        return False
    return _column(label) is None or text.startswith(("(", "（"))


def _column(text: str) -> str | None:
    """The column of table 2 that a text is the label of."""
    return labels.columns_2021.match(text) or labels.columns_2019.match(text)


def _is_cell(line: Paragraph, begun: bool) -> bool:
    text = canonical(line.text)
    if heading_of(line.text):
        return False
    if len(text) > _LONGEST_LABEL and "勾稽" not in text and not _starts_row(text) and not _is_explained(text):
        return False
    return begun or any(_meaning(piece) or _is_value(piece) for piece in map(canonical, _split(line.text)))


def _is_explained(text: str) -> bool:
    """Whether a long line is a label with instructions behind it: a row that is not of the form ends the one before."""
    return text.endswith((")", "）")) and len(labels.core(text)) <= _LONGEST_LABEL // 3


def _meaning(text: str) -> bool:
    return (
        "二十条" in text
        or "勾稽" in text
        or "信息内容" in text
        or "申请人情况" in text
        or _starts_row(text)
        or any(
            matcher.match(text)
            for matcher in (labels.applicants, labels.results, labels.columns_2021, labels.columns_2019, labels.routes)
        )
    )


def _starts_row(text: str) -> bool:
    plain = canonical(text)
    if labels.applicants.match(plain) or labels.results.match(plain):
        return bool(re.match(r"[(（]?[一二三四五六七八九十\d]+[)）、.]", plain)) and bool(labels.outcomes.match(plain))
    return bool(labels.outcomes.match(plain) or labels.items.match(plain))


def _is_value(text: str) -> bool:
    value = read_value(text)
    return value.number is not None or (value.blank and bool(canonical(text)))


def _cells(lines: Sequence[Paragraph]) -> Iterator[Cell]:
    """Lines as cells: a row begins at each label of a row, and at each text after a value."""
    row = -1
    col = 0
    after_value = True
    for line in lines:
        texts = _split(line.text)
        for n, text in enumerate(texts):
            value = _is_value(text)
            starts = (
                n == 0
                and not value
                and (_starts_row(text) or after_value or "信息内容" in canonical(text) or "二十条" in canonical(text))
            )
            if starts or row < 0:
                row, col = row + 1, 0
            # Header words of a lost table stand in no order that tells the columns': one place for them all.
            yield Cell(text, row, col if value else 0, locator=line.locator)
            col += 1
            after_value = value


def _split(text: str) -> list[str]:
    """A line's cells: its label, which may have its group's before it, and its values; or labels of columns."""
    match = _TRAILING.match(text)
    if not match:
        pieces = _pieces(text)
        whole_row = len(pieces) >= _ENOUGH_NUMBERS and all(map(_is_value, pieces))
        return pieces if whole_row or (len(pieces) > 1 and all(map(_meaning, pieces))) else [text]
    label = match["label"]
    *before, last = _pieces(label)
    names = ["".join(before), last] if before and not _starts_row(label) and _starts_row(last) else [label]
    return [*names, *_pieces(match["values"])]


def _pieces(text: str) -> list[str]:
    return _BETWEEN.split(text.strip(_EDGE)) if text.strip(_EDGE) else [text]
