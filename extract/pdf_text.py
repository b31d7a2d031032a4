"""Characters of a PDF page put together into lines, and lines into paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from extract.document import Paragraph
from extract.pdf_chars import LOST, Char
from extract.pdf_view import Box
from extract.report import Locator
from extract.text import canonical, mend_radicals

# Gaps between characters, in heights of the line.
_SPACE, _WIDE = 0.5, 0.95
# How far apart the baselines of one line may be, in its height: raised figures stand on it too.
_SAME_LINE = 0.4
_LARGER = 1.08


@dataclass(frozen=True)
class Line:
    text: str
    box: Box
    size: float


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """Lines from top to bottom, told by their baselines: the boxes of flat characters (一, —) may be tiny."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (-c.size, c.top, c.x0)):
        for row in rows:
            if abs(char.base - row[0].base) <= _SAME_LINE * row[0].size:
                row.append(char)
                break
        else:
            rows.append([char])
    lines = [line for row in rows if (line := line_of(row))]
    return sorted(lines, key=lambda line: line.box[1])


def line_of(row: Sequence[Char]) -> Line | None:
    """The characters of one line, None where there is nothing but space."""
    text: list[str] = []
    ink: list[Char] = []
    spaced = False
    for char in sorted(row, key=lambda c: c.x0):
        if char.text.isspace():
            spaced = True
            continue
        if ink:
            if _printed_twice(ink[-1], char):
                continue
            if _printed_over(ink[-1], char):
                text[-1] = LOST
                continue
            gap = (char.x0 - ink[-1].x1) / max(char.size, 1)
            # A tab keeps apart what may be two cells whose rule was not found.
            text.append("\t" if gap > _WIDE else " " if spaced or gap > _SPACE else "")
        text.append(char.text)
        ink.append(char)
        spaced = False
    if not ink:
        return None
    return Line(mend_radicals("".join(text)), box_around(ink), median(c.size for c in ink))


def box_around(chars: Sequence[Char]) -> Box:
    return min(c.x0 for c in chars), min(c.top for c in chars), max(c.x1 for c in chars), max(c.bottom for c in chars)


def _printed_twice(one: Char, other: Char) -> bool:
    """Bold faked by printing a character twice, a hair apart: nearer than narrow type sets two digits."""
    wide = other.x1 - other.x0 or other.size
    return (
        one.text == other.text
        and not one.text.isspace()
        and abs(one.x0 - other.x0) < min(0.25 * other.size, 0.5 * wide)
        and abs(one.top - other.top) < 1
    )


def _printed_over(one: Char, other: Char) -> bool:
    """Whether a digit stands upon another character: which of the two holds, no one can tell."""
    width = min(one.x1 - one.x0, other.x1 - other.x0)
    digits = one.text.isdigit() or other.text.isdigit()
    return digits and width > 0.1 and one.x1 - other.x0 > 0.6 * width


def text_in(chars: Sequence[Char]) -> str:
    """The text of a cell's characters, a line break for a line break."""
    return "\n".join(line.text for line in lines_of(chars))


def paragraphs(run: Sequence[tuple[int, Line]]) -> Iterator[Paragraph]:
    """Lines (with their page numbers) joined into paragraphs: one begins at an indent, and after a line that ends
    short of the margin."""
    if not run:
        return
    # Lines of running text tell the margins; a run of short lines has none.
    long = [line for _, line in run if len(line.text) > 18]
    left = min((line.box[0] for line in long), default=0.0)
    right = max((line.box[2] for line in long), default=float("inf"))
    body = median(line.size for line in long) if long else float("inf")
    part: list[tuple[int, Line]] = []
    title = False
    for page, line in run:
        before, title = title, _is_title(line, left, right, body)
        goes_on = part and before and title and _same_title(part[-1], (page, line))
        if part and not goes_on and (before or title or _begins(part[-1], (page, line), left, right)):
            yield _paragraph(part)
            part = []
        part.append((page, line))
    yield _paragraph(part)


def _is_title(line: Line, left: float, right: float, body: float) -> bool:
    """Whether a line is set larger than the text, and in the middle."""
    before, after = line.box[0] - left, right - line.box[2]
    return line.size > _LARGER * body and min(before, after) > 0 and abs(before - after) < line.size


def _same_title(above: tuple[int, Line], below: tuple[int, Line]) -> bool:
    """Whether a title goes on over two lines."""
    last, line = above[1], below[1]
    same = abs(last.size - line.size) < 0.05 * line.size and line.box[1] - last.box[3] < line.size
    return same and above[0] == below[0]


def _begins(above: tuple[int, Line], below: tuple[int, Line], left: float, right: float) -> bool:
    last, line = above[1], below[1]
    if line.box[0] > left + 1.2 * line.size:
        return True
    if last.box[2] < right - 2.5 * last.size:
        return True
    # Fonts of one size differ in height; a heading is set larger by more than that.
    if abs(last.size - line.size) > 0.28 * max(last.size, line.size):
        return True
    same_page = above[0] == below[0]
    return same_page and line.box[1] - last.box[3] > 2.2 * max(line.size, last.size)


def _paragraph(part: list[tuple[int, Line]]) -> Paragraph:
    text = ""
    for _, line in part:
        # Latin words need the space that the line break stood for; Chinese has none.
        if text and text[-1].isascii() and text[-1].isalpha() and line.text[0].isascii() and line.text[0].isalpha():
            text += " "
        text += line.text
    page = part[0][0]
    on_page = [line.box for number, line in part if number == page]
    box = (
        min(b[0] for b in on_page),
        min(b[1] for b in on_page),
        max(b[2] for b in on_page),
        max(b[3] for b in on_page),
    )
    return Paragraph(text if canonical(text) else "", Locator(page=page, box=box))
