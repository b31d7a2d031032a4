"""Reading on a Dask cluster: what `workers` does with children of this machine, with children of many.

A worker is given documents by the handful and reads them as this machine would: in a child process within the limits,
so that a document that kills its reader costs neither the worker nor the documents beside it. Originals travel with
their tasks: a worker needs no access to the archive, only the same reader.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

from extract.errors import Alarm, Unreadable
from extract.report import EXTRACTOR_VERSION
from extract.workers import DEFAULT, Limits, run

if TYPE_CHECKING:
    from distributed import Client, Future

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_CONNECT_SECONDS = 10
_MOST_TASKS, _MOST_BYTES = 128, 8 * 2**20
"""What a worker is given at a time: enough that the start of a child, half a second, hardly counts; and less than the
10 MB from which Dask warns."""
_AHEAD = 2
"""How many such handfuls are under way for each thread of the cluster: one is read while the next travels."""


class ClusterFailed(Alarm):
    """The cluster cannot be reached, does not fit, or lost what it was given. What it answered before, stands."""


def run_on(
    address: str,
    work: Callable[[Task], Answer],
    tasks: Iterable[tuple[Task, int]],
    limits: Limits = DEFAULT,
) -> Iterator[tuple[Task, Answer | Unreadable]]:
    """Do every task on the cluster of the scheduler at `address` (`tcp://host:8786`) and give it back with its answer,
    in the order in which they are done. Tasks come with their size in bytes, and are taken as the cluster has room.

    `work` must be importable there; tasks and answers must pickle. What a worker dies of, another reads; Dask gives up
    a handful that took four workers with it. Raises ClusterFailed; then, or when the caller stops,
    what is under way is given up.
    """
    with _client(address) as client:
        room = _threads(client) * _AHEAD
        handfuls = _handfuls(tasks)
        flight: dict[Future[Any], list[Task]] = {}
        while True:
            while len(flight) < room and (handful := next(handfuls, None)):
                flight[client.submit(_read_handful, work, handful, limits, pure=False)] = handful
            if not flight:
                return
            for future in _done(list(flight)):
                handful = flight.pop(future)
                for number, answer in _answers(future):
                    yield handful[number], answer


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterFailed('Dask is not installed here: pip install "gongkai[dask]"') from None
    try:
        return Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise ClusterFailed(f"no Dask scheduler answers at {address}: {error}") from error


def _threads(client: Client) -> int:
    """How many threads the workers have in all, after asking each whether it can do this work."""
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise ClusterFailed("the scheduler has no worker: start one with `dask worker ADDRESS --no-nanny`")
    for worker, found in client.run(_fitness, on_error="return").items():
        if isinstance(found, Exception):
            raise ClusterFailed(f"worker {worker} cannot load Gongkai: {found}")
        version, daemon = found
        if version != EXTRACTOR_VERSION:
            raise ClusterFailed(
                f"worker {worker} has version {version} of the reader and this machine {EXTRACTOR_VERSION}: "
                "install the same everywhere"
            )
        if daemon:
            raise ClusterFailed(f"worker {worker} may not start child processes: start it with --no-nanny")
    return sum(threads.values())


def _fitness() -> tuple[str, bool]:
    """On the worker."""
    return EXTRACTOR_VERSION, multiprocessing.current_process().daemon


def _handfuls(tasks: Iterable[tuple[Task, int]]) -> Iterator[list[Task]]:
    handful: list[Task] = []
    held = 0
    for task, size in tasks:
        if handful and (len(handful) == _MOST_TASKS or held + size > _MOST_BYTES):
            yield handful
            handful, held = [], 0
        handful.append(task)
        held += size
    if handful:
        yield handful


def _read_handful(work: Callable[[Task], Answer], handful: list[Task], limits: Limits) -> list[tuple[int, Any]]:
    """On the worker: the answers with the numbers of their tasks, which stay where they are."""
    numbered = list(enumerate(handful))
    return [(number, answer) for (number, _), answer in run(_Numbered(work), numbered, 1, limits)]


class _Numbered:
    """Work on a task that carries its number."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work

    def __call__(self, numbered: tuple[int, Any]) -> Any:
        return self._work(numbered[1])


def _done(futures: list[Future[Any]]) -> set[Future[Any]]:
    from distributed import wait

    try:
        return set(wait(futures, return_when="FIRST_COMPLETED").done)
    except (CancelledError, OSError) as error:
        raise _lost(error) from error


def _answers(future: Future[Any]) -> list[tuple[int, Any]]:
    from distributed.scheduler import KilledWorker

    try:
        answers: list[tuple[int, Any]] = future.result()
    except (CancelledError, KilledWorker, OSError) as error:
        raise _lost(error) from error
    return answers


def _lost(error: BaseException) -> ClusterFailed:
    return ClusterFailed(
        f"the cluster lost what it was given ({error or type(error).__name__}): what was read is kept, "
        "and the same command goes on"
    )
