"""Which body printed this report: its name in full, its kind, its id, and when its report is due.

A portal's reports call the same body 商务局, 湛河区商务局 and 平顶山市湛河区商务局; in full all are the last. A body of
a higher place that reports on this portal (洛阳市公安局偃师分局) keeps its own name.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from extract.text import canonical

_EDGES = "《》“”\"'·-—_ "
_UNITS = "省市州盟区县旗"
# Words that begin a body's own name with the same character that ends a place name.
_NOT_PLACES = ("市场", "市政", "市容", "区划", "县域", "州府")

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("street_or_town", re.compile(r"(?:街道(?:办事处|办|党工委)?|[镇乡]|苏木|[镇乡]人民政府|苏木人民政府)$")),
    ("other", re.compile(r"(?:管理委员会|管委会|公司|集团|学校|中学|小学|幼儿园|医院|大学|学院)$")),
    ("office", re.compile(r"(?:政府办公[室厅]|政府办|(?:区|县|市|旗|州|省)(?:委)?(?:人民)?政府?办公[室厅])$")),
    ("government", re.compile(r"(?:人民政府|政府)$")),
    (
        "department",
        re.compile(r"(?:局|委员会|委|办公室|办|厅|院|中心|分局|大队|支队|总队|队|站|所|司|处|会|社|馆|部|署)$"),
    ),
)


@dataclass(frozen=True)
class Agency:
    """A body that reports. `due` gives the legal date of its report of a year."""

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


def kind_of(name: str) -> str:
    """government, office, department, street_or_town or other, from the name in full."""
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), "other")


def due_date(kind: str, year: int) -> date:
    """When the report of a year is due: governments by 31 March of the next year, all others by 31 January.

    Article 49 of the regulation. A government's office is a department here, also where it reports for its government.
    """
    return date(year + 1, 3, 31) if kind == "government" else date(year + 1, 1, 31)


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
