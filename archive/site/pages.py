"""What all our pages share: the published database, how a page is rendered, how it says that a thing is not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from archive.site.database import PUBLIC
from archive.site.headers import OURS

if TYPE_CHECKING:
    from datasette.app import Datasette

Row = dict[str, Any]


async def rows(ds: Datasette, sql: str, values: Sequence[object] | Row = ()) -> list[Row]:
    """The rows of a query on the published database."""
    result = await ds.get_database(PUBLIC).execute(sql, values if isinstance(values, dict) else list(values))
    return [dict(row) for row in result.rows]


async def row(ds: Datasette, sql: str, values: Sequence[object] | Row = ()) -> Row | None:
    return next(iter(await rows(ds, sql, values)), None)


def published_at(ds: Datasette) -> str:
    """When the file that is served was published (UTC)."""
    return datetime.fromtimestamp(Path(ds.get_database(PUBLIC).path).stat().st_mtime, UTC).isoformat()


async def page(ds: Datasette, request: Request, template: str, context: Row, status: int = 200) -> Response:
    """A page of ours. It holds no script, and its policy forbids any."""
    query = f"?{request.query_string}" if request.query_string else ""
    base = len(ds.setting("base_url")) - 1
    here = request.path[base:] + query
    html = await ds.render_template(template, {**context, "here": here}, request=request)
    return Response.html(html, status=status, headers={"Content-Security-Policy": OURS})


async def not_found(ds: Datasette, request: Request, what: str, advice: str) -> Response:
    return await page(ds, request, "gongkai_not_found.html", {"what": what, "advice": advice}, status=404)
