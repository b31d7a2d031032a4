"""Numbers of the table of requests that narrow columns break over lines, where no lines part its rows: put together
again where the lines of each row stand clearly nearer to each other than to those of the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.chapters import heading_of
from extract.pdf_paths import Rule
from extract.pdf_words import Row, Word, stacked

# In distances of lines within a number: those of one row are no further apart than the one, its neighbours further
# than the other.
_WITHIN, _BETWEEN = 1.15, 1.4
_MOST_LINES, _FEW, _STRAYS = 5, 3, 2
_PROSE = 30
_UNITS = "件条次宗个项"


def with_whole_numbers(rows: Sequence[Row], columns: int, rules: Sequence[Rule]) -> list[Row]:
    """The lines with the numbers of a row that was broken over several in one of their own. What is put together so
    must be borne out by the row's sum: nothing else tells rows of few numbers from lines of broken ones."""
    out: list[Row] = []
    for part in _parts(rows, columns):
        out += _gathered(part, columns, rules)
    return out


def _parts(rows: Sequence[Row], columns: int) -> Iterator[list[Row]]:
    """Lines between those of prose and of other tables."""
    part: list[Row] = []
    for row in rows:
        prose = len(row) == 1 and (len(row[0].text) > _PROSE or heading_of(row[0].text))
        if prose or sum(map(_is_part, row)) > columns:
            yield part
            yield [row]
            part = []
        else:
            part.append(row)
    yield part


def _is_part(word: Word) -> bool:
    """Whether it is a number, or may be the rest of one: 04, 件."""
    return word.is_number or word.text.isdecimal() or word.text in _UNITS


def _gathered(rows: list[Row], count: int, rules: Sequence[Rule]) -> list[Row]:
    found = _columns(rows)
    columns = [column for column in found if len(column) >= _FEW]
    if len(columns) != count or sum(map(len, found)) - sum(map(len, columns)) > _STRAYS:
        return rows
    pitch = min(other.base - one.base for column in columns for one, other in pairwise(column))
    place = {id(word): n for n, column in enumerate(columns) for word in column}
    lines = [n for n, row in enumerate(rows) if any(id(word) in place for word in row)]
    groups: list[list[int]] = []
    for n in lines:
        if groups and _base(rows[n], place) - _base(rows[groups[-1][-1]], place) <= _WITHIN * pitch:
            groups[-1].append(n)
        else:
            groups.append([n])
    apart = [
        _base(rows[below[0]], place) - _base(rows[above[-1]], place) > _BETWEEN * pitch
        for above, below in pairwise(groups)
    ]
    out = list(rows)
    for group, before, after in zip(groups, [True, *apart], [*apart, True], strict=True):
        words = [word for n in group for word in rows[n] if id(word) in place]
        if not (before and after) or not _is_one_row(group, words, place, count, rules):
            continue
        for n in group:
            out[n] = [word for word in rows[n] if id(word) not in place]
        whole = [stacked([word for word in words if place[id(word)] == column]) for column in range(count)]
        out[group[len(group) // 2]] += whole
    return out


def _columns(rows: list[Row]) -> list[list[Word]]:
    """Numbers over numbers, from left to right and from top to bottom."""
    found: list[list[Word]] = []
    reach = 0.0
    for word in sorted((word for row in rows for word in row if _is_part(word)), key=lambda word: word.box[0]):
        if found and word.box[0] < reach:
            found[-1].append(word)
        else:
            found.append([word])
            reach = 0.0
        reach = max(reach, word.box[2])
    return [sorted(column, key=lambda word: word.base) for column in found]


def _base(row: Row, place: dict[int, int]) -> float:
    return next(word.base for word in row if id(word) in place)


def _is_one_row(group: list[int], words: list[Word], place: dict[int, int], count: int, rules: Sequence[Rule]) -> bool:
    """Whether lines make one row of numbers, some of them broken: no two lines have one in each column, each column
    has one, and no line is ruled between them."""
    if not 1 < len(group) <= _MOST_LINES or {place[id(word)] for word in words} != set(range(count)):
        return False
    bases = [word.base for word in words]
    left, right = min(word.box[0] for word in words), max(word.box[2] for word in words)
    ruled = any(
        rule.level and min(bases) < rule.at < max(bases) and rule.low < right and rule.high > left for rule in rules
    )
    full = sum(len({place[id(word)] for word in words if word.base == base}) == count for base in set(bases))
    return not ruled and full < 2
