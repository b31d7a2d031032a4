"""The home page: what this is, how much there is and how fresh, and the ways in."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.provinces import OF_PORTAL, PROVINCES
from archive.site import words
from archive.site.pages import Row, page, published_at, rows
from archive.status import TROUBLE

if TYPE_CHECKING:
    from datasette.app import Datasette

FEW_PLACES = 40
"""Up to so many places stand open; more are folded under their provinces."""
MOST_PLACES = 400
"""Beyond, the page would be their list: provinces lead to the search."""

_TOTALS = "SELECT what, value, count FROM totals"
_CRAWLED = f"""
SELECT max(finished) AS crawled, (SELECT count(*) FROM portals p JOIN crawls c ON c.id = (
  SELECT id FROM crawls WHERE portal_id = p.id ORDER BY started DESC, id DESC LIMIT 1)
  WHERE c.outcome IS NULL OR c.outcome IN ({", ".join(f"'{outcome}'" for outcome in sorted(TROUBLE))})) AS trouble
FROM crawls
"""
_NEWEST = """
SELECT r.id, r.title, r.agency, r.year, r.published, p.name AS place,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.fault = 'source' AND f.severity <> 'info') AS findings
FROM reports r JOIN portals p ON p.id = r.portal_id ORDER BY r.published DESC, r.id LIMIT 8
"""
_EDITED = """
SELECT r.id, r.title, r.published, v.number, v.first_seen,
  (SELECT count(*) FROM changes c WHERE c.report_id = r.id AND c.to_version = v.number AND c.kind = 'cell') AS cells
FROM versions v JOIN reports r ON r.id = v.report_id WHERE v.number > 1 ORDER BY v.first_seen DESC LIMIT 5
"""
_PLACES = f"SELECT p.id, p.name, {OF_PORTAL} AS province FROM portals p ORDER BY p.division_code, p.name"


async def home(datasette: Datasette, request: Request) -> Response:
    totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in await rows(datasette, _TOTALS):
        totals[line["what"]][line["value"]] = line["count"]
    (crawled,) = await rows(datasette, _CRAWLED)
    places = await rows(datasette, _PLACES)
    context = {
        "counts": {what: found[""] for what, found in totals.items() if "" in found},
        "crawled": crawled["crawled"],
        "trouble": crawled["trouble"],
        "newest": await rows(datasette, _NEWEST),
        "edited": await rows(datasette, _EDITED),
        "years": sorted(totals["year"].items(), reverse=True),
        "provinces": _provinces(places, totals["place"]),
        "folded": len(places) > FEW_PLACES,
        "listed": len(places) <= MOST_PLACES,
        "kinds": totals["kind"].most_common(),
        "fields": totals["field"].most_common(),
        "rules": [
            (rule, fault, count)
            for fault in ("source", "reading")
            for rule, count in totals[f"rule_{fault}"].most_common()
        ],
        "published_at": published_at(datasette),
        "words": words,
    }
    return await page(datasette, request, "gongkai_home.html", context)


def _provinces(places: list[Row], counts: Counter[str]) -> list[Row]:
    """Each province with its places, in the order of their codes, and its reports; places of none together."""
    found: dict[str, list[Row]] = {}
    for place in places:
        known = place["province"] if place["province"] in PROVINCES else ""
        found.setdefault(known, []).append({**place, "count": counts[place["id"]]})
    return [
        {"code": code, "places": there, "count": sum(place["count"] for place in there)}
        for code, there in sorted(found.items(), key=lambda one: (not one[0], one[0]))
    ]
