"""Runs the monitors at the end of a crawl, and checks their thresholds before its beginning.

Active for spiders that keep an archive. Stores its alarms as rows of `alarms`. A run that is killed is not looked at:
the next one finds it unfinished.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from sqlite_utils import Database

from archive.schema import open_archive
from crawler.clock import Clock
from crawler.extensions.archive import ArchiveExtension
from crawler.monitors import Subject, look, read_thresholds
from extract.titles import judge

logger = logging.getLogger(__name__)
_WHOLE = "outcome IN ('ok', 'fewer_than_before')"


class MonitorsExtension:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.thresholds = read_thresholds(crawler.settings)
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ThresholdUnset: a monitor that cannot measure must not pass for one that found nothing."""
        if not hasattr(crawler.spider, "portals"):
            raise NotConfigured
        return cls(crawler)

    def spider_opened(self) -> None:
        self.archive = ArchiveExtension.of(self.crawler)
        self.archive.at_the_end(self.run_monitors)

    def run_monitors(self) -> None:
        """Called when every row of the run is closed."""
        db = open_archive(self.archive.data)
        try:
            watch(db, self.archive.run, self.thresholds, self.archive.clock)
        except sqlite3.Error as error:
            logger.error("the monitors' alarms cannot be written: %s", error)
        finally:
            db.close()


def watch(db: Database, run: str, thresholds: dict[str, Any], clock: Clock) -> int:
    """Look at every portal of a run and write its alarms; gives how many there are. Running it again changes
    nothing."""
    rows = list(db.query("SELECT * FROM crawls WHERE run = ? ORDER BY id", [run]))
    found = []
    for row in rows:
        for alarm in look(_subject(db, row, clock), thresholds):
            found.append((run, row["id"], row["portal_id"], alarm.monitor, alarm.message, clock.stamp()))
            logger.warning("%s: %s: %s", row["portal_id"], alarm.monitor, alarm.message)
    with db.atomic():
        db.conn.execute("DELETE FROM alarms WHERE run = ?", (run,))
        db.conn.executemany(
            "INSERT INTO alarms (run, crawl_id, portal_id, monitor, message, raised_at) VALUES (?, ?, ?, ?, ?, ?)",
            found,
        )
    return len(found)


def _subject(db: Database, row: dict[str, Any], clock: Clock) -> Subject:
    portal, details = row["portal_id"], json.loads(row["details"])
    earlier = (portal, row["id"])
    before = db.execute(
        f"SELECT accepted, details FROM crawls WHERE portal_id = ? AND id < ? AND {_WHOLE} ORDER BY id DESC LIMIT 1",
        earlier,
    ).fetchone()
    (unfinished,) = db.execute(
        "SELECT count(*) FROM crawls WHERE portal_id = ? AND id <= ? AND outcome = 'interrupted' AND id > coalesce("
        "(SELECT max(id) FROM crawls WHERE portal_id = ? AND id < ? AND outcome != 'interrupted'), 0)",
        (*earlier, *earlier),
    ).fetchone()
    year = clock.now().year - 1
    titles = db.execute("SELECT title FROM documents WHERE portal_id = ? AND title LIKE ?", (portal, f"%{year}%"))
    return Subject(
        outcome=row["outcome"] or "interrupted",
        reason=row["reason"] or "",
        accepted=row["accepted"],
        before=before[0] if before else 0,
        requests=row["requests"],
        failed=details.get("failed", 0),
        season_reports=sum(judge(title).year == year for (title,) in titles),
        platforms=details.get("platforms", {}),
        platforms_before=json.loads(before[1]).get("platforms", {}) if before else {},
        short=details.get("short", {}),
        unfinished=unfinished,
        now=clock.now(),
    )
