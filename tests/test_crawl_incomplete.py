"""A list that shows fewer entries than it claims: the outcome says so and an alarm is raised; its twin keeps quiet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from portal import FAST, Portal, listing, row, serving, write_registry

from crawler.exits import ExitCode
from crawler.outcomes import Outcome
from crawler.page import Page
from crawler.platforms import GENERIC
from crawler.run import CrawlSummary, crawl

SETTINGS = {**FAST, "GONGKAI_CLOCK": "2025-03-01"}
NAMES = ("short", "whole", "hidden", "undated", "silent", "button", "more")


def title(n: int) -> str:
    return f"样例区第{n}局2024年政府信息公开工作年度报告"


def pager(total: int) -> str:
    return f"<div>共 {total} 条记录 1/1页 首页 上一页 下一页 尾页</div>"


@dataclass
class Served:
    site: Portal
    folder: Path

    def crawl(self) -> CrawlSummary:
        registry = write_registry(self.folder / "p.csv", *(row(name, f"www.{name}.gov.cn") for name in NAMES))
        return crawl(self.folder / "data", registry, settings=SETTINGS)

    def put(self, name: str, claimed: int | None, shown: int, more: str = "") -> None:
        host = f"http://www.{name}.gov.cn"
        links = [(f"/{n}.html", title(n)) for n in range(shown)]
        for path, name_ in links:
            self.site.put_report(host + path, name_)
        self.site.put_list(f"{host}/gknb/index.html", links, pager(claimed) if claimed else more)
        self.site.put_list(f"{host}/", [])


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving(monkeypatch) as (site, _):
        found = Served(site, tmp_path)
        found.put("short", 5, 3)
        found.put("whole", 3, 3)
        found.put("hidden", 7, 0)
        found.put("silent", None, 2)
        found.put("undated", 5, 2)
        found.put("button", None, 2, "<div class='more' onclick='more()'>加载更多</div><script src='/m.js'></script>")
        found.put("more", None, 2, "<a href='/gknb/all.html'>加载更多</a>")
        undated = site.pages["http://www.undated.gov.cn/gknb/index.html"]
        undated.body = undated.body.replace(b"<span>2025-01-20</span>", b"")
        yield found


def test_incomplete_lists_and_their_twins(served: Served) -> None:
    summary = served.crawl()
    found = {portal.portal_id: portal for portal in summary.portals}
    column = "http://www.short.gov.cn/gknb/index.html"
    assert found["short"].outcome is Outcome.OK
    assert found["short"].reason == f"3 reports; incomplete lists: {column} claims 5 entries and shows 3"
    assert found["hidden"].outcome is Outcome.CHANGED_LAYOUT
    assert "claims 7 entries and shows 0" in found["hidden"].reason
    column = "http://www.button.gov.cn/gknb/index.html"
    assert found["button"].outcome is Outcome.OK
    assert found["button"].reason == f"2 reports; incomplete lists: {column} offers more behind a button and shows 2"
    for name in ("whole", "undated", "silent", "more"):
        assert (found[name].outcome, found[name].details["short"]) == (Outcome.OK, {}), found[name].reason
    assert {(portal, monitor) for portal, monitor, _ in summary.alarms} == {
        ("short", "incomplete_list"),
        ("hidden", "incomplete_list"),
        ("button", "incomplete_list"),
        ("hidden", "layout_changed"),
    }
    assert summary.exit_code is ExitCode.SUSPICIOUS
    served.put("short", 5, 5)
    served.put("hidden", 1, 1)
    served.put("button", None, 2)
    again = served.crawl()
    assert again.alarms == ()
    assert again.exit_code is ExitCode.WELL


def test_a_list_whose_address_no_page_states(served: Served) -> None:
    """济南's blocks where the page does not say where their script is: no silence."""
    column = "http://www.whole.gov.cn/gknb/index.html"
    served.site.put(column, listing([], '<div class="datacall" data-id="55714"></div><script>datacall.load()</script>'))
    found = {portal.portal_id: portal for portal in served.crawl().portals}
    assert found["whole"].outcome is Outcome.CHANGED_LAYOUT


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("共45条 1/3页", 45),
        ("共有 45 条信息，每页 15 条，第1页", 45),
        ("第 1 页 / 共 3 页 共计：45 条记录", 45),
        ("首页 上一页 1 2 3 下一页 总记录数:45条", 45),
        ("全年共主动公开信息45条。其他见第2页", None),
        ("共3页", None),
        ("共45条", None),
    ],
)
def test_what_a_pager_states(text: str, total: int | None) -> None:
    page = Page("http://x.gov.cn/", 200, listing([], f"<p>{text}</p>").encode(), "text/html; charset=utf-8")
    assert GENERIC.total(page) == total
