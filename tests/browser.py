"""A served archive and a real browser on it, which fails the test on a console error or a request to another host."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from generator import pdf
from playwright.sync_api import Browser, Page, Request, Response, ViewportSize, sync_playwright

# The first shows pages alike without what a person at a screen needs: it takes a fifth of the time for one.
CHROMIUM = shutil.which("chromium-headless-shell") or pdf.chromium()
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

Size = ViewportSize
Scheme = Literal["light", "dark"]
DESKTOP: Size = {"width": 1280, "height": 900}
TELEPHONE: Size = {"width": 390, "height": 844}
both_sizes = pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])

_SERVE = """
import sys
from pathlib import Path
from archive.serve import serve
serve(Path(sys.argv[1]), port=0, on_ready=lambda url: print(url, flush=True))
"""


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The address of a `gongkai serve` on the data folder, its last slash included."""
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(data)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Close it before a test of the same process runs an event loop of its own: Playwright keeps
    one running in this thread."""
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser, url: str, size: Size = DESKTOP, scheme: Scheme = "light", javascript: bool = True
) -> Iterator[Page]:
    """A page that must be quiet: no error on its console, no request to another host, none that failed, no cookie, and
    on every answer the headers that bind a browser."""
    host = urlsplit(url).netloc
    complaints: list[str] = []
    context = browser.new_context(
        viewport={**size}, locale="zh-CN", color_scheme=scheme, java_script_enabled=javascript
    )
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and _ours(said.text) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # A download takes the place of a page that is then not loaded.
    page.on("requestfailed", lambda asked: complaints.append(f"{asked.url} {asked.failure}") if _lost(asked) else None)
    page.on(
        "request", lambda asked: complaints.append(asked.url) if urlsplit(asked.url).netloc not in (host, "") else None
    )
    page.on("response", lambda answer: complaints.extend(_bare(answer)))
    try:
        answer = page.goto(url)
        assert answer is not None
        assert answer.ok, f"{answer.status} {url}"
        yield page
        assert not complaints, complaints
        assert not context.cookies()
    finally:
        context.close()


def _lost(asked: Request) -> bool:
    return "ERR_ABORTED" not in (asked.failure or "")


def _bare(answer: Response) -> list[str]:
    """The headers that an answer lacks."""
    needed = ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy")
    return [f"{answer.url} without {name}" for name in needed if name not in answer.headers]


def _ours(said: str) -> bool:
    """Whether a complaint is the site's own: looking into a sandboxed frame, Playwright runs callbacks there, which the
    sandbox blocks and reports, as it would a script of the original."""
    return not (said.startswith("Blocked script execution in") and "/originals/" in said)


def sideways(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window: 0 on a page that fits."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def violations(page: Page) -> list[str]:
    """What axe-core finds of serious and critical impact, each with the first elements concerned."""
    # Told of violations alone, it looks no further at what is well.
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {[node['target'] for node in rule['nodes'][:3]]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
