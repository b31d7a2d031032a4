"""Keeps what many requests bring with one wait for the disk, off the thread that crawls.

Whoever asks waits until its exchange is on the disk and has its row, so nothing downstream sees a capture that a kill
could take back. No more can wait here than Scrapy has requests in flight (CONCURRENT_REQUESTS).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from archive.captures import CaptureStore, Exchange, Kept
from archive.warc import StorageFailed

MOST = 64
"""Exchanges of one batch: a kill loses what is not written yet."""
MUCH = 32_000_000
"""Bytes of one batch, unless its first exchange has more alone: their compressed records are held in memory."""

_Waiting = tuple[Exchange, "asyncio.Future[Kept]"]


class Keeper:
    """Exchanges that come while others are being written are written together, next. Compression and the wait for the
    disk are the writing thread's; the index stays with this one. After the first that the disk refuses none is tried
    any more: the run is to end."""

    def __init__(self, store: CaptureStore) -> None:
        self.store = store
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._failure: StorageFailed | None = None

    async def keep(self, exchange: Exchange) -> Kept:
        """Raises StorageFailed; nothing half kept remains then. What cannot be written for a reason of its own raises
        that, and takes no other exchange with it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Kept] = loop.create_future()
        self._waiting.append((exchange, future))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            await self._settle(self._next())

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        try:
            if self._failure:
                raise self._failure
            plans = [self.store.plan(exchange) for exchange, _ in batch]
            places = await asyncio.to_thread(self.store.write, plans)
            kept = self.store.index(plans, places)
        except Exception as error:  # noqa: BLE001 (the edge of a task: who is not told waits for ever)
            if isinstance(error, StorageFailed):
                self._failure = error
            elif len(batch) > 1:
                for waiting in batch:
                    await self._settle([waiting])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), done in zip(batch, kept, strict=True):
                if not future.done():
                    future.set_result(done)

    def _next(self) -> list[_Waiting]:
        """The next batch: of two exchanges of one URL the second waits, for it may show what the first did."""
        batch: dict[str, _Waiting] = {}
        later: list[_Waiting] = []
        size = 0
        for waiting in self._waiting:
            exchange = waiting[0]
            size += len(exchange.payload)
            if batch and (exchange.url in batch or len(batch) >= MOST or size > MUCH):
                later.append(waiting)
            else:
                batch[exchange.url] = waiting
        self._waiting = later
        return list(batch.values())
