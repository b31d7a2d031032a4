"""What a crawl leaves in the archive, the first time and when it comes again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from portal import FAST, Portal, article, row, serving, write_registry
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive.captures import read_capture
from archive.verify import verify
from crawler.run import CrawlSummary, crawl

HOST = "http://www.yangli.gov.cn"
COLUMN = f"{HOST}/gknb/index.html"
TITLE = "样例区财政局2024年政府信息公开工作年度报告"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        yield portal


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))


def run(tmp_path: Path, registry: Path, full: bool = False) -> CrawlSummary:
    """Whatever is known is due: when it is not, is told in test_schedule."""
    return crawl(tmp_path / "data", registry, full=full, settings={**FAST, "GONGKAI_RECHECK_ALL": True})


def query(tmp_path: Path, sql: str) -> list[dict[str, object]]:
    db = Database(tmp_path / "data" / "archive.db")
    try:
        return list(db.query(sql))
    finally:
        db.close()


def test_edits_revisits_and_not_modified(tmp_path: Path, site: Portal, registry: Path) -> None:
    site.put_list(COLUMN, [("/1.html", TITLE), ("/2.html", TITLE.replace("财政", "教育"))], etag='"list"')
    site.put_report(f"{HOST}/1.html", TITLE, etag='"one"')
    site.put_report(f"{HOST}/2.html", TITLE.replace("财政", "教育"), packed=True)
    run(tmp_path, registry)
    before = {str(r["url"]): r for r in query(tmp_path, "SELECT * FROM documents")}
    assert set(before) == {f"{HOST}/1.html", f"{HOST}/2.html"}

    site.requests.clear()
    second = run(tmp_path, registry)
    assert (COLUMN, 304) in site.requests
    assert (f"{HOST}/1.html", 304) in site.requests
    assert second.portals[0].new_captures == 0
    assert second.portals[0].accepted == 2, "a list that is not modified is walked all the same"
    revisited = query(tmp_path, "SELECT c.url, r.status FROM revisits r JOIN captures c ON c.id = r.capture_id")
    assert {(r["url"], r["status"]) for r in revisited} >= {(COLUMN, 304), (f"{HOST}/2.html", 200)}

    site.pages[f"{HOST}/1.html"].body += "<!-- 更正 -->".encode()
    site.pages[f"{HOST}/1.html"].etag = '"two"'
    third = run(tmp_path, registry)
    assert third.portals[0].new_captures == 1
    after = {str(r["url"]): r for r in query(tmp_path, "SELECT * FROM documents")}
    assert after[f"{HOST}/1.html"]["capture_id"] != before[f"{HOST}/1.html"]["capture_id"]
    assert after[f"{HOST}/2.html"]["capture_id"] == before[f"{HOST}/2.html"]["capture_id"]
    assert len(query(tmp_path, f"SELECT * FROM captures WHERE url = '{HOST}/1.html'")) == 2

    site.requests.clear()
    run(tmp_path, registry, full=True)
    assert {status for url, status in site.requests if "robots" not in url} == {200}
    assert verify(tmp_path / "data").problems == []


def test_a_copy_that_rotted_is_fetched_anew(tmp_path: Path, site: Portal, registry: Path) -> None:
    site.put_list(COLUMN, [("/1.html", TITLE)], etag='"list"')
    site.put_report(f"{HOST}/1.html", TITLE, etag='"one"')
    run(tmp_path, registry)
    (path,) = (tmp_path / "data" / "captures").iterdir()
    (place,) = query(tmp_path, f"SELECT id, warc_offset, warc_length FROM captures WHERE url = '{HOST}/1.html'")
    data = bytearray(path.read_bytes())
    data[int(str(place["warc_offset"])) + int(str(place["warc_length"])) // 2] ^= 1
    path.write_bytes(data)
    summary = run(tmp_path, registry)
    assert summary.portals[0].accepted == 1
    assert "fetched again because the archive's copy is unreadable" in summary.portals[0].details["notes"][0]
    (document,) = query(
        tmp_path, "SELECT c.id, c.warc, c.warc_offset FROM documents d JOIN captures c ON c.id = d.capture_id"
    )
    assert document["id"] != place["id"]
    assert (
        TITLE in read_capture(tmp_path / "data", str(document["warc"]), int(str(document["warc_offset"]))).body.decode()
    )


def test_every_response_is_kept_with_its_role(tmp_path: Path, site: Portal, registry: Path) -> None:
    site.put(f"{HOST}/robots.txt", "User-agent: *\nDisallow: /secret/\n", content_type="text/plain")
    site.put_list(COLUMN, [("/1.html", TITLE), ("/gone.html", "样例区民政局2024年政府信息公开工作年度报告")])
    site.put(f"{HOST}/1.html", "", status=302, headers={"Location": "/moved/1.html"})
    site.put(
        f"{HOST}/moved/1.html",
        article(TITLE, '<p>附件：<a href="./报告.pdf">2024年年报</a></p>').encode("gb18030"),
        content_type="text/html; charset=gb2312",
    )
    site.put(f"{HOST}/moved/%E6%8A%A5%E5%91%8A.pdf", b"%PDF-1.4 x", content_type="text/html", packed=True)
    run(tmp_path, registry)
    kept = {
        (r["role"], str(r["url"]).removeprefix(HOST), r["status"]) for r in query(tmp_path, "SELECT * FROM captures")
    }
    assert kept == {
        ("robots", "/robots.txt", 200),
        ("list", "/gknb/index.html", 200),
        ("article", "/1.html", 302),
        ("article", "/moved/1.html", 200),
        ("article", "/gone.html", 404),
        ("attachment", "/moved/%E6%8A%A5%E5%91%8A.pdf", 200),
    }
    (document,) = query(tmp_path, "SELECT * FROM documents")
    assert (document["url"], document["title"], document["listed_on"]) == (f"{HOST}/moved/1.html", TITLE, "2025-01-20")
    (attachment,) = query(
        tmp_path, "SELECT a.label, c.warc, c.warc_offset FROM attachments a JOIN captures c ON c.id = a.capture_id"
    )
    original = read_capture(tmp_path / "data", str(attachment["warc"]), int(str(attachment["warc_offset"])))
    assert (attachment["label"], original.body) == ("2024年年报", b"%PDF-1.4 x")


def test_the_requests_stand_in_the_archive_without_our_secrets(
    tmp_path: Path, site: Portal, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", os.environ["http_proxy"].replace("http://", "http://me:secret@"))
    site.put_list(COLUMN, [("/1.html", TITLE)])
    site.put_report(f"{HOST}/1.html", TITLE)
    run(tmp_path, registry)
    (path,) = (tmp_path / "data" / "captures").iterdir()
    with path.open("rb") as file:
        requests = [str(record.http_headers) for record in ArchiveIterator(file) if record.rec_type == "request"]
    assert len(requests) == 3
    assert all("gongkai/" in text and "Proxy-Authorization" not in text for text in requests)
