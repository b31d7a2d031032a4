"""Numbers that leap: against the body's own other years, and against its peers of the same year.

An outlier accuses nobody; it says where to look. Counts are compared as logarithms by median and median absolute
deviation, so that one wrong year hides no other, with floors: what varies little may still vary, and a leap from 2
to 9 is no news. Worked out anew with every publication, since a report of a neighbour can change it.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log1p
from statistics import median

from archive.dictionary import cell_label
from extract.report import Fault, Finding, Number, Severity

MEASURES: dict[str, str] = {
    "requests.received.total": "SELECT report_id, total FROM main.requests WHERE outcome = 'received'",
    "disclosure.normative_documents.in_force": (
        "SELECT report_id, in_force FROM main.disclosures WHERE item = 'normative_documents'"
    ),
    "disclosure.licensing.decisions": "SELECT report_id, decisions FROM main.disclosures WHERE item = 'licensing'",
    "disclosure.penalties.decisions": "SELECT report_id, decisions FROM main.disclosures WHERE item = 'penalties'",
    "disclosure.coercive_measures.decisions": (
        "SELECT report_id, decisions FROM main.disclosures WHERE item = 'coercive_measures'"
    ),
    "disclosure.fees.amount": "SELECT report_id, amount FROM main.disclosures WHERE item = 'fees'",
    "challenges.reconsideration.total": "SELECT report_id, total FROM main.challenges WHERE route = 'reconsideration'",
}
"""The cells that both forms print alike, or that only one prints, and where they stand."""


@dataclass(frozen=True)
class Limits:
    """What makes an outlier: at least `least` others to compare with, a distance of more than `deviations` times the
    usual one, taken as no smaller than `floor` (of logarithms), and a difference of at least `difference`."""

    least: int
    deviations: float
    floor: float
    difference: float


HISTORY = Limits(least=4, deviations=5.0, floor=0.3, difference=50)
PEERS = Limits(least=8, deviations=5.0, floor=0.7, difference=200)


_LARGE = 100
"""Of more peers than these one more or less moves no median: the body itself is left among them, which is then worked
out once for all of them."""
_NEAREST = 20
"""On either side of a number: among them one is of another body."""


@dataclass(frozen=True)
class Value:
    """A cell of a report: whose, of which year, and among whom."""

    report: str
    series: str
    name: str
    year: int
    group: tuple[str, str | None, int]
    value: Number


def is_outlier(value: Number, others: list[Number], limits: Limits) -> bool:
    """Whether a value lies apart from the others. False where they are too few to tell."""
    # Most differ by less: logarithms are for the others.
    if len(others) < limits.least or abs(value - median(others)) < limits.difference:
        return False
    return Middle.of(others).is_far(value, limits)


@dataclass(frozen=True)
class Middle:
    """What numbers are held against: their median, that of their logarithms, and the usual distance from it."""

    value: Number
    log: float
    usual: float

    @classmethod
    def of(cls, numbers: list[Number]) -> Middle:
        logs = sorted(map(_log, numbers))
        middle = median(logs)
        return cls(median(numbers), middle, 1.4826 * median([abs(log - middle) for log in logs]))

    def is_far(self, value: Number, limits: Limits) -> bool:
        apart = abs(_log(value) - self.log)
        return abs(value - self.value) >= limits.difference and apart > limits.deviations * max(
            self.usual, limits.floor
        )


def _log(value: Number) -> float:
    return log1p(max(value, 0))


def outliers(cell: str, values: Iterable[Value]) -> Iterator[tuple[str, Finding]]:
    """`jump:<cell>` and `peers:<cell>`, each with the report it stands at. A body that is always apart from its peers
    is another kind of body: only where its own years are too few to tell, or say otherwise, do they count."""
    values = list(values)
    series: dict[str, list[Value]] = {}
    peers: dict[tuple[str, str | None, int], list[Value]] = {}
    for value in values:
        series.setdefault(value.series, []).append(value)
        peers.setdefault(value.group, []).append(value)
    large = {group: _Large.of(found) for group, found in peers.items() if len(found) > _LARGE}
    for value in values:
        own = [other for other in series[value.series] if other.report != value.report]
        jumped = is_outlier(value.value, [other.value for other in own], HISTORY)
        if jumped:
            yield value.report, _jump(cell, value, own)
        if jumped or len(own) < HISTORY.least:
            if whole := large.get(value.group):
                if whole.middle.is_far(value.value, PEERS):
                    count = len(whole.values) - sum(v.group == value.group for v in series[value.series])
                    yield value.report, _apart(cell, value, whole.near(value), whole.middle.value, count)
                continue
            others = [other for other in peers[value.group] if other.series != value.series]
            numbers = [other.value for other in others]
            if is_outlier(value.value, numbers, PEERS):
                yield value.report, _apart(cell, value, others, median(numbers), len(others))


@dataclass(frozen=True)
class _Large:
    """A large group of peers, in the order of their numbers."""

    middle: Middle
    values: list[Value]
    numbers: list[Number]

    @classmethod
    def of(cls, values: list[Value]) -> _Large:
        values = sorted(values, key=lambda value: (value.value, value.name))
        numbers = [value.value for value in values]
        return cls(Middle.of(numbers), values, numbers)

    def near(self, value: Value) -> list[Value]:
        """Other bodies with the nearest numbers."""
        at = bisect_left(self.numbers, value.value)
        return [v for v in self.values[max(0, at - _NEAREST) : at + _NEAREST] if v.series != value.series]


def _jump(cell: str, value: Value, own: list[Value]) -> Finding:
    middle = median(other.value for other in own)
    near = min(own, key=lambda other: (abs(other.year - value.year), other.year))
    message = (
        f"{value.year}年“{cell_label(*cell.split('.'))}”为{_shown(value.value)}，本机关其余{len(own)}年的中位数为"
        f"{_shown(middle)}（{near.year}年报告为{_shown(near.value)}）：请核对原文"
    )
    return Finding(f"jump:{cell}", Severity.INFO, Fault.SOURCE, message, middle, value.value, (cell,))


def _apart(cell: str, value: Value, others: list[Value], middle: Number, count: int) -> Finding:
    near = min(others, key=lambda other: (abs(other.value - value.value), other.name))
    message = (
        f"{value.year}年“{cell_label(*cell.split('.'))}”为{_shown(value.value)}，同类{count}个机关同年的中位数为"
        f"{_shown(middle)}（最接近的{near.name}为{_shown(near.value)}）：请核对原文"
    )
    return Finding(f"peers:{cell}", Severity.INFO, Fault.SOURCE, message, middle, value.value, (cell,))


def _shown(value: Number) -> str:
    return f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else str(round(value))


def build_outliers(db: sqlite3.Connection) -> None:
    """Add the outliers to the published findings."""
    about = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT r.id, coalesce(a.series_id, a.id), a.name, r.year, a.kind, a.field "
            "FROM main.reports r JOIN main.agencies a ON a.id = r.agency_id"
        )
    }
    for cell, sql in MEASURES.items():
        found = outliers(cell, _values(db.execute(f"{sql} ORDER BY report_id"), about))
        db.executemany(
            "INSERT INTO findings (report_id, rule, severity, fault, message, expected, actual, cells) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (report, f.rule, f.severity.value, f.fault.value, f.message, f.expected, f.actual, json.dumps(f.cells))
                for report, f in found
            ],
        )


def _values(
    rows: Iterable[tuple[str, Number | None]], about: dict[str, tuple[str, str, int, str, str | None]]
) -> Iterator[Value]:
    for report, number in rows:
        if number is not None:
            series, name, year, kind, field = about[report]
            yield Value(report, series, name, year, (kind, field, year), number)
