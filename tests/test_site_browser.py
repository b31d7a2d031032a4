"""A real server and a real browser: a hostile original can run nothing and reach nobody."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from invented import Archive, report

from archive.publish import publish

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_SERVE = """
import sys
from pathlib import Path
from archive.serve import serve
serve(Path(sys.argv[1]), port=0, on_ready=lambda url: print(url, flush=True))
"""


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
    archive.take("http://qingyuan.test/1.html", report("http://qingyuan.test/1.html"), hostile(trap[0]))
    archive.close()
    publish(data)
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(data)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        yield address
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)


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


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_hostile_original_runs_nothing_and_reaches_nobody(
    site: str, trap: tuple[str, list[str]], tmp_path: Path
) -> None:
    for path in ("originals/1", "captures/1"):
        shown = dump(site + path, tmp_path)
        assert "RAN" not in shown.partition("</title>")[0]
        assert trap[1] == []
    assert "原件的文字" in dump(site + "originals/1", tmp_path)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_same_page_unguarded_would_run(trap: tuple[str, list[str]], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(hostile(trap[0]).replace("http-equiv", "x"), encoding="utf-8")
    assert "RAN" in dump(page.as_uri(), tmp_path / "profile").partition("</title>")[0]
    assert trap[1]
    trap[1].clear()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_site_works_in_a_browser(site: str, tmp_path: Path) -> None:
    assert "政府信息公开年报档案" in dump(site, tmp_path)
    assert "<mark>行政复议</mark>" in dump(site + "-/search?q=行政复议", tmp_path)
