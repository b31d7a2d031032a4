"""`render_html`: a truth and the names of irregularities in, a page and its expected reading out."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from .build import build
from .irregular import IRREGULARITIES
from .irregularity import STAGES, Irregularity, Stage
from .markup import lay_out, page_bytes, page_html, write_blocks
from .sketch import Page, Sketch
from .truth import Truth


def render_html(truth: Truth, names: Iterable[str] = (), seed: int = 0) -> Page:
    """The page of `truth` with the named irregularities, in the order of their stages.

    Two that reshape one table make its cells "exact or null": even a person may then have to give up.
    """
    sketch = render_sketch(truth, names, seed)
    shell = sketch.shell
    data = page_bytes(sketch, page_html(sketch))
    return Page(data, shell.name, shell.content_type, sketch.hints, sketch.expected, tuple(names))


def render_sketch(truth: Truth, names: Iterable[str] = (), seed: int = 0) -> Sketch:
    chosen = [IRREGULARITIES[name] for name in names]
    rng = Random(f"{seed}:{'+'.join(sorted(one.name for one in chosen))}")
    truth = truth.copy()
    for one in chosen:
        one.change_truth(truth, rng)
    sketch = build(truth, rng)
    for table in ("disclosure", "requests", "challenges"):
        shapes = [one for one in chosen if table in one.reshapes]
        if len(shapes) > 1 or any(one.promise == "exact_or_null" for one in shapes):
            sketch.allow_null(table)
    for stage in STAGES[1:]:
        if stage == "grid":
            lay_out(sketch)
        if stage == "page":
            write_blocks(sketch)
        for one in _at(stage, chosen):
            one.change(sketch)
    return sketch


def can_combine(names: Iterable[str], form: str) -> bool:
    """Whether each fits the form and no two answer the same question (two charsets, two titles)."""
    chosen = [IRREGULARITIES[name] for name in names]
    topics = [topic for one in chosen for topic in one.topic.split()]
    return all(form in one.forms for one in chosen) and len(topics) == len(set(topics))


def _at(stage: Stage, chosen: list[Irregularity]) -> list[Irregularity]:
    """Values first: how a number is printed may change its header, which others then break up."""
    return sorted((one for one in chosen if one.stage == stage), key=lambda one: one.chapter != "value")
