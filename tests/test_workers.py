"""The pool of readers: what one task does to its child costs that task, and nothing is lost or asked for twice."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import Status, Unreadable
from extract.workers import Limits, run

STARTED = True
QUICK = Limits(seconds=3, processor_seconds=2, memory=300 * 2**20)
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows limits the wall clock alone")


def work(order: str) -> str:
    """What the children of these tests do."""
    what, _, folder = order.partition(" ")
    match what:
        case "die":
            os._exit(9)
        case "hang":
            time.sleep(60)
        case "nap":
            time.sleep(0.3)
        case "spin":
            while True:
                pass
        case "bloat":
            held = [b"x" * 2**22 for _ in range(150)]
            time.sleep(20)
            return str(len(held))
        case "grab":
            return str(len(bytearray(2**36)))
        case "fail":
            raise KeyError("what")
        case "refuse":
            raise Unreadable(Status.ENCRYPTED, "locked")
        case "once":
            # As a reader that the system killed though the document is innocent.
            if not Path(folder, "died").exists():
                Path(folder, "died").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        case "who":
            return str(os.getpid())
    return order.upper()


def statuses(orders: Iterable[str], processes: int = 2, limits: Limits = QUICK) -> dict[str, str]:
    answers = run(work, orders, processes, limits)
    return {order: answer.status if isinstance(answer, Unreadable) else answer for order, answer in answers}


@unix
def test_what_a_task_does_to_its_child_costs_that_task_only() -> None:
    began = time.monotonic()
    orders = ["a", "die", "b", "hang", "spin", "bloat", "c", "grab", "fail", "refuse", "d"]
    assert statuses(orders) == {
        **{order: order.upper() for order in "abcd"},
        "die": Status.DIED,
        "hang": Status.TIMED_OUT,
        "spin": Status.TIMED_OUT,
        "bloat": Status.OUT_OF_MEMORY,
        "grab": Status.OUT_OF_MEMORY,
        "fail": Status.FAILED,
        "refuse": Status.ENCRYPTED,
    }
    assert time.monotonic() - began < 110


def test_every_task_is_answered_once_though_children_die_in_the_middle_of_their_chunks() -> None:
    orders = [f"{n}" for n in range(300)]
    for place in (250, 70):
        orders.insert(place, "die")
    answers = Counter(order for order, _ in run(work, orders, 3, QUICK))
    assert answers == Counter(orders)


@unix
def test_a_document_whose_child_was_killed_by_another_hand_is_read_by_the_next(tmp_path: Path) -> None:
    assert statuses([f"once {tmp_path}", "b"]) == {f"once {tmp_path}": f"ONCE {tmp_path}".upper(), "b": "B"}


def test_the_processor_is_counted_for_each_document_and_not_for_the_child() -> None:
    def orders() -> Iterable[str]:
        yield from (str(n) for n in range(3))

    answers = [
        answer for _, answer in run(_half_a_second, orders(), 1, replace(QUICK, seconds=60, processor_seconds=1))
    ]
    assert answers == ["0", "1", "2"]


def _half_a_second(order: str) -> str:
    until = time.process_time() + 0.5
    while time.process_time() < until:
        pass
    return order


def test_children_are_used_again_and_replaced_when_they_are_worn() -> None:
    def children(limits: Limits) -> int:
        return len({answer for _, answer in run(_child, range(8), 1, limits)})

    assert children(QUICK) == 1
    assert children(replace(QUICK, documents=4)) == 2
    assert children(replace(QUICK, worn=1)) > 1


def _child(_: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def test_children_are_gone_when_the_reader_of_the_answers_leaves() -> None:
    answers = run(work, ["who", "hang", "hang"], 1)
    _, child = next(answers)
    close: Callable[[], None] = answers.close  # type: ignore[attr-defined]
    close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(child)), 0)


def test_no_task_is_no_child() -> None:
    assert list(run(work, [], processes=2)) == []
