"""A crawl that ends before its end: killed, stopped, orphaned, without a disk. Nothing kept is lost by it."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from portal import FAST, Portal, row, serving, write_registry
from sqlite_utils import Database

from archive.verify import verify
from crawler.run import CrawlFailed, crawl

HOST = "http://www.yangli.gov.cn"
REPORTS = 12
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        links = [(f"/{n}.html", f"样例区第{n}局2024年政府信息公开工作年度报告") for n in range(REPORTS)]
        portal.put_list(f"{HOST}/gknb/index.html", links)
        for path, title in links:
            portal.put_report(HOST + path, title)
        yield portal


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))


def begin(
    data: Path, registry: Path, portal: Portal, captures: int = 4, at_once: int = 2, *, held: bool = True
) -> subprocess.Popen[bytes]:
    """A crawl of its own process, when it has kept that many captures. The portal then holds back what else is asked,
    so that the crawl cannot end before whoever wants to end it."""
    if held:
        portal.hold_after(captures + 1)
    (data / "logs").mkdir(parents=True, exist_ok=True)
    with (data / "stderr").open("wb") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-m", "crawler.child"],
            stdin=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert child.stdin
    order = {
        "data": str(data),
        "registry": str(registry),
        "portal": "",
        "settings": {**FAST, "CONCURRENT_REQUESTS": at_once, "CONCURRENT_REQUESTS_PER_DOMAIN": at_once},
        "log": str(data / "logs" / "crawl.log"),
    }
    child.stdin.write(json.dumps(order).encode() + b"\n")
    child.stdin.flush()
    for _ in range(4000):
        if count(data, "captures") >= captures:
            return child
        time.sleep(0.02)
    child.kill()
    raise AssertionError((data / "logs" / "crawl.log").read_text())


def count(data: Path, table: str) -> int:
    if not (data / "archive.db").exists():
        return 0
    db = Database(data / "archive.db")
    try:
        return int(db[table].count) if db[table].exists() else 0
    finally:
        db.close()


def captured(data: Path) -> list[tuple[str, str]]:
    db = Database(data / "archive.db")
    try:
        return [(str(r["record_id"]), str(r["url"])) for r in db.query("SELECT record_id, url FROM captures")]
    finally:
        db.close()


def settled(data: Path) -> set[str]:
    """The addresses whose answers are written with what followed from them."""
    db = Database(data / "archive.db")
    try:
        done = db.query("SELECT task ->> 'url' url FROM frontier WHERE state = 'done' AND task != '{}'")
        return {str(row["url"]) for row in done}
    finally:
        db.close()


def crawls(data: Path) -> list[tuple[str, str]]:
    db = Database(data / "archive.db")
    try:
        return [(str(r["outcome"]), str(r["reason"])) for r in db.query("SELECT * FROM crawls ORDER BY id")]
    finally:
        db.close()


def end(child: subprocess.Popen[bytes], portal: Portal) -> None:
    assert child.stdin
    child.wait(timeout=60)
    child.stdin.close()
    portal.free.set()


def go_on_slowly(portal: Portal) -> None:
    """Answer what was held back, but late: whoever is told to stop has time to hear it."""
    for page in portal.pages.values():
        page.slow = 0.3
    portal.free.set()


def test_after_kill_9_the_next_run_goes_on(tmp_path: Path, site: Portal, registry: Path) -> None:
    data = tmp_path / "data"
    child = begin(data, registry, site)
    child.send_signal(signal.SIGKILL)
    end(child, site)
    before = count(data, "captures")
    assert 4 <= before < REPORTS + 2
    done, asked = settled(data), len(site.asked)
    summary = crawl(data, registry, settings=FAST)
    assert summary.portals[0].accepted == REPORTS
    assert [outcome for outcome, _ in crawls(data)] == ["interrupted", "ok"]
    assert verify(data).problems == []
    db = Database(data / "archive.db")
    assert db.conn.execute("SELECT count(*), count(DISTINCT url) FROM captures").fetchone() == (REPORTS + 2,) * 2
    db.close()
    assert count(data, "documents") == REPORTS
    assert list((data / "runs").iterdir()) == []
    assert count(data, "frontier") == count(data, "frontier_portals") == 0
    assert done
    assert not done & set(site.asked[asked:]), "what was settled is not asked for again"


def test_killed_at_any_moment_and_again_and_again(tmp_path: Path, site: Portal, registry: Path) -> None:
    """Every run is killed a little further on; what they kept adds up to one crawl."""
    data = tmp_path / "data"
    for n, captures in enumerate((1, 3, 6, 10)):
        child = begin(data, registry, site, captures)
        time.sleep(0.03 * n)
        child.send_signal(signal.SIGKILL)
        end(child, site)
    summary = crawl(data, registry, settings=FAST)
    assert (summary.portals[0].accepted, summary.portals[0].reason) == (REPORTS, f"{REPORTS} reports")
    assert verify(data).problems == []
    db = Database(data / "archive.db")
    doubled = db.conn.execute("SELECT url, count(*) FROM captures GROUP BY url HAVING count(*) > 1").fetchall()
    assert doubled == []
    assert count(data, "captures") == REPORTS + 2
    assert count(data, "documents") == REPORTS
    resumed = [row[0] for row in db.conn.execute("SELECT resumes FROM crawls ORDER BY id")]
    assert resumed[-1] == len(resumed) - 1, "each run goes on with the one before"
    db.close()


def test_killed_in_full_flight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen answers at a time, kept in batches, and a kill that falls anywhere: between a record and its row, between
    a row and its task. Whatever a run indexed stays, its files are whole, and the next goes on."""
    data, dice, reports = tmp_path / "data", random.Random(5), 300
    registry = write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))
    with serving(monkeypatch) as (portal, _):
        links = [(f"/{n}.html", f"样例区第{n}局2024年政府信息公开工作年度报告") for n in range(reports)]
        portal.put_list(f"{HOST}/gknb/index.html", links)
        for path, title in links:
            portal.put_report(HOST + path, title)
        indexed: set[str] = set()
        kills = 0
        # A busy machine may be slow to kill: then fewer kills fall into the crawl.
        while kills < 4 and len(indexed) < reports / 2:
            child = begin(data, registry, portal, len(indexed) + 8, at_once=16, held=False)
            time.sleep(dice.random() * 0.2)
            child.send_signal(signal.SIGKILL)
            end(child, portal)
            now = {record for record, _ in captured(data)}
            assert indexed <= now
            indexed = now
            kills += len(indexed) < reports
        assert kills, "every kill came after the end"
        summary = crawl(data, registry, settings=FAST)
    assert (summary.portals[0].accepted, summary.portals[0].reason) == (reports, f"{reports} reports")
    assert verify(data).problems == []
    found = captured(data)
    assert indexed <= {record for record, _ in found}
    assert len(found) == len({url for _, url in found}) == reports + 2
    assert count(data, "documents") == reports


@pytest.mark.parametrize("terms", ["later", "all of it", "another column"])
def test_work_left_behind_is_gone_on_with_on_the_same_terms_only(
    tmp_path: Path, site: Portal, registry: Path, terms: str
) -> None:
    data = tmp_path / "data"
    child = begin(data, registry, site)
    child.send_signal(signal.SIGKILL)
    end(child, site)
    assert count(data, "frontier_portals") == 1
    settings: dict[str, object] = dict(FAST)
    if terms == "later":
        settings["GONGKAI_CLOCK"] = (datetime.now(UTC) + timedelta(days=4)).isoformat()
    if terms == "another column":
        registry.write_text(registry.read_text().replace("/gknb/index.html", "/gknb/other.html"))
    crawl(data, registry, full=terms == "all of it", settings=settings)
    db = Database(data / "archive.db")
    assert [row[0] for row in db.conn.execute("SELECT resumes FROM crawls")] == [None, None]
    db.close()
    assert count(data, "frontier") == count(data, "frontier_portals") == 0


def test_a_stop_is_no_silence(tmp_path: Path, site: Portal, registry: Path) -> None:
    data = tmp_path / "data"
    child = begin(data, registry, site)
    child.send_signal(signal.SIGINT)
    go_on_slowly(site)
    end(child, site)
    assert crawls(data) == [("interrupted", "stopped by the operator")]
    assert verify(data).problems == []
    assert len(site.asked) < REPORTS + 2


def test_a_crawl_does_not_outlive_who_ordered_it(tmp_path: Path, site: Portal, registry: Path) -> None:
    data = tmp_path / "data"
    child = begin(data, registry, site)
    assert child.stdin
    child.stdin.close()
    go_on_slowly(site)
    child.wait(timeout=60)
    assert crawls(data) == [("interrupted", "stopped by the operator")]
    assert len(site.asked) < REPORTS + 2


def test_a_living_run_is_not_declared_dead(tmp_path: Path, site: Portal, registry: Path) -> None:
    data = tmp_path / "data"
    child = begin(data, registry, site)
    go_on_slowly(site)
    assert crawl(data, registry, settings={**FAST, "GONGKAI_RECHECK_ALL": True}).portals[0].outcome == "ok"
    end(child, site)
    assert {outcome for outcome, _ in crawls(data)} == {"ok"}
    assert verify(data).problems == []
    assert len(site.asked) == 2 * (REPORTS + 2)


def test_a_full_disk_ends_the_run_and_says_so(tmp_path: Path, site: Portal, registry: Path) -> None:
    """The limit on the size of a file stands in for the disk's."""
    data = tmp_path / "data"
    child = begin(data, registry, site)
    (warc,) = (data / "captures").iterdir()
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (warc.stat().st_size + 200, resource.RLIM_INFINITY))
    site.free.set()
    end(child, site)
    assert child.returncode == 1
    said = (data / "stderr").read_text("utf-8")
    assert re.search(r"cannot write a capture|cannot be written", said), said
    assert verify(data).problems == []
    assert len(site.asked) < REPORTS + 2
    assert crawl(data, registry, settings=FAST).portals[0].accepted == REPORTS
    assert [outcome for outcome, _ in crawls(data)] == ["interrupted", "ok"]


def test_a_crawl_that_cannot_begin_says_why(tmp_path: Path, site: Portal, registry: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "archive.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(CrawlFailed, match="file is not a database"):
        crawl(data, registry, settings=FAST)
    assert site.asked == []
