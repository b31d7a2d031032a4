"""Reads table 4: reconsiderations and lawsuits, three routes of five results each, usually fifteen cells in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extract import labels
from extract.assign import Assignment, Columns, assignments, by_header, choose, number
from extract.filing import Filed, Filing, filed
from extract.form import RESULTS, ROUTES
from extract.grids import Row, Slot, has_number, slots
from extract.values import is_words

_RESULTS = tuple(RESULTS)
_ALL = tuple(f"{route}.{result}" for route in ROUTES for result in RESULTS)
_LAWSUITS = "行政诉讼"


@dataclass
class Header:
    """What is known of the columns: the routes named so far, in the order that they are printed in, that of the results
    within a route, and where each result of each route stands."""

    routes: list[str]
    columns: Columns
    order: tuple[str, ...] = _RESULTS
    done: bool = False


def read(rows: list[Row], filing: Filing, header: Header | None = None) -> Header:
    """File the cells of table 4 among these rows; `header` is what an earlier part of the table already named.

    Reads the official single row of fifteen, one row of five for each route, and a table for each route.
    """
    state = header or Header([], {})
    named: list[str] = []
    below = False
    last = max((n for n, row in enumerate(rows) if has_number(row)), default=0)
    for n, row in enumerate(rows):
        whole = slots(row)
        texts = [at for at, slot in enumerate(whole) if is_words(slot.cell.text)]
        # A number that cannot be read keeps its place among the others.
        values = [slot for slot in whole if not is_words(slot.cell.text)]
        routes = _routes([row[at].text for at in texts])
        if texts and not any(slot.value.number is not None for slot in values):
            if below and routes:
                # The head of another route's part.
                named, below = [], False
            for known in (named, state.routes):
                _add(routes, known)
            _results(row, named, state)
            continue
        if len(own := [route for route in routes if route]) == 1:
            _file(whole[texts[-1] + 1 :], (own[0],), {}, state.order, filing)
            continue
        if texts and len(values) < len(_RESULTS):
            continue
        below = True
        _value_row(values, named, state, n < last, filing)
    return state


def _routes(texts: list[str]) -> list[str]:
    """The routes that these words name, with "" for lawsuits of either kind."""
    found = ((labels.routes.match(text), labels.core(text)) for text in texts)
    return [route or "" for route, words in found if route or words == _LAWSUITS]


def _add(routes: list[str], known: list[str]) -> None:
    """Put routes to those that are known. Where lawsuits were named as such, their two kinds stand in their place."""
    new = [route for route in routes if route not in known]
    at = known.index("") if "" in known else len(known)
    known[at:at] = new


def _results(row: Row, named: list[str], state: Header) -> None:
    """Note the order of the results, and under which route each of them stands: five results make a route."""
    cells = [(labels.results.match(cell.text), cell) for cell in row]
    found = [(result, cell) for result, cell in cells if result]
    printed = tuple(result for result, _ in found)
    first = printed[: len(_RESULTS)]
    if set(first) == set(_RESULTS) and printed == first * (len(printed) // len(first)):
        state.order = first
    routes = [route for route in named if route]
    if len(found) == len(_ALL) and printed == state.order * len(ROUTES):
        names = _names(routes if len(routes) == len(ROUTES) else ROUTES, state.order)
    elif len(found) == len(_RESULTS) and len(routes) == 1:
        names = _names(routes, state.order)
    else:
        return
    state.columns |= {name: (cell.col, cell.col + cell.colspan) for name, (_, cell) in zip(names, found, strict=True)}


def _names(routes: Iterable[str], order: tuple[str, ...]) -> list[str]:
    return [f"{route}.{result}" for route in routes for result in order]


def _value_row(values: list[Slot], named: list[str], state: Header, more: bool, filing: Filing) -> None:
    """A row of values alone: of all routes, or of those that this part of the table names. `more` says whether rows
    with numbers follow: a blank row of all routes is then only an empty line."""
    filled = any(not slot.value.blank for slot in values)
    here, known = ([route for route in routes if route] for routes in (named, state.routes))
    if len(values) >= len(_ALL) or len(values) > 10:
        if (state.done or more) and not filled:
            return
        routes = known if len(known) == len(ROUTES) else list(ROUTES)
        _file(values, tuple(routes), state.columns, state.order, filing)
        state.done = True
    elif len(here or known) == 1 and len(values) >= len(_RESULTS):
        _file(values, tuple(here or known), state.columns, state.order, filing)
    elif len(here) == len(ROUTES) - 1 and len(values) == len(here) * len(_RESULTS):
        _file(values, tuple(here), state.columns, state.order, filing)
    elif filled:
        filing.unknown_row("challenges", "（列数不符的一行）", values)


def _file(
    values: list[Slot], routes: tuple[str, ...], columns: Columns, order: tuple[str, ...], filing: Filing
) -> None:
    names = _names(routes, order)
    aligned = by_header(values, names, columns)
    ways = assignments(values, len(names))
    if len(values) > len(names) and aligned is None:
        # Nobody knows which cell is too much, but for the sums.
        ways = [way for way in ways if _adds_up(way, order)]
    choice = choose(ways, (lambda row: aligned is not None and row == aligned,))
    for route in routes:
        cells: dict[str, Filed] = {}
        for result in _RESULTS:
            place = names.index(f"{route}.{result}")
            cells[result] = filed(choice.slots[place], choice.certain[place]) if choice else None
        filing.row("challenges", route, cells)


def _adds_up(row: Assignment, order: tuple[str, ...]) -> bool:
    """Whether no total of these routes contradicts its results. A blank one contradicts nothing."""
    for start in range(0, len(row), len(order)):
        found = dict(zip(order, map(number, row[start:]), strict=False))
        total = found.pop("total")
        if total is not None and sum(part or 0 for part in found.values()) != total:
            return False
    return True
