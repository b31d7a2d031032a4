"""Writes captures as a WACZ file, which ReplayWeb.page and its kin open as it is: no server, no other index.

The records are copied byte for byte. Nothing in the archive is changed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlite_utils import Database

from archive.schema import open_archive
from archive.warc import CaptureDamaged, CaptureMissing, read_record, stamp, warc_path
from extract.errors import BadInput

_BLOCK = 1024
"""Lines of one compressed block of the index, as other tools have them."""

# A revisit is listed with the status of what it shows, not with its own 304: players would show an empty page.
_RECORDS = """
SELECT c.warc, c.warc_offset, c.warc_length, c.url, c.fetched_at, c.status, c.content_type, c.sha256, 0 AS revisit
FROM captures c WHERE {which} UNION ALL
SELECT r.warc, r.warc_offset, r.warc_length, c.url, r.fetched_at, c.status, c.content_type, c.sha256, 1
FROM revisits r JOIN captures c ON c.id = r.capture_id WHERE {which} ORDER BY 1, 2
"""
_PAGES = """
SELECT c.url, c.fetched_at, d.title FROM documents d JOIN captures c ON c.url = d.url
WHERE c.status = 200 AND {which} ORDER BY c.fetched_at, c.id
"""


class NothingToExport(BadInput):
    """No capture is of these portals."""


@dataclass
class Exported:
    path: Path
    records: int = 0
    pages: int = 0
    bytes: int = 0


@dataclass
class _Parts:
    """The files of the package: name, size and SHA-256, as its datapackage.json lists them."""

    zip: zipfile.ZipFile
    listed: list[dict[str, Any]] = field(default_factory=list)

    def add(self, path: str, content: bytes) -> None:
        self.zip.writestr(zipfile.ZipInfo(path), content)
        self.note(path, len(content), hashlib.sha256(content).hexdigest())

    def note(self, path: str, size: int, sha256: str) -> None:
        name = path.rpartition("/")[2]
        self.listed.append({"name": name, "path": path, "hash": f"sha256:{sha256}", "bytes": size})


def export_wacz(data: Path, target: Path, portals: Sequence[str] = ()) -> Exported:
    """Write the captures of these portals, or all, to a WACZ file; an existing file is replaced when the new one is
    whole. Raises NothingToExport, CaptureMissing and CaptureDamaged for a record that cannot be copied, OSError."""
    db = open_archive(data)
    building = target.with_name(target.name + ".tmp")
    try:
        with zipfile.ZipFile(building, "w", zipfile.ZIP_STORED) as archive:
            exported = _write(db, data, _Parts(archive), portals, target)
        building.replace(target)
    finally:
        building.unlink(missing_ok=True)
        db.close()
    exported.bytes = target.stat().st_size
    return exported


def _write(db: Database, data: Path, parts: _Parts, portals: Sequence[str], target: Path) -> Exported:
    which = f"c.portal_id IN ({', '.join('?' * len(portals))})" if portals else "1"
    result = Exported(target)
    lines: list[str] = []
    rows = db.execute(_RECORDS.format(which=which), [*portals, *portals]).fetchall()
    if not rows:
        raise NothingToExport(f"no captures of {', '.join(portals) or 'any portal'} to export")
    name, digest, size = "gongkai.warc.gz", hashlib.sha256(), 0
    # A header for large files where none is needed stands before the file and not in the directory behind it, from
    # which ReplayWeb.page reckons where the file begins.
    large = sum(row[2] for row in rows) > zipfile.ZIP64_LIMIT
    with parts.zip.open(zipfile.ZipInfo(f"archive/{name}"), "w", force_zip64=large) as out:
        for warc, offset, length, url, fetched_at, status, kind, sha256, revisit in rows:
            _copy(data, warc, offset, length, out, digest)
            mime = "warc/revisit" if revisit else (kind or "application/octet-stream").partition(";")[0].strip()
            about = {"url": url, "mime": mime, "status": str(status), "digest": f"sha256:{sha256}"}
            place = {"length": str(length), "offset": str(size), "filename": name}
            lines.append(f"{surt(url)} {re.sub(r'[^0-9]', '', fetched_at)} {json.dumps({**about, **place})}\n")
            size += length
            result.records += 1
    parts.note(f"archive/{name}", size, digest.hexdigest())
    _write_index(parts, sorted(lines))
    result.pages = _write_pages(db, parts, which, portals)
    _write_package(parts)
    return result


def _copy(data: Path, warc: str, offset: int, length: int, out: IO[bytes], digest: Any) -> None:
    """One record, checked before it is copied: a package must not carry damage under a fresh checksum."""
    path = warc_path(data, warc)
    if read_record(path, offset).length != length:
        raise CaptureDamaged(path, offset, f"the record is not {length} bytes long, as its row says")
    try:
        with path.open("rb") as file:
            file.seek(offset)
            block = file.read(length)
    except FileNotFoundError as error:
        raise CaptureMissing(f"{path}: the WARC file is missing") from error
    out.write(block)
    digest.update(block)


def _write_index(parts: _Parts, lines: list[str]) -> None:
    packed = b""
    keys = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    for start in range(0, len(lines), _BLOCK):
        block = gzip.compress("".join(lines[start : start + _BLOCK]).encode(), mtime=0)
        key = " ".join(lines[start].split(" ", 2)[:2])
        sha256 = "sha256:" + hashlib.sha256(block).hexdigest()
        place = {"offset": len(packed), "length": len(block), "digest": sha256, "filename": "index.cdx.gz"}
        keys.append(f"{key} {json.dumps(place)}\n")
        packed += block
    parts.add("indexes/index.cdx.gz", packed)
    parts.add("indexes/index.idx", "".join(keys).encode())


def _write_pages(db: Database, parts: _Parts, which: str, portals: Sequence[str]) -> int:
    pages = list(_pages(db, which, portals))
    head = {"format": "json-pages-1.0", "id": "pages", "title": "政府信息公开工作年度报告"}
    parts.add("pages/pages.jsonl", "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in (head, *pages)).encode())
    return len(pages)


def _pages(db: Database, which: str, portals: Sequence[str]) -> Iterator[dict[str, str]]:
    for number, row in enumerate(db.execute(_PAGES.format(which=which), list(portals)), 1):
        yield {"id": str(number), "url": row[0], "ts": row[1], "title": row[2]}


def _write_package(parts: _Parts) -> None:
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "Gongkai: annual reports on the disclosure of government information",
        "software": "Gongkai",
        "created": stamp(datetime.now(UTC)),
        "resources": parts.listed,
    }
    content = json.dumps(package, ensure_ascii=False, indent=2).encode()
    parts.zip.writestr(zipfile.ZipInfo("datapackage.json"), content)
    digest = {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(content).hexdigest()}
    parts.zip.writestr(zipfile.ZipInfo("datapackage-digest.json"), json.dumps(digest).encode())


def surt(url: str) -> str:
    """A URL as sort key, host first and reversed: what replay tools look a page up by."""
    parts = urlsplit(url.lower())
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    # What was taken out of a page bears its address with a fragment: it must not be found in the page's place.
    tail = (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return ",".join(reversed(host.split("."))) + port + ")" + (parts.path or "/") + tail
