"""Fixity: every indexed original re-read, every file and every record accounted for, the database against itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.captures import original_of
from archive.schema import open_archive
from archive.warc import CaptureDamaged, Manifest, StoredRecord, is_abandoned, manifest_of, scan

KINDS = {
    "missing": "the WARC file is gone",
    "damaged": "a record cannot be read whole",
    "changed": "a record is not what its row says",
    "manifest": "a closed WARC file is not what its manifest says, though every record in it is sound",
    "orphan": "a WARC file or a whole record that no row knows",
    "database": "the database contradicts itself",
}


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was kept. `kind` is a key of KINDS; `message` names the place."""

    kind: str
    message: str
    warc: str | None = None
    offset: int | None = None


@dataclass
class Verification:
    """What was re-read. `files_in_use` are WARC files that a running crawl is writing: their ends were not judged."""

    captures: int = 0
    revisits: int = 0
    files: int = 0
    bytes: int = 0
    files_in_use: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class _Row:
    offset: int
    length: int
    kind: str
    url: str
    status: int
    sha256: str
    record_id: str | None


def verify(data: Path) -> Verification:
    """Re-read the whole archive of a data folder. Reads only; memory is bounded by the largest record and one file's
    rows. Raises OSError where the folder cannot be read."""
    db = open_archive(data)
    result = Verification()
    try:
        result.problems.extend(_database(db))
        folder = data / "captures"
        on_disk = {path.name for path in folder.glob("*") if path.is_file()}
        indexed = {row[0] for row in db.conn.execute("SELECT warc FROM captures UNION SELECT warc FROM revisits")}
        for name in sorted(on_disk | indexed):
            rows = _rows(db, name)
            result.captures += sum(row.kind == "response" for row in rows.values())
            result.revisits += sum(row.kind == "revisit" for row in rows.values())
            if name not in on_disk:
                result.problems.append(
                    Problem("missing", f"{folder / name}: missing, with {len(rows)} indexed records", name)
                )
                continue
            result.files += 1
            result.bytes += (folder / name).stat().st_size
            in_use = not is_abandoned(folder / name)
            result.files_in_use += in_use
            problems = list(_file(folder / name, rows, in_use=in_use))
            # What is damaged has its place named already; the manifest is the net below.
            result.problems.extend(problems or _manifest(db, folder / name))
    finally:
        db.close()
    return result


def _file(path: Path, rows: dict[int, _Row], *, in_use: bool) -> Iterator[Problem]:
    if not path.name.endswith(".warc.gz"):
        yield Problem("orphan", f"{path}: not a WARC file, and no row knows it", path.name)
        return
    seen: set[int] = set()
    last = max(rows, default=-1)
    for record in scan(path, known=rows):
        if isinstance(record, CaptureDamaged):
            if not (in_use and record.offset > last):
                yield Problem("damaged", str(record), path.name, record.offset)
            seen.add(record.offset)
            continue
        seen.add(record.offset)
        row = rows.get(record.offset)
        if row:
            yield from _changes(path, record, row)
        elif record.kind in ("response", "revisit") and not in_use:
            yield Problem(
                "orphan",
                f"{path} at byte {record.offset}: no row knows this {record.kind} record of {record.url}",
                path.name,
                record.offset,
            )
    for offset in sorted(set(rows) - seen):
        yield Problem("damaged", f"{path} at byte {offset}: no record begins there", path.name, offset)


def _manifest(db: Database, path: Path) -> Iterator[Problem]:
    row = db.conn.execute("SELECT warc, size, records, sha256 FROM manifests WHERE warc = ?", (path.name,)).fetchone()
    if row is None:
        return  # Still being written, or left by a killed run: the next crawl writes it.
    stated, found = Manifest(*row), manifest_of(path)
    if stated != found:
        yield Problem(
            "manifest",
            f"{path}: {found.size} bytes in {found.records} records with SHA-256 {found.sha256[:12]}…, it was closed "
            f"with {stated.size} bytes in {stated.records} records and {stated.sha256[:12]}…",
            path.name,
        )


def _changes(path: Path, record: StoredRecord, row: _Row) -> Iterator[Problem]:
    place = f"{path} at byte {record.offset}"
    facts: list[tuple[str, object, object]] = [
        ("kind of record", row.kind, record.kind),
        ("URL", row.url, record.url),
        ("status", row.status, record.status),
        ("length", row.length, record.length),
    ]
    if row.record_id is not None:
        facts.append(("record id", row.record_id, record.record_id))
    if row.kind == "response" and record.kind == "response":
        facts.append(("SHA-256", row.sha256, original_of(record).sha256))
    for name, indexed, found in facts:
        if indexed != found:
            yield Problem(
                "changed", f"{place}: its {name} is {found}, its row says {indexed}", path.name, record.offset
            )


def _rows(db: Database, warc: str) -> dict[int, _Row]:
    captures = db.conn.execute(
        "SELECT warc_offset, warc_length, 'response', url, status, sha256, record_id FROM captures WHERE warc = ?",
        (warc,),
    )
    rows = {row[0]: _Row(*row) for row in captures}
    revisits = db.conn.execute(
        "SELECT r.warc_offset, r.warc_length, 'revisit', c.url, r.status, c.sha256, r.record_id"
        " FROM revisits r JOIN captures c ON c.id = r.capture_id WHERE r.warc = ?",
        (warc,),
    )
    return rows | {row[0]: _Row(*row) for row in revisits}


def _database(db: Database) -> Iterator[Problem]:
    for (message,) in db.conn.execute("PRAGMA integrity_check").fetchall():
        if message != "ok":
            yield Problem("database", f"archive.db: {message}")
    for table, rowid, parent, _ in db.conn.execute("PRAGMA foreign_key_check").fetchall():
        yield Problem("database", f"archive.db: row {rowid} of {table} names a row of {parent} that does not exist")
