"""Work on archived bytes for a page of the site, in child processes: a hostile original costs one, not the site.

A child is kept for the next task, since starting one takes a reader a second, and ends when nothing came for a while.
What was made is kept in memory too, the latest used of it, since the same cell is looked at again and by many.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from extract.errors import Status, Unreadable
from extract.workers import Limits, run

Task = TypeVar("Task")
Answer = TypeVar("Answer")

# One task at a time: more may not come for hours. A fresh child now and then, as originals are not to be trusted.
_LIMITS = Limits(seconds=30.0, processor_seconds=10.0, memory=2**29, documents=100, at_once=1)
_CHILDREN = 2
_MOST_WAITING = 16
_IDLE_SECONDS = 300.0


class Children:
    """So many child processes at most, each with a thread that waits for it, started when tasks would have to wait."""

    def __init__(self, limits: Limits = _LIMITS, most: int = _CHILDREN, idle: float = _IDLE_SECONDS) -> None:
        self._limits, self._most, self._idle = limits, most, idle
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[Any], Any], Any]] = SimpleQueue()
        self._lock = threading.Lock()
        self.alive = self.waiting = 0
        """Threads, and tasks that have no answer yet."""

    def submit(self, work: Callable[[Task], Answer], task: Task) -> Future[Answer | Unreadable]:
        future: Future[Answer | Unreadable] = Future()
        with self._lock:
            self.waiting += 1
            self._tasks.put((future, work, task))
            if self.alive < min(self.waiting, self._most):
                self.alive += 1
                threading.Thread(target=self._serve, name="contained", daemon=True).start()
        future.add_done_callback(self._answered)
        return future

    def _answered(self, _: Future[Any]) -> None:
        with self._lock:
            self.waiting -= 1

    def _serve(self) -> None:
        under_way: list[Future[Any]] = []
        try:
            for _, answer in run(_do, self._next(under_way), 1, self._limits):
                under_way.pop().set_result(answer)
        except Exception as error:  # noqa: BLE001  the edge of the thread: whoever waits is told
            with self._lock:
                self.alive -= 1
            if under_way:
                under_way.pop().set_exception(error)

    def _next(self, under_way: list[Future[Any]]) -> Iterator[tuple[Callable[[Any], Any], Any]]:
        """The tasks as they come; ends where none came for long."""
        while True:
            try:
                future, work, task = self._tasks.get(timeout=self._idle)
            except Empty:
                with self._lock:
                    if self._tasks.empty():
                        self.alive -= 1
                        return
                continue
            if future.set_running_or_notify_cancel():
                under_way.append(future)
                yield work, task


def _do(asked: tuple[Callable[[Task], Answer], Task]) -> Answer:
    work, task = asked
    return work(task)


def _nothing(_: None) -> None:
    """What a child is asked for while there is nothing to do yet: it loads what the first original will need."""
    import extract.marking
    import extract.page_image  # noqa: F401


_children = Children()


def warm() -> None:
    """Have a child ready for who is about to look at an original."""
    if not _children.alive:
        _children.submit(_nothing, None)


async def contained(work: Callable[[Task], Answer], task: Task) -> Answer | Unreadable:
    """What `work`, a function of a module, makes of the task in a child process, or why it does not. Who would wait
    behind too many others is told so at once."""
    if _children.waiting >= _MOST_WAITING:
        return Unreadable(Status.FAILED, "此刻查看的人太多，请稍后再试")
    return await asyncio.wrap_future(_children.submit(work, task))


class Kept(Generic[Answer]):
    """The latest used of what was made, up to so many bytes. What alone is larger is not kept."""

    def __init__(self, most: int, size: Callable[[Answer], int]) -> None:
        self._most, self._size, self._sum = most, size, 0
        self._made: OrderedDict[object, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Answer | None:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
            return self._made.get(key)

    def put(self, key: object, made: Answer) -> None:
        with self._lock:
            if key in self._made or self._size(made) > self._most:
                return
            self._made[key] = made
            self._sum += self._size(made)
            while self._sum > self._most:
                self._sum -= self._size(self._made.popitem(last=False)[1])
