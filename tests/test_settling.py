"""Answers that share a transaction do not share each other's fate."""

from __future__ import annotations

import asyncio
from unittest.mock import MagicMock

import pytest

from crawler.settling import Answer, Settler
from crawler.tasks import Kind, Task

TASK = Task(Kind.LIST, "http://www.yangli.gov.cn/")


def an_answer(number: int) -> Answer:
    return Answer(MagicMock(), TASK, number, iter(()))


def test_whoever_waits_is_told_though_another_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is stopped cancels some of what waits; the rest must not wait for ever, nor those that come after."""
    settled: list[int] = []
    settler = Settler(MagicMock(), feed=8)
    monkeypatch.setattr(settler, "_settle", lambda answers: settled.extend(answer.task_id for answer in answers))

    async def stopped() -> None:
        first, second = (asyncio.create_task(settler.settle(an_answer(number))) for number in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait_for(second, 5)
        await asyncio.wait_for(settler.settle(an_answer(3)), 5)
        assert first.cancelled()

    asyncio.run(stopped())
    assert settled == [1, 2, 3], "what was answered is written, whoever is still there to hear of it"


def test_whoever_waits_is_told_of_what_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    settler = Settler(MagicMock(), feed=8)
    monkeypatch.setattr(settler, "_settle", MagicMock(side_effect=[ZeroDivisionError, None]))

    async def both() -> None:
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(settler.settle(an_answer(1)), 5)
        await asyncio.wait_for(settler.settle(an_answer(2)), 5)

    asyncio.run(both())
