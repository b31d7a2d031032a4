"""A page in the making: everything that an irregularity may change before it becomes bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from extract.report import Number

from .grids import Grid
from .truth import Truth


@dataclass(frozen=True)
class ExpectedFigure:
    """A count in the prose. `topic` is "any", `approximate` None where the form's words do not settle it."""

    section: int
    value: Number
    unit: str | None
    approximate: bool | None
    topic: str | None


@dataclass
class Expected:
    """The reading that is asked for."""

    agency: str
    year: int
    published: str | None
    form: str | None
    titles: set[str]
    """Any of these will do, blanks aside: head and body of a page may word the title differently."""
    cells: dict[str, Number | None] = field(default_factory=dict)
    maybe_null: set[str] = field(default_factory=set)
    """Cells that may also be null, if a finding speaks of them."""
    figures: list[ExpectedFigure] = field(default_factory=list)
    check_figures: bool = True
    passages: dict[int, list[str]] = field(default_factory=dict)
    """Chapter number -> sentences that its text must hold."""
    chrome: list[str] = field(default_factory=list)
    """Words of the page's frame that no chapter's text may hold."""
    must_find: set[str] = field(default_factory=set)
    """Rules of which at least one finding must begin with one of the given prefixes (prefixes joined by `|`)."""
    may_find: set[str] = field(default_factory=set)
    """Prefixes of rules whose findings are no false alarm on this page."""


@dataclass
class Value:
    """A printed cell: where it belongs, its number (in the contract's unit), and the HTML that prints it."""

    path: str
    number: Number | None
    html: str


@dataclass
class Line:
    """A row of a table before it is laid out. `key` is None for a row that the form does not know."""

    key: str | None
    label: str
    values: list[Value]
    group: str = ""


@dataclass
class Band:
    """A part of table 2 under one paragraph of article 20."""

    article: str
    heads: list[str]
    lines: list[Line]


@dataclass
class Part:
    """A chapter: heading as HTML (None: not printed), prose before its table, its table, prose after it."""

    number: int
    heading: str | None
    prose: list[str]
    table: str | None = None
    captions: list[str] = field(default_factory=list)


@dataclass
class Shell:
    """What surrounds the article."""

    head_title: str
    metas: dict[str, str]
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    body_before: list[str] = field(default_factory=list)
    """Inside the article's element, above the title."""
    body_after: list[str] = field(default_factory=list)
    wrap: Callable[[str], str] = field(default=lambda body: body)
    encoding: str = "utf-8"
    declared: str | None = "utf-8"
    bom: bool = False
    content_type: str | None = "text/html"
    name: str = "t20250122_402117.html"


Layout = Callable[["Sketch"], Grid]


@dataclass
class Sketch:
    """Built from a `Truth`; stages of irregularities follow one another: truth, words, grid, page."""

    truth: Truth
    rng: Random
    expected: Expected
    shell: Shell
    title: list[str]
    lead: list[str]
    parts: list[Part]
    signature: list[str]
    bands: list[Band]
    lines: list[Line]
    routes: dict[str, list[Value]]
    applicant_heads: dict[str, str]
    result_heads: dict[str, str]
    layouts: dict[str, Layout]
    grids: dict[str, list[Grid]] = field(default_factory=dict)
    cell_wrap: Callable[[str], str] = field(default=lambda html: html)
    para_wrap: Callable[[str], str] = field(default=lambda html: f'<p style="text-indent: 2em;">{html}</p>')
    blocks: list[str] = field(default_factory=list)
    hints: dict[str, Any] = field(default_factory=dict)
    tables_as_text: str | None = None
    """How tables are printed instead of as tables: "cells" a paragraph each, "rows" a paragraph each, "typed" with
    strokes between them, "images"."""

    def values(self, table: str) -> list[Value]:
        if table == "disclosure":
            return [value for band in self.bands for line in band.lines for value in line.values]
        if table == "requests":
            return [value for line in self.lines for value in line.values]
        return [value for values in self.routes.values() for value in values]

    def all_values(self) -> list[Value]:
        return [value for table in ("disclosure", "requests", "challenges") for value in self.values(table)]

    def known(self, values: list[Value]) -> list[Value]:
        """Those that belong to the form (an unknown row's values have no path)."""
        return [value for value in values if value.path]

    def allow_null(self, table: str) -> None:
        self.expected.maybe_null |= {path for path in self.expected.cells if path.startswith(f"{table}.")}

    def line(self, key: str) -> Line:
        return next(line for line in self.lines if line.key == key)

    def part(self, number: int) -> Part:
        return next(part for part in self.parts if part.number == number)


@dataclass(frozen=True)
class Page:
    """What the reader gets, and what it should make of it."""

    data: bytes
    name: str
    content_type: str | None
    hints: dict[str, Any]
    expected: Expected
    names: tuple[str, ...]
