"""The form's three tables on a page where no lines part their columns. Each is read by what it is known to hold, and
left alone where that does not fit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extract import labels
from extract.document import Cell, Grid
from extract.form import RESULTS, ROUTES
from extract.pdf_chars import LOST, Char
from extract.pdf_page import Page
from extract.pdf_paths import Rule
from extract.pdf_rows import find_rows
from extract.pdf_words import Row, Unruled, Word, baselines, box_of, reaches, unruled, words_of
from extract.report import Locator
from extract.text import canonical
from extract.values import read_value

_FEWEST = 5
_RESULTS = len(RESULTS)
_CHALLENGES = _RESULTS * len(ROUTES)
_BAND = "信息内容"
_HIGHEST_HEAD = 12
_FIRST, *_ = ROUTES
_SUITS = ("行政诉讼", "行政复议")


def find_unruled(page: Page, chars: Sequence[Char], rules: Sequence[Rule]) -> list[Unruled]:
    """Tables among the characters that no ruled table holds."""
    if not _may_hold(chars):
        return []
    rows = [words_of(line) for line in baselines(chars)]
    number, edge = page.number, page.edge
    return [*_bands(number, rows, edge), *find_rows(number, rows, rules, edge), *_challenges(number, rows, edge)]


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
        if n and (reaches(word, edge) or any(rest.box[0] < word.box[2] and rest.box[2] > word.box[0] for rest in rests))
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


def _challenges(page: int, rows: list[Row], edge: float) -> Iterator[Unruled]:
    """Table 4: fifteen numbers in a row, the fifth of each five the sum of the others, under the words of its head."""
    for n, row in enumerate(rows):
        if len(row) != _CHALLENGES or not _numbers(row) or not _add_up(row) or reaches(row[-1], edge):
            continue
        head: list[Word] = []
        top = row[0].box[1]
        for above in reversed(rows[:n]):
            if not above or top - above[-1].box[3] > 2 * above[-1].line.size or _is_prose(above):
                break
            head += above
            top = min(word.box[1] for word in above)
        heads = _heads(head, row)
        if heads is None:
            continue
        cells = [Cell(text, 0, col) for col, text in enumerate(heads)]
        cells += [Cell(word.text, 1, col, locator=Locator(page=page, box=word.box)) for col, word in enumerate(row)]
        used = [*row, *head]
        box = box_of(used)
        yield unruled(box, Grid(cells, page, Locator(page=page, box=box)), used)


def _heads(head: list[Word], row: Row) -> list[str] | None:
    """The words over each of fifteen numbers, where there is a way to part them that makes them the form's: between
    the columns' middles, or their left or right sides."""
    routes = [labels.routes.match(word.text) for word in sorted(head, key=lambda word: word.box[0])]
    if [route for route in routes if route and route != _FIRST] != [route for route in ROUTES if route != _FIRST]:
        return None
    chars = [
        char
        for word in head
        if not labels.routes.match(word.text) and canonical(word.text) not in _SUITS
        for char in word.chars
    ]
    chars.sort(key=lambda char: (round(char.base), char.x0))
    middles = [(word.box[0] + word.box[2]) / 2 for word in row]
    for ends in (
        [(one + other) / 2 for one, other in pairwise(middles)],
        [word.box[0] - 1 for word in row[1:]],
        [word.box[2] + 1 for word in row[:-1]],
    ):
        texts = [""] * len(row)
        for char in chars:
            texts[bisect_left(ends, char.middle[0])] += char.text
        if [labels.results.match(text) for text in texts] == list(RESULTS) * len(ROUTES):
            return texts
    return None


def _add_up(row: Row) -> bool:
    numbers = [read_value(word.text).number or 0 for word in row]
    fives = [numbers[n : n + _RESULTS] for n in range(0, _CHALLENGES, _RESULTS)]
    return all(sum(parts) == total for *parts, total in fives)


def _is_prose(row: Row) -> bool:
    return any(len(word.text) > _HIGHEST_HEAD or word.is_number for word in row) or bool(row[0].text[:1] in "四（")
