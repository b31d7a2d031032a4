"""The registry of portals: a CSV file whose rows are data, read with errors that name file, row and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.divisions import divisions, find, former, full_name
from crawler.platforms import FAMILIES
from crawler.urls import twin_key
from extract.errors import BadInput

COLUMNS = ("id", "division_code", "name", "level", "home_url", "column_url", "platform", "note")
LEVELS = ("province", "city", "county", "zone", "town")
DEFAULT = Path(__file__).parent / "portals.csv"

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_DIVISION = re.compile(r"\d{6}")


class BadRegistry(BadInput):
    """The registry cannot be used as it is; every fault is listed, a line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Portal:
    """A row of the registry. `column_url` is where the annual reports are listed; without it the column is looked for
    from the home page. `platform` is a hint."""

    id: str
    division_code: str | None
    name: str
    level: str
    home_url: str
    column_url: str | None = None
    platform: str | None = None
    note: str | None = None

    @property
    def hosts(self) -> frozenset[str]:
        urls = (self.home_url, self.column_url)
        return frozenset(host for url in urls if url and (host := urlsplit(url).hostname))


def load(path: Path | None = None) -> list[Portal]:
    """The portals of a registry file, in its order. Raises BadRegistry naming every bad row, OSError for no file."""
    path = path or DEFAULT
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise BadRegistry([f"{path}: row 1: no column {', '.join(missing)}; needed are {', '.join(COLUMNS)}"])
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRegistry([f"{path}: not a CSV file in UTF-8: {error}"]) from error
    faults = [f"{path}: row {line}: {fault}" for line, row in rows for fault in _faults(row)]
    ids: dict[str, int] = {}
    for line, row in rows:
        first = ids.setdefault(row["id"] or "", line)
        if first != line:
            faults.append(f"{path}: row {line}: id {row['id']!r} stands already in row {first}")
    if faults:
        raise BadRegistry(faults)
    return [_portal(row) for _, row in rows]


def doubts(path: Path | None = None) -> list[str]:
    """What is amiss in a registry that can be used all the same, a line each that names the row: codes that are none
    of GB/T 2260, names and levels that are another division's, platforms nobody knows, two rows of one list, hosts
    outside .gov.cn. Raises what `load` raises."""
    path = path or DEFAULT
    portals = load(path)
    found = [(portal, doubt) for portal in portals for doubt in _doubts(portal)]
    lists: dict[str, str] = {}
    double = doubles(portals)
    for portal in portals:
        first = lists.setdefault(twin_key(portal.column_url or portal.home_url), portal.id)
        if portal.id in double:
            found.append((portal, f"is the same portal as {double[portal.id]}, which alone is crawled"))
        elif first != portal.id:
            found.append((portal, f"asks for the same page as {first}"))
    return [f"{path}: {portal.id}: {doubt}" for portal, doubt in found]


def doubles(portals: Sequence[Portal]) -> dict[str, str]:
    """Rows that are another's over again, by the id of the first: the same division or name, on the same host (with or
    without www, by http or https), and not for a column of its own. Crawled apart they would share out one portal's
    reports by chance."""
    found: dict[str, str] = {}
    rows: dict[tuple[str, str], list[Portal]] = {}
    for portal in portals:
        site = urlsplit(twin_key(portal.home_url)).netloc
        earlier = rows.setdefault((site, portal.division_code or portal.name), [])
        first = next((other for other in earlier if _same_column(portal, other)), None)
        if first:
            found[portal.id] = first.id
        else:
            earlier.append(portal)
    return found


def _same_column(one: Portal, other: Portal) -> bool:
    homes = {twin_key(one.home_url), twin_key(other.home_url)}
    columns = [twin_key(row.column_url) for row in (one, other) if row.column_url]
    return len(set(columns)) < 2 or any(column in homes for column in columns)


def _doubts(portal: Portal) -> Iterator[str]:
    if code := portal.division_code:
        division = divisions().get(code)
        if division:
            if not portal.name.removesuffix("人民政府").endswith(division.name):
                yield f"{code} is {full_name(code)}, the row's name is {portal.name}"
            if portal.level != division.level:
                yield f"{code} is of the level {division.level}, the row says {portal.level}"
        elif old := former().get(code):
            since = f"since {old.since}" if old.since else "now"
            yield f"{code} was {old.name}; {since} it is {old.now} {full_name(old.now)}"
        else:
            near = ", ".join(f"{division.code} {full_name(division.code)}" for division in find(portal.name)[:3])
            yield f"{code} is no division of GB/T 2260" + (f"; {portal.name} may be {near}" if near else "")
    elif portal.level in ("province", "city", "county"):
        near = ", ".join(f"{division.code} {full_name(division.code)}" for division in find(portal.name)[:3])
        yield "has no division_code" + (f"; {portal.name} may be {near}" if near else "")
    if portal.platform and portal.platform not in {family.name for family in FAMILIES}:
        yield f"platform {portal.platform!r} is none of {', '.join(family.name for family in FAMILIES)}"
    for host in sorted(portal.hosts):
        if not host.endswith(".gov.cn") and not re.fullmatch(r"[\d.]+", host):
            yield f"{host} is not a .gov.cn host"


def choose(portals: Sequence[Portal], ids: Sequence[str]) -> list[Portal]:
    """Those portals of the registry, or all when none is named; of rows for the same portal the first, whichever is
    named. Raises BadRegistry for an id it does not hold."""
    double = doubles(portals)
    known = {portal.id: portal for portal in portals}
    if not ids:
        return [portal for portal in portals if portal.id not in double]
    unknown = [name for name in ids if name not in known]
    if unknown:
        raise BadRegistry(
            [f"no portal {name!r} in the registry; it holds {', '.join(known) or 'none'}" for name in unknown]
        )
    return [known[name] for name in dict.fromkeys(double.get(name, name) for name in ids)]


def _portal(row: dict[str, str | None]) -> Portal:
    values = {name: (row[name] or "").strip() or None for name in COLUMNS}
    return Portal(
        id=values["id"] or "",
        division_code=values["division_code"],
        name=values["name"] or "",
        level=values["level"] or "",
        home_url=values["home_url"] or "",
        column_url=values["column_url"],
        platform=values["platform"],
        note=values["note"],
    )


def _faults(row: dict[str, str | None]) -> Iterator[str]:
    if None in row or None in row.values():
        yield f"has not {len(COLUMNS)} fields"
        return
    values = {name: (value or "").strip() for name, value in row.items()}
    if not _ID.fullmatch(values["id"]):
        yield f"id {values['id']!r} is not lower-case letters, digits, '-' and '_'"
    if values["division_code"] and not _DIVISION.fullmatch(values["division_code"]):
        yield f"division_code {values['division_code']!r} is not six digits (a zone without a code leaves it empty)"
    if not values["name"]:
        yield "name is empty"
    if values["level"] not in LEVELS:
        yield f"level {values['level']!r} is none of {', '.join(LEVELS)}"
    for column in ("home_url", "column_url"):
        url = values[column]
        if not url and column == "column_url":
            continue
        if fault := _url_fault(url):
            yield f"{column} {url!r} {fault}"


def _url_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises for a port that is none)
    except ValueError as error:
        return f"is not a URL: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not an http or https URL"
    return None
