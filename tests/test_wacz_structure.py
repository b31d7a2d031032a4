"""WACZ 1.1.1 as its specification and py-wacz's `wacz validate` have it, checked on what we write; each check fails
on a package that breaks its rule."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from portal import row, write_registry
from test_wacz import data as data
from warcio.archiveiterator import ArchiveIterator

from archive.wacz import export_wacz
from crawler.importing import import_files

Files = dict[str, bytes]
OWN = {"datapackage.json", "datapackage-digest.json"}
NOT_LISTED = "{} is not listed"


def unpack(path: Path) -> Files:
    with zipfile.ZipFile(path) as wacz:
        return {name: wacz.read(name) for name in wacz.namelist()}


def problems(files: Files) -> list[str]:
    package = json.loads(files["datapackage.json"])
    found = [f"no {key}" for key in ("profile", "wacz_version", "resources") if key not in package]
    found += ["wacz_version"] * (package["wacz_version"] != "1.1.1")
    found += ["profile"] * (package["profile"] != "data-package")
    listed = {part["path"]: part for part in package["resources"]}
    found += [NOT_LISTED.format(name) for name in files.keys() - listed.keys() - OWN]
    for path, part in listed.items():
        content = files.get(path, b"")
        right = (path.rpartition("/")[2], len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        found += [f"{path} is not as listed"] * ((part["name"], part["bytes"], part["hash"]) != right)
        found += [f"{part['name']} is no name"] * (not re.fullmatch(r"[a-z0-9._/-]+", part["name"]))
    digest = json.loads(files["datapackage-digest.json"])
    stated = (digest["path"], digest["hash"])
    package_hash = f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"
    found += ["the digest is another package's"] * (stated != ("datapackage.json", package_hash))
    return found + _pages(files) + _index(files)


def _pages(files: Files) -> list[str]:
    head, *pages = (json.loads(line) for line in files["pages/pages.jsonl"].decode().splitlines())
    found = ["pages.jsonl has no head"] * (head.get("format") != "json-pages-1.0" or not head.get("id"))
    iso = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    return found + ["a page without url or ts"] * any("url" not in p or not iso.fullmatch(p["ts"]) for p in pages)


def _index(files: Files) -> list[str]:
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    found = ["the index is not sorted"] * (lines != sorted(lines))
    places: set[tuple[str, int]] = set()
    for line in lines:
        key, when, rest = line.split(" ", 2)
        about = json.loads(rest)
        found += ["no SURT"] * (")/" not in key) + ["no time"] * (not re.fullmatch(r"\d{14}", when))
        lacks = {"url", "mime", "status", "digest", "length", "offset", "filename"} - about.keys()
        found += [f"a line without {', '.join(sorted(lacks))}"] * bool(lacks)
        places.add((about["filename"], int(about["offset"])))
    for name in (name for name in files if name.startswith("archive/")):
        reader = ArchiveIterator(io.BytesIO(files[name]))
        there = {(name.removeprefix("archive/"), reader.get_record_offset()) for _ in reader}
        found += [f"{name} and its index differ"] * (there != places)
    return found


def test_what_we_write(tmp_path: Path, data: Path) -> None:
    export_wacz(data, tmp_path / "x.wacz")
    assert problems(unpack(tmp_path / "x.wacz")) == []
    registry = write_registry(tmp_path / "p.csv", row("yangli", "www.yangli.gov.cn"), row("other", "www.other.gov.cn"))
    taken = import_files(tmp_path / "new", [tmp_path / "x.wacz"], registry)
    assert (taken.captures, taken.revisits, taken.refused) == (3, 1, [])


def add_a_file(files: Files) -> None:
    files["pages/extraPages.jsonl"] = b"{}"


def change_a_warc(files: Files) -> None:
    files["archive/gongkai.warc.gz"] += b" "


def change_the_package(files: Files) -> None:
    files["datapackage.json"] += b" "


def drop_the_head(files: Files) -> None:
    files["pages/pages.jsonl"] = files["pages/pages.jsonl"].split(b"\n", 1)[1]


def unsort(files: Files) -> None:
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).splitlines(keepends=True)
    files["indexes/index.cdx.gz"] = gzip.compress(b"".join(reversed(lines)))


def leave_out_a_line(files: Files) -> None:
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).splitlines(keepends=True)
    files["indexes/index.cdx.gz"] = gzip.compress(b"".join(lines[1:]))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (add_a_file, "pages/extraPages.jsonl is not listed"),
        (change_a_warc, "archive/gongkai.warc.gz is not as listed"),
        (change_the_package, "the digest is another package's"),
        (drop_the_head, "pages.jsonl has no head"),
        (unsort, "the index is not sorted"),
        (leave_out_a_line, "archive/gongkai.warc.gz and its index differ"),
    ],
)
def test_a_package_that_breaks_a_rule(tmp_path: Path, data: Path, spoil: Callable[[Files], None], says: str) -> None:
    export_wacz(data, tmp_path / "x.wacz")
    files = unpack(tmp_path / "x.wacz")
    spoil(files)
    assert says in problems(files)
