"""Search and browse: sections with the hit in its sentence, or, without a word to look for, the reports themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import Response
from datasette.utils.asgi import Request

from archive.search import NOTHING, query, snippet
from archive.site import words
from archive.site.home import _KINDS, _PLACES, _RULES, _YEARS
from archive.site.pages import Row, page, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

PER_PAGE = 20
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
    def where(self) -> str:
        return "".join(f" AND {_FILTERS[name]}" for name in self.filters)

    def address(self, **changed: Any) -> str:
        """The address of this search with parts changed; None takes a part out."""
        parts = {"q": self.q or None, **self.filters, "page": None, **changed}
        return "/-/search?" + urlencode({name: value for name, value in parts.items() if value is not None})


async def search(datasette: Datasette, request: Request) -> Response:
    asked = Asked.of(request)
    found = await (_sections(datasette, asked) if asked.q else _reports(datasette, asked))
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
    return await page(datasette, request, "gongkai_search.html", context)


async def _reports(ds: Datasette, asked: Asked) -> Row:
    total = await row(ds, f"SELECT count(*) AS count {_FROM_REPORTS} WHERE 1{asked.where}", asked.filters)
    listed = await rows(
        ds,
        f"SELECT {_REPORT} {_FROM_REPORTS} WHERE 1{asked.where} "
        "ORDER BY r.published DESC, r.id LIMIT :limit OFFSET :offset",
        {**asked.filters, "limit": PER_PAGE, "offset": (asked.page - 1) * PER_PAGE},
    )
    return {"reports": listed, "sections": [], "total": total["count"] if total else 0}


async def _sections(ds: Datasette, asked: Asked) -> Row:
    match = query(asked.q)
    values = {**asked.filters, "match": match, "limit": PER_PAGE, "offset": (asked.page - 1) * PER_PAGE}
    by_name = await rows(
        ds,
        f"SELECT {_REPORT} {_FROM_REPORTS} WHERE r.rowid IN "
        f"(SELECT rowid FROM reports_fts WHERE reports_fts MATCH :match){asked.where} "
        "ORDER BY r.year DESC, r.id LIMIT 10",
        values,
    )
    joined = (
        "FROM sections_fts JOIN sections s ON s.id = sections_fts.rowid JOIN reports r ON r.id = s.report_id "
        f"JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id "
        f"WHERE sections_fts MATCH :match{asked.where}"
    )
    total = await row(ds, f"SELECT count(*) AS count {joined}", values)
    hits = await rows(
        ds,
        f"SELECT s.heading, s.key, s.text, {_REPORT} {joined} "
        "ORDER BY sections_fts.rank, s.id LIMIT :limit OFFSET :offset",
        values,
    )
    for hit in hits:
        hit["pieces"] = snippet(hit.pop("text"), asked.q)
        hit["heading_pieces"] = snippet(hit["heading"], asked.q)
    return {
        "reports": by_name if asked.page == 1 else [],
        "sections": hits,
        "total": total["count"] if total else 0,
        "nothing_to_look_for": match == NOTHING,
    }
