"""When known reports are asked for again, and what a crawl of an unchanged portal costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from portal import FAST, Portal, row, serving, write_registry
from sqlite_utils import Database

from crawler.clock import Clock
from crawler.run import CrawlSummary, crawl
from crawler.schedule import STEPS, next_due

HOST = "http://www.yangli.gov.cn"
COLUMN = f"{HOST}/gknb/index.html"
REPORTS = 30


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "changed", "least", "most"),
    [
        ("2025-02-01", "2025-01-20", "2025-02-06", "2025-02-08"),
        ("2025-02-01", "2020-01-20", "2025-02-23", "2025-03-03"),
        ("2025-06-01", "2025-04-20", "2025-06-23", "2025-07-01"),
        ("2025-06-01", "2020-04-20", "2025-10-14", "2025-11-28"),
        ("2025-10-01", "2020-04-20", "2026-01-01", "2026-02-01"),
        ("2025-12-20", "2025-12-19", "2026-01-01", "2026-02-01"),
    ],
    ids=["season", "season, old", "summer", "summer, old", "autumn: the season comes first", "on its eve"],
)
def test_the_calendar(asked: str, changed: str, least: str, most: str) -> None:
    for key in ("a", "b", "c", "d"):
        assert day(least) <= next_due(day(asked), day(changed), key) <= day(most)


def test_what_appeared_on_one_day_is_not_due_on_one_day() -> None:
    asked = day("2025-02-01")
    found = [next_due(asked, asked, str(n)) for n in range(200)]
    assert max(found) - min(found) > STEPS[True, True] * 0.2


def test_a_clock_that_was_set_goes_on() -> None:
    clock = Clock("2025-02-01")
    assert timedelta() <= clock.now() - day("2025-02-01") < timedelta(seconds=5)
    with pytest.raises(ValueError, match="soon"):
        Clock("soon")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        links = [(f"/{n}.html", f"样例区第{n}局2024年政府信息公开工作年度报告") for n in range(REPORTS)]
        portal.put_list(COLUMN, [*links, ("/x.html", "样例区某局2024年政府信…")], etag='"list"')
        portal.put_report(f"{HOST}/x.html", "样例区某局2024年政府信息化工作总结")
        for path, title in links:
            portal.put_report(HOST + path, title, etag=f'"{path}"')
        yield portal


def at(tmp_path: Path, site: Portal, when: str, full: bool = False) -> CrawlSummary:
    site.requests.clear()
    registry = write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))
    return crawl(tmp_path / "data", registry, full=full, settings={**FAST, "GONGKAI_CLOCK": when})


def test_an_unchanged_portal_costs_its_lists_and_what_is_due(tmp_path: Path, site: Portal) -> None:
    first = at(tmp_path, site, "2025-02-01").portals[0]
    assert len(site.requests) == REPORTS + 3
    assert first.known == 0

    second = at(tmp_path, site, "2025-02-02").portals[0]
    assert site.requests == [(f"{HOST}/robots.txt", 404), (COLUMN, 304)]
    assert (second.outcome, second.accepted, second.known, second.new_captures) == ("ok", REPORTS, REPORTS, 0)
    assert second.reason == first.reason

    site.pages[f"{HOST}/7.html"].body += "<!-- 更正 -->".encode()
    site.pages[f"{HOST}/7.html"].etag = '"new"'
    week = at(tmp_path, site, "2025-02-09").portals[0]
    assert week.new_captures == 1, "an edit in place is found when its report is due"
    assert len(site.requests) == REPORTS + 3
    assert {status for url, status in site.requests if url != f"{HOST}/robots.txt"} == {200, 304}

    asked = site.asked if at(tmp_path, site, "2025-07-01") else []
    assert len(asked) == REPORTS + 3, "in summer as well, once"
    at(tmp_path, site, "2025-07-20")
    assert len(site.requests) == 2, "and then not for a month"
    at(tmp_path, site, "2025-07-20", full=True)
    assert [status for url, status in site.requests if "robots" not in url] == [200] * (REPORTS + 2)


def test_another_title_on_the_list_is_looked_into(tmp_path: Path, site: Portal) -> None:
    at(tmp_path, site, "2025-02-01")
    page = site.pages[COLUMN]
    page.body = page.body.replace("第3局2024年".encode(), "第3局（更正）2024年".encode())
    page.etag = '"other"'
    at(tmp_path, site, "2025-02-02")
    assert site.asked == [f"{HOST}/robots.txt", COLUMN, f"{HOST}/3.html"]


def test_one_report_under_two_links_is_counted_once(tmp_path: Path, site: Portal) -> None:
    site.put(f"{HOST}/old.html", "", status=302, headers={"Location": "/5.html"})
    links = [(f"/{name}.html", f"样例区第{name}局2024年政府信息公开工作年度报告") for name in ("5", "old")]
    site.put_list(COLUMN, links)
    first = at(tmp_path, site, "2025-02-01").portals[0]
    assert (first.accepted, first.known, first.reason) == (1, 0, "1 report")
    second = at(tmp_path, site, "2025-02-02").portals[0]
    assert (second.accepted, second.known, second.reason) == (1, 1, "1 report")
    assert site.asked == [f"{HOST}/robots.txt", COLUMN], "neither link is due"

    site.put_list(COLUMN, [links[0], ("/old.html", "样例区第五局2024年政府信息公开工作年度报告（更正）")])
    site.pages[f"{HOST}/5.html"].body += "<!-- 更正 -->".encode()
    site.pages[f"{HOST}/5.html"].etag = '"new"'
    third = at(tmp_path, site, "2025-02-03").portals[0]
    assert (third.accepted, third.known, third.reason) == (1, 1, "1 report")
    db = Database(tmp_path / "data" / "archive.db")
    ((newest, held),) = db.conn.execute("SELECT (SELECT max(id) FROM captures), capture_id FROM documents").fetchall()
    db.close()
    assert held == newest, "what was fetched by the second link is what the document shows"


def test_what_was_lost_is_asked_for_at_once(tmp_path: Path, site: Portal) -> None:
    report = site.pages[f"{HOST}/1.html"]
    report.body = report.body.replace(b"</body>", '<a href="/f.pdf">报告</a></body>'.encode())
    gone = site.pages.pop(f"{HOST}/2.html")
    first = at(tmp_path, site, "2025-02-01").portals[0]
    assert first.details["attachments_lost"] == 1
    site.pages[f"{HOST}/2.html"] = gone
    site.put(f"{HOST}/f.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    second = at(tmp_path, site, "2025-02-02").portals[0]
    assert set(site.asked) == {f"{HOST}/robots.txt", COLUMN, f"{HOST}/1.html", f"{HOST}/2.html", f"{HOST}/f.pdf"}
    assert second.accepted == REPORTS
    db = Database(tmp_path / "data" / "archive.db")
    assert db.conn.execute("SELECT count(capture_id) FROM attachments").fetchone() == (1,)
    db.close()
