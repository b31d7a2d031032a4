"""What answers brought becomes durable: their items, the tasks that follow, and that they are done, in one transaction.

A kill before it leaves a task to be asked again, a kill after it leaves nothing to do; nothing lies between the two.
Answers that come within a moment of each other share the transaction, which is then paid for once.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.warc import StorageFailed
from crawler.explorer import Again, Explorer, Found
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.ledger import Progress
from crawler.tasks import Task

MOMENT = 0.01
"""Seconds that an answer waits for others. A portal that is asked politely gives one a second."""

Fed = tuple[Progress, int, Task]
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Answer:
    """What became of a task's request: `found` works it out when it is iterated. Settling it fills in `items`, and
    `tasks`, the next that are to be asked for."""

    explorer: Explorer
    task: Task
    task_id: int
    found: Iterator[Found]
    items: list[Article | AttachmentFile] = field(default_factory=list)
    tasks: list[Fed] = field(default_factory=list)


_Waiting = tuple[Answer, "asyncio.Future[None]"]


class Settler:
    """Settles answers and feeds the engine. `feed` is how many tasks of one portal may be with the engine."""

    def __init__(self, archive: ArchiveExtension, feed: int) -> None:
        self.archive = archive
        self.feed = feed
        self.explorers: dict[str, Explorer] = {}
        self._asked: Counter[str] = Counter()
        """Each portal's tasks that are with the engine."""
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    def begin(self, progress: Progress) -> list[Fed]:
        """Open a portal, or go on with it; gives what to ask for first."""
        explorer = self.explorers[progress.portal.id] = Explorer(self.archive, progress)
        with self.archive.writing():
            if progress.resumes is None:
                explorer.plan(explorer.entry())
                self.archive.ledger.save(progress)
            tasks = self._take(progress)
        if not tasks:  # Cut off after its last answer and before its row was closed.
            self._close(progress)
        return tasks

    async def settle(self, answer: Answer) -> None:
        """Gives back when the answer is settled. Of one that the archive can no longer take nothing comes: it stays to
        be asked for again, and the run is ending."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((answer, future))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._work())
        await future

    async def _work(self) -> None:
        while self._waiting:
            await asyncio.sleep(MOMENT)
            batch, self._waiting = self._waiting, []
            try:
                self._settle([answer for answer, _ in batch])
            except Exception as error:  # noqa: BLE001 (the edge of a task: who is not told waits for ever)
                for future in _still_waiting(batch):
                    future.set_exception(error)
            else:
                for future in _still_waiting(batch):
                    future.set_result(None)

    def _settle(self, answers: Sequence[Answer]) -> None:
        """After a portal's last answer look for its column from the home page if nothing was found otherwise, else
        close its row."""
        if self.archive.failure:
            return
        last = {answer.explorer.progress.portal.id: answer for answer in answers}
        ended: list[Progress] = []
        try:
            with self.archive.writing():
                for answer in answers:
                    self._keep(answer)
                    self.archive.frontier.done(answer.task_id)
                    self._asked[answer.explorer.progress.portal.id] -= 1
                for answer in last.values():
                    progress = answer.explorer.progress
                    if self._has_ended(answer.explorer):
                        ended.append(progress)
                    self.archive.ledger.save(progress)
                    answer.tasks = self._take(progress)
        except StorageFailed:
            for answer in answers:
                answer.items, answer.tasks = [], []
            return
        for progress in ended:
            self._close(progress)

    def _has_ended(self, explorer: Explorer) -> bool:
        """Whether nothing is left to ask for, nor anything found to ask for instead."""
        ended = self.archive.frontier.is_empty(explorer.progress.crawl_id)
        if ended and explorer.should_try_home():
            ended = not explorer.plan(explorer.home())
        return ended and not explorer.look_for_unlisted()

    def _keep(self, answer: Answer) -> None:
        explorer, task = answer.explorer, answer.task
        try:
            for result in answer.found:
                if isinstance(result, Task):
                    explorer.plan(result)
                elif isinstance(result, Again):
                    explorer.plan(result.task, once=False)
                else:
                    answer.items.append(result)
                    self._write(explorer.progress, task, result)
        except (sqlite3.Error, StorageFailed):
            raise
        except Exception:
            # The edge of what one answer can do: it may hold anything, and what breaks the reading of it must not end
            # its portal. Its task is settled with this reason, where Scrapy would log it and leave the task open.
            logger.exception("reading %s failed", task.url)
            explorer.progress.stop("error", task.url, "our reading of it failed; the log says how", article=False)

    def _write(self, progress: Progress, task: Task, item: Article | AttachmentFile) -> None:
        documents = self.archive.documents
        if isinstance(item, AttachmentFile):
            documents.attachment(item)
            return
        document_id = documents.article(item)
        if task.link:
            documents.visited(progress.portal.id, task.link, document_id, item.capture_id)

    def _take(self, progress: Progress) -> list[Fed]:
        """As many tasks as may be with the engine. Callers hold the transaction."""
        free = self.feed - self._asked[progress.portal.id]
        taken = self.archive.frontier.take(progress.crawl_id, free) if free > 0 else []
        self._asked[progress.portal.id] += len(taken)
        return [(progress, task_id, task) for task_id, task in taken]

    def _close(self, progress: Progress) -> None:
        """Close a portal's row, and let go of what it no longer needs: a run may hold thousands."""
        self.archive.finish(progress)
        self.explorers.pop(progress.portal.id, None)


def _still_waiting(batch: Sequence[_Waiting]) -> Iterator[asyncio.Future[None]]:
    """Whoever waited may have been cancelled, when the run is stopped; the others are told all the same."""
    return (future for _, future in batch if not future.done())
