"""Tables from ruling lines: which places of a page the lines part from each other.

Lines that cross or meet make one table. Its lines' places part it into the smallest fields there are, and fields with
no line between them are one cell: so no part of a table is lost where a border is not drawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.pdf_chars import Char
from extract.pdf_paths import Rule
from extract.pdf_view import Box

# Points. Lines nearer to each other than this are one, gaps smaller than this are none.
LEAST_GAP = 3.0
_MOST_LINES = 2_000
_SHARE_OF_TYPE = 0.6
_ENOUGH_ENDS = 3


@dataclass(frozen=True)
class Lattice:
    """A table: the places of its lines, and for each of its smallest fields, row by row, the number of its cell.

    `cells` are boxes. `open_top` and `open_bottom` say that no line closes it there, as where a page cuts a row."""

    xs: list[float]
    ys: list[float]
    fields: list[list[int]]
    cells: list[Box]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> int | None:
        """The cell that a point lies in."""
        col, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= row < len(self.fields) and 0 <= col < len(self.fields[row]):
            return self.fields[row][col]
        return None


def joined(rules: Sequence[Rule], gap: float = LEAST_GAP) -> list[Rule]:
    """The rules with those that are nearly at one place brought to it, and pieces of one line put together."""
    out: list[Rule] = []
    for level in (True, False):
        row: list[Rule] = []
        for rule in sorted(rule for rule in rules if rule.level is level):
            if row and (rule.at - row[-1].at > 0.6 * gap or rule.at - row[0].at > gap):
                out += _one_line(row, gap)
                row = []
            row.append(rule)
        if row:
            out += _one_line(row, gap)
    return out


def _one_line(row: list[Rule], gap: float) -> list[Rule]:
    at = sum(rule.at for rule in row) / len(row)
    spans: list[list[float]] = []
    for _, _, low, high in sorted(row, key=lambda rule: rule.low):
        if spans and low - spans[-1][1] <= gap:
            spans[-1][1] = max(spans[-1][1], high)
        else:
            spans.append([low, high])
    return [Rule(row[0].level, at, low, high) for low, high in spans]


def lattices(lines: Sequence[Rule], chars: Sequence[Char]) -> list[Lattice]:
    """The tables that joined lines make around these characters; those of a single field, as frames, too."""
    if len(lines) > _MOST_LINES:
        return []
    gap = max(LEAST_GAP, _SHARE_OF_TYPE * median(char.size for char in chars)) if chars else LEAST_GAP
    found = (_lattice(group, chars, gap) for group in _touching(lines, gap))
    return [lattice for lattice in found if lattice is not None]


def _touching(lines: Sequence[Rule], gap: float) -> list[list[Rule]]:
    """Lines sorted into tables."""
    level = [line for line in lines if line.level]
    upright = [line for line in lines if not line.level]
    parent = list(range(len(level) + len(upright)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for m, (_, x, top, bottom) in enumerate(upright, len(level)):
        for n, (_, y, left, right) in enumerate(level):
            if left - gap <= x <= right + gap and top - gap <= y <= bottom + gap:
                parent[root(m)] = root(n)
    groups: dict[int, list[Rule]] = {}
    for n, line in enumerate([*level, *upright]):
        groups.setdefault(root(n), []).append(line)
    tables = [group for group in groups.values() if len(group) > 2]
    for group in groups.values():
        # A cell as tall as the page has its upright line alone: nothing crosses it there.
        if len(group) == 1 and not group[0].level:
            for table in tables:
                if _as_tall(group[0], table, gap):
                    table += group
                    break
    return tables


def _as_tall(line: Rule, table: list[Rule], gap: float) -> bool:
    """Whether an upright line begins and ends with a table's others."""
    upright = [other for other in table if not other.level]
    return (
        len(upright) >= _ENOUGH_ENDS
        and abs(min(other.low for other in upright) - line.low) <= gap
        and abs(max(other.high for other in upright) - line.high) <= gap
    )


def _lattice(group: list[Rule], chars: Sequence[Char], gap: float) -> Lattice | None:
    level = [line for line in group if line.level]
    upright = [line for line in group if not line.level]
    reach = (
        min(line.low for line in level or upright),
        min(line.low for line in upright or level),
        max(line.high for line in level or upright),
        max(line.high for line in upright or level),
    )
    inside = [middle for char in chars if _within(middle := char.middle, reach) and not char.text.isspace()]
    along_x, along_y = sorted(x for x, _ in inside), sorted(y for _, y in inside)
    xs, _, _ = _places(upright, level, along_x, gap)
    ys, open_top, open_bottom = _places(level, upright, along_y, gap)
    if len(xs) < 2 or len(ys) < 2:
        return None
    xs = _without_slits(xs, upright, inside, gap)
    ys = _without_slits(ys, level, [(y, x) for x, y in inside], gap)
    rows, cols = len(ys) - 1, len(xs) - 1
    right_of = _walls(upright, xs, ys)
    below = _walls(level, ys, xs)
    number = [[-1] * cols for _ in range(rows)]
    cells: list[Box] = []
    for row in range(rows):
        for col in range(cols):
            if number[row][col] >= 0:
                continue
            bottom, right = _reach(row, col, rows, cols, right_of, below, number)
            for r in range(row, bottom + 1):
                number[r][col : right + 1] = [len(cells)] * (right + 1 - col)
            cells.append((xs[col], ys[row], xs[right + 1], ys[bottom + 1]))
    return Lattice(xs, ys, number, cells, open_top, open_bottom)


def _within(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _places(
    lines: list[Rule], crossing: list[Rule], middles: list[float], gap: float
) -> tuple[list[float], bool, bool]:
    """Where a table's parallel lines stand, and whether its first and last place have none: where the lines that cross
    them go on beyond the last and text stands between them there, the print leaves the table open."""
    places = sorted({line.at for line in lines})
    if not places:
        return [], False, False
    first = _common_end([line.low for line in crossing if line.low < places[0] - gap], gap)
    last = _common_end([-line.high for line in crossing if line.high > places[-1] + gap], gap)
    before = [] if first is None or not _any_between(middles, first, places[0]) else [first]
    after = [] if last is None or not _any_between(middles, places[-1], -last) else [-last]
    return [*before, *places, *after], bool(before), bool(after)


def _any_between(middles: list[float], low: float, high: float) -> bool:
    return bisect_left(middles, low) < bisect_left(middles, high)


def _common_end(ends: list[float], gap: float) -> float | None:
    """The outermost place where enough lines end together; where they end apart, the outermost."""
    ends = sorted(ends)
    for end in ends:
        if sum(0 <= other - end <= gap for other in ends) >= _ENOUGH_ENDS:
            return end
    return ends[0] if ends else None


def _without_slits(
    places: list[float], lines: list[Rule], points: list[tuple[float, float]], gap: float
) -> list[float]:
    """The places with those made one that are too near for text to stand between them, where none does: the two lines
    of a double border, the borders of neighbours that stand apart. `points` are characters, along the places and
    across."""
    if all(other - one > gap for one, other in pairwise(places)):
        return places
    out: list[list[float]] = []
    for at in places:
        near = out and at - out[-1][-1] <= gap and at - out[-1][0] <= 2 * gap
        if near and not any(_parted_off(point, out[-1][0], at, lines) for point in points):
            out[-1].append(at)
        else:
            out.append([at])
    return [(one[0] + one[-1]) / 2 for one in out]


def _parted_off(point: tuple[float, float], before: float, after: float, lines: list[Rule]) -> bool:
    """Whether a character stands between two places where lines run past it on either side: in a cell that spans both,
    as a head does, it says nothing of what is between them."""
    along, across = point
    if not before <= along < after:
        return False
    sides = [line.at < along for line in lines if before <= line.at <= after and line.low <= across <= line.high]
    return any(sides) and not all(sides)


def _walls(lines: list[Rule], places: list[float], across: list[float]) -> list[list[bool]]:
    """For each place, which of the bands between the places across it a line runs along."""
    walls = [[False] * (len(across) - 1) for _ in places]
    for _, at, low, high in lines:
        n = bisect_left(places, at)
        if n == len(places) or (n and at - places[n - 1] < places[n] - at):
            n -= 1
        for band in range(max(bisect_right(across, low) - 1, 0), len(across) - 1):
            begin, end = across[band], across[band + 1]
            if begin >= high:
                break
            if min(high, end) - max(low, begin) >= 0.5 * (end - begin):
                walls[n][band] = True
    return walls


def _reach(
    row: int,
    col: int,
    rows: int,
    cols: int,
    right_of: list[list[bool]],
    below: list[list[bool]],
    number: list[list[int]],
) -> tuple[int, int]:
    """The last row and column of the cell that begins in a field: as far right, then down, as no line parts it."""
    right = col
    while right + 1 < cols and not right_of[right + 1][row] and number[row][right + 1] < 0:
        right += 1
    bottom = row
    while bottom + 1 < rows and not any(below[bottom + 1][c] for c in range(col, right + 1)):
        if any(right_of[c + 1][bottom + 1] for c in range(col, right)) or any(
            number[bottom + 1][c] >= 0 for c in range(col, right + 1)
        ):
            break
        # The next row's fields may belong with what stands beside them: then this cell ends here.
        if col and not right_of[col][bottom + 1] and right_of[col][bottom]:
            break
        if right + 1 < cols and not right_of[right + 1][bottom + 1] and right_of[right + 1][bottom]:
            break
        bottom += 1
    return bottom, right


def without_frames(found: Sequence[Lattice]) -> list[Lattice]:
    """Tables that stand by themselves: one around another is its frame."""
    return [
        one
        for one in found
        if len(one.cells) > 1 and not any(other is not one and _holds(one.box, other.box) for other in found)
    ]


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def rules_of_boxes(boxes: Sequence[Box]) -> list[Rule]:
    """The sides of painted boxes as lines."""
    return [
        rule
        for x0, top, x1, bottom in boxes
        for rule in (
            *(Rule(True, y, x0, x1) for y in (top, bottom)),
            *(Rule(False, x, top, bottom) for x in (x0, x1)),
        )
    ]
