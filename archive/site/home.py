"""The home page: what this is, how much there is and how fresh, and the ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import words
from archive.site.pages import page, published_at, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

_COUNTS = """
SELECT (SELECT count(*) FROM reports) AS reports, (SELECT count(*) FROM agencies) AS agencies,
  (SELECT count(*) FROM portals) AS portals, (SELECT count(*) FROM captures) AS captures,
  (SELECT count(*) FROM findings WHERE fault = 'source' AND severity <> 'info') AS findings,
  (SELECT count(*) FROM documents WHERE report_id IS NULL) AS unread,
  (SELECT max(finished) FROM crawls) AS crawled
"""
_NEWEST = """
SELECT r.id, r.title, r.agency, r.year, r.published, p.name AS place,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.fault = 'source' AND f.severity <> 'info') AS findings
FROM reports r JOIN portals p ON p.id = r.portal_id ORDER BY r.published DESC, r.id LIMIT 10
"""
_EDITED = """
SELECT r.id, r.title, r.published, v.number, v.first_seen
FROM versions v JOIN reports r ON r.id = v.report_id WHERE v.number > 1 ORDER BY v.first_seen DESC LIMIT 5
"""
_YEARS = "SELECT year, count(*) AS count FROM reports GROUP BY year ORDER BY year DESC"
_PLACES = """
SELECT p.id, p.name, count(r.id) AS count FROM portals p LEFT JOIN reports r ON r.portal_id = p.id
GROUP BY p.id ORDER BY p.division_code, p.name LIMIT 200
"""
_KINDS = """
SELECT a.kind, count(*) AS count FROM reports r JOIN agencies a ON a.id = r.agency_id
GROUP BY a.kind ORDER BY count DESC
"""
_RULES = """
SELECT CASE WHEN instr(rule, ':') THEN substr(rule, 1, instr(rule, ':') - 1) ELSE rule END AS rule, fault,
  count(DISTINCT report_id) AS count FROM findings GROUP BY 1, 2 ORDER BY fault DESC, count DESC
"""


async def home(datasette: Datasette, request: Request) -> Response:
    context = {
        "counts": await row(datasette, _COUNTS),
        "newest": await rows(datasette, _NEWEST),
        "edited": await rows(datasette, _EDITED),
        "years": await rows(datasette, _YEARS),
        "places": await rows(datasette, _PLACES),
        "kinds": await rows(datasette, _KINDS),
        "rules": await rows(datasette, _RULES),
        "published_at": published_at(datasette),
        "words": words,
    }
    return await page(datasette, request, "gongkai_home.html", context)
