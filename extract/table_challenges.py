"""Reads table 4: reconsiderations and lawsuits, three routes of five results each, usually fifteen cells in one row."""

from __future__ import annotations

from dataclasses import dataclass

from extract import labels
from extract.assign import Columns, assignments, by_header, choose
from extract.filing import Filed, Filing, filed
from extract.form import RESULTS, ROUTES
from extract.grids import Row, Slot, slots

_RESULTS = tuple(RESULTS)
_ALL = tuple(f"{route}.{result}" for route in ROUTES for result in RESULTS)


@dataclass
class Header:
    """What is known of the columns: the routes named so far, and where each result of each route stands."""

    routes: list[str]
    columns: Columns
    done: bool = False


def read(rows: list[Row], filing: Filing, header: Header | None = None) -> Header:
    """File the cells of table 4 among these rows; `header` is what an earlier part of the table already named.

    Reads the official single row of fifteen, one row of five for each route, and a table for each route.
    """
    state = header or Header([], {})
    named: list[tuple[str, int, int]] = []
    below = False
    for row in rows:
        whole = slots(row)
        texts = [n for n, slot in enumerate(whole) if not slot.value.readable]
        values = [slot for slot in whole if slot.value.readable]
        found = [(labels.routes.match(row[n].text), row[n]) for n in texts]
        routes = [(route, cell.col, cell.col + cell.colspan) for route, cell in found if route]
        if texts and not any(slot.value.number is not None for slot in values):
            if below and routes:
                # The head of another route's part.
                named, below = [], False
            named += routes
            state.routes += [route for route, _, _ in routes if route not in state.routes]
            _results(row, named, state)
            continue
        if len(routes) == 1 and texts:
            _file(whole[texts[-1] + 1 :], (routes[0][0],), {}, filing)
            continue
        if texts and len(values) < len(_RESULTS):
            continue
        below = True
        _value_row(values, list(dict.fromkeys(route for route, _, _ in named)), state, filing)
    return state


def _results(row: Row, named: list[tuple[str, int, int]], state: Header) -> None:
    """Note under which route each result of a header row stands, by order: five results make a route."""
    cells = [(labels.results.match(cell.text), cell) for cell in row]
    found = [(result, cell) for result, cell in cells if result]
    if len(found) == len(_ALL) and [result for result, _ in found] == list(_RESULTS) * len(ROUTES):
        state.columns = {name: (cell.col, cell.col + cell.colspan) for name, (_, cell) in zip(_ALL, found, strict=True)}
    elif len(found) == len(_RESULTS) and len({route for route, _, _ in named}) == 1:
        route = named[0][0]
        state.columns |= {f"{route}.{result}": (cell.col, cell.col + cell.colspan) for result, cell in found}


def _value_row(values: list[Slot], named: list[str], state: Header, filing: Filing) -> None:
    """A row of values alone: of all routes, or of those that this part of the table names."""
    filled = any(not slot.value.blank for slot in values)
    if len(values) >= len(_ALL) or len(values) > 10:
        if state.done and not filled:
            return
        _file(values, tuple(ROUTES), state.columns, filing)
        state.done = True
    elif len(named or state.routes) == 1 and len(values) >= len(_RESULTS):
        _file(values, tuple(named or state.routes), state.columns, filing)
    elif len(named) == len(ROUTES) - 1 and len(values) == len(named) * len(_RESULTS):
        _file(values, tuple(named), state.columns, filing)
    elif filled:
        filing.unknown_row("challenges", "（列数不符的一行）", values)


def _file(values: list[Slot], routes: tuple[str, ...], columns: Columns, filing: Filing) -> None:
    names = [f"{route}.{result}" for route in routes for result in _RESULTS]
    aligned = by_header(values, names, columns)
    choice = choose(assignments(values, len(names)), (lambda row: aligned is not None and row == aligned,))
    for n, route in enumerate(routes):
        cells: dict[str, Filed] = {}
        for m, result in enumerate(_RESULTS):
            place = n * len(_RESULTS) + m
            cells[result] = filed(choice.slots[place], choice.certain[place]) if choice else None
        filing.row("challenges", route, cells)
