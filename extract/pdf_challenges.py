"""Table 4 on a page where no lines part its columns: fifteen numbers in a row under the words of its head."""

from __future__ import annotations

from collections.abc import Iterator

from extract.document import Cell, Grid
from extract.form import RESULTS, ROUTES
from extract.pdf_chars import Char
from extract.pdf_view import Span
from extract.pdf_words import Row, Unruled, Word, box_of, reaches, unruled, word_of
from extract.report import Locator
from extract.values import read_value

_HEADS = list(RESULTS.values()) * len(ROUTES)
_RESULTS = len(RESULTS)
# A character that no other of the head's words has, for each result, and for the routes but the first.
_OF_RESULTS, _OF_ROUTES = "维纠他审计", "直后"
_ORDER = _OF_RESULTS * len(ROUTES)
_MOST_LINES = 14
_LONGEST = 12
_OF_HEADS = str.maketrans(dict.fromkeys("".join(_HEADS)))
_NEAR = 2.2
"""In heights of a line: numbers nearer than this above or below may be the rest of a row's own."""


def find_challenges(page: int, rows: list[Row], shown: Span) -> Iterator[Unruled]:
    """The numbers as they stand in their order, where the head's words stand in the form's; numbers that touch are
    parted where one way alone makes the sums come out."""
    for n, row in enumerate(rows):
        if not (_RESULTS < len(row) <= len(_HEADS)) or not all(word.is_number for word in row):
            continue
        head = _head(rows[:n])
        around = [word for line in (*rows[max(n - 1, 0) : n], *rows[n + 1 : n + 2]) for word in line]
        broken = any(word.is_number and abs(word.base - row[0].base) < _NEAR * word.line.size for word in around)
        broken = broken or reaches(row[0], shown) or reaches(row[-1], shown)
        if not head:
            continue
        numbers = row if len(row) == len(_HEADS) else _parted(row)
        if numbers is None or (broken and not _add_up(numbers)):
            continue
        cells = [Cell(text, 0, col) for col, text in enumerate(_HEADS)]
        cells += [Cell(word.text, 1, col, locator=Locator(page=page, box=word.box)) for col, word in enumerate(numbers)]
        used = [*row, *head]
        box = box_of(used)
        yield unruled(box, Grid(cells, page, Locator(page=page, box=box)), used)


def _head(above: list[Row]) -> list[Word]:
    """The words over a row, as far up as the head reaches; none where they are not the form's in the form's order.

    However its words are broken over lines, from left to right their telling characters stand in one order."""
    head: list[Word] = []
    for row in list(reversed(above))[:_MOST_LINES]:
        if any(word.is_number or len(word.text.translate(_OF_HEADS)) > _LONGEST for word in row):
            break
        head += row
        chars = sorted((char for word in head for char in word.chars), key=_middle)
        if "".join(char.text for char in chars if char.text in _OF_RESULTS) != _ORDER:
            continue
        if "".join(char.text for char in chars if char.text in _OF_ROUTES) == _OF_ROUTES:
            return head
    return []


def _middle(char: Char) -> float:
    return char.middle[0]


def _add_up(row: Row) -> bool:
    numbers = [read_value(word.text).number or 0 for word in row]
    fives = [numbers[n : n + _RESULTS] for n in range(0, len(_HEADS), _RESULTS)]
    return all(sum(parts) == total for *parts, total in fives)


def _parted(row: Row) -> Row | None:
    """Fifteen numbers of fewer that touch, none where no way to part them keeps the sums, or more than one does."""
    ways: list[Row] = []
    todo: list[tuple[Row, int]] = [([], 0)]
    while todo and len(ways) < 2:
        done, n = todo.pop()
        left = len(_HEADS) - len(done)
        if len(done) % _RESULTS == 0 and done and not _five_adds_up(done[-_RESULTS:]):
            continue
        if n == len(row):
            ways += [done] if not left else []
            continue
        if not len(row) - n <= left <= 2 * (len(row) - n):
            continue
        for parts in _ways_to_part(row[n]):
            # A part may end one five and begin the next: each five is asked for its sum as it is full.
            middle = [*done, *parts]
            if len(parts) == 2 and (len(done) + 1) % _RESULTS == 0 and not _five_adds_up(middle[-1 - _RESULTS : -1]):
                continue
            todo.append((middle, n + 1))
    return ways[0] if len(ways) == 1 else None


def _ways_to_part(word: Word) -> Iterator[Row]:
    yield [word]
    if word.text.isdigit() and len(word.text) == len(word.chars):
        for at in range(1, len(word.chars)):
            yield [*word_of(word.chars[:at]), *word_of(word.chars[at:])]


def _five_adds_up(five: Row) -> bool:
    *parts, total = (read_value(word.text).number or 0 for word in five)
    return sum(parts) == total
