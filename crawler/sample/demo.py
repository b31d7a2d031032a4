"""The demo: the whole main job on the sample portals, from the first request to the published archive."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.extraction import ExtractionSummary, extract_archive
from archive.publish import publish
from archive.schema import open_archive
from crawler.run import CrawlSummary, crawl
from crawler.sample.render import site
from crawler.sample.server import SamplePortals
from crawler.sample.truth import REGISTRY, truth

SETTINGS: dict[str, Any] = {
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "GONGKAI_RECHECK_ALL": True,
}
"""Politeness is for other people's servers. This one is ours, on loopback, and runs only for the demo, whose visits are
seconds apart: no report would be due again."""

_PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


@dataclass(frozen=True)
class Pointer:
    """A report worth looking at, and why, as a sentence."""

    report_id: str
    agency: str
    year: int
    why: str


@dataclass(frozen=True)
class DemoResult:
    """What came of the demo. `media` counts reports by html, pdf, …; `findings` counts those that are the published
    forms' own fault, by rule name without its subject; `doubts` counts those that are this reader's."""

    public: Path
    reports: int
    media: dict[str, int]
    findings: dict[str, int]
    doubts: int
    worth_a_look: tuple[Pointer, ...]
    crawls: tuple[CrawlSummary, ...]
    extractions: tuple[ExtractionSummary, ...]
    seconds: float


def run_demo(data: Path, say: Callable[[str], None]) -> DemoResult:
    """Crawl the sample portals, read, crawl again after one report was edited, read, publish; `say` gets a sentence for
    each step.

    On a data folder that already holds the edited report only the second visit is made, and it finds nothing new.
    Raises what crawl, extract and publish raise.
    """
    started = time.monotonic()
    crawls: list[CrawlSummary] = []
    extractions: list[ExtractionSummary] = []
    with SamplePortals(2 if _edit_is_archived(data) else 1) as portals, _through(portals.proxy_url):
        say(f"The sample portals answer on {portals.proxy_url}, on loopback: nothing leaves this machine.")
        again = portals.stage == 2
        while True:
            crawls.append(crawl(data, REGISTRY, settings=SETTINGS))
            say(_visited(crawls[-1], "Visit" if again else "First visit" if portals.stage == 1 else "Second visit"))
            extractions.append(extract_archive(data))
            say(_read(extractions[-1]))
            if portals.stage == 2:
                break
            say("Now one report is edited in place on its portal: two cells and a sentence, without a notice.")
            portals.stage = 2
    public = publish(data)
    result = _result(public, crawls, extractions, started)
    say(_published(result))
    return result


def _edit_is_archived(data: Path) -> bool:
    """Whether an earlier demo in this folder has seen the edited report: its portal must not go back in time."""
    if not (data / "archive.db").is_file():
        return False
    url = next(report.url for report in truth() if report.edited)
    sha256 = hashlib.sha256(site(2)[url].body).hexdigest()
    db = open_archive(data)
    try:
        found = db.execute("SELECT 1 FROM captures WHERE url = ? AND sha256 = ?", [url, sha256]).fetchone()
    finally:
        db.close()
    return found is not None


@contextmanager
def _through(proxy: str) -> Iterator[None]:
    """Every http request of a child process goes to this proxy and to no other; the environment is restored after."""
    names = (*_PROXIES, *_EXCEPTIONS)
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["http_proxy"] = os.environ["HTTP_PROXY"] = proxy
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _visited(summary: CrawlSummary, which: str) -> str:
    portals = summary.portals
    count = {name: sum(getattr(p, name) for p in portals) for name in ("requests", "listed", "accepted", "refused")}
    new, unchanged = sum(p.new_captures for p in portals), sum(p.unchanged for p in portals)
    outcomes = ", ".join(f"{portal.portal_id} {portal.outcome.value}" for portal in portals)
    refused = f" {_number(count['refused'], 'link')} to other hosts not followed." if count["refused"] else ""
    return (
        f"{which}: {count['requests']} requests, {_number(new, 'new original')} kept, {unchanged} unchanged. "
        f"{count['accepted']} of {_number(count['listed'], 'listed item')} are annual reports.{refused} ({outcomes})"
    )


def _read(summary: ExtractionSummary) -> str:
    problems = "".join(f"\n  {problem.url}: {problem.message}" for problem in summary.problems)
    return (
        f"Read: {_number(summary.read, 'document')}, {_number(summary.new_reports, 'new report')}; "
        f"{summary.unchanged} known already.{problems}"
    )


def _published(result: DemoResult) -> str:
    media = ", ".join(f"{count} {medium.upper()}" for medium, count in sorted(result.media.items()))
    findings = ", ".join(f"{rule} {count}" for rule, count in sorted(result.findings.items())) or "none"
    return (
        f"Published {result.public}: {_number(result.reports, 'report')} ({media}). Findings in what was published: "
        f"{findings}. Doubts of the reader: {result.doubts}. {result.seconds:.0f} seconds in all."
    )


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _result(
    public: Path, crawls: list[CrawlSummary], extractions: list[ExtractionSummary], started: float
) -> DemoResult:
    with closing(sqlite3.connect(f"file:{public}?mode=ro", uri=True)) as db:
        media = dict(db.execute("SELECT media, count(*) FROM reports GROUP BY media").fetchall())
        rules = [row[0] for row in db.execute("SELECT rule FROM findings WHERE fault = 'source'")]
        doubts = db.execute("SELECT count(*) FROM findings WHERE fault = 'reading'").fetchone()[0]
        worth_a_look = tuple(_pointers(db))
    return DemoResult(
        public=public,
        reports=sum(media.values()),
        media=media,
        findings=dict(Counter(rule.partition(":")[0] for rule in rules)),
        doubts=doubts,
        worth_a_look=worth_a_look,
        crawls=tuple(crawls),
        extractions=tuple(extractions),
        seconds=time.monotonic() - started,
    )


_WORTH_A_LOOK = (
    (
        "its tables do not add up",
        "SELECT report_id FROM findings WHERE fault = 'source' AND rule LIKE '%\\_sum:%' ESCAPE '\\'",
    ),
    ("edited after publication, both versions kept", "SELECT report_id FROM versions GROUP BY 1 HAVING count(*) > 1"),
    ("published late", "SELECT id FROM reports WHERE days_late > 0"),
    ("says another number in its prose than in its table", "SELECT report_id FROM findings WHERE rule LIKE 'stated:%'"),
    ("does not take over what last year carried forward", "SELECT report_id FROM findings WHERE rule LIKE 'carry:%'"),
    ("read from a PDF", "SELECT id FROM reports WHERE media = 'pdf'"),
)


def _pointers(db: sqlite3.Connection) -> Iterator[Pointer]:
    for why, sql in _WORTH_A_LOOK:
        rows = db.execute(f"SELECT id, agency, year FROM reports WHERE id IN ({sql}) ORDER BY year DESC, id")
        yield from (Pointer(report_id, agency, year, why) for report_id, agency, year in rows)
