"""`/crawls`: how the last visit to each portal ended, those that want a person first; what could not be read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import words
from archive.site.pages import page, published_at, rows
from archive.status import TROUBLE

if TYPE_CHECKING:
    from datasette.app import Datasette

MOST_LISTED = 400
"""So many portals whose visit went well are listed; a page of thousands would say no more."""

_LAST = """
SELECT p.id, p.name, c.finished, c.started, c.outcome, c.reason, c.requests, c.accepted, c.new_captures,
  (SELECT max(k.finished) FROM crawls k WHERE k.portal_id = p.id AND k.outcome = 'ok') AS well,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id AND d.report_id IS NULL) AS unread
FROM portals p JOIN crawls c ON c.id = (
  SELECT id FROM crawls WHERE portal_id = p.id ORDER BY started DESC, id DESC LIMIT 1)
ORDER BY c.started DESC, p.name
"""
_NEVER = """
SELECT p.id, p.name FROM portals p WHERE NOT EXISTS (SELECT 1 FROM crawls c WHERE c.portal_id = p.id) ORDER BY p.name
"""


async def crawls(datasette: Datasette, request: Request) -> Response:
    last = await rows(datasette, _LAST)
    trouble = [line for line in last if line["outcome"] is None or line["outcome"] in TROUBLE]
    well = [line for line in last if line["outcome"] is not None and line["outcome"] not in TROUBLE]
    context = {
        "trouble": trouble,
        "well": well[:MOST_LISTED],
        "well_count": len(well),
        "never": await rows(datasette, _NEVER),
        "unread": sum(line["unread"] for line in last),
        "published_at": published_at(datasette),
        "words": words,
    }
    return await page(datasette, request, "gongkai_crawls.html", context)
