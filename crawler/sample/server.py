"""The sample portals on loopback: an HTTP proxy that answers for every sample host and for nobody else.

A crawler that is told to use it as its `http_proxy` asks for `http://www.yanxi.gov.example/…` and gets it, without any
name being resolved. Hosts that are not sample portals get 502, missing paths 404; nothing is ever passed on.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import socket
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

from crawler.sample.render import Resource, site
from crawler.sample.truth import Stage

_MISSING = "<html><head><title>404</title></head><body><p>您访问的页面不存在</p></body></html>".encode()


class Request(NamedTuple):
    """One line of the log: what was asked for, under which condition, and the status that was sent."""

    method: str
    url: str
    conditional: bool
    status: int


class SamplePortals:
    """Serves the sample portals while the `with` block runs, on a free port of 127.0.0.1.

    `stage` may be set at any time; 2 serves the pages as they are after one report was edited in place. `log` holds
    every request answered. Leaving the block waits for requests in progress (at most `_Handler.timeout` seconds).
    """

    def __init__(self, stage: Stage = 1) -> None:
        self.stage: Stage = stage
        self.log: list[Request] = []

    def __enter__(self) -> Self:
        for stage in (1, 2):
            site(stage)  # Made before the first request: rendering must not count as the server's slowness.
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sample-portals")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def find(self, url: str) -> Resource | None:
        parts = urlsplit(url)
        return site(self.stage).get(f"{parts.scheme}://{parts.hostname}{unquote(parts.path) or '/'}")

    def serves(self, host: str | None) -> bool:
        return any(urlsplit(url).hostname == host for url in site(self.stage))


class _Server(ThreadingMixIn, HTTPServer):
    """A thread for each request, never more than `_MOST` at once: further clients wait in the listen queue."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64
    _MOST = 16

    def __init__(self, portals: SamplePortals) -> None:
        self.portals = portals
        self._free = threading.BoundedSemaphore(self._MOST)
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        self._free.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        with self._released():
            super().process_request_thread(request, client_address)

    @contextmanager
    def _released(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._free.release()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "sample-portals"
    sys_version = ""
    timeout = 5

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the log is a list."""

    def _answer(self, with_body: bool) -> None:
        portals = self.server.portals
        url = self.path if "://" in self.path else f"http://{self.headers.get('Host', '')}{self.path}"
        found = portals.find(url)
        headers = {"Connection": "close"}
        if found is None:
            known = portals.serves(urlsplit(url).hostname)
            status, body = (HTTPStatus.NOT_FOUND, _MISSING) if known else (HTTPStatus.BAD_GATEWAY, b"no such host here")
            headers["Content-Type"] = "text/html; charset=utf-8"
        else:
            etag = f'"{hashlib.sha256(found.body).hexdigest()[:20]}"'
            headers |= {"ETag": etag, "Last-Modified": format_datetime(found.modified, usegmt=True)}
            headers["Content-Type"] = found.content_type
            unchanged = self._unchanged(found, etag)
            status, body = (HTTPStatus.NOT_MODIFIED, b"") if unchanged else (HTTPStatus.OK, found.body)
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        portals.log.append(Request(self.command, url, conditional, int(status)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)
        self.close_connection = True

    def _unchanged(self, found: Resource, etag: str) -> bool:
        """Whether the client's copy is the current one. An ETag outranks a date (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")] or tags.strip() == "*"
        if since := self.headers.get("If-Modified-Since"):
            try:
                date = parsedate_to_datetime(since)
            except ValueError:
                return False
            return found.modified.replace(microsecond=0) <= (date if date.tzinfo else date.replace(tzinfo=UTC))
        return False
