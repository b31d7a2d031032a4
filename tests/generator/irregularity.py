"""What an irregularity is: a named change to a page, and what the reader still owes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from .sketch import Sketch
from .truth import Truth

Stage = Literal["truth", "words", "grid", "page"]
STAGES: tuple[Stage, ...] = ("truth", "words", "grid", "page")
Promise = Literal["exact", "exact_or_null"]
BOTH = ("2019", "2021")


def _no_truth(_truth: Truth, _rng: Random) -> None:
    """The page changes, not what it says."""


def _no_sketch(_sketch: Sketch) -> None:
    """What the page says changes, not how."""


@dataclass(frozen=True)
class Irregularity:
    """`chapter` is the kind of trouble (title, agency, year, heading, table, value, prose, metadata, page);
    `reshapes` names the tables whose shape it changes; of each word of `topic` a page can have one."""

    name: str
    chapter: str
    stage: Stage
    promise: Promise = "exact"
    forms: tuple[str, ...] = BOTH
    reshapes: tuple[str, ...] = ()
    topic: str = ""
    change: Callable[[Sketch], None] = _no_sketch
    change_truth: Callable[[Truth, Random], None] = _no_truth


class Registry(dict[str, Irregularity]):
    """Irregularities by name, filled by decorators."""

    def sketch(
        self,
        chapter: str,
        stage: Stage = "words",
        promise: Promise = "exact",
        *,
        forms: tuple[str, ...] = BOTH,
        reshapes: tuple[str, ...] = (),
        topic: str = "",
    ) -> Callable[[Callable[[Sketch], None]], Callable[[Sketch], None]]:
        def register(change: Callable[[Sketch], None]) -> Callable[[Sketch], None]:
            name = change.__name__
            self.add(Irregularity(name, chapter, stage, promise, forms, reshapes, topic, change=change))
            return change

        return register

    def truth(
        self, chapter: str, *, forms: tuple[str, ...] = BOTH, topic: str = ""
    ) -> Callable[[Callable[[Truth, Random], None]], Callable[[Truth, Random], None]]:
        def register(change: Callable[[Truth, Random], None]) -> Callable[[Truth, Random], None]:
            name = change.__name__
            self.add(Irregularity(name, chapter, "truth", forms=forms, topic=topic, change_truth=change))
            return change

        return register

    def add(self, one: Irregularity) -> None:
        if one.name in self:
            raise KeyError(f"two irregularities are called {one.name}: rename one")
        self[one.name] = one
