"""Table 4 on a page where no lines part its columns: fifteen numbers in a row under the words of its head."""

from __future__ import annotations

from collections.abc import Iterator

from extract.document import Cell, Grid
from extract.form import RESULTS, ROUTES
from extract.pdf_chars import Char
from extract.pdf_view import Span
from extract.pdf_words import Row, Unruled, Word, box_of, columns_of, meet, reaches, stacked, unruled, word_of
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


def find_challenges(page: int, rows: list[Row], before: list[Row], shown: Span) -> Iterator[Unruled]:
    """The numbers as they stand in their order, where the head's words stand in the form's, perhaps on the page
    `before`. Numbers that are broken over lines, or touch, are read where one way alone makes the sums come out."""
    for first, end in _blocks(rows):
        lines = rows[first:end]
        head = _head(rows[:first], before) if max(map(len, lines)) > _RESULTS else None
        if head is None:
            continue
        near = any(_has_digits(rows[n]) for n in (first - 1, end) if _is_near(rows, n, first))
        certain = len(lines) == 1 and not near and not any(reaches(word, shown) for word in lines[0])
        readings = (numbers if len(numbers) == len(_HEADS) else _parted(numbers) for numbers in _numbers(lines))
        whole = [numbers for numbers in readings if numbers and (certain or _add_up(numbers))]
        if not whole:
            continue
        cells = [Cell(text, 0, col) for col, text in enumerate(_HEADS)]
        cells += [
            Cell(word.text, 1, col, locator=Locator(page=page, box=word.box)) for col, word in enumerate(whole[0])
        ]
        used = [*whole[0], *head]
        box = box_of(used)
        yield unruled(box, Grid(cells, page, Locator(page=page, box=box)), used)


def _blocks(rows: list[Row]) -> Iterator[tuple[int, int]]:
    """From which line to which there is nothing but numbers, near to each other."""
    first = 0
    for n, row in enumerate([*rows, []]):
        # The rest of a number may begin with a nought, and be none by itself.
        numbers = bool(row) and all(word.is_number or word.text.isdecimal() for word in row)
        if first < n and not (numbers and _is_near(rows, n, n - 1)):
            yield first, n
            first = n
        if not numbers:
            first = n + 1


def _is_near(rows: list[Row], n: int, other: int) -> bool:
    if not (0 <= n < len(rows) and rows[n]):
        return False
    return abs(rows[n][0].base - rows[other][0].base) < _NEAR * rows[n][0].line.size


def _has_digits(row: Row) -> bool:
    return any(char.text.isdigit() for word in row for char in word.chars)


def _numbers(lines: list[Row]) -> Iterator[Row]:
    """What stands in each column; and the longest line alone, where the others stand beside it."""
    longest = max(lines, key=len)
    others = [word for line in lines if line is not longest for word in line]
    yield _columns([*longest, *others])
    if others and not any(meet(word, *_sides(own)) for word in others for own in longest):
        yield longest


def _sides(word: Word) -> Span:
    return word.box[0], word.box[2]


def _columns(words: list[Word]) -> Row:
    """Words under words put together: the lines of one number."""
    return [column[0] if len(column) == 1 else stacked(column) for column in columns_of(words)]


def _head(above: list[Row], before: list[Row]) -> list[Word] | None:
    """The words over a row, as far up as the head reaches, those of this page; None where they are not the form's in
    the form's order.

    However its words are broken over lines, from left to right their telling characters stand in one order."""
    head: list[Word] = []
    for n, row in enumerate([*reversed(above), *reversed(before)][:_MOST_LINES]):
        if any(word.is_number or len(word.text.translate(_OF_HEADS)) > _LONGEST for word in row):
            break
        head += row
        chars = sorted((char for word in head for char in word.chars), key=_middle)
        if "".join(char.text for char in chars if char.text in _OF_RESULTS) != _ORDER:
            continue
        if "".join(char.text for char in chars if char.text in _OF_ROUTES) == _OF_ROUTES:
            return [word for line in above[max(len(above) - n - 1, 0) :] for word in line]
    return None


def _middle(char: Char) -> float:
    return char.middle[0]


def _add_up(row: Row) -> bool:
    numbers = [read_value(word.text).number or 0 for word in row]
    fives = [numbers[n : n + _RESULTS] for n in range(0, len(_HEADS), _RESULTS)]
    return all(sum(parts) == total for *parts, total in fives)


def _parted(row: Row) -> Row:
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
    return ways[0] if len(ways) == 1 else []


def _ways_to_part(word: Word) -> Iterator[Row]:
    yield [word]
    if word.text.isdigit() and len(word.text) == len(word.chars):
        for at in range(1, len(word.chars)):
            yield [*word_of(word.chars[:at]), *word_of(word.chars[at:])]


def _five_adds_up(five: Row) -> bool:
    *parts, total = (read_value(word.text).number or 0 for word in five)
    return sum(parts) == total
