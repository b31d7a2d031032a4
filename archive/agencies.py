"""Which body printed this report: its name in full, and its id.

A portal's reports call the same body 商务局, 湛河区商务局 and 平顶山市湛河区商务局; in full all are the last. A body of
a higher place that reports on this portal (洛阳市公安局偃师分局) keeps its own name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlite_utils import Database

from extract.bodies import kind_of
from extract.text import canonical

_EDGES = "《》“”\"'·-—_ "
_UNITS = "省市州盟区县旗"
# Words that begin a body's own name with the same character that ends a place name.
_NOT_PLACES = ("市场", "市政", "市容", "区划", "县域", "州府")


@dataclass(frozen=True)
class Agency:
    """A body that reports."""

    id: str
    name: str
    kind: str


def full_name(printed: str, place: str) -> str:
    """The name with its place before it. `place` is the portal's (平顶山市湛河区)."""
    name, place = canonical(printed).strip(_EDGES), canonical(place)
    if place and place in name:
        name = name[name.index(place) :]
        return _government(name, place)
    for start in range(1, len(place)):
        tail = place[start:]
        if name.startswith(tail) and not name.startswith(_NOT_PLACES):
            return _government(place + name[len(tail) :], place)
    if _of_a_higher_place(name, place):
        return name
    return _government(place + name, place)


def _of_a_higher_place(name: str, place: str) -> bool:
    return any(place[end - 1] in _UNITS and name.startswith(place[:end]) for end in range(2, len(place)))


def _government(name: str, place: str) -> str:
    """A bare place, or 政府 for 人民政府, is the place's government."""
    rest = name[len(place) :]
    if rest in ("", "政府"):
        return place + "人民政府"
    if rest.startswith("政府办"):
        return place + "人民政府" + rest.removeprefix("政府").replace("办公室", "办").replace("办", "办公室")
    return name


def agency_id(portal_id: str, name: str) -> str:
    return f"{portal_id}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def find_or_add(db: Database, portal_id: str, printed: str) -> Agency:
    """The body of that name on that portal, added where it is new; another printed name is remembered."""
    place, division = db.execute("SELECT name, division_code FROM portals WHERE id = ?", [portal_id]).fetchone()
    name = full_name(printed, place)
    agency = Agency(agency_id(portal_id, name), name, kind_of(name))
    db.execute(
        "INSERT INTO agencies (id, portal_id, division_code, name, kind) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [agency.id, portal_id, division, name, agency.kind],
    )
    if printed != name:
        _remember(db, agency.id, printed)
    return agency


def _remember(db: Database, agency: str, printed: str) -> None:
    names = json.loads(db.execute("SELECT other_names FROM agencies WHERE id = ?", [agency]).fetchone()[0])
    if printed not in names:
        names = json.dumps(sorted([*names, printed]), ensure_ascii=False)
        db.execute("UPDATE agencies SET other_names = ? WHERE id = ?", [names, agency])
