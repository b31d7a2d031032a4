"""`/reports/ID/cells/CELL`: one number of a report in its archived original, marked where it is printed; with what
speaks of it, where the original came from, and how to check all that.

`CELL` is a cell (`requests.received.total`), a chapter (`sections.3`), a paragraph of one (`sections.3.1`) or a number
of the prose (`figures.0`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import forms, words
from archive.site.language import say
from archive.site.originals import Gone, body_of, find, marked_page
from archive.site.page_images import drawn, page_number
from archive.site.pages import Row, not_found, page, row
from archive.site.report import REPORT, content, no_report, places, prose
from extract import locate
from extract.errors import Unreadable
from extract.page_image import PageImage
from extract.report import Figure, Locator, Report, Section
from extract.sniff import Medium, sniff

if TYPE_CHECKING:
    from datasette.app import Datasette

Grid = list[list[forms.FormCell]]

_ADDRESS = re.compile(
    r"(?:disclosure|requests|challenges)\.\w{1,60}\.\w{1,60}|sections\.\d{1,2}(?:\.\d{1,4})?|figures\.\d{1,5}"
)
_IN_WORD = re.compile(r"^body/tbl\[(?P<table>\d+)\]/tr\[(?P<row>\d+)\]/tc\[(?P<cell>\d+)\]$")
_IN_SHEET = re.compile(r"^(?P<sheet>.{1,60})!(?P<cell>[A-Z]{1,3}\d{1,7})$")
_MARGIN_ACROSS, _MARGIN_DOWN = 0.2, 0.04
"""What the enlarged part shows around the box, in parts of the page's width and height."""


@dataclass
class Subject:
    """What the page is of. `row` are the cells beside it in the form; `beside` the addresses before and after it, by
    direction; `whole` the text that it stands in, where it is of the prose."""

    name: str
    text: str
    cell: forms.FormCell | None = None
    row: list[forms.FormCell] | None = None
    beside: dict[str, str] | None = None
    whole: str = ""
    in_form: bool = True


async def evidence(datasette: Datasette, request: Request) -> Response:
    report_id, path = request.url_vars["id"], request.url_vars["path"]
    about = await row(datasette, REPORT, [report_id])
    if about is None:
        return await no_report(datasette, request)
    laid_out, findings = await content(datasette, report_id)
    read = await _prose(datasette, about)
    subject = _subject(path, about, laid_out, read) if _ADDRESS.fullmatch(path) else None
    if subject is None:
        advice = say("格的写法是“表.行.列”，例如 requests.received.total；请从报告页的表格里点选。")
        return await not_found(datasette, request, say("这份报告没有“%(cell)s”这一格") % {"cell": path}, advice)
    at = locate(read, path)
    context = {
        "report": about,
        "path": path,
        "subject": subject,
        "at": at,
        "why": "" if at else _why(path, subject, findings, read),
        "findings": [finding for finding in findings if path in finding["cells"]],
        "row_name": _row_name(subject.row or []),
        "cautions": [finding for finding in findings if finding["rule"] in words.CAUTIONS],
        "place": _place(at),
        "links": {
            "here": datasette.absolute_url(request, datasette.urls.path(f"/reports/{report_id}/cells/{path}")),
            "archived": datasette.absolute_url(request, datasette.urls.path("/captures/")),
        },
        "words": words,
    }
    context |= await _original(datasette, request, about, at)
    return await page(datasette, request, "gongkai_evidence.html", context)


async def _prose(ds: Datasette, about: Row) -> Report:
    """As much of the reading as `locate` asks for."""
    sections, figures = await prose(ds, about["id"])
    read = Report(about["url"], about["media"], locators=await places(ds, about["id"]))
    read.sections = [Section(**section) for section in sections]
    read.figures = [Figure(**figure) for figure in figures]
    return read


def _subject(path: str, about: Row, laid_out: forms.Content, read: Report) -> Subject | None:
    """None for what this report cannot have."""
    kind, *rest = path.split(".")
    if kind == "figures":
        n = int(rest[0])
        return _figure(read.figures[n], n, len(read.figures)) if n < len(read.figures) else None
    if kind == "sections":
        return _paragraph(read, *map(int, rest))
    grid = _grid(kind, about["form"] or "2021", laid_out) if any(laid_out.tables.values()) else []
    for y, line in enumerate(grid):
        for x, cell in enumerate(line):
            if cell.path == path:
                in_form = rest[0] in laid_out.tables.get(kind, {})
                return Subject(words.cell_name(path), cell.text, cell, line, _beside(grid, y, x), in_form=in_form)
    return None


def _grid(table: str, form: str, laid_out: forms.Content) -> Grid:
    """The cells of a table as the form sets them out."""
    match table:
        case "disclosure":
            return [line.cells for block in forms.disclosure(form, laid_out) for line in block.rows]
        case "requests":
            return [line.cells for line in forms.requests(form, laid_out)]
    return [[cell for _, line in forms.challenges(laid_out) for cell in line.cells]]


def _beside(grid: Grid, y: int, x: int) -> dict[str, str]:
    around = {"left": (y, x - 1), "right": (y, x + 1), "up": (y - 1, x), "down": (y + 1, x)}
    return {
        way: grid[row][column].path
        for way, (row, column) in around.items()
        if 0 <= row < len(grid) and 0 <= column < len(grid[row])
    }


def _figure(figure: Figure, n: int, count: int) -> Subject:
    beside = {way: f"figures.{m}" for way, m in (("left", n - 1), ("right", n + 1)) if 0 <= m < count}
    name = say("第 %(number)s 部分文中的数字") % {"number": figure.section}
    return Subject(name, words.number(figure.value) + (figure.unit or ""), beside=beside, whole=figure.sentence)


def _paragraph(read: Report, number: int, paragraph: int | None = None) -> Subject | None:
    section = next((section for section in read.sections if section.number == number), None)
    if section is None:
        return None
    if paragraph is None:
        return Subject(section.heading, "", whole=section.heading)
    lines = section.text.split("\n")
    if not 1 <= paragraph <= len(lines):
        return None
    beside = {
        way: f"sections.{number}.{n}"
        for way, n in (("left", paragraph - 1), ("right", paragraph + 1))
        if 1 <= n <= len(lines)
    }
    return Subject(section.heading, "", beside=beside, whole=lines[paragraph - 1])


def _why(path: str, subject: Subject, findings: list[Row], read: Report) -> str:
    """Why it is not known where it stands."""
    if not read.locators:
        return say("这份报告没有留下各数的位置。")
    if not subject.in_form:
        return say("原文没有这一行，所以没有可标出的位置。")
    if any(path in finding["cells"] for finding in findings if finding["fault"] == "reading"):
        return say("读数存疑，不能确定它印在哪里；见下列核查发现。")
    return say("没有记下它印在原件的哪一处。")


def _row_name(cells: list[forms.FormCell]) -> str:
    """The label of the row that the cells are of; empty where they are of several, as those of table 4 are."""
    rows = {tuple(cell.path.split(".")[:2]) for cell in cells}
    return words.row_name(*rows.pop()) if len(rows) == 1 else ""


def _place(at: Locator | None) -> str:
    """The place in words: the page, of a Word document the table with row and cell, of a workbook sheet and cell."""
    if at and at.page:
        return say("第 %(page)s 页") % {"page": at.page}
    if at and at.path and (found := _IN_SHEET.search(at.path)):
        return say("工作表“%(sheet)s”，单元格 %(cell)s") % found.groupdict()
    found = _IN_WORD.search(at.path) if at and at.path else None
    return say("正文第 %(table)s 段处的表格，第 %(row)s 行，第 %(cell)s 格") % found.groupdict() if found else ""


async def _original(ds: Datasette, request: Request, about: Row, at: Locator | None) -> Row:
    """How the original is shown: `shown` is `html`, `page` or `row`; `trouble` why it is shown without a mark."""
    known = await row(ds, "SELECT capture_id, captures FROM evidence WHERE report_id = ?", [about["id"]])
    capture = await find(ds, known["capture_id"] if known else about["capture_id"])
    assert capture is not None
    made: Row = {"capture": capture, "shown": "row", "trouble": "", "image": None}
    try:
        if about["media"] == "html":
            made["shown"] = "html"
            if at and at.path and await marked_page(ds, capture, at.path) is None:
                made["trouble"] = say("原件里没有找到记下的位置，所以未能标出。")
        elif about["media"] in ("pdf", "scan"):
            number = page_number(request) or (at.page if at and at.page else 1)
            captures = [capture]
            if about["media"] == "scan" and known:
                captures = await _pictures(ds, capture, json.loads(known["captures"]))
            image = await drawn(ds, captures, number)
            made |= _as_page(image, captures, number, at)
    except (Gone, Unreadable) as error:
        made["trouble"] = say("原件未能显示：%(why)s。可下载后查看。") % {"why": str(error).rstrip("。.")}
    return made


async def _pictures(ds: Datasette, capture: Row, captures: list[int]) -> list[Row]:
    """The files that a scan's pages are of: its PDF, or all the pictures that were read, which are one document."""
    if sniff((await body_of(ds, capture)).body) is Medium.PDF:
        return [capture]
    found = [await find(ds, number) for number in captures]
    return [each for each in found if each] or [capture]


def _as_page(image: PageImage, captures: list[Row], number: int, at: Locator | None) -> Row:
    own = captures[image.file]
    box = at.box if at and at.page == number else None
    return {
        "shown": "page",
        "capture": own,
        "image": image,
        "source": f"/captures/{own['id']}/pages/{image.in_file}.png",
        "number": number,
        "box": box,
        "part": _around(box, image) if box else None,
    }


def _around(box: tuple[float, float, float, float], image: PageImage) -> tuple[float, float, float, float]:
    """The part of the page to enlarge: left, top, width and height."""
    x0, top, x1, bottom = box
    across, down = _MARGIN_ACROSS * image.width, _MARGIN_DOWN * image.height
    left, upper = max(0.0, x0 - across), max(0.0, top - down)
    right, lower = min(image.width, x1 + across), min(image.height, bottom + down)
    return left, upper, max(1.0, right - left), max(1.0, lower - upper)
