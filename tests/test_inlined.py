"""Files inside a page's script: found by their bytes, kept once, with a record that says where they come from."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from portal import FAST, write_registry
from simulated import inlined as simulated
from simulated import serving
from sqlite_utils import Database

from archive.captures import read_capture
from archive.verify import verify
from archive.warc import read_record
from crawler import inlined
from crawler.page import Page
from crawler.run import crawl

PACKED = base64.b64encode(simulated.PDF).decode()


def found(script: str) -> list[bytes]:
    page = Page("http://x.gov.cn/1.html", 200, f"<html><script>{script}</script></html>".encode(), "text/html")
    return [file.data for file in inlined.find(page)]


@pytest.mark.parametrize(
    ("script", "count"),
    [
        (f"pdfData='{PACKED}'", 1),
        (f'show("data:application/pdf;base64,{PACKED}")', 1),
        (f"a='{PACKED}';b='{PACKED}'", 1),
        (f"pdfData='{PACKED.rstrip('=')}'", 1),
        (f"pdfData='{PACKED.replace('JVBERi0', 'JVBERi1')}'", 0),
        (f"pdfData='{PACKED[:90]}'", 0),
        (f"pdfData='{PACKED[:500]}*{PACKED[500:]}'", 0),
        ("var pdf='/f/1.pdf'", 0),
    ],
)
def test_what_is_a_file(script: str, count: int) -> None:
    assert found(script) == [simulated.PDF] * count


def test_kept_once_and_told(tmp_path: Path) -> None:
    site = simulated.portal()
    registry = write_registry(tmp_path / "p.csv", site.row)
    with serving([site]):
        crawl(tmp_path / "data", registry, settings=FAST)
        (again,) = crawl(tmp_path / "data", registry, settings={**FAST, "GONGKAI_RECHECK_ALL": True}).portals
    assert again.new_captures == 0
    db = Database(tmp_path / "data" / "archive.db")
    rows = db.execute(
        "SELECT url, warc, warc_offset FROM captures WHERE url LIKE '%#inlined-1' ORDER BY url"
    ).fetchall()
    pages = {row[0] for row in db.execute("SELECT record_id FROM captures WHERE role = 'article'").fetchall()}
    db.close()
    assert len(rows) == 3
    for url, warc, offset in rows:
        assert read_capture(tmp_path / "data", warc, offset).body == simulated.PDF, url
        told = read_record(tmp_path / "data" / "captures" / warc, offset).field("Gongkai-Source") or ""
        assert told.removeprefix("inlined in the page of ") in pages
    assert verify(tmp_path / "data").problems == []
