"""The page of one report: the form as printed, chapters, figures, findings beside their cells, versions, evidence; and
the same as JSON (in the form of `gongkai parse`) and as CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from archive.changes import changes
from archive.dictionary import TABLE_NAMES, column_label, row_label
from archive.evidence import unpack
from archive.schema import FORM_TABLES
from archive.site import comparison, forms, words
from archive.site.citation import citations
from archive.site.contained import warm
from archive.site.language import say
from archive.site.pages import Row, not_found, page, row, rows
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, DISCLOSURE_KEYS, OUTCOME_KEYS, RESULTS, ROUTES
from extract.report import Locator

if TYPE_CHECKING:
    from datasette.app import Datasette

REPORT = """
SELECT r.*, a.name AS agency_name, a.kind, p.name AS place, p.id AS portal FROM reports r
JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id WHERE r.id = ?
"""
_EVIDENCE = "SELECT * FROM captures WHERE id IN (?, ?) ORDER BY id"
_CORRECTED = "SELECT cell, who, why FROM corrections WHERE report_id = ? AND state = 'applied'"
_BY_PEOPLE = ("corrected", "asked_again")
"""Rules that speak of a cell without saying that it could not be read."""
_STATISTICS = "SELECT * FROM statistics WHERE report_id = ? ORDER BY number"
_COPIED = "SELECT count(*) AS count FROM copied_paragraphs WHERE report_id = ?"
_YEARS = "SELECT id, year FROM reports WHERE agency_id = ? ORDER BY year DESC"
_ROWS = {"disclosure": DISCLOSURE_KEYS, "requests": OUTCOME_KEYS, "challenges": tuple(ROUTES)}
"""The rows of each table in the order of the form."""


async def report(datasette: Datasette, request: Request) -> Response:
    report_id = request.url_vars["id"]
    about = await row(datasette, REPORT, [report_id])
    if about is None:
        return await no_report(datasette, request)
    tables = await _read_tables(datasette, report_id)
    match request.url_vars["format"]:
        case "json":
            return Response.json(await _as_json(datasette, about, tables), headers={"Access-Control-Allow-Origin": "*"})
        case "csv":
            return _as_csv(about, tables)
    warm()
    context = await _context(datasette, about, tables)
    context |= await _beside(datasette, request, about)
    address = datasette.absolute_url(request, datasette.urls.path(f"/reports/{report_id}"))
    read_from = next(capture for capture in context["captures"] if capture["id"] == about["capture_id"])
    context["citations"] = citations(about, read_from, address)
    return await page(datasette, request, "gongkai_report.html", context)


async def no_report(ds: Datasette, request: Request) -> Response:
    """What is answered where there is no report of the number in the address."""
    advice = say("编号可能写错了。可从检索页按机关和年度查找；已公布的报告编号不会改变。")
    return await not_found(ds, request, say("没有编号为“%(id)s”的报告") % {"id": request.url_vars["id"]}, advice)


async def _beside(ds: Datasette, request: Request, about: Row) -> Row:
    """What `?with=last` or `?with=place` puts under each cell, and a sentence that says what it is."""
    match asked := request.args.get("with") or "":
        case "last":
            before, values = await comparison.year_before(ds, about)
            explained = say("小字是该机关上年报告所印的数。") if before else say("档案里没有该机关上年的报告。")
            return {"asked_beside": asked, "beside": {"cells": values, "explained": explained, "report": before}}
        case "place":
            count, values = await comparison.place(ds, about)
            explained = say("小字是本地同类机关同年所印数的中位数，共 %(count)s 份报告；不足三份的格不列。") % {
                "count": count
            }
            return {"asked_beside": asked, "beside": {"cells": values, "explained": explained, "report": None}}
    return {"asked_beside": "", "beside": None}


def _marked(finding: Row) -> list[str]:
    """The cells that a finding marks: of a sum only its total, since every part of it may be right."""
    of_a_sum = finding["rule"].partition(":")[0] in ("row_sum", "outcome_sum", "challenge_sum")
    cells: list[str] = finding["cells"]
    return cells[-1:] if of_a_sum else cells


async def _read_tables(ds: Datasette, report_id: str) -> forms.Tables:
    """The cells as they stand in the database, only rows that the report prints, in the order of the form."""
    tables: forms.Tables = {}
    for key, (table, row_name) in FORM_TABLES.items():
        found = await rows(ds, f"SELECT * FROM {table} WHERE report_id = ?", [report_id])
        by_key = {line.pop(row_name): line for line in found}
        tables[key] = {
            name: {cell: value for cell, value in by_key[name].items() if cell != "report_id"}
            for name in _ROWS[key]
            if name in by_key
        }
    return tables


async def content(ds: Datasette, report_id: str, tables: forms.Tables | None = None) -> tuple[forms.Content, list[Row]]:
    """What the tables of a report are laid out from, and its findings, numbered."""
    findings = await _findings(ds, report_id)
    notes: forms.Notes = {}
    for finding in findings:
        for path in _marked(finding):
            fault = "" if finding["rule"] in _BY_PEOPLE else finding["fault"]
            notes.setdefault(path, []).append((finding["n"], fault))
    printed = await rows(ds, "SELECT cell, text FROM printed WHERE report_id = ?", [report_id])
    texts = {line["cell"]: line["text"] for line in printed}
    people = await rows(ds, _CORRECTED, [report_id])
    corrected = {line["cell"]: f"{line['who']}：{line['why']}" for line in people}
    return forms.Content(tables or await _read_tables(ds, report_id), notes, texts, corrected), findings


async def _context(ds: Datasette, about: Row, tables: forms.Tables) -> Row:
    laid_out, findings = await content(ds, about["id"], tables)
    form = about["form"] or "2021"
    has_tables = any(tables.values())
    captures = await rows(ds, _EVIDENCE, [about["capture_id"], about["article_capture_id"]])
    return {
        "report": about,
        "chapters": await _chapters(ds, about["id"]),
        "disclosure": forms.disclosure(form, laid_out) if has_tables else [],
        "requests": forms.requests(form, laid_out) if has_tables else [],
        "challenges": forms.challenges(laid_out) if has_tables else [],
        "statistics": await rows(ds, _STATISTICS, [about["id"]]),
        "applicants": list(APPLICANTS.values()),
        "results": list(RESULTS.values()),
        "has_tables": has_tables,
        "findings": findings,
        "by_table": {key: [f for f in findings if f["table"] == key] for key in (*FORM_TABLES, None)},
        "versions": await _versions(ds, about["id"]),
        "captures": captures,
        "years": await rows(ds, _YEARS, [about["agency_id"]]),
        "copied": await row(ds, _COPIED, [about["id"]]),
        "words": words,
        "doors": (await places(ds, about["id"])).keys(),
    }


async def prose(ds: Datasette, report_id: str) -> tuple[list[Row], list[Row]]:
    """A report's chapters and the figures in them, as they were read."""
    return (
        await rows(
            ds, "SELECT number, key, heading, text FROM sections WHERE report_id = ? ORDER BY number", [report_id]
        ),
        await rows(
            ds,
            "SELECT section, topic, value, unit, approximate, sentence FROM figures WHERE report_id = ? ORDER BY id",
            [report_id],
        ),
    )


async def places(ds: Datasette, report_id: str) -> dict[str, Locator]:
    """Where the report's cells and paragraphs stand in its original; those of which that is known."""
    found = await row(ds, "SELECT places FROM evidence WHERE report_id = ?", [report_id])
    return unpack(found["places"]) if found else {}


async def _findings(ds: Datasette, report_id: str) -> list[Row]:
    found = await rows(ds, "SELECT * FROM findings WHERE report_id = ? ORDER BY id", [report_id])
    for n, finding in enumerate(found, 1):
        finding["n"] = n
        finding["cells"] = json.loads(finding["cells"]) or _subject(finding["rule"])
        finding["marked"] = [path for path in _marked(finding) if path.count(".") == 2]
        finding["others"] = [
            path for path in finding["cells"] if path.count(".") == 2 and path not in finding["marked"]
        ]
        finding["cell"] = finding["marked"][-1] if finding["marked"] else None
        table = finding["cells"][0].partition(".")[0] if finding["cells"] else None
        finding["table"] = table if table in FORM_TABLES else None
    return found


def _subject(rule: str) -> list[str]:
    """The cell that a rule names itself, as `unread:requests.received.total` does."""
    subject = rule.partition(":")[2]
    return [subject] if subject.count(".") == 2 else []


async def _chapters(ds: Datasette, report_id: str) -> list[Row]:
    chapters = await rows(ds, "SELECT * FROM sections WHERE report_id = ? ORDER BY number", [report_id])
    figures = await rows(ds, "SELECT * FROM figures WHERE report_id = ? ORDER BY id", [report_id])
    present = {chapter["number"] for chapter in chapters}
    missing = [
        {"number": c.number, "key": c.key, "heading": c.heading, "text": "", "missing": True}
        for c in CHAPTERS
        if c.number not in present
    ]
    for n, figure in enumerate(figures):
        figure["path"] = f"figures.{n}"
    for chapter in chapters:
        chapter["figures"] = [figure for figure in figures if figure["section"] == chapter["number"]]
        chapter["paragraphs"] = [line for line in chapter["text"].splitlines() if line.strip()]
    return sorted([*chapters, *missing], key=lambda chapter: int(chapter["number"]))


async def _versions(ds: Datasette, report_id: str) -> list[Row]:
    """Newest first, each with what changed from the one before it."""
    found = await rows(ds, "SELECT * FROM versions WHERE report_id = ? ORDER BY number", [report_id])
    before: dict[str, Any] | None = None
    for version in found:
        content = json.loads(version.pop("content"))
        version["changes"] = changes(before, content) if before is not None else None
        for change in version["changes"].cells if version["changes"] else ():
            version.setdefault("cells", []).append((words.cell_name(change.cell), change))
        before = content
    return found[::-1]


async def _as_json(ds: Datasette, about: Row, tables: forms.Tables) -> Row:
    sections, figures = await prose(ds, about["id"])
    statistics = await rows(
        ds,
        "SELECT number, heading, item, unit, value, printed FROM statistics WHERE report_id = ? ORDER BY number",
        [about["id"]],
    )
    findings = await rows(
        ds,
        "SELECT rule, severity, fault, message, expected, actual, cells FROM findings WHERE report_id = ? ORDER BY id",
        [about["id"]],
    )
    for figure in figures:
        figure["approximate"] = bool(figure["approximate"])
    for finding in findings:
        finding["cells"] = json.loads(finding["cells"])
    capture = await row(ds, "SELECT url, fetched_at, sha256 FROM captures WHERE id = ?", [about["capture_id"]])
    return {
        "id": about["id"],
        "source": about["url"],
        **{name: about[name] for name in ("media", "title", "agency", "year", "published", "form")},
        "sections": sections,
        "tables": {
            key: {name: _own(about["form"], key, name, cells) for name, cells in found.items()}
            for key, found in tables.items()
        },
        "statistics": statistics,
        "figures": figures,
        "findings": findings,
        "capture": capture,
    }


def _own(form: str | None, table: str, name: str, cells: dict[str, Any]) -> dict[str, Any]:
    """The cells that the row has on its form, and any other that holds a value: the database table has the columns of
    both forms."""
    items = DISCLOSURE.get(form or "2021", ())
    own = {cell for item in items if item.key == name for cell in item.cells}
    return {cell: value for cell, value in cells.items() if table != "disclosure" or cell in own or value is not None}


def _as_csv(about: Row, tables: forms.Tables) -> Response:
    """A line a cell, with a byte-order mark and CRLF so that Excel opens it as it is. All text is ours, the agency's
    name aside, which is quoted as text where it could start a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["报告", "机关", "年度", "表", "行", "列", "数值", "table", "row", "cell"])
    name = ("'" if about["agency"][:1] in "=+-@\t\r" else "") + about["agency"]
    for table, found in tables.items():
        for key, cells in found.items():
            for cell, value in _own(about["form"], table, key, cells).items():
                labels = [TABLE_NAMES[table], row_label(table, key), column_label(table, key, cell)]
                writer.writerow([about["id"], name, about["year"], *labels, words.number(value), table, key, cell])
    return Response(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{about["id"]}.csv"'},
    )
