"""What a reading yields: a `Report` and its `Finding`s, in the shape that every export uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

Number = int | float
Row = dict[str, Number | None]
Table = dict[str, Row]

EXTRACTOR_VERSION = "3"
"""Raised with every change that can alter a reading: a capture is read once by each version."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Fault(StrEnum):
    """Whose fault a finding is: the published form contradicts itself, or this reader is not sure."""

    SOURCE = "source"
    READING = "reading"


@dataclass(frozen=True)
class Finding:
    """A check that failed, or a part that could not be read.

    `rule` is `name` or `name:subject` (`row_sum:received`). `cells` names the cells it speaks of, as
    `table.row.cell` paths.
    """

    rule: str
    severity: Severity
    fault: Fault
    message: str
    expected: Number | str | None = None
    actual: Number | str | None = None
    cells: tuple[str, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Locator:
    """Where a piece of the original stands: a PDF page (from 1) with its box in points from the top left of the page
    as shown, a DOM path (`html/body/div[2]/table[1]/tr[3]/td[2]`), or a path in a Word document
    (`body/tbl[4]/tr[3]/tc[2]`). `extract.proof` finds what stands there. Never changed; every cell has one, and frozen
    ones take longer to make."""

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    path: str | None = None


@dataclass(frozen=True)
class Section:
    """A chapter. `heading` as printed; `text` its prose, a paragraph a line, tables left out."""

    number: int
    key: str
    heading: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A count or amount in the prose. `topic` is None where the sentence does not say what is counted for the form's
    purposes; `unit` is None for a stated zero such as 未收到申请."""

    section: int
    topic: str | None
    value: Number
    unit: str | None
    approximate: bool
    sentence: str


@dataclass(frozen=True)
class Statistic:
    """A row of the statistics table of 2014 to 2018. `number` counts the rows; `heading` are the rows above that it
    belongs under, ` / ` between; `unit` and `value` are None where none is printed; `printed` is what stands there
    where the value does not tell."""

    number: int
    heading: str
    item: str
    unit: str | None
    value: Number | None
    printed: str | None


@dataclass
class Report:
    """One body's report of one year, as read from one source."""

    source: str
    media: str
    title: str | None = None
    agency: str | None = None
    year: int | None = None
    published: str | None = None
    form: str | None = None
    sections: list[Section] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=lambda: {"disclosure": {}, "requests": {}, "challenges": {}})
    statistics: list[Statistic] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    locators: dict[str, Locator] = field(default_factory=dict)
    """`table.row.cell` -> where that cell stands in the original; `sections.3` a heading, `sections.3.1` a paragraph.
    To be asked through `locate`."""
    printed: dict[str, str] = field(default_factory=dict)
    """`table.row.cell` -> what stands there, where the value alone does not tell: `/` for a blank, `251000元` for 25.1,
    a remark that could not be read."""

    def add(self, findings: Iterable[Finding]) -> None:
        self.findings.extend(findings)

    def to_json(self) -> dict[str, Any]:
        """The object that `gongkai parse --json` prints, a line each."""
        return {
            "source": self.source,
            "media": self.media,
            "title": self.title,
            "agency": self.agency,
            "year": self.year,
            "published": self.published,
            "form": self.form,
            "sections": [
                {"number": s.number, "key": s.key, "heading": s.heading, "text": s.text} for s in self.sections
            ],
            "tables": self.tables,
            "printed": self.printed,
            "statistics": [asdict(statistic) for statistic in self.statistics],
            "figures": [
                {
                    "section": f.section,
                    "topic": f.topic,
                    "value": f.value,
                    "unit": f.unit,
                    "approximate": f.approximate,
                    "sentence": f.sentence,
                }
                for f in self.figures
            ],
            "findings": [
                {
                    "rule": f.rule,
                    "severity": f.severity.value,
                    "fault": f.fault.value,
                    "message": f.message,
                    "expected": f.expected,
                    "actual": f.actual,
                    "cells": list(f.cells),
                }
                for f in self.findings
            ],
        }
