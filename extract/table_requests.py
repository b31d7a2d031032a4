"""Reads table 3: requests received and how they were dealt with, a row an outcome, a column a kind of applicant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise

from extract import labels
from extract.assign import Assignment, Columns, assignments, by_header, choose, number
from extract.document import Cell
from extract.filing import Filed, Filing, filed
from extract.form import APPLICANTS
from extract.grids import Row, Slot, has_number, slots
from extract.text import canonical, simplified
from extract.values import is_words, read_value

_KEYS = tuple(APPLICANTS)
# Of a group's rows: the form has none, and they say nothing that those rows do not.
_SUBTOTALS = ("小计",)
Places = tuple[int | None, ...]


@dataclass(frozen=True)
class Header:
    """Where each applicant's column stands, and how many grid columns the header covers; `others` are columns that the
    form has not: last year's totals, shares."""

    columns: Columns
    width: int
    others: tuple[tuple[int, int], ...] = ()
    inner: tuple[str, ...] = ()
    """The kinds of organisations in the order that they are named in."""


@dataclass
class _Told:
    """A row with what its words say: where they stand, whether they head columns, the outcome that they name and the
    index of the last cell that names it."""

    cells: Row
    words: list[int]
    header: bool
    found: tuple[str, int] | None


@dataclass
class _Line:
    """A row whose label is known: what stands after it, and where the row's cells begin."""

    outcome: str
    label: Cell
    slots: list[Slot]
    candidates: list[Assignment]


def read(rows: list[Row], filing: Filing, before: Header | None = None, placed: bool = True) -> Header:
    """File every row of table 3 among these rows. `before` is the header of an earlier part of the same table;
    `placed` says whether blank cells would be seen.

    Returns the header found, to be handed on to the part of the table after a page break.
    """
    told = [_tell(row) for row in rows]
    header = _header(told)
    header = header if header.columns else before or header
    lines: list[_Line] = []
    for row in _join_broken(told):
        if row.header:
            continue
        if row.found is None:
            _note_unknown(row, filing)
            continue
        outcome, at = row.found
        own = _of_the_form(row.cells[at + 1 :], header)
        if own is None:
            filing.row("requests", outcome, dict.fromkeys(_KEYS))
            continue
        after = slots(own)
        while len(after) > len(_KEYS) and is_words(after[-1].cell.text):
            # A remark at the end of the row.
            after.pop()
        if not after:
            continue
        lines.append(_Line(outcome, row.cells[at], after, assignments(after, len(_KEYS))))
    orders = _orders(header, lines)
    blanks = sum(_leaves_blanks(line.slots) for line in lines) > 1
    divided = any(line.outcome in ("other_not_corrected", "other_fee_unpaid") for line in lines)
    usual = _usual_places(lines)
    for line in lines:
        if divided and line.outcome == "other" and _is_group(line) and all(slot.value.blank for slot in line.slots):
            continue
        filing.undivided_other = filing.undivided_other or (line.outcome == "other" and _is_group(line))
        lost = [] if blanks else _if_a_cell_was_lost(line.slots, header.width)
        _file(line, orders, _aligned(line, header, blanks), lost, blanks, usual, placed, filing)
    return header


def has_label(row: Row) -> bool:
    """Whether the row names an outcome."""
    return _find_label(row, _words(row)) is not None


def _tell(row: Row) -> _Told:
    row = _without_slid_group(row)
    words = _words(row)
    header = _is_header([row[n].text for n in words])
    return _Told(row, words, header, None if header else _find_label(row, words))


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
    if words and canonical(row[words[-1]].text) in _SUBTOTALS:
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


def _join_broken(rows: list[_Told]) -> list[_Told]:
    """Rows with a label that was cut in two, by a page break or a careless split, made one again.

    Two rows are one when the second's label has no number of its own and means nothing else alone, the two together
    mean an outcome, and only one of them has numbers. Or the second has but the last digits of some numbers of the
    first, and no label.
    """
    joined: list[_Told] = []
    for row in rows:
        if joined and (whole := _join(joined[-1], row)) is not None:
            joined[-1] = _tell(whole)
        else:
            joined.append(row)
    return joined


def _join(one: _Told, other: _Told) -> Row | None:
    if one.header or other.header or not one.words:
        return None
    own, before = other.found, one.found
    cut = _cut_numbers(one.cells, other.cells)
    place = one.cells[_last_of_label(one)].col
    beneath = [cell for cell in other.cells if cell.col <= place < cell.col + cell.colspan]
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


def _last_of_label(row: _Told) -> int:
    """The last of the row's words, of those before its first number if there are any: words after it are remarks."""
    first = next((n for n, cell in enumerate(row.cells) if has_number([cell])), len(row.cells))
    return max((n for n in row.words if n < first), default=row.words[-1])


def _header(rows: list[_Told]) -> Header:
    heads = [row for row in rows if row.header]
    width = max((cell.col + cell.colspan for row in heads for cell in row.cells), default=0)
    named: dict[str, Cell] = {}
    others: list[Cell] = []
    doubtful: set[str] = set()
    for row in heads:
        for cell in (row.cells[n] for n in row.words):
            key = labels.applicants.match(cell.text)
            before = named.setdefault(key, cell) if key else cell
            if key is None or _place(before) == _place(cell):
                others += [] if key else [cell]
            elif _is_official(key, cell) is not _is_official(key, before):
                # Beside 总计 a column of subtotals may be called 合计.
                named[key], other = (cell, before) if _is_official(key, cell) else (before, cell)
                others.append(other)
            elif before.row == cell.row:
                doubtful.add(key)
    columns = {key: _place(cell) for key, cell in named.items() if key not in doubtful}
    taken = columns.values() if len(columns) == len(_KEYS) else ()
    begin = min((first for first, _ in taken), default=0)
    apart = dict.fromkeys(place for place in map(_place, others) if place[0] >= begin and _is_apart(place, taken))
    return Header(columns, width, tuple(apart), tuple(key for key in named if key in _KEYS[1:-1]))


def _place(cell: Cell) -> tuple[int, int]:
    return cell.col, cell.col + cell.colspan


def _is_official(key: str, cell: Cell) -> bool:
    return labels.core(cell.text) == APPLICANTS[key]


def _is_apart(place: tuple[int, int], columns: Collection[tuple[int, int]]) -> bool:
    """Whether a column overlaps none of these, which are all."""
    return bool(columns) and all(place[1] <= first or end <= place[0] for first, end in columns)


def _of_the_form(cells: Row, header: Header) -> Row | None:
    """A row's cells without those under columns that the form has not; None where there are such columns and the row
    does not end where its header does: a cell was lost or is one too many, and none can be told from its neighbours."""
    if not header.others or not cells:
        return cells
    if cells[-1].col + cells[-1].colspan != header.width:
        return None
    return [c for c in cells if not any(first <= c.col and c.col + c.colspan <= end for first, end in header.others)]


def _orders(head: Header, lines: list[_Line]) -> list[tuple[str, ...]]:
    """The orders that the columns may stand in: the form's own, unless the totals bear out another.

    The header's order may be the print's or an accident of a lost layout; some print the total first. Where a header
    prints another order and the totals do not tell, it is believed where all rows stand squarely under it; else both
    stand, and only cells on which both agree are read.
    """
    header = head.columns
    starts = [first for first, _ in header.values()]
    whole = set(header) == set(_KEYS) and len(set(starts)) == len(starts)
    printed = tuple(sorted(header, key=lambda key: header[key][0])) if whole else _KEYS
    if not whole and sorted(head.inner) == sorted(_KEYS[1:-1]):
        # A header that slid tells no columns, but still the order.
        printed = (_KEYS[0], *head.inner, _KEYS[-1])
    rows = [line.candidates[0] for line in lines if len(line.candidates) == 1]
    rows = [row for row in rows if sum(bool(number(slot)) for slot in row) > 1]
    total_first = ("total", *_KEYS[:-1])
    possible = dict.fromkeys((_KEYS, printed, total_first))
    borne = {order: sum(_vouched_for(_in_order(row, order)) for row in rows) for order in possible}
    best = max(borne, key=lambda order: borne[order])
    if borne[best] > borne[_KEYS] and borne[best] * 2 > len(rows) > 2:
        return [best]
    squarely = sorted(header.values())
    if borne[printed] >= borne[_KEYS] and all([_place(slot.cell) for slot in line.slots] == squarely for line in lines):
        return [printed]
    return [_KEYS, printed] if printed != _KEYS and borne[printed] == borne[_KEYS] else [_KEYS]


def _in_order(row: Assignment, order: tuple[str, ...]) -> Assignment:
    """A row whose cells stand in this order, in the form's order."""
    return row if order == _KEYS else tuple(row[order.index(key)] for key in _KEYS)


def _usual_places(lines: list[_Line]) -> dict[tuple[int, int], set[Places]]:
    """For each build of row (where its label ends, how many cells follow), the grid columns that its numbers stand in,
    as the rows tell that leave no choice."""
    usual: dict[tuple[int, int], set[Places]] = {}
    for line in lines:
        if len(line.candidates) == 1:
            usual.setdefault(_build(line), set()).add(_places(line.candidates[0]))
    return usual


def _places(row: Assignment) -> Places:
    return tuple(slot.cell.col if slot is not None else None for slot in row)


def _build(line: _Line) -> tuple[int, int]:
    return line.label.col + line.label.colspan, len(line.slots)


def _file(
    line: _Line,
    orders: list[tuple[str, ...]],
    aligned: Assignment | None,
    lost: list[Assignment],
    blanks: bool,
    usual: dict[tuple[int, int], set[Places]],
    placed: bool,
    filing: Filing,
) -> None:
    places = usual.get(_build(line), set())
    candidates = [_in_order(row, order) for row in line.candidates for order in orders]
    if aligned is not None and aligned not in candidates:
        candidates.append(aligned)
    candidates += lost
    if len(line.slots) >= len(_KEYS) and (not placed or _KEYS not in orders):
        # Where blanks leave no trace, or only the totals vouch for the order, a row is believed as far as they do.
        candidates = [row for row in candidates if _adds_up(row)]
    if _KEYS not in orders and len(line.slots) != len(_KEYS):
        candidates = []
    if aligned is None and blanks and len(line.slots) == len(_KEYS) + 1 and not line.slots[0].value.blank:
        # With no header to tell, a number before seven cells may be a stray digit of the label.
        candidates.append(tuple(line.slots[1:]))
    tests: list[Callable[[Assignment], bool]] = [lambda row: row == aligned]
    if orders == [_KEYS] or len(line.slots) == len(_KEYS):
        # Places tell nothing of which order they are in.
        tests += [lambda row: places == {_places(row)}] if len(orders) == 1 else []
        # A row that lost a cell has lost its sum with it.
        tests += [_adds_up] if len(line.slots) >= len(_KEYS) else []
    # Where a row slid against its header, standing under it proves nothing.
    choice = choose(candidates, [] if lost else tests)
    if choice is None:
        filing.row("requests", line.outcome, dict.fromkeys(_KEYS))
        return
    cells: dict[str, Filed] = {}
    for key, slot, certain in zip(_KEYS, choice.slots, choice.certain, strict=True):
        # A number that spans rows is of none of them alone.
        cells[key] = filed(slot, certain and slot is not None and slot.cell.rowspan == 1)
    filing.row("requests", line.outcome, cells)


def _aligned(line: _Line, header: Header, blanks: bool) -> Assignment | None:
    """The cells that stand under the header's columns; None where a row reaches beyond its header, since then it does
    not stand under it. Where the table's rows leave no cell blank, neither may this reading of one."""
    end = line.slots[-1].cell.col + line.slots[-1].cell.colspan
    if header.width < end:
        return None
    row = by_header(line.slots, _KEYS, header.columns)
    return row if row is None or blanks or None not in map(number, row) or row in line.candidates else None


def _if_a_cell_was_lost(line: list[Slot], width: int) -> list[Assignment]:
    """What a row may mean if one of its cells was not printed and the rest slid left; none where nothing looks like it.

    Either it was filled up with a blank, and its last number could be the total of the others; or it ends before the
    header does (`width` columns), and the blanks before its numbers are its label's. Asked only where the table's other
    rows leave nothing blank.
    """
    printed = list(dropwhile(lambda slot: slot.value.blank, line)) if len(line) > len(_KEYS) else line
    if len(printed) == len(_KEYS) and printed[-1].value.blank:
        *parts, last = (slot.value.number for slot in printed[:-1])
        slid = last is not None and last >= sum(part or 0 for part in parts)
        return assignments(printed[:-1], len(_KEYS)) if slid else []
    if len(printed) < len(_KEYS) <= len(line) and line[-1].cell.col + line[-1].cell.colspan < width:
        return assignments(printed, len(_KEYS))
    return []


def _leaves_blanks(line: list[Slot]) -> bool:
    """Whether more cells of a row are blank than can be surplus."""
    return sum(slot.value.blank for slot in line) > max(0, len(line) - len(_KEYS))


def _vouched_for(row: Assignment) -> bool:
    """Whether a total is there, is no zero, and is the sum of the others."""
    return bool(number(row[-1])) and _adds_up(row)


def _adds_up(row: Assignment) -> bool:
    """Whether the six kinds of applicants and the total do not contradict each other. A blank or missing total
    contradicts nothing, so it never singles a reading out against another."""
    *parts, total = (number(slot) for slot in row)
    return total is None or sum(part or 0 for part in parts) == total


def _note_unknown(row: _Told, filing: Filing) -> None:
    last = row.words[-1] if row.words else -1
    after = row.cells[last + 1 :]
    if has_number(after):
        label = canonical(row.cells[last].text) if row.words else "（无标签）"
        if label in _SUBTOTALS:
            return
        filing.unknown_row("requests", label, slots(after))


def _is_group(line: _Line) -> bool:
    return "处理" in simplified(line.label.text)
