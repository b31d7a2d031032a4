"""The archive at size: taking in, foreseeing, publishing, releasing, searching, pages; and whether a report costs more
among many.

GONGKAI_BENCH_REPORTS=10000,100000 sets the sizes (1000000 works, given 200 GB and a day). Archives are made in a folder
for temporary files and removed, or kept in the folder that GONGKAI_BENCH_FOLDER names.
"""

from __future__ import annotations

import asyncio
import csv
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from archive.publish import publish
from archive.release import release
from archive.release_files import write_csv, write_excel_csv
from archive.release_tables import table
from archive.rereading import foresee
from archive.serve import datasette
from benchmarks.archives import archive_of, read_anew, take_in
from benchmarks.measure import Cost, against, apart, percentile, shortest
from benchmarks.search import words

TITLE = "The archive at size"

SIZES = tuple(int(size) for size in os.environ.get("GONGKAI_BENCH_REPORTS", "1000,10000").split(","))
GROWTH = 1.5
"""How much more a report may cost in the largest archive than in the smallest; and how much more memory a release may
need for all of them."""
CSV_TARGET = 2.0
SEARCH_TARGET = 0.01
_LARGE = 100_000
"""From this size on search is held to its target: LIKE's time grows with the archive, ours does not."""
TAKEN = 300
_READERS = 20

PAGES: dict[str, str] = {
    "a report's page": "SELECT '/reports/' || id FROM reports",
    "a body's page": "SELECT '/bodies/' || id FROM agencies",
    "a place's page, with its matrix": "SELECT '/places/' || id FROM portals",
    "the league of all places": "SELECT '/places?year=' || year FROM reports GROUP BY year",
    "the named query matrix": "SELECT '/public/matrix.json?portal=' || id FROM portals",
    "the named query league": "SELECT '/public/league.json?year=' || year FROM reports GROUP BY year",
    "the home page": "VALUES ('/')",
}
"""What readers open: a name, and the SQL of a few addresses of it; each is held against Datasette's page of a row."""
_OF_ALL = ("the league of all places", "the named query league", "the home page")
"""They add up all reports of a year or name all places: in a larger archive they cost more, and only what a reader
waits for counts."""

Costs = dict[str, float]


def run(sizes: Sequence[int] = SIZES, rounds: int = 5) -> Iterable[str]:
    """`sizes` are counts of reports, the smallest first."""
    costs: list[Costs] = []
    memory: list[Costs] = []
    for size in sizes:
        with archive_of(size) as data:
            costs.append({})
            memory.append({})
            yield f"{size:,} reports, {(data / 'archive.db').stat().st_size / 1e6:.0f} MB"
            yield from _large(data, size, costs[-1], memory[-1])
            yield from words(data / "public.db", rounds, SEARCH_TARGET if size >= _LARGE else None)
            yield from _pages(data, rounds, costs[-1])
            yield from _csv(data, rounds)
    if len(costs) > 1:
        few, many = f"among {sizes[0]:,}", f"among {sizes[-1]:,}"
        for what, first in costs[0].items():
            yield against(f"{what} {many}", costs[-1][what], few, first, None if what in _OF_ALL else GROWTH)
        for what, first in memory[0].items():
            target = GROWTH if what == "released" else None
            yield against(f"memory while {what} {many}", memory[-1][what], few, first, target, "MB")


def _large(data: Path, size: int, costs: Costs, memory: Costs) -> Iterator[str]:
    """What is done to all reports at once, each in a process of its own."""
    taken = min(TAKEN, size)
    costs["a read report taken in"] = take_in(data, taken) / taken
    yield f"  {taken} read reports taken in: {1 / costs['a read report taken in']:.0f} a second of the processor"
    read_anew(data)
    with closing(sqlite3.connect(data / "archive.db")) as db:
        (size,) = db.execute("SELECT count(*) FROM reports").fetchone()
    works: dict[str, Callable[[Path], object]] = {"foreseen": foresee, "published": publish, "released": release}
    for what, work in works.items():
        cost = apart(work, data)
        costs[f"a report {what}"], memory[what] = cost.processor / size, cost.memory
        yield f"  {what} {_told(cost, size)}"
    weight = (data / "public.db").stat().st_size
    yield f"  public.db has {weight / size / 1000:.1f} kB a report ({weight / 1e6:.0f} MB)"
    shutil.rmtree(data / "releases")


def _told(cost: Cost, size: int) -> str:
    each = cost.processor / size * 1000
    return f"in {cost.clock:.0f} s, {each:.2f} ms of the processor a report, {cost.memory:.0f} MB at most"


def _pages(data: Path, rounds: int, costs: Costs) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{data / 'public.db'}?immutable=1", uri=True)) as db:
        rows = _some(db, "SELECT '/public/reports/' || id FROM reports")
        wanted = {name: _some(db, sql) for name, sql in PAGES.items()}
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
