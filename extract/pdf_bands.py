"""Table 2 on a page where no lines part its columns: bands of rows, each under a head that begins with 信息内容."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from extract import labels
from extract.document import Cell, Grid
from extract.form import DISCLOSURE
from extract.pdf_chars import LOST
from extract.pdf_view import Span
from extract.pdf_words import Row, Unruled, Word, box_of, columns_of, meet, reaches, stacked, told_apart, unruled
from extract.report import Locator
from extract.text import canonical

BAND = "信息内容"
# In heights of a line: how far the lines of one cell may stand apart, and the parts of a number broken over lines.
_LEADING, _REST = 2.0, 3.0
_FEW_ROWS = 3
_NAMES = {canonical(item.label) for items in DISCLOSURE.values() for item in items}
_HEADS = {tuple(item.cells.values()) for items in DISCLOSURE.values() for item in items if len(item.cells) > 1}
_LONGEST_ARTICLE = 20


def find_bands(page: int, rows: list[Row], shown: Span) -> Iterator[Unruled]:
    """Each 信息内容 begins a band; its head and labels may take several lines."""
    rows = _mended([_apart(row) for row in rows])
    taken: list[Row] = []
    columns = 0
    for n, row in enumerate([*rows, []]):
        first = canonical(row[0].text) if row else ""
        if len(row) == 1 and _is_article(row):
            taken.append(row)
        elif first == BAND and len(row) > 1:
            columns = len(row)
            taken.append(row)
        elif len(row) > 1 and columns in (0, len(row)) and labels.items.match(first) and _numbers(row[1:]):
            # A page may begin in the middle of a band.
            columns = len(row)
            taken.append(_whole(row, [*rows[max(n - _FEW_ROWS, 0) : n], *rows[n + 1 : n + 1 + _FEW_ROWS]], shown))
        elif columns:
            yield _grid(page, taken)
            taken, columns = [], 0
        else:
            taken = []


def _apart(row: Row) -> Row:
    """A row whose label runs up to its first number, or whose heads run into each other, those told apart."""
    if not row:
        return row
    label, *number = told_apart(row[0])
    if number and labels.items.match(label.text) and _numbers(row[1:]):
        return [label, *number, *row[1:]]
    if len(row) > 1 and canonical(row[0].text) == BAND and (heads := _heads_apart(row[1:])):
        return [row[0], *heads]
    return row


def _heads_apart(words: list[Word]) -> Row:
    """The form's heads one by one, where the words are theirs; none where they are not, or stand apart already."""
    whole = stacked(words)
    text = canonical(whole.text)
    for heads in _HEADS:
        cuts = [text.find(canonical(head)) for head in heads]
        if len(heads) <= len(words) or cuts[0] or sorted(set(cuts)) != cuts:
            continue
        pieces = [text[low:high] for low, high in pairwise([*cuts, len(text)])]
        if all(labels.core(piece) == labels.core(head) for piece, head in zip(pieces, heads, strict=True)):
            return [Word(whole.chars, replace(whole.line, text=piece)) for piece in pieces]
    return []


def _mended(rows: list[Row]) -> list[Row]:
    """The rows with those made one that are the lines of one row's cells: the head's words, and a label's around its
    numbers."""
    out: list[Row] = []
    n = 0
    while n < len(rows):
        for count in range(min(_FEW_ROWS, len(rows) - n), 1, -1):
            lines = rows[n : n + count]
            if all(lines) and _are_near(lines) and (whole := _head(lines) or _item(lines)):
                out.append(whole)
                n += count
                break
        else:
            out.append(rows[n])
            n += 1
    return out


def _are_near(lines: list[Row]) -> bool:
    reach = _LEADING * lines[0][0].line.size
    return all(below[0].base - above[0].base < reach for above, below in pairwise(lines))


def _head(lines: list[Row]) -> Row | None:
    """The words of lines column by column, where they head a band."""
    words = [word for line in lines for word in line]
    if any(word.is_number for word in words) or any(_is_article(line) for line in lines):
        return None
    row = [stacked(column) for column in columns_of(words)]
    heads = [labels.columns_2021.match(word.text) or labels.columns_2019.match(word.text) for word in row[1:]]
    return row if row and canonical(row[0].text) == BAND and heads and all(heads) else None


def _item(lines: list[Row]) -> Row | None:
    """A label's lines and the numbers of the one line among them that has any; its own part of the label may be there
    too, or none."""
    numbered = [line for line in lines if line[-1].is_number]
    if len(numbered) != 1 or any(len(line) > 1 for line in lines if line is not numbered[0]):
        return None
    numbers = [word for word in numbered[0] if word.is_number]
    label = [word for line in lines for word in line if not word.is_number]
    if not label or max(word.box[2] for word in label) > numbers[0].box[0] or not _numbers(numbered[0][1:]):
        return None
    whole = stacked(label)
    name = labels.items.match(whole.text)
    alone = {labels.items.match(line[0].text) for line in lines if not line[0].is_number}
    # A line that is a label by itself is one unless the others only complete it.
    complete = len(label) == 1 or canonical(whole.text) in _NAMES
    return [whole, *numbers] if name and complete and alone <= {name, None} else None


def _is_article(row: Row) -> bool:
    return "二十条" in (text := canonical(row[0].text)) and len(text) < _LONGEST_ARTICLE


def _whole(row: Row, around: list[Row], shown: Span) -> Row:
    """The row with those of its numbers lost that may go on in a line above or below, or beyond what the page shows."""
    reach = _REST * max(word.line.size for word in row)
    rests = [
        word
        for line in around
        if line and not labels.items.match(line[0].text)
        for word in line
        if any(char.text.isdigit() for char in word.chars) and abs(word.base - row[-1].base) < reach
    ]
    return [
        replace(word, line=replace(word.line, text=LOST))
        if n and (reaches(word, shown) or any(meet(rest, word.box[0], word.box[2]) for rest in rests))
        else word
        for n, word in enumerate(row)
    ]


def _numbers(words: Row) -> bool:
    return all(word.is_number for word in words)


def _grid(page: int, rows: list[Row]) -> Unruled:
    wide = max(len(row) for row in rows)
    cells = [
        Cell(word.text, y, x, colspan=wide if len(row) == 1 else 1, locator=Locator(page=page, box=word.box))
        for y, row in enumerate(rows)
        for x, word in enumerate(row)
    ]
    words = [word for row in rows for word in row]
    box = box_of(words)
    return unruled(box, Grid(cells, page, Locator(page=page, box=box)), words)
