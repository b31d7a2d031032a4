"""A crawl as one call: Scrapy in a child process (its reactor starts once a process), the outcomes read back."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from archive.captures import new_run
from archive.schema import open_archive
from crawler.exits import ExitCode
from crawler.outcomes import Outcome
from crawler.registry import choose, load
from extract.errors import Alarm

_HOME = Path(__file__).resolve().parents[1]
_LOG_TAIL = 30
_COUNTS = ("requests", "listed", "accepted", "known", "new_captures", "unchanged", "refused")


_CODES = {
    Outcome.OK: ExitCode.WELL,
    Outcome.EMPTY: ExitCode.WELL,
    Outcome.FEWER_THAN_BEFORE: ExitCode.SUSPICIOUS,
    Outcome.CHANGED_LAYOUT: ExitCode.SUSPICIOUS,
    Outcome.BLOCKED: ExitCode.BLOCKED,
    Outcome.ROBOTS: ExitCode.BLOCKED,
    Outcome.UNREACHABLE: ExitCode.PORTALS_FAILED,
    Outcome.INTERRUPTED: ExitCode.PORTALS_FAILED,
}
_GRAVEST_FIRST = (ExitCode.PORTALS_FAILED, ExitCode.BLOCKED, ExitCode.SUSPICIOUS, ExitCode.WELL)


class CrawlFailed(Alarm):
    """The crawl could not run; the message holds the end of its log. Portals that fail do not raise: they have
    outcomes."""


@dataclass(frozen=True)
class PortalOutcome:
    """A portal's row of the run."""

    portal_id: str
    name: str
    outcome: Outcome
    reason: str
    requests: int
    listed: int
    accepted: int
    known: int
    new_captures: int
    unchanged: int
    refused: int
    details: dict[str, Any]


@dataclass(frozen=True)
class CrawlSummary:
    """`alarms` are the monitors that failed: (portal, monitor, message)."""

    run: str
    log: Path
    portals: tuple[PortalOutcome, ...]
    alarms: tuple[tuple[str, str, str], ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        codes = {_CODES[portal.outcome] for portal in self.portals}
        if self.alarms:
            codes.add(ExitCode.SUSPICIOUS)
        return next((code for code in _GRAVEST_FIRST if code in codes), ExitCode.WELL)


@dataclass(frozen=True)
class _Order:
    """What the child is told."""

    data: str
    registry: str | None
    portal: str
    settings: dict[str, Any]
    log: str


def crawl(
    data: Path,
    registry: Path | None = None,
    portal_ids: Sequence[str] = (),
    full: bool = False,
    settings: dict[str, Any] | None = None,
) -> CrawlSummary:
    """Crawl the portals of a registry (ours by default), or those named, into a data folder.

    `full` asks for everything anew instead of only what changed. `settings` override Scrapy's. `http_proxy` is
    honoured. Ctrl-C lets running requests end and closes the portals left as interrupted; twice stops at once.
    Raises BadRegistry, OSError for a registry or folder that cannot be used, CrawlFailed when Scrapy did not run.
    """
    choose(load(registry), portal_ids)
    try:
        open_archive(data).close()
    except sqlite3.Error as error:
        raise CrawlFailed(f"{data / 'archive.db'} cannot be used: {error}") from error
    run = new_run()
    log = data / "logs" / f"crawl-{run}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    order = _Order(
        data=str(data.resolve()),
        registry=str(registry.resolve()) if registry else None,
        portal=",".join(portal_ids),
        settings={
            "GONGKAI_RUN": run,
            "GONGKAI_FULL": full,
            "GONGKAI_CONDITIONAL": not full,
            "GONGKAI_RECHECK_ALL": full,
            **(settings or {}),
        },
        log=str(log.resolve()),
    )
    code = _in_child(order)
    outcomes, alarms = _outcomes(data, run) if code == 0 else ((), ())
    if not outcomes:
        tail = "\n".join(log.read_text("utf-8").splitlines()[-_LOG_TAIL:]) if log.exists() else "no log was written"
        raise CrawlFailed(f"the crawl ended with code {code} and no report. The end of {log}:\n{tail}")
    return CrawlSummary(run, log, outcomes, alarms)


def _in_child(order: _Order) -> int:
    path = os.pathsep.join(part for part in (str(_HOME), os.environ.get("PYTHONPATH")) if part)
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler.child"],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
        # Out of the terminal's process group: the signals it gets are those passed on, each once.
        start_new_session=True,
    )
    assert child.stdin is not None
    with child, _passing_on(child.send_signal):
        child.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        child.stdin.flush()
        # The pipe stays open: when this process dies, the child reads its end and stops.
        return child.wait()


@contextmanager
def _passing_on(send: Callable[[int], None]) -> Iterator[None]:
    """Hand SIGINT and SIGTERM on. Only the main thread may: elsewhere whoever runs it has the signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def pass_on(number: int, _frame: FrameType | None) -> None:
        send(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _outcomes(data: Path, run: str) -> tuple[tuple[PortalOutcome, ...], tuple[tuple[str, str, str], ...]]:
    db = open_archive(data)
    try:
        rows = list(
            db.query(
                "SELECT c.*, p.name FROM crawls c JOIN portals p ON p.id = c.portal_id WHERE c.run = ? ORDER BY c.id",
                (run,),
            )
        )
        alarms = db.execute("SELECT portal_id, monitor, message FROM alarms WHERE run = ? ORDER BY id", (run,))
        raised = tuple((str(portal), str(monitor), str(message)) for portal, monitor, message in alarms.fetchall())
    finally:
        db.close()
    portals = tuple(
        PortalOutcome(
            portal_id=row["portal_id"],
            name=row["name"],
            outcome=Outcome(row["outcome"] or Outcome.INTERRUPTED),
            reason=row["reason"] or "",
            details=json.loads(row["details"]),
            **{name: row[name] for name in _COUNTS},
        )
        for row in rows
    )
    return portals, raised
