"""Pages of archived PDFs and pictures as PNG images: `/captures/ID/pages/N.png`. They are drawn in a child process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.site.contained import Kept, contained
from archive.site.headers import INERT
from archive.site.language import say
from archive.site.originals import Gone, body_of, find, no_capture
from archive.site.pages import Row, not_found
from extract.errors import Unreadable
from extract.page_image import PageImage, page_image

if TYPE_CHECKING:
    from datasette.app import Datasette

_IMAGES: Kept[PageImage] = Kept(48 * 2**20, lambda image: len(image.png))


async def page_png(datasette: Datasette, request: Request) -> Response:
    """One page as an image; without it a page that says why."""
    capture = await find(datasette, int(request.url_vars["id"]))
    if capture is None:
        return await no_capture(datasette, request)
    number = int(request.url_vars["number"])
    try:
        image = await drawn(datasette, [capture], number)
    except (Gone, Unreadable) as error:
        return await not_found(
            datasette, request, say("这一页无法显示"), say("%(why)s。可下载原件查看。") % {"why": error}
        )
    headers = {"Content-Security-Policy": INERT, "Cache-Control": "public, max-age=86400"}
    return Response(image.png, headers=headers, content_type="image/png")


def page_number(request: Request) -> int | None:
    """The page that `?page=` asks for; None where it asks for none."""
    asked = request.args.get("page") or ""
    return int(asked) if asked.isdecimal() and len(asked) < 5 else None


async def drawn(ds: Datasette, captures: Sequence[Row], number: int) -> PageImage:
    """That page of the document that the captures make up. Raises Unreadable, and Gone where an original is.

    It is kept for `/captures/ID/pages/N.png`, with the capture and number that it says it is of.
    """
    key = (*(capture["sha256"] for capture in captures), number)
    if kept := _IMAGES.get(key):
        return kept
    bodies = [(await body_of(ds, capture)).body for capture in captures]
    image = await contained(page_image, (bodies, number))
    if isinstance(image, Unreadable):
        raise image
    _IMAGES.put(key, image)
    if len(captures) > 1:
        _IMAGES.put((captures[image.file]["sha256"], image.in_file), image)
    return image
