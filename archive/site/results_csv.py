"""`/-/search.csv`: all that a search finds, for Excel, however much: a row a hit, with its sentence and its address."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import AsgiStream, Request

from archive import hits
from archive.hits import Filter
from archive.search import NOTHING, STRIDE, query
from archive.site import export
from archive.site.asked import Asked
from archive.site.database import PUBLIC

if TYPE_CHECKING:
    from datasette.app import Datasette

_HEADINGS = {
    "地方 place": "p.name",
    "机关 agency": "a.name",
    "报告年度 year": "r.year",
    "标题 title": "r.title",
    "公布日期 published": "r.published",
    "晚于期限天数 days_late": "r.days_late",
    "报告本身不符之处 findings": "(SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.fault = 'source' "
    "AND f.severity <> 'info')",
    "命中之处 chapter": "{chapter}",
    "原句 sentence": "{sentence}",
    "报告编号 report_id": "r.id",
    "网址 url": ":home || 'reports/' || r.id || {anchor}",
}
_SHOWN = ("reports", "sections", "agencies", "portals", "findings")
_JOIN = "JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id"


async def search(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """The hits in sections, then the reports that have the words in their title or the name of their body alone;
    without words, the reports. Newest first, unless the oldest are asked for."""
    # It shows what these tables hold: who may not view one of them may not have it by this way either.
    for name in _SHOWN:
        permissions = [("view-table", (PUBLIC, name)), ("view-database", PUBLIC), "view-instance"]
        await datasette.ensure_permissions(request.actor, permissions)
    asked = Asked.of(request)
    home = datasette.absolute_url(request, datasette.urls.path("/"))
    sql, values = await datasette.get_database(PUBLIC).execute_fn(partial(_sql, asked=asked))
    return await export.answer(
        datasette, request, export.Asked(sql, {**values, "home": home}, "search", list(_HEADINGS))
    )


def _sql(db: sqlite3.Connection, asked: Asked) -> tuple[str, dict[str, Any]]:
    order = f"ORDER BY {{0}} {'ASC' if asked.sort == 'oldest' else 'DESC'}"
    bare = _columns("NULL", "NULL", "''")
    if not asked.q:
        return f"SELECT {bare} FROM reports r {_JOIN} WHERE 1{asked.where} {order.format('r.rowid')}", asked.values
    walk = hits.whole(db, asked.q, asked.filter)
    columns = _columns("s.heading", "replace(snippet_zh(s.text, :typed), char(10), ' ')", "'#' || s.key")
    sections = (
        f"SELECT {columns} FROM sections_fts i CROSS JOIN sections s ON s.id = i.rowid "
        f"CROSS JOIN reports r ON r.rowid = i.rowid / {STRIDE} * {STRIDE} {_JOIN} WHERE {walk.where} "
        f"{order.format('i.rowid')} LIMIT -1"
    )
    match = query(asked.q)
    titles = (
        f"SELECT {bare} FROM reports_fts t CROSS JOIN reports r ON r.rowid = t.rowid {_JOIN} "
        f"WHERE reports_fts MATCH :title AND NOT EXISTS (SELECT 1 FROM sections_fts i WHERE {walk.where} "
        f"AND i.rowid BETWEEN t.rowid AND t.rowid + {STRIDE - 1}){asked.where} {order.format('t.rowid')} LIMIT -1"
    )
    # A LIMIT keeps each part's order.
    sql = f"SELECT * FROM ({sections}) UNION ALL SELECT * FROM ({titles})"
    titled = Filter(asked.filters).narrowed(match) if match != NOTHING else NOTHING
    return sql, {**asked.values, **walk.values, "typed": asked.q, "title": titled}


def _columns(chapter: str, sentence: str, anchor: str) -> str:
    return ", ".join(
        column.replace("{chapter}", chapter).replace("{sentence}", sentence).replace("{anchor}", anchor)
        for column in _HEADINGS.values()
    )
