"""A file as an answer, whole or the part that `Range` asks for (RFC 9110, one range of bytes), so that a download that
broke off can go on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Request, asgi_start

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))")


class NotThere(Exception):
    """The range begins behind the end of the file."""


async def send_file(
    request: Request, send: Callable[[Any], Awaitable[None]], path: Path, content_type: str, headers: dict[str, str]
) -> None:
    """The file, or with 206 the part of it. A range that is no single one of bytes is ignored, as is one of another
    state of the file (`If-Range` against the `ETag` among the headers)."""
    size = (await asyncio.to_thread(path.stat)).st_size
    headers = {**headers, "Accept-Ranges": "bytes"}
    only_if = request.headers.get("if-range")
    asked = request.headers.get("range") if only_if in (None, headers.get("ETag")) else None
    try:
        part = _part(asked, size) if asked else None
    except NotThere:
        await asgi_start(send, 416, {**headers, "Content-Range": f"bytes */{size}"}, "text/plain")
        await send({"type": "http.response.body", "body": b""})
        return
    first, behind = part or (0, size)
    headers["Content-Length"] = str(behind - first)
    if part:
        headers["Content-Range"] = f"bytes {first}-{behind - 1}/{size}"
    with await asyncio.to_thread(path.open, "rb") as file:
        await asgi_start(send, 206 if part else 200, headers, content_type)
        file.seek(first)
        left = behind - first
        while left:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK, left))
            if not chunk:
                # Shorter than it was: the length that was promised is missed, which the client is told by its server.
                return
            left -= len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Where the range begins and the byte behind its last; None where the header is to be ignored."""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None:
        return None
    first, last, tail = (int(number) if number else None for number in found.groups())
    if first is None:
        first, last = max(0, size - (tail or 0)), None
        if tail == 0:
            raise NotThere
    if first >= size:
        raise NotThere
    if last is not None and last < first:
        return None
    return first, size if last is None else min(last + 1, size)
