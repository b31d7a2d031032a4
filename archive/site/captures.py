"""`/captures/ID`: an archived original with where it came from, as far as a browser can show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import words
from archive.site.language import say
from archive.site.originals import Gone, body_of, find, no_capture, shown_as
from archive.site.page_images import drawn, page_number
from archive.site.pages import Row, page, rows
from extract.errors import Unreadable

if TYPE_CHECKING:
    from datasette.app import Datasette

_REPORTS = """
SELECT id, title FROM reports WHERE capture_id = :id UNION SELECT id, title FROM reports WHERE article_capture_id = :id
UNION SELECT r.id, r.title FROM versions v JOIN reports r ON r.id = v.report_id WHERE v.capture_id = :id
"""
_OTHERS = "SELECT id, fetched_at, sha256 FROM captures WHERE url = ? ORDER BY id"
_REVISITS = "SELECT fetched_at FROM revisits WHERE capture_id = ? ORDER BY fetched_at DESC LIMIT 1"


async def capture(datasette: Datasette, request: Request) -> Response:
    """HTML and text in a frame, of PDF and pictures one page as an image, of the rest how to get it."""
    about = await find(datasette, int(request.url_vars["id"]))
    if about is None:
        return await no_capture(datasette, request)
    context = {
        "capture": about,
        "reports": await rows(datasette, _REPORTS, {"id": about["id"]}),
        "others": await rows(datasette, _OTHERS, [about["url"]]),
        "revisits": await rows(datasette, _REVISITS, [about["id"]]),
        "words": words,
    }
    context |= await _shown(datasette, request, about)
    return await page(datasette, request, "gongkai_capture.html", context)


async def _shown(ds: Datasette, request: Request, about: Row) -> Row:
    made: Row = {"shown": "nothing", "trouble": ""}
    try:
        made["shown"] = shown_as(await body_of(ds, about))
        if made["shown"] == "page":
            number = page_number(request) or 1
            made |= {"image": await drawn(ds, [about], number), "number": number}
    except (Gone, Unreadable) as error:
        made = {
            "shown": "nothing",
            "trouble": say("原件未能显示：%(why)s。可下载后查看。") % {"why": str(error).rstrip("。.")},
        }
    return made
