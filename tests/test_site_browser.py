"""A real server and a real browser: a hostile original can run nothing and reach nobody."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from browser import CHROMIUM, DESKTOP, TELEPHONE, chromium, needs_browser, served, sideways, violations, visit
from invented import Archive, fill, report
from playwright.sync_api import Browser

from archive.publish import publish
from extract.report import Locator

HOSTILE = "qingyuan-f00f7907-2024"
MARKED = "originals/1?mark=html/body/h1[1]"


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
def site(tmp_path_factory: pytest.TempPathFactory, trap: tuple[str, list[str]]) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    archive = Archive(data)
    archive.crawl()
    made = report("http://qingyuan.test/1.html")
    made.locators["requests.received.total"] = Locator(path="html/body/h1[1]")
    assert archive.take(made.source, made, hostile(trap[0])).report_id == HOSTILE
    archive.close()
    publish(data)
    with served(data) as address:
        yield address


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("filled")
    fill(data)
    publish(data)
    with served(data) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def dump(url: str, profile: Path) -> str:
    assert CHROMIUM
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--virtual-time-budget=3000",
        f"--user-data-dir={profile}",
        "--dump-dom",
        url,
    ]
    return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode()


@needs_browser
def test_a_hostile_original_runs_nothing_and_reaches_nobody(
    site: str, trap: tuple[str, list[str]], tmp_path: Path
) -> None:
    for path in ("originals/1", "captures/1", MARKED, f"reports/{HOSTILE}/cells/requests.received.total"):
        shown = dump(site + path, tmp_path)
        assert "RAN" not in shown.partition("</title>")[0]
        assert trap[1] == []
    assert "原件的文字" in dump(site + "originals/1", tmp_path)
    assert 'id="gk-mark"' in dump(site + MARKED, tmp_path)


@needs_browser
def test_a_hostile_original_in_the_frame_of_a_cell_reaches_nobody(
    site: str, trap: tuple[str, list[str]], browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{site}reports/{HOSTILE}/cells/requests.received.total")
    page.locator("iframe.gk-original").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe.gk-original")
    frame.locator("#gk-mark").wait_for()
    page.wait_for_timeout(1000)
    assert "RAN" not in page.title()
    assert frame.locator("#gk-mark").inner_text() == "原件的文字"
    assert page.url.startswith(site)
    assert trap[1] == []
    page.close()


@needs_browser
def test_the_same_page_unguarded_would_run(trap: tuple[str, list[str]], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(hostile(trap[0]).replace("http-equiv", "x"), encoding="utf-8")
    assert "RAN" in dump(page.as_uri(), tmp_path / "profile").partition("</title>")[0]
    assert trap[1]
    trap[1].clear()


@needs_browser
def test_the_site_works_in_a_browser(site: str, tmp_path: Path) -> None:
    assert "政府信息公开年报档案" in dump(site, tmp_path)
    assert "<mark>行政复议</mark>" in dump(site + "-/search?q=行政复议", tmp_path)


def test_addresses_are_https_where_the_proxy_in_front_says_so(filled: str) -> None:
    asked = Request(filled + "feeds/reports.json", headers={"X-Forwarded-Proto": "https", "Host": "gongkai.example"})
    with urlopen(asked, timeout=20) as answer:
        assert json.load(answer)["feed_url"] == "https://gongkai.example/feeds/reports.json"


PAGES = (
    "",
    "en/",
    "-/search",
    "en/-/search?q=行政复议",
    "en/-/search?q=行政复议&year=2024&place=qingyuan",
    "-/search?q=没有的词语&year=2024",
    "downloads",
    "leads",
    "captures/1",
    "places",
    "places/qingyuan",
    "en/places/qingyuan",
)


@needs_browser
@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_its_window_and_can_be_used_by_all(
    filled: str, browser: Browser, path: str, size: dict[str, int]
) -> None:
    with visit(browser, filled + path, size) as page:
        assert sideways(page) == 0
        assert violations(page) == []


@needs_browser
@pytest.mark.parametrize("path", ["public", "public/panel", "public/reports", "public/matrix?portal=qingyuan"])
def test_datasettes_pages_fit_a_telephone(filled: str, browser: Browser, path: str) -> None:
    with visit(browser, filled + path, TELEPHONE) as page:
        assert sideways(page) == 0
        assert page.evaluate("document.documentElement.scrollHeight") < 40_000


@needs_browser
@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_reports_bodies_and_comparisons_too(filled: str, browser: Browser, size: dict[str, int]) -> None:
    with visit(browser, filled + "places/qingyuan", size) as page:
        for link in (".gk-matrix tbody th a", "a[href^='/compare']", ".gk-compare thead a", "nav.gk-switch a"):
            page.locator(link).first.click()
            page.wait_for_load_state("networkidle")
            assert sideways(page) == 0
            assert violations(page) == []


@needs_browser
def test_the_check_for_accessibility_finds_what_is_wrong(filled: str, browser: Browser) -> None:
    with visit(browser, filled) as page:
        page.evaluate("document.querySelector('label[for=q]').remove()")
        page.evaluate("document.querySelector('#q').removeAttribute('placeholder')")
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('pre'), {textContent: '公'.repeat(500)}))"
        )
        assert any("label" in found for found in violations(page))
        assert sideways(page) > 1000


@needs_browser
def test_the_language_is_switched_and_kept_along_the_links(filled: str, browser: Browser) -> None:
    with visit(browser, filled + "-/search?q=行政复议") as page:
        page.get_by_role("link", name="English").click()
        assert page.url == filled + "en/-/search?q=%E8%A1%8C%E6%94%BF%E5%A4%8D%E8%AE%AE"
        assert page.locator("html").get_attribute("lang") == "en"
        page.locator("header .gk-name").click()
        assert page.url == filled + "en/"
        page.get_by_role("link", name="中文").click()
        assert page.url == filled
