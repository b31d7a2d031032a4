"""What was read from which bytes: the states a document went through, and the readings made of them.

A state is an article capture with the attachment captures that belonged to it; its fingerprint is what a reading is
keyed by, so that the same bytes are never read twice by the same version of the reader.

A reading is `pending` from when it was made to show what it would change until it is accepted: nothing is derived from
it before. Where this version could not read something whole, and can on a second try (a tool was installed), that is a
reading of its own, `2+1`, beside the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from extract.report import EXTRACTOR_VERSION, Fault, Figure, Finding, Locator, Report, Section, Severity, Statistic

# A file is the document's own as long as its newest article links it.
_ATTACHED = (
    "SELECT a.url, a.capture_id, a.last_seen >= c.fetched_at FROM attachments a JOIN captures c ON c.id = ? "
    "WHERE a.document_id = ?"
)

READ = "read"
"""The only good status of a reading: a report of a known body and year. Every other names what stands in the way."""


def current_readings(schema: str = "main") -> str:
    """SQL for a table (document_id, status, message): of each document the reading that tells how it stands, which is
    the one of what it is now, by the newest extractor. Documents without a reading are not in it."""
    return (
        "(SELECT document_id, status, message FROM (SELECT x.document_id, x.status, x.message, row_number() OVER ("
        "PARTITION BY x.document_id ORDER BY x.capture_id IS d.capture_id OR a.url IS NOT NULL DESC, "
        "CAST(x.extractor AS INTEGER) DESC, x.id DESC) AS place "
        f"FROM {schema}.readings x JOIN {schema}.documents d ON d.id = x.document_id "
        f"LEFT JOIN {schema}.attachments a ON a.document_id = d.id AND a.capture_id = x.capture_id "
        "WHERE NOT x.pending) WHERE place = 1)"
    )


@dataclass(frozen=True)
class State:
    """What a document was at a time. `captures` are ids, the article's first; `at` is when its newest was fetched."""

    document_id: int
    captures: tuple[int, ...]
    fingerprint: str
    at: str


@dataclass(frozen=True)
class Reading:
    """A good row of `readings`, whose `stored` is parsed when it is first asked for: of most of the readings of a
    document nobody asks more than that they are there."""

    id: int
    document_id: int
    fingerprint: str
    extractor: str
    capture_id: int | None
    stored: str

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.stored)
        return parsed

    @cached_property
    def report(self) -> Report:
        """What was read, without the places of its numbers."""
        return load(self._parsed)

    @property
    def captures(self) -> tuple[int, ...]:
        """What it was read from, the article's first."""
        return tuple(self._parsed["captures"])


def states(db: Database, document_id: int) -> list[State]:
    """Every state of a document in the order in which they were fetched, whenever they came into the archive; the last
    is the current one. Empty where nothing was captured yet.

    A state ends with a crawl: an article and its attachments that one run fetched one after the other are one state.
    What was imported belongs together if it was fetched within a day. Which files an old state linked is not known: its
    own are those that had been fetched by then.
    """
    found = history(db, document_id)
    past = {state.fingerprint: state for state in found}.values()
    return [state for state in past if state.fingerprint != found[-1].fingerprint] + found[-1:]


def history(db: Database, document_id: int) -> list[State]:
    """The states of a document as they followed each other: one it went back to, or was seen in again, is there
    twice."""
    url, current = db.execute("SELECT url, capture_id FROM documents WHERE id = ?", [document_id]).fetchone()
    if current is None:
        return []
    attached = db.execute(_ATTACHED, [current, document_id]).fetchall()
    linked = {address: capture for address, capture, is_linked in attached if is_linked}
    captures = (current, *sorted(capture for capture in linked.values() if capture is not None))
    now = _state(db, document_id, captures)
    found: list[State] = []
    address = url.partition("#")[0]
    article = dict.fromkeys(_addresses(address), url)
    # What an address showed of another year's report is no state of this one's.
    marks = ", ".join("?" * len(article))
    rows = db.execute(
        f"SELECT id FROM captures WHERE url IN ({marks}) AND fetched_at <= (SELECT max(c.fetched_at) FROM documents d"
        " JOIN captures c ON c.id = d.capture_id WHERE d.url >= ? AND d.url < ? AND d.id <> ?"
        " AND c.fetched_at < (SELECT fetched_at FROM captures WHERE id = ?))",
        [*article, address, f"{address}$", document_id, current],
    )
    foreign = {row[0] for row in rows.fetchall()}
    for latest in _looks(db, {**{row[0]: row[0] for row in attached}, **article}, now.at):
        if url in latest and latest[url] not in foreign:
            own = linked if latest[url] == current else latest
            others = sorted(capture for address, capture in latest.items() if address != url and address in own)
            found.append(_state(db, document_id, (latest[url], *others)))
    return [*found, now]


def _addresses(url: str) -> list[str]:
    """A portal serves the same page by http and https, with and without www."""
    bare = url.partition("://")[2].removeprefix("www.")
    return [f"{s}://{host}" for s in ("http", "https") for host in (bare, f"www.{bare}")]


def _looks(db: Database, addresses: dict[str, str], until: str) -> Iterator[dict[str, int]]:
    """Each look that was taken at these addresses, oldest first: the newest capture by then of what each stands for."""
    marks = ", ".join("?" * len(addresses))
    rows = db.execute(
        f"SELECT id, url, crawl_id, fetched_at FROM captures WHERE url IN ({marks}) AND status BETWEEN 200 AND 299 "
        "AND fetched_at <= ? ORDER BY fetched_at, id",
        [*addresses, until],
    ).fetchall()
    latest: dict[str, int] = {}
    together: set[str] = set()
    for row, following in pairwise([*rows, None]):
        latest[addresses[row[1]]] = row[0]
        together.add(addresses[row[1]])
        if following is None or addresses[following[1]] in together or not _one_look(row, following):
            together.clear()
            yield dict(latest)


def _one_look(row: tuple[Any, ...], following: tuple[Any, ...]) -> bool:
    if row[2] is not None or following[2] is not None:
        return bool(row[2] == following[2])
    return datetime.fromisoformat(following[3]) - datetime.fromisoformat(row[3]) < timedelta(days=1)


def _state(db: Database, document_id: int, captures: tuple[int, ...]) -> State:
    marks = ", ".join("?" * len(captures))
    rows = db.execute(f"SELECT id, sha256, fetched_at FROM captures WHERE id IN ({marks})", list(captures)).fetchall()
    sha256 = {row[0]: row[1] for row in rows}
    fingerprint = hashlib.sha256("\n".join(sha256[capture] for capture in captures).encode()).hexdigest()
    return State(document_id, captures, fingerprint, max(row[2] for row in rows))


def record(
    db: Database,
    state: State,
    status: str,
    message: str | None,
    capture: int | None,
    report: Report | None,
    *,
    pending: bool = False,
    extractor: str | None = None,
) -> int:
    """Write a reading down; a reading of the same bytes by the same version is replaced. Gives its id."""
    stored = None if report is None else json.dumps(dump(report, state.captures), ensure_ascii=False)
    row = db.execute(
        "INSERT INTO readings (document_id, fingerprint, extractor, read_at, status, message, capture_id, report, "
        "pending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (document_id, fingerprint, extractor) DO UPDATE SET "
        "read_at = excluded.read_at, status = excluded.status, message = excluded.message, "
        "capture_id = excluded.capture_id, report = excluded.report, pending = excluded.pending RETURNING id",
        [
            state.document_id,
            state.fingerprint,
            extractor or EXTRACTOR_VERSION,
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            status,
            message,
            capture,
            stored,
            int(pending),
        ],
    ).fetchone()
    return int(row[0])


_MINE = "(extractor = :version OR substr(extractor, 1, length(:version) + 1) = :version || '+')"
"""This version's readings, second tries included."""


def record_again(
    db: Database, state: State, status: str, message: str | None, capture: int | None, report: Report | None
) -> None:
    """Write a reading down as pending, beside every other. A second try that found what the first did adds nothing."""
    before = db.execute(
        f"SELECT status, report FROM readings WHERE document_id = :document AND fingerprint = :state AND {_MINE} "
        "ORDER BY id",
        {"document": state.document_id, "state": state.fingerprint, "version": EXTRACTOR_VERSION},
    ).fetchall()
    stored = None if report is None else json.dumps(dump(report, state.captures), ensure_ascii=False)
    if before and before[-1] == (status, stored):
        return
    extractor = f"{EXTRACTOR_VERSION}+{len(before)}" if before else None
    record(db, state, status, message, capture, report, pending=True, extractor=extractor)


_ADVICE = "gongkai extract --again"


def reader() -> str:
    """The version that reads now."""
    return EXTRACTOR_VERSION


def read_states(db: Database) -> dict[int, set[str]]:
    """The states of each document that some version of the reader has read, and whose reading was taken in."""
    return _states_of(db.execute("SELECT document_id, fingerprint FROM readings WHERE NOT pending"))


def my_states(db: Database) -> dict[int, set[str]]:
    """The states of each document that this version has read, taken in or not."""
    sql = f"SELECT document_id, fingerprint FROM readings WHERE {_MINE}"
    return _states_of(db.execute(sql, {"version": EXTRACTOR_VERSION}))


def my_incomplete(db: Database) -> dict[int, set[str]]:
    """The states of which this version could not read anything, or lacked a tool, and whose reading was taken in. Where
    it lacked a tool its finding says to install that and to run this command."""
    sql = (
        f"SELECT document_id, fingerprint FROM (SELECT *, max(id) FROM readings WHERE {_MINE} "
        "GROUP BY document_id, fingerprint) WHERE NOT pending AND (status <> :read OR instr(report, :advice))"
    )
    return _states_of(db.execute(sql, {"version": EXTRACTOR_VERSION, "read": READ, "advice": _ADVICE}))


def _states_of(rows: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for document_id, fingerprint in rows:
        found.setdefault(document_id, set()).add(fingerprint)
    return found


def taken(db: Database, document_id: int) -> bool:
    """Whether a good reading of the document by this version was taken in."""
    sql = f"SELECT 1 FROM readings WHERE document_id = :id AND status = :read AND NOT pending AND {_MINE}"
    values = {"id": document_id, "read": READ, "version": EXTRACTOR_VERSION}
    return db.execute(sql, values).fetchone() is not None


def waiting(db: Database) -> list[int]:
    """The documents of which readings by this version wait to be accepted."""
    sql = f"SELECT DISTINCT document_id FROM readings WHERE pending AND {_MINE} ORDER BY document_id"
    return [row[0] for row in db.execute(sql, {"version": EXTRACTOR_VERSION})]


def accept(db: Database, document_id: int, state: str | None = None) -> int:
    """This version's readings of the document, or of one state of it, wait no longer; the caller derives its report
    anew. Gives how many they were."""
    sql = f"UPDATE readings SET pending = 0 WHERE document_id = :id AND pending AND {_MINE}"
    values = {"id": document_id, "version": EXTRACTOR_VERSION}
    if state is not None:
        sql, values = f"{sql} AND fingerprint = :state", {**values, "state": state}
    return db.execute(sql, values).rowcount


def good_readings(db: Database, document_id: int) -> list[Reading]:
    """The document's good readings, one for each state it went through (the newest extractor's), oldest state first."""
    order = {state.fingerprint: i for i, state in enumerate(states(db, document_id))}
    newest = {reading.fingerprint: reading for reading in every_reading(db, document_id)}
    return sorted(newest.values(), key=lambda reading: order.get(reading.fingerprint, -1))


def every_reading(db: Database, document_id: int) -> list[Reading]:
    """The document's good readings that were taken in, by every version of the reader, the newest version's last."""
    rows = db.execute(
        "SELECT id, document_id, fingerprint, extractor, capture_id, report FROM readings "
        "WHERE document_id = ? AND status = ? AND report IS NOT NULL AND NOT pending "
        "ORDER BY CAST(extractor AS INTEGER), id",
        [document_id, READ],
    ).fetchall()
    return [Reading(*row) for row in rows]


def dump(report: Report, captures: tuple[int, ...] = ()) -> dict[str, Any]:
    """The report's JSON with what only the archive needs: where its cells stand, and the captures it was read from."""
    locators = {path: {k: v for k, v in asdict(at).items() if v is not None} for path, at in report.locators.items()}
    return {**report.to_json(), "locators": locators, "captures": list(captures)}


def load(stored: dict[str, Any], places: bool = False) -> Report:
    """The report that `dump` stored; with the places of its numbers where asked. There are a thousand of them, and what
    compares or publishes readings needs none: evidence.py publishes them as they are stored."""
    report = Report(
        **{name: stored[name] for name in ("source", "media", "title", "agency", "year", "published", "form")}
    )
    report.sections = [Section(**section) for section in stored["sections"]]
    report.tables = stored["tables"]
    report.printed = stored["printed"]
    report.statistics = [Statistic(**statistic) for statistic in stored.get("statistics", ())]
    report.figures = [Figure(**figure) for figure in stored["figures"]]
    report.findings = [
        Finding(
            **{
                **finding,
                "severity": Severity(finding["severity"]),
                "fault": Fault(finding["fault"]),
                "cells": tuple(finding["cells"]),
            }
        )
        for finding in stored["findings"]
    ]
    if places:
        report.locators = {path: _locator(place) for path, place in stored["locators"].items()}
    return report


def _locator(place: dict[str, Any]) -> Locator:
    box = place.get("box")
    return Locator(place.get("page"), tuple(box) if box else None, place.get("path"))
