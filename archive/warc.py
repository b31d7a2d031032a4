"""WARC files and their records, read back one at a time, and never taken for whole when they are torn."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from extract.errors import Alarm

DECODED_LIMIT = 256_000_000
"""Bytes a content-coding may unfold to. The largest report seen is 40 MB; beyond this it is a decompression bomb."""
_NAME = re.compile(r"[\w.-]+\.warc\.gz")
_CHUNK = 1 << 16

Headers = Sequence[tuple[str, str]]


class CaptureError(Alarm):
    """Something is wrong with a kept original; the message names the file and the place."""


class CaptureMissing(CaptureError):
    """The WARC file that should hold the record is not there."""


class CaptureDamaged(CaptureError):
    """The record is torn, altered, or not what its index says."""

    def __init__(self, path: Path, offset: int, why: str, *, torn: bool = False) -> None:
        super().__init__(f"{path} at byte {offset}: {why}")
        self.offset = offset
        self.torn = torn
        """Whether the file simply ends inside the record, as after a kill or a full disk."""


class StorageFailed(CaptureError):
    """A capture could not be made durable (a full disk, mostly). What was half written has been taken back."""


@dataclass(frozen=True)
class Place:
    """Where a record stands: file name inside the captures folder, first byte, and bytes as compressed."""

    warc: str
    offset: int
    length: int
    record_id: str


@dataclass(frozen=True)
class Manifest:
    """What a closed file was when it was closed. A file that lost its end can be whole record by record; held against
    its manifest it is not."""

    warc: str
    size: int
    records: int
    sha256: str


@dataclass(frozen=True)
class StoredRecord:
    """A whole record as read back. `payload` is still in its content-coding; `length` is that of its gzip member."""

    offset: int
    length: int
    kind: str
    fields: Headers
    status: int
    headers: Headers
    payload: bytes

    @property
    def record_id(self) -> str:
        return self.field("WARC-Record-ID") or ""

    @property
    def url(self) -> str:
        return self.field("WARC-Target-URI") or ""

    def field(self, name: str) -> str | None:
        return header(self.fields, name)


def header(headers: Headers, name: str) -> str | None:
    """The first header of that name, whatever its case."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def warc_path(data: Path, name: str) -> Path:
    """The file of that name in the captures folder. Raises CaptureError for a name that would leave it."""
    if not _NAME.fullmatch(name):
        raise CaptureError(f"{name!r} is not the name of a WARC file in the captures folder")
    return data / "captures" / name


def sha256_label(payload: bytes) -> str:
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def read_record(path: Path, offset: int) -> StoredRecord:
    """The whole record at that offset.

    Raises CaptureMissing, or CaptureDamaged when the gzip member is torn, the record is shorter or longer than its
    Content-Length, or its payload does not have its own digest. (warcio hands a torn record back as if it were whole.)
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            block, length = _inflate(file, path, offset)
    except FileNotFoundError as error:
        raise CaptureMissing(f"{path}: the WARC file is missing") from error
    except OSError as error:
        raise CaptureDamaged(path, offset, f"cannot be read: {error.strerror}") from error
    stream = io.BytesIO(block)
    try:
        record = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc")
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError) as error:
        raise CaptureDamaged(path, offset, f"not a WARC record: {error}") from error
    payload = record.raw_stream.read()
    if stream.read() != b"\r\n\r\n" or record.raw_stream.limit != 0:
        raise CaptureDamaged(path, offset, "the record is not as long as its Content-Length says")
    http = record.http_headers
    stored = StoredRecord(
        offset=offset,
        length=length,
        kind=record.rec_type,
        fields=record.rec_headers.headers,
        status=_status(http) if http and record.rec_type != "request" else 0,
        headers=http.headers if http else [],
        payload=payload,
    )
    digest = stored.field("WARC-Payload-Digest")
    if stored.kind == "response" and digest and digest.startswith("sha256:") and digest != sha256_label(payload):
        raise CaptureDamaged(path, offset, "the payload does not have the SHA-256 that its record states")
    return stored


def scan(path: Path, *, start: int = 0, known: Iterable[int] = ()) -> Iterator[StoredRecord | CaptureDamaged]:
    """Every record of a file in order, from byte `start`. After a damaged one it goes on at the next of the `known`
    offsets, else ends."""
    offsets = sorted(known)
    size = path.stat().st_size
    offset = start
    while offset < size:
        try:
            record = read_record(path, offset)
        except CaptureDamaged as damage:
            yield damage
            later = [place for place in offsets if place > offset]
            if not later:
                return
            offset = later[0]
        else:
            yield record
            offset += record.length


def decode_content(headers: Headers, payload: bytes) -> bytes:
    """The publisher's file: the payload with its content-coding taken off.

    A payload that is not in the coding it names, or in one we did not ask for, or that unfolds beyond DECODED_LIMIT,
    is returned as it came: some servers label plain pages gzip.
    """
    codings = [name.strip() for name in (header(headers, "Content-Encoding") or "").lower().split(",") if name.strip()]
    body = payload
    for coding in reversed(codings):
        unfolded = _unfold(coding, body)
        if unfolded is None:
            return payload
        body = unfolded
    return body


@lru_cache(maxsize=256)
def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type names."""
    message = Message()
    message["Content-Type"] = content_type or ""
    return message.get_content_charset()


def manifest_of(path: Path) -> Manifest:
    """The manifest of a file as it is. A gzip member counts as a record, whole or not."""
    digest, members, size = hashlib.sha256(), 0, 0
    inflater = None
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
            while block:
                if inflater is None:
                    inflater, members = zlib.decompressobj(zlib.MAX_WBITS + 16), members + 1
                try:
                    inflater.decompress(block)
                except zlib.error:
                    break  # Not gzip: its SHA-256 says what it is.
                block = inflater.unused_data
                inflater = None if inflater.eof else inflater
    return Manifest(path.name, size, members, digest.hexdigest())


def is_abandoned(path: Path) -> bool:
    """Whether no living run is writing this file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def stamp(moment: datetime) -> str:
    """A UTC time as the archive writes it: 2025-01-22T02:12:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _inflate(file: BinaryIO, path: Path, offset: int) -> tuple[bytes, int]:
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    out, taken = io.BytesIO(), 0
    while not inflater.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            raise CaptureDamaged(path, offset, "the file ends inside the record", torn=True)
        try:
            out.write(inflater.decompress(chunk))
        except zlib.error as error:
            raise CaptureDamaged(path, offset, f"the compressed record is damaged ({error})") from error
        taken += len(chunk) - len(inflater.unused_data)
    return out.getvalue(), taken


def _unfold(coding: str, body: bytes) -> bytes | None:
    if coding == "identity" or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                out = file.read(DECODED_LIMIT + 1)
        except (OSError, EOFError, zlib.error):
            return None
        return out if len(out) <= DECODED_LIMIT else None
    if coding == "deflate":
        for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
            inflater = zlib.decompressobj(window)
            try:
                out = inflater.decompress(body, DECODED_LIMIT)
            except zlib.error:
                continue
            return out if inflater.eof else None
    return None


def _status(http: StatusAndHeaders) -> int:
    code = http.get_statuscode()
    return int(code) if code.isdigit() else 0
