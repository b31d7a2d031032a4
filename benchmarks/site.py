"""The site under many readers at once: each of its pages against Datasette's plain page of a table of the same file.

Pages and baseline take turns in the same run, on a `gongkai serve` of its own that readers ask over HTTP.
GONGKAI_BENCH_REPORTS sets the sizes, 10000 where it is not set; archives are made for it and removed, or kept in the
folder that GONGKAI_BENCH_FOLDER names.
"""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from archive.publish import publish
from benchmarks.archives import archive_of
from benchmarks.measure import against, percentile

TITLE = "The site under many readers"

SIZES = tuple(int(size) for size in os.environ.get("GONGKAI_BENCH_REPORTS", "10000").split(","))
READERS = 16
TARGET = 2.0
BASELINE = "/public/reports"
_SEARCHES = (
    "q=行政复议",
    "q=公开",
    "q=鹤龟",
    "",
    "year=2020&year=2021&year=2022",
    "q=培训&place=p0&year=2020",
    "findings=yes",
)
_ONES = {
    "report": "SELECT '/reports/' || id FROM reports",
    "body": "SELECT '/bodies/' || id FROM agencies",
    "place": "SELECT '/places/' || id FROM portals",
    "evidence": "SELECT '/reports/' || r.id || '/cells/requests.received.total' FROM reports r "
    "JOIN captures c ON c.id = r.capture_id WHERE c.warc <> 'x.warc.gz' AND c.warc <> 'new.warc.gz'",
    "original": "SELECT '/originals/' || id FROM captures WHERE warc <> 'x.warc.gz' AND warc <> 'new.warc.gz'",
    "edited report": "SELECT '/reports/' || report_id FROM versions WHERE number > 1",
    "compare": "SELECT '/compare?a=' || b.id || '&b=' || a.id FROM reports a "
    "JOIN reports b ON b.agency_id = a.agency_id AND b.year = a.year + 1",
}
_SERVE = """
import sys
from pathlib import Path
from archive.serve import serve
serve(Path(sys.argv[1]), port=0, on_ready=lambda url: print(url, flush=True))
"""


def run(sizes: Sequence[int] = SIZES, rounds: int = 4, readers: int = READERS) -> Iterable[str]:
    for size in sizes:
        with archive_of(size) as data:
            public = data / "public.db"
            if not public.exists():
                publish(data)
            yield f"{size:,} reports ({public.stat().st_size / 1e6:.0f} MB)"
            with _served(data) as address:
                yield from _pages(public, address, rounds, readers)


def _pages(public: Path, address: str, rounds: int, readers: int) -> Iterator[str]:
    wanted = {
        "home": ["/"],
        "search": [f"/-/search?{quote(query, safe='=&')}" for query in _SEARCHES],
        **{name: _some(public, sql) for name, sql in _ONES.items()},
        "leads": ["/leads", "/leads/broken", "/leads/refusals?year=2020"],
        "changes": ["/leads/edits", "/feeds/edits.atom", "/public/late_edits", "/public/changes"],
        "league": ["/places", "/places?year=2020"],
    }
    host = urlsplit(address).netloc
    for name, paths in wanted.items():
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(rounds):
            theirs += _read(host, [BASELINE] * 2 * readers, readers)
            ours += _read(host, (paths * 2 * readers)[: 2 * readers], readers)
        for part in (50, 95):
            target = TARGET if part == 95 else None
            what = f"  {name}, {readers} readers, p{part}"
            yield against(what, percentile(ours, part), "Datasette's table", percentile(theirs, part), target)


def _read(host: str, paths: list[str], readers: int) -> list[float]:
    """How long each page took, with so many asked for at once."""
    with ThreadPoolExecutor(readers) as pool:
        return list(pool.map(partial(_one, host), paths))


def _one(host: str, path: str) -> float:
    began = time.perf_counter()
    with closing(http.client.HTTPConnection(host, timeout=120)) as asked:
        asked.request("GET", path)
        answer = asked.getresponse()
        answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return time.perf_counter() - began


def _some(public: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(f"file:{public}?immutable=1", uri=True)) as db:
        found = [row[0] for row in db.execute(sql)]
    return found[:: max(1, len(found) // 16)][:16]


@contextmanager
def _served(data: Path) -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(data)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
