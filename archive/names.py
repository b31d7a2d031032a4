"""What a body is called: its name in full, the key by which its years are one series, and its field.

A portal's reports call the same body 商务局, 湛河区商务局 and 平顶山市湛河区商务局; in full all are the last. A body of
a higher place that reports on this portal (洛阳市公安局偃师分局) keeps its own name. Short forms stand in names.csv;
only what is told by the name alone is there (金融办 may be two bodies' short form, and is not).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extract.bodies import kind_of
from extract.text import canonical

_EDGES = "《》“”\"'·-—_ "
_UNITS = "省市州盟区县旗"
# Words that begin a body's own name with the same character that ends a place name.
_NOT_PLACES = ("市场", "市政", "市容", "区划", "县域", "州府")
# A name plate that hangs beside the body's own: 市场监督管理局(知识产权局).
_SECOND_PLATE = re.compile(r"(?<=[局委办会心])\([^()]*[局委办会室心]\)$")
_JOINTS = str.maketrans("", "", "和与及、")
_BUREAU = re.compile(r"(?:委员会|委|局|厅)$")


def full_name(printed: str, place: str) -> str:
    """The name with its place before it and its short form written out. `place` is the portal's (平顶山市湛河区)."""
    place = canonical(place)
    name = _placed(canonical(printed).strip(_EDGES), place)
    own = _SECOND_PLATE.sub("", name.removeprefix(place))
    return (place if name.startswith(place) else "") + short_forms().get(own, own)


def _placed(name: str, place: str) -> str:
    if place and place in name:
        return _government(name[name.index(place) :], place)
    for start in range(1, len(place)):
        tail = place[start:]
        if name.startswith(tail) and not name.startswith(_NOT_PLACES):
            return _government(place + name[len(tail) :], place)
    if former := _former_place(name, place):
        return _government(place + name[len(former) :], place)
    if _of_a_higher_place(name, place):
        return name
    return _government(place + name, place)


def _former_place(name: str, place: str) -> str | None:
    """The place under the name of its former rank: 洪泽县 of what is 淮安市洪泽区 now."""
    for start in range(len(place) - 2):
        stem, unit = place[start:-1], place[-1]
        if (start == 0 or place[start - 1] in _UNITS) and len(stem) > 1 and unit in _UNITS and name.startswith(stem):
            rest = name[len(stem) :]
            if rest[:1] in ("县", "市", "区") and not rest.startswith(_NOT_PLACES):
                return stem + rest[0]
    return None


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


@cache
def short_forms() -> dict[str, str]:
    """Short form -> name in full, both without their place."""
    with files("archive").joinpath("names.csv").open(encoding="utf-8") as file:
        return {row["short"]: row["full"] for row in csv.DictReader(file)}


def series_key(own: str) -> str:
    """What two names of one body have in common, of names without their place: 教育和体育局 and 教育体育局 are one,
    卫生健康局 and 卫生健康委员会 are one, whatever the joints and the rank."""
    if kind_of(own) != "department":
        return own
    stem = _BUREAU.sub("", own)
    return (stem.translate(_JOINTS) + "局") if stem and stem != own else own.translate(_JOINTS)


@dataclass(frozen=True)
class Field:
    """What a department is for: a key, its name, the words that tell it."""

    key: str
    zh: str
    words: tuple[str, ...]


@cache
def fields() -> tuple[Field, ...]:
    """The fields, in the order of fields.csv."""
    with files("archive").joinpath("fields.csv").open(encoding="utf-8") as file:
        return tuple(Field(row["field"], row["zh"], tuple(row["words"].split("|"))) for row in csv.DictReader(file))


def field_of(name: str, place: str) -> str | None:
    """The field of a department or other body, by the first field word in its name; None for a government, its office,
    a street or town, and where no word tells it."""
    if kind_of(name) not in ("department", "other"):
        return None
    own = name.removeprefix(canonical(place))
    found = [(own.index(word), -len(word), field.key) for field in fields() for word in field.words if word in own]
    return min(found)[2] if found else None
