"""Rows of table 3 told by their words: which outcome each names, and one row again of what a page end cut in two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from extract import labels
from extract.document import Cell
from extract.grids import Row, has_number
from extract.text import canonical, simplified
from extract.values import is_words, read_value

# Of a group's rows: the form has none, and they say nothing that those rows do not.
SUBTOTALS = ("小计",)
# The groups with how the keys of their outcomes begin.
_GROUPS = {"不予公开": "refused", "无法提供": "unavailable", "不予处理": "not_processed", "其他处理": "other"}


@dataclass
class Told:
    """A row with what its words say: where they stand, whether they head columns, the outcome that they name and the
    index of the last cell that names it."""

    cells: Row
    words: list[int]
    header: bool
    found: tuple[str, int] | None


def has_label(row: Row) -> bool:
    """Whether the row names an outcome."""
    return _find_label(row, _words(row)) is not None


def tell(row: Row) -> Told:
    row = _without_slid_group(row)
    words = _words(row)
    header = _is_header([row[n].text for n in words])
    return Told(row, words, header, None if header else _find_label(row, words))


def subtotal_of(row: Told, divided: bool) -> str | None:
    """How the keys of a group's outcomes begin, if this row with numbers is only of the group: marked so, or named as
    the group. 其他处理 is a row of the form where it is not divided."""
    if row.header or not row.words or not has_number(row.cells[row.words[-1] + 1 :]):
        return None
    name = labels.core(row.cells[row.words[-1]].text)
    group = _GROUPS.get(name.removesuffix("小计"))
    return group if group != "other" or divided or name.endswith("小计") else None


def _without_slid_group(row: Row) -> Row:
    """The row without a group's label that stands behind the row's own, where the spans of the table are wrong: a label
    that spans rows is never the nearest one's rival."""
    if all(cell.rowspan == 1 for cell in row):
        return row
    at = next((n for n, cell in enumerate(row) if cell.rowspan == 1 and labels.outcomes.match(cell.text)), len(row))
    return [cell for n, cell in enumerate(row) if n < at or cell.rowspan == 1 or not is_words(cell.text)]


def _words(row: Row) -> list[int]:
    """Where cells stand that are words rather than a value or a blank."""
    return [n for n, cell in enumerate(row) if is_words(cell.text)]


def _find_label(row: Row, words: list[int]) -> tuple[str, int] | None:
    """The nearest label to the numbers counts, since labels of groups stand before it."""
    if words and canonical(row[words[-1]].text) in SUBTOTALS:
        return None
    for n in reversed(words):
        if outcome := labels.outcomes.match(row[n].text):
            return outcome, n
    for before, n in pairwise(words):
        if outcome := labels.outcomes.match(row[before].text + row[n].text):
            return outcome, n
    return None


def _is_header(words: list[str]) -> bool:
    people = {person for text in words if (person := labels.applicants.match(text))}
    text = simplified(canonical("".join(words)))
    return len(people) >= 2 or "勾稽" in text or "申请人情况" in text or "法人或其他" in text


def join_broken(rows: list[Told]) -> list[Told]:
    """Rows with a label that was cut in two, by a page break or a careless split, made one again.

    Two rows are one when the second's label has no number of its own and means nothing else alone, the two together
    mean an outcome, and only one of them has numbers. Or the second has but the last digits of some numbers of the
    first, and no label.
    """
    joined: list[Told] = []
    for row in rows:
        if joined and (whole := _join(joined[-1], row)) is not None:
            joined[-1] = tell(whole)
        else:
            joined.append(row)
    return joined


def _join(one: Told, other: Told) -> Row | None:
    if one.header or other.header or not one.words:
        return None
    own, before = other.found, one.found
    cut = _cut_numbers(one.cells, other.cells)
    label = one.cells[_last_of_label(one)]
    first, end = label.col, label.col + label.colspan
    beneath = [cell for cell in other.cells if cell.col < end and first < cell.col + cell.colspan]
    if cut is not None and before and not any(cell.text.strip() for cell in beneath):
        return cut
    if not other.words:
        return None
    if own is not None and (before is None or own[0] != before[0]):
        return None
    above, below = one.cells, other.cells
    last_above, last_below = _last_of_label(one), _last_of_label(other)
    if cut is None and has_number(above[last_above:]) and has_number(below[last_below:]):
        return None
    if above[last_above] is below[last_below] or labels.is_numbered(below[last_below].text):
        return None
    text = above[last_above].text + below[last_below].text
    meant = labels.outcomes.match(text)
    if meant is None or (before is not None and before[0] != meant):
        return None
    if cut is not None:
        keep, last = cut, last_above
    else:
        keep, last = (below, last_below) if has_number(below[last_below:]) else (above, last_above)
    cell = keep[last]
    whole = Cell(text, cell.row, cell.col, cell.rowspan, cell.colspan, cell.locator)
    return [*keep[:last], whole, *keep[last + 1 :]]


def _cut_numbers(above: Row, below: Row) -> Row | None:
    """The row above with its numbers made whole, where a page break ran through it: the row below, on the next page,
    has digits under some of its numbers and blanks under the rest. None where it is not so."""
    ends = {cell.col: cell for cell in below if has_number([cell])}
    numbers = {cell.col for cell in above if has_number([cell])}
    pages = {cell.locator.page for cell in above}, {cell.locator.page for cell in below}
    if not ends or None in pages[0] | pages[1] or pages[0] & pages[1] or not set(ends) < numbers:
        return None
    if not all(read_value(cell.text).readable for cell in below if cell.col in numbers):
        return None
    joined = [
        replace(cell, text=f"{cell.text}\n{ends[cell.col].text}") if cell.col in ends and cell.col in numbers else cell
        for cell in above
    ]
    # A row whose sum is kept, and would be broken by what stands below, was not cut.
    return None if _is_summed(above) and not _is_summed(joined) else joined


def _is_summed(row: Row) -> bool:
    """Whether a row's last number is the sum of those before it."""
    numbers = [value for cell in row if (value := read_value(cell.text).number) is not None]
    return len(numbers) > 1 and sum(numbers[:-1]) == numbers[-1]


def _last_of_label(row: Told) -> int:
    """The last of the row's words, of those before its first number if there are any: words after it are remarks."""
    first = next((n for n, cell in enumerate(row.cells) if has_number([cell])), len(row.cells))
    return max((n for n in row.words if n < first), default=row.words[-1])
