"""The form's own sums: which of its cells are the sum of which, and what they say of rows whose place is in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extract.filing import Filing
from extract.form import APPLICANTS, CONCLUDED_PARTS, RESULTS, ROUTES
from extract.report import Number

_SLID = "这一行没有总计，可能少印了一格，其余的数错了位：无法确定各数属于哪一栏，请看原件。"
Sides = tuple[tuple[str, ...], tuple[str, ...]]
"""Cells whose sums are equal, as `table.row.cell`."""


def settle_rows(filing: Filing) -> None:
    """Take back the rows of table 3 that may have slid, unless the sums down the columns bear out where they stand."""
    columns = [sides for sides in sums() if sides[1][0].startswith("requests.concluded.") or len(sides[1]) == 2]
    for row in sorted(filing.may_have_slid):
        paths = {f"requests.{row}.{person}" for person in APPLICANTS if person != "total"}
        told = {holds(filing, left, right) for left, right in columns if paths & {*left, *right}} - {None}
        if told == {True}:
            continue
        for person in APPLICANTS:
            filing.take_back(
                "requests", row, person, "这一行缺总计，可能少印了一格、数字错位，无法确定各数属于哪一栏，请看原件。"
            )


def sums() -> Iterator[Sides]:
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


def holds(filing: Filing, left: tuple[str, ...], right: tuple[str, ...]) -> bool | None:
    """Whether the sums are equal; None where a cell is unread or the sum not printed."""
    if any(path in filing.unread for path in (*left, *right)) or any(value_of(filing, path) is None for path in right):
        return None
    one, other = (
        sum((Decimal(str(value_of(filing, path) or 0)) for path in side), Decimal(0)) for side in (left, right)
    )
    return one == other


def value_of(filing: Filing, path: str) -> Number | None:
    table, row, cell = path.split(".")
    return filing.tables[table].get(row, {}).get(cell)
