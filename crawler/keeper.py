"""Keeps what many requests bring with one wait for the disk, off the thread that crawls."""

from __future__ import annotations

import asyncio
import sqlite3

from archive.captures import CaptureStore, Exchange, Kept
from archive.warc import StorageFailed

MOST = 64
"""Exchanges of one batch: they are held in memory, and a kill loses what is not written yet."""

_Waiting = tuple[Exchange, "asyncio.Future[Kept]"]


class Keeper:
    """Exchanges that come while others are being written are written together, next. Compression and the wait for the
    disk are the writing thread's; the index stays with this one."""

    def __init__(self, store: CaptureStore) -> None:
        self.store = store
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def keep(self, exchange: Exchange) -> Kept:
        """Raises StorageFailed; nothing half kept remains then."""
        future: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((exchange, future))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            batch = self._next()
            try:
                plans = [self.store.plan(exchange) for exchange, _ in batch]
                places = await asyncio.to_thread(self.store.write, plans)
                kept = self.store.index(plans, places)
            except (StorageFailed, sqlite3.Error) as error:
                failure = error if isinstance(error, StorageFailed) else StorageFailed(f"the index fails: {error}")
                for _, future in batch:
                    if not future.done():
                        future.set_exception(failure)
                continue
            for (_, future), done in zip(batch, kept, strict=True):
                if not future.done():
                    future.set_result(done)

    def _next(self) -> list[_Waiting]:
        """The next batch: of two exchanges of one URL the second waits, for it may show what the first did."""
        batch: dict[str, _Waiting] = {}
        later: list[_Waiting] = []
        for waiting in self._waiting:
            if waiting[0].url in batch or len(batch) >= MOST:
                later.append(waiting)
            else:
                batch[waiting[0].url] = waiting
        self._waiting = later
        return list(batch.values())
