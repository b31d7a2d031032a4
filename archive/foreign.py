"""WARC and WACZ files made elsewhere, read record by record: gzip'd by record, as a whole or not at all.

Stricter than what made them: a record that is shorter than it says, marked as truncated, or without the digest it
states is handed out as Unusable, with its reason. Nothing is written here.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from archive.warc import Headers, decode_content, header

_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 16
_LIMIT = 512 * 1024 * 1024
"""Bytes of one record. It is held in memory; the largest report seen is 40 MB."""


class NotAnArchive(Exception):
    """The file is no WARC and no WACZ, or not the one it says it is; the message names it and says why."""


@dataclass(frozen=True)
class Unusable:
    """A record, or the rest of a file, that cannot be taken."""

    where: str
    why: str


@dataclass(frozen=True)
class ForeignRecord:
    """A response or revisit record. `payload` has its transfer-coding undone and its content-coding on; a revisit has
    none."""

    kind: str
    url: str
    date: str
    record_id: str
    status: int
    protocol: str
    fields: Headers
    headers: Headers
    payload: bytes

    def field(self, name: str) -> str | None:
        return header(self.fields, name)


class _Torn(Exception):
    """The compressed stream ends or breaks."""


class _Unzipped(io.RawIOBase):
    """A gzip stream whose damage is an exception of its own, raised only behind the last byte that can be had: warcio
    takes an EOFError for the end of the file, and gzip.GzipFile loses what stands in the same block."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
        self._packed = b""
        self._begun = False
        self._at = 0

    def readinto(self, buffer: Any) -> int:
        found = self._next(len(buffer))
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _next(self, most: int) -> bytes:
        while True:
            if not self._packed:
                self._packed = self._stream.read(_BLOCK)
            if not self._packed:
                if self._begun:
                    raise _Torn("the file ends inside a compressed record")
                return b""
            try:
                found = self._inflater.decompress(self._packed, most)
            except zlib.error as error:
                raise _Torn(str(error)) from error
            self._begun = True
            self._packed = self._inflater.unconsumed_tail
            if self._inflater.eof:
                self._packed = self._inflater.unused_data
                self._inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
                self._begun = False
            if found:
                return found

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True


def is_archive(path: Path) -> bool:
    """Whether a file is a WARC or a WACZ, by its bytes."""
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(b"PK"):
            return zipfile.is_zipfile(path) and bool(_warcs(path))
        if not head.startswith(_GZIP):
            return head.startswith(b"WARC/")
        file.seek(0)
        try:
            return _Unzipped(file).read(5) == b"WARC/"
        except _Torn:
            return False


def records(path: Path) -> Iterator[ForeignRecord | Unusable]:
    """Every response and revisit of a WARC or WACZ, in order. Raises NotAnArchive, and OSError for no file."""
    with path.open("rb") as file:
        if not file.read(2).startswith(b"PK"):
            file.seek(0)
            yield from _warc(file, path.name)
            return
    try:
        with zipfile.ZipFile(path) as wacz:
            _check_fixity(wacz, path)
            for name in _warcs(path):
                with wacz.open(name) as member:
                    yield from _warc(cast(BinaryIO, member), f"{path.name}/{name}")
    except (zipfile.BadZipFile, zlib.error) as error:
        raise NotAnArchive(f"{path}: a damaged WACZ: {error}") from error


def _warcs(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as wacz:
        names = [name for name in wacz.namelist() if name.startswith("archive/")]
    return sorted(name for name in names if name.endswith((".warc", ".warc.gz")))


def _check_fixity(wacz: zipfile.ZipFile, path: Path) -> None:
    """A WACZ states the SHA-256 of its parts: a WARC that has another is not what was packed."""
    try:
        package = json.loads(wacz.read("datapackage.json"))
    except KeyError:
        return
    except ValueError as error:
        raise NotAnArchive(f"{path}: its datapackage.json is not JSON: {error}") from error
    for resource in package.get("resources", ()):
        name, stated = resource.get("path", ""), str(resource.get("hash", ""))
        if not name.startswith("archive/") or not stated.startswith("sha256:"):
            continue
        if name not in wacz.namelist():
            raise NotAnArchive(f"{path}: {name} is named in its datapackage.json and not there")
        with wacz.open(name) as member:
            found = hashlib.file_digest(cast(Any, member), "sha256").hexdigest()
        if stated != f"sha256:{found}":
            raise NotAnArchive(f"{path}: {name} does not have the SHA-256 that its datapackage.json states")


def _warc(file: BinaryIO, where: str) -> Iterator[ForeignRecord | Unusable]:
    buffered = io.BufferedReader(cast(Any, file)) if not isinstance(file, io.BufferedReader) else file
    packed = buffered.peek(2)[:2] == _GZIP
    stream: Any = _Unzipped(cast(BinaryIO, buffered)) if packed else buffered
    iterator = ArchiveIterator(stream, verify_http=False)
    place = "its beginning"
    # warcio writes its doubts about a record's length to standard error; we find out ourselves.
    iterator.INC_RECORD = ""
    while True:
        try:
            record = next(iterator, None)
            if record is None:
                return
            place = record.rec_headers.get_header("WARC-Record-ID") or place
            found = _record(record, where)
        except (_Torn, ArchiveLoadFailed, StatusAndHeadersParserException, ValueError) as error:
            yield Unusable(where, f"damaged behind {place}: {error}; what follows is lost")
            return
        if found:
            yield found


def _record(record: Any, where: str) -> ForeignRecord | Unusable | None:
    if not record.rec_type or record.rec_headers.get_header("Content-Length") is None:
        raise ValueError("the file was cut inside a record's headers")
    if record.rec_type not in ("response", "revisit") or record.http_headers is None:
        return None
    fields = record.rec_headers.headers
    url = header(fields, "WARC-Target-URI") or ""
    if not url.startswith(("http://", "https://")):
        return None
    raw = record.raw_stream.read(_LIMIT + 1)
    at = f"{where}: {url}"
    if len(raw) > _LIMIT:
        return Unusable(at, f"larger than {_LIMIT} bytes")
    if record.raw_stream.limit > 0:
        return Unusable(at, "the record is shorter than it says: the file was cut")
    if cut := header(fields, "WARC-Truncated"):
        return Unusable(at, f"cut by whoever captured it ({cut})")
    headers = record.http_headers.headers
    payload = _unchunked(headers, raw)
    stated = header(fields, "WARC-Payload-Digest")
    if record.rec_type == "response" and stated and not _has(stated, (raw, payload, decode_content(headers, payload))):
        return Unusable(at, "the payload does not have the digest that its record states")
    code = record.http_headers.get_statuscode()
    return ForeignRecord(
        kind=record.rec_type,
        url=url,
        date=header(fields, "WARC-Date") or "",
        record_id=header(fields, "WARC-Record-ID") or "",
        status=int(code) if code.isdigit() else 0,
        protocol=record.http_headers.protocol,
        fields=fields,
        headers=headers,
        payload=payload,
    )


def _unchunked(headers: Headers, raw: bytes) -> bytes:
    """The payload as the publisher meant it. Some tools keep the chunks, some only their header."""
    if "chunked" not in (header(headers, "Transfer-Encoding") or "").lower():
        return raw
    return bytes(ChunkedDataReader(io.BytesIO(raw)).read(len(raw) + 1))


def _has(stated: str, candidates: tuple[bytes, ...]) -> bool:
    """Whether one of the forms in which tools hash a payload has the digest. An algorithm we do not have proves
    nothing."""
    name, _, value = stated.partition(":")
    if name not in ("sha1", "sha256", "md5"):
        return True
    for body in candidates:
        digest = hashlib.new(name, body, usedforsecurity=False)
        if value.lower() == digest.hexdigest() or value == base64.b32encode(digest.digest()).decode():
            return True
    return False
