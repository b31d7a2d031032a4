"""How a portal's crawl ended: one word, and the reason as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Outcome(StrEnum):
    OK = "ok"
    EMPTY = "empty"
    FEWER_THAN_BEFORE = "fewer_than_before"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    ROBOTS = "robots"
    CHANGED_LAYOUT = "changed_layout"
    INTERRUPTED = "interrupted"


@dataclass
class Facts:
    """What a crawl saw of a portal. `stops` are (kind, URL, reason) of requests that brought no page, `kind` being
    blocked, unreachable, robots, refused, missing, error (a page our own reading failed on) or astray (a page that was
    to lead to the column and does not: no loss where another does); `articles_lost` those of accepted articles. `short`
    are lists that claim more entries than they showed: (claimed, shown) by their address, 0 for claimed where a list
    says only that there are more. `known` are reports on the
    lists that were not due to be asked for again."""

    lists_read: int = 0
    listed: int = 0
    accepted: int = 0
    articles_read: int = 0
    known: int = 0
    accepted_before: int = 0
    attachments_lost: int = 0
    refused: int = 0
    says_empty: bool = False
    short: dict[str, tuple[int, int]] = field(default_factory=dict)
    stops: list[tuple[str, str, str]] = field(default_factory=list)
    articles_lost: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def stopped(self) -> list[tuple[str, str, str]]:
        """The stops that are failures: a page that leads nowhere did come."""
        return [stop for stop in self.stops if stop[0] != "astray"]

    @property
    def reports(self) -> int:
        """The reports that stand on the lists and are in the archive."""
        return self.articles_read + self.known

    @classmethod
    def restored(cls, values: dict[str, Any]) -> Self:
        """From what JSON made of its fields."""
        for name in ("stops", "articles_lost"):
            values[name] = [(kind, url, reason) for kind, url, reason in values[name]]
        values["short"] = {url: (claimed, shown) for url, (claimed, shown) in values["short"].items()}
        return cls(**values)


# What stopped a crawl, the gravest first: a portal that blocks one page and lacks another is blocked.
_GRAVITY = (
    ("blocked", Outcome.BLOCKED),
    ("robots", Outcome.ROBOTS),
    ("unreachable", Outcome.UNREACHABLE),
    ("refused", Outcome.CHANGED_LAYOUT),
    ("missing", Outcome.CHANGED_LAYOUT),
    ("error", Outcome.CHANGED_LAYOUT),
    ("astray", Outcome.CHANGED_LAYOUT),
)


def decide(facts: Facts) -> tuple[Outcome, str]:
    """The outcome of a crawl that ran to its end."""
    if facts.reports:
        return _with_reports(facts)
    if facts.articles_lost:
        outcome, reason = _worst(facts.articles_lost)
        return outcome, f"{len(facts.articles_lost)} reports are listed and none could be fetched: {reason}"
    if facts.lists_read == 0:
        outcome, reason = _worst(facts.stops) if facts.stops else (Outcome.CHANGED_LAYOUT, "no page was fetched")
        return outcome, f"no list of reports was reached: {reason}"
    if facts.accepted_before:
        return Outcome.CHANGED_LAYOUT, f"no report is listed, where {facts.accepted_before} were before"
    if facts.short:
        return Outcome.CHANGED_LAYOUT, f"no report is listed, and lists are incomplete: {_short(facts)}"
    if facts.listed or facts.says_empty:
        refused = f" (refused links to other hosts: {facts.refused})" if facts.refused else ""
        return Outcome.EMPTY, f"{facts.listed} entries are listed and none is an annual report{refused}"
    if facts.stops:
        outcome, reason = _worst(facts.stops)
        return outcome, f"the column lists nothing: {reason}"
    return Outcome.CHANGED_LAYOUT, "the column was reached and no entry was recognised on it"


def _with_reports(facts: Facts) -> tuple[Outcome, str]:
    stops = facts.stopped
    lost = [*stops, *facts.articles_lost]
    parts = [_count(facts.reports)]
    if facts.articles_lost:
        parts.append(
            f"reports that could not be fetched: {len(facts.articles_lost)} ({_worst(facts.articles_lost)[1]})"
        )
    if stops:
        parts.append(f"other pages that could not be fetched: {len(stops)} ({_worst(stops)[1]})")
    if facts.refused:
        parts.append(f"refused links to other hosts: {facts.refused}")
    if facts.short:
        parts.append(f"incomplete lists: {_short(facts)}")
    if facts.attachments_lost:
        parts.append(f"attachments that could not be fetched: {facts.attachments_lost}")
    if len(lost) > facts.lists_read + facts.reports:
        return _worst(lost)[0], "; ".join(parts)
    if facts.accepted < facts.accepted_before:
        parts.insert(0, f"{facts.accepted_before} reports were listed before")
        return Outcome.FEWER_THAN_BEFORE, "; ".join(parts)
    return Outcome.OK, "; ".join(parts)


def _count(reports: int) -> str:
    return "1 report" if reports == 1 else f"{reports} reports"


def _short(facts: Facts) -> str:
    return ", ".join(shortfall(url, *counts) for url, counts in facts.short.items())


def shortfall(url: str, claimed: int, shown: int) -> str:
    """What a list claims and shows, in words."""
    if not claimed:
        return f"{url} offers more behind a button and shows {shown}"
    return f"{url} claims {claimed} entries and shows {shown}"


def _worst(stops: list[tuple[str, str, str]]) -> tuple[Outcome, str]:
    for kind, outcome in _GRAVITY:
        for found, url, reason in stops:
            if found == kind:
                return outcome, f"{url}: {reason}"
    raise ValueError(f"no outcome for {stops!r}")
