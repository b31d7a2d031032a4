"""The form's three tables on a page where no lines part their columns. Each is read by what it is known to hold, and
left alone where that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract import labels
from extract.document import Cell, Grid
from extract.pdf_challenges import find_challenges
from extract.pdf_chars import LOST, Char
from extract.pdf_page import Page
from extract.pdf_paths import Rule
from extract.pdf_rows import find_rows
from extract.pdf_words import Row, Unruled, baselines, box_of, meet, reaches, unruled, words_of
from extract.report import Locator
from extract.text import canonical

_FEWEST = 5
_BAND = "信息内容"


def find_unruled(page: Page, chars: Sequence[Char], rules: Sequence[Rule]) -> list[Unruled]:
    """Tables among the characters that no ruled table holds."""
    if not _may_hold(chars):
        return []
    rows = [words_of(line) for line in baselines(chars)]
    number, edge = page.number, page.edge
    return [*_bands(number, rows, edge), *find_rows(number, rows, rules, edge), *find_challenges(number, rows, edge)]


def _may_hold(chars: Sequence[Char]) -> bool:
    """Whether so much as one row of numbers can be there; asked first, since most pages have none."""
    if _BAND in "".join(char.text for char in chars):
        return True
    digits: dict[int, int] = {}
    for char in chars:
        if char.text.isdigit():
            digits[round(char.top)] = digits.get(round(char.top), 0) + 1
    return any(count >= _FEWEST for count in digits.values())


def _bands(page: int, rows: list[Row], edge: float) -> Iterator[Unruled]:
    """Table 2: each 信息内容 begins a band, whose rows have as many numbers as it has columns."""
    taken: list[Row] = []
    columns = 0
    for n, row in enumerate([*rows, []]):
        first = canonical(row[0].text) if row else ""
        if len(row) == 1 and "二十条" in first and len(first) < 20:
            taken.append(row)
        elif first == _BAND and len(row) > 1:
            columns = len(row)
            taken.append(row)
        elif len(row) > 1 and columns in (0, len(row)) and labels.items.match(first) and _numbers(row[1:]):
            # A page may begin in the middle of a band.
            columns = len(row)
            taken.append(_whole(row, [*rows[n - 1 : n], *rows[n + 1 : n + 2]], edge))
        elif columns:
            yield _grid(page, taken)
            taken, columns = [], 0
        else:
            taken = []


def _whole(row: Row, around: list[Row], edge: float) -> Row:
    """The row with those of its numbers lost that may go on in the line above or below, or beyond the page's edge."""
    reach = 2 * max(word.line.size for word in row)
    rests = [
        word for line in around if line and _numbers(line) and abs(line[0].base - row[0].base) < reach for word in line
    ]
    return [
        replace(word, line=replace(word.line, text=LOST))
        if n and (reaches(word, edge) or any(meet(rest, word.box[0], word.box[2]) for rest in rests))
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
