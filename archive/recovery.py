"""After a run that was killed: what it wrote and never indexed is found again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.captures import ROLES, Exchange, insert_capture, insert_manifest, insert_revisit, original_of
from archive.warc import CaptureDamaged, Place, StoredRecord, is_abandoned, manifest_of, scan


def recover(data: Path, db: Database) -> int:
    """Mend what a killed run left behind: whole records without a row get one, a torn tail is cut off, and the file
    gets the manifest of a closed one. Returns the number of captures regained. Files that a living run writes are
    left alone.

    Only what follows a file's last indexed record is touched; anything else is for `verify` to report.
    """
    regained = 0
    for path in sorted((data / "captures").glob("gongkai-*.warc.gz")):
        indexed = _indexed_end(db, path.name)
        longer = path.stat().st_size > indexed
        known = db.conn.execute("SELECT 1 FROM manifests WHERE warc = ?", (path.name,)).fetchone()
        if (known and not longer) or not is_abandoned(path):
            continue
        if longer:
            regained += _regain(path, indexed, db)
        if not known:
            with db.atomic():
                insert_manifest(db, manifest_of(path))
    return regained


def _indexed_end(db: Database, warc: str) -> int:
    row = db.conn.execute(
        "SELECT max(o) FROM (SELECT max(warc_offset + warc_length) AS o FROM captures WHERE warc = ?"
        " UNION ALL SELECT max(warc_offset + warc_length) FROM revisits WHERE warc = ?)",
        (warc, warc),
    ).fetchone()
    return row[0] or 0


def _regain(path: Path, indexed: int, db: Database) -> int:
    regained, end = 0, indexed
    for record in scan(path, start=indexed):
        if isinstance(record, CaptureDamaged):
            if not record.torn:
                return regained
            break
        if record.kind in ("response", "revisit"):
            regained += _adopt(path.name, record, db)
        if record.kind != "request":
            end = record.offset + record.length
    with path.open("r+b") as file:
        file.truncate(end)
    return regained


def _adopt(warc: str, record: StoredRecord, db: Database) -> int:
    place = Place(warc, record.offset, record.length, record.record_id)
    if record.kind == "revisit":
        _adopt_revisit(place, record, db)
        return 0
    original = original_of(record)
    role = record.field("Gongkai-Role") or "other"
    exchange = Exchange(
        url=record.url,
        status=record.status,
        headers=record.headers,
        payload=record.payload,
        role=role if role in ROLES else "other",
        fetched_at=datetime.fromisoformat(original.fetched_at),
        portal_id=_existing(db, "portals", record.field("Gongkai-Portal")),
        crawl_id=_existing(db, "crawls", record.field("Gongkai-Crawl")),
    )
    with db.atomic():
        insert_capture(db, exchange, len(original.body), original.sha256, place)
    return 1


def _adopt_revisit(place: Place, record: StoredRecord, db: Database) -> None:
    earlier = db.conn.execute(
        "SELECT id FROM captures WHERE record_id = ?", (record.field("WARC-Refers-To"),)
    ).fetchone()
    if earlier:
        crawl_id, fetched_at = _existing(db, "crawls", record.field("Gongkai-Crawl")), record.field("WARC-Date") or ""
        with db.atomic():
            insert_revisit(db, earlier[0], crawl_id, fetched_at, record.status, place)


def _existing(db: Database, table: str, key: str | None) -> Any:
    row = db.conn.execute(f"SELECT id FROM {table} WHERE id = ?", (key,)).fetchone() if key else None
    return row[0] if row else None
