"""The promise, as a judge: what a reading got wrong, measured against what the page prints."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from extract.report import Fault, Figure, Finding, Number, Report, Severity

from .sketch import Expected, ExpectedFigure
from .sums import broken_sums, doubtful_sums
from .truth import Truth

ARITHMETIC = ("balance:", "row_sum:", "outcome_sum:", "challenge_sum:")


class Wrong(StrEnum):
    """Kinds of breach, the worst first."""

    NUMBER = "another number than printed"
    INVENTED = "a number where nothing is printed"
    SILENT = "null, and no finding says why"
    UNREAD = "null where it must be read"
    IDENTITY = "identity"
    FALSE_ALARM = "false alarm"
    MISSED = "a finding that had to be there is not"
    FIGURE = "figure"
    CHAPTER = "chapter"


@dataclass(frozen=True)
class Breach:
    wrong: Wrong
    subject: str
    expected: object = None
    actual: object = None

    def __str__(self) -> str:
        return f"{self.wrong.value}: {self.subject}: expected {self.expected!r}, got {self.actual!r}"


def judge(report: Report, expected: Expected) -> list[Breach]:
    """Every breach of the promise, none when the reading keeps it."""
    return [
        *_cells(report, expected),
        *_identity(report, expected),
        *_findings(report, expected),
        *(_figures(report.figures, expected) if expected.check_figures else ()),
        *_chapters(report, expected),
    ]


def read_cells(report: Report) -> dict[str, Number | None]:
    return {
        f"{table}.{row}.{cell}": value
        for table, rows in report.tables.items()
        for row, cells in rows.items()
        for cell, value in cells.items()
    }


def speaks_of(finding: Finding, path: str) -> bool:
    """Whether a reader of this finding learns that the cell could not be read."""
    table, row, _ = path.split(".")
    covering = {path, f"{table}.{row}", table}
    if covering & set(finding.cells):
        return True
    name, _, subject = finding.rule.partition(":")
    if name not in ("unread", "missing") and finding.fault is not Fault.READING:
        return False
    return subject in covering | {row, "document", "page", "tables"} or subject.startswith(f"{path}.")


def _same(left: Number | None, right: Number | None) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) <= 1e-9 * max(1, abs(left))


def _cells(report: Report, expected: Expected) -> list[Breach]:
    breaches = []
    actual = read_cells(report)
    for path in sorted(expected.cells.keys() | actual.keys()):
        wanted, got = expected.cells.get(path), actual.get(path)
        if _same(wanted, got):
            continue
        if wanted is None:
            breaches.append(Breach(Wrong.INVENTED, path, None, got))
        elif got is not None:
            breaches.append(Breach(Wrong.NUMBER, path, wanted, got))
        elif not any(speaks_of(finding, path) for finding in report.findings):
            breaches.append(Breach(Wrong.SILENT, path, wanted, None))
        elif path not in expected.maybe_null:
            breaches.append(Breach(Wrong.UNREAD, path, wanted, None))
    return breaches


def _plain(text: str | None) -> str:
    return re.sub(r"[\s\u00a0\u3000\u200b\ufeff]+", "", text or "")


def _identity(report: Report, expected: Expected) -> list[Breach]:
    pairs: list[tuple[str, object, object]] = [
        ("agency", expected.agency, report.agency),
        ("year", expected.year, report.year),
        ("published", expected.published, report.published),
    ]
    if not (expected.maybe_null and report.form is None):
        pairs.append(("form", expected.form, report.form))
    breaches = [Breach(Wrong.IDENTITY, name, wanted, got) for name, wanted, got in pairs if wanted != got]
    if _plain(report.title) not in {_plain(title) for title in expected.titles}:
        breaches.append(Breach(Wrong.IDENTITY, "title", sorted(expected.titles), report.title))
    return breaches


def _printed(expected: Expected) -> Truth:
    tables: dict[str, dict[str, dict[str, Number | None]]] = {"disclosure": {}, "requests": {}, "challenges": {}}
    for path, value in expected.cells.items():
        table, row, cell = path.split(".")
        tables[table].setdefault(row, {})[cell] = value
    return Truth("", 0, "", "", "", "", tables)


def _findings(report: Report, expected: Expected) -> list[Breach]:
    tables = _printed(expected).tables
    broken, doubtful = broken_sums(tables), doubtful_sums(tables)
    breaches = [
        Breach(Wrong.FALSE_ALARM, finding.rule, None, finding.message)
        for finding in report.findings
        if _false_alarm(finding, expected, broken | doubtful)
    ]
    actual = read_cells(report)
    whole = all(actual.get(path) is not None for path, value in expected.cells.items() if value is not None)
    by_source = {finding.rule for finding in report.findings if finding.fault is Fault.SOURCE}
    if whole:
        breaches += [Breach(Wrong.MISSED, rule, "fault source") for rule in sorted(broken - doubtful - by_source)]
    for alternatives in sorted(expected.must_find):
        if alternatives == "stated" and not whole:
            continue
        if not any(finding.rule.startswith(tuple(alternatives.split("|"))) for finding in report.findings):
            breaches.append(Breach(Wrong.MISSED, alternatives))
    return breaches


def _false_alarm(finding: Finding, expected: Expected, sums: set[str]) -> bool:
    """To blame the source for a sum that it keeps is always one; doubts are allowed where a cell may stay unread."""
    if finding.rule.startswith(ARITHMETIC) and finding.fault is Fault.SOURCE:
        return finding.rule not in sums
    if finding.severity is not Severity.ERROR or expected.maybe_null:
        return False
    return not finding.rule.startswith((*expected.may_find, *sums))


def _figures(figures: list[Figure], expected: Expected) -> list[Breach]:
    """The same counts, as a bag; hedge, topic and chapter as far as the sentence settles them."""
    breaches = []
    left = list(figures)
    for wanted in expected.figures:
        found = next((figure for figure in left if _matches(figure, wanted)), None)
        if found is None:
            near = next((figure for figure in left if figure.value == wanted.value), None)
            breaches.append(Breach(Wrong.FIGURE, f"{wanted.value}{wanted.unit or ''}", wanted, near))
            left = [figure for figure in left if figure is not near]
        else:
            left.remove(found)
    surplus = Counter((figure.value, figure.unit, figure.sentence) for figure in left)
    breaches += [Breach(Wrong.FIGURE, f"{value}{unit or ''}", None, text) for value, unit, text in surplus]
    return breaches


def _matches(figure: Figure, wanted: ExpectedFigure) -> bool:
    return (
        _same(figure.value, wanted.value)
        and figure.unit == wanted.unit
        and figure.section == wanted.section
        and wanted.topic in (figure.topic, "any")
        and wanted.approximate in (figure.approximate, None)
    )


def _chapters(report: Report, expected: Expected) -> list[Breach]:
    texts: dict[int, str] = {}
    for section in report.sections:
        texts[section.number] = texts.get(section.number, "") + _plain(section.text)
    breaches = []
    for number, passages in expected.passages.items():
        text = texts.get(number, "")
        lost = [passage for passage in passages if _plain(passage) not in text]
        breaches += [Breach(Wrong.CHAPTER, f"chapter {number}", passage, text) for passage in lost]
    for words in expected.chrome:
        breaches += [
            Breach(Wrong.CHAPTER, f"chapter {n}", f"no {words}", text) for n, text in texts.items() if words in text
        ]
    return breaches
