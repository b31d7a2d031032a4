"""Reads table 3: requests received and how they were dealt with, a row an outcome, a column a kind of applicant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import dropwhile

from extract import labels
from extract.assign import Assignment, Columns, assignments, by_header, choose, number
from extract.document import Cell
from extract.filing import Filed, Filing, filed
from extract.form import APPLICANTS
from extract.grids import Row, Slot, has_number, slots
from extract.request_rows import SUBTOTALS, Told, join_broken, subtotal_of, tell
from extract.text import canonical, simplified
from extract.values import is_words

_KEYS = tuple(APPLICANTS)
_OTHER = re.compile(r"其[他它](?:处理)?|情[形况]|[一二三四五六]|[^\u4e00-\u9fff]")
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
    lines: tuple[_Line, ...] = ()
    """The rows read under it so far, which tell of its columns' order and whether blanks are left among them."""


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
    told = [tell(row) for row in rows]
    header = _header(told)
    header = header if header.columns else before or header
    lines: list[_Line] = []
    subtotals: list[tuple[str, Told]] = []
    whole = join_broken(told)
    divided = any(row.found and row.found[0] == "other" and not _names_group(row.cells[row.found[1]]) for row in whole)
    for row in whole:
        if row.header:
            continue
        if group := subtotal_of(row, divided):
            subtotals.append((group, row))
            continue
        if row.found is None:
            _note_unknown(row, filing)
            continue
        if line := _line(row.cells, *row.found, header, filing):
            lines.append(line)
    all_lines = [*(before.lines if before and before.columns == header.columns else ()), *lines]
    orders = _orders(header, all_lines)
    blanks = sum(_leaves_blanks(line.slots) for line in all_lines) > 1
    signs = sum(_leaves_empty(line.slots) for line in all_lines) <= 1
    totals = _have_totals(all_lines)
    divided = divided or any(line.outcome in ("other_not_corrected", "other_fee_unpaid") for line in lines)
    usual = _usual_places(lines)
    spare = [line for line in all_lines if len(line.slots) > len(_KEYS)]
    squarely = any(_windows(line.slots) == [_aligned(line, header, blanks)] for line in spare)
    for line in lines:
        if divided and line.outcome == "other" and _is_group(line):
            if all(slot.value.blank for slot in line.slots):
                continue
            if _says_more(line.label):
                # The group's label ran into that of a row of its, which is not 3.其他.
                filing.unknown_row("requests", canonical(line.label.text), line.slots)
                continue
        filing.undivided_other = filing.undivided_other or (line.outcome == "other" and _is_group(line))
        aligned = _aligned(line, header, blanks)
        lost = _if_it_slid(line.slots, aligned, squarely) if blanks else _if_a_cell_was_lost(line.slots, header.width)
        if blanks and len(line.slots) == len(_KEYS) and not line.slots[-1].cell.text:
            # Where blanks have a sign, a cell without one fills the row up.
            lost += assignments(line.slots[:-1], len(_KEYS)) if signs else []
            if totals and _may_be_filled_up(line.slots):
                filing.may_have_slid.add(line.outcome)
        _file(line, orders, aligned, lost, blanks, usual, placed, filing)
    for group, row in subtotals:
        _check_subtotal(group, row, orders[0], filing)
    return replace(header, lines=tuple(all_lines))


def _line(cells: Row, outcome: str, at: int, header: Header, filing: Filing) -> _Line | None:
    """The row of an outcome whose label ends with that cell; None where nothing of it can be read."""
    own = _of_the_form(cells[at + 1 :], header)
    if own is None:
        filing.row("requests", outcome, dict.fromkeys(_KEYS))
        return None
    after = slots(own)
    while len(after) > len(_KEYS) and is_words(after[-1].cell.text):
        # A remark at the end of the row.
        after.pop()
    if not after:
        return None
    ways = assignments(after, len(_KEYS))
    beyond = len(after) > len(_KEYS) and header.width < after[-1].cell.col + after[-1].cell.colspan
    if beyond and ways != [tuple(after[1:])]:
        # Of a row that reaches beyond its header nobody knows which cell is too much, but for its sum, or where
        # the first is the only blank one.
        ways = [way for way in ways if _adds_up(way)]
    # A blank too many stands beside the label or at the row's end; that one among the numbers is, only a sum can tell.
    ways = [way for way in ways if _is_unbroken(way, after) or _adds_up(way)]
    return _Line(outcome, cells[at], after, ways)


def _header(rows: list[Told]) -> Header:
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
    without_first: Assignment = ()
    if aligned is None and blanks and len(line.slots) == len(_KEYS) + 1 and not line.slots[0].value.blank:
        # With no header to tell, a number before seven cells may be a stray digit of the label; but a sum must bear out
        # what nothing else does.
        without_first = tuple(line.slots[1:])
        borne_out = number(without_first[-1]) is not None and _adds_up(without_first)
        candidates += [without_first] if candidates or borne_out else []
    tests: list[Callable[[Assignment], bool]] = [lambda row: row == aligned]
    if orders == [_KEYS] or len(line.slots) == len(_KEYS):
        # Places tell nothing of which order they are in, and not that a number is too much.
        tests += [lambda row: row != without_first and places == {_places(row)}] if len(orders) == 1 else []
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


def _windows(slots: list[Slot]) -> list[Assignment]:
    """The readings of a row as cells beside each other that leave out no number."""
    width, printed = len(_KEYS), sum(number(slot) is not None for slot in slots)
    parts: list[Assignment] = [tuple(slots[start : start + width]) for start in range(len(slots) - width + 1)]
    return [part for part in parts if sum(number(slot) is not None for slot in part) == printed]


def _if_it_slid(slots: list[Slot], aligned: Assignment | None, squarely: bool) -> list[Assignment]:
    """What a row among blanks means if its numbers slid left and blanks fill it up: it looks like one whose numbers
    stand under their headers, behind a stray digit or without a total. That rows with cells to spare stand `squarely`
    under the header, and could stand nowhere else, speaks against it."""
    windows = _windows(slots) if aligned is not None else []
    if aligned is None or (aligned in windows and (squarely or number(aligned[-1]) is not None)):
        return []
    return windows


def _if_a_cell_was_lost(line: list[Slot], width: int) -> list[Assignment]:
    """What a row may mean if one of its cells was not printed and the rest slid left; none where nothing looks like it.

    Either it was filled up with a blank, or it ends before the header does (`width` columns), and the blanks before its
    numbers are its label's. Asked only where the table's other rows leave nothing blank.
    """
    printed = list(dropwhile(lambda slot: slot.value.blank, line)) if len(line) > len(_KEYS) else line
    if len(printed) < len(_KEYS) <= len(line) and line[-1].cell.col + line[-1].cell.colspan < width:
        return assignments(printed, len(_KEYS))
    return assignments(printed[:-1], len(_KEYS)) if _may_be_filled_up(printed) else []


def _may_be_filled_up(line: list[Slot]) -> bool:
    """Whether a row has nothing for its total, and its last number could be the total of the others: a cell was not
    printed, the rest slid left, and a blank fills the row up."""
    if len(line) != len(_KEYS) or not line[-1].value.blank:
        return False
    *parts, last = (slot.value.number for slot in line[:-1])
    return last is not None and last >= sum(part or 0 for part in parts)


def _have_totals(lines: list[_Line]) -> bool:
    """Whether rows with numbers have their totals, but for a few."""
    with_numbers = [line for line in lines if any(number(slot) is not None for slot in line.slots)]
    return 4 * sum(number(line.slots[-1]) is None for line in with_numbers) <= len(with_numbers)


def _is_unbroken(way: Assignment, line: list[Slot]) -> bool:
    """Whether nothing between the cells of this reading of a row is left out; one with cells to spare leaves none."""
    spare = len(line) - len(way)
    return spare <= 0 or any(way == tuple(line[start : start + len(way)]) for start in range(spare + 1))


def _leaves_blanks(line: list[Slot]) -> bool:
    """Whether more cells of a row are blank than can be surplus."""
    return sum(slot.value.blank for slot in line) > max(0, len(line) - len(_KEYS))


def _leaves_empty(line: list[Slot]) -> bool:
    """The same of cells without even a sign for a blank."""
    return sum(not slot.cell.text for slot in line) > max(0, len(line) - len(_KEYS))


def _vouched_for(row: Assignment) -> bool:
    """Whether a total is there, is no zero, and is the sum of the others."""
    return bool(number(row[-1])) and _adds_up(row)


def _adds_up(row: Assignment) -> bool:
    """Whether the six kinds of applicants and the total do not contradict each other. A blank or missing total
    contradicts nothing, so it never singles a reading out against another."""
    *parts, total = (number(slot) for slot in row)
    return total is None or sum(part or 0 for part in parts) == total


def _note_unknown(row: Told, filing: Filing) -> None:
    last = row.words[-1] if row.words else -1
    after = row.cells[last + 1 :]
    if has_number(after):
        label = canonical(row.cells[last].text) if row.words else "（无标签）"
        if label in SUBTOTALS:
            return
        filing.unknown_row("requests", label, slots(after))


def _check_subtotal(group: str, row: Told, order: tuple[str, ...], filing: Filing) -> None:
    """Pass over a group's subtotals where they are the sums of its rows; else say that they were not filed."""
    after = slots(row.cells[row.words[-1] + 1 :])
    members = [cells for key, cells in filing.tables["requests"].items() if key.startswith(group)]
    sums = [sum(cells.get(key) or 0 for cells in members) for key in order]
    if [slot.value.number or 0 for slot in after] != sums:
        filing.unknown_row("requests", canonical(row.cells[row.words[-1]].text), after)


def _is_group(line: _Line) -> bool:
    return _names_group(line.label)


def _says_more(label: Cell) -> bool:
    """Whether it has words beside 其他处理, 其他 and their numbers."""
    return bool(_OTHER.sub("", simplified(canonical(label.text))))


def _names_group(label: Cell) -> bool:
    return "处理" in simplified(canonical(label.text))
