"""Bodies that report: found or added by their name in full, with their field, and the series of their years.

An id is given once, from the name a body had then, and is never changed; neither is a series' id, which is that of its
first body in the archive.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlite_utils import Database

from archive.lineage import latest_key
from archive.names import field_of, full_name, series_key
from extract.bodies import kind_of
from extract.text import canonical

__all__ = ["Agency", "agency_id", "find_or_add", "full_name", "settle_names"]


@dataclass(frozen=True)
class Agency:
    """A body that reports."""

    id: str
    name: str
    kind: str


def agency_id(portal_id: str, name: str) -> str:
    return f"{portal_id}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def find_or_add(db: Database, portal_id: str, printed: str) -> Agency:
    """The body of that name on that portal, added where it is new; another printed name is remembered."""
    place, division = db.execute("SELECT name, division_code FROM portals WHERE id = ?", [portal_id]).fetchone()
    name = full_name(printed, place)
    row = db.execute("SELECT id FROM agencies WHERE portal_id = ? AND name = ?", [portal_id, name]).fetchone()
    agency = Agency(row[0] if row else agency_id(portal_id, name), name, kind_of(name))
    if row is None:
        db.execute(
            "INSERT INTO agencies (id, portal_id, division_code, name, kind, field) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            [agency.id, portal_id, division, name, agency.kind, field_of(name, place)],
        )
        _link(db, portal_id, place)
    if printed != name:
        _remember(db, agency.id, printed)
    return agency


def _remember(db: Database, agency: str, printed: str) -> None:
    names = json.loads(db.execute("SELECT other_names FROM agencies WHERE id = ?", [agency]).fetchone()[0])
    if printed not in names:
        names = json.dumps(sorted([*names, printed]), ensure_ascii=False)
        db.execute("UPDATE agencies SET other_names = ? WHERE id = ?", [names, agency])


def settle_names(db: Database) -> None:
    """Bring what an older version of the rules wrote to what these say: names, fields, series. Changes nothing where
    there is nothing to change; ids stay, also that of a body that turns out to be another under a short name."""
    with db.atomic():
        for portal_id, place in db.execute("SELECT id, name FROM portals ORDER BY id").fetchall():
            rows = db.execute("SELECT id, name FROM agencies WHERE portal_id = ? ORDER BY rowid", [portal_id])
            for agency, name in rows.fetchall():
                if (full := full_name(name, place)) != name:
                    _rename(db, portal_id, agency, name, full)
            _link(db, portal_id, place)


def _rename(db: Database, portal_id: str, agency: str, name: str, full: str) -> None:
    other = db.execute("SELECT id FROM agencies WHERE portal_id = ? AND name = ?", [portal_id, full]).fetchone()
    if other is None:
        db.execute("UPDATE agencies SET name = ?, kind = ? WHERE id = ?", [full, kind_of(full), agency])
        _remember(db, agency, name)
        return
    _remember(db, other[0], name)
    db.execute(
        "UPDATE reports SET agency_id = ? WHERE agency_id = ? AND year NOT IN "
        "(SELECT year FROM reports WHERE agency_id = ?)",
        [other[0], agency, other[0]],
    )


def _link(db: Database, portal_id: str, place: str) -> None:
    """Give each body of a portal its field and its series: that of the first of them that is the same body."""
    rows = db.execute(
        "SELECT id, name, field, series_id FROM agencies WHERE portal_id = ? ORDER BY rowid", [portal_id]
    ).fetchall()
    series: dict[str, str] = {}
    for agency, name, _, known in rows:
        key = _key(name, place)
        series[key] = series.get(key) or known or agency
    for agency, name, field, known in rows:
        found = (field_of(name, place), series[_key(name, place)])
        if found != (field, known):
            db.execute("UPDATE agencies SET field = ?, series_id = ? WHERE id = ?", [*found, agency])


def _key(name: str, place: str) -> str:
    place, name = canonical(place), full_name(name, place)
    own = name.removeprefix(place)
    # A body of a higher place that reports here keeps its place in its key.
    return latest_key(series_key(own)) if own != name else series_key(name)
