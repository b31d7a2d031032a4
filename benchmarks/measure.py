"""How times are taken and told: the same for every benchmark, so that their lines can be compared.

Single times belong to one machine and one hour; the ratio to a baseline that ran in the same minute is what lasts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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


def against(what: str, ours: float, baseline: str, theirs: float, target: float | None = None) -> str:
    """One line: our time, the baseline's, the ratio, and the ratio that was promised."""
    ratio = ours / theirs
    verdict = "" if target is None else f" (target at most {target:g}: {'met' if ratio <= target else 'MISSED'})"
    return f"{what}: {_shown(ours)}; {baseline}: {_shown(theirs)}; ratio {ratio:.3g}{verdict}"


def _shown(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"
