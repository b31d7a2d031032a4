"""The words of a PDF page line by line, for tables that no lines part: what stands apart is told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from extract.document import Grid
from extract.pdf_chars import Char
from extract.pdf_text import Line, box_around, line_of
from extract.pdf_view import Box, Span
from extract.values import read_value

# In heights of a line: what parts two words, and two numbers; how far the characters of one line may stand apart.
_WORD_GAP, _NUMBER_GAP, _BASELINE, _ONE_BASE = 0.45, 0.17, 0.25, 0.04


@dataclass(frozen=True)
class Unruled:
    """A table found by where its words stand, and the characters that it is made of."""

    box: Box
    grid: Grid
    taken: frozenset[int]
    """`id` of each character."""


@dataclass
class Word:
    chars: list[Char]
    line: Line

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def box(self) -> Box:
        return self.line.box

    @property
    def base(self) -> float:
        """How far down its baseline is, of several lines their middle."""
        return (self.chars[0].base + self.chars[-1].base) / 2

    @property
    def is_number(self) -> bool:
        """Whether it is digits or a sign for a blank: 三 by itself is a piece of a label that stands upright."""
        value = read_value(self.text)
        return value.blank or (value.readable and any(char.isdigit() for char in self.text))


Row = list[Word]
"""The words of one line, from left to right."""


def baselines(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """Characters sorted into lines more strictly than for prose: beside a row of numbers, the lines of its label stand
    half a line higher and lower. Where a font lacks a digit, the one that stands in sets it a little apart."""
    bases: list[list[Char]] = []
    for char in sorted((char for char in chars if not char.text.isspace()), key=lambda char: char.base):
        if not bases or char.base - bases[-1][-1].base > _ONE_BASE * char.size:
            bases.append([])
        bases[-1].append(char)
    # A few beside many stand on the line of the many: the lines of a label for several rows run past theirs.
    lines: dict[float, list[Char]] = {}
    for line in sorted(bases, key=len, reverse=True):
        base = line[0].base
        nearest = min(lines, key=lambda other: abs(other - base), default=inf)
        if abs(nearest - base) <= _BASELINE * line[0].size:
            lines[nearest] += line
        else:
            lines[base] = line
    for _, line in sorted(lines.items()):
        yield line


def words_of(line: list[Char]) -> Row:
    words: Row = []
    word: list[Char] = []
    for char in sorted(line, key=lambda char: char.x0):
        if word:
            gap = (char.x0 - word[-1].x1) / max(char.size, 1)
            if gap > (_NUMBER_GAP if _in_number(word[-1]) and _in_number(char) else _WORD_GAP):
                words += word_of(word)
                word = []
        word.append(char)
    return words + word_of(word)


def _in_number(char: Char) -> bool:
    return char.text in "0123456789.,"


def told_apart(word: Word) -> Row:
    """A label and the number that it runs up to; the word alone where it is not both."""
    at = len(word.chars)
    while at and (word.chars[at - 1].text.isdigit() or _in_number(word.chars[at - 1])):
        at -= 1
    if word.is_number or not 0 < at < len(word.chars):
        return [word]
    return [*word_of(word.chars[:at]), *word_of(word.chars[at:])]


def reaches(word: Word, shown: Span) -> bool:
    """Whether a word runs up to where the page is cut off, so that its next digit would be gone."""
    low, high = shown
    return word.box[0] < low + word.line.size or word.box[2] > high - word.line.size


def meet(word: Word, low: float, high: float) -> bool:
    """Whether a word stands in a column, or so near that its digits may belong to a number there."""
    slack = _WORD_GAP * word.line.size
    return word.box[0] < high + slack and word.box[2] > low - slack


def word_of(chars: list[Char]) -> list[Word]:
    """The word that characters make, none where they are all space."""
    line = line_of(chars)
    return [Word(chars, line)] if line else []


def stacked(words: Sequence[Word]) -> Word:
    """The words of several lines as one."""
    lines = sorted(words, key=lambda word: word.base)
    chars = [char for word in lines for char in word.chars]
    return Word(chars, Line("".join(word.text for word in lines), box_of(words), words[0].line.size))


def columns_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand under each other, from left to right."""
    columns: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box[0]):
        if columns and word.box[0] < max(other.box[2] for other in columns[-1]):
            columns[-1].append(word)
        else:
            columns.append([word])
    return columns


def box_of(words: Sequence[Word]) -> Box:
    return box_around([char for word in words for char in word.chars])


def unruled(box: Box, grid: Grid, used: Sequence[Word]) -> Unruled:
    return Unruled(box, grid, frozenset(id(char) for word in used for char in word.chars))
