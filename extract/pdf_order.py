"""Labels of table 3 that stand beside no row of numbers clearly, told by the order that the form gives its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from extract import labels
from extract.form import OUTCOMES, Outcome
from extract.text import canonical

_UNDIVIDED = [Outcome("other", one.group) if one.key == "other" else one for one in OUTCOMES]
_SEQUENCES = (OUTCOMES, tuple(one for one in _UNDIVIDED if "2019" in one.forms))


def by_order(texts: Sequence[str], printed: Callable[[int, int], str], near: Callable[[int], str]) -> list[str]:
    """The labels with those that are missing between two others put in, or before the first or after the last, where
    the form has just as many rows there and `printed`, the words that stand between two rows, holds every character
    of theirs, `near`, those nearer to a row than to the next, most of its own."""
    out = list(texts)
    keys = [labels.outcomes.match(text) for text in texts]
    known = [n for n, key in enumerate(keys) if key]
    for above, below in pairwise([-1, *known, len(texts)] if known else []):
        if below - above < 2 or any(texts[above + 1 : below]):
            continue
        first = keys[above] if above >= 0 else None
        last = keys[below] if below < len(keys) else None
        found = {
            tuple(one.label for one in between)
            for sequence in _SEQUENCES
            if len(between := _between(sequence, first, last)) == below - above - 1
            and _missing(between, printed(above, below)) == 0
            and all(_missing([one], near(n)) < 0.5 for n, one in enumerate(between, above + 1))
        }
        if len(found) == 1:
            out[above + 1 : below] = found.pop()
    return out


def _between(sequence: Sequence[Outcome], above: str | None, below: str | None) -> Sequence[Outcome]:
    """The rows between two, from the first or to the last where one is None; none where the form has not both."""
    keys = [one.key for one in sequence]
    if not {above, below} - {None} <= set(keys):
        return ()
    return sequence[keys.index(above) + 1 if above else 0 : keys.index(below) if below else len(keys)]


def _missing(outcomes: Sequence[Outcome], text: str) -> float:
    """Which share of the characters of these labels is not among a text's."""
    wanted = Counter("".join(labels.core(one.label) for one in outcomes))
    return (wanted - Counter(canonical(text))).total() / max(wanted.total(), 1)
