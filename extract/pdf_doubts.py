"""Cells of a ruled table whose digits no one can tell apart: then they are lost, and said to be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.pdf_cells import Lattice
from extract.pdf_chars import LOST, WHITE, Char
from extract.pdf_page import Page
from extract.pdf_paths import HIGHEST_SIGN, Drawing

# In heights of the line: digits nearer than this belong to one number; those of one line stand on one base; further
# apart than this even letter-spacing does not set them.
_NO_ADVANCE, _SAME_BASE, _WIDEST_PITCH = 0.05, 0.12, 0.95
_RAISED, _NEXT_LINE, _LARGER = 0.1, 0.55, 1.35
_OTHER_TYPE = 1.04
_PALER = 60
# How high digits are in their type, and the part of a digit that a line must run through to be in its middle.
_HIGH, _MIDST = 0.72, 0.25
_CLEAR = 0.4
"""How far, in points, what stands in a cell keeps from its lines."""


def running_over(lattice: Lattice, chars: Sequence[Char]) -> set[int]:
    """Cells out of which, or into which, a number runs over a line with its digits no further apart than within it:
    which digits are whose, no one can tell. A number may run out of the table too."""
    _, top, _, bottom = lattice.box
    digits = [char for char in chars if _is_digit(char) and top <= char.middle[1] <= bottom]
    over: set[int] = set()
    for line in _lines(digits):
        cells = [lattice.cell_at(*char.middle) for char in line]
        gaps = [other.x0 - one.x1 for one, other in pairwise(line)]
        for n, gap in enumerate(gaps):
            size = line[n].size
            if cells[n] == cells[n + 1] or gap > _WIDEST_PITCH * size:
                continue
            before = gaps[n - 1] if n and cells[n - 1] == cells[n] else 0.0
            after = gaps[n + 1] if n + 1 < len(gaps) and cells[n + 2] == cells[n + 1] else 0.0
            pitch = max((each for each in (before, after) if each <= _WIDEST_PITCH * size), default=0.0)
            if gap < max(pitch, 0) + _NO_ADVANCE * size:
                over |= {cell for cell in (cells[n], cells[n + 1]) if cell is not None}
    return over


def _lines(digits: list[Char]) -> list[list[Char]]:
    """Digits on one base, from left to right."""
    lines: list[list[Char]] = []
    for char in sorted(digits, key=lambda char: char.base):
        if not lines or char.base - lines[-1][0].base > _SAME_BASE * char.size:
            lines.append([])
        lines[-1].append(char)
    return [sorted(line, key=lambda char: char.x0) for line in lines]


def on_a_line(lattice: Lattice, chars: Sequence[Char]) -> set[int]:
    """The cells on both sides of a line that runs through the midst of a digit: it is of neither, as a page's number
    is that is printed into a table, or of one of them, and no one can tell of which."""
    x0, top, x1, bottom = lattice.box
    over: set[int] = set()
    for char in chars:
        x, y = char.middle
        if not _is_digit(char) or not (x0 <= x <= x1 and top <= y <= bottom):
            continue
        high = _HIGH * (char.em or 0.8 * char.size)
        ends = (
            ((x, char.base - (1 - _MIDST) * high), (x, char.base - _MIDST * high)),
            ((_part(char, _MIDST), y), (_part(char, 1 - _MIDST), y)),
        )
        for one, other in ends:
            cells = {lattice.cell_at(*one), lattice.cell_at(*other)}
            if len(cells) > 1:
                over |= {cell for cell in cells if cell is not None}
    return over


def _part(char: Char, share: float) -> float:
    return char.x0 + share * (char.x1 - char.x0)


def of_two_prints(held: Sequence[Sequence[Char]]) -> set[int]:
    """Cells whose digits are not all of one print: some far paler than the table's darkest, as a watermark's are, or
    of another size, base or, on another line, font, as a footnote's mark or a page's number is."""
    digits = [char for inside in held for char in inside if _is_digit(char)]
    if not digits:
        return set()
    pale = min(char.light for char in digits) + _PALER
    return {
        n
        for n, inside in enumerate(held)
        if any(pale < char.light < WHITE for char in inside if _is_digit(char)) or _is_mixed(inside)
    }


def _is_mixed(inside: Sequence[Char]) -> bool:
    digits = sorted((char for char in inside if _is_digit(char)), key=lambda char: char.base)
    if not digits:
        return False
    smallest, size = min(char.size for char in digits), max(char.size for char in digits)
    small, large = min(char.em for char in digits), max(char.em for char in digits)
    if large > _OTHER_TYPE * small > 0:
        return True
    if any(_NEXT_LINE * size <= other.base - one.base for one, other in pairwise(digits)):
        last = max(char.base for char in digits) - _NEXT_LINE * size
        fonts = ({char.font for char in digits if (char.base > last) is below} for below in (True, False))
        if not set.intersection(*fonts):
            return True
    steps = (other.base - one.base for one, other in pairwise(digits))
    return size > _LARGER * smallest or any(_RAISED * size < step < _NEXT_LINE * size for step in steps)


def drawn(page: Page, chars: Sequence[Char]) -> Iterator[Char]:
    """What is drawn or pictured on a page in the size of characters, as characters that cannot be read; on the line of
    those given that it stands in."""
    boxes = [*page.drawing.signs, *(box for box in page.drawing.pictures if box[3] - box[1] < HIGHEST_SIGN)]
    bases = sorted({char.base for char in chars}) if boxes else []
    for x0, top, x1, bottom in boxes:
        high = bottom - top
        near = bases[bisect_left(bases, top) : bisect_right(bases, bottom + high / 2)]
        base = min(near, key=lambda base: abs(base - bottom), default=bottom)
        yield Char(LOST, x0, base - high, x1, base, 0, 0, base, high)


def pictured(lattice: Lattice, held: Sequence[Sequence[Char]], drawing: Drawing) -> set[int]:
    """Cells in which a shape of a character's size is drawn, or a picture stands and nothing else: perhaps digits."""
    x0, top, x1, bottom = lattice.box
    shapes = [(box, False) for box in drawing.signs] + [(box, True) for box in drawing.pictures]
    found: set[int] = set()
    for box, is_picture in shapes:
        if box[0] < x0 or box[1] < top or box[2] > x1 or box[3] > bottom:
            continue
        ends = {lattice.cell_at(box[0] - _CLEAR, box[1] - _CLEAR), lattice.cell_at(box[2] + _CLEAR, box[3] + _CLEAR)}
        cell = ends.pop()
        if not ends and cell is not None and not (is_picture and held[cell]):
            found.add(cell)
    return found


def _is_digit(char: Char) -> bool:
    return char.text[:1].isdigit()
