"""What a line does to the text it runs through: it strikes it out, and the text no longer stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from extract.pdf_chars import Char
from extract.pdf_paths import Rule

STRUCK = "\u0336"
"""Follows a character that a line is drawn through, as it would in text: it is shown so, and no number is read."""
# Where in a character's height a line strikes it: an underline runs lower, a table's border above or below.
_HIGH, _LOW = 0.3, 0.78
_MOSTLY_TEXT = 0.5


def strike(chars: Sequence[Char], lines: Sequence[Rule]) -> tuple[list[Char], list[Rule]]:
    """The characters with those marked that a level line runs through, and the lines that are there for other reasons
    than to strike."""
    if not chars:
        return list(chars), list(lines)
    order = sorted(range(len(chars)), key=lambda n: chars[n].top)
    tops = [chars[n].top for n in order]
    tallest = max(char.size for char in chars)
    struck: set[int] = set()
    left: list[Rule] = []
    for line in lines:
        through = []
        if line.level:
            first = bisect_left(tops, line.at - _LOW * tallest)
            last = bisect_left(tops, line.at)
            through = [n for n in order[first:last] if _runs_through(line, chars[n])]
        if sum(chars[n].x1 - chars[n].x0 for n in through) < _MOSTLY_TEXT * (line.high - line.low):
            left.append(line)  # A border that tight rows of text touch is longer than what it touches.
        else:
            struck.update(through)
    if not struck:
        return list(chars), left
    return [replace(char, text=char.text + STRUCK) if n in struck else char for n, char in enumerate(chars)], left


def _runs_through(line: Rule, char: Char) -> bool:
    height = (line.at - char.top) / max(char.size, 0.1)
    return _HIGH < height < _LOW and line.low <= (char.x0 + char.x1) / 2 <= line.high and not char.text.isspace()
