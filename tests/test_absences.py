"""A report that its portal takes down is marked with when it was last seen, kept, and unmarked when it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from portal import FAST, Portal, row, serving, write_registry
from sqlite_utils import Database

from crawler.run import CrawlSummary, crawl

HOST = "http://www.yangli.gov.cn"
COLUMN = f"{HOST}/gknb/index.html"
TITLES = {f"/{n}.html": f"样例区第{n}局2024年政府信息公开工作年度报告" for n in range(1, 5)}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        show(portal)
        for path, title in TITLES.items():
            portal.put_report(HOST + path, title)
        yield portal


def show(site: Portal, *without: str) -> None:
    site.put_list(COLUMN, [(path, title) for path, title in TITLES.items() if path not in without])


def at(tmp_path: Path, site: Portal, day: str) -> CrawlSummary:
    site.requests.clear()
    registry = write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))
    return crawl(tmp_path / "data", registry, settings={**FAST, "GONGKAI_CLOCK": f"2025-02-{day}"})


def absences(tmp_path: Path) -> list[tuple[object, ...]]:
    db = Database(tmp_path / "data" / "archive.db")
    try:
        return db.conn.execute(
            "SELECT d.url, substr(a.last_seen, 1, 10), substr(missed, 1, 10), listed, reason, substr(returned, 1, 10) "
            "FROM absences a JOIN documents d ON d.id = document_id ORDER BY a.id"
        ).fetchall()
    finally:
        db.close()


def test_a_report_that_is_taken_down_and_comes_back(tmp_path: Path, site: Portal) -> None:
    at(tmp_path, site, "01")
    held = site.pages.pop(f"{HOST}/2.html")
    show(site, "/2.html")
    second = at(tmp_path, site, "09").portals[0]
    gone = (f"{HOST}/2.html", "2025-02-01", "2025-02-09", 0, "HTTP status 404")
    assert absences(tmp_path) == [(*gone, None)]
    assert (second.outcome, second.accepted) == ("fewer_than_before", 3)
    at(tmp_path, site, "10")
    assert f"{HOST}/2.html" not in site.asked, "not due yet"
    at(tmp_path, site, "17")
    assert f"{HOST}/2.html" in site.asked
    assert absences(tmp_path) == [(*gone, None)], "one absence, however often it is looked for"

    site.pages[f"{HOST}/2.html"] = held
    at(tmp_path, site, "25")
    assert absences(tmp_path) == [(*gone, "2025-02-25")]
    site.pages.pop(f"{HOST}/2.html")
    at(tmp_path, site, "28")
    assert len(absences(tmp_path)) == 1, "seen on the 25th: not due again"


def test_a_report_that_only_its_list_drops_is_not_gone(tmp_path: Path, site: Portal) -> None:
    first = at(tmp_path, site, "01").portals[0]
    show(site, "/2.html")
    second = at(tmp_path, site, "09").portals[0]
    assert f"{HOST}/2.html" in site.asked
    assert absences(tmp_path) == []
    assert (first.accepted, second.accepted) == (4, 3), "what no list names does not count as listed"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"status": 410, "body": "gone"}, ["HTTP status 410"]),
        ({"status": 200, "body": "<html><title>提示</title>您访问的页面不存在</html>"}, ["a 404 page with status 200"]),
        ({"status": 500, "body": "oops"}, []),
        ({"status": 412, "body": "<script>$_ts=1</script>"}, []),
    ],
)
def test_only_an_address_that_says_so_has_nothing(
    tmp_path: Path, site: Portal, how: dict[str, object], expected: list[str]
) -> None:
    at(tmp_path, site, "01")
    site.put(f"{HOST}/2.html", **how)  # type: ignore[arg-type]
    at(tmp_path, site, "09")
    show(site, "/2.html")
    at(tmp_path, site, "17")
    assert [row[4] for row in absences(tmp_path)] == expected


def test_a_portal_that_cannot_be_reached_has_taken_nothing_down(tmp_path: Path, site: Portal) -> None:
    at(tmp_path, site, "01")
    site.pages.clear()
    at(tmp_path, site, "09")
    assert absences(tmp_path) == []
    assert not [url for url in site.asked if url.endswith("2.html")]


def test_a_crawl_that_went_wrong_proves_nothing_and_the_next_one_does(tmp_path: Path, site: Portal) -> None:
    at(tmp_path, site, "01")
    held = {path: site.pages.pop(HOST + path) for path in TITLES}
    assert at(tmp_path, site, "09").portals[0].outcome == "changed_layout"
    site.pages |= {HOST + path: page for path, page in held.items() if path != "/2.html"}
    show(site, "/2.html")
    assert at(tmp_path, site, "17").portals[0].outcome == "fewer_than_before"
    found = absences(tmp_path)
    assert [(row[0], row[2]) for row in found if row[5] is None] == [(f"{HOST}/2.html", "2025-02-17")]
    assert len(found) == 4, "what came back was missed once, and is marked so"
