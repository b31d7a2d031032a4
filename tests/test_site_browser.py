"""The site in a real browser: every kind of page in both languages and schemes, every part as it is used at a desk and
on a telephone (on one of them where they do not differ), and without a script, a mouse or a colour."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from browser import DESKTOP, TELEPHONE, Size, both_sizes, chromium, needs_browser, served, sideways, violations, visit
from invented import Archive, fill_years, report
from playwright.sync_api import Browser, Page, expect

from archive.publish import publish
from archive.release import release

SEEN = date(2026, 3, 10)
COPIED = "我们把群众反复询问的办事流程编成问答手册，逐村逐户发放，并请老教师用方言录成广播，每晚播放，效果很好。"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five years of a place, a second place that could not be crawled, a report without tables, copied text, a document
    that could not be read, and a release of it all."""
    made = tmp_path_factory.mktemp("data")
    fill_years(made)
    archive = Archive(made)
    archive.portal("beiyuan", "云溪市北原区")
    archive.crawl("beiyuan", outcome="blocked", day=2)
    for bureau, published in (("水务局", "2025-01-10"), ("审计局", "2025-01-25")):
        copied = report(f"http://beiyuan.test/{published}.html", f"北原区{bureau}", published=published, opening=COPIED)
        archive.take(copied.source, copied, portal="beiyuan")
    bare = report("http://qingyuan.test/town.html", "青原区白石镇人民政府", opening="白石镇推进“三资”公开。")
    bare.findings.clear()
    bare.form, bare.tables = None, {"disclosure": {}, "requests": {}, "challenges": {}}
    archive.take(bare.source, bare)
    archive.fetch("http://qingyuan.test/robots.txt", "User-agent: *", "robots", kind="text/plain")
    archive.fetch("http://qingyuan.test/a.doc", b"\xd0\xcf\x11\xe0", "attachment", kind="application/msword")
    archive.close()
    publish(made, SEEN)
    release(made, today=SEEN)
    return made


@pytest.fixture(scope="module")
def site(data: Path) -> Iterator[str]:
    with served(data) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def one(data: Path, sql: str, *values: object) -> str:
    with closing(sqlite3.connect(data / "public.db")) as db:
        return str(db.execute(sql, values).fetchone()[0])


def report_of(data: Path, bureau: str, year: int) -> str:
    return one(data, "SELECT id FROM reports WHERE agency LIKE ? AND year = ?", f"%{bureau}", year)


def body_of(data: Path, bureau: str) -> str:
    return one(data, "SELECT coalesce(series_id, id) FROM agencies WHERE name LIKE ?", f"%{bureau}")


def capture_of(data: Path, kind: str) -> str:
    return one(data, "SELECT id FROM captures WHERE content_type = ?", kind)


KINDS: dict[str, Callable[[Path], str]] = {
    "home": lambda _: "",
    "search": lambda _: "-/search",
    "hits": lambda _: "-/search?q=行政复议",
    "narrowed": lambda _: "-/search?q=行政复议&year=2024&year=2023&place=qingyuan",
    "nothing found": lambda _: "-/search?q=没有的词语&year=2024",
    "report": lambda data: f"reports/{report_of(data, '商务局', 2023)}",
    "edited report": lambda data: f"reports/{report_of(data, '商务局', 2024)}?with=last",
    "report without tables": lambda data: f"reports/{report_of(data, '白石镇人民政府', 2024)}",
    "cell": lambda data: f"reports/{report_of(data, '商务局', 2023)}/cells/requests.received.total",
    "copied": lambda data: f"reports/{report_of(data, '审计局', 2024)}/copied",
    "body": lambda data: f"bodies/{body_of(data, '商务局')}",
    "place": lambda _: "places/qingyuan",
    "league": lambda _: "places?year=2024",
    "comparison": lambda data: f"compare?a={report_of(data, '商务局', 2023)}&b={report_of(data, '商务局', 2024)}",
    "leads": lambda _: "leads",
    "lead": lambda _: "leads/late",
    "crawls": lambda _: "crawls",
    "downloads": lambda _: "downloads",
    "capture of a page": lambda data: f"captures/{capture_of(data, 'text/html')}",
    "capture of text": lambda data: f"captures/{capture_of(data, 'text/plain')}",
    "capture of Word": lambda data: f"captures/{capture_of(data, 'application/msword')}",
}


@needs_browser
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_fits_its_window_and_can_be_used_by_all(
    site: str, browser: Browser, data: Path, kind: str
) -> None:
    """In Chinese on a light desk and in English on a dark telephone. Both languages are laid out in both widths."""
    path = KINDS[kind](data)
    with visit(browser, site + path, DESKTOP) as page:
        assert violations(page) == []
        assert sideways(page) == 0
        page.set_viewport_size(TELEPHONE)
        assert sideways(page) == 0
    with visit(browser, f"{site}en/{path}", TELEPHONE, "dark") as page:
        assert violations(page) == []
        assert sideways(page) == 0
        page.set_viewport_size(DESKTOP)
        assert sideways(page) == 0


@needs_browser
@pytest.mark.parametrize(
    "path", ["public", "en/public", "public/panel", "public/reports", "public/matrix?portal=qingyuan"]
)
def test_datasettes_pages_fit_a_telephone(site: str, browser: Browser, path: str) -> None:
    with visit(browser, site + path, TELEPHONE) as page:
        assert sideways(page) == 0
        assert page.evaluate("document.documentElement.scrollHeight") < 40_000


@needs_browser
def test_the_checks_of_pages_find_what_is_wrong(site: str, browser: Browser) -> None:
    with visit(browser, site) as page:
        page.evaluate("document.querySelector('label[for=q]').remove()")
        page.evaluate("document.querySelector('#q').removeAttribute('placeholder')")
        page.evaluate("document.querySelector('.gk-lead').style.color = '#ccc'")
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('pre'), {textContent: '公'.repeat(500)}))"
        )
        found = violations(page)
        assert {"label", "color-contrast"} <= {violation.partition(":")[0] for violation in found}
        assert sideways(page) > 1000


def follow(page: Page, selector: str) -> None:
    """Click the first of what the selector names, and wait for the page that it leads to."""
    page.locator(selector).first.click()
    page.wait_for_load_state()


def downloaded(page: Page, selector: str) -> tuple[str, bytes]:
    """The name and the bytes of what a link gives to keep."""
    with page.expect_download() as waited:
        page.locator(selector).first.click()
    return waited.value.suggested_filename, waited.value.path().read_bytes()


def table(content: bytes) -> list[dict[str, str]]:
    """A CSV that Excel opens: with its mark, and lines that end as it wants them."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@needs_browser
@both_sizes
def test_1_home_says_what_is_there_and_leads_on(site: str, browser: Browser, size: Size) -> None:
    with visit(browser, site, size) as page:
        counts = [int(text) for text in page.locator(".gk-counts dd").all_inner_texts()]
        assert len(counts) == 5
        assert all(counts)
        expect(page.locator(".gk-fresh")).to_contain_text("2026-03-09")
        expect(page.locator(".gk-fresh")).to_contain_text("1 个门户")
        assert page.locator("#newest + ul > li").count() == 8
        expect(page.locator("#edited + ul > li").first).to_contain_text("第 2 版")
        for way in ("years", "places", "kinds", "rules"):
            page.goto(site)
            link = page.locator(f"section[aria-labelledby={way}] :is(.gk-chips, .gk-rules) a").first
            link.click()
            expect(page.locator("main .gk-list > li, .gk-matrix tbody tr").first).to_be_visible()
        page.goto(site)
        expect(page.locator("nav.gk-jump")).to_be_visible(visible=size == TELEPHONE)
        page.get_by_role("searchbox").fill("三资")
        page.get_by_role("searchbox").press("Enter")
        expect(page.locator(".gk-hits mark").first).to_have_text("三资")


@needs_browser
@both_sizes
def test_2_a_search_is_narrowed_kept_as_a_table_and_cited(site: str, browser: Browser, size: Size) -> None:
    with visit(browser, site + "-/search?q=复议", size) as page:
        if size == TELEPHONE:
            page.get_by_role("link", name="缩小范围").click()
        before = page.locator("#hits .gk-n").inner_text()
        for facet, value in (("province", "省份不明"), ("year", "2022"), ("year", "2023"), ("year", "2024")):
            page.locator(f"section[aria-labelledby=by-{facet}] a", has_text=value).first.click()
        assert page.locator("#hits .gk-n").inner_text() != before
        assert page.locator(".gk-chips.gk-on li").count() == 4
        total = int(page.locator("#hits .gk-n").inner_text().split(" 处")[0])
        page.locator("#sort").select_option("oldest")
        page.get_by_role("button", name="检索").click()
        assert "2022年" in page.locator(".gk-hit-title").first.inner_text()
        name, content = downloaded(page, "a[href*='search.csv']")
        rows = table(content)
        assert name == "search.csv"
        assert len(rows) == total
        assert {row["报告年度 year"] for row in rows} == {"2022", "2023", "2024"}
        assert "【复议】" in rows[0]["原句 sentence"]
        address = rows[0]["网址 url"]
        page.goto(address)
        page.get_by_text("引用这份报告").click()
        cited = page.locator(".gk-cite pre").all_inner_texts()
        assert ["[R/OL]" in cited[0], cited[1].startswith("@report{")] == [True, True]
        assert all(address.partition("#")[0] in text for text in cited)
        page.goto(f"{site}-/search?q=复议没有的词&year=2024")
        follow(page, ".gk-empty li a")
        expect(page.locator(".gk-hits li").first).to_be_visible()


@needs_browser
@both_sizes
def test_3_a_report_is_the_form_with_its_findings_and_what_to_hold_it_against(
    site: str, browser: Browser, data: Path, size: Size
) -> None:
    with visit(browser, f"{site}reports/{report_of(data, '商务局', 2023)}", size) as page:
        assert page.locator("table.gk-form").count() == 3
        page.locator("[id='requests.received.total'] sup a").click()
        finding = page.locator(page.url[page.url.index("#") :])
        expect(finding).to_be_in_viewport()
        expect(finding).to_contain_text("责任：报告本身")
        follow(page, "nav.gk-switch a[href*='with=last']")
        expect(page.locator("[id='requests.received.total'] .gk-beside")).to_have_text("11")
        name, content = downloaded(page, "a[href$='.csv']")
        assert name.endswith("-2023.csv")
        assert table(content)[0]["年度"] == "2023"
        follow(page, "a[href^='/compare?a=']")
        page.get_by_role("button", name="对照").click()
        expect(page.locator(".gk-compare thead").first).to_be_visible()
    with visit(browser, f"{site}reports/{report_of(data, '商务局', 2024)}#versions", size) as page:
        changed = page.locator(".gk-versions tr", has_text="本年新收政府信息公开申请数量 · 总计")
        assert changed.locator("del, ins").all_inner_texts() == ["6", "40"]


@needs_browser
def test_3_on_a_telephone_the_rows_label_and_total_stay_in_view(site: str, browser: Browser, data: Path) -> None:
    with visit(browser, f"{site}reports/{report_of(data, '商务局', 2023)}", TELEPHONE) as page:
        row = page.locator(".gk-requests tbody tr", has_text="6.属于四类过程性信息")
        row.scroll_into_view_if_needed()
        label, first, total = row.locator("th").last, row.locator("td").first, row.locator("td").last
        for moved in (0, 150):
            page.locator(".gk-scroll:has(.gk-requests)").evaluate("(box, by) => { box.scrollLeft = by }", moved)
            expect(label).to_be_in_viewport(ratio=1)
            expect(total).to_be_in_viewport(ratio=1)
        place, beside = label.bounding_box(), first.bounding_box()
        assert place
        assert beside
        assert beside["x"] < place["x"] + place["width"], "the applicants were scrolled"


@needs_browser
@both_sizes
def test_5_places_and_bodies_explain_every_gap(site: str, browser: Browser, data: Path, size: Size) -> None:
    with visit(browser, site + "places?year=2022", size) as page:
        follow(page, "tbody a[href^='/places/qingyuan']")
        assert all(text.strip() for text in page.locator(".gk-matrix td").all_inner_texts())
        gap = page.locator(".gk-matrix tr", has_text="民政局").locator("td.gk-s-not_found a").nth(1)
        gap.click()
        expect(page.locator("tr:target")).to_contain_text("列表中没有")
        follow(page, "table a[href^='/compare']")
        assert page.locator(".gk-compare").count() == 3
        page.goto(f"{site}bodies/{body_of(data, '商务局')}")
        chart = page.locator("svg.gk-chart").first
        expect(chart).to_be_in_viewport() if size == DESKTOP else chart.scroll_into_view_if_needed()
        numbers = page.locator("section:has(svg.gk-chart) tbody").first
        expect(numbers).to_be_visible()
        assert numbers.locator("tr", has_text="2024").locator("td").all_inner_texts() == ["40", "1"]
        # Without colour: every bar has its number, every part its own pattern.
        assert chart.locator("text.gk-value").all_text_contents() == ["10", "11", "12", "6", "41"]
        fills = {bar.evaluate("bar => getComputedStyle(bar).fill") for bar in chart.locator("rect.gk-bar").all()[:2]}
        assert len(fills) == 2
        expect(page.locator("section[aria-labelledby=carry] li").first).to_contain_text("上年报告")


@needs_browser
@both_sizes
def test_6_a_lead_goes_to_its_evidence_and_into_a_table(site: str, browser: Browser, size: Size) -> None:
    with visit(browser, site + "leads", size) as page:
        kinds = page.locator("h2 a")
        assert kinds.count() == 8
        follow(page, "#edits a")
        page.locator("#year").select_option("2024")
        page.get_by_role("button", name="筛选").click()
        rows = page.locator("tbody tr")
        name, content = downloaded(page, "a[href*='/export.csv']")
        assert name == "query.csv"
        assert len(table(content)) == rows.count()
        follow(page, "tbody a[href*='/cells/']")
        expect(page.locator(".gk-value")).to_have_text("40")
        page.goto(site + "leads/copies")
        follow(page, "tbody a[href$='/copied']")
        assert page.locator("blockquote").all_inner_texts() == [COPIED, COPIED]
        page.goto(site + "leads/missing")
        follow(page, "tbody td a")
        expect(page.locator("tr:target")).to_be_visible()


@needs_browser
def test_7_every_feed_that_is_offered_can_be_followed(site: str, browser: Browser, data: Path) -> None:
    for path in ("", "places/qingyuan", f"bodies/{body_of(data, '教育局')}", "-/search?q=行政复议"):
        with visit(browser, site + path, TELEPHONE) as page:
            links = [str(link.get_attribute("href")) for link in page.locator("main a[href^='/feeds/']").all()]
            assert len(links) == (1 if "search" in path else 6)
            for link in links:
                answer = page.request.get(site.rstrip("/") + link)
                assert answer.ok
                if ".json" in link:
                    assert answer.json()["version"] == "https://jsonfeed.org/version/1.1"
                else:
                    assert ElementTree.fromstring(answer.body()).tag == "{http://www.w3.org/2005/Atom}feed"


@needs_browser
def test_8_releases_and_tables_are_there_to_take(site: str, browser: Browser, data: Path) -> None:
    with visit(browser, site + "downloads", TELEPHONE) as page:
        row = page.locator("tr", has=page.get_by_role("link", name="gongkai.xlsx"))
        name, content = downloaded(page, "a[href$='gongkai.xlsx']")
        assert name == "2026-03-10-gongkai.xlsx"
        assert hashlib.sha256(content).hexdigest() == row.locator("code").inner_text()
        name, content = downloaded(page, "a[href='/export/requests.csv']")
        assert len(table(content)) == int(one(data, "SELECT count(*) FROM requests"))
        plain = page.request.get(f"{site}public/requests.csv?_stream=on&_size=max").text()
        assert len(plain.splitlines()) == len(table(content)) + 1
        follow(page, "a[href='/public/findings']")
        assert page.request.get(site + "public.db").body().startswith(b"SQLite format 3")


@needs_browser
def test_9_what_failed_last_night_is_two_clicks_away(site: str, browser: Browser) -> None:
    with visit(browser, site, TELEPHONE) as page:
        follow(page, ".gk-fresh a[href='/crawls']")
        row = page.locator("section[aria-labelledby=trouble] tbody tr")
        expect(row).to_contain_text("被拦截")
        follow(page, "section[aria-labelledby=trouble] tbody a")
        expect(page.locator("h1")).to_have_text("云溪市北原区")


def test_9_addresses_are_https_where_the_proxy_in_front_says_so(site: str) -> None:
    asked = Request(site + "feeds/reports.json", headers={"X-Forwarded-Proto": "https", "Host": "gongkai.example"})
    with urlopen(asked, timeout=60) as answer:
        assert json.load(answer)["feed_url"] == "https://gongkai.example/feeds/reports.json"
    with urlopen(site + "-/health", timeout=60) as answer:
        assert json.load(answer)["status"] == "ok"


@needs_browser
def test_10_a_report_is_printed_without_what_only_a_screen_needs(site: str, browser: Browser, data: Path) -> None:
    with visit(browser, f"{site}reports/{report_of(data, '商务局', 2023)}", DESKTOP, "dark") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(paper) == "rgb(22, 25, 29)"
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(paper) == "rgb(255, 255, 255)"
        for gone in (".gk-head", ".gk-foot", ".gk-toc", ".gk-switch"):
            expect(page.locator(gone).first).to_be_hidden()
        expect(page.locator(".gk-print")).to_contain_text(f"/reports/{report_of(data, '商务局', 2023)}")
        assert page.locator(".gk-requests").evaluate("table => table.getBoundingClientRect().height") < 950


@needs_browser
def test_without_a_script_a_reader_gets_from_home_to_the_original(site: str, browser: Browser) -> None:
    with visit(browser, site, TELEPHONE, javascript=False) as page:
        page.get_by_role("searchbox").fill("商务局 复议")
        page.get_by_role("button", name="检索").click()
        follow(page, ".gk-hit-title a")
        page.go_back()
        page.goto(site)
        follow(page, "a[href='/places/qingyuan']")
        follow(page, ".gk-faults a")
        expect(page.locator(".gk-value")).to_have_text("5")
        expect(page.locator("iframe.gk-original")).to_be_attached()


@needs_browser
def test_with_keys_alone_a_reader_gets_from_home_to_the_original(site: str, browser: Browser) -> None:
    with visit(browser, site, DESKTOP) as page:
        keys = page.keyboard
        keys.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        keys.press("Enter")
        keys.press("Tab")
        assert page.evaluate("document.activeElement.id") == "q"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        keys.type("商务局2023")
        keys.press("Enter")
        page.wait_for_url("**/search?q=*")
        to(page, ".gk-list a.gk-title, .gk-hit-title a")
        page.wait_for_url("**/reports/**")
        to(page, ".gk-faults a[href*='/cells/']")
        page.wait_for_url("**/cells/**")
        expect(page.locator(".gk-value")).to_have_text("5")


def to(page: Page, selector: str) -> None:
    """Tab to the first of what the selector names, and follow it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("named => document.activeElement.matches(named)", selector):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way by Tab to {selector}")


@needs_browser
def test_the_language_is_switched_and_kept_along_the_links(site: str, browser: Browser) -> None:
    with visit(browser, site + "-/search?q=行政复议") as page:
        page.get_by_role("link", name="English").click()
        assert page.url == f"{site}en/-/search?q={quote('行政复议')}"
        assert page.locator("html").get_attribute("lang") == "en"
        page.locator("header .gk-name").click()
        assert page.url == site + "en/"
        page.get_by_role("link", name="中文").click()
        assert page.url == site
