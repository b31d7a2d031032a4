"""Which bodies became which: the dated reforms of lineage.csv, and what they mean for the bodies of a portal.

A rename leaves a body what it is: its years are one series. A merge or a split is an edge between series, never an
identity. `begun` and `done` are report years: a body that was to end is surely due before `begun`, its successor from
`done` on; between them districts differ, and nobody is called missing.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archive.names import series_key
from extract.text import canonical


@dataclass(frozen=True)
class Reform:
    """A row of lineage.csv. `founds` marks an `after` that did not exist before it."""

    before: str
    after: str
    kind: str
    begun: int
    done: int
    founds: bool
    source: str

    @property
    def keys(self) -> tuple[str, str]:
        return series_key(self.before), series_key(self.after)


@dataclass(frozen=True)
class Life:
    """When a series began and ended, as far as a reform tells: the report years from `begun` to before `done`, in
    which it may or may not have been, and the reform."""

    born: Reform | None = None
    died: Reform | None = None

    def absent(self, year: int) -> str | None:
        """Why there need be no report of a year, as a sentence; None where the body surely was."""
        if self.born and year < self.born.done:
            why = f"{self.born.after}由机构改革设立（{self.born.begun}—{self.born.done}年）：{self.born.source}"
            return why if year < self.born.begun else f"机构改革过渡年度，未必已设立。{why}"
        if self.died and year >= self.died.begun:
            years = f"{self.died.begun}—{self.died.done}年"
            why = f"{self.died.before}在机构改革中并入{self.died.after}（{years}）：{self.died.source}"
            return why if year >= self.died.done else f"机构改革过渡年度，未必仍存在。{why}"
        return None


@cache
def reforms() -> tuple[Reform, ...]:
    """All reforms, in the order of lineage.csv."""
    with files("archive").joinpath("lineage.csv").open(encoding="utf-8") as file:
        return tuple(
            Reform(
                row["before"],
                row["after"],
                row["kind"],
                int(row["begun"]),
                int(row["done"]),
                row["founds"] == "1",
                row["source"],
            )
            for row in csv.DictReader(file)
        )


@cache
def _renamed() -> dict[str, str]:
    return {reform.keys[0]: reform.keys[1] for reform in reforms() if reform.kind == "rename"}


@cache
def latest_key(key: str) -> str:
    """The key of what a body is called in the end: renames followed, merges and splits not."""
    seen = {key}
    while (after := _renamed().get(key)) and after not in seen:
        seen.add(key := after)
    return key


@cache
def life(key: str) -> Life:
    """The life of the series that a key belongs to."""
    latest = latest_key(key)
    mine = [reform for reform in reforms() if reform.kind != "rename"]
    born = [r for r in mine if r.founds and latest_key(r.keys[1]) == latest]
    died = [r for r in mine if r.kind == "merge" and latest_key(r.keys[0]) == latest]
    return Life(min(born, key=lambda r: r.begun, default=None), max(died, key=lambda r: r.done, default=None))


COLUMNS = {
    "id": "INTEGER PRIMARY KEY",
    "portal_id": "TEXT NOT NULL REFERENCES portals(id)",
    "kind": "TEXT NOT NULL",
    "before_agency_id": "TEXT NOT NULL REFERENCES agencies(id)",
    "after_agency_id": "TEXT REFERENCES agencies(id)",
    "before_name": "TEXT NOT NULL",
    "after_name": "TEXT NOT NULL",
    "begun": "INTEGER NOT NULL",
    "done": "INTEGER NOT NULL",
    "source": "TEXT NOT NULL",
}


def build_lineage(db: sqlite3.Connection) -> None:
    """Make and fill the table `lineage`: an edge for every reform that a body in the archive went through. A successor
    that the archive does not have is named without an id."""
    db.execute(f"CREATE TABLE lineage ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    bodies: dict[str, tuple[str, dict[str, list[tuple[str, str]]]]] = {}
    rows = db.execute(
        "SELECT a.id, a.name, p.id, p.name FROM main.agencies a JOIN main.portals p ON p.id = a.portal_id "
        "ORDER BY p.id, a.name"
    )
    for agency, name, portal, place in rows:
        by_key = bodies.setdefault(portal, (canonical(place), {}))[1]
        by_key.setdefault(series_key(name.removeprefix(canonical(place))), []).append((agency, name))
    for portal, (place, by_key) in bodies.items():
        found = _edges(place, by_key)
        db.executemany(
            f"INSERT INTO lineage ({', '.join(list(COLUMNS)[1:])}) VALUES ({', '.join('?' * (len(COLUMNS) - 1))})",
            [(portal, *edge) for edge in found],
        )
    db.execute("CREATE INDEX lineage_before ON lineage(before_agency_id)")
    db.execute("CREATE INDEX lineage_after ON lineage(after_agency_id)")


def _edges(place: str, by_key: dict[str, list[tuple[str, str]]]) -> Iterator[tuple[object, ...]]:
    for key, bodies in by_key.items():
        mine = [reform for reform in reforms() if reform.keys[0] == key]
        went = {reform.kind for reform in mine if reform.keys[1] in by_key}
        for reform in mine:
            tail = (reform.begun, reform.done, reform.source)
            unknown: list[tuple[str | None, str]] = [(None, place + reform.after)]
            if reform.kind in went and reform.kind != "split":
                unknown = []  # A merge may have had another name elsewhere: none is guessed at where one is known.
            for after, after_name in by_key.get(reform.keys[1]) or unknown:
                went.add(reform.kind)
                for before, before_name in bodies:
                    yield reform.kind, before, after, before_name, after_name, *tail
