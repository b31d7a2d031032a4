"""What a second crawl makes of addresses that show several things: side by side, or one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from portal import CHAPTERS, FAST, article, kept_by, listing, write_registry
from simulated import Answer, Request, Simulated, serving, titled
from sqlite_utils import Database

from archive.extraction import extract_archive
from crawler.importing import import_files
from crawler.run import PortalOutcome, crawl


def crawl_one(tmp_path: Path, site: Simulated, day: str) -> PortalOutcome:
    registry = write_registry(tmp_path / "portals.csv", site.row)
    with serving([site]):
        summary = crawl(tmp_path / "data", registry, settings={**FAST, "GONGKAI_CLOCK": f"{day}T00:00:00+08:00"})
    return summary.portals[0]


def turned_by_post() -> Simulated:
    """Page 1 comes by GET, the others by POST to the same address."""
    site = Simulated("turned", "/gknb.do?cid=3")
    links = [site.report(f"/{year}.html", titled("人民政府", year)) for year in range(2024, 2018, -1)]

    def answer(request: Request) -> str:
        n = int(request.form.get("pageNo", "1"))
        form = f"<form method='post' action='/gknb.do?cid=3'><input name='pageNo' value='{n}'>共3页</form>"
        return listing(links[2 * n - 2 : 2 * n], form)

    site.route("/gknb.do", answer)
    return site


def cookie() -> Simulated:
    """Every address leads to itself until a cookie is set, a report's too."""
    site = Simulated("cookie", "/gknb/")
    link = site.report("/1.html", titled("甲局"))
    pages = {"/gknb/": listing([link]), "/1.html": site.pages["/1.html"].body}

    def answer(request: Request) -> Answer:
        if f"seen{len(request.path)}" in request.headers.get("cookie", ""):
            return Answer(pages[request.path])
        crumb = f"seen{len(request.path)}=1; path=/"
        return Answer("", 302, headers={"Location": request.path, "Set-Cookie": crumb})

    for path in pages:
        site.route(path, answer)
    return site


@pytest.mark.parametrize("make", [turned_by_post, cookie])
def test_what_an_address_shows_side_by_side_is_nothing_new(tmp_path: Path, make: object) -> None:
    site: Simulated = make()  # type: ignore[operator]
    assert crawl_one(tmp_path, site, "2025-02-01").new_captures > 2
    again = crawl_one(tmp_path, site, "2025-02-21")
    assert (again.new_captures, again.accepted) == (0, len(site.documents))


def reports(data: Path) -> list[tuple[int, str, int]]:
    """(year, address, versions) of every report."""
    extract_archive(data, jobs=1)
    db = Database(data / "archive.db")
    try:
        rows = db.execute(
            "SELECT r.year, d.url, (SELECT count(*) FROM versions v WHERE v.report_id = r.id), r.url"
            " FROM reports r JOIN documents d ON d.report_id = r.id ORDER BY r.year"
        ).fetchall()
        assert all(row[1] == row[3] for row in rows)
        return [(year, url, versions) for year, url, versions, _ in rows]
    finally:
        db.close()


def test_a_column_that_is_this_years_report_keeps_last_years(tmp_path: Path) -> None:
    site = Simulated("inturn", "/col/col13872/index.html")
    address, data = site.home + site.column, tmp_path / "data"

    def show(year: int, more: str = "") -> None:
        body = (
            f"<p>统计期限自{year}年1月1日起至{year}年12月31日止。</p>{CHAPTERS.replace('工作。', f'工作。{more}', 1)}"
        )
        site.put(site.column, article(titled("人民政府", year), body))

    show(2023)
    crawl_one(tmp_path, site, "2024-02-01")
    show(2023, "更正。")
    crawl_one(tmp_path, site, "2024-04-01")
    assert reports(data) == [(2023, address, 2)]
    show(2024)
    assert crawl_one(tmp_path, site, "2025-02-01").accepted == 1
    assert reports(data) == [(2023, f"{address}#2023", 2), (2024, address, 1)]
    show(2024, "更正。")
    crawl_one(tmp_path, site, "2025-04-01")
    assert reports(data) == [(2023, f"{address}#2023", 2), (2024, address, 2)]
    for later_first in (False, True):
        elsewhere = tmp_path / f"elsewhere-{later_first}"
        files = kept_by(data)[:: -1 if later_first else 1]
        import_files(elsewhere, files, tmp_path / "portals.csv")
        assert reports(elsewhere) == reports(data)
        assert import_files(elsewhere, files, tmp_path / "portals.csv").captures == 0
        assert reports(elsewhere) == reports(data)
    show(2023, "更正。")
    assert crawl_one(tmp_path, site, "2025-06-01").accepted == 1
    assert [(year, url) for year, url, _ in reports(data)] == [(2023, address), (2024, f"{address}#2024")]


def test_a_server_that_says_unchanged_of_everything_is_believed_for_a_month(tmp_path: Path) -> None:
    site = Simulated("unchanging", "/gknb/")
    links = [site.report(f"/gknb/{year}.html", titled("人民政府", year)) for year in (2024, 2023)]
    shown = {"/gknb/": listing(links[1:]), "/gknb/2023.html": str(site.pages["/gknb/2023.html"].body)}

    def answer(request: Request) -> Answer:
        known = {"ETag": '"same"'}
        if request.headers.get("if-none-match"):
            return Answer("", 304, headers=known)
        return Answer(shown[request.path], headers=known)

    for path in shown:
        site.route(path, answer)
    crawl_one(tmp_path, site, "2025-02-01")
    shown = {"/gknb/": listing(links), "/gknb/2023.html": shown["/gknb/2023.html"].replace("工作。", "工作。更正。", 1)}
    believed = crawl_one(tmp_path, site, "2025-02-21")
    assert (believed.new_captures, believed.accepted) == (0, 1)
    again = crawl_one(tmp_path, site, "2025-03-10")
    assert (again.new_captures, again.accepted) == (3, 2), "the list, the report that it lacked, and the one edited"
    assert crawl_one(tmp_path, site, "2025-03-20").new_captures == 0


@pytest.mark.parametrize(("answers", "accepted"), [(1, 1), (9, 0)])
def test_an_empty_answer_is_asked_for_once_more(tmp_path: Path, answers: int, accepted: int) -> None:
    site = Simulated("hollow", "/gknb/")
    path, title = site.report("/gknb/1.html", titled("人民政府", 2024))
    site.put_list("/gknb/", [(path, title)])
    came: list[str] = []

    def answer(request: Request) -> Answer | None:
        came.append(request.path)
        return Answer(" \n") if len(came) <= answers else None

    site.route(path, answer)
    found = crawl_one(tmp_path, site, "2025-02-01")
    assert (found.accepted, len(came)) == (accepted, 2)
    assert ("an empty answer" in found.reason) is (accepted == 0)


def test_a_page_that_was_missing_for_a_while_makes_no_edit(tmp_path: Path) -> None:
    site = Simulated("flickers", "/gknb/")
    path, title = site.report("/gknb/1.html", titled("人民政府", 2024))
    site.put_list("/gknb/", [(path, title)])
    shown = site.pages[path]
    crawl_one(tmp_path, site, "2025-02-01")
    site.put(path, "<html><title>提示</title><body><p>抱歉，您访问的页面不存在或已删除！</p></body></html>")
    assert "404 page" in crawl_one(tmp_path, site, "2025-02-21").reason
    site.pages[path] = shown
    crawl_one(tmp_path, site, "2025-03-10")
    assert reports(tmp_path / "data") == [(2024, site.home + path, 1)]
