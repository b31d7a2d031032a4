"""A WACZ that we wrote, read by a reader that is not ours, and taken in by another archive."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from portal import row, write_registry
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive.captures import CaptureStore, Exchange
from archive.schema import open_archive
from archive.wacz import NothingToExport, export_wacz, surt
from archive.warc import CaptureError
from crawler.exits import ExitCode
from crawler.importing import import_files
from gongkai import cli

HOST = "http://www.yangli.gov.cn"
REPORT = f"{HOST}/1.html?b=2&a=1"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    db = open_archive(folder)
    for portal in ("yangli", "other"):
        db.conn.execute("INSERT INTO portals (id, name) VALUES (?, ?)", (portal, portal))
    db.conn.commit()
    with CaptureStore(folder, db) as store:
        for day in (1, 2, 3):
            body = "一、总体情况" if day < 3 else "更正"
            keep(store, REPORT, body, "yangli", day)
        keep(store, "http://www.other.gov.cn/", "别处", "other", 1)
    db.conn.execute(
        "INSERT INTO documents (portal_id, url, title, first_seen, last_seen, capture_id) VALUES (?, ?, ?, '', '', 1)",
        ("yangli", REPORT, "样例区2024年报告"),
    )
    db.conn.commit()
    db.close()
    return folder


def keep(store: CaptureStore, url: str, body: str, portal: str, day: int) -> None:
    store.keep(
        Exchange(
            url=url,
            status=200,
            headers=[("Content-Type", "text/html; charset=utf-8")],
            payload=body.encode(),
            role="article",
            fetched_at=datetime(2025, 1, day, tzinfo=UTC),
            portal_id=portal,
        )
    )


def index(wacz: zipfile.ZipFile) -> list[tuple[str, str, dict[str, Any]]]:
    """The index, found through its secondary index as a replay tool finds it."""
    meta, *blocks = wacz.read("indexes/index.idx").decode().splitlines()
    assert json.loads(meta.split(" ", 2)[2])["format"] == "cdxj-gzip-1.0"
    packed, lines = wacz.read("indexes/index.cdx.gz"), []
    for block in blocks:
        place = json.loads(block.split(" ", 2)[2])
        part = packed[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == "sha256:" + hashlib.sha256(part).hexdigest()
        lines += gzip.decompress(part).decode().splitlines()
    return [(key, when, json.loads(rest)) for key, when, rest in (line.split(" ", 2) for line in lines)]


def test_a_package_that_others_can_read(tmp_path: Path, data: Path) -> None:
    found = export_wacz(data, tmp_path / "x.wacz", ["yangli"])
    assert (found.records, found.pages) == (3, 2)
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        assert {entry.compress_type for entry in wacz.infolist()} == {zipfile.ZIP_STORED}
        package = json.loads(wacz.read("datapackage.json"))
        for part in package["resources"]:
            content = wacz.read(part["path"])
            assert (part["bytes"], part["hash"]) == (len(content), "sha256:" + hashlib.sha256(content).hexdigest())
        assert {part["path"] for part in package["resources"]} == {
            "archive/gongkai.warc.gz", "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl",
        }  # fmt: skip
        lines = index(wacz)
        assert [(key, when, about["mime"]) for key, when, about in lines] == [
            ("cn,gov,yangli)/1.html?a=1&b=2", "20250101000000", "text/html"),
            ("cn,gov,yangli)/1.html?a=1&b=2", "20250102000000", "warc/revisit"),
            ("cn,gov,yangli)/1.html?a=1&b=2", "20250103000000", "text/html"),
        ]
        warc = wacz.read("archive/gongkai.warc.gz")
        for _, _, about in lines:
            part = warc[int(about["offset"]) : int(about["offset"]) + int(about["length"])]
            (record,) = ArchiveIterator(io.BytesIO(part))
            assert record.rec_headers.get_header("WARC-Target-URI") == about["url"] == REPORT
        _, *pages = (json.loads(line) for line in wacz.read("pages/pages.jsonl").decode().splitlines())
        assert [(page["url"], page["ts"], page["title"]) for page in pages] == [
            (REPORT, "2025-01-01T00:00:00Z", "样例区2024年报告"),
            (REPORT, "2025-01-03T00:00:00Z", "样例区2024年报告"),
        ]


def headers_differ(path: Path) -> list[str]:
    """The files whose header in the ZIP is longer than its directory lets a reader reckon: ReplayWeb.page takes a file
    for one without extra fields where the directory has none for it, and then misses each of its records."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as wacz:
        extra = {
            entry.filename: content[entry.header_offset + 28 : entry.header_offset + 30] for entry in wacz.infolist()
        }
        return [entry.filename for entry in wacz.infolist() if not entry.extra and extra[entry.filename] != b"\0\0"]


def test_where_a_file_begins_can_be_reckoned(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export_wacz(data, tmp_path / "x.wacz")
    assert headers_differ(tmp_path / "x.wacz") == []
    with zipfile.ZipFile(tmp_path / "wrong.wacz", "w") as wrong, wrong.open("a", "w", force_zip64=True) as out:
        out.write(b"a")
    assert headers_differ(tmp_path / "wrong.wacz") == ["a"]
    # Beyond 2 GB the directory has the fields too.
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 500)
    export_wacz(data, tmp_path / "large.wacz")
    assert headers_differ(tmp_path / "large.wacz") == []
    monkeypatch.undo()
    with zipfile.ZipFile(tmp_path / "large.wacz") as large, zipfile.ZipFile(tmp_path / "x.wacz") as small:
        assert index(large) == index(small)


def test_a_revisit_is_listed_with_the_status_of_what_it_shows(tmp_path: Path, data: Path) -> None:
    db = open_archive(data)
    with CaptureStore(data, db) as store:
        unchanged = Exchange(REPORT, 304, [], b"", "article", datetime(2025, 1, 4, tzinfo=UTC), asked_after=1)
        assert not store.keep(replace(unchanged, portal_id="yangli")).new
    db.close()
    export_wacz(data, tmp_path / "x.wacz", ["yangli"])
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        assert [(when[:8], about["mime"], about["status"]) for _, when, about in index(wacz)][-1] == (
            "20250104",
            "warc/revisit",
            "200",
        )


def test_there_and_back(tmp_path: Path, data: Path) -> None:
    export_wacz(data, tmp_path / "x.wacz")
    registry = write_registry(tmp_path / "p.csv", row("yangli", "www.yangli.gov.cn"), row("other", "www.other.gov.cn"))
    import_files(tmp_path / "new", [tmp_path / "x.wacz"], registry)
    sql = "SELECT url, fetched_at, sha256, record_id FROM captures ORDER BY record_id"
    old, new = Database(data / "archive.db"), Database(tmp_path / "new" / "archive.db")
    assert new.conn.execute(sql).fetchall() == old.conn.execute(sql).fetchall()
    assert new["revisits"].count == old["revisits"].count == 1
    old.close()
    new.close()


def test_damage_is_not_packed(tmp_path: Path, data: Path) -> None:
    (tmp_path / "x.wacz").write_bytes(b"the old one")
    (path,) = (data / "captures").iterdir()
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)
    with pytest.raises(CaptureError):
        export_wacz(data, tmp_path / "x.wacz")
    assert (tmp_path / "x.wacz").read_bytes() == b"the old one"
    assert not (tmp_path / "x.wacz.tmp").exists()
    with pytest.raises(NothingToExport):
        export_wacz(data, tmp_path / "x.wacz", ["nobody"])


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.x.gov.cn", "cn,gov,x)/"),
        ("https://X.gov.cn:443/A/?q", "cn,gov,x)/a/?q="),
        ("http://x.gov.cn/1.html#inlined-1", "cn,gov,x)/1.html#inlined-1"),
        ("http://1.2.3.4:8080/a", "4,3,2,1:8080)/a"),
    ],
)
def test_sort_keys(url: str, key: str) -> None:
    assert surt(url) == key


def test_the_command(tmp_path: Path, data: Path) -> None:
    target = tmp_path / "all.wacz"
    shown = CliRunner().invoke(cli, ["--data", str(data), "export", "--wacz", str(target)], catch_exceptions=False)
    assert (shown.exit_code, "4 records, 2 pages" in shown.output) == (ExitCode.WELL, True)
    nobody = CliRunner().invoke(cli, ["--data", str(data), "export", "--wacz", str(target), "nobody"])
    assert nobody.exit_code == ExitCode.BAD_INPUT
