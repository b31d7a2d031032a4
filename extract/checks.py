"""The form's own arithmetic, and what else one report can be held to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from extract.form import APPLICANTS, CONCLUDED_PARTS, RESULTS, ROUTES, label_of
from extract.report import Fault, Finding, Number, Report, Row, Severity
from extract.values import plain

_PEOPLE = tuple(APPLICANTS)[:-1]


def check(report: Report, unread: set[str]) -> Iterator[Finding]:
    """Findings for every identity that the report breaks. `unread` are cells (`table.row.cell`) that this reader left
    null: a sum over one of them is not checked, since the fault would be ours.

    A blank counts as 0 in a sum; a sum whose total is blank is not checked, nor one whose parts are all blank.
    """
    requests = report.tables["requests"]
    yield from _row_sums(requests, unread)
    # A row whose label could not be read may be one of the outcomes.
    if not any(finding.rule == "unread:requests" for finding in report.findings):
        yield from _outcome_sums(requests, unread)
    yield from _balances(requests, unread)
    yield from _challenge_sums(report.tables["challenges"], unread)


def _row_sums(requests: dict[str, Row], unread: set[str]) -> Iterator[Finding]:
    for outcome, row in requests.items():
        cells = [f"requests.{outcome}.{person}" for person in (*_PEOPLE, "total")]
        parts = [row.get(person) for person in _PEOPLE]
        message = f"“{label_of('requests', outcome)}”一行：各类申请人之和{{expected}}，总计栏为{{actual}}。"
        yield from _compare(f"row_sum:{outcome}", parts, row.get("total"), cells, unread, message)


def _outcome_sums(requests: dict[str, Row], unread: set[str]) -> Iterator[Finding]:
    if "concluded" not in requests:
        return
    present = [outcome for outcome in CONCLUDED_PARTS if outcome in requests]
    for person, label in APPLICANTS.items():
        # A blank total beside filled cells is a sum the agency did not write, not a zero.
        if person == "total" and any(
            requests[o].get("total") is None and any(requests[o].get(p) for p in _PEOPLE) for o in present
        ):
            continue
        cells = [f"requests.{outcome}.{person}" for outcome in (*present, "concluded")]
        parts = [requests[outcome].get(person) for outcome in present]
        message = f"“{label}”一列：各项办理结果之和{{expected}}，“（七）总计”为{{actual}}。"
        yield from _compare(f"outcome_sum:{person}", parts, requests["concluded"].get(person), cells, unread, message)


def _balances(requests: dict[str, Row], unread: set[str]) -> Iterator[Finding]:
    rows = ("received", "carried_in", "concluded", "carried_forward")
    if any(row not in requests for row in rows):
        return
    for person, label in APPLICANTS.items():
        cells = tuple(f"requests.{row}.{person}" for row in rows)
        received, carried_in, concluded, carried_forward = (requests[row].get(person) for row in rows)
        if unread.intersection(cells) or concluded is None or received is None:
            continue
        taken, dealt = _total([received, carried_in]), _total([concluded, carried_forward])
        if taken != dealt:
            yield Finding(
                f"balance:{person}",
                Severity.ERROR,
                Fault.SOURCE,
                f"“{label}”一列勾稽关系不成立：新收加上年结转为{plain(taken)}，办理总计加结转下年为{plain(dealt)}。",
                plain(taken),
                plain(dealt),
                cells,
            )


def _challenge_sums(challenges: dict[str, Row], unread: set[str]) -> Iterator[Finding]:
    for route, label in ROUTES.items():
        row = challenges.get(route)
        if row is None:
            continue
        cells = [f"challenges.{route}.{result}" for result in RESULTS]
        parts = [row.get(result) for result in RESULTS if result != "total"]
        message = f"“{label}”：各项结果之和{{expected}}，总计为{{actual}}。"
        yield from _compare(f"challenge_sum:{route}", parts, row.get("total"), cells, unread, message)


def _compare(
    rule: str,
    parts: Iterable[Number | None],
    total: Number | None,
    cells: Iterable[str],
    unread: set[str],
    message: str,
) -> Iterator[Finding]:
    parts, cells = list(parts), tuple(cells)
    if total is None or all(part is None for part in parts) or unread.intersection(cells):
        return
    expected = _total(parts)
    if expected != Decimal(str(total)):
        shown = message.format(expected=plain(expected), actual=total)
        yield Finding(rule, Severity.ERROR, Fault.SOURCE, shown, plain(expected), total, cells)


def _total(parts: Iterable[Number | None]) -> Decimal:
    return sum((Decimal(str(part)) for part in parts if part is not None), Decimal(0))
