"""Monitors: what an operator must hear of although the crawl itself went through.

Spidermon's monitors in a suite of ours, run once for each portal of a run. Spidermon's own suite for the end of a
spider is not used: it looks at a whole job, where thousands of portals drown each other, it ends with the first unset
threshold, and what fails in it leaves exit code 0. Here an unset threshold ends the crawl before it begins, and what
fails becomes a row of `alarms` and an exit code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spidermon import Monitor, MonitorSuite
from spidermon.results.monitor import MonitorResult
from spidermon.runners import MonitorRunner

from crawler.outcomes import shortfall
from crawler.schedule import SEASON

THRESHOLDS = {
    "GONGKAI_MONITOR_FEWER": "the share of a portal's reports that may be gone since its last whole crawl",
    "GONGKAI_MONITOR_DUE": "the day of the year (MM-DD) by which a portal has to list a report of the year past",
    "GONGKAI_MONITOR_LAYOUT": "the share of list pages that has to be of the platform that most were of last time",
    "GONGKAI_MONITOR_INCOMPLETE": "the share of the entries a list claims that it may fail to show",
    "GONGKAI_MONITOR_ERROR_SHARE": "the share of a portal's requests that may bring no page",
    "GONGKAI_MONITOR_UNFINISHED": "how many crawls of a portal in a row may be left unfinished",
}
"""The settings that the monitors measure by. Each has to be set."""


class ThresholdUnset(ValueError):
    """A monitor has nothing to measure by; the message names the setting."""


@dataclass(frozen=True)
class Subject:
    """A portal's crawl as the monitors see it. `before` is how many reports its last whole crawl listed, `platforms`
    and `platforms_before` count list pages; `short` has what each incomplete list claims and shows; `season_reports`
    are those of the year past; `unfinished` the portal's crawls since its last whole one that never ended properly."""

    outcome: str
    reason: str
    accepted: int
    before: int
    requests: int
    failed: int
    season_reports: int
    platforms: Mapping[str, int]
    platforms_before: Mapping[str, int]
    short: Mapping[str, Sequence[int]]
    unfinished: int
    now: datetime


@dataclass(frozen=True)
class Alarm:
    """A monitor that failed. `monitor` is its name, `message` the sentence for the operator."""

    monitor: str
    message: str


class _PortalMonitor(Monitor):  # type: ignore[misc]
    """Without a subject it holds: a monitor speaks of what the crawl has seen."""

    longMessage = False

    @property
    def subject(self) -> Subject:
        subject: Subject = self.data.subject
        return subject

    def threshold(self, name: str) -> Any:
        return self.data.thresholds[name]


class FewerReports(_PortalMonitor):
    """fewer_reports"""

    def test(self) -> None:
        subject, may_go = self.subject, float(self.threshold("GONGKAI_MONITOR_FEWER"))
        if subject.outcome in ("ok", "fewer_than_before", "changed_layout", "empty"):
            gone = subject.before - subject.accepted
            if gone > subject.before * may_go:
                self.fail(f"{subject.accepted} reports are listed, {subject.before} were in the last whole crawl")


class NoReportInSeason(_PortalMonitor):
    """no_report_in_season"""

    def test(self) -> None:
        subject, due = self.subject, str(self.threshold("GONGKAI_MONITOR_DUE"))
        late = f"{subject.now:%m-%d}" >= due and subject.now.month in SEASON
        if late and not subject.season_reports and subject.outcome in ("ok", "empty", "fewer_than_before"):
            self.fail(f"no report of {subject.now.year - 1} is listed, and it is {subject.now:%d %B}")


class LayoutChanged(_PortalMonitor):
    """layout_changed"""

    def test(self) -> None:
        subject, share = self.subject, float(self.threshold("GONGKAI_MONITOR_LAYOUT"))
        if subject.outcome == "changed_layout":
            self.fail(subject.reason)
        pages = sum(subject.platforms.values())
        if pages and subject.platforms_before:
            usual = max(subject.platforms_before, key=lambda name: subject.platforms_before[name])
            now = max(subject.platforms, key=lambda name: subject.platforms[name])
            if subject.platforms.get(usual, 0) < pages * share:
                self.fail(f"its lists are of the platform {now} now, they were of {usual}")


class IncompleteList(_PortalMonitor):
    """incomplete_list"""

    def test(self) -> None:
        may_lack = float(self.threshold("GONGKAI_MONITOR_INCOMPLETE"))
        lists = self.subject.short.items()
        found = [
            (url, claims, shows) for url, (claims, shows) in lists if claims - shows > claims * may_lack or not claims
        ]
        if found:
            self.fail("; ".join(shortfall(*row) for row in found))


class ErrorShare(_PortalMonitor):
    """error_share"""

    def test(self) -> None:
        subject, share = self.subject, float(self.threshold("GONGKAI_MONITOR_ERROR_SHARE"))
        if subject.outcome != "interrupted" and subject.failed > subject.requests * share:
            self.fail(f"{subject.failed} of {subject.requests} requests brought no page")


class NeverFinished(_PortalMonitor):
    """never_finished"""

    def test(self) -> None:
        subject, may_be = self.subject, int(self.threshold("GONGKAI_MONITOR_UNFINISHED"))
        if subject.unfinished > may_be:
            self.fail(f"{subject.unfinished} crawls in a row were left unfinished (killed, stopped, or power lost)")


class PortalSuite(MonitorSuite):  # type: ignore[misc]
    monitors = (FewerReports, NoReportInSeason, LayoutChanged, IncompleteList, ErrorShare, NeverFinished)


NAMES = tuple(str(monitor.__doc__) for monitor in PortalSuite.monitors)
"""The monitors' names, as `alarms.monitor` has them."""


def read_thresholds(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The thresholds. Raises ThresholdUnset for the first that is not set."""
    found = {}
    for name, what in THRESHOLDS.items():
        value = settings.get(name)
        if value is None or value == "":
            raise ThresholdUnset(f"the setting {name} is not set: {what}")
        found[name] = value
    return found


def look(subject: Subject, thresholds: Mapping[str, Any]) -> list[Alarm]:
    """What the monitors say of a portal. A monitor that breaks is an alarm as well."""
    result = MonitorRunner().run(PortalSuite(), subject=subject, thresholds=dict(thresholds))
    return list(_alarms(result))


def _alarms(result: MonitorResult) -> list[Alarm]:
    return [
        Alarm(str(type(item.item).__doc__), item.reason or f"the monitor itself failed:\n{item.error}")
        for item in result.monitors_failed_results
    ]
