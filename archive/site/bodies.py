"""The page of one body: its years as one series under all its names, in charts with their tables, what did not carry
over, its renames and mergers, and what it changed after publication."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import words
from archive.site.charts import Series, bars
from archive.site.language import say
from archive.site.pages import Row, not_found, page, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

_BODY = """
SELECT a.id, a.name, a.kind, a.field, coalesce(a.series_id, a.id) AS series, p.id AS portal, p.name AS place
FROM agencies a JOIN portals p ON p.id = a.portal_id WHERE a.id = ?
"""
_NAMES = """
SELECT a.id, a.name, a.other_names, min(r.year) AS first, max(r.year) AS last FROM agencies a
LEFT JOIN reports r ON r.agency_id = a.id
WHERE a.id IN (SELECT :series UNION SELECT id FROM agencies WHERE series_id = :series)
GROUP BY a.id ORDER BY first, a.id
"""
_YEARS = """
SELECT c.year, c.name, c.state, c.reason, c.days_late, c.report_id, p.*
FROM coverage c LEFT JOIN panel p ON p.report_id = c.report_id WHERE c.series_id = :series ORDER BY c.year
"""
_OVER_YEARS = """
SELECT f.report_id, r.year, f.rule, f.fault, f.severity, f.message, f.expected, f.actual, f.cells FROM findings f
JOIN reports r ON r.id = f.report_id JOIN agencies a ON a.id = r.agency_id
WHERE (a.id = :series OR a.series_id = :series) AND substr(f.rule, 1, instr(f.rule || ':', ':') - 1) IN
  ('carry', 'in_force', 'jump', 'peers') ORDER BY r.year DESC, f.id
"""
_EDITS = """
SELECT h.*, r.year FROM changes h JOIN reports r ON r.id = h.report_id JOIN agencies a ON a.id = r.agency_id
WHERE (a.id = :series OR a.series_id = :series) AND h.certain = 1 ORDER BY h.first_after DESC, h.id LIMIT 50
"""
_LINEAGE = """
WITH names AS (SELECT id FROM agencies WHERE id = :series OR series_id = :series)
SELECT l.* FROM lineage l WHERE l.before_agency_id IN names OR l.after_agency_id IN names ORDER BY l.begun, l.id
"""
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "granted": ("予以公开", ("granted", "partly_granted")),
    "refused": ("不予公开", tuple(key for key in words.REQUESTS if key.startswith("refused_"))),
    "unavailable": ("无法提供", tuple(key for key in words.REQUESTS if key.startswith("unavailable_"))),
    "other": ("不予处理与其他", tuple(key for key in words.REQUESTS if key.startswith(("not_processed_", "other")))),
}
"""Outcomes as the chart stacks them: the form's own groups, the two of grants together, as are the last two."""


async def body(datasette: Datasette, request: Request) -> Response:
    about = await row(datasette, _BODY, [request.url_vars["id"]])
    if about is None:
        advice = say("编号可能写错了。可从地方页的矩阵，或检索页按名称查找机关。")
        return await not_found(datasette, request, say("没有这个机关"), advice)
    if about["series"] != about["id"]:
        return Response.redirect(datasette.urls.path(f"/bodies/{about['series']}"), status=301)
    values = {"series": about["series"]}
    names = await rows(datasette, _NAMES, values)
    years = await rows(datasette, _YEARS, values)
    before: Row | None = None
    for year in years:
        if year["report_id"]:
            year["before"], before = before, year
    edits = await rows(datasette, _EDITS, values)
    for edit in edits:
        edit["label"] = words.cell_name(edit["location"]) if edit["kind"] == "cell" else words.chapter(edit["location"])
    over_years = await rows(datasette, _OVER_YEARS, values)
    for finding in over_years:
        finding["cell"] = next(iter(reversed(json.loads(finding["cells"]))), None)
    context = {
        "body": about,
        "name": names[-1]["name"] if names else about["name"],
        "names": names,
        "years": years,
        "charts": _charts(years),
        "over_years": over_years,
        "edits": edits,
        "lineage": await rows(datasette, _LINEAGE, values),
        "words": words,
    }
    return await page(datasette, request, "gongkai_body.html", context)


def _charts(years: list[Row]) -> list[Row]:
    """Each with its SVG and the table under it. Only years with a report of an official form have numbers."""
    labels = [year["year"] for year in years]
    nothing = say("无")

    def column(name: str) -> list[float | None]:
        return [year.get(name) for year in years]

    charts: list[tuple[str, list[Series]]] = [
        (
            say("收到的申请（件）"),
            [
                Series(say("本年新收"), column("requests_received_total")),
                Series(say("上年结转"), column("requests_carried_in_total")),
            ],
        ),
        (say("办理结果（件）"), [Series(say(name), _sum(years, keys)) for name, keys in GROUPS.values()]),
        (
            say("行政复议与行政诉讼（件）"),
            [
                Series(say("行政复议"), column("challenges_reconsideration_total")),
                Series(say("未经复议直接起诉"), column("challenges_litigation_direct_total")),
                Series(say("复议后起诉"), column("challenges_litigation_after_reconsideration_total")),
            ],
        ),
    ]
    return [
        {
            "title": title,
            # A chart of nothing but zeros says less than its table.
            "svg": bars(title, labels, parts, nothing) if any(any(part.values) for part in parts) else None,
            "years": labels,
            "parts": parts,
        }
        for title, parts in charts
        if any(value is not None for part in parts for value in part.values)
    ]


def _sum(years: list[Row], outcomes: tuple[str, ...]) -> list[float | None]:
    """By year the sum of the totals of some outcomes; None where none of them is printed."""
    sums: list[float | None] = []
    for year in years:
        present: list[Any] = [value for key in outcomes if (value := year.get(f"requests_{key}_total")) is not None]
        sums.append(sum(present) if present else None)
    return sums
