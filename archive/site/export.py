"""`/export/TABLE.csv` and `/export.csv?sql=…`: CSV for Excel, every row, streamed.

The filters are those of the table's page, so `/public/TABLE` becomes `/export/TABLE.csv` with the same words after the
`?`. One connection of its own reads one file, so a publication meanwhile mixes nothing. What fails on the way ends the
transfer without its end, which browsers and curl report: rows are never left out in silence.
"""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.filters import Filters
from datasette.utils import InvalidSql, await_me_maybe, escape_sqlite, sqlite_timelimit, validate_sql_select
from datasette.utils.asgi import AsgiStream, Request

from archive import spreadsheet
from archive.dictionary import dictionary
from archive.release_tables import Column, Table, table
from archive.site.database import PUBLIC
from archive.site.language import say
from archive.site.pages import page
from archive.spreadsheet import BOM, text_cell

if TYPE_CHECKING:
    from datasette.app import Datasette

_CHUNK = 5_000
_SORTS = frozenset({"_sort", "_sort_desc"})


class BadRequest(Exception):
    """What the address asks for is not there."""


@dataclass
class Asked:
    """A query with the headings of its columns; none where they are the query's own. `safe` where its text columns
    already are as a spreadsheet may have them."""

    sql: str
    values: dict[str, Any]
    name: str
    headings: list[str] = field(default_factory=list)
    safe: bool = False


async def export(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """A table with its filters, or a query, as CSV for Excel. A page that says what is wrong where there is no such."""
    try:
        asked = await (_table if request.url_vars.get("table") else _query)(datasette, request)
    except (BadRequest, InvalidSql) as error:
        return await _refused(datasette, request, error)
    return await answer(datasette, request, asked)


async def answer(datasette: Datasette, request: Request, asked: Asked) -> Response | AsgiStream:
    """The rows of a query as a file for Excel; a page where SQLite refuses it or needs too long for its first rows."""
    try:
        rows = await asyncio.to_thread(_Rows, datasette, asked)
    except sqlite3.Error as error:
        return await _refused(datasette, request, error)
    return AsgiStream(
        rows.stream,
        headers={"Content-Disposition": f'attachment; filename="{asked.name}.csv"'},
        content_type="text/csv; charset=utf-8",
    )


async def _refused(ds: Datasette, request: Request, error: Exception) -> Response:
    context = {"what": say("这张表不能下载"), "advice": str(error)}
    return await page(ds, request, "gongkai_not_found.html", context, 400)


async def _query(ds: Datasette, request: Request) -> Asked:
    await ds.ensure_permissions(request.actor, [("execute-sql", PUBLIC), ("view-database", PUBLIC), "view-instance"])
    sql = (request.args.get("sql") or "").strip().rstrip(";")
    validate_sql_select(sql)
    return Asked(sql, {name: request.args.get(name) for name in request.args if name != "sql"}, "query")


async def _table(ds: Datasette, request: Request) -> Asked:
    name = request.url_vars["table"]
    if (name, "") not in dictionary():
        raise BadRequest(say("没有名为“%(name)s”的表") % {"name": name})
    permissions = [("view-table", (PUBLIC, name)), ("view-database", PUBLIC), "view-instance"]
    await ds.ensure_permissions(request.actor, permissions)
    about: Table = await ds.get_database(PUBLIC).execute_fn(lambda db: table(db, name))
    clauses, values = await _filters(ds, request, about)
    chosen = _chosen(request, about.columns)
    columns = ", ".join(spreadsheet.column(escape_sqlite(column.name)) for column in chosen)
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    order = _order(request, about)
    sql = f"SELECT {columns} FROM {escape_sqlite(name)} {where} ORDER BY {order}"
    return Asked(sql, values, name, [column.heading for column in chosen], safe=True)


async def _filters(ds: Datasette, request: Request, about: Table) -> tuple[list[str], dict[str, Any]]:
    """The conditions that Datasette's own page of the table would have."""
    pairs = [
        (key, value)
        for key in request.args
        if not key.startswith("_") or "__" in key
        for value in request.args.getlist(key)
    ]
    for key, _ in pairs:
        # SQLite takes the quoted name of a column that is not there for a text, and would find nothing.
        if (column := key.partition("__")[0]) not in about.names:
            raise BadRequest(say("没有名为“%(name)s”的列") % {"name": column})
    clauses, values = Filters(sorted(pairs)).build_where_clauses(about.name)
    from datasette.plugins import pm  # Not above: Datasette loads its plugins while it loads this.

    for hook in pm.hook.filters_from_request(request=request, database=PUBLIC, table=about.name, datasette=ds):
        if found := await await_me_maybe(hook):
            clauses += found.where_clauses
            values |= found.params
    return clauses, values


def _chosen(request: Request, columns: Sequence[Column]) -> list[Column]:
    only, without = request.args.getlist("_col"), request.args.getlist("_nocol")
    chosen = [column for column in columns if (not only or column.name in only) and column.name not in without]
    if not chosen:
        raise BadRequest(say("没有选中任何一列"))
    return chosen


def _order(request: Request, about: Table) -> str:
    for key in _SORTS & set(request.args):
        name = request.args.get(key)
        if name not in about.names:
            raise BadRequest(say("没有名为“%(name)s”的列") % {"name": name})
        return f"{escape_sqlite(name)} {'DESC' if key == '_sort_desc' else 'ASC'}, {about.order}"
    return about.order


class _Rows:
    """The rows of a query, a chunk at a time; the first is there once this is made, so that errors come before it."""

    def __init__(self, ds: Datasette, asked: Asked) -> None:
        path = ds.get_database(PUBLIC).path
        self._limit = ds.setting("sql_time_limit_ms")
        self._safe = asked.safe
        self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        with ExitStack() as unless_ready:
            unless_ready.callback(self._db.close)
            ds._prepare_connection(self._db, PUBLIC)
            spreadsheet.prepare(self._db)
            self._db.row_factory = None
            with sqlite_timelimit(self._db, self._limit):
                self._cursor = self._db.execute(asked.sql, asked.values)
                self._first = self._cursor.fetchmany(_CHUNK)
            unless_ready.pop_all()
        own = [column[0] for column in self._cursor.description]
        self._headings = asked.headings or own

    async def stream(self, writer: Any) -> None:
        try:
            await self._write(writer.write)
        finally:
            self._db.close()

    async def _write(self, write: Callable[[str], Awaitable[None]]) -> None:
        await write(BOM + _lines([[text_cell(heading) for heading in self._headings]]))
        rows = self._first
        while rows:
            await write(await asyncio.to_thread(self._text, rows))
            rows = await asyncio.to_thread(self._next)

    def _text(self, rows: list[tuple[Any, ...]]) -> str:
        return _lines(rows if self._safe else [[_cell(value) for value in row] for row in rows])

    def _next(self) -> list[tuple[Any, ...]]:
        with sqlite_timelimit(self._db, self._limit):
            return self._cursor.fetchmany(_CHUNK)


def _cell(value: Any) -> Any:
    return text_cell(value) if isinstance(value, str) else value


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
