"""Reading on a Dask cluster: a real scheduler and real workers on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from invented import Archive
from test_extraction import URL, page, put
from test_workers import QUICK, work

from archive.extraction import extract_archive
from extract.cluster import ClusterFailed, run_on
from extract.errors import Status, Unreadable
from extract.workers import Limits
from gongkai import cli

pytest.importorskip("distributed", reason='the extra gongkai[dask] is not installed: pip install "gongkai[dask]"')
HERE = Path(__file__).parent


@contextmanager
def program(log: Path, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of Dask's, which ends with the block."""
    with log.open("wb") as told:
        paths = f"{HERE}{os.pathsep}{HERE.parent}"
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *arguments],
            stdout=told,
            stderr=told,
            env={**os.environ, "PYTHONPATH": paths},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def said(log: Path, pattern: str, seconds: float = 60) -> str:
    """What the program has written that the pattern's group matches."""
    for _ in range(int(seconds * 10)):
        if found := re.search(pattern, log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    log = folder / "scheduler.log"
    with program(log, "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"):
        yield said(log, r"(tcp://127\.0\.0\.1:\d+)")


@contextmanager
def worker(folder: Path, address: str, name: str = "w", *options: str) -> Iterator[subprocess.Popen[bytes]]:
    log = folder / f"{name}.log"
    place = ("--local-directory", str(folder / name), "--host", "127.0.0.1", "--no-dashboard", "--nthreads", "1")
    with program(log, "dask_worker", address, *place, *(options or ("--no-nanny",))) as process:
        said(log, r"(Registered to)")
        yield process


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cluster")
    with scheduler(folder) as found, worker(folder, found):
        yield found


def test_an_archive_is_read_as_here(archive: Archive, address: str) -> None:
    for number in range(3):
        put(archive, f"{URL}?{number}", page(f"青原区商务局202{number}年政府信息公开工作年度报告"))
    put(archive, f"{URL}?lost", page())
    archive.db.execute("UPDATE captures SET warc = 'gone.warc.gz' WHERE url = ?", [f"{URL}?lost"])
    archive.db.conn.commit()
    done: list[int] = []
    summary = extract_archive(archive.data, scheduler=address, progress=lambda now, _: done.append(now))
    assert (summary.read, summary.new_reports, done) == (4, 3, [1, 2, 3, 4])
    assert [problem.status for problem in summary.problems] == ["original_missing"]
    assert archive.db.execute("SELECT year FROM reports ORDER BY year").fetchall() == [(2020,), (2021,), (2022,)]
    found = CliRunner().invoke(cli, ["--data", str(archive.data), "extract", "--scheduler", address])
    assert found.exit_code == 0, found.output
    assert "4 read before" in found.output


def test_what_kills_its_reader_costs_itself_only(address: str) -> None:
    orders = ["a", "die", "b", "hang", "bloat", "fail", "refuse", "c"]
    limits = Limits(seconds=QUICK.seconds, processor_seconds=QUICK.processor_seconds, memory=QUICK.memory)
    found = dict(run_on(address, work, [(order, 1) for order in orders], limits))
    told = {order: answer.status if isinstance(answer, Unreadable) else answer for order, answer in found.items()}
    assert told == {
        "a": "A",
        "b": "B",
        "c": "C",
        "die": Status.DIED,
        "hang": Status.TIMED_OUT,
        "bloat": Status.OUT_OF_MEMORY,
        "fail": Status.FAILED,
        "refuse": Status.ENCRYPTED,
    }


def test_tasks_are_taken_as_there_is_room(address: str) -> None:
    taken = 0

    def orders() -> Iterator[tuple[str, int]]:
        nonlocal taken
        for number in range(5):
            taken += 1
            yield str(number), 9 * 2**20

    answers = run_on(address, work, orders())
    first = next(answers)
    assert taken <= 4, "large originals are not all loaded at once"
    assert {first[0], *(order for order, _ in answers)} == {str(number) for number in range(5)}


def test_what_a_lost_worker_had_another_reads(tmp_path: Path) -> None:
    with scheduler(tmp_path) as address, ExitStack() as later, worker(tmp_path, address, "first") as doomed:
        answers = run_on(address, work, [(f"nap {number}", 2**23) for number in range(3)])
        found = [next(answers)[0]]
        later.enter_context(worker(tmp_path, address, "second"))
        doomed.kill()
        found += [order for order, _ in answers]
    assert sorted(found) == [f"nap {number}" for number in range(3)], "each once"


def test_a_scheduler_that_dies_is_said(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(tmp_path))
        stack.enter_context(worker(tmp_path, address))
        answers = run_on(address, work, [(f"nap {number}", 2**23) for number in range(100)])
        next(answers)
        stack.close()
        with pytest.raises(ClusterFailed, match="what was read is kept"):
            list(answers)


def test_a_cluster_that_cannot_do_it_is_refused(tmp_path: Path, archive: Archive) -> None:
    with scheduler(tmp_path) as address:
        with pytest.raises(ClusterFailed, match="has no worker"):
            list(run_on(address, work, [("a", 1)]))
        with worker(tmp_path, address, "nannied", "--nanny"), pytest.raises(ClusterFailed, match="--no-nanny"):
            list(run_on(address, work, [("a", 1)]))
    put(archive, URL, page())
    found = CliRunner().invoke(cli, ["--data", str(archive.data), "extract", "--scheduler", address])
    assert (found.exit_code, "no Dask scheduler answers" in found.output) == (1, True), found.output
    both = CliRunner().invoke(cli, ["--data", str(archive.data), "extract", "--scheduler", address, "--jobs", "2"])
    assert both.exit_code == 2
