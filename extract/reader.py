"""From bytes to a `Report`: sniff the medium, make a `Document`, read it by the shared rules."""

from __future__ import annotations

from collections.abc import Sequence

from extract.checks import check
from extract.document import Document
from extract.errors import Status, Unreadable
from extract.figures import read_figures
from extract.form import FIRST_FORM_YEAR
from extract.grids import split_prose
from extract.html import read_html
from extract.identity import Hints, identify, names_itself
from extract.lines import grids_from_lines
from extract.ocr_doubts import UNRULED, ours_perhaps, settle_doubts
from extract.ofd import is_ofd, read_ofd
from extract.office import SHEETS, read_office, zipped_kind
from extract.ole import Ole, kind_of
from extract.packed import unpacked
from extract.pdf import read_pdf
from extract.pictures import read_pictures
from extract.prose_checks import check_prose
from extract.report import Fault, Finding, Report, Severity
from extract.sections import complete, read_chapters
from extract.sniff import Medium, sniff
from extract.source import Source as Source
from extract.statistics import take_statistics
from extract.tables import form_of, missing, read_tables
from extract.typed_tables import grids_from_typed
from extract.word import is_docx, read_docx

_UNSUPPORTED = {Medium.ZIP: "ZIP", Medium.UNKNOWN: "不明"}


def read(source: Source, attachments: Sequence[Source] = (), hints: Hints | None = None) -> Report:
    """Read an article and its attachments as one report; the reading comes from whichever holds the tables.

    The article's own page gives an attachment its title, body and date where the attachment does not print them.
    Raises Unreadable, with a status and a sentence, where none of the files can be read as a report.
    """
    hints = hints or Hints()
    sources, failures = unpacked((source, *attachments))
    readings: list[Report] = []
    for n, (each, *more) in enumerate(_together(sources)):
        if _is_needless(each, readings):
            continue
        try:
            document = to_document(each, *more)
        except Unreadable as failure:
            failures.append(failure)
            continue
        report = parse(document, each.name, hints)
        if _is_blank(report) and len(sources) == 1 and not names_itself(document):
            # Only a list calls it a report: it may be what stands for a missing page.
            report.title = None
        readings.append(report)
        if n == 0 and attachments:
            hints = _from_article(report, document, hints)
    if not readings:
        raise failures[0] if failures else Unreadable(Status.EMPTY, "压缩包里没有文件。")
    best = max(readings, key=_weight)
    _take_prose(best, readings)
    best.add(Finding("unread:attachment", Severity.WARNING, Fault.READING, each.message) for each in failures)
    if _is_blank(best) and not best.title:
        raise Unreadable(Status.NOT_A_REPORT, "没有章节、表格，也没有报告标题。")
    return best


def _is_needless(source: Source, readings: Sequence[Report]) -> bool:
    """Whether a file that takes long to read would be read for nothing: a picture beside tables that are there as text,
    a workbook beside all three."""
    medium = sniff(source.data)
    if medium is Medium.IMAGE:
        return any(_weight(reading)[0] for reading in readings)
    whole = any(all(reading.tables.values()) for reading in readings)
    return whole and (
        zipped_kind(source.data) in SHEETS or (medium is Medium.OLE and kind_of(source.data) is Ole.SHEET)
    )


def _take_prose(best: Report, readings: Sequence[Report]) -> None:
    """Give a reading that is tables only the chapters of the one that has them: some articles have their tables in a
    file of their own. Their places are not kept: those of a report are in one file."""
    told = max(readings, key=lambda reading: sum(bool(section.text) for section in reading.sections))
    there = {section.number: section for section in told.sections if section.text}
    if told is best or not there or any(section.text for section in best.sections):
        return
    best.sections = sorted(({s.number: s for s in best.sections} | there).values(), key=lambda section: section.number)
    best.figures = told.figures
    missing = {f"missing:{section.key}" for section in there.values()}
    best.findings = [finding for finding in best.findings if finding.rule not in missing]
    best.add(finding for finding in told.findings if finding.rule == "period")
    best.add(finding for finding in check_prose(best, None) if finding.rule.startswith("stated:"))
    message = "正文取自文章页面或另一个附件，表格在这个文件里；正文的位置没有记下。"
    best.add([Finding("prose_elsewhere", Severity.INFO, Fault.READING, message)])


def _together(sources: Sequence[Source]) -> list[list[Source]]:
    """The sources, each alone; but pictures, which are the pages of one document, together with the first of them."""
    groups: list[list[Source]] = []
    pictures: list[Source] = []
    for source in sources:
        if sniff(source.data) is not Medium.IMAGE:
            groups.append([source])
            continue
        if not pictures:
            groups.append(pictures)
        pictures.append(source)
    return groups


def to_document(source: Source, *more: Source) -> Document:
    """The medium is told by the bytes, never by the name or the header; `more` are pictures after a first one.

    Raises Unreadable.
    """
    medium = sniff(source.data)
    if medium is Medium.IMAGE:
        return read_pictures([each.data for each in (source, *more)])
    if medium is Medium.HTML:
        return read_html(source.data, _charset(source.content_type))
    if medium is Medium.PDF:
        return read_pdf(source.data)
    if medium is Medium.ZIP and is_docx(source.data):
        return read_docx(source.data)
    if medium is Medium.ZIP and is_ofd(source.data):
        return read_ofd(source.data)
    if medium is Medium.ZIP and (kind := zipped_kind(source.data)):
        return read_office(source.data, kind)
    if medium is Medium.RTF:
        return read_office(source.data, "rtf")
    if medium is Medium.OLE:
        return _read_ole(source.data)
    raise Unreadable(Status.UNSUPPORTED, f"文件格式：{_UNSUPPORTED.get(medium, medium.value)}")


def _read_ole(data: bytes) -> Document:
    match kind_of(data):
        case Ole.WORD:
            return read_office(data, "doc")
        case Ole.WORKS:
            return read_office(data, "wps")
        case Ole.SHEET:
            return read_office(data, "xls")
        case Ole.ENCRYPTED:
            raise Unreadable(Status.ENCRYPTED, "这份Office文件加了密码；原件已保存。")
    raise Unreadable(Status.UNSUPPORTED, "这是旧版Office文件，但不是文档，也不是电子表格；原件已保存。")


def parse(document: Document, name: str, hints: Hints) -> Report:
    """Read a document by the form's rules. Never raises for what a document says: it yields findings instead."""
    statistics, document.blocks = take_statistics(document)
    blocks = split_prose(document)
    if document.media != "pdf":
        # Lines of a print were tried as a table by where their words stand; without that, labels go wrong.
        blocks = grids_from_lines(grids_from_typed(blocks))
    chapters = read_chapters(blocks)
    filing = read_tables(blocks)
    if document.recognised:
        settle_doubts(filing, document)
    identity = identify(blocks, document.metadata, chapters, hints)
    report = Report(name, document.media, identity.title, identity.agency, identity.year, identity.published)
    report.tables = filing.tables
    report.statistics = statistics.items
    report.locators = filing.locators | statistics.locators | chapters.locators
    report.printed = filing.printed
    report.form = form_of(filing)
    found = {table for table, rows in filing.tables.items() if rows}
    complete(chapters, found, official=report.form is not None)
    report.sections = chapters.sections
    report.figures = read_figures(chapters.sections)
    report.add(filing.findings)
    report.add(statistics.findings)
    if report.form is not None or (_should_follow_form(report) and not _is_free_form(report)):
        report.add(missing(filing, report.form, document.images))
    report.add(chapters.findings)
    checked = [*check(report, filing.unread), *check_prose(report, identity.period)]
    if document.recognised:
        checked = ours_perhaps(checked)
    elif not all(grid.placed for grid in document.grids()):
        checked = ours_perhaps(checked, UNRULED)
    report.add(checked)
    report.add(Finding("unread:source", Severity.WARNING, Fault.READING, doubt) for doubt in document.doubts)
    report.add(document.findings)
    return report


def _should_follow_form(report: Report) -> bool:
    """Whether a document in which no table was recognised has to have them: by its chapters, or by its title's year."""
    named = report.title is not None and report.year is not None and report.year >= FIRST_FORM_YEAR
    return named or len(report.sections) >= 4 or any(report.tables.values())


def _is_free_form(report: Report) -> bool:
    """Whether a report without the form's tables is of the years before there was a form: nothing is missing then."""
    return bool(report.statistics) or (report.year is not None and report.year < FIRST_FORM_YEAR)


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
    rows = sum(len(table) for table in report.tables.values()) + len(report.statistics)
    return rows, len(report.sections), sum(len(section.text) for section in report.sections)


def _is_blank(report: Report) -> bool:
    """Whether nothing of the form was found."""
    return not (_weight(report)[0] or report.sections)


def _charset(content_type: str | None) -> str | None:
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip("\"' ") or None
    return None
