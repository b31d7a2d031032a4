"""The facets of a search: by what it can be narrowed, and how many reports each leaves.

Counts are of the reports that were found. Where those are too many to look at one by one, they are of all reports of
the archive under the same place, kind, form and years, and the page says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archive import hits
from archive.facets import FACETS, JOINED
from archive.search import STRIDE
from archive.site import words
from archive.site.asked import Asked
from archive.site.language import say
from archive.tallies import DIMENSIONS

SHOWN = 12
"""Values of a facet before the rest is folded."""
_OFFERED = ("year", "province", "place", "kind", "form", "findings")
NAMES = {
    "year": "年度",
    "province": "省份",
    "place": "地方",
    "kind": "机关",
    "form": "表式",
    "findings": "核查发现",
    "agency": "机关名称",
    "field": "领域",
    "rule": "核查发现",
}

Counts = dict[str, Counter[str]]


@dataclass(frozen=True)
class Value:
    label: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    key: str
    name: str
    values: list[Value]


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    name: str
    label: str
    address: str


def reach(db: sqlite3.Connection, asked: Asked) -> list[int] | None:
    """The row numbers of all reports that a search finds; None where they are too many."""
    if not asked.q:
        found = hits.listed(db, asked.filter, False, hits.MOST + 1)
        return None if len(found) > hits.MOST else found
    parts = (hits.sections(db, asked.q, asked.filter, "newest"), hits.reports(db, asked.q, asked.filter))
    return None if any(part.more for part in parts) else of_reports(row for part in parts for row in part.rows)


def of_reports(rows: Iterable[int]) -> list[int]:
    """The reports that rows of them or of their sections belong to."""
    return sorted({row // STRIDE * STRIDE for row in rows})


def counted(asked: Asked) -> bool:
    """Whether report_counts holds the answer, exactly."""
    return not asked.q and asked.chosen.keys() <= set(DIMENSIONS)


def counts(db: sqlite3.Connection, asked: Asked, numbers: list[int] | None) -> Counts:
    """How many reports each value of each facet leaves; the years as if none were chosen."""
    found = _counts(db, asked, numbers)
    if asked.years:
        any_year = asked.without("year")
        found["year"] = _counts(db, any_year, None if counted(asked) else reach(db, any_year))["year"]
    return found


def _counts(db: sqlite3.Connection, asked: Asked, numbers: list[int] | None) -> Counts:
    names = (*DIMENSIONS, "year")
    if numbers is None:
        where = "".join(f" AND {name} = :{name}" for name in asked.chosen if name in DIMENSIONS)
        where += " AND year IN (SELECT CAST(value AS INTEGER) FROM json_each(:years))" if asked.years else ""
        sql = "SELECT {0}, sum(reports) FROM report_counts WHERE 1" + where + " GROUP BY 1"
        return {name: Counter(dict(db.execute(sql.format(name), asked.values).fetchall())) for name in names}
    values = ", ".join([*(FACETS[name] for name in DIMENSIONS), "r.year"])
    sql = f"SELECT {values} FROM {JOINED} WHERE r.rowid IN (SELECT value FROM json_each(?))"
    columns = list(zip(*db.execute(sql, [json.dumps(numbers)]), strict=True)) or [()] * len(names)
    return {name: Counter(column) for name, column in zip(names, columns, strict=True)}


def facets(db: sqlite3.Connection, asked: Asked, found: Counts) -> list[Facet]:
    """What the search can still be narrowed by. Places are offered once a province is chosen or where they are few."""
    made = []
    for key in _OFFERED:
        tally = found[key]
        if key in asked.chosen or (key == "province" and "place" in asked.chosen) or not tally:
            continue
        if key == "place" and "province" not in asked.chosen and len(tally) > 3 * SHOWN:
            tally = Counter(dict(tally.most_common(SHOWN)))
        label = _label(db, key)
        order = sorted(tally, reverse=True) if key == "year" else [one for one, _ in tally.most_common()]
        values = [
            Value(
                label(str(value)),
                tally[value],
                _toggled(asked, key, str(value)),
                key == "year" and str(value) in asked.years,
            )
            for value in order
        ]
        made.append(Facet(key, say(NAMES[key]), values))
    return made


def _toggled(asked: Asked, key: str, value: str) -> str:
    chosen = key == "year" and value in asked.years
    return (asked.without(key, value) if chosen else asked.with_(key, value)).address


def _label(db: sqlite3.Connection, key: str) -> Callable[[str], str]:
    def stored(value: str) -> str:
        table = "portals" if key == "place" else "agencies"
        row = db.execute(f"SELECT name FROM {table} WHERE id = ?", [value]).fetchone()
        return str(row[0]) if row else value

    known = {"kind": words.KINDS, "form": words.FORMS, "findings": words.WITH_FINDINGS}
    if key in known:
        return lambda value: say(known[key].get(value, value))
    if key in ("place", "agency"):
        return stored
    return {"province": words.province, "field": words.field, "rule": words.rule}.get(key, str)


def chips(db: sqlite3.Connection, asked: Asked) -> list[Chip]:
    on = [*asked.filters, *(("year", year) for year in asked.years)]
    return [Chip(say(NAMES[key]), _label(db, key)(value), asked.without(key, value).address) for key, value in on]
