"""A Datasette database that follows its file: when a new publication is renamed into place, new queries see it.

Each published file is never altered again, so it is opened `immutable`. Datasette keeps connections and counts for its
lifetime, which would show the old file for ever; this one looks at the file before each query. A page whose queries
fall on both sides of a publication may mix the two for that once.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import Database

if TYPE_CHECKING:
    from datasette.app import Datasette

PUBLIC = "public"
"""The name that the published database is served under."""

_HOUR = 60 * 60 * 1000


class PublishedDatabase(Database):  # type: ignore[misc]  # Datasette has no types.
    """`public.db`, opened anew whenever another file stands in its place."""

    def __init__(self, ds: Datasette, path: str) -> None:
        super().__init__(ds, path, is_mutable=False)
        self._local = threading.local()
        self._seen = self._identity()

    def _identity(self) -> tuple[int, int, int]:
        about = Path(self.path).stat()
        return about.st_ino, about.st_mtime_ns, about.st_size

    def _refresh(self) -> tuple[int, int, int]:
        now = self._identity()
        if now != self._seen:
            self._seen = now
            self.cached_hash = self.cached_size = self._cached_table_counts = None
        return now

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection to the file that stands there now."""
        identity = self._refresh()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._local.identity != identity:
            if connection is not None:
                self._all_file_connections.remove(connection)
                connection.close()
            connection = self.connect()
            self.ds._prepare_connection(connection, self.name)
            self._local.connection, self._local.identity = connection, identity
        return connection

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        if self.ds.executor is None:
            return fn(self._connection())
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, lambda: fn(self._connection()))

    async def table_counts(self, limit: int = _HOUR) -> dict[str, int | None]:  # noqa: ARG002  Datasette's signature
        # Counted once a publication, so Datasette's 10 ms a table, beyond which it shows no count, does not apply.
        self._refresh()
        counts: dict[str, int | None] = await super().table_counts(limit=_HOUR)
        return counts


def follow(ds: Datasette) -> None:
    """Put a `PublishedDatabase` where Datasette opened public.db itself."""
    database = ds.databases.get(PUBLIC)
    if database is not None and database.path and not isinstance(database, PublishedDatabase):
        ds.remove_database(PUBLIC)
        database.close()
        ds.add_database(PublishedDatabase(ds, database.path), name=PUBLIC)
