"""A page of search hits from the published file, without weighing every hit.

Row numbers there are in the order of time, so the newest hits are a walk through the index that stops when it has
enough. Hits are counted up to MOST and no further. Where there are few they are put in the order of their rank.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.facets import token
from archive.search import NOTHING, STRIDE, conjunction, phrases, query

MOST = 1000
"""Hits beyond are neither counted nor shown: such a word wants another beside it."""
_WEIGHED = 200
"""Up to so many hits are ranked. bm25 looks at every hit of every word, so each word must be as rare."""
ORDERS = ("relevance", "newest", "oldest")


@dataclass(frozen=True)
class Filter:
    """Values of facets that must all be there, and years of which any. The rows of a year stand together."""

    facets: tuple[tuple[str, str], ...] = ()
    years: tuple[str, ...] = ()

    def narrowed(self, match: str) -> str:
        """A MATCH expression (or none, "") with the facets as further words; "" where nothing is asked for."""
        wanted = [f'"{token(facet, value)}"' for facet, value in self.facets]
        return " AND ".join([*([f"({match})"] if match else []), *wanted])


@dataclass(frozen=True)
class Found:
    """Row numbers, best first: all hits, or the first MOST of them where there are `more`."""

    rows: list[int]
    more: bool = False
    ranked: bool = False


@dataclass(frozen=True)
class Walk:
    """A condition on rows `i` of an index that is all of what was asked for, and its values."""

    where: str
    values: dict[str, str | int]


def sections(db: sqlite3.Connection, typed: str, narrowed: Filter | None = None, order: str = "") -> Found:
    """Sections in which every word stands; or some in the title or the names of the body and the others in the section.

    In the order of ORDERS that is asked for. Otherwise newest report first; the few hits of rare words by rank. Many
    hits are never ranked.
    """
    narrowed = narrowed or Filter()
    wanted, excluded = phrases(typed)
    match = conjunction(wanted, excluded)
    if match == NOTHING:
        return Found([])
    oldest = order == "oldest"
    plain = _numbers(db, "sections_fts", _words(db, "sections_fts", match, narrowed), oldest)
    named, others = _named(db, wanted)
    if named and others:
        mixed = _words(db, "sections_fts", conjunction(others, excluded), narrowed, conjunction(named, []))
        both = {*plain, *_numbers(db, "sections_fts", mixed, oldest)}
        return _first(sorted(both, reverse=not oldest))
    if (
        order in ("", "relevance")
        and len(plain) <= _WEIGHED
        and (len(wanted) == 1 or all(_is_rare(db, w) for w in wanted))
    ):
        return Found(_ranked(db, match, set(plain)), ranked=True)
    return _first(plain)


def reports(db: sqlite3.Connection, typed: str, narrowed: Filter | None = None, order: str = "") -> Found:
    """Reports in whose title or names of the body every word stands, newest first unless the oldest are asked for."""
    match = query(typed)
    if match == NOTHING:
        return Found([])
    return _first(
        _numbers(db, "reports_fts", _words(db, "reports_fts", match, narrowed or Filter()), order == "oldest")
    )


def listed(db: sqlite3.Connection, narrowed: Filter, oldest: bool, limit: int, offset: int = 0) -> list[int]:
    """Row numbers of reports, whatever they say."""
    index = "reports_fts" if narrowed.facets else "reports"
    return _numbers(db, index, _words(db, index, "", narrowed), oldest, limit, offset)


def count(db: sqlite3.Connection, narrowed: Filter) -> int:
    """How many reports there are, whatever they say. Walks through all of them."""
    index = "reports_fts" if narrowed.facets else "reports"
    walk = _words(db, index, "", narrowed)
    return int(db.execute(f"SELECT count(*) FROM {index} i WHERE {walk.where}", walk.values).fetchone()[0])


def whole(db: sqlite3.Connection, typed: str, narrowed: Filter) -> Walk:
    """The condition on rows `i` of sections_fts that all hits of `sections` fulfil, however many."""
    wanted, excluded = phrases(typed)
    walk = _words(db, "sections_fts", conjunction(wanted, excluded), narrowed)
    named, others = _named(db, wanted)
    if not (named and others):
        return walk
    mixed = _words(db, "sections_fts", conjunction(others, excluded), narrowed)
    # What holds every word is among what holds the others.
    either = (
        f"(i.rowid / {STRIDE} IN (SELECT rowid / {STRIDE} FROM reports_fts WHERE reports_fts MATCH :named) "
        "OR i.rowid IN (SELECT rowid FROM sections_fts WHERE sections_fts MATCH :every))"
    )
    return Walk(
        f"{mixed.where} AND {either}", {**mixed.values, "named": conjunction(named, []), "every": walk.values["match"]}
    )


def _words(db: sqlite3.Connection, index: str, match: str, narrowed: Filter, named: str | None = None) -> Walk:
    where, values = ["1"], dict[str, str | int]()
    if asked := narrowed.narrowed(match):
        where.append(f"{index} MATCH :match")
        values["match"] = asked
    if narrowed.years:
        where.append(_years(db, narrowed.years, values))
    if named:
        where.append(f"i.rowid / {STRIDE} IN (SELECT rowid / {STRIDE} FROM reports_fts WHERE reports_fts MATCH :named)")
        values["named"] = named
    return Walk(" AND ".join(where), values)


def _years(db: sqlite3.Connection, years: tuple[str, ...], values: dict[str, str | int]) -> str:
    """The rows of any of the years: from the first of the first to the last of the last, without those between."""
    sql = "SELECT (SELECT min(rowid) FROM reports WHERE year = :y), (SELECT max(rowid) FROM reports WHERE year = :y)"
    found = [tuple(db.execute(sql, {"y": year}).fetchone()) for year in years]
    found = [ends for ends in found if ends[0] is not None]
    if not found:
        return "0"
    parts = []
    for number, (first, last) in enumerate(sorted(found)):
        values |= {f"first{number}": first, f"last{number}": last + STRIDE - 1}
        parts.append(f"i.rowid BETWEEN :first{number} AND :last{number}")
    ends = f"i.rowid BETWEEN :first0 AND :last{len(parts) - 1}"
    return ends if len(parts) == 1 else f"{ends} AND ({' OR '.join(parts)})"


def _numbers(
    db: sqlite3.Connection, index: str, walk: Walk, oldest: bool, limit: int | None = None, offset: int = 0
) -> list[int]:
    """The first row numbers of a walk, newest first or oldest first; one more than MOST unless a limit is given."""
    sql = (
        f"SELECT i.rowid FROM {index} i WHERE {walk.where} "
        f"ORDER BY i.rowid {'ASC' if oldest else 'DESC'} LIMIT :limit OFFSET :offset"
    )
    values = {**walk.values, "limit": MOST + 1 if limit is None else limit, "offset": offset}
    return [row[0] for row in db.execute(sql, values)]


def _first(rows: list[int]) -> Found:
    return Found(rows[:MOST], more=len(rows) > MOST)


def _named(db: sqlite3.Connection, wanted: list[str]) -> tuple[list[str], list[str]]:
    """The words that stand in some title or name of a body, and the others; of a word alone nothing is asked."""
    named = [phrase for phrase in wanted if len(wanted) > 1 and _is_there(db, phrase)]
    return named, [phrase for phrase in wanted if phrase not in named]


def _is_there(db: sqlite3.Connection, phrase: str) -> bool:
    return db.execute("SELECT 1 FROM reports_fts WHERE reports_fts MATCH ? LIMIT 1", [phrase]).fetchone() is not None


def _is_rare(db: sqlite3.Connection, phrase: str) -> bool:
    sql = f"SELECT 1 FROM sections_fts WHERE sections_fts MATCH ? LIMIT {_WEIGHED + 1}"
    return len(db.execute(sql, [phrase]).fetchall()) <= _WEIGHED


def _ranked(db: sqlite3.Connection, match: str, rows: set[int]) -> list[int]:
    sql = "SELECT rowid FROM sections_fts WHERE sections_fts MATCH ? ORDER BY rank, rowid DESC"
    return [row[0] for row in db.execute(sql, [match]) if row[0] in rows]
