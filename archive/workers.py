"""Reading in child processes: a document that kills, hangs or bloats its reader costs that document only.

Not a process pool of the standard library: there, one dead worker loses every task that is under way.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

try:
    import resource
except ImportError:  # Windows has no such limits; the time limit still holds.
    resource = None  # type: ignore[assignment]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

TIME_LIMIT = 120.0
"""Seconds for one document. The slowest honest report seen takes 6; a hostile file of 99 kB takes more than 60."""
MEMORY_LIMIT = 3 * 2**30
"""Bytes of address space a reader may take; a hostile file of 99 kB asks for 4 GB."""

# A fresh interpreter: forking a parent that has threads or an open database is not safe.
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Died:
    """The worker ended in the middle of a task."""

    message: str


@dataclass(frozen=True)
class TimedOut:
    """The worker was stopped because it took longer than it may."""

    message: str


@dataclass
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    since: float = field(default_factory=time.monotonic)


def run(
    work: Callable[[Task], Answer], tasks: Iterable[Task], processes: int, time_limit: float = TIME_LIMIT
) -> Iterator[tuple[Task, Answer | Died | TimedOut]]:
    """Do every task in a child process and give it back with its answer, in the order in which they are done.

    `work` must be importable and must not raise; tasks and answers must pickle. Children are gone when it ends.
    """
    waiting = iter(tasks)
    workers: list[_Worker[Task]] = []
    try:
        for task in waiting:
            workers.append(_start(work, task))
            if len(workers) == processes:
                break
        while workers:
            for worker in _ready(workers, time_limit):
                done, answer = worker.task, _answer(worker, time_limit)
                assert done is not None
                workers.remove(worker)
                if (following := next(waiting, None)) is not None:
                    workers.append(_next(worker, work, following, answer))
                else:
                    _stop(worker)
                yield done, answer
    finally:
        for worker in workers:
            _stop(worker, kill=True)


def _start(work: Callable[[Task], Answer], task: Task) -> _Worker[Task]:
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    ours.send(task)
    return _Worker(process, ours, task)


def _next(worker: _Worker[Task], work: Callable[[Task], Answer], task: Task, answer: object) -> _Worker[Task]:
    """The same worker with its next task; a fresh one where this one is gone."""
    if not isinstance(answer, Died | TimedOut):
        try:
            worker.pipe.send(task)
        except OSError:  # It was killed between two tasks.
            _stop(worker, kill=True)
            return _start(work, task)
        return _Worker(worker.process, worker.pipe, task)
    _stop(worker, kill=True)
    return _start(work, task)


def _ready(workers: list[_Worker[Task]], time_limit: float) -> list[_Worker[Task]]:
    """The workers that answered, died or are over time; waits until there is one."""
    while True:
        left = min(worker.since + time_limit - time.monotonic() for worker in workers)
        ready = wait([worker.pipe for worker in workers], timeout=max(0.0, left))
        late = [worker for worker in workers if time.monotonic() - worker.since >= time_limit]
        if ready or late:
            return [worker for worker in workers if worker.pipe in ready or worker in late]


def _answer(worker: _Worker[Task], time_limit: float) -> Any:
    if not worker.pipe.poll():
        _stop(worker, kill=True)
        return TimedOut(f"the reader was stopped after {time_limit:.0f} seconds")
    try:
        return worker.pipe.recv()
    except EOFError:
        _stop(worker, kill=True)
        return Died(f"the reader died (exit code {worker.process.exitcode}), likely for want of memory")


def _stop(worker: _Worker[Task], kill: bool = False) -> None:
    worker.pipe.close()
    if kill:
        worker.process.kill()
    worker.process.join()


def _serve(pipe: Connection, work: Callable[[Task], Answer]) -> None:
    """The child: answer tasks until the parent hangs up."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(work(task))
        except MemoryError:
            pipe.send(Died("the reader ran out of the memory it may take"))
