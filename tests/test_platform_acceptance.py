"""Which articles are the reports, whose they are, and which of them are one: crawled and read as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from portal import CHAPTERS, FAST, article, frame, listing, write_registry
from simulated import Simulated, serving, titled
from sqlite_utils import Database

from archive.extraction import extract_archive
from crawler.run import PortalOutcome, crawl

CITY = "http://www.city.gov.cn"
PERIOD = "<p>本报告所列数据的统计期限自2024年1月1日起至2024年12月31日止。</p>"
CLONE = "http://m.46840.cn"


def bodies() -> Simulated:
    """The government, its office, a department, a town: near-identical titles side by side; editions of one report;
    an interpretation, a letter, a guide, a budget."""
    site = Simulated("bodies", "/gknb/index.html")
    links = [
        site.report("/gknb/1.html", titled("人民政府")),
        site.report("/gknb/2.html", titled("人民政府办公室")),
        site.report("/gknb/3.html", titled("财政局")),
        site.report("/gknb/4.html", titled("白石镇人民政府")),
        site.report("/gknb/5.html", titled("财政局") + "（图片版）", '<div id="zoom"><img src="/img/p1.jpg"></div>'),
        site.report("/gknb/6.html", titled("财政局") + "（超链版）"),
        site.decoy("/gknb/7.html", titled("财政局") + "（图解版本）"),
        site.decoy("/gknb/8.html", "【文稿解读】" + titled("财政局") + "解读"),
        site.decoy("/gknb/9.html", "关于2014年政府信息公开工作要点落实情况的函"),
        site.decoy("/gknb/10.html", "样例区政府信息公开指南（2024年版）"),
        site.decoy("/gknb/11.html", "样例区2024年度部门预算公开"),
        ("/mobile/../gknb/3_wap.html", titled("财政局")),
    ]
    site.put("/img/p1.jpg", b"\xff\xd8\xff\xe0 jpeg", kind="image/jpeg")
    site.pages["/gknb/3_wap.html"] = site.pages["/gknb/3.html"]
    twins = [(f"http://{site.host.removeprefix('www.')}/gknb/1.html", titled("人民政府"))]
    site.pages[twins[0][0]] = site.pages["/gknb/1.html"]
    site.put_list(site.column, [*links, *twins])
    return site


def titles() -> Simulated:
    """Cut, broken over lines, without a year, without a body, nowhere on the page but in its metadata."""
    site = Simulated("titles", "/gknb/index.html")
    whole = titled("住房和城乡建设局")
    site.report("/gknb/1.html", whole)
    site.report("/gknb/2.html", "样例区教育局\n2023年政府信息公开\n工作年度报告")
    site.report(
        "/gknb/3.html", "政府信息公开工作年度报告", PERIOD + CHAPTERS + "<p>样例区民政局</p><p>2025年1月20日</p>"
    )
    bare = frame("", f"{PERIOD}{CHAPTERS}")
    named = f'<head><meta content="{titled("司法局")}" name="ArticleTitle">'
    site.put("/gknb/4.html", bare.replace("<head>", named))
    site.documents.add(site.home + "/gknb/4.html")
    links = [
        ("/gknb/1.html", whole[:14] + "…"),
        ("/gknb/2.html", "样例区教育局\n2023年政府信息公开工作年度报告"),
        ("/gknb/3.html", "政府信息公开工作年度报告"),
        ("/gknb/4.html", "2024年政府信息公开工作年度报告"),
    ]
    site.put_list(site.column, links)
    return site


def elsewhere() -> Simulated:
    """Reports outside the column: on the city's host, among the notices; and a clone that must not be asked."""
    site = Simulated("elsewhere", "")
    title = titled("人民政府")
    path = f"{CITY}/gxs/1.html"
    site.put(path, article(title, CHAPTERS))
    site.documents.add(path)
    notice = site.report("/zwzx/tzgg/73357092.html", titled("人民政府办公室"))
    news = "".join(f'<li><a href="{href}">{name}</a><span>2025-01-20</span></li>' for href, name in [notice])
    site.put("/", frame("样例区人民政府", f'<ul>{news}</ul><a href="{CITY}/gxs/">政府信息公开年报</a>'))
    site.put(f"{CITY}/gxs/", listing([(path, title), (f"{CLONE}/gxs/1.html", titled("财政局"))]))
    return site


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Simulated], dict[str, PortalOutcome]]:
    folder = tmp_path_factory.mktemp("acceptance")
    sites = [make() for make in (bodies, titles, elsewhere)]
    registry = write_registry(
        folder / "portals.csv", *(site.row.replace(f",{site.name}区,", ",样例区,") for site in sites)
    )
    with serving(sites):
        summary = crawl(folder / "data", registry, settings=FAST)
    extract_archive(folder / "data", jobs=2)
    return folder / "data", {site.name: site for site in sites}, {p.portal_id: p for p in summary.portals}


Read = tuple[Path, dict[str, Simulated], dict[str, PortalOutcome]]


def query(data: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    db = Database(data / "archive.db")
    try:
        return db.conn.execute(sql, values).fetchall()
    finally:
        db.close()


@pytest.mark.parametrize("name", ["bodies", "titles", "elsewhere"])
def test_documents(read: Read, name: str) -> None:
    data, sites, found = read
    urls = {row[0] for row in query(data, "SELECT url FROM documents WHERE portal_id = ?", name)}
    assert urls == sites[name].documents, found[name].details


def test_bodies_are_told_apart_and_editions_are_not(read: Read) -> None:
    rows = query(
        read[0],
        "SELECT a.name, a.kind, count(*) FROM reports r JOIN agencies a ON a.id = r.agency_id"
        " JOIN documents d ON d.report_id = r.id WHERE r.portal_id = 'bodies' GROUP BY r.id ORDER BY r.id",
    )
    assert set(rows) == {
        ("样例区人民政府", "government", 1),
        ("样例区人民政府办公室", "office", 1),
        ("样例区财政局", "department", 3),
        ("样例区白石镇人民政府", "street_or_town", 1),
    }


def test_year_and_body_come_from_wherever_they_stand(read: Read) -> None:
    rows = query(
        read[0],
        "SELECT a.name, r.year FROM reports r JOIN agencies a ON a.id = r.agency_id WHERE r.portal_id = 'titles'",
    )
    assert set(rows) == {
        ("样例区住房和城乡建设局", 2024),
        ("样例区教育局", 2023),
        ("样例区民政局", 2024),
        ("样例区司法局", 2024),
    }


def test_clones_are_refused_and_said(read: Read) -> None:
    _, sites, found = read
    assert any(CLONE in sample for sample in found["elsewhere"].details["samples"]["refused"])
    assert not any(CLONE in request.path for site in sites.values() for request, _ in site.seen)
