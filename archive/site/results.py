"""Search and browse: sections with the hit in its sentence, or, without a word to look for, the reports themselves;
how the result can be narrowed, kept and followed."""

from __future__ import annotations

import sqlite3
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request

from archive import hits
from archive.hits import Found
from archive.search import NOTHING, STRIDE, query, snippet, terms
from archive.site import narrowing, words
from archive.site.asked import Asked
from archive.site.database import PUBLIC
from archive.site.narrowing import Chip, Facet
from archive.site.pages import Row, page, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

PER_PAGE = 20
MOST_NAMED, FEW_NAMED = 5, 3
"""Of reports found by their title so many stand above the hits in the text; fewer where there are more of them."""
_FROM_REPORTS = "FROM reports r JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id"
_REPORT = (
    "r.id, r.title, r.agency, r.year, r.published, r.days_late, p.name AS place, "
    "(SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.fault = 'source' AND f.severity <> 'info') "
    "AS findings"
)
_CHOICES = "SELECT what, value FROM totals WHERE what IN ('field', 'rule_source', 'rule_reading') ORDER BY count DESC"
_SHORTEST = 2
"""Characters of a word that an empty page proposes instead of a longer one."""
_MOST_PROPOSED = 4


@dataclass(frozen=True)
class Nearer:
    """A search near one that found nothing, which finds something: with other words, or without a filter."""

    words: str
    without: str
    address: str
    count: int


@dataclass(frozen=True)
class Result:
    """`named` are reports whose title or body has the words, `found` their sections; without words, `listed` is the
    page of reports. `exact` where the counts of the facets are of this result and not of the whole archive."""

    total: int
    listed: list[int]
    named: Found = field(default_factory=lambda: Found([]))
    found: Found = field(default_factory=lambda: Found([]))
    facets: list[Facet] = field(default_factory=list)
    exact: bool = True
    chips: list[Chip] = field(default_factory=list)
    proposed: list[Nearer] = field(default_factory=list)
    too_long: bool = False


async def search(datasette: Datasette, request: Request) -> Response:
    asked = Asked.of(request)
    limit = datasette.setting("sql_time_limit_ms")
    # The thread is another context, which would not know the page's language.
    context = copy_context()
    result: Result = await datasette.get_database(PUBLIC).execute_fn(lambda db: context.run(_search, db, asked, limit))
    start = (asked.page - 1) * PER_PAGE
    named = result.named.rows[: MOST_NAMED if len(result.named.rows) <= MOST_NAMED else FEW_NAMED]
    reports = result.listed if not asked.q else named if asked.page == 1 else []
    choices = await rows(datasette, _CHOICES)
    shown = {
        "asked": asked,
        "result": result,
        "total": result.total,
        "reports": await _reports(datasette, reports),
        "sections": await _sections(datasette, asked.q, result.found.rows[start : start + PER_PAGE]),
        "pages": max(1, -(-result.total // PER_PAGE)),
        "nothing_to_look_for": bool(asked.q) and query(asked.q) == NOTHING,
        "fields": [choice["value"] for choice in choices if choice["what"] == "field"],
        "rules": list(dict.fromkeys(choice["value"] for choice in choices if choice["what"] != "field")),
        "words": words,
        "shown": narrowing.SHOWN,
    }
    return await page(datasette, request, "gongkai_search.html", shown, 503 if result.too_long else 200)


def _search(db: sqlite3.Connection, asked: Asked, limit: int) -> Result:
    try:
        with sqlite_timelimit(db, limit):
            return _of_words(db, asked) if asked.q else _of_reports(db, asked)
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
    return Result(0, [], chips=narrowing.chips(db, asked), too_long=True)


def _of_words(db: sqlite3.Connection, asked: Asked) -> Result:
    named = hits.reports(db, asked.q, asked.filter, asked.sort)
    found = hits.sections(db, asked.q, asked.filter, asked.sort)
    numbers = None if named.more or found.more else narrowing.of_reports([*named.rows, *found.rows])
    return Result(
        len(found.rows),
        [],
        named,
        found,
        narrowing.facets(db, asked, narrowing.counts(db, asked, numbers)),
        numbers is not None,
        narrowing.chips(db, asked),
        [] if found.rows or named.rows else _proposed(db, asked),
    )


def _of_reports(db: sqlite3.Connection, asked: Asked) -> Result:
    exact = narrowing.counted(asked)
    numbers = None if exact else narrowing.reach(db, asked)
    counts = narrowing.counts(db, asked, numbers)
    total = sum(counts["kind"].values()) if exact or numbers is not None else hits.count(db, asked.filter)
    listed = hits.listed(db, asked.filter, asked.sort == "oldest", PER_PAGE, (asked.page - 1) * PER_PAGE)
    return Result(
        total,
        listed,
        facets=narrowing.facets(db, asked, counts),
        exact=exact or numbers is not None,
        chips=narrowing.chips(db, asked),
        proposed=[] if total else _proposed(db, asked),
    )


def _proposed(db: sqlite3.Connection, asked: Asked) -> list[Nearer]:
    """Without one of the filters, with one of the words shorter, or without it."""
    on = [*asked.filters, *(("year", year) for year in asked.years)]
    chips = narrowing.chips(db, asked)
    nearer = [("", chip.label, asked.without(*one)) for chip, one in zip(chips, on, strict=True)]
    typed = terms(asked.q)[0] if asked.q else []
    for at, term in enumerate(typed):
        others = [*typed[:at], *typed[at + 1 :]]
        shorter = {term[:_SHORTEST], term[-_SHORTEST:]} if len(term) > _SHORTEST else set()
        instead = [*(" ".join([*others, word]) for word in sorted(shorter)), *([" ".join(others)] if others else [])]
        nearer += [(words, "", replace(asked, q=words, page=1)) for words in instead]
    made: list[Nearer] = []
    for instead_of, without, near in nearer:
        reached = hits.sections(db, near.q, near.filter, "newest").rows if near.q else narrowing.reach(db, near)
        count = hits.MOST if reached is None else len(reached)
        if count and len(made) < _MOST_PROPOSED:
            made.append(Nearer(instead_of, without, near.address, count))
    return made


async def _reports(ds: Datasette, numbers: list[int]) -> list[Row]:
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
