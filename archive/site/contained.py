"""Work on archived bytes for a page of the site, each in a child process: a hostile original costs that, not the site.

What was made is kept in memory, the latest used of it, since the same cell is looked at again and by many.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from extract.errors import Status, Unreadable
from extract.workers import Limits, run

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_LIMITS = Limits(seconds=30.0, processor_seconds=10.0, memory=2**29)
_CHILDREN = ThreadPoolExecutor(2, "contained")
_MOST_WAITING = 16
_waiting = 0


async def contained(work: Callable[[Task], Answer], task: Task) -> Answer | Unreadable:
    """What `work`, a function of a module, makes of the task in a child process, or why it does not. Two at a time;
    who would wait behind too many others is told so at once."""
    global _waiting
    if _waiting >= _MOST_WAITING:
        return Unreadable(Status.FAILED, "此刻查看的人太多，请稍后再试")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_CHILDREN, _run, work, task)
    finally:
        _waiting -= 1


def _run(work: Callable[[Task], Answer], task: Task) -> Answer | Unreadable:
    return next(answer for _, answer in run(work, [task], 1, _LIMITS))


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
