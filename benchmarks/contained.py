"""What containment costs: small documents read in limited child processes against the same in this process.

A child answers each document with the whole report, as `gongkai parse` and the archive have it; its start counts. That
one child does the work of one process tells the overhead; all cores together tell what a person waits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import cycle, islice

from benchmarks.measure import against, shortest
from crawler.sample.render import REFRAMED, site
from crawler.sample.truth import truth
from extract import Report, Source, Unreadable, read
from extract.workers import DEFAULT, resident
from extract.workers import run as run_contained

TITLE = "Reading in limited child processes"

TARGET = 1.2
KEPT = replace(DEFAULT, documents=10**9)


def run(documents: int = 1_000, rounds: int = 2) -> Iterable[str]:
    """`documents` small ones, each way `rounds` times; the best counts."""
    pages = site(2)
    light = [
        pages[report.url].body for report in truth() if report.media == "html" and not report.id.startswith(REFRAMED)
    ]
    bodies = list(islice(cycle(light), documents))
    cores = os.cpu_count() or 1
    for processes in dict.fromkeys((1, cores)):
        ours, theirs = shortest(partial(_contained, bodies, processes), partial(_plainly, bodies), rounds)
        what = (
            f"{documents} documents of {sum(map(len, light)) // len(light) // 1000} kB in {processes} child processes"
        )
        yield against(what, ours, "in one process without limits", theirs, TARGET)
    yield _memory(bodies)


def read_one(body: bytes) -> Report:
    """At module level, so that child processes find it."""
    return read(Source(body, "benchmark"))


def read_and_weigh(body: bytes) -> int:
    """Bytes that the child has in memory after the document."""
    read_one(body)
    return resident()


def _plainly(bodies: list[bytes]) -> None:
    for body in bodies:
        read_one(body)


def _contained(bodies: list[bytes], processes: int) -> None:
    for _, answer in run_contained(read_one, bodies, processes):
        if isinstance(answer, Unreadable):
            raise RuntimeError(f"a document was not read in its child process: {answer}")


def _memory(bodies: list[bytes]) -> str:
    weights = [weight for _, weight in run_contained(read_and_weigh, bodies, 1, KEPT) if isinstance(weight, int)]
    early = weights[len(weights) // 10]
    return (
        f"memory of one child that is never replaced: {early / 2**20:.0f} MB after a tenth of the documents, "
        f"{weights[-1] / 2**20:.0f} MB after all, {max(weights) / 2**20:.0f} MB at most"
    )
