"""Finding the column, walking its pages, years and units; finding what an article attaches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from portal import CHAPTERS, FAST, Portal, article, frame, listing, row, serving, write_registry
from sqlite_utils import Database

from crawler import attachments, columns
from crawler.blocks import recognise
from crawler.page import Ask, Page
from crawler.platforms import detect
from crawler.reading import read_list, report_title
from crawler.run import PortalOutcome, crawl
from crawler.tasks import Walk


def title(body: str, year: int = 2024) -> str:
    return f"样例区{body}{year}年政府信息公开工作年度报告"


def page(html: str, url: str = "http://www.yangli.gov.cn/gknb/index.html") -> Page:
    return Page(url, 200, html.encode(), "text/html; charset=utf-8")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        yield portal


def put_reports(site: Portal, base: str, paths: dict[str, str]) -> list[tuple[str, str]]:
    for path, name in paths.items():
        site.put_report(base + path, name)
    return list(paths.items())


def documents(tmp_path: Path) -> dict[str, set[str]]:
    db = Database(tmp_path / "data" / "archive.db")
    found: dict[str, set[str]] = {}
    for record in db["documents"].rows:
        found.setdefault(str(record["portal_id"]), set()).add(str(record["title"]))
    db.close()
    return found


def crawl_all(tmp_path: Path, *rows: str, **settings: object) -> dict[str, PortalOutcome]:
    registry = write_registry(tmp_path / "portals.csv", *rows)
    summary = crawl(tmp_path / "data", registry, settings={**FAST, **settings})
    return {portal.portal_id: portal for portal in summary.portals}


def test_platforms(tmp_path: Path, site: Portal) -> None:
    """A portal a platform, each with its reports on pages that have to be found."""
    # TRS: the number of pages stands in a script; years are directories; a page too many is a stub.
    trs = "http://www.trs.gov.cn"
    first = put_reports(site, trs, {"/gknb/2024n/202501/t20250120_1.html": title("甲局")})
    second = put_reports(site, trs, {"/gknb/2024n/202501/t20250120_2.html": title("乙局")})
    site.put(f"{trs}/gknb/index.html", frame("年报", '<ul><li><a href="./2024n/">2024年</a></li></ul>'))
    site.put_list(f"{trs}/gknb/2024n/", first, '<script>createPageHTML(2, 0, "index", "html");</script>')
    site.put_list(f"{trs}/gknb/2024n/index_1.html", second)
    # 博达: page numbers count down, and a column of one article is the article.
    vsb = "http://www.vsb.gov.cn"
    put_reports(site, vsb, {"/info/1/11.htm": title("甲局"), "/info/1/12.htm": title("乙局")})
    pager = '<span class="p_pages"><span class="p_next p_fun"><a href="nb/1.htm">下页</a></span></span>'
    units = '<a href="nb/hcz.htm">洪川镇政府信息公开年度报告</a>'
    site.put_list(f"{vsb}/xxgk/nb.htm", [("/info/1/11.htm", title("甲局"))], pager + units)
    site.put_list(f"{vsb}/xxgk/nb/1.htm", [("/info/1/12.htm", title("乙局"))])
    site.put(f"{vsb}/xxgk/nb/hcz.htm", article(title("洪川镇"), f'<div id="vsb_content">{CHAPTERS}</div>'))
    # Hanweb: the list is empty, its rows stand in a script.
    hanweb = "http://www.hanweb.gov.cn"
    put_reports(site, hanweb, {"/art/2025/1/9/art_1_7.html": title("甲局")})
    record = f'<li><a href="/art/2025/1/9/art_1_7.html" title="{title("甲局")}">样例区甲…</a>2025-01-09</li>'
    rows = f"<recordset><record><![CDATA[{record}]]></record></recordset>"
    store = f"<datastore><totalrecord>45</totalrecord>{rows}</datastore>"
    site.put(f"{hanweb}/col/col1/index.html", frame("年报", f'<script type="text/xml">{store}</script>'))
    found = crawl_all(
        tmp_path,
        row("trs", "www.trs.gov.cn"),
        row("vsb", "www.vsb.gov.cn", "/xxgk/nb.htm"),
        row("hanweb", "www.hanweb.gov.cn", "/col/col1/index.html"),
    )
    assert documents(tmp_path) == {
        "trs": {title("甲局"), title("乙局")},
        "vsb": {title("甲局"), title("乙局"), title("洪川镇")},
        "hanweb": {title("甲局")},
    }
    assert found["hanweb"].details["notes"] == [f"{hanweb}/col/col1/index.html: the list holds 45 entries and shows 1"]
    assert f"{trs}/gknb/2024n/index_2.html" in site.asked, "numbers may begin with 1"
    assert found["trs"].reason == "2 reports", "and a page that was only stated is no loss"


def test_columns_that_have_to_be_found(tmp_path: Path, site: Portal) -> None:
    """From the home page when the registry names no column, or one that is gone; by way of 政务公开, a redirect shell,
    the city's host."""
    home = "http://www.noname.gov.cn"
    site.put(f"{home}/", "<html><script>location.replace('/main/')</script></html>")
    site.put(f"{home}/main/", frame("样例区人民政府", "<p>要闻</p>"))
    site.put(f"{home}/zwgk/", frame("政务公开", '<a href="/zwgk/nb/">政府信息公开年报</a><a href="/jy/">年度报告</a>'))
    site.put_list(f"{home}/zwgk/nb/", put_reports(site, home, {"/a/1.html": title("甲局")}))
    moved = "http://www.moved.gov.cn"
    site.put(
        f"{moved}/", frame("样例区人民政府", '<a href="http://www.city.gov.cn/gxs/nb/">政府信息公开工作年度报告</a>')
    )
    site.put_list(
        "http://www.city.gov.cn/gxs/nb/", put_reports(site, "http://www.city.gov.cn", {"/b/1.html": title("乙局")})
    )
    found = crawl_all(tmp_path, row("noname", "www.noname.gov.cn", ""), row("moved", "www.moved.gov.cn"))
    assert documents(tmp_path) == {"noname": {title("甲局")}, "moved": {title("乙局")}}
    assert f"{home}/jy/" not in site.asked
    assert "HTTP status 404" in found["moved"].reason, "the registry's column is gone: said although another was found"


def test_titles_that_are_cut_and_pages_that_are_capped(tmp_path: Path, site: Portal) -> None:
    base = "http://www.cut.gov.cn"
    put_reports(site, base, {"/1.html": title("甲局"), "/2.html": "样例区乙局2024年工作总结"})
    entries = [
        ("/1.html", "样例区甲局2024年政府…"),
        ("/2.html", "样例区乙局2024年工作…"),
        ("/3.html", "样例区丙局简介…"),
    ]
    site.put_list(f"{base}/gknb/index.html", entries, '<a href="index_2.html">下一页</a>')
    for n in range(2, 9):
        links = put_reports(site, base, {f"/p{n}.html": title(f"第{n}局")})
        site.put_list(f"{base}/gknb/index_{n}.html", links, f'<a href="index_{n + 1}.html">下一页</a>')
    found = crawl_all(tmp_path, row("cut", "www.cut.gov.cn"), GONGKAI_PAGE_CAP=4)
    assert documents(tmp_path)["cut"] == {title("甲局"), title("第2局"), title("第3局"), title("第4局")}
    assert f"{base}/3.html" not in site.asked, "a cut title that cannot become a report's is not followed"
    assert "stopped at the cap of 4 pages" in found["cut"].details["notes"][0]


def test_a_walk_ends_when_pages_bring_nothing_new() -> None:
    walk = Walk("http://x.gov.cn/")
    assert walk.read({"a", "b"}, [Ask("p2"), Ask("p3"), Ask("p4"), Ask("p5")]) == 2
    assert walk.next_page(60) == (Ask("p2"), None)
    walk.read({"a", "b"}, [Ask("p2"), Ask("p9")])
    assert walk.next_page(60) == (Ask("p3"), None), "one page may repeat the first: numbers off by one"
    walk.read({"b"}, [])
    url, why = walk.next_page(60)
    assert url is None
    assert "the last 2 pages brought nothing new" in str(why)


SITESERVER = "http://www.x.gov.cn/channels/33066.html"


@pytest.mark.parametrize(
    ("url", "pager", "expected"),
    [
        (
            SITESERVER,
            '<a href="/channels/33066_2.html">下一页</a><a href="/channels/7092.html">2</a>',
            ["channels/33066_2.html"],
        ),
        (
            "http://www.x.gov.cn/28423/0000/list-1.html",
            '<span>1</span><a href="list-2.html">2</a><a href="more-2.html">3</a>',
            ["28423/0000/list-2.html"],
        ),
        ("http://www.x.gov.cn/nb/", '<a href="/class/9/2">2</a><a href="index_2.html">2</a>', ["nb/index_2.html"]),
        ("http://www.x.gov.cn/nb/", '<a href="http://other.gov.cn/nb/2.html">下一页</a>', []),
        ("http://www.x.gov.cn/nb/", '<a href="?page=2">&gt;</a>', ["nb/?page=2"]),
        ("http://www.x.gov.cn/nb/", '<a href="2024.html">2024</a>', []),
    ],
)
def test_a_pager_is_followed_within_its_list(url: str, pager: str, expected: list[str]) -> None:
    seen = page(f"<html><body>{pager}</body></html>", url)
    assert [ask.url for ask in detect(seen).pages(seen)] == [f"http://www.x.gov.cn/{path}" for path in expected]


def test_entries_and_decoys() -> None:
    entries = [
        ("1.html", title("财政局")),
        ("2.html", "样例区2024年法治政府建设年度报告"),
        ("3.html", f"【图解】{title('财政局')}"),
        ("4.html", "样例区政府信息公开指南"),
    ]
    found = read_list(page(listing(entries)), detect(page("")), "http://www.yangli.gov.cn/gknb/index.html")
    assert [link.title for link in found.articles] == [title("财政局")]
    assert {link.title for link, _ in found.passed_over} == {name for _, name in entries[1:]}
    assert found.columns == []


def test_the_title_that_counts() -> None:
    listed = page(listing([("1.html", "区商促局：2024年政务公开工作年度报告")])).links[-1]
    own = page(article("2024年政务公开工作年度报告", CHAPTERS))
    assert report_title(own, listed) == ("区商促局：2024年政务公开工作年度报告", "")
    assert report_title(own, None) == ("2024年政务公开工作年度报告", "")
    assert report_title(page(article("样例区2025年部门预算", "")), None)[0] is None


def test_columns_by_name() -> None:
    home = page(
        '<a href="/xw/">要闻</a><a href="/a/">法治政府建设年度报告</a><a href="/b/">政府信息公开年报</a>'
        '<a href="/c/"> 政府信息公开工作\n年度报告 </a><a href="/d/">政务公开年报汇总</a>',
        "http://www.yangli.gov.cn/",
    )
    assert [link.url.rsplit("gov.cn", 1)[1] for link in columns.find_columns(home)] == ["/b/", "/c/"]
    vague = page('<a href="/ndbg/">年度报告</a><a href="/gs/">年度报告</a>', "http://www.yangli.gov.cn/")
    assert [link.url for link in columns.find_columns(vague)] == ["http://www.yangli.gov.cn/ndbg/"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="./P020250124.pdf">报告</a>', ["gknb/P020250124.pdf"]),
        ('<a href="/x.DOCX" download>报告</a>', ["x.DOCX"]),
        ('<iframe src="/f/x.pdf"></iframe>', ["f/x.pdf"]),
        ('<embed src="x.pdf"><object data="/y.ofd"></object>', ["gknb/x.pdf", "y.ofd"]),
        ("""<span onclick="open('/f/x.wps')">下载</span>""", ["f/x.wps"]),
        ('<iframe src="/pdfjs/web/viewer.html?file=%2Ff%2Fx.pdf"></iframe>', ["f/x.pdf"]),
        ('<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=12">名单.xlsx</a>',
         ["system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=12"]),
        ('<script>showVsbpdfIframe("/__local/catalog.pdf","100%","600")</script>', ["__local/catalog.pdf"]),
        ("<script>var pdfUrl = '/a/b.pdf';</script>", ["a/b.pdf"]),
        ('<a href="x.pdf">一</a><a href="x.pdf">二</a>', ["gknb/x.pdf"]),
        ('<div class="footer"><a href="/manual.pdf">使用手册</a></div><a href="/next.html">下一篇</a>', []),
    ],
)  # fmt: skip
def test_where_attachments_hide(html: str, expected: list[str]) -> None:
    seen = page(f"<html><body>{html}</body></html>")
    assert [found.url for found in attachments.find(seen)] == [f"http://www.yangli.gov.cn/{path}" for path in expected]


def test_a_report_that_speaks_of_404_is_no_404_page() -> None:
    home = "http://www.yangli.gov.cn/"
    text = article(
        title("财政局"), CHAPTERS + "<p>网站出现“页面不存在”2次，均已整改。</p>" + "<p>按要求开展工作。</p>" * 60
    )
    assert recognise(page(text), page(text).url, home) is None
    assert recognise(page("<body>页面不存在</body>"), home + "x", home) == "a 404 page with status 200"
    blank = "<body><noscript>请开启JavaScript并刷新该页</noscript></body>"
    assert recognise(page(blank), home + "x", home) == "a script challenge"
