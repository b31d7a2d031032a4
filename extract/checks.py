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
    yield from _impossible(report)
    requests = report.tables["requests"]
    yield from _row_sums(requests, unread)
    # A row whose label could not be read may be one of the outcomes.
    if not any(finding.rule == "unread:requests" for finding in report.findings):
        yield from _outcome_sums(requests, unread)
    yield from _balances(requests, unread)
    yield from _challenge_sums(report.tables["challenges"], unread)


def _impossible(report: Report) -> Iterator[Finding]:
    """Numbers that count nothing: less than none, or a part of one. They are kept as printed."""
    for table, rows in report.tables.items():
        for key, row in rows.items():
            for cell, value in row.items():
                if value is None or cell == "change":
                    continue
                wrong = "是负数" if value < 0 else "不是整数" if cell != "amount" and value != int(value) else None
                if wrong:
                    path = f"{table}.{key}.{cell}"
                    message = f"“{label_of(table, key)}”一行印有{value}：{wrong}，照原样保留。"
                    yield Finding(f"impossible:{path}", Severity.WARNING, Fault.SOURCE, message, None, value, (path,))


def _row_sums(requests: dict[str, Row], unread: set[str]) -> Iterator[Finding]:
    for outcome, row in requests.items():
        total = row.get("total")
        expected = _other_sum([row.get(person) for person in _PEOPLE], total)
        if expected is not None:
            cells = [f"requests.{outcome}.{person}" for person in (*_PEOPLE, "total")]
            message = f"“{label_of('requests', outcome)}”一行：各类申请人之和{expected}，总计栏为{total}。"
            yield from _broken(f"row_sum:{outcome}", expected, total, cells, unread, message)


def _outcome_sums(requests: dict[str, Row], unread: set[str]) -> Iterator[Finding]:
    if "concluded" not in requests:
        return
    present = [outcome for outcome in CONCLUDED_PARTS if outcome in requests]
    for person, label in APPLICANTS.items():
        # Where more than one total stands blank beside filled cells, the agency does not write them: no zeros.
        if person == "total" and sum(map(_lacks_its_total, (requests[outcome] for outcome in present))) > 1:
            continue
        total = requests["concluded"].get(person)
        expected = _other_sum([requests[outcome].get(person) for outcome in present], total)
        if expected is not None:
            cells = [f"requests.{outcome}.{person}" for outcome in (*present, "concluded")]
            message = f"“{label}”一列：各项办理结果之和{expected}，“（七）总计”为{total}。"
            yield from _broken(f"outcome_sum:{person}", expected, total, cells, unread, message)


def _lacks_its_total(row: Row) -> bool:
    return row.get("total") is None and any(row.get(person) for person in _PEOPLE)


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
        total = row.get("total")
        expected = _other_sum([row.get(result) for result in RESULTS if result != "total"], total)
        if expected is not None:
            cells = [f"challenges.{route}.{result}" for result in RESULTS]
            message = f"“{label}”：各项结果之和{expected}，总计为{total}。"
            yield from _broken(f"challenge_sum:{route}", expected, total, cells, unread, message)


def _other_sum(parts: list[Number | None], total: Number | None) -> Number | None:
    """What the parts add up to where that is not the total; None also where there is nothing to compare."""
    if total is None or all(part is None for part in parts):
        return None
    found = _total(parts)
    return None if found == _total([total]) else plain(found)


def _broken(
    rule: str, expected: Number, total: Number | None, cells: list[str], unread: set[str], message: str
) -> Iterator[Finding]:
    if not unread.intersection(cells):
        yield Finding(rule, Severity.ERROR, Fault.SOURCE, message, expected, total, tuple(cells))


def _total(parts: Iterable[Number | None]) -> Decimal:
    """Exact for amounts too: a float counts as it is printed. Whole numbers are added up as they are."""
    whole = [part for part in parts if part]
    if all(isinstance(part, int) for part in whole):
        return Decimal(sum(whole))
    return sum((Decimal(str(part)) for part in whole), Decimal(0))
