"""The archive at size: taking in, publishing, searching, a report's page, a release's CSV; and whether a report costs
more among many.

GONGKAI_BENCH_REPORTS=10000,100000 sets the sizes (1000000 works, given 60 GB and some hours). Archives are made in a
folder for temporary files and removed.
"""

from __future__ import annotations

import asyncio
import csv
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from archive.publish import publish
from archive.release_files import write_csv, write_excel_csv
from archive.release_tables import table
from archive.serve import datasette
from benchmarks.archives import make, take_in
from benchmarks.measure import against, percentile, shortest, timed
from benchmarks.search import words

TITLE = "The archive at size"

SIZES = tuple(int(size) for size in os.environ.get("GONGKAI_BENCH_REPORTS", "1000,10000").split(","))
GROWTH = 1.5
"""How much more a report may cost in the largest archive than in the smallest."""
CSV_TARGET = 2.0
SEARCH_TARGET = 0.01
_LARGE = 100_000
"""From this size on search is held to its target: LIKE's time grows with the archive, ours does not."""
TAKEN = 300
_READERS = 20

PAGES: dict[str, Callable[[sqlite3.Connection], list[str]]] = {
    "a report's page": lambda db: _some(db, "SELECT '/reports/' || id FROM reports"),
}
"""What readers open: a name, and what gives a few addresses of it; each is held against Datasette's page of a row."""

Costs = dict[str, float]


def run(sizes: Sequence[int] = SIZES, rounds: int = 5) -> Iterable[str]:
    """`sizes` are counts of reports, the smallest first."""
    costs: list[Costs] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="gongkai-benchmark-") as folder:
            costs.append({})
            yield from _one(Path(folder), size, rounds, costs[-1])
    if len(costs) > 1:
        for what, first in costs[0].items():
            yield against(f"{what} among {sizes[-1]:,}", costs[-1][what], f"among {sizes[0]:,}", first, GROWTH)


def _one(data: Path, size: int, rounds: int, costs: Costs) -> Iterator[str]:
    took, _ = timed(partial(make, data, size))
    yield f"{size:,} reports made in {took:.0f} s ({(data / 'archive.db').stat().st_size / 1e6:.0f} MB)"
    began = time.process_time()
    took, public = timed(partial(publish, data))
    costs["a report published"] = (time.process_time() - began) / size
    weight = public.stat().st_size
    yield (
        f"{size:,} reports published in {took:.1f} s, {costs['a report published'] * 1000:.2f} ms of the processor and "
        f"{weight / size / 1000:.1f} kB a report ({weight / 1e6:.0f} MB)"
    )
    yield from words(public, rounds, SEARCH_TARGET if size >= _LARGE else None)
    yield from _pages(data, rounds, costs)
    yield from _csv(data, rounds)
    taken = min(TAKEN, size)
    costs["a read report taken in"] = take_in(data, taken) / taken
    yield f"{taken} read reports taken in: {1 / costs['a read report taken in']:.0f} a second of the processor"


def _pages(data: Path, rounds: int, costs: Costs) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{data / 'public.db'}?immutable=1", uri=True)) as db:
        rows = _some(db, "SELECT '/public/reports/' || id FROM reports")
        wanted = {name: some(db) for name, some in PAGES.items()}
    site = datasette(data)

    async def read(addresses: list[str]) -> list[float]:
        times = []
        for address in addresses * rounds:
            began = time.process_time()
            (await site.client.get(address)).raise_for_status()
            times.append(time.process_time() - began)
        return times

    async def all_of_them() -> dict[str, list[float]]:
        return {name: await read(addresses) for name, addresses in {"": rows, **wanted}.items()}

    times = asyncio.run(all_of_them())
    for name in wanted:
        ours, theirs = percentile(times[name], 50), percentile(times[""], 50)
        costs[name] = ours
        yield against(f"  {name}, p50", ours, "Datasette's page of the report's row", theirs)


def _some(db: sqlite3.Connection, sql: str) -> list[str]:
    """Addresses spread evenly over the table."""
    found = [row[0] for row in db.execute(sql)]
    return found[:: max(1, len(found) // _READERS)][:_READERS]


def _csv(data: Path, rounds: int) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{data / 'public.db'}?immutable=1", uri=True)) as db:
        for name in ("requests", "sections"):
            about = table(db, name)
            count = about.count(db)
            for what, write in {
                "for programs": partial(write_csv, db, about, data / "ours.csv"),
                "for Excel": partial(write_excel_csv, db, about, data),
            }.items():
                ours, theirs = shortest(write, partial(_bare, db, name, data / "bare.csv"), rounds, time.process_time)
                line = against(f"  {name} as CSV {what}", ours, "sqlite3 and csv alone", theirs, CSV_TARGET)
                yield f"{line}; {count / ours:,.0f} rows/s against {count / theirs:,.0f}"


def _bare(db: sqlite3.Connection, name: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(db.execute(f"SELECT * FROM {name}"))
