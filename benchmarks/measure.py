"""How times are taken and told: the same for every benchmark, so that their lines can be compared.

Single times belong to one machine and one hour; the ratio to a baseline that ran in the same minute is what lasts.
"""

from __future__ import annotations

import multiprocessing
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
Clock = Callable[[], float]


def shortest(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int, clock: Clock = time.perf_counter
) -> tuple[float, float]:
    """The shortest of some rounds of each, taken in turn so that a busy minute falls on both.

    `time.process_time` as the clock counts this process alone: right for work that neither waits nor has children.
    """
    times = [(timed(ours, clock)[0], timed(theirs, clock)[0]) for _ in range(rounds)]
    return min(mine for mine, _ in times), min(other for _, other in times)


def timed(work: Callable[[], Result], clock: Clock = time.perf_counter) -> tuple[float, Result]:
    """How long one round took, and what it gave."""
    began = clock()
    result = work()
    return clock() - began, result


def percentile(values: Sequence[float], part: int) -> float:
    """The smallest value that `part` percent of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, -(-len(values) * part // 100) - 1)]


@dataclass(frozen=True)
class Cost:
    """Seconds of the clock and of the processor, and the most memory that was held at once, in MB."""

    clock: float
    processor: float
    memory: float


def apart(work: Callable[[Path], object], data: Path) -> Cost:
    """What work on a folder costs in a process of its own, where nothing else is held. Raises RuntimeError where it
    fails there; Python's message stands on the terminal then."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(its, work, data))
    process.start()
    its.close()
    try:
        cost = Cost(*mine.recv())
    except EOFError as error:
        raise RuntimeError(f"{work} failed") from error
    finally:
        process.join()
    return cost


def _work(told: Connection, work: Callable[[Path], object], data: Path) -> None:
    began = time.monotonic(), time.process_time()
    work(data)
    taken = time.monotonic() - began[0], time.process_time() - began[1]
    # Not ru_maxrss, which a process inherits from what started it.
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    told.send((*taken, int(held[1]) / 1000 if held else 0.0))


def against(what: str, ours: float, baseline: str, theirs: float, target: float | None = None, unit: str = "") -> str:
    """One line: our time (or, with a unit, our figure), the baseline's, the ratio, and the ratio that was promised."""
    ratio = ours / theirs
    verdict = "" if target is None else f" (target at most {target:g}: {'PASS' if ratio <= target else 'MISSED'})"
    told, other = (f"{value:,.0f} {unit}" if unit else _shown(value) for value in (ours, theirs))
    return f"{what}: {told}; {baseline}: {other}; ratio {ratio:.3g}{verdict}"


def _shown(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"
