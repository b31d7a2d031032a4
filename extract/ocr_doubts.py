"""What of a recognised report counts: a doubtful cell only where the form's own sums bear it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from extract.document import NOWHERE, Document
from extract.filing import Filing
from extract.form import APPLICANTS, RESULTS
from extract.report import Fault, Finding, Locator, Number, Severity
from extract.sums import holds, sums, value_of

_ROOM = 3.0
_MISREADABLE = ("balance", "row_sum", "outcome_sum", "challenge_sum", "stated")


def settle_doubts(filing: Filing, document: Document) -> None:
    """Leave null every doubtful cell that no sum of the form confirms, each with a finding; and those without a doubt
    of which no sum holds, where one does not, of rows with a cell too many, and counts of a part of one.

    A sum confirms a cell where it holds and all its other cells are certain: another value would break it.
    """
    doubtful = {path for path, place in filing.locators.items() if place in document.unsure} - filing.unread
    confirmed = True
    while doubtful and confirmed:
        confirmed = False
        for left, right in sums():
            open_cells = [path for path in (*left, *right) if path in doubtful]
            if len(open_cells) == 1 and holds(filing, left, right) and value_of(filing, open_cells[0]) is not None:
                doubtful.discard(open_cells[0])
                confirmed = True
    _take_back(filing, doubtful, "这一格由OCR识别，不够清楚，也没有其他数字可以印证，请看原件。")
    _take_back(filing, _parts_of_one(filing, document), "这一格由OCR识别，读出的不是整数，可能多读了小数点，请看原件。")
    _take_back(filing, _slid(filing, document), "OCR识别出的这一行，格子比应有的多，各数属于哪一格不能确定，请看原件。")
    _take_back(filing, _contradicted(filing, document), "这一格由OCR识别，与表中其他数字合不上，可能是误读，请看原件。")


def _take_back(filing: Filing, paths: Iterable[str], why: str) -> None:
    for path in sorted(paths):
        table, row, cell = path.split(".")
        filing.take_back(table, row, cell, why)


def _recognised(filing: Filing, document: Document) -> Iterator[tuple[str, Number]]:
    """The cells with a number that was read in a picture."""
    for path, place in filing.locators.items():
        value = value_of(filing, path)
        if value is not None and place.page in document.recognised:
            yield path, value


def _parts_of_one(filing: Filing, document: Document) -> Iterator[str]:
    for path, value in _recognised(filing, document):
        if value != int(value) and not path.endswith(".amount"):
            yield path


def _slid(filing: Filing, document: Document) -> Iterator[str]:
    """The cells of rows between whose cells another stands: a line that was seen where none is parts one of them."""
    rows = [("requests", row, tuple(APPLICANTS)) for row in filing.tables["requests"]]
    rows += [("challenges", route, tuple(RESULTS)) for route in filing.tables["challenges"]]
    for table, row, names in rows:
        paths = [f"{table}.{row}.{name}" for name in names]
        places = [filing.locators.get(path, NOWHERE) for path in paths]
        if any(one.page in document.recognised and _apart(one, other) for one, other in pairwise(places)):
            yield from (path for path, place in zip(paths, places, strict=True) if place.box)


def _apart(one: Locator, other: Locator) -> bool:
    """Whether there is room between two boxes side by side."""
    if one.box is None or other.box is None or one.page != other.page:
        return False
    beside = min(one.box[3], other.box[3]) > max(one.box[1], other.box[1])
    return beside and other.box[0] - one.box[2] > _ROOM


def _contradicted(filing: Filing, document: Document) -> set[str]:
    """Cells of a sum that does not hold which no other sum bears out."""
    said = [(holds(filing, left, right), {*left, *right}) for left, right in sums()]
    held, broken = (set[str]().union(*(cells for told, cells in said if told is which)) for which in (True, False))
    return {path for path, _ in _recognised(filing, document)} & (broken - held)


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
