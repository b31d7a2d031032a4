"""Portals on loopback that behave as the families of real ones do, a small file a family.

An HTTP proxy serves them all under the addresses of real portals. Each knows which documents a crawl must find.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from portal import CHAPTERS, article, frame, listing

__all__ = ["Answer", "Request", "Simulated", "anchor", "frame", "listing", "serving", "titled"]


@dataclass(frozen=True)
class Request:
    """What came: `path` with its query, `query` decoded, `headers` in lower case."""

    method: str
    path: str
    body: str
    headers: dict[str, str]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    body: str | bytes
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Route = Callable[[Request], Answer | str | None]


class Simulated:
    """A portal of one or more hosts. `documents` are the addresses that a crawl must end with, no more and no less;
    `notes` are said in its crawl's details."""

    def __init__(self, name: str, column: str, host: str | None = None, hint: str = "") -> None:
        self.name = name
        self.host = host or f"www.{name.replace('_', '-')}.gov.cn"
        self.column = column
        self.hint = hint
        self.pages: dict[str, Answer] = {}
        self.routes: list[tuple[str, Route]] = []
        self.documents: set[str] = set()
        self.attached: dict[str, str] = {}
        self.notes: list[str] = []
        self.seen: list[tuple[Request, int]] = []
        self.put("/", frame("样例区人民政府", "<p>要闻</p>"))

    @property
    def home(self) -> str:
        return f"http://{self.host}"

    @property
    def row(self) -> str:
        column = self.home + self.column if self.column.startswith("/") else self.column
        return f"{self.name},,{self.name}区,county,{self.home}/,{column},{self.hint},"

    @property
    def hosts(self) -> set[str]:
        return {self.host, *(urlsplit(url).netloc for url in self.pages if url.startswith("http"))}

    def put(self, path: str, body: str | bytes, **how: object) -> None:
        self.pages[path] = Answer(body, **how)  # type: ignore[arg-type]

    def put_list(self, path: str, links: Iterable[tuple[str, str]], more: str = "") -> None:
        self.put(path, listing(links, more))

    def report(self, path: str, title: str, body: str = CHAPTERS, **how: object) -> tuple[str, str]:
        """An article that a crawl must find; gives its link."""
        self.put(path, article(title, body), **how)
        self.documents.add(path if path.startswith("http") else self.home + path)
        return path, title

    def decoy(self, path: str, title: str) -> tuple[str, str]:
        """An article that no crawl may take."""
        self.put(path, article(title, "<p>按要求开展工作。</p>"))
        return path, title

    def attach(self, document: str, path: str, data: bytes = b"%PDF-1.4 report") -> None:
        """A file that must be bound to a document."""
        self.put(path, data, kind="application/octet-stream")
        self.attached[self.home + path] = self.home + document

    def route(self, path: str, answer: Route) -> None:
        """What answers requests whose path, without query, is this."""
        self.routes.append((path, answer))

    def answer(self, request: Request, host: str) -> Answer:
        plain = request.path.split("?", 1)[0]
        found: Answer | str | None = None
        if host == self.host:
            found = next((route(request) for path, route in self.routes if path == plain), None)
            found = found or self.pages.get(request.path) or self._static(request)
        found = found or self.pages.get(f"http://{host}{request.path}") or Answer("不存在", 404)
        answer = Answer(found) if isinstance(found, str) else found
        self.seen.append((request, answer.status))
        return answer

    def _static(self, request: Request) -> Answer | None:
        """A static file is served whatever query comes with it."""
        return self.pages.get(request.path.split("?", 1)[0])


def titled(body: str, year: int = 2024) -> str:
    return f"样例区{body}{year}年政府信息公开工作年度报告"


def anchor(href: str, title: str, day: str = "2025-01-20") -> str:
    return f'<li><a href="{href}" title="{title}">{title[:12]}…</a><span>{day}</span></li>'


@contextmanager
def serving(portals: Iterable[Simulated]) -> Iterator[None]:
    """Serve them; crawls of this process go through the proxy."""
    sites = {host: site for site in portals for host in site.hosts}

    class Handler(_Handler):
        by_host = sites

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("http_proxy", f"http://127.0.0.1:{server.server_address[1]}")
            for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
                patch.delenv(name, raising=False)
            yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # 5: a crawl of fifty portals opens more connections at once


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    by_host: ClassVar[dict[str, Simulated]]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        site = self.by_host.get(parts.netloc)
        request = Request(self.command, path, body, headers)
        answer = site.answer(request, parts.netloc) if site else Answer("no such host", 502)
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, **answer.headers}.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.data)))
        self.end_headers()
        self.wfile.write(answer.data)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the requests stand in the portals."""
