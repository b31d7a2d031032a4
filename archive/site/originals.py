"""Archived originals: the bytes as the publisher sent them, shown so that nothing in them can run or load anything.

HTML is decoded in our one place and sent as UTF-8 under a policy that gives it an opaque origin without script, forms
or requests; with `?mark=PATH` that element of it is marked. Plain text and PDF are shown under the same policy; every
other type is only downloaded. `/captures/ID.warc.gz` is a capture's record.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datasette import Response
from datasette.utils.asgi import Request

from archive.captures import Original, read_capture, record_bytes
from archive.site.contained import Kept, contained
from archive.site.database import PUBLIC
from archive.site.headers import INERT
from archive.site.language import say
from archive.site.pages import Row, not_found, row
from archive.warc import CaptureError
from archive.warc_writer import warcinfo
from extract.decode import decode
from extract.errors import Unreadable
from extract.marking import marked
from extract.sniff import Medium, sniff

if TYPE_CHECKING:
    from datasette.app import Datasette

_HTML = re.compile(rb"<!doctype html|<html|<head|<body|<table|<div|<p\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
# The policy stops what these load. They are taken out because a browser may still look up or connect to the hosts they
# name, and because a <base> would bend links; <meta http-equiv> could name a charset that we undid.
_CONNECTING = re.compile(r"<(?:link|base)\b[^>]*>|<meta\b[^>]*http-equiv[^>]*>", re.IGNORECASE)


_PATH = re.compile(r"(?:html/body|script-text\[\d{1,4}\])(?:/[A-Za-z][\w:.-]{0,40}\[\d{1,5}\]){0,450}(?:/text\(\))?")
_MARKED: Kept[str] = Kept(16 * 2**20, len)


class Gone(Exception):
    """An original that cannot be taken out of the archive."""


async def find(ds: Datasette, capture_id: int) -> Row | None:
    """The row of a capture."""
    return await row(ds, "SELECT * FROM captures WHERE id = ?", [capture_id])


async def no_capture(ds: Datasette, request: Request) -> Response:
    """What is answered where no capture has the number in the address."""
    return await not_found(ds, request, say("没有这个存档原件"), say("请从报告页的“存档原件”进入。"))


async def body_of(ds: Datasette, capture: Row) -> Original:
    """The original of a capture. Raises Gone."""
    try:
        return await asyncio.to_thread(read_capture, _data(ds), capture["warc"], capture["warc_offset"])
    except (CaptureError, OSError) as error:
        about = {"warc": capture["warc"], "offset": capture["warc_offset"], "error": error}
        raise Gone(say("原件在 %(warc)s 第 %(offset)s 字节处，但本站未能取出：%(error)s") % about) from error


async def marked_page(ds: Datasette, capture: Row, path: str) -> str | None:
    """The page with the element at that path marked; None where the page has none there. Raises Gone, and Unreadable
    where marking it took too much."""
    if not _PATH.fullmatch(path):
        return None
    key = (capture["sha256"], path)
    if kept := _MARKED.get(key):
        return kept
    found = await body_of(ds, capture)
    made = await contained(marked, (found.body, _declared(found), path))
    if isinstance(made, Unreadable):
        raise made
    if made is not None:
        _MARKED.put(key, made)
    return made


async def original(datasette: Datasette, request: Request) -> Response:
    """The archived bytes, inert. With `?download=1` exactly as received, as a file. With `?mark=PATH`, which
    `X-Archive-Mark` answers, marked there if it can be."""
    capture = await find(datasette, int(request.url_vars["id"]))
    if capture is None:
        return await no_capture(datasette, request)
    try:
        found = await body_of(datasette, capture)
    except Gone as error:
        return await not_found(datasette, request, say("原件此刻取不出来"), str(error))
    headers = {**_provenance(capture), "X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": INERT}
    if found.sha256 != capture["sha256"]:
        headers["Warning"] = '199 - "SHA-256 differs from the recorded one"'
    if not request.args.get("download"):
        if found.body.startswith(b"%PDF-"):
            headers["Content-Disposition"] = f'inline; filename="{_name(capture, "pdf")}"'
            return Response(found.body, headers=headers, content_type="application/pdf")
        if _is_html(found):
            text = None
            if path := request.args.get("mark"):
                with suppress(Gone, Unreadable):
                    text = await marked_page(datasette, capture, path)
                headers["X-Archive-Mark"] = "none" if text is None else "shown"
            return _shown(text or decode(found.body, _declared(found)).text, headers)
        if _is_text(found):
            return Response.text(decode(found.body, _declared(found)).text, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{_name(capture)}"'
    return Response(found.body, headers=headers, content_type="application/octet-stream")


async def warc(datasette: Datasette, request: Request) -> Response:
    """A WARC file of the capture's one record, byte for byte as it is kept, behind a warcinfo that says what it is."""
    about = await find(datasette, int(request.url_vars["id"]))
    if about is None:
        return await no_capture(datasette, request)
    try:
        record = await asyncio.to_thread(record_bytes, _data(datasette), about["warc"], about["warc_offset"])
    except (CaptureError, OSError) as error:
        return await not_found(datasette, request, say("原件此刻取不出来"), str(error))
    name = f"gongkai-{about['id']}.warc.gz"
    headers = {**_provenance(about), "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(warcinfo(name) + record, headers=headers, content_type="application/warc")


def _data(ds: Datasette) -> Path:
    """The data folder: where public.db lies, with the captures beside it."""
    return Path(ds.get_database(PUBLIC).path).resolve().parent


def _is_html(found: Original) -> bool:
    return "html" in (found.content_type or "").lower() or _HTML.search(found.body[:1024]) is not None


def _is_text(found: Original) -> bool:
    return (found.content_type or "").lower().startswith("text/")


def shown_as(found: Original) -> str:
    """How a browser can be shown it: `frame`, `page` where its pages are drawn, or `nothing`."""
    if sniff(found.body) in (Medium.PDF, Medium.IMAGE):
        return "page"
    return "frame" if _is_html(found) or _is_text(found) else "nothing"


def _declared(found: Original) -> str | None:
    declared = _CHARSET.search(found.content_type or "")
    return declared.group(1) if declared else None


def _shown(text: str, headers: dict[str, str]) -> Response:
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
