"""The operator's page: what needs a person comes first, and it stays one page."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from archive.schema import open_archive
from archive.status import page, status
from gongkai import cli

NOW = "2025-02-10T02:00:00Z"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    db = open_archive(tmp_path)
    for portal in ("blocked", "fewer", "fine", "never"):
        db.conn.execute("INSERT INTO portals (id, name) VALUES (?, ?)", (portal, portal))
    crawl(db, "old", "fewer", "ok")
    crawl(db, "old", "fine", "blocked")
    crawl(db, "new", "blocked", "blocked", "http://x.gov.cn/: 412: script and cookie challenge")
    crawl(db, "new", "fewer", "fewer_than_before", "3 reports were listed before")
    crawl(db, "new", "fine", "ok", "2 reports")
    alarm(db, "fewer", "fewer_reports", "1 reports are listed, 3 were")
    db.conn.commit()
    db.close()
    return tmp_path


def crawl(db: Database, run: str, portal: str, outcome: str | None, reason: str = "") -> None:
    db.conn.execute(
        "INSERT INTO crawls (run, portal_id, started, finished, outcome, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (run, portal, NOW, outcome and NOW, outcome, reason),
    )


def alarm(db: Database, portal: str, monitor: str, message: str) -> None:
    db.conn.execute(
        "INSERT INTO alarms (run, crawl_id, portal_id, monitor, message, raised_at)"
        " SELECT run, max(id), portal_id, ?, ?, ? FROM crawls WHERE portal_id = ?",
        (monitor, message, NOW, portal),
    )


def test_trouble_comes_first(data: Path) -> None:
    state = status(data)
    assert state["outcomes"] == {"blocked": 1, "fewer_than_before": 1, "ok": 1, "never_crawled": 1}
    assert {name: state["totals"][name] for name in ("blocked", "drop", "trouble", "alarms")} == {
        "blocked": 1, "drop": 1, "trouble": 3, "alarms": 1,
    }  # fmt: skip
    lines = [line for line, _ in page(state)]
    order = [name for line in lines for name in ("blocked", "fewer", "fine", "never") if line.startswith(name + " ")]
    assert order == ["blocked", "fewer", "never", "fine"]
    assert "    ALARM fewer_reports: 1 reports are listed, 3 were" in lines
    assert "    http://x.gov.cn/: 412: script and cookie challenge" in lines
    assert not any(line.strip() == "2 reports" for line in lines), "of what is well there is nothing to read"


def test_a_portal_that_is_known_from_imports(data: Path) -> None:
    db = open_archive(data)
    db.conn.execute("INSERT INTO portals (id, name) VALUES ('brought', '送来区')")
    for portal, at, captures in (("brought", "2025-02-01", 9), ("brought", "2025-02-11", 4), ("fine", "2025-02-12", 1)):
        db.conn.execute(
            "INSERT INTO imports (portal_id, imported_at, files, captures, revisits, known, newest)"
            " VALUES (?, ?, ?, ?, 2, 0, ?)",
            (portal, f"{at}T02:00:00Z", json.dumps([f"{at}.warc.gz"]), captures, NOW),
        )
    db.conn.commit()
    db.close()
    state = status(data)
    assert state["outcomes"]["imported"] == 1
    assert state["outcomes"]["never_crawled"] == 1, "its twin, of which nothing was ever brought"
    found = {portal["id"]: portal for portal in state["portals"]}
    assert found["brought"]["last_crawl"] is None
    assert not found["brought"]["trouble"]
    assert found["never"]["trouble"]
    assert found["never"]["last_import"] is None
    assert found["brought"]["last_import"] == {
        "imported_at": "2025-02-11T02:00:00Z", "files": ["2025-02-11.warc.gz"],
        "captures": 4, "revisits": 2, "known": 0, "newest": NOW,
    }  # fmt: skip
    lines = [line for line, _ in page(state)]
    assert any(
        line.startswith("brought ") and "2025-02-11T02:00:00Z imported, never crawled here" in line for line in lines
    )
    assert (
        f"    import of 2025-02-11T02:00:00Z: 4 captures, 2 revisits; the newest was fetched {NOW} (2025-02-11.warc.gz)"
    ) in lines
    assert found["fine"]["last_crawl"]["outcome"] == "ok", "an import beside a crawl takes nothing from it"
    assert any(line.startswith("    import of 2025-02-12") for line in lines)


def test_runs_that_live_and_runs_that_were_killed(data: Path) -> None:
    db = open_archive(data)
    for run in ("living", "dead"):
        crawl(db, run, "fine", None)
    db.conn.commit()
    db.close()
    (data / "runs").mkdir()
    with (data / "runs" / "living").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = status(data)
    assert {run["run"]: run["state"] for run in state["runs"]} == {"living": "running", "dead": "killed"}
    assert any("run dead killed" in line and "goes on where it stopped" in line for line, _ in page(state))
    assert state["outcomes"]["killed"] == 1


def test_a_national_registry_stays_one_page(data: Path) -> None:
    db = open_archive(data)
    for n in range(3000):
        db.conn.execute("INSERT INTO portals (id, name) VALUES (?, ?)", (f"p{n:04}", "x"))
        crawl(db, "many", f"p{n:04}", "blocked" if n % 20 == 0 else "ok", "412")
    db.conn.commit()
    db.close()
    lines = [line for line, _ in page(status(data))]
    assert len(lines) < 100
    assert any("113 more in trouble" in line for line in lines)
    assert lines[-1] == "2851 portals are well"


def test_the_command(data: Path) -> None:
    shown = CliRunner().invoke(cli, ["--data", str(data), "status"], catch_exceptions=False)
    assert (shown.exit_code, "4 portals: " in shown.output) == (0, True)
    machine = CliRunner().invoke(cli, ["--data", str(data), "status", "--json"], catch_exceptions=False)
    state = json.loads(machine.output)
    assert {portal["id"] for portal in state["portals"]} == {"blocked", "fewer", "fine", "never"}
    assert set(state) == {"portals", "runs", "outcomes", "totals", "corrections", "waiting_readings"}
