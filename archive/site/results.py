"""Search and browse: sections with the hit in its sentence, or, without a word to look for, the reports themselves."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import Response
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request

from archive import hits
from archive.hits import Filter, Found
from archive.search import NOTHING, STRIDE, query, snippet
from archive.site import words
from archive.site.database import PUBLIC
from archive.site.home import _KINDS, _PLACES, _RULES, _YEARS
from archive.site.pages import Row, page, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

PER_PAGE = 20
MOST_NAMED = 10
_FROM_REPORTS = "FROM reports r JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id"
_REPORT = (
    "r.id, r.title, r.agency, r.year, r.published, r.days_late, p.name AS place, "
    "(SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.fault = 'source' AND f.severity <> 'info') "
    "AS findings"
)
_FILTERS = {
    "year": "r.year = :year",
    "place": "r.portal_id = :place",
    "agency": "r.agency_id = :agency",
    "kind": "a.kind = :kind",
    "rule": "r.id IN (SELECT report_id FROM findings WHERE rule = :rule OR rule GLOB :rule || ':*')",
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for. Unknown filters are ignored; a page number that is none is 1."""

    q: str
    filters: dict[str, str]
    page: int

    @classmethod
    def of(cls, request: Request) -> Asked:
        filters = {name: value for name in _FILTERS if (value := (request.args.get(name) or "").strip())}
        number = request.args.get("page") or ""
        page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        return cls((request.args.get("q") or "").strip()[:500], filters, page)

    @property
    def filter(self) -> Filter:
        """The filters as the search takes them."""
        others = {name: value for name, value in self.filters.items() if name != "year"}
        return Filter(tuple(_FILTERS[name] for name in others), others, self.filters.get("year"))

    @property
    def where(self) -> str:
        return "".join(f" AND {_FILTERS[name]}" for name in self.filters)

    def address(self, **changed: Any) -> str:
        """The address of this search with parts changed; None takes a part out."""
        parts = {"q": self.q or None, **self.filters, "page": None, **changed}
        return "/-/search?" + urlencode({name: value for name, value in parts.items() if value is not None})


async def search(datasette: Datasette, request: Request) -> Response:
    asked = Asked.of(request)
    try:
        found = await (_hits(datasette, asked) if asked.q else _reports(datasette, asked))
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        found = {"reports": [], "sections": [], "total": 0, "too_long": True}
    context = {
        **found,
        "asked": asked,
        "pages": max(1, -(-found["total"] // PER_PAGE)),
        "years": await rows(datasette, _YEARS),
        "places": await rows(datasette, _PLACES),
        "kinds": await rows(datasette, _KINDS),
        "rules": await rows(datasette, _RULES),
        "words": words,
    }
    status = 503 if found.get("too_long") else 200
    return await page(datasette, request, "gongkai_search.html", context, status)


async def _reports(ds: Datasette, asked: Asked) -> Row:
    total = await row(ds, f"SELECT count(*) AS count {_FROM_REPORTS} WHERE 1{asked.where}", asked.filters)
    listed = await rows(
        ds,
        f"SELECT {_REPORT} {_FROM_REPORTS} WHERE 1{asked.where} "
        "ORDER BY r.published DESC, r.id LIMIT :limit OFFSET :offset",
        {**asked.filters, "limit": PER_PAGE, "offset": (asked.page - 1) * PER_PAGE},
    )
    return {"reports": listed, "sections": [], "total": total["count"] if total else 0}


async def _hits(ds: Datasette, asked: Asked) -> Row:
    limit = ds.setting("sql_time_limit_ms")
    named, found = await ds.get_database(PUBLIC).execute_fn(partial(_find, asked=asked, limit=limit))
    start = (asked.page - 1) * PER_PAGE
    return {
        "reports": await _named(ds, named.rows[:MOST_NAMED]) if asked.page == 1 else [],
        "named": named,
        "sections": await _sections(ds, asked.q, found.rows[start : start + PER_PAGE]),
        "total": len(found.rows),
        "found": found,
        "nothing_to_look_for": query(asked.q) == NOTHING,
    }


def _find(db: sqlite3.Connection, asked: Asked, limit: int) -> tuple[Found, Found]:
    with sqlite_timelimit(db, limit):
        return hits.reports(db, asked.q, asked.filter), hits.sections(db, asked.q, asked.filter)


async def _named(ds: Datasette, numbers: list[int]) -> list[Row]:
    """The reports of those row numbers, in their order."""
    marks = ", ".join("?" * len(numbers))
    found = await rows(ds, f"SELECT r.rowid AS number, {_REPORT} {_FROM_REPORTS} WHERE r.rowid IN ({marks})", numbers)
    return sorted(found, key=lambda report: numbers.index(report["number"]))


async def _sections(ds: Datasette, typed: str, numbers: list[int]) -> list[Row]:
    """The sections of those row numbers, in their order, with the hits in them marked."""
    marks = ", ".join("?" * len(numbers))
    found = await rows(
        ds,
        f"SELECT s.id AS number, s.heading, s.key, s.text, {_REPORT} {_FROM_REPORTS} "
        f"JOIN sections s ON r.rowid = s.id / {STRIDE} * {STRIDE} WHERE s.id IN ({marks})",
        numbers,
    )
    for hit in found:
        hit["pieces"] = snippet(hit.pop("text"), typed)
        hit["heading_pieces"] = snippet(hit["heading"], typed)
        hit["title_pieces"] = snippet(hit["title"], typed, width=500)
    return sorted(found, key=lambda hit: numbers.index(hit["number"]))
