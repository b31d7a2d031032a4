"""`/-/health` for whoever watches the server, and `/robots.txt` for whoever crawls it."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request

from archive.captures import read_capture
from archive.site.database import PUBLIC
from archive.site.pages import published_at, row
from archive.warc import CaptureError

if TYPE_CHECKING:
    from datasette.app import Datasette

_ROBOTS = """User-agent: *
Disallow: /-/search?
Disallow: /en/-/search?
Disallow: /public?
Disallow: /public/*?
Disallow: /originals/
Disallow: /captures/*/pages/
Disallow: /captures/*.warc.gz
Disallow: /reports/*/cells/
Disallow: /en/reports/*/cells/
Crawl-delay: 2
"""
"""Reports, captures and feeds may be indexed; searches and SQL, each a page of its own, may not, nor may copies of
other sites' pages; nor the page of every cell, each of which costs a process."""


async def health(datasette: Datasette, request: Request) -> Response:  # noqa: ARG001  Datasette's signature
    """200 while the archive answers and its newest original can be taken out of its WARC, else 503 with what is wrong.

    `published_seconds_ago` tells a watcher that the nightly run no longer publishes; what is too long is for the
    watcher to say.
    """
    try:
        counts = await row(
            datasette,
            "SELECT (SELECT count(*) FROM reports) AS reports, (SELECT max(finished) FROM crawls) AS crawled",
        )
        newest = await row(datasette, "SELECT warc, warc_offset FROM captures ORDER BY id DESC LIMIT 1")
        published = published_at(datasette)
        if newest is not None:
            data = Path(datasette.get_database(PUBLIC).path).resolve().parent
            await asyncio.to_thread(read_capture, data, newest["warc"], newest["warc_offset"])
    except (sqlite3.Error, QueryInterrupted, OSError, CaptureError) as error:
        return Response.json({"status": "failing", "error": f"{type(error).__name__}: {error}"}, status=503)
    age = datetime.now(UTC) - datetime.fromisoformat(published)
    about = {"published": published, "published_seconds_ago": int(age.total_seconds()), **(counts or {})}
    return Response.json({"status": "ok", **about}, headers={"Cache-Control": "no-store"})


async def robots(datasette: Datasette, request: Request) -> Response:  # noqa: ARG001  Datasette's signature
    return Response.text(_ROBOTS)
