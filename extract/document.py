"""The media-neutral document: paragraphs and grids in reading order, each with a locator back to the original.

The shared parser sees nothing else, so that HTML, PDF and Word are read by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from extract.report import Finding, Locator

NOWHERE = Locator()
PICTURE = "\ufffc"
"""What stands in a cell that holds a picture and no text: it is no blank."""


@dataclass(frozen=True)
class Paragraph:
    text: str
    locator: Locator = NOWHERE


@dataclass(slots=True)
class Cell:
    """A cell where it is anchored; it covers `rowspan` rows and `colspan` columns from there.

    Never changed once it stands in a grid. Not frozen, because there are hundreds in a report and frozen ones take
    three times as long to make.
    """

    text: str
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    locator: Locator = NOWHERE


@dataclass
class Grid:
    """A table with its spans worked out. `page` is the PDF page it begins on, None elsewhere."""

    cells: list[Cell]
    page: int | None = None
    locator: Locator = NOWHERE
    placed: bool = True
    """Whether cells stand in columns. False for a grid put together from lines, where a blank cell leaves no trace."""

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """For each row the cells that cover it from left to right, each once even if it spans several columns; a cell
        that spans rows appears in each of them. Worked out once: the cells must be all there by then."""
        height = max((cell.row + cell.rowspan for cell in self.cells), default=0)
        table: list[list[Cell]] = [[] for _ in range(height)]
        for cell in self.cells:
            if cell.rowspan == 1:
                table[cell.row].append(cell)
            else:
                for row in range(cell.row, cell.row + cell.rowspan):
                    table[row].append(cell)
        for row_cells in table:
            row_cells.sort(key=_column)
        return table


_column = attrgetter("col")

Block = Paragraph | Grid


@dataclass
class Metadata:
    """What the page says of itself outside the report's own text. Lists are in order of trust."""

    titles: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    site: str | None = None
    above: list[str] = field(default_factory=list)
    """The lines that stand right above the report's own part of the page, as they are printed."""


@dataclass
class Document:
    media: str
    blocks: list[Block]
    metadata: Metadata = field(default_factory=Metadata)
    images: int = 0
    """Pictures on the page: what is not there as text may be one of them."""
    doubts: list[str] = field(default_factory=list)
    """Sentences about what may have been lost before parsing: characters, pages, a font without a character map."""
    findings: list[Finding] = field(default_factory=list)
    """What a reader says of how it read: converted, recognised from pictures."""
    recognised: set[int] = field(default_factory=set)
    """The pages whose characters were recognised in a picture."""
    unsure: set[Locator] = field(default_factory=set)
    """Where cells stand whose characters may have been misread."""

    def paragraphs(self) -> Iterator[Paragraph]:
        return (block for block in self.blocks if isinstance(block, Paragraph))

    def grids(self) -> Iterator[Grid]:
        return (block for block in self.blocks if isinstance(block, Grid))
