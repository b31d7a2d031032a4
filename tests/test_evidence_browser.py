"""From a number to its archived original in a real browser, and what a hostile original can do there: nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser import DESKTOP, TELEPHONE, Size, both_sizes, chromium, needs_browser, served, sideways, violations, visit
from invented import Archive, report
from media import fill_media
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Locator as Locating

from archive.publish import publish
from extract import ocr
from extract.marking import marked
from extract.proof import text_in_pdf
from extract.report import Locator


@pytest.fixture(scope="module")
def site(demo: Path) -> Iterator[str]:
    with served(demo) as address:
        yield address


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By medium a report's id; the data folder under `data`."""
    data = tmp_path_factory.mktemp("media")
    return {"data": str(data), **fill_media(data)}


@pytest.fixture(scope="module")
def media_site(media: dict[str, str]) -> Iterator[str]:
    with served(Path(media["data"])) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def is_sound(page: Page) -> None:
    page.wait_for_load_state()
    assert sideways(page) == 0
    assert violations(page) == []


def mark_of(page: Page) -> Locating:
    """The marked element. Asked for again and again from here: Playwright's own waiting runs a callback in the frame,
    which its sandbox blocks and reports."""
    page.locator("iframe.gk-original").scroll_into_view_if_needed()
    mark = page.frame_locator("iframe.gk-original").locator("#gk-mark")
    for _ in range(100):
        if mark.count():
            break
        page.wait_for_timeout(200)
    assert mark.count() == 1
    return mark


@needs_browser
@both_sizes
def test_four_clicks_lead_from_home_to_the_cell_in_its_original(site: str, browser: Browser, size: Size) -> None:
    with visit(browser, site, size) as page:
        for link in ("a[href='/places/heqiao']", "section:has(#broken) li a[href^='/reports/']"):
            page.locator(link).first.click()
            page.wait_for_load_state("networkidle")
        cell = page.locator("td.gk-noted a.gk-door").first
        value = cell.inner_text()
        assert value.isdigit()
        cell.click()
        mark = mark_of(page)
        assert mark.inner_text().strip() == value
        assert mark.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        # Scrolled to: it lies in what the frame shows.
        inside = "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight }"
        for _ in range(50):
            if mark.evaluate(inside):
                break
            page.wait_for_timeout(200)
        assert mark.evaluate(inside)
        assert page.locator(".gk-value").inner_text() == value
        assert page.locator(".gk-findings li").count() >= 1
        is_sound(page)
        page.get_by_role("link", name="下一行 ↓").click()
        mark_of(page)
        page.wait_for_load_state("networkidle")


@needs_browser
@both_sizes
def test_a_cell_of_a_pdf_is_framed_on_its_page(site: str, demo: Path, browser: Browser, size: Size) -> None:
    with closing(sqlite3.connect(demo / "public.db")) as db:
        report, capture = db.execute("SELECT id, capture_id FROM reports WHERE media = 'pdf' ORDER BY id").fetchone()
    with visit(browser, f"{site}reports/{report}", size) as page:
        cell = page.locator("[id='requests.received.total'] a.gk-door")
        value = cell.inner_text()
        cell.click()
        page.wait_for_load_state("networkidle")
        shown, frame = page.locator("svg.gk-page image"), page.locator("svg.gk-page rect")
        box = [float(frame.get_attribute(name) or "") for name in ("x", "y", "width", "height")]
        number = int((shown.get_attribute("href") or "").rpartition("/")[2].removesuffix(".png"))
        original = page.request.get(f"{site}originals/{capture}?download=1").body()
        at = Locator(number, (box[0], box[1], box[0] + box[2], box[1] + box[3]))
        assert (text_in_pdf(original, at) or "").strip() == value
        drawn, around = frame.bounding_box(), page.locator("svg.gk-page").bounding_box()
        assert drawn is not None
        assert around is not None
        assert around["x"] < drawn["x"] < around["x"] + around["width"]
        assert page.locator("svg.gk-part rect").bounding_box() is not None
        is_sound(page)
        page.get_by_role("link", name="下一页 →").click()
        is_sound(page)
        assert page.locator("svg.gk-page rect").count() == 0
        page.get_by_role("link", name="回到这一格所在的页").click()
        assert page.locator("svg.gk-page rect").count() == 1


@needs_browser
def test_a_report_that_its_page_hides_is_shown_when_it_is_marked(browser: Browser) -> None:
    body = "<style>.tab{display:none}</style><div class=tab><div style='display:none'><p>申请 7 件</p></div></div>"
    made = marked((body.encode(), None, "html/body/div[1]/div[1]/p[1]/text()"))
    page = browser.new_page()
    page.set_content(body)
    assert not page.locator("p").is_visible()
    page.set_content(made or "")
    assert page.locator("#gk-mark").is_visible()
    page.close()


class Trap(BaseHTTPRequestHandler):
    """Notes every request that an original manages to make."""

    caught: list[str]

    def do_GET(self) -> None:
        self.caught.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"document.title='REMOTE RAN'")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def trap() -> Iterator[tuple[str, list[str]]]:
    Trap.caught = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Trap.caught
    server.shutdown()
    thread.join()
    server.server_close()


def hostile(trap: str) -> str:
    return (
        f"<!doctype html><html><head><title>原件</title><link rel=preconnect href='{trap}'>"
        f"<link rel=stylesheet href='{trap}/style.css'><base href='{trap}/'>"
        f"<meta http-equiv=refresh content='0;url={trap}/refresh'><style>@import url('{trap}/import.css');"
        f"body{{background:url('{trap}/background.png')}}</style>"
        f"<script>document.title='SCRIPT RAN'</script><script src='{trap}/script.js'></script></head>"
        f"<body onload=\"document.title='HANDLER RAN'\"><h1>原件的文字</h1><img src='{trap}/image.png' "
        f"onerror=\"document.title='HANDLER RAN'\"><iframe src='{trap}/frame'></iframe>"
        f"<object data='{trap}/object'></object>"
        f"<form action='{trap}/form'><input autofocus onfocus=\"document.title='HANDLER RAN'\"></form>"
        f"<svg onload=\"document.title='HANDLER RAN'\"><image href='{trap}/svg.png'/></svg>"
        f"<video src='{trap}/video'></video>"
        "</body></html>"
    )


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory, trap: tuple[str, list[str]]) -> Iterator[str]:
    data = tmp_path_factory.mktemp("hostile")
    archive = Archive(data)
    archive.crawl()
    made = report("http://qingyuan.test/1.html")
    made.locators["requests.received.total"] = Locator(path="html/body/h1[1]")
    assert archive.take(made.source, made, hostile(trap[0])).report_id == HOSTILE
    archive.close()
    publish(data)
    with served(data) as address:
        yield address


HOSTILE = "qingyuan-f00f7907-2024"
CELL = f"reports/{HOSTILE}/cells/requests.received.total"


@needs_browser
@pytest.mark.parametrize("path", ["originals/1", "captures/1", "originals/1?mark=html/body/h1[1]", CELL, f"en/{CELL}"])
def test_a_hostile_original_runs_nothing_and_reaches_nobody(
    hostile_site: str, trap: tuple[str, list[str]], browser: Browser, path: str
) -> None:
    page = browser.new_page()
    page.goto(hostile_site + path, wait_until="networkidle")
    frame = page.frame_locator("iframe.gk-original") if page.locator("iframe.gk-original").count() else page
    if isinstance(frame, Page):
        expect(frame.locator("h1")).to_have_text("原件的文字")
    else:
        page.locator("iframe.gk-original").scroll_into_view_if_needed()
        frame.get_by_text("原件的文字").wait_for()
        page.wait_for_load_state("networkidle")
    assert "RAN" not in page.title()
    assert page.url.startswith(hostile_site)
    assert trap[1] == []
    page.close()


@needs_browser
def test_the_same_page_unguarded_would_run(trap: tuple[str, list[str]], tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "page.html"
    file.write_text(hostile(trap[0]).replace("http-equiv", "x"), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri(), wait_until="networkidle")
    assert "RAN" in page.title()
    assert {"/script.js", "/image.png", "/frame"} <= set(trap[1])
    trap[1].clear()
    page.close()


@needs_browser
@pytest.mark.parametrize(("kind", "size"), [("docx", TELEPHONE), ("ofd", DESKTOP)], ids=["docx", "ofd"])
def test_of_a_file_that_no_browser_shows_the_row_stands_there_with_the_way_to_the_file(
    media: dict[str, str], media_site: str, browser: Browser, kind: str, size: Size
) -> None:
    with visit(browser, f"{media_site}reports/{media[kind]}", size) as page:
        cell = page.locator("[id='requests.received.total'] a.gk-door")
        value = cell.inner_text()
        cell.click()
        expect(page.locator("td mark")).to_have_text(value)
        assert page.locator("tbody td").count() == 7
        expect(page.get_by_text("请下载原件对照")).to_contain_text("它在原件的")
        is_sound(page)
        with page.expect_download() as waited:
            page.get_by_role("link", name="下载原始字节").click()
        assert waited.value.path().read_bytes().startswith(b"PK")
        page.locator("a[href^='/captures/']").first.click()
        expect(page.get_by_text("请下载后查看")).to_be_visible()
        is_sound(page)


@needs_browser
@both_sizes
@pytest.mark.skipif(not ocr.available(), reason="the extra is not installed: pip install 'gongkai[ocr]'")
def test_a_cell_of_a_scan_in_pictures_is_framed_in_its_picture(
    media: dict[str, str], media_site: str, browser: Browser, size: Size
) -> None:
    with visit(browser, f"{media_site}reports/{media['scan']}", size) as page:
        page.locator("[id='challenges.reconsideration.total'] a.gk-door").click()
        expect(page.get_by_text("文字由 OCR 识别")).to_be_visible()
        expect(page.get_by_text("第 1 页，共 2 页")).to_be_visible()
        expect(page.locator("svg.gk-page rect")).to_be_attached()
        first = page.locator("dd code").first.inner_text()
        is_sound(page)
        page.get_by_role("link", name="下一页 →").click()
        expect(page.get_by_text("第 2 页，共 2 页")).to_be_visible()
        assert page.locator("svg.gk-page rect").count() == 0
        assert page.locator("dd code").first.inner_text() != first, "each picture is a file with its own SHA-256"
        picture = page.request.get(media_site.rstrip("/") + str(page.locator("image").first.get_attribute("href")))
        assert picture.body().startswith(b"\x89PNG")
