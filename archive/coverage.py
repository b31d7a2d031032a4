"""Which report of which body is there, and why one is not: one state, with its reason, for every body and year.

Whom we expect is told by the reports around: a body that reported before is expected until a reform ends it, and in the
years before its first report where most bodies of its portal reported. Nobody is called missing for a year in which
nobody looked after the legal date.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from archive.lineage import latest_key, life
from archive.names import field_of, full_name, series_key
from archive.reasons import in_chinese
from extract.bodies import due_date, kind_of
from extract.text import canonical
from extract.titles import judge

STATES = {
    "published": "已公布",
    "not_due": "未到期限",
    "not_found": "未找到",
    "blocked": "无法查看",
    "not_looked": "期限后尚未查看",
    "unreadable": "未能读出",
    "no_body": "机关不存在",
}
"""The states, with their Chinese names."""

COLUMNS = {
    "id": "INTEGER PRIMARY KEY",
    "portal_id": "TEXT NOT NULL REFERENCES portals(id)",
    "division_code": "TEXT REFERENCES divisions(code)",
    "series_id": "TEXT REFERENCES agencies(id)",
    "agency_id": "TEXT REFERENCES agencies(id)",
    "name": "TEXT NOT NULL",
    "kind": "TEXT NOT NULL",
    "field": "TEXT",
    "year": "INTEGER NOT NULL",
    "state": "TEXT NOT NULL",
    "report_id": "TEXT REFERENCES reports(id)",
    "due": "TEXT NOT NULL",
    "days_late": "INTEGER",
    "last_looked": "TEXT",
    "basis": "TEXT NOT NULL",
    "reason": "TEXT NOT NULL",
}
_INDEXES = """
CREATE INDEX coverage_portal ON coverage(portal_id, year);
CREATE INDEX coverage_division ON coverage(division_code, year);
CREATE INDEX coverage_series ON coverage(series_id, year);
CREATE INDEX coverage_year ON coverage(year, portal_id, state, days_late);
"""
_LOOKED = ("ok", "fewer_than_before", "empty")
"""Outcomes of a crawl that saw the portal's lists."""
_TROUBLE = {
    "blocked": "被网站拦截",
    "unreachable": "网站无法访问",
    "robots": "网站不许采集",
    "changed_layout": "栏目版式已变，未能识别",
    "interrupted": "采集中断",
}
_SIBLINGS = 3
"""Bodies of a portal that must have reported for a year before the others are expected to have."""
_CHINA = timezone(timedelta(hours=8))


@dataclass
class _Body:
    """A series, or a body known only by what could not be read or by law; `members` are (id, name) of its names."""

    series: str | None
    kind: str
    members: dict[str, str]
    name: str
    key: str
    reports: dict[int, tuple[str, str, str | None, int | None]] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)


@dataclass
class _Portal:
    id: str
    division: str | None
    place: str
    bodies: dict[str, _Body] = field(default_factory=dict)
    looked: str | None = None
    last: tuple[str, str, str | None] | None = None

    def siblings(self) -> set[int]:
        """The years for which most of the portal's bodies reported."""
        reporting = [body for body in self.bodies.values() if body.reports]
        years = [year for body in reporting for year in body.reports]
        return {year for year in set(years) if years.count(year) >= max(_SIBLINGS, len(reporting) / 2)}


def build_coverage(db: sqlite3.Connection, today: date | None = None) -> None:
    """Make and fill the table `coverage` as things stand on a day, today in China unless given."""
    today = today or datetime.now(_CHINA).date()
    db.execute(f"CREATE TABLE coverage ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    marks = ", ".join("?" * (len(COLUMNS) - 1))
    for portal in _portals(db):
        db.executemany(
            f"INSERT INTO coverage ({', '.join(list(COLUMNS)[1:])}) VALUES ({marks})", list(_rows(portal, today))
        )
    for statement in _INDEXES.split(";\n"):
        db.execute(statement)


def _portals(db: sqlite3.Connection) -> list[_Portal]:
    portals = {
        row[0]: _Portal(*row) for row in db.execute("SELECT id, division_code, name FROM main.portals ORDER BY id")
    }
    for portal_id, series, agency, name, kind, *report in db.execute(
        "SELECT a.portal_id, coalesce(a.series_id, a.id), a.id, a.name, a.kind, r.year, r.id, r.published, r.days_late "
        "FROM main.agencies a JOIN main.reports r ON r.agency_id = a.id ORDER BY r.year, r.id"
    ):
        portal = portals[portal_id]
        key = _key(name, portal.place)
        body = portal.bodies.setdefault(series, _Body(series, kind, {}, name, key))
        # Years come in order: the body ends with its newest name.
        body.members[agency], body.name, body.kind = name, name, kind
        body.reports[report[0]] = (report[1], agency, report[2], report[3])
    for portal_id, started, outcome, reason in db.execute(
        "SELECT portal_id, started, outcome, reason FROM main.crawls WHERE outcome IS NOT NULL ORDER BY started, id"
    ):
        portal = portals[portal_id]
        portal.last = (started, outcome, reason)
        portal.looked = started if outcome in _LOOKED else portal.looked
    for portal_id, title, status, message in db.execute(
        "SELECT portal_id, title, reading_status, reading_message FROM main.documents "
        "WHERE report_id IS NULL ORDER BY id"
    ):
        _unread(portals[portal_id], title, status, message)
    for portal in portals.values():
        _government(portal)
    return list(portals.values())


def _unread(portal: _Portal, title: str, status: str, message: str | None) -> None:
    """A document that its list calls a body's report of a year and that is none in the archive."""
    verdict = judge(title)
    if verdict.agency is None or verdict.year is None:
        return
    name = full_name(verdict.agency, portal.place)
    key = _key(name, portal.place)
    body = next((body for body in portal.bodies.values() if latest_key(body.key) == latest_key(key)), None)
    if body is None:
        body = portal.bodies[name] = _Body(None, kind_of(name), {}, name, key)
    body.unread.setdefault(verdict.year, f"{status}：{message}" if message else status)


def _government(portal: _Portal) -> None:
    """The place's own government is to report by law, whether or not anything of it was ever found."""
    place = canonical(portal.place)
    if kind_of(place) == "government" and not any(body.kind == "government" for body in portal.bodies.values()):
        name = full_name(place, place)
        portal.bodies[name] = _Body(None, "government", {}, name, _key(name, place))


def _key(name: str, place: str) -> str:
    return series_key(name.removeprefix(canonical(place)))


def _rows(portal: _Portal, today: date) -> Iterator[tuple[Any, ...]]:
    siblings = portal.siblings()
    for body in portal.bodies.values():
        alive = life(latest_key(body.key))
        for year, basis in _years(body, siblings, today.year - 1):
            due = due_date(body.kind, year)
            absent = None if year in body.reports else alive.absent(year)
            report, agency, published, days = body.reports.get(year, (None, _member(body, year), None, None))
            if report:
                state, reason = "published", _punctuality(published, days)
            elif absent:
                state, reason = "no_body", absent
            elif year in body.unread:
                state, reason = "unreadable", body.unread[year]
            elif today <= due:
                state, reason = "not_due", f"法定期限为{due.isoformat()}"
            else:
                state, reason = _missing(portal, due)
            name = body.members.get(agency or "", body.name)
            field = field_of(name, portal.place)
            yield (
                *(portal.id, portal.division, body.series, agency, name, body.kind, field, year, state, report),
                *(due.isoformat(), days, portal.looked, basis, reason),
            )


def _years(body: _Body, siblings: set[int], last: int) -> Iterator[tuple[int, str]]:
    """The years in which a body is expected, and why: it reported, reported before and after, or only before; its
    portal's other bodies reported; a list names its report; or the law wants one."""
    known = body.reports.keys() | body.unread.keys()
    law = set(range(min(siblings, default=last), last + 1)) if body.kind == "government" else set()
    for year in range(min(known | siblings | law), max(known | {last}) + 1) if known | siblings | law else ():
        if year in body.reports:
            yield year, "reported"
        elif year in body.unread:
            yield year, "listed"
        elif body.reports and min(body.reports) < year:
            yield year, "between" if year < max(body.reports) else "before"
        elif body.reports and year in siblings:
            yield year, "siblings"
        elif year in law:
            yield year, "law"


def _member(body: _Body, year: int) -> str | None:
    """The name under which a body without a report of a year goes then: that of the year nearest."""
    near = min(body.reports, key=lambda other: (abs(other - year), other), default=None)
    return None if near is None else body.reports[near][1]


def _punctuality(published: str | None, days: int | None) -> str:
    if published is None or days is None:
        return "已公布，日期未标明"
    if days > 0:
        return f"{published}公布，晚{days}天"
    return f"{published}公布，提前{-days}天" if days else f"{published}公布，期限当天"


def _missing(portal: _Portal, due: date) -> tuple[str, str]:
    """Why a report that is due is not there: nobody looked since, nobody could, or it was not found."""
    if portal.looked and _day(portal.looked) > due:
        return "not_found", f"最近一次查看{_day(portal.looked).isoformat()}，列表中没有"
    if portal.last and portal.last[1] in _TROUBLE and _day(portal.last[0]) > due:
        when, outcome, why = portal.last
        return "blocked", f"{_day(when).isoformat()}{_TROUBLE[outcome]}" + (f"：{in_chinese(why)}" if why else "")
    looked = f"，最近一次查看{_day(portal.looked).isoformat()}" if portal.looked else ""
    return "not_looked", f"期限{due.isoformat()}之后尚未查看{looked}"


def _day(stamp: str) -> date:
    return datetime.fromisoformat(stamp).astimezone(_CHINA).date()
