"""WARC files written: records appended durably, and taken back where they could not all be."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import threading
import uuid
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.durable import sync
from archive.warc import Headers, Manifest, Place, StorageFailed, sha256_label

ROLL_OVER = 1_000_000_000
"""Bytes after which a run begins its next file: the size that archives and file systems handle well."""
ORIGINAL = "X-Archive-Orig-"


@dataclass(frozen=True)
class Record:
    """A record as it is before its compression."""

    id: str
    data: bytes


class WarcWriter:
    """Appends records to files of its own run; an older file is never opened for writing.

    The file being written is locked, so that another process can tell a run that lives from one that died.
    """

    def __init__(
        self,
        folder: Path,
        run: str,
        *,
        roll_over: int = ROLL_OVER,
        closed: Callable[[Manifest], None] | None = None,
    ) -> None:
        self.folder = folder
        self.run = run
        self.roll_over = roll_over
        self._closed = closed
        self._file: BinaryIO | None = None
        self._name = ""
        self._count = 0
        self._last = 0
        self._written = self._before = (hashlib.sha256(), 0)
        """SHA-256 and number of the records of the file: now, and before the last append."""
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def append(self, records: Iterable[Record]) -> list[Place]:
        """Write the records and return only when they are on the disk.

        Raises StorageFailed when the disk refuses; the file then ends where it ended before.
        """
        blocks = [(record.id, _member(record.data)) for record in records]
        with self._lock:
            return self._append(blocks)

    def _append(self, blocks: Sequence[tuple[str, bytes]]) -> list[Place]:
        try:
            file = self._current()
        except OSError as error:
            self._abandon()
            raise StorageFailed(f"{self.folder}: cannot begin a WARC file: {error.strerror}") from error
        offset = self._last = file.seek(0, os.SEEK_END)
        self._before = (self._written[0].copy(), self._written[1])
        places = []
        try:
            for record_id, block in blocks:
                self._write(file, block)
                places.append(Place(self._name, offset, len(block), record_id))
                offset += len(block)
            os.fsync(file.fileno())
        except OSError as error:
            self.take_back()
            raise StorageFailed(
                f"{self.folder / self._name}: cannot write a capture: {error.strerror}. Make room, then crawl again."
            ) from error
        return places

    def take_back(self) -> None:
        """Undo the last append: cut the file off where that began."""
        if self._file is None:
            return
        try:
            os.ftruncate(self._file.fileno(), self._last)
            self._written = self._before
        except OSError:
            self._abandon()

    def _abandon(self) -> None:
        """Leave the file as a killed run leaves it, for `recover` to mend: nothing is written behind a torn record."""
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):
                file.close()

    def close(self) -> None:
        """Close the file, once a write that another thread has begun is done."""
        with self._lock:
            if self._file is not None:
                size = self._file.seek(0, os.SEEK_END)
                self._file.close()
                self._file = None
                if self._closed:
                    digest, records = self._written
                    self._closed(Manifest(self._name, size, records, digest.hexdigest()))

    def _write(self, file: BinaryIO, block: bytes) -> None:
        """Write a record, and count it into what the file's manifest will say: reading a gigabyte once more at its end
        would hold up the crawl."""
        _write_all(file, block)
        digest, records = self._written
        digest.update(block)
        self._written = (digest, records + 1)

    def _current(self) -> BinaryIO:
        if self._file is not None and self._file.seek(0, os.SEEK_END) >= self.roll_over:
            self.close()
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._count += 1
            self._name = f"gongkai-{self.run}-{self._count:05d}.warc.gz"
            path = self.folder / self._name
            self._file = cast(BinaryIO, path.open("xb", buffering=0))
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._written = (hashlib.sha256(), 0)
            self._write(self._file, warcinfo(self._name))
            sync(self.folder)
        return self._file


def response_record(
    kind: str, url: str, date: str, fields: Headers, status_line: str, headers: Headers, payload: bytes
) -> Record:
    """A response or revisit record (which carries headers only). A transfer-coding is already undone in what Scrapy
    hands over, so its header is kept under another name: readers would undo it a second time."""
    kept = [(ORIGINAL + key if key.lower() == "transfer-encoding" else key, value) for key, value in headers]
    protocol, _, rest = status_line.partition(" ")
    return _record(kind, url, date, fields, StatusAndHeaders(rest, kept, protocol=protocol), payload)


def request_record(url: str, date: str, fields: Headers, request_line: str, headers: Headers, body: bytes) -> Record:
    http = StatusAndHeaders(request_line, list(headers), is_http_request=True)
    return _record("request", url, date, fields, http, body)


def warcinfo(name: str) -> bytes:
    """The gzip member that a file of that name begins with."""
    about = {"software": "Gongkai", "format": "WARC File Format 1.1", "robots": "obey"}
    return _member(_written(_builder().create_warcinfo_record(name, about)))


def new_record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _record(kind: str, url: str, date: str, fields: Headers, http: StatusAndHeaders, payload: bytes) -> Record:
    """`fields` name the record's id. Its digests are given: warcio would read the payload once more for each."""
    given = {**dict(fields), "WARC-Date": date}
    if payload or kind == "response":
        given["WARC-Payload-Digest"] = sha256_label(payload)
    body = b"" if kind == "revisit" else payload
    http.compute_headers_buffer()
    given["WARC-Block-Digest"] = sha256_label(http.headers_buff + body)
    record = _builder().create_warc_record(
        url, kind, payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=given
    )
    return Record(given["WARC-Record-ID"], _written(record))


def _builder() -> RecordBuilder:
    return RecordBuilder(warc_version="1.1")


def _written(record: Any) -> bytes:
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    return out.getvalue()


def _member(data: bytes) -> bytes:
    """A gzip member. At zlib's own level: 9 takes twice the time for a hundredth of the size."""
    return zlib.compress(data, 6, zlib.MAX_WBITS + 16)


def _write_all(file: BinaryIO, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]
