"""The page of one place: every body and year with its state and reason, who was late, whose forms do not add up; and
the league of all places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.queries import QUERIES
from archive.site import words
from archive.site.language import say
from archive.site.pages import Row, not_found, page, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

_PLACE = "SELECT * FROM portals WHERE id = ?"
_LAST = "SELECT * FROM crawls WHERE portal_id = ? AND finished IS NOT NULL ORDER BY started DESC, id DESC LIMIT 1"
_BROKEN = """
SELECT r.id, r.title, r.agency, f.rule, f.expected, f.actual, f.message, f.cells
FROM findings f JOIN reports r ON r.id = f.report_id
WHERE r.portal_id = ? AND f.fault = 'source' AND f.severity = 'error' ORDER BY r.year DESC, r.id, f.id
"""
MOST_BROKEN = 20
"""Of the reports that do not add up so many stand on the page, the newest; the leads hold them all."""
_PUNCTUAL = """
SELECT c.name, c.series_id, c.report_id, c.days_late, c.state, c.reason FROM coverage c
WHERE c.portal_id = :portal AND c.year = :year AND c.state <> 'no_body' AND c.state <> 'not_due'
ORDER BY c.report_id IS NULL, c.days_late IS NULL, c.days_late DESC, c.name
"""
_LEAGUE_YEARS = "SELECT DISTINCT year FROM coverage WHERE state = 'published' ORDER BY year DESC"
_DAYS_LATE = "SELECT max(year) AS year FROM coverage WHERE portal_id = ? AND state = 'published'"


async def place(datasette: Datasette, request: Request) -> Response:
    portal = request.url_vars["id"]
    about = await row(datasette, _PLACE, [portal])
    if about is None:
        advice = say("编号可能写错了。首页列出全部地方。")
        return await not_found(datasette, request, say("没有这个地方"), advice)
    bodies = await rows(datasette, QUERIES["matrix"].sql, {"portal": portal})
    for body in bodies:
        body["years"] = {int(year): state for year, state in json.loads(body["years"]).items()}
    years = sorted({year for body in bodies for year in body["years"]}, reverse=True)
    asked = request.args.get("year") or ""
    newest = await row(datasette, _DAYS_LATE, [portal])
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else (newest or {}).get("year")
    broken = _by_report(await rows(datasette, _BROKEN, [portal]))
    context = {
        "place": about,
        "last": await row(datasette, _LAST, [portal]),
        "bodies": bodies,
        "years": years,
        "year": year,
        "punctual": await rows(datasette, _PUNCTUAL, {"portal": portal, "year": year}),
        "broken": broken[:MOST_BROKEN],
        "broken_count": len(broken),
        "short": lambda name: name.removeprefix(about["name"]) or name,
        "words": words,
    }
    return await page(datasette, request, "gongkai_place.html", context)


def _by_report(found: list[Row]) -> list[Row]:
    """The findings under their reports, each with the cell that it marks."""
    reports: dict[str, Row] = {}
    for finding in found:
        about = {name: finding.pop(name) for name in ("id", "title", "agency")}
        finding["cell"] = next(iter(reversed(json.loads(finding["cells"]))), None)
        reports.setdefault(about["id"], {**about, "findings": []})["findings"].append(finding)
    return list(reports.values())


async def league(datasette: Datasette, request: Request) -> Response:
    """Places by the share of due reports that were published on time."""
    years = [line["year"] for line in await rows(datasette, _LEAGUE_YEARS)]
    asked = request.args.get("year") or ""
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else next(iter(years), None)
    places: list[Row] = await rows(datasette, QUERIES["league"].sql, {"year": year})
    shares = [line["percent_on_time"] for line in places]
    for line in places:
        line["rank"] = shares.index(line["percent_on_time"]) + 1
    return await page(datasette, request, "gongkai_league.html", {"places": places, "years": years, "year": year})
