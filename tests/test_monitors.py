"""Every monitor fires where it should and keeps quiet where it should not; an alarm is a row and an exit code."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from portal import FAST, Portal, row, serving, write_registry
from sqlite_utils import Database
from test_crawl_interrupted import begin, end

from crawler import settings as ours
from crawler.exits import ExitCode
from crawler.monitors import NAMES, THRESHOLDS, Subject, ThresholdUnset, look, read_thresholds
from crawler.run import CrawlFailed, crawl
from crawler.settings import (
    GONGKAI_MONITOR_DUE,
    GONGKAI_MONITOR_ERROR_SHARE,
    GONGKAI_MONITOR_FEWER,
    GONGKAI_MONITOR_INCOMPLETE,
    GONGKAI_MONITOR_LAYOUT,
    GONGKAI_MONITOR_UNFINISHED,
)

HOST = "http://www.yangli.gov.cn"
SET = {
    "GONGKAI_MONITOR_FEWER": GONGKAI_MONITOR_FEWER,
    "GONGKAI_MONITOR_DUE": GONGKAI_MONITOR_DUE,
    "GONGKAI_MONITOR_LAYOUT": GONGKAI_MONITOR_LAYOUT,
    "GONGKAI_MONITOR_INCOMPLETE": GONGKAI_MONITOR_INCOMPLETE,
    "GONGKAI_MONITOR_ERROR_SHARE": GONGKAI_MONITOR_ERROR_SHARE,
    "GONGKAI_MONITOR_UNFINISHED": GONGKAI_MONITOR_UNFINISHED,
}
WELL = Subject(
    outcome="ok",
    reason="12 reports",
    accepted=12,
    before=12,
    requests=20,
    failed=1,
    season_reports=1,
    platforms={"vsb": 4, "generic": 1},
    platforms_before={"vsb": 5},
    short={},
    unfinished=0,
    now=datetime(2025, 3, 1, tzinfo=UTC),
)


def test_a_portal_that_is_well() -> None:
    assert look(WELL, SET) == []


@pytest.mark.parametrize(
    ("monitor", "ill", "says"),
    [
        ("fewer_reports", {"accepted": 11}, "11 reports are listed, 12 were"),
        ("fewer_reports", {"accepted": 0, "outcome": "empty"}, "0 reports are listed"),
        ("no_report_in_season", {"season_reports": 0}, "no report of 2024 is listed, and it is 01 March"),
        ("layout_changed", {"outcome": "changed_layout", "reason": "no entry"}, "no entry"),
        ("layout_changed", {"platforms": {"generic": 3, "vsb": 1}}, "of the platform generic now, they were of vsb"),
        ("incomplete_list", {"short": {"http://x.gov.cn/": [45, 44]}}, "x.gov.cn/ claims 45 entries and shows 44"),
        ("error_share", {"failed": 5}, "5 of 20 requests brought no page"),
        ("error_share", {"failed": 1, "requests": 0, "outcome": "unreachable"}, "1 of 0 requests"),
        ("never_finished", {"unfinished": 1}, "1 crawls in a row were left unfinished"),
    ],
)
def test_a_monitor_fires(monitor: str, ill: dict[str, object], says: str) -> None:
    alarms = look(replace(WELL, **ill), SET)  # type: ignore[arg-type]
    assert monitor in NAMES
    assert monitor in [alarm.monitor for alarm in alarms]
    assert any(says in alarm.message for alarm in alarms if alarm.monitor == monitor)


@pytest.mark.parametrize(
    ("monitor", "fine"),
    [
        ("fewer_reports", {"accepted": 13}),
        ("fewer_reports", {"accepted": 0, "outcome": "blocked"}),
        ("no_report_in_season", {"season_reports": 0, "now": datetime(2025, 1, 20, tzinfo=UTC)}),
        ("no_report_in_season", {"season_reports": 0, "now": datetime(2025, 9, 1, tzinfo=UTC)}),
        ("no_report_in_season", {"season_reports": 0, "outcome": "unreachable"}),
        ("layout_changed", {"platforms_before": {}}),
        ("layout_changed", {"platforms": {}}),
        ("error_share", {"failed": 4}),
        ("error_share", {"failed": 9, "outcome": "interrupted"}),
    ],
)
def test_a_monitor_keeps_quiet(monitor: str, fine: dict[str, object]) -> None:
    assert monitor not in [alarm.monitor for alarm in look(replace(WELL, **fine), SET)]  # type: ignore[arg-type]


def test_thresholds_count() -> None:
    assert look(replace(WELL, accepted=11), {**SET, "GONGKAI_MONITOR_FEWER": 0.1}) == []
    short = replace(WELL, short={"http://x.gov.cn/": [45, 44]})
    assert look(short, {**SET, "GONGKAI_MONITOR_INCOMPLETE": 0.05}) == []
    assert look(replace(WELL, unfinished=2), {**SET, "GONGKAI_MONITOR_UNFINISHED": "2"}) == []


def test_a_monitor_that_breaks_is_an_alarm() -> None:
    (alarm,) = look(WELL, {**SET, "GONGKAI_MONITOR_LAYOUT": "half"})
    assert alarm.monitor == "layout_changed"
    assert "could not convert string to float" in alarm.message


@pytest.mark.parametrize("name", THRESHOLDS)
def test_an_unset_threshold_is_named(name: str) -> None:
    assert hasattr(ours, name)
    for nothing in (None, ""):
        with pytest.raises(ThresholdUnset, match=f"{name} is not set"):
            read_thresholds({**SET, name: nothing})
    with pytest.raises(ThresholdUnset, match=name):
        read_thresholds({key: value for key, value in SET.items() if key != name})


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        links = [(f"/{n}.html", f"样例区第{n}局2024年政府信息公开工作年度报告") for n in range(6)]
        portal.put_list(f"{HOST}/gknb/index.html", links)
        for path, title in links:
            portal.put_report(HOST + path, title)
        yield portal


def test_alarms_are_rows_and_an_exit_code(tmp_path: Path, site: Portal) -> None:
    data, registry = tmp_path / "data", write_registry(tmp_path / "p.csv", row("yangli", "www.yangli.gov.cn"))
    with pytest.raises(CrawlFailed, match="GONGKAI_MONITOR_DUE is not set"):
        crawl(data, registry, settings={**FAST, "GONGKAI_MONITOR_DUE": None})
    assert site.asked == [], "not a request before every threshold stands"

    db = Database(data / "archive.db")
    assert db["crawls"].count == 0, "and no row of a crawl that never was"
    db.close()

    child = begin(data, registry, site)
    child.send_signal(signal.SIGKILL)
    end(child, site)
    next_year = crawl(data, registry, settings={**FAST, "GONGKAI_CLOCK": "2026-02-20"})
    assert {monitor for _, monitor, _ in next_year.alarms} == {"never_finished", "no_report_in_season"}
    assert next_year.exit_code is ExitCode.SUSPICIOUS
    db = Database(data / "archive.db")
    assert [(a["portal_id"], a["run"]) for a in db.query("SELECT * FROM alarms")] == [("yangli", next_year.run)] * 2
    db.close()
    well = crawl(data, registry, settings={**FAST, "GONGKAI_CLOCK": "2025-02-20"})
    assert (well.exit_code, well.alarms) == (ExitCode.WELL, ()), "an alarm speaks of its own run"
