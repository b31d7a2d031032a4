"""Which cell of a row belongs to which column, when rows are longer, shorter or slid against their header.

Evidence is weighed, never counted from the left alone: as many cells as columns settle it; otherwise the assignments
that leave nothing but blanks over are compared, narrowed by the header, by rows of the same build and by the form's own
sums. What all that remain agree on is read; the rest is unread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import comb

from extract.grids import Slot

Assignment = tuple[Slot | None, ...]
"""A slot for each column; None where this assignment has no cell for the column."""

Columns = dict[str, tuple[int, int]]
"""Column key -> first and one past last grid column of its header cell."""

_MOST_WAYS = 3500


@dataclass(frozen=True)
class Choice:
    """What is certain of a row: for each column its slot or None, and which of the Nones are certain blanks."""

    slots: Assignment
    certain: tuple[bool, ...]


def assignments(slots: Sequence[Slot], width: int) -> list[Assignment]:
    """Every order-keeping assignment of slots to `width` columns that leaves only blanks over."""
    count = len(slots)
    if count == width:
        return [tuple(slots)]
    if count > width:
        blanks = [n for n, slot in enumerate(slots) if slot.value.blank]
        surplus = count - width
        if comb(len(blanks), surplus) > _MOST_WAYS:
            return []
        return [
            tuple(slot for n, slot in enumerate(slots) if n not in left_out)
            for left_out in combinations(blanks, surplus)
        ]
    if comb(width, count) > _MOST_WAYS:
        return []
    found: list[Assignment] = []
    for places in combinations(range(width), count):
        row: list[Slot | None] = [None] * width
        for place, slot in zip(places, slots, strict=True):
            row[place] = slot
        found.append(tuple(row))
    return found


def by_header(slots: Sequence[Slot], keys: Sequence[str], columns: Columns) -> Assignment | None:
    """The assignment that the header's columns give, None where they give no cell each or leave a number over.

    A digit or two left of all the header's columns stand among the labels: a stray number, which counts for nothing.
    """
    if not all(key in columns for key in keys):
        return None
    places = [columns[key] for key in keys]
    if [(slot.cell.col, slot.cell.col + slot.cell.colspan) for slot in slots] == places:
        return tuple(slots)
    row: list[Slot] = []
    for first, end in places:
        over = [slot for slot in slots if slot.cell.col < end and slot.cell.col + slot.cell.colspan > first]
        over = [slot for slot in over if not slot.value.blank] or over[:1]
        if len(over) != 1:
            return None
        row.append(over[0])
    taken = {id(slot) for slot in row}
    left = [slot for slot in slots if id(slot) not in taken and not slot.value.blank]
    begin = min(first for first, _ in columns.values())
    stray = len(left) == 1 and left[0].cell.col + left[0].cell.colspan <= begin and len(left[0].cell.text.strip()) <= 2
    return tuple(row) if len(taken) == len(row) and (not left or stray) else None


def choose(candidates: Sequence[Assignment], tests: Sequence[Callable[[Assignment], bool]]) -> Choice | None:
    """The one candidate that the tests single out; where they single out none, or different ones, what all candidates
    agree on. None where there is no candidate.

    A test that several candidates pass singles out none: a sum that fits twice proves nothing.
    """
    if not candidates:
        return None
    if len(candidates) == 1:
        return Choice(candidates[0], tuple(slot is not None for slot in candidates[0]))
    picked: list[Assignment] = []
    for test in tests:
        passing = [candidate for candidate in candidates if test(candidate)]
        if (
            passing
            and all(_alike(passing[0], other) for other in passing)
            and not any(_alike(passing[0], p) for p in picked)
        ):
            picked.append(passing[0])
    remaining = picked if len(picked) == 1 else list(candidates)
    slots: list[Slot | None] = []
    certain: list[bool] = []
    for options in zip(*remaining, strict=True):
        agreed = all(_same(options[0], other) for other in options[1:])
        slots.append(options[0] if agreed else None)
        certain.append(agreed and options[0] is not None)
    return Choice(tuple(slots), tuple(certain))


def _alike(one: Assignment, other: Assignment) -> bool:
    """Whether two assignments come to the same values, whichever blanks they leave out."""
    return all(map(_same, one, other))


def _same(one: Slot | None, other: Slot | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one is other or one.value == other.value) and one.value.readable


def number(slot: Slot | None) -> Decimal | None:
    """What the slot holds, None where it is blank, unreadable or not there."""
    return None if slot is None else slot.value.number
