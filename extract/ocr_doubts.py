"""What of a recognised report counts: a doubtful cell only where the form's own sums bear it out."""

from __future__ import annotations

from dataclasses import replace

from extract.document import Document
from extract.filing import Filing
from extract.report import Fault, Finding, Severity
from extract.sums import holds, sums, value_of

_MISREADABLE = ("balance", "row_sum", "outcome_sum", "challenge_sum", "stated")


def settle_doubts(filing: Filing, document: Document) -> None:
    """Leave null every doubtful cell that no sum of the form confirms, each with a finding.

    A sum confirms a cell where it holds and all its other cells are certain: another value would break it.
    """
    doubtful = {path for path, place in filing.locators.items() if place in document.unsure} - filing.unread
    doubtful = {path for path in doubtful if value_of(filing, path) is not None or path in filing.printed}
    confirmed = True
    while doubtful and confirmed:
        confirmed = False
        for left, right in sums():
            open_cells = [path for path in (*left, *right) if path in doubtful]
            if len(open_cells) == 1 and holds(filing, left, right) and value_of(filing, open_cells[0]) is not None:
                doubtful.discard(open_cells[0])
                confirmed = True
    for path in sorted(doubtful):
        table, row, cell = path.split(".")
        filing.take_back(table, row, cell, "这一格由OCR识别，不够清楚，也没有其他数字可以印证，请看原件。")


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
