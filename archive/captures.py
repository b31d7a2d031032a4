"""Originals: every response kept in WARC first, then indexed; and read back by its place."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from sqlite_utils import Database

from archive.warc import (
    CaptureDamaged,
    Headers,
    Manifest,
    Place,
    StorageFailed,
    StoredRecord,
    decode_content,
    header,
    read_record,
    stamp,
    warc_path,
)
from archive.warc_writer import Record, WarcWriter, new_record_id, request_record, response_record

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
ROLES = ("robots", "home", "list", "article", "attachment", "other")


@dataclass(frozen=True)
class Exchange:
    """A request and its response as they crossed the wire, the transfer-coding undone. `asked_after` is the capture
    whose validators the request carried: what a 304 speaks of. `anew` makes a capture even of bytes that are known,
    because the kept ones cannot be read. `source` says where it comes from if we did not fetch it ourselves."""

    url: str
    status: int
    headers: Headers
    payload: bytes
    role: str
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    protocol: str = "HTTP/1.1"
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    portal_id: str | None = None
    crawl_id: int | None = None
    asked_after: int | None = None
    anew: bool = False
    source: str | None = None


@dataclass(frozen=True)
class Kept:
    """What became of an exchange: the capture that holds its bytes, and whether that is a new one."""

    capture_id: int
    new: bool


@dataclass(frozen=True)
class Capture:
    """A row of `captures`."""

    id: int
    url: str
    final_url: str
    status: int
    content_type: str | None
    sha256: str
    etag: str | None
    last_modified: str | None
    fetched_at: str
    warc: str
    warc_offset: int
    record_id: str


@dataclass(frozen=True)
class Original:
    """An original read back. `body` is the publisher's file: content-coding off, charset untouched."""

    url: str
    fetched_at: str
    status: int
    headers: Headers
    content_type: str | None
    body: bytes
    sha256: str


@dataclass(frozen=True)
class Plan:
    """What an exchange will be kept as: a revisit of `earlier` under that profile, or a capture of `body`."""

    exchange: Exchange
    body: bytes = b""
    sha256: str = ""
    earlier: Capture | None = None
    profile: str = ""
    record_id: str | None = None


_COLUMNS = ", ".join(Capture.__dataclass_fields__)


class CaptureStore:
    """Keeps exchanges. A capture is on the disk before its row exists, so a row always has its record.

    One store a process, used from one thread, of which only `write` may run in another while no other call does.
    Parallel runs do not meet: each writes files of its own.
    """

    def __init__(self, data: Path, db: Database, *, run: str | None = None, roll_over: int | None = None) -> None:
        self.data = data
        self.db = db
        sizes = {} if roll_over is None else {"roll_over": roll_over}
        self._manifests: list[Manifest] = []
        self._writer = WarcWriter(data / "captures", run or new_run(), closed=self._manifests.append, **sizes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._writer.close()
        # A full disk has no room for a manifest: `recover` writes it before the next run.
        with suppress(sqlite3.Error), self.db.atomic():
            self._write_manifests()

    def keep(self, exchange: Exchange) -> Kept:
        """Keep an exchange: as a revisit when it shows nothing new (304, or bytes, status and target as at the URL's
        latest capture), else as a capture. Raises StorageFailed; nothing half kept remains then."""
        return self._keep(self.plan(exchange))

    def plan(self, exchange: Exchange) -> Plan:
        """What `keep` will do: for callers that keep many at once. No two plans of a batch may be of one URL."""
        earlier = self.capture(exchange.asked_after) if exchange.asked_after and exchange.status == 304 else None
        if earlier:
            return Plan(exchange, earlier=earlier, profile=NOT_MODIFIED)
        body = decode_content(exchange.headers, exchange.payload)
        sha256 = hashlib.sha256(body).hexdigest()
        shown = (exchange.status, sha256, _target(exchange))
        same = None if exchange.anew else self.holding(exchange.url, *shown)
        if same and self._in_any_order(exchange):
            return Plan(exchange, earlier=same, profile=IDENTICAL)
        latest = same and self._one(
            "WHERE url = ? AND NOT status / 100 = 3 ORDER BY fetched_at DESC, id DESC LIMIT 1", (exchange.url,)
        )
        if latest and shown == (latest.status, latest.sha256, latest.final_url):
            return Plan(exchange, earlier=latest, profile=IDENTICAL)
        return Plan(exchange, body, sha256)

    def write(self, plans: Sequence[Plan]) -> list[Place]:
        """Write the records and wait for the disk once. Raises StorageFailed; none of them is written then."""
        groups = [_records(plan) for plan in plans]
        places = iter(self._writer.append([record for group in groups for record in group]))
        return [[next(places) for _ in group][-1] for group in groups]

    def index(self, plans: Sequence[Plan], places: Sequence[Place]) -> list[Kept]:
        """Give written records their rows, all or none: when they cannot be written the records are taken back, so
        that file and index agree. Raises StorageFailed where the database refuses."""
        indexed = False
        try:
            with self.db.atomic():
                self._write_manifests()
                kept = [self._row(plan, place) for plan, place in zip(plans, places, strict=True)]
            indexed = True
        except sqlite3.Error as error:
            raise StorageFailed(f"the index of captures cannot be written: {error}") from error
        finally:
            if not indexed:
                self._writer.take_back()
        return kept

    def _keep(self, plan: Plan) -> Kept:
        return self.index([plan], self.write([plan]))[0]

    def _row(self, plan: Plan, place: Place) -> Kept:
        exchange = plan.exchange
        if plan.earlier is None:
            return Kept(insert_capture(self.db, exchange, len(plan.body), plan.sha256, place), True)
        fetched_at = stamp(exchange.fetched_at)
        insert_revisit(self.db, plan.earlier.id, exchange.crawl_id, fetched_at, exchange.status, place)
        return Kept(plan.earlier.id, False)

    def _write_manifests(self) -> None:
        while self._manifests:
            insert_manifest(self.db, self._manifests[-1])
            self._manifests.pop()

    def adopt(self, exchange: Exchange, record_id: str) -> Kept:
        """Keep an exchange that another archive captured, under its own time and record id. One that is here already,
        by its record id or by its URL, time and bytes, adds nothing."""
        body = decode_content(exchange.headers, exchange.payload)
        sha256, at = hashlib.sha256(body).hexdigest(), stamp(exchange.fetched_at)
        here = self._one(
            "WHERE record_id = ? OR (url = ? AND fetched_at = ? AND status = ? AND sha256 = ?)",
            (record_id, exchange.url, at, exchange.status, sha256),
        )
        if here:
            return Kept(here.id, False)
        if again := self._revisited(record_id):
            return Kept(again, False)
        before = self._one(
            "WHERE url = ? AND fetched_at <= ? ORDER BY fetched_at DESC, id DESC LIMIT 1", (exchange.url, at)
        )
        if before and (before.status, before.sha256, before.final_url) == (exchange.status, sha256, _target(exchange)):
            return self._keep(Plan(exchange, earlier=before, profile=IDENTICAL, record_id=record_id))
        return self._keep(Plan(exchange, body, sha256, record_id=record_id))

    def adopt_revisit(self, exchange: Exchange, earlier: Capture, profile: str, record_id: str) -> bool:
        """Keep another archive's revisit of `earlier`; False where it is here already."""
        if self._revisited(record_id):
            return False
        self._keep(Plan(exchange, earlier=earlier, profile=profile, record_id=record_id))
        return True

    def _revisited(self, record_id: str) -> int | None:
        row = self.db.conn.execute("SELECT capture_id FROM revisits WHERE record_id = ?", (record_id,)).fetchone()
        return row[0] if row else None

    def by_record(self, record_id: str) -> Capture | None:
        return self._one("WHERE record_id = ?", (record_id,))

    def at(self, url: str, fetched_at: str) -> Capture | None:
        return self._one("WHERE url = ? AND fetched_at = ? ORDER BY id DESC LIMIT 1", (url, fetched_at))

    def latest(self, url: str, *, status: int | None = None) -> Capture | None:
        """The newest capture of exactly this URL, of that status if one is given."""
        which, values = ("", (url,)) if status is None else (" AND status = ?", (url, status))
        return self._one(f"WHERE url = ?{which} ORDER BY fetched_at DESC, id DESC LIMIT 1", values)

    def holding(self, url: str, status: int, sha256: str, target: str) -> Capture | None:
        """The newest capture of exactly this URL that shows the same."""
        where = "WHERE url = ? AND status = ? AND sha256 = ? AND final_url = ? ORDER BY id DESC LIMIT 1"
        return self._one(where, (url, status, sha256, target))

    @staticmethod
    def _in_any_order(exchange: Exchange) -> bool:
        """Whether an address shows several things side by side, so that what it showed last says nothing: lists that
        are turned by GET and POST, redirects to oneself that set a cookie. A report's page shows one after the other,
        and an edit that is taken back is an edit."""
        is_report = exchange.role in ("article", "attachment")
        return exchange.method == "POST" or not is_report or exchange.status // 100 == 3

    def capture(self, capture_id: int) -> Capture | None:
        return self._one("WHERE id = ?", (capture_id,))

    def original(self, capture: Capture) -> Original:
        return read_capture(self.data, capture.warc, capture.warc_offset)

    def _one(self, where: str, values: Sequence[object]) -> Capture | None:
        row = self.db.conn.execute(f"SELECT {_COLUMNS} FROM captures {where}", values).fetchone()
        return Capture(*row) if row else None


def _records(plan: Plan) -> list[Record]:
    """The request first: a file then ends with a record that has a row, or was left behind by a killed run. What was
    asked elsewhere was not asked by us and has none."""
    exchange, date = plan.exchange, stamp(plan.exchange.fetched_at)
    record_id = plan.record_id or new_record_id()
    response = response_record(
        "revisit" if plan.earlier else "response",
        exchange.url,
        date,
        [("WARC-Record-ID", record_id), *_about(exchange), *_refers(plan)],
        f"{exchange.protocol} {exchange.status} {_phrase(exchange.status)}",
        exchange.headers,
        exchange.payload,
    )
    if exchange.source:
        return [response]
    request = request_record(
        exchange.url,
        date,
        [("WARC-Record-ID", new_record_id()), ("WARC-Concurrent-To", record_id)],
        f"{exchange.method} {_path(exchange.url)} HTTP/1.1",
        exchange.request_headers,
        exchange.request_body,
    )
    return [request, response]


def _refers(plan: Plan) -> Headers:
    if plan.earlier is None:
        return []
    return [
        ("WARC-Profile", plan.profile),
        ("WARC-Refers-To", plan.earlier.record_id),
        ("WARC-Refers-To-Target-URI", plan.earlier.url),
        ("WARC-Refers-To-Date", plan.earlier.fetched_at),
    ]


def read_capture(data: Path, warc: str, offset: int) -> Original:
    """The original at a place of the captures folder.

    Raises CaptureError for a name outside the folder, CaptureMissing for a file that is gone, CaptureDamaged for a
    record that is torn, altered or not a response.
    """
    path = warc_path(data, warc)
    record = read_record(path, offset)
    if record.kind != "response":
        raise CaptureDamaged(path, offset, f"a {record.kind} record, which holds no original")
    return original_of(record)


def record_bytes(data: Path, name: str, offset: int) -> bytes:
    """The record as it is kept, a gzip member. Raises what `read_record` raises: only a whole one is given out."""
    path = warc_path(data, name)
    length = read_record(path, offset).length
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


def original_of(record: StoredRecord) -> Original:
    body = decode_content(record.headers, record.payload)
    return Original(
        url=record.url,
        fetched_at=record.field("WARC-Date") or "",
        status=record.status,
        headers=record.headers,
        content_type=header(record.headers, "Content-Type"),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
    )


def insert_capture(db: Database, exchange: Exchange, size: int, sha256: str, place: Place) -> int:
    """`size` and `sha256` are those of the publisher's file, its content-coding off."""
    row = {
        "crawl_id": exchange.crawl_id,
        "portal_id": exchange.portal_id,
        "role": exchange.role,
        "url": exchange.url,
        "final_url": _target(exchange),
        "fetched_at": stamp(exchange.fetched_at),
        "status": exchange.status,
        "content_type": header(exchange.headers, "Content-Type"),
        "sha256": sha256,
        "size": size,
        "etag": header(exchange.headers, "ETag"),
        "last_modified": header(exchange.headers, "Last-Modified"),
        "warc": place.warc,
        "warc_offset": place.offset,
        "warc_length": place.length,
        "record_id": place.record_id,
    }
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor = db.conn.execute(f"INSERT INTO captures ({names}) VALUES ({marks})", list(row.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def insert_revisit(
    db: Database, capture_id: int, crawl_id: int | None, fetched_at: str, status: int, place: Place
) -> None:
    db.conn.execute(
        "INSERT INTO revisits (capture_id, crawl_id, fetched_at, status, warc, warc_offset, warc_length, "
        "record_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (capture_id, crawl_id, fetched_at, status, place.warc, place.offset, place.length, place.record_id),
    )


def insert_manifest(db: Database, manifest: Manifest) -> None:
    """Write a manifest where there is none: what a file once was does not change."""
    db.conn.execute(
        "INSERT INTO manifests (warc, size, records, sha256, closed_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (warc) DO NOTHING",
        (manifest.warc, manifest.size, manifest.records, manifest.sha256, stamp(datetime.now(UTC))),
    )


def new_run() -> str:
    """A name for a run that no other run has: UTC time and a random tail."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"


def _about(exchange: Exchange) -> Headers:
    about: Iterable[tuple[str, object]] = (
        ("Gongkai-Role", exchange.role),
        ("Gongkai-Portal", exchange.portal_id),
        ("Gongkai-Crawl", exchange.crawl_id),
        ("Gongkai-Source", exchange.source),
    )
    return [(name, str(value)) for name, value in about if value is not None]


def _target(exchange: Exchange) -> str:
    """Where the answer points: the URL itself, or for a redirect the URL it names."""
    location = header(exchange.headers, "Location") if 300 <= exchange.status < 400 else None
    return urljoin(exchange.url, location) if location else exchange.url


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
