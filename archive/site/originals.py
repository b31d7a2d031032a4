"""Archived originals: the bytes as the publisher sent them, shown so that nothing in them can run or load anything.

HTML is decoded in our one place and sent as UTF-8 under a policy that gives it an opaque origin without script, forms
or requests. PDF goes to the browser's own viewer under the same policy; every other type is only downloaded.
`/captures/ID` shows an original with where it came from.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datasette import Response
from datasette.utils.asgi import Request

from archive.captures import Original, read_capture
from archive.site import words
from archive.site.database import PUBLIC
from archive.site.headers import INERT
from archive.site.pages import Row, not_found, page, row, rows
from archive.warc import CaptureError
from extract.decode import decode

if TYPE_CHECKING:
    from datasette.app import Datasette

_HTML = re.compile(rb"<!doctype html|<html|<head|<body|<table|<div|<p\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
# The policy stops what these load. They are taken out because a browser may still look up or connect to the hosts they
# name, and because a <base> would bend links; <meta http-equiv> could name a charset that we undid.
_CONNECTING = re.compile(r"<(?:link|base)\b[^>]*>|<meta\b[^>]*http-equiv[^>]*>", re.IGNORECASE)


async def original(datasette: Datasette, request: Request) -> Response:
    """The archived bytes, inert. With `?download=1` exactly as received, as a file."""
    capture = await row(datasette, "SELECT * FROM captures WHERE id = ?", [int(request.url_vars["id"])])
    if capture is None:
        return await not_found(datasette, request, "没有这个存档原件", "请从报告页的“存档原件”进入。")
    try:
        found = await asyncio.to_thread(read_capture, _data(datasette), capture["warc"], capture["warc_offset"])
    except (CaptureError, OSError) as error:
        advice = f"原件在 {capture['warc']} 第 {capture['warc_offset']} 字节处，但本站未能取出：{error}"
        return await not_found(datasette, request, "原件此刻取不出来", advice)
    headers = {**_provenance(capture), "X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": INERT}
    if found.sha256 != capture["sha256"]:
        headers["Warning"] = '199 - "SHA-256 differs from the recorded one"'
    if not request.args.get("download"):
        if _is_html(found):
            return _shown(found, headers)
        if found.body.startswith(b"%PDF-"):
            headers["Content-Disposition"] = f'inline; filename="{_name(capture, "pdf")}"'
            return Response(found.body, headers=headers, content_type="application/pdf")
    headers["Content-Disposition"] = f'attachment; filename="{_name(capture)}"'
    return Response(found.body, headers=headers, content_type="application/octet-stream")


async def capture(datasette: Datasette, request: Request) -> Response:
    """An original with its provenance around it."""
    capture_id = int(request.url_vars["id"])
    about = await row(datasette, "SELECT * FROM captures WHERE id = ?", [capture_id])
    if about is None:
        return await not_found(datasette, request, "没有这个存档原件", "请从报告页的“存档原件”进入。")
    context = {
        "capture": about,
        "reports": await rows(
            datasette,
            "SELECT id, title FROM reports WHERE capture_id = ? "
            "UNION SELECT id, title FROM reports WHERE article_capture_id = ? "
            "UNION SELECT r.id, r.title FROM versions v JOIN reports r ON r.id = v.report_id WHERE v.capture_id = ?",
            [capture_id] * 3,
        ),
        "others": await rows(
            datasette, "SELECT id, fetched_at, sha256 FROM captures WHERE url = ? ORDER BY id", [about["url"]]
        ),
        "revisits": await rows(
            datasette,
            "SELECT fetched_at FROM revisits WHERE capture_id = ? ORDER BY fetched_at DESC LIMIT 1",
            [capture_id],
        ),
        "words": words,
    }
    return await page(datasette, request, "gongkai_capture.html", context)


def _data(ds: Datasette) -> Path:
    """The data folder: where public.db lies, with the captures beside it."""
    return Path(ds.get_database(PUBLIC).path).resolve().parent


def _is_html(found: Original) -> bool:
    return "html" in (found.content_type or "").lower() or _HTML.search(found.body[:1024]) is not None


def _shown(found: Original, headers: dict[str, str]) -> Response:
    declared = _CHARSET.search(found.content_type or "")
    text = decode(found.body, declared.group(1) if declared else None).text
    inert = _CONNECTING.sub("", text)
    return Response.html(inert, headers={**headers, "X-DNS-Prefetch-Control": "off"})


def _provenance(capture: Row) -> dict[str, str]:
    """When it was captured and of what: Memento (RFC 7089), and the fixity that a reader can check."""
    taken = datetime.fromisoformat(capture["fetched_at"])
    url = capture["url"].encode("ascii", "ignore").decode().replace(">", "%3E").replace("\n", "").replace("\r", "")
    return {
        "Memento-Datetime": format_datetime(taken, usegmt=True),
        "Link": f'<{url}>; rel="original"',
        "X-Archive-SHA256": capture["sha256"],
        "X-Archive-WARC": f"{capture['warc']}; offset={capture['warc_offset']}; length={capture['warc_length']}",
    }


def _name(capture: Row, extension: str | None = None) -> str:
    """A file name: the capture's number and the URL's own last part, in plain characters."""
    last = re.sub(r"[^A-Za-z0-9._-]+", "_", urlsplit(capture["url"]).path.rsplit("/", 1)[-1])[-60:] or "index.html"
    if extension and not last.lower().endswith("." + extension):
        last = f"{last}.{extension}"
    return f"{capture['id']}-{last}"
