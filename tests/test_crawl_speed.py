"""What keeps a crawl quick gives the same answers as what was slow."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from portal import FAST, row, serving, write_registry
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from archive.schema import open_archive
from crawler.attachments import find
from crawler.frontier import Frontier
from crawler.page import Page
from crawler.platforms import FAMILIES, Platform
from crawler.run import crawl
from crawler.spiders.reports import ReportsSpider
from crawler.tasks import Kind, Task

HOST = "http://www.yangli.gov.cn"


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<body>甲<script>var a='乙';</script> 丙<style>p{}</style>\n<p>丁<b>戊</b>己</body>", "甲丙丁戊己"),
        ("<body>甲<!-- 乙 --><div>丙 &lt;a&gt;&nbsp;</div></body>", "甲丙<a>"),
        ("<html><body>甲</body></html>乙<p>丙</p>", "甲乙丙"),
        ("<frameset><frame src='a.html'></frameset>", ""),
        ("", ""),
    ],
    ids=["scripts", "comments and entities", "behind the end", "frames", "nothing"],
)
def test_the_text_a_reader_sees(html: str, seen: str) -> None:
    page = Page(f"{HOST}/", 200, html.encode(), "text/html; charset=utf-8")
    scripts = page.selector.xpath("//script/text()").getall()
    assert page.visible == seen
    assert page.selector.xpath("//script/text()").getall() == scripts, "the page is left as it was"


@pytest.mark.parametrize(
    "mark",
    ['<iframe src="/a.pdf"></iframe>', "<p onClick=\"show('/a.pdf')\">看</p>", '<p data-url="/a.pdf">看</p>'],
    ids=["frame", "click", "data"],
)
def test_a_file_is_found_where_no_link_names_it(mark: str) -> None:
    found = find(Page(f"{HOST}/1.html", 200, f"<html><body>{mark}</body></html>".encode(), "text/html"))
    assert [attachment.url for attachment in found] == [f"{HOST}/a.pdf"]


def test_a_report_is_read_alike_on_all_platforms() -> None:
    """The explorer does not look for the marks of a platform on a page that shows a report's chapters."""
    assert {type(family).attachments for family in FAMILIES} == {Platform.attachments}


def test_what_waits_is_taken_from_the_index_of_what_is_open(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    db.conn.execute("INSERT INTO portals (id, name, level, home_url) VALUES ('p', 'p', 'county', 'http://p/')")
    db.conn.execute("INSERT INTO crawls (id, run, portal_id, started) VALUES (1, 'r', 'p', '2025')")
    frontier, asked = Frontier(db), list[str]()
    frontier.add(1, Task(Kind.LIST, f"{HOST}/"))
    db.conn.set_trace_callback(asked.append)
    assert [task.url for _, task in frontier.take(1, 5)] == [f"{HOST}/"]
    db.conn.set_trace_callback(None)
    plan = db.conn.execute(f"EXPLAIN QUERY PLAN {next(sql for sql in asked if 'SELECT' in sql)}").fetchall()
    assert [step[3].split(" (")[0] for step in plan] == ["SEARCH frontier USING INDEX frontier_open"]
    db.conn.rollback()
    db.close()


def test_a_page_that_breaks_the_parser_is_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at in another thread breaks again where the crawl notes it: its task must not stay open."""

    def breaks(_page: Page) -> str:
        raise ValueError("no page")

    monkeypatch.setattr(Page, "look", breaks)
    spider = ReportsSpider(portals=[], registry=[], data=tmp_path)
    explorer, settled = Mock(), AsyncMock()
    spider.settler = Mock(explorers={"p": explorer}, settle=settled)
    meta = {"portal": "p", "task": Task(Kind.LIST, f"{HOST}/"), "task_id": 7, "capture_id": 1}
    response = HtmlResponse(f"{HOST}/", body=b"<html>", request=Request(f"{HOST}/", meta=meta))

    async def answers() -> list[object]:
        return [found async for found in spider.answered(response)]

    assert asyncio.run(answers()) == []
    (answer,) = settled.call_args.args
    assert (answer.explorer, answer.task_id) == (explorer, 7)


def test_a_crawl_opens_no_port_and_does_not_load_what_would() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    loaded = [str(name).rpartition(".")[2] for name in settings.getwithbase("EXTENSIONS")]
    assert {"AutoThrottle", "MemoryUsage", "ArchiveExtension"} <= set(loaded)
    assert not {"TelnetConsole", "RemoteControl"} & set(loaded)


def test_an_address_however_long_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapy would drop it without a word, and the portal would never come to its end."""
    path, title = f"/{'a' * 3000}.html", "样例区财政局2024年政府信息公开工作年度报告"
    registry = write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))
    with serving(monkeypatch) as (portal, _):
        portal.put_list(f"{HOST}/gknb/index.html", [(path, title)])
        portal.put_report(HOST + path, title)
        (outcome,) = crawl(tmp_path / "data", registry, settings=FAST).portals
    assert (outcome.outcome, outcome.accepted) == ("ok", 1)


def test_a_request_names_the_page_that_named_it_also_behind_a_redirect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked for waits in the database meanwhile: the answer that brings it out of there did not name it."""
    registry = write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))
    column, title = f"{HOST}/gknb/index.html", "样例区财政局2024年政府信息公开工作年度报告"
    with serving(monkeypatch) as (portal, _):
        portal.put_list(column, [("/1.html", title), ("/old.html", title.replace("2024", "2023"))])
        portal.put_report(f"{HOST}/1.html", title)
        portal.put(f"{HOST}/old.html", "", status=302, headers={"Location": "/2.html"})
        portal.put_report(f"{HOST}/2.html", title.replace("2024", "2023"))
        crawl(tmp_path / "data", registry, settings={**FAST, "GONGKAI_FEED": 1})
    (warc,) = (tmp_path / "data" / "captures").iterdir()
    with warc.open("rb") as file:
        asked = {
            record.rec_headers.get_header("WARC-Target-URI"): record.http_headers.get_header("Referer")
            for record in ArchiveIterator(file)
            if record.rec_type == "request"
        }
    asked.pop(f"{HOST}/robots.txt")
    assert asked == {
        column: None,
        f"{HOST}/1.html": column,
        f"{HOST}/old.html": column,
        f"{HOST}/2.html": f"{HOST}/old.html",
    }
