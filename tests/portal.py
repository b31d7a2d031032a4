"""A government portal on loopback that can misbehave: the crawler's counterpart in tests.

It is an HTTP proxy, so that pages have the addresses of real portals without a network. A host without pages answers
502, a missing page 404.
"""

from __future__ import annotations

import gzip
import http.server
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from sqlite_utils import Database

FAST = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 20}
"""Crawl settings without the politeness that loopback does not need."""
HEADER = "id,division_code,name,level,home_url,column_url,platform,note"

CHAPTERS = "".join(
    f"<p>{heading}</p><p>本年度按要求开展工作。</p>"
    for heading in (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )
)


@dataclass
class Page:
    """An answer. `etag` makes it answer 304 when asked with it; `packed` sends it gzip-coded; `cut` sends fewer bytes
    than announced; `slow` seconds pass before it answers."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    packed: bool = False
    cut: bool = False
    slow: float = 0.0


class Portal:
    """The pages that are served, by absolute URL, and the requests that came: (URL, status). What it holds back is
    answered once it is `free` again."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, int]] = []
        self.free = threading.Event()
        self.free.set()
        self._last = 0
        self._lock = threading.Lock()

    def hold_after(self, answers: int) -> None:
        """Answer so many requests more, and hold back all others."""
        self._last = len(self.requests) + answers
        self.free.clear()

    def asked_for(self, url: str, status: int) -> None:
        """Gives back when the request may be answered."""
        with self._lock:
            self.requests.append((url, status))
            held = len(self.requests) > self._last
        if held:
            self.free.wait()

    def put(self, url: str, body: str | bytes, **how: object) -> Page:
        data = body.encode() if isinstance(body, str) else body
        page = Page(data, **how)  # type: ignore[arg-type]
        self.pages[url] = page
        return page

    def put_list(self, url: str, links: Iterable[tuple[str, str]], more: str = "", **how: object) -> Page:
        """A list page; every entry is dated."""
        return self.put(url, listing(links, more), **how)

    def put_report(self, url: str, title: str, **how: object) -> Page:
        return self.put(url, article(title, CHAPTERS), **how)

    @property
    def asked(self) -> list[str]:
        return [url for url, _ in self.requests]


def listing(links: Iterable[tuple[str, str]], more: str = "") -> str:
    rows = "".join(f'<li><a href="{href}">{title}</a><span>2025-01-20</span></li>' for href, title in links)
    return frame("政府信息公开年报", f'<ul class="list">{rows}</ul>{more}')


def article(title: str, body: str) -> str:
    return frame(title, f'<h1>{title}</h1><div class="content" id="zoom">{body}</div>')


def frame(title: str, body: str) -> str:
    """A page of a portal, with the links that stand on every page of it."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_样例区人民政府</title></head><body>'
        '<div class="header"><a href="/">网站首页</a><a href="/zwgk/">政务公开</a><a href="/bszn/">办事指南</a></div>'
        f'<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="./">政府信息公开年报</a></div>{body}'
        '<div class="footer">主办：样例区人民政府办公室</div></body></html>'
    )


def row(portal_id: str, host: str, column: str = "/gknb/index.html") -> str:
    """A registry row; `column` is empty for a portal whose column is to be found."""
    column_url = f"http://{host}{column}" if column else ""
    return f"{portal_id},,{portal_id}区,county,http://{host}/,{column_url},,"


def write_registry(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return path


def kept_by(data: Path) -> list[Path]:
    """The WARC files of a data folder in the order of the crawls. Their names do not tell it: of two runs that begin in
    one second a random tail comes first."""
    db = Database(data / "archive.db")
    rows = db.conn.execute(
        "SELECT warc FROM (SELECT warc, crawl_id FROM captures UNION ALL SELECT warc, crawl_id FROM revisits)"
        " GROUP BY warc ORDER BY min(crawl_id)"
    ).fetchall()
    db.close()
    return [data / "captures" / name for (name,) in rows]


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # 5: connections that come together on a busy machine would wait for seconds


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch | None = None) -> Iterator[tuple[Portal, str]]:
    """The portal and its address. With a monkeypatch, crawls of this process go through it."""
    portal = Portal()

    class Handler(_Handler):
        site = portal

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    if monkeypatch:
        monkeypatch.setenv("http_proxy", address)
        for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
            monkeypatch.delenv(name, raising=False)
    try:
        yield portal, address
    finally:
        portal.free.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: ClassVar[Portal]

    def do_GET(self) -> None:
        url = self.path
        page = self.site.pages.get(url)
        if page is None:
            hosts = {urlsplit(known).hostname for known in self.site.pages}
            page = Page(b"not here", 404 if urlsplit(url).hostname in hosts else 502)
        status = page.status
        if page.etag and self.headers.get("If-None-Match") == page.etag:
            status = 304
        self.site.asked_for(url, status)
        time.sleep(page.slow)
        self._answer(page, status)

    def _answer(self, page: Page, status: int) -> None:
        body = b"" if status == 304 else page.body
        self.send_response(status)
        self.send_header("Content-Type", page.content_type)
        if page.etag:
            self.send_header("ETag", page.etag)
        if page.packed and body:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if page.cut else body)
        self.close_connection = page.cut

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the requests stand in the portal."""
