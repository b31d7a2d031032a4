"""A page of search hits from the published file, without weighing every hit.

Row numbers there are in the order of time, so the newest hits are a walk through the index that stops when it has
enough. Hits are counted up to MOST and no further. Where there are few they are put in the order of their rank.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from archive.search import NOTHING, STRIDE, conjunction, phrases, query

MOST = 1000
"""Hits beyond are neither counted nor shown: such a word wants another beside it."""
_WEIGHED = 200
"""Up to so many hits are ranked. bm25 looks at every hit of every word, so each word must be as rare."""

JOINED = (
    f"CROSS JOIN reports r ON r.rowid = i.rowid / {STRIDE} * {STRIDE} "
    "JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id"
)
"""What a filter may name beside the index `i`."""


@dataclass(frozen=True)
class Filter:
    """SQL conditions over `r`, `a` and `p` with their values. A year is apart: its rows stand together."""

    conditions: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    year: str | None = None


@dataclass(frozen=True)
class Found:
    """Row numbers, best first: all hits, or the newest MOST of them where there are `more`."""

    rows: list[int]
    more: bool = False
    ranked: bool = False


def sections(db: sqlite3.Connection, typed: str, narrowed: Filter | None = None) -> Found:
    """Sections in which every word stands; or some in the title or the names of the body and the others in the section.

    Newest report first; the few hits of rare words by rank.
    """
    narrowed = narrowed or Filter()
    wanted, excluded = phrases(typed)
    match = conjunction(wanted, excluded)
    if match == NOTHING:
        return Found([])
    plain = _walk(db, "sections_fts", match, narrowed)
    named = [phrase for phrase in wanted if len(wanted) > 1 and _is_there(db, phrase)]
    others = [phrase for phrase in wanted if phrase not in named]
    if named and others:
        mixed = _walk(db, "sections_fts", conjunction(others, excluded), narrowed, conjunction(named, []))
        return _newest(sorted({*plain, *mixed}, reverse=True))
    if len(plain) <= _WEIGHED and all(_is_rare(db, phrase) for phrase in wanted if len(wanted) > 1):
        return Found(_ranked(db, match, set(plain)), ranked=True)
    return _newest(plain)


def reports(db: sqlite3.Connection, typed: str, narrowed: Filter | None = None) -> Found:
    """Reports in whose title or names of the body every word stands, newest first."""
    return _newest(_walk(db, "reports_fts", query(typed), narrowed or Filter()))


def _newest(rows: list[int]) -> Found:
    return Found(rows[:MOST], more=len(rows) > MOST)


def _walk(db: sqlite3.Connection, index: str, match: str, narrowed: Filter, named: str | None = None) -> list[int]:
    """The newest row numbers that match, one more than MOST at most."""
    where = [f"{index} MATCH :match", *narrowed.conditions]
    values: dict[str, str | int | None] = {**narrowed.values, "match": match, "named": named, "limit": MOST + 1}
    if narrowed.year:
        first, last = db.execute(
            "SELECT min(rowid), max(rowid) FROM reports WHERE year = ?", [narrowed.year]
        ).fetchone()
        where.append("i.rowid BETWEEN :first AND :last")
        values |= {"first": first, "last": (last or 0) + STRIDE - 1}
    if named:
        where.append(f"i.rowid / {STRIDE} IN (SELECT rowid / {STRIDE} FROM reports_fts WHERE reports_fts MATCH :named)")
    joined = JOINED if narrowed.conditions else ""
    sql = f"SELECT i.rowid FROM {index} i {joined} WHERE {' AND '.join(where)} ORDER BY i.rowid DESC LIMIT :limit"
    return [row[0] for row in db.execute(sql, values)]


def _is_there(db: sqlite3.Connection, phrase: str) -> bool:
    return db.execute("SELECT 1 FROM reports_fts WHERE reports_fts MATCH ? LIMIT 1", [phrase]).fetchone() is not None


def _is_rare(db: sqlite3.Connection, phrase: str) -> bool:
    sql = f"SELECT 1 FROM sections_fts WHERE sections_fts MATCH ? LIMIT {_WEIGHED + 1}"
    return len(db.execute(sql, [phrase]).fetchall()) <= _WEIGHED


def _ranked(db: sqlite3.Connection, match: str, rows: set[int]) -> list[int]:
    sql = "SELECT rowid FROM sections_fts WHERE sections_fts MATCH ? ORDER BY rank, rowid DESC"
    return [row[0] for row in db.execute(sql, [match]) if row[0] in rows]
