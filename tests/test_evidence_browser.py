"""A reader's way in a real browser: from the home page to the number in the archived original."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from browser import DESKTOP, TELEPHONE, chromium, needs_browser, served, sideways, violations, visit
from playwright.sync_api import Browser, Page
from playwright.sync_api import Locator as Locating

from crawler.sample.demo import run_demo
from extract.marking import marked
from extract.proof import text_in_pdf
from extract.report import Locator

pytestmark = pytest.mark.timeout(300)
SIZES = pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("demo")
    run_demo(data, lambda _: None)
    return data


@pytest.fixture(scope="module")
def site(demo: Path) -> Iterator[str]:
    with served(demo) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def is_sound(page: Page) -> None:
    page.wait_for_load_state("networkidle")
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
@SIZES
def test_four_clicks_lead_from_home_to_the_cell_in_its_original(
    site: str, browser: Browser, size: dict[str, int]
) -> None:
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
@SIZES
def test_a_cell_of_a_pdf_is_framed_on_its_page(site: str, demo: Path, browser: Browser, size: dict[str, int]) -> None:
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
