"""From bytes to a `Report`: sniff the medium, make a `Document`, read it by the shared rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.checks import check
from extract.document import Document
from extract.errors import Status, Unreadable
from extract.figures import read_figures
from extract.grids import split_prose
from extract.html import read_html
from extract.identity import Hints, identify
from extract.lines import grids_from_lines
from extract.pdf import read_pdf
from extract.prose_checks import check_prose
from extract.report import Fault, Finding, Report, Severity
from extract.sections import complete, read_chapters
from extract.sniff import Medium, sniff
from extract.tables import form_of, missing, read_tables
from extract.word import is_docx, read_docx


@dataclass(frozen=True)
class Source:
    """One published file: its bytes, the URL or path it is known by, and what the server said it is."""

    data: bytes
    name: str
    content_type: str | None = None


def read(source: Source, attachments: Sequence[Source] = (), hints: Hints | None = None) -> Report:
    """Read an article and its attachments as one report; the reading comes from whichever holds the tables.

    The article's own page gives an attachment its title, body and date where the attachment does not print them.
    Raises Unreadable, with a status and a sentence, where none of the files can be read as a report.
    """
    hints = hints or Hints()
    failures: list[Unreadable] = []
    readings: list[Report] = []
    for n, each in enumerate((source, *attachments)):
        try:
            document = to_document(each)
        except Unreadable as failure:
            failures.append(failure)
            continue
        report = parse(document, each.name, hints)
        readings.append(report)
        if n == 0 and attachments:
            hints = _from_article(report, document, hints)
    if not readings:
        raise failures[0]
    best = max(readings, key=_weight)
    best.add(Finding("unread:attachment", Severity.WARNING, Fault.READING, each.message) for each in failures)
    if not (_weight(best)[0] or best.sections or best.title):
        raise Unreadable(Status.NOT_A_REPORT, "The document holds neither chapters nor tables nor a report's title.")
    return best


def to_document(source: Source) -> Document:
    """The medium is told by the bytes, never by the name or the header. Raises Unreadable."""
    medium = sniff(source.data)
    if medium is Medium.HTML:
        return read_html(source.data, _charset(source.content_type))
    if medium is Medium.PDF:
        return read_pdf(source.data)
    if medium is Medium.ZIP and is_docx(source.data):
        return read_docx(source.data)
    raise Unreadable(Status.UNSUPPORTED, f"This version does not read {medium.value} files.")


def parse(document: Document, name: str, hints: Hints) -> Report:
    """Read a document by the form's rules. Never raises for what a document says: it yields findings instead."""
    blocks = grids_from_lines(split_prose(document))
    chapters = read_chapters(blocks)
    filing = read_tables(blocks)
    identity = identify(blocks, document.metadata, chapters, hints)
    report = Report(name, document.media, identity.title, identity.agency, identity.year, identity.published)
    report.tables = filing.tables
    report.locators = filing.locators | chapters.locators
    report.printed = filing.printed
    report.form = form_of(filing)
    found = {table for table, rows in filing.tables.items() if rows}
    complete(chapters, found, official=report.form is not None)
    report.sections = chapters.sections
    report.figures = read_figures(chapters.sections)
    report.add(filing.findings)
    if report.form is not None or len(chapters.sections) >= 4:
        report.add(missing(filing, report.form, document.images))
    report.add(chapters.findings)
    report.add(check(report, filing.unread))
    report.add(check_prose(report, identity.period))
    report.add(Finding("unread:source", Severity.WARNING, Fault.READING, doubt) for doubt in document.doubts)
    return report


def _from_article(report: Report, document: Document, hints: Hints) -> Hints:
    """What the article's page knows, for reading its attachments."""
    agency = next(iter(document.metadata.agencies), None)
    return Hints(
        title=report.title or hints.title,
        agency=report.agency or agency or hints.agency,
        published=report.published or hints.published,
        portal=hints.portal,
    )


def _weight(report: Report) -> tuple[int, int, int]:
    """How much of the form a reading holds: rows of tables first, then chapters, then prose."""
    rows = sum(len(table) for table in report.tables.values())
    return rows, len(report.sections), sum(len(section.text) for section in report.sections)


def _charset(content_type: str | None) -> str | None:
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip("\"' ") or None
    return None
