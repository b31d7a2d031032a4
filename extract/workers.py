"""Reading in child processes: a document that kills, hangs or bloats its reader costs that document only.

Not a process pool of the standard library: there, one dead worker loses every task that is under way. Children are
given tasks in chunks, so that small documents do not wait for their turn, and answer them one by one, so that it is
known which of them a child died of.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from extract.errors import Status, Unreadable

try:
    import resource
except ImportError:  # Windows has no such limits; the wall clock still holds.
    resource = None  # type: ignore[assignment]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_START_SECONDS = 60.0
_CHUNK_SECONDS = 0.25
_WATCH_SECONDS = 0.1
_BLOATED = 77
_MAPPED = 3 * 2**30
# A fresh interpreter: forking a parent that has threads or an open database is not safe.
_CONTEXT = multiprocessing.get_context("spawn")
_STARTING = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What one document may cost its reader, and when a reader is replaced by a fresh one.

    Seconds by the clock and of processor time: the slowest honest report seen takes 6; hostile ones of 10 kB take
    minutes. Memory in bytes: an honest report's reader stays below 300 MB.
    """

    seconds: float = 120.0
    processor_seconds: float = 60.0
    memory: int = 2**30
    documents: int = 1_000
    worn: int = 500 * 2**20
    """Bytes: a reader that came to take more than this is replaced after the document."""
    at_once: int = 64
    """Documents that a reader is handed at most at a time."""


DEFAULT = Limits()


@dataclass
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    chunk: deque[Task]
    size: int
    second_try: bool = False
    worn: bool = False
    began: float = field(default_factory=time.monotonic)
    since: float = field(default_factory=time.monotonic)


def run(
    work: Callable[[Task], Answer], tasks: Iterable[Task], processes: int, limits: Limits = DEFAULT
) -> Iterator[tuple[Task, Answer | Unreadable]]:
    """Do every task in a child process and give it back with its answer, in the order in which they are done.

    What `work` raises, and what stops a child, comes back as Unreadable. A task whose child died is tried once more, in
    a fresh child. `work` must be importable; tasks and answers must pickle. Children are gone when it ends.

    The limit on memory is of what is resident, looked at ten times a second; Linux also bounds the address space, which
    macOS does not. Windows keeps the wall clock alone.
    """
    pool = _Pool(work, tasks, limits)
    try:
        yield from pool.run(processes)
    finally:
        pool.close()


class _Pool(Generic[Task, Answer]):
    def __init__(self, work: Callable[[Task], Answer], tasks: Iterable[Task], limits: Limits) -> None:
        self._work = work
        self._tasks = iter(tasks)
        self._returned: deque[Task] = deque()
        """Tasks that were handed to a child that is gone, and not begun."""
        self._limits = limits
        self._workers: list[_Worker[Task]] = []

    def run(self, processes: int) -> Iterator[tuple[Task, Answer | Unreadable]]:
        while True:
            while len(self._workers) < processes and (chunk := self._chunk(1)):
                self._start(chunk)
            if not self._workers:
                return
            for worker in self._ready():
                yield from self._hear(worker)

    def close(self) -> None:
        for worker in self._workers:
            _stop(worker, kill=True)

    def _chunk(self, size: int) -> deque[Task]:
        if self._returned:
            return deque([self._returned.popleft()])
        return deque(islice(self._tasks, size))

    def _start(self, chunk: deque[Task], second_try: bool = False) -> None:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_serve, args=(theirs, self._work, self._limits), daemon=True)
        with _main_out_of_sight():
            process.start()
        theirs.close()
        worker = _Worker(process, ours, chunk, len(chunk), second_try)
        self._workers.append(worker)
        self._give(worker, chunk)
        # A document's time begins when its child has started, which on a busy machine takes many seconds.
        worker.since += _START_SECONDS

    def _give(self, worker: _Worker[Task], chunk: deque[Task]) -> None:
        worker.chunk, worker.size = chunk, len(chunk)
        worker.began = worker.since = time.monotonic()
        try:
            worker.pipe.send(list(chunk))
        except OSError:
            return  # It was killed between two chunks: its pipe has ended, which is heard like any other death.

    def _ready(self) -> list[_Worker[Task]]:
        """The workers that answered, died or are over time; waits until there is one."""
        while True:
            left = min(worker.since + self._limits.seconds - time.monotonic() for worker in self._workers)
            ready = wait([worker.pipe for worker in self._workers], timeout=max(0.0, left))
            late = [worker for worker in self._workers if self._is_late(worker)]
            if ready or late:
                return [worker for worker in self._workers if worker.pipe in ready or worker in late]

    def _is_late(self, worker: _Worker[Task]) -> bool:
        return time.monotonic() - worker.since >= self._limits.seconds

    def _hear(self, worker: _Worker[Task]) -> Iterator[tuple[Task, Answer | Unreadable]]:
        """What a worker has to say; then it is given more to do, or replaced."""
        heard = False
        while worker.chunk and worker.pipe.poll():
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._bury(worker)
                return
            heard, worker.since = True, time.monotonic()
            if message is None:
                worker.began = worker.since
                continue
            answer, worker.worn = message
            yield worker.chunk.popleft(), answer
        if worker.chunk and not heard and self._is_late(worker):
            self._workers.remove(worker)
            _stop(worker, kill=True)
            culprit = self._unfinished(worker)
            yield culprit, Unreadable(Status.TIMED_OUT, f"用时超过{self._limits.seconds:g}秒")
        elif not worker.chunk:
            self._go_on(worker)

    def _go_on(self, worker: _Worker[Task]) -> None:
        took = max(time.monotonic() - worker.began, 0.001)
        size = min(max(int(worker.size * _CHUNK_SECONDS / took), 1), self._limits.at_once)
        chunk = self._chunk(size)
        if chunk and not worker.worn:
            worker.second_try = False
            self._give(worker, chunk)
            return
        self._workers.remove(worker)
        _stop(worker)
        if chunk:
            self._start(chunk)

    def _bury(self, worker: _Worker[Task]) -> Iterator[tuple[Task, Unreadable]]:
        """A worker is gone: say what its document did to it, or try that once more where it may not have been it."""
        self._workers.remove(worker)
        _stop(worker)
        culprit, code = self._unfinished(worker), worker.process.exitcode
        if code == -getattr(signal, "SIGXCPU", 0):
            seconds = self._limits.processor_seconds
            yield culprit, Unreadable(Status.TIMED_OUT, f"占用处理器超过{seconds:g}秒")
        elif code == _BLOATED:
            yield culprit, _bloated(self._limits)
        elif worker.second_try:
            yield culprit, Unreadable(Status.DIED, f"退出码{code}")
        else:
            self._start(deque([culprit]), second_try=True)

    def _unfinished(self, worker: _Worker[Task]) -> Task:
        """The task that the worker was at; those after it go back."""
        culprit = worker.chunk.popleft()
        self._returned.extend(worker.chunk)
        return culprit


def _bloated(limits: Limits) -> Unreadable:
    return Unreadable(Status.OUT_OF_MEMORY, f"内存上限为{limits.memory >> 20}MB")


def _stop(worker: _Worker[Task], kill: bool = False) -> None:
    worker.pipe.close()
    if kill:
        worker.process.kill()
    worker.process.join(5)
    if worker.process.exitcode is None:
        worker.process.kill()
        worker.process.join()


@contextmanager
def _main_out_of_sight() -> Iterator[None]:
    """A child begins by importing what its parent runs as its main program: here Scrapy and Datasette, which takes
    longer than reading a hundred reports, for nothing. What is not there is not imported. One at a time: a site starts
    children from several threads."""
    with _STARTING:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _serve(pipe: Connection, work: Callable[[Any], Any], limits: Limits) -> None:
    """The child: say that it has started, then answer tasks until the parent hangs up."""
    # Ctrl-C is the parent's to hear; it ends its children itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound(limits)
    done = 0
    with suppress(OSError):
        pipe.send(None)
    while True:
        try:
            for task in pipe.recv():
                _grant_processor(limits)
                answer = _tried(work, task, limits)
                done += 1
                pipe.send((answer, done >= limits.documents or resident() > limits.worn))
        except (EOFError, OSError):
            return


def _tried(work: Callable[[Any], Any], task: Any, limits: Limits) -> Any:
    try:
        return work(task)
    except Unreadable as error:
        return error
    except MemoryError:
        return _bloated(limits)
    except Exception as error:  # noqa: BLE001  the edge of the process: whatever a hostile file sets off is recorded
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Unreadable(
            Status.FAILED, f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        )


def _bound(limits: Limits) -> None:
    if resource is None:
        return
    _lower(resource.RLIMIT_AS, limits.memory + _MAPPED)
    _lower(resource.RLIMIT_CORE, 0)
    threading.Thread(target=_watch, args=(limits.memory,), daemon=True).start()


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    try:
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    except (ValueError, OSError):
        return  # macOS refuses some; what is resident is watched everywhere.


def _grant_processor(limits: Limits) -> None:
    """Count the processor's time anew for each document. It is the system that ends the process, in whatever library's
    loop it may be."""
    if resource is not None:
        _lower(resource.RLIMIT_CPU, math.ceil(time.process_time() + limits.processor_seconds))


def _watch(memory: int) -> None:
    while True:
        time.sleep(_WATCH_SECONDS)
        if resident() > memory:
            os._exit(_BLOATED)


def resident() -> int:
    """Bytes that the process has in memory now; where the system does not tell, the most that it ever had."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * _PAGE
    except OSError:
        if resource is None:
            return 0
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


_STATM = Path("/proc/self/statm")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
