"""How fast reports are crawled and kept, how much memory that takes, and what asking again costs."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Result, timed
from benchmarks.portal import HOST
from crawler.run import crawl

TITLE = "Crawling pages of report size on loopback"
PAGES = 4000
FEW = 500
ROUNDS = 2
SETTINGS: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "GONGKAI_PAGE_CAP": 1000,
    "GONGKAI_FEED": 64,
}
"""Loopback needs no politeness. 16 at a time are asked of the host, as the bare spider does; more may wait for the
disk, as in any crawl."""
_REGISTRY = (
    "id,division_code,name,level,home_url,column_url,platform,note\n"
    f"yangli,,样例区,county,{HOST}/,{HOST}/gknb/index.html,,\n"
)


def run() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "portals.csv").write_text(_REGISTRY, "utf-8")
        with _portal(PAGES) as environment:
            # In turn, and the best of each counts: a single run tells more of the machine than of either.
            bare, own = [], []
            for number in range(ROUNDS):
                bare.append(_timed(lambda: _python(["-m", "benchmarks.bare"], environment)))
                own.append(_timed(partial(_ours, here, f"many{number}", environment)))
            again, later, _ = _timed(lambda: _ours(here, "many0", environment))
        with _portal(FEW) as environment:
            few = _ours(here, "few", environment)
    first, pages = own[0][0], own[0][0]["requests"]
    (ours, our_cpu), (theirs, their_cpu) = (
        (min(wall for _, wall, _ in runs), min(cpu for _, _, cpu in runs)) for runs in (own, bare)
    )
    yield (
        f"{PAGES} reports crawled, kept as WARC and indexed: {pages / ours:.0f} pages/s; bare Scrapy "
        f"on the same pages, keeping nothing: {pages / theirs:.0f} pages/s; "
        f"time ratio {ours / theirs:.2f}, speed {theirs / ours:.2f} of bare Scrapy (target 0.75)"
    )
    yield (
        f"processor time: {1000 * our_cpu / pages:.1f} ms a page, "
        f"bare Scrapy {1000 * their_cpu / pages:.1f} ms: {their_cpu / our_cpu:.2f}"
    )
    yield f"peak memory: {few['peak']:.0f} MB for {FEW} reports, {first['peak']:.0f} MB for {PAGES}"
    yield (
        f"asked again, nothing changed and nothing due: {again['requests']} requests for {again['accepted']} reports, "
        f"{again['requests'] / first['requests']:.1%} of the first crawl's {first['requests']} ({later:.0f} s)"
    )


def _timed(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """What it gave, the seconds it took, and the processor's seconds in all its processes and threads, their starting
    and importing included."""
    cpu, (wall, result) = timed(lambda: timed(work), _cpu_of_children)
    return result, wall, cpu


def _cpu_of_children() -> float:
    """Of those that have ended: the portal goes on until nothing is measured any more."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _portal(pages: int) -> Iterator[dict[str, str]]:
    """The portal in a process of its own; gives the environment in which it is the proxy."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.portal", str(pages)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        yield {**clean, "http_proxy": f"http://127.0.0.1:{port}"}
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


def _ours(folder: Path, name: str, environment: dict[str, str]) -> dict[str, Any]:
    line = _python(["-m", "benchmarks.crawl", str(folder / name), str(folder / "portals.csv")], environment)
    found: dict[str, Any] = json.loads(line)
    return found


def _python(arguments: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _child(data: Path, registry: Path) -> None:
    """A crawl whose process is this one's only child, so that its peak memory can be told."""
    (portal,) = crawl(data, registry, settings=SETTINGS).portals
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(json.dumps({"requests": portal.requests, "accepted": portal.accepted, "peak": peak}))


if __name__ == "__main__":
    _child(Path(sys.argv[1]), Path(sys.argv[2]))
