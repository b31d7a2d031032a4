"""The work that remains, kept in the database: a run that is killed loses none of it.

Rows belong to a crawl (one portal in one run). A crawl that ended early leaves its rows; the portal's next crawl takes
them over. Callers hold the transaction: what an answer brought, the work that follows from it and that it is done
become durable together.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from archive.warc import stamp
from crawler.tasks import Task, Walk

RESUME_WITHIN = timedelta(days=3)
"""Older work is dropped: the lists have moved on, and a fresh crawl of them costs little."""


class Frontier:
    def __init__(self, db: Database) -> None:
        self.conn = db.conn

    def add(self, crawl_id: int, task: Task, *, once: bool = True, done: bool = False) -> bool:
        """Plan a task. False, and nothing planned, where the crawl has had one for the same page and `once` holds."""
        row = (crawl_id, task.key if once else None, task.priority, "done" if done else "waiting", task.to_json())
        found = self.conn.execute(
            "INSERT INTO frontier (crawl_id, key, priority, state, task) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (crawl_id, key) DO NOTHING",
            row,
        )
        return bool(found.rowcount)

    def first(self, crawl_id: int, what: str) -> bool:
        """Whether the crawl, with those that it goes on with, comes upon something for the first time."""
        found = self.conn.execute(
            "INSERT INTO frontier (crawl_id, key, priority, state, task) VALUES (?, ?, 0, 'done', '{}')"
            " ON CONFLICT (crawl_id, key) DO NOTHING",
            (crawl_id, what),
        )
        return bool(found.rowcount)

    def take(self, crawl_id: int, most: int) -> list[tuple[int, Task]]:
        """The most urgent tasks that wait, now counted as asked."""
        # `state != 'done'` says nothing new, but SQLite looks into the index of what is open only where it is said.
        rows = self.conn.execute(
            "SELECT id, task FROM frontier WHERE crawl_id = ? AND state = 'waiting' AND state != 'done'"
            " ORDER BY priority DESC, id LIMIT ?",
            (crawl_id, most),
        ).fetchall()
        self.conn.executemany("UPDATE frontier SET state = 'asked' WHERE id = ?", [(row[0],) for row in rows])
        return [(row[0], Task.from_json(row[1])) for row in rows]

    def done(self, task_id: int) -> None:
        self.conn.execute("UPDATE frontier SET state = 'done' WHERE id = ?", (task_id,))

    def is_empty(self, crawl_id: int) -> bool:
        """Whether nothing waits and nothing is being asked for."""
        row = self.conn.execute("SELECT 1 FROM frontier WHERE crawl_id = ? AND state != 'done' LIMIT 1", (crawl_id,))
        return row.fetchone() is None

    def save_walk(self, crawl_id: int, walk: Walk) -> None:
        self.conn.execute(
            "INSERT INTO frontier_walks (crawl_id, column_url, walk) VALUES (?, ?, ?)"
            " ON CONFLICT (crawl_id, column_url) DO UPDATE SET walk = excluded.walk",
            (crawl_id, walk.column, walk.to_json()),
        )

    def walks(self, crawl_id: int) -> dict[str, Walk]:
        rows = self.conn.execute("SELECT walk FROM frontier_walks WHERE crawl_id = ?", (crawl_id,)).fetchall()
        return {walk.column: walk for walk in (Walk.from_json(row[0]) for row in rows)}

    def save(self, crawl_id: int, portal_id: str, begun: str, state: dict[str, Any]) -> None:
        self.conn.execute(
            "INSERT INTO frontier_portals (crawl_id, portal_id, begun, state) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (crawl_id) DO UPDATE SET state = excluded.state",
            (crawl_id, portal_id, begun, json.dumps(state, ensure_ascii=False)),
        )

    def adopt(self, crawl_id: int, portal_id: str, terms: dict[str, Any], now: datetime) -> dict[str, Any] | None:
        """Take over what the portal's last crawl left undone, if that was begun lately and on the same `terms` (the
        portal's address, and whether everything is asked for). Gives its state, with the crawl's id as `resumes`.
        Whatever else dead crawls of the portal left is dropped."""
        rows = self.conn.execute(
            "SELECT f.crawl_id, f.begun, f.state FROM frontier_portals f JOIN crawls c ON c.id = f.crawl_id"
            " WHERE f.portal_id = ? AND c.finished IS NOT NULL ORDER BY f.crawl_id DESC",
            (portal_id,),
        ).fetchall()
        found = None
        for old, begun, text in rows:
            state = json.loads(text)
            if (
                found is None
                and begun >= stamp(now - RESUME_WITHIN)
                and all(state.get(name) == value for name, value in terms.items())
            ):
                found = {**state, "resumes": old, "begun": begun}
                self._hand_over(old, crawl_id)
            else:
                self.forget(old)
        return found

    def forget(self, crawl_id: int) -> None:
        """A crawl that has ended needs no frontier."""
        for table in ("frontier", "frontier_walks", "frontier_portals"):
            self.conn.execute(f"DELETE FROM {table} WHERE crawl_id = ?", (crawl_id,))

    def _hand_over(self, old: int, new: int) -> None:
        for table in ("frontier", "frontier_walks", "frontier_portals"):
            self.conn.execute(f"UPDATE {table} SET crawl_id = ? WHERE crawl_id = ?", (new, old))
        self.conn.execute("UPDATE frontier SET state = 'waiting' WHERE crawl_id = ? AND state = 'asked'", (new,))
