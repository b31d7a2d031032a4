"""Takes into the archive what was captured elsewhere: by another Gongkai, by ArchiveWeb.page or Browsertrix, by hand.

Responses of registered portals, and of the .gov.cn hosts that their pages link to, become captures under their
original times and record ids; the reports among them become documents. Whatever is not taken is counted with its
reason. Importing twice adds nothing, so an import that was cut off is simply run again.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.captures import IDENTICAL, NOT_MODIFIED, ROLES, CaptureStore, Exchange, new_run
from archive.foreign import ForeignRecord, NotAnArchive, Unusable, is_archive, records
from archive.recovery import recover
from archive.schema import open_archive
from archive.warc import decode_content, header, stamp
from crawler.admission import Admission
from crawler.ledger import write_portal
from crawler.meaning import Meaning
from crawler.page import Page
from crawler.registry import Portal, choose, doubles, load
from crawler.urls import host_of
from extract.errors import BadInput
from extract.sniff import Medium, sniff

SAMPLES = 5
_TYPES = {Medium.PDF: "application/pdf", Medium.HTML: "text/html"}
_PAGES = frozenset({Medium.HTML, Medium.PDF, Medium.ZIP, Medium.OLE, Medium.RTF, Medium.RAR})
_FURNITURE = (".css", ".js", ".svg", ".json", ".woff", ".woff2", ".ttf", ".ico", ".map")


class NotTaken(BadInput):
    """A loose file cannot be taken as it was given; the message says what is missing."""


@dataclass
class ImportSummary:
    """What became of the files. `refused` names what could not be taken because it is damaged or no archive: (place,
    reason); `passed_over` counts what was not wanted, by reason, with samples."""

    captures: int = 0
    revisits: int = 0
    known: int = 0
    documents: int = 0
    attachments: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)

    def pass_over(self, url: str, reason: str) -> None:
        self.passed_over[reason] += 1
        found = self.samples.setdefault(reason, [])
        if len(found) < SAMPLES:
            found.append(url)


@dataclass(frozen=True)
class Loose:
    """What is said of a loose file: where it was published; as a choice whose, under which title, and when it was
    saved."""

    url: str
    portal: str | None = None
    title: str | None = None
    saved: datetime | None = None


def import_files(
    data: Path, files: Sequence[Path], registry: Path | None = None, loose: Loose | None = None
) -> ImportSummary:
    """Import WARC and WACZ files, or one loose file. Raises BadRegistry, NotTaken for a loose file that lacks
    something, OSError, StorageFailed. A damaged file does not raise: what is whole in it is taken, the rest refused."""
    portals = load(registry)
    if loose and len(files) != 1:
        raise NotTaken("--url speaks of one file")
    summary = ImportSummary()
    db = open_archive(data)
    try:
        recover(data, db)
        with CaptureStore(data, db, run=new_run()) as store:
            job = _Import(db, store, portals, summary)
            if loose:
                job.take_file(files[0], loose)
            else:
                job.take_archives(files)
            job.meaning.write(summary)
            job.note(files)
    finally:
        db.close()
    return summary


@dataclass
class _Taken:
    """What came of one portal; `newest` is when the latest of it was fetched."""

    captures: int = 0
    revisits: int = 0
    known: int = 0
    newest: str = ""


class _Import:
    def __init__(self, db: Database, store: CaptureStore, portals: list[Portal], summary: ImportSummary) -> None:
        self.db = db
        self.store = store
        self.portals = portals
        self.summary = summary
        self.admission = Admission(portals)
        self.portal_of: dict[str, Portal] = {}
        double, known = doubles(portals), {portal.id: portal for portal in portals}
        for portal in portals:
            for host in portal.hosts:
                self.portal_of.setdefault(host, known[double.get(portal.id, portal.id)])
        self.meaning = Meaning(db, store)
        self._taken: dict[str, _Taken] = {}

    def note(self, files: Sequence[Path]) -> None:
        """Write down what this import brought of each portal: `status` tells of it."""
        now, names = stamp(datetime.now(UTC)), json.dumps([file.name for file in files], ensure_ascii=False)
        with self.db.atomic():
            for portal_id, taken in self._taken.items():
                self.db.conn.execute(
                    "INSERT INTO imports (portal_id, imported_at, files, captures, revisits, known, newest)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (portal_id, now, names, taken.captures, taken.revisits, taken.known, taken.newest),
                )

    def take_archives(self, files: Sequence[Path]) -> None:
        """Originals before the revisits that speak of them, registered hosts before those they link to: in whichever
        order and file they stand."""
        whole = [file for file in files if self._is_archive(file)]
        self._pass(whole, linked=False, kind="response", report=True)
        self._pass(whole, linked=True, kind="response", report=False)
        self._pass(whole, linked=True, kind="revisit", report=False)

    def take_file(self, file: Path, loose: Loose) -> None:
        if is_archive(file):
            raise NotTaken(f"{file}: a WARC or WACZ says itself where its pages are from: without --url")
        body = file.read_bytes()
        if not body:
            raise NotTaken(f"{file}: an empty file")
        portal = choose(self.portals, [loose.portal])[0] if loose.portal else self.portal_of.get(host_of(loose.url))
        if portal is None:
            raise NotTaken(f"{file}: {host_of(loose.url)} is no host of the registry; --portal says whose it is")
        medium = sniff(body)
        if medium not in _PAGES:
            raise NotTaken(f"{file}: {medium.value}: not a page and not a document")
        kept = self.store.adopt(
            Exchange(
                url=loose.url,
                status=200,
                headers=[("Content-Type", _TYPES.get(medium, "application/octet-stream"))],
                payload=body,
                role="article",
                fetched_at=loose.saved or datetime.now(UTC),
                portal_id=self._write_portal(portal),
                source=f"{file.name}, a file",
            ),
            # The same file of the same address is the same record, whenever it is imported.
            f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{loose.url} {hashlib.sha256(body).hexdigest()}')}>",
        )
        self._count(portal, kept.new, loose.saved or datetime.now(UTC))
        self.meaning.say(portal, kept.capture_id, loose.url, loose.title or _title(loose.url, body) or file.stem)

    def _is_archive(self, file: Path) -> bool:
        if is_archive(file):
            return True
        self.summary.refused.append((str(file), "not a WARC or WACZ; a loose page or document needs --url"))
        return False

    def _pass(self, files: Sequence[Path], *, linked: bool, kind: str, report: bool) -> None:
        for file in files:
            try:
                for record in records(file):
                    if isinstance(record, Unusable):
                        if report:
                            self.summary.refused.append((record.where, record.why))
                    elif record.kind == kind:
                        self._record(record, file, linked)
            except NotAnArchive as error:
                if report:
                    self.summary.refused.append((str(file), str(error)))

    def _record(self, record: ForeignRecord, file: Path, linked: bool) -> None:
        portal = self._portal(record, linked)
        if record.kind == "revisit":
            if portal:
                self._revisit(record, portal, file)
            return
        registered = host_of(record.url) in self.admission.registered
        if portal is None:
            if linked:
                self.summary.pass_over(record.url, "not a host of the registry, nor one that its pages link to")
            return
        if linked and registered:
            return  # Taken in the pass before.
        reason = _unwanted(record)
        if reason:
            self.summary.pass_over(record.url, reason)
            return
        try:
            exchange = self._exchange(record, portal, file, record.payload, record.headers)
        except ValueError:
            self.summary.refused.append((f"{file.name}: {record.url}", f"its WARC-Date {record.date!r} is no time"))
            return
        kept = self.store.adopt(exchange, record.record_id)
        self._count(portal, kept.new, exchange.fetched_at)
        self.meaning.learn(portal, kept.capture_id, exchange)

    def _portal(self, record: ForeignRecord, linked: bool) -> Portal | None:
        host = host_of(record.url)
        if portal := self.portal_of.get(host):
            return portal
        if not linked or self.admission.refusal(record.url, self.meaning.linked_from.get(host)):
            return None
        return self.portal_of.get(host_of(self.meaning.linked_from.get(host, "")))

    def _revisit(self, record: ForeignRecord, portal: Portal, file: Path) -> None:
        earlier = self.store.by_record(record.field("WARC-Refers-To") or "")
        target, date = record.field("WARC-Refers-To-Target-URI"), record.field("WARC-Refers-To-Date")
        if earlier is None and target and date:
            earlier = self.store.at(target, date)
        if earlier is None:
            self.summary.pass_over(record.url, "a revisit of a capture that is not here")
            return
        profile = NOT_MODIFIED if record.status == 304 else IDENTICAL
        if earlier.url == record.url:
            exchange = self._exchange(record, portal, file, b"", record.headers)
            new = self.store.adopt_revisit(exchange, earlier, profile, record.record_id)
            self._count(portal, new, exchange.fetched_at, revisit=True)
            return
        # The bytes of another address: a capture of this one, with the headers it came with.
        original = self.store.original(earlier)
        plain = [(name, value) for name, value in record.headers if name.lower() not in ("content-encoding",)]
        exchange = self._exchange(record, portal, file, original.body, plain)
        kept = self.store.adopt(exchange, record.record_id)
        self._count(portal, kept.new, exchange.fetched_at)
        self.meaning.learn(portal, kept.capture_id, exchange)

    def _exchange(
        self,
        record: ForeignRecord,
        portal: Portal,
        file: Path,
        payload: bytes,
        headers: Sequence[tuple[str, str]],
    ) -> Exchange:
        role = record.field("Gongkai-Role") or self.meaning.role(record.url, record.status, headers, payload)
        return Exchange(
            url=record.url,
            status=record.status,
            headers=headers,
            payload=payload,
            role=role if role in ROLES else "other",
            fetched_at=_moment(record.date),
            portal_id=self._write_portal(portal),
            source=f"{file.name}, {record.protocol or 'HTTP'}",
        )

    def _write_portal(self, portal: Portal) -> str:
        if portal.id not in self._taken:
            with self.db.atomic():
                write_portal(self.db, portal)
            self._taken[portal.id] = _Taken()
        return portal.id

    def _count(self, portal: Portal, new: bool, fetched_at: datetime, *, revisit: bool = False) -> None:
        taken = self._taken[portal.id]
        taken.newest = max(taken.newest, stamp(fetched_at))
        for counts in (self.summary, taken):
            counts.captures += new and not revisit
            counts.revisits += new and revisit
            counts.known += not new


def _unwanted(record: ForeignRecord) -> str | None:
    """Why a response is not worth keeping: a browser's capture holds all the furniture of a page."""
    if record.field("Gongkai-Role"):
        return None
    if record.status in (0, 206) or record.status >= 400:
        return f"HTTP status {record.status}"
    if 300 <= record.status < 400:
        return None
    kind = (header(record.headers, "Content-Type") or "").lower()
    if kind.startswith(("image/", "font/", "audio/", "video/", "text/css")) or "javascript" in kind:
        return "not a page and not a document"
    if urlsplit(record.url).path.lower().endswith(_FURNITURE):
        return "not a page and not a document"
    body = decode_content(record.headers, record.payload)
    return None if body and sniff(body) in _PAGES else "not a page and not a document"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _title(url: str, body: bytes) -> str | None:
    page = Page(url, 200, body)
    return next(iter(page.titles), None) if page.is_html else None


def sentences(summary: ImportSummary) -> Iterator[tuple[str, bool]]:
    """The summary as lines, each with whether it is of trouble."""
    yield (
        f"{summary.captures} captures and {summary.revisits} revisits taken, {summary.known} were here already; "
        f"{summary.documents} documents with {summary.attachments} attachments.",
        False,
    )
    for reason, count in summary.passed_over.most_common():
        yield f"passed over {count}: {reason} ({', '.join(summary.samples[reason])})", False
    for where, why in summary.refused:
        yield f"refused {where}: {why}", True
