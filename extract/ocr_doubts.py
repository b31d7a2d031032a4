"""What of a recognised report counts: a doubtful cell only where the form's own sums bear it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extract.document import Document
from extract.filing import Filing
from extract.form import APPLICANTS, CONCLUDED_PARTS, RESULTS, ROUTES
from extract.report import Fault, Finding, Number, Severity

Sides = tuple[tuple[str, ...], tuple[str, ...]]
"""Cells whose sums are equal, as `table.row.cell`."""
_MISREADABLE = ("balance", "row_sum", "outcome_sum", "challenge_sum", "stated")


def settle_doubts(filing: Filing, document: Document) -> None:
    """Leave null every doubtful cell that no sum of the form confirms, each with a finding.

    A sum confirms a cell where it holds and all its other cells are certain: another value would break it.
    """
    doubtful = {path for path, place in filing.locators.items() if place in document.unsure} - filing.unread
    doubtful = {path for path in doubtful if _value(filing, path) is not None or path in filing.printed}
    confirmed = True
    while doubtful and confirmed:
        confirmed = False
        for left, right in _sums():
            open_cells = [path for path in (*left, *right) if path in doubtful]
            if len(open_cells) == 1 and _holds(filing, left, right) and _value(filing, open_cells[0]) is not None:
                doubtful.discard(open_cells[0])
                confirmed = True
    for path in sorted(doubtful):
        table, row, cell = path.split(".")
        value = filing.tables.get(table, {}).get(row, {}).get(cell)
        if value is not None:
            filing.printed.setdefault(path, str(value))
            filing.tables[table][row][cell] = None
        filing.cannot_read(table, row, cell, "这一格由OCR识别，不够清楚，也没有其他数字可以印证，请看原件。")


RECOGNISED = "本文由OCR识别"
UNRULED = "表格没有竖线，数字按位置读取"


def ours_perhaps(findings: list[Finding], why: str = RECOGNISED) -> list[Finding]:
    """Findings of a report that was recognised or is read by places: a sum that does not hold may be our misreading."""
    return [
        replace(
            finding,
            severity=Severity.WARNING,
            fault=Fault.READING,
            message=f"{finding.message}（{why}，也可能是误读，请对照原件。）",
        )
        if finding.rule.partition(":")[0] in _MISREADABLE
        else finding
        for finding in findings
    ]


def _sums() -> Iterator[Sides]:
    people = [person for person in APPLICANTS if person != "total"]
    rows = ("received", "carried_in", *CONCLUDED_PARTS, "concluded", "carried_forward")
    for row in rows:
        yield tuple(f"requests.{row}.{person}" for person in people), (f"requests.{row}.total",)
    for person in APPLICANTS:
        yield tuple(f"requests.{row}.{person}" for row in CONCLUDED_PARTS), (f"requests.concluded.{person}",)
        taken = (f"requests.received.{person}", f"requests.carried_in.{person}")
        yield taken, (f"requests.concluded.{person}", f"requests.carried_forward.{person}")
    for route in ROUTES:
        parts = tuple(f"challenges.{route}.{result}" for result in RESULTS if result != "total")
        yield parts, (f"challenges.{route}.total",)


def _holds(filing: Filing, left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    if any(path in filing.unread for path in (*left, *right)) or any(_value(filing, path) is None for path in right):
        return False
    sums = [sum((Decimal(str(_value(filing, path) or 0)) for path in side), Decimal(0)) for side in (left, right)]
    return sums[0] == sums[1]


def _value(filing: Filing, path: str) -> Number | None:
    table, row, cell = path.split(".")
    return filing.tables[table].get(row, {}).get(cell)
