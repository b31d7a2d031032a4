"""The book of a run: a row of `crawls` for every portal, open from the start, closed with an outcome."""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from sqlite_utils import Database

from crawler.clock import Clock
from crawler.divisions import full_name
from crawler.frontier import Frontier
from crawler.outcomes import Facts, Outcome, decide
from crawler.registry import Portal

SAMPLES = 10
"""How many examples of a kind a row keeps. The counts are whole."""
KILLED = "the run ended without closing it (killed, or power lost)"


@dataclass
class Progress:
    """A portal in this run. `schemes` is the scheme by which each of its hosts answered last."""

    portal: Portal
    crawl_id: int
    facts: Facts
    requests: int = 0
    new_captures: int = 0
    unchanged: int = 0
    not_accepted: int = 0
    followed: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    platforms: Counter[str] = field(default_factory=Counter)
    schemes: dict[str, str] = field(default_factory=dict)
    tried_home: bool = False
    resumes: int | None = None
    begun: str = ""
    closed: bool = False

    def saved(self) -> dict[str, Any]:
        """What the portal's next crawl needs to go on where this one may be cut off."""
        return {
            "facts": vars(self.facts),
            "tried_home": self.tried_home,
            "not_accepted": self.not_accepted,
            "followed": self.followed,
            "samples": self.samples,
            "notes": self.notes,
            "platforms": self.platforms,
            "schemes": self.schemes,
        }

    def restore(self, state: dict[str, Any]) -> None:
        before = self.facts.accepted_before
        self.facts = Facts.restored(state["facts"])
        self.facts.accepted_before = before
        self.tried_home, self.not_accepted, self.followed = (
            state[name] for name in ("tried_home", "not_accepted", "followed")
        )
        self.samples, self.notes = state["samples"], state["notes"]
        self.platforms, self.schemes = Counter(state["platforms"]), state["schemes"]
        self.resumes, self.begun = state["resumes"], state["begun"]

    def sample(self, kind: str, text: str) -> None:
        found = self.samples.setdefault(kind, [])
        if len(found) < SAMPLES and text not in found:
            found.append(text)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def refuse(self, url: str, reason: str) -> None:
        self.facts.refused += 1
        self.sample("refused", f"{url}: {reason}")

    def stop(self, kind: str, url: str, reason: str, *, article: bool) -> None:
        """A request brought no page. An article that was refused is no report that is missing: clones look alike."""
        if not (article and kind == "refused"):
            (self.facts.articles_lost if article else self.facts.stops).append((kind, url, reason))
        self.sample(kind, f"{url}: {reason}")


class Ledger:
    """Opens and closes the rows of one run, and closes as interrupted those that dead runs left open.

    A run is alive as long as it holds the lock on its file in DATA/runs, which a killed process cannot do. Rows are
    in step with the frontier: a portal whose last crawl was cut off goes on with what that left.
    """

    def __init__(self, data: Path, db: Database, run: str, clock: Clock, *, full: bool = False) -> None:
        self.db = db
        self.run = run
        self.clock = clock
        self.full = full
        self.frontier = Frontier(db)
        self._folder = data / "runs"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock: TextIO | None = (self._folder / run).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.progress: dict[str, Progress] = {}

    def close_dead_runs(self) -> int:
        """Close the rows that no living run will close. Returns how many there were."""
        runs = [row[0] for row in self.db.conn.execute("SELECT DISTINCT run FROM crawls WHERE finished IS NULL")]
        closed = 0
        for run in runs:
            if run != self.run and self._is_dead(run):
                with self.db.atomic():
                    closed += self.db.conn.execute(
                        "UPDATE crawls SET finished = ?, outcome = ?, reason = ? WHERE run = ? AND finished IS NULL",
                        (self.clock.stamp(), Outcome.INTERRUPTED, KILLED, run),
                    ).rowcount
                (self._folder / run).unlink(missing_ok=True)
        return closed

    def open(self, portals: Sequence[Portal]) -> None:
        """Write the registry's rows and an open row for every portal, with what its last crawl left to do, in one
        transaction."""
        with self.db.atomic():
            for portal in portals:
                write_portal(self.db, portal)
                before = self.db.conn.execute(
                    "SELECT accepted FROM crawls WHERE portal_id = ? AND outcome IN ('ok', 'fewer_than_before')"
                    " ORDER BY id DESC LIMIT 1",
                    (portal.id,),
                ).fetchone()
                crawl_id = self.db.conn.execute(
                    "INSERT INTO crawls (run, portal_id, started) VALUES (?, ?, ?)",
                    (self.run, portal.id, self.clock.stamp()),
                ).lastrowid
                assert crawl_id is not None
                facts = Facts(accepted_before=before[0] if before else 0)
                progress = Progress(portal, crawl_id, facts, begun=self.clock.stamp())
                self._resume(progress)
                self.progress[portal.id] = progress

    def save(self, progress: Progress) -> None:
        """Keep a portal's state beside its frontier. Callers hold the transaction."""
        state = {**self._terms(progress.portal), **progress.saved()}
        self.frontier.save(progress.crawl_id, progress.portal.id, progress.begun, state)

    def _resume(self, progress: Progress) -> None:
        terms = self._terms(progress.portal)
        state = self.frontier.adopt(progress.crawl_id, progress.portal.id, terms, self.clock.now())
        if state:
            progress.restore(state)
            self.db.conn.execute("UPDATE crawls SET resumes = ? WHERE id = ?", (progress.resumes, progress.crawl_id))

    def _terms(self, portal: Portal) -> dict[str, Any]:
        return {"entry": portal.column_url or portal.home_url, "full": self.full}

    def finish(self, progress: Progress, outcome: Outcome | None = None, reason: str | None = None) -> None:
        """Close a portal's row, with what its facts say unless an outcome is given."""
        if progress.closed:
            return
        ended = outcome is None
        if outcome is None:
            outcome, reason = decide(progress.facts)
        row: dict[str, Any] = {
            "finished": self.clock.stamp(),
            "outcome": outcome,
            "reason": reason,
            "requests": progress.requests,
            "listed": progress.facts.listed,
            "accepted": progress.facts.accepted,
            "known": progress.facts.known,
            "new_captures": progress.new_captures,
            "unchanged": progress.unchanged,
            "refused": progress.facts.refused,
            "details": json.dumps(_details(progress), ensure_ascii=False),
        }
        names = ", ".join(f"{name} = ?" for name in row)
        with self.db.atomic():
            self.db.conn.execute(f"UPDATE crawls SET {names} WHERE id = ?", (*row.values(), progress.crawl_id))
            if ended:
                self.frontier.forget(progress.crawl_id)
        progress.closed = True

    def close(self, reason: str | None = None) -> None:
        """End the run. Portals still open are closed as interrupted, for `reason`."""
        for progress in self.progress.values():
            self.finish(progress, Outcome.INTERRUPTED, reason or "the run ended early")
        if self._lock is not None:
            (self._folder / self.run).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _is_dead(self, run: str) -> bool:
        try:
            with (self._folder / run).open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False
        return True


def _details(progress: Progress) -> dict[str, Any]:
    return {
        "statuses": dict(progress.statuses),
        "platforms": dict(progress.platforms),
        "lists_read": progress.facts.lists_read,
        "articles_read": progress.facts.articles_read,
        "short": progress.facts.short,
        "not_accepted": progress.not_accepted,
        "attachments_lost": progress.facts.attachments_lost,
        "failed": len(progress.facts.stopped) + len(progress.facts.articles_lost) + progress.facts.attachments_lost,
        "samples": progress.samples,
        "notes": progress.notes,
    }


def write_portal(db: Database, portal: Portal) -> None:
    """Write a registry row into the archive. Callers hold the transaction."""
    if portal.division_code:
        db.conn.execute(
            "INSERT INTO divisions (code, name) VALUES (?, ?) ON CONFLICT (code) DO NOTHING",
            (portal.division_code, full_name(portal.division_code) or portal.name),
        )
    row = {
        "id": portal.id,
        "division_code": portal.division_code,
        "name": portal.name,
        "level": portal.level,
        "home_url": portal.home_url,
        "column_url": portal.column_url,
        "platform": portal.platform,
        "note": portal.note,
    }
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    db.conn.execute(
        f"INSERT INTO portals ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}", list(row.values())
    )
