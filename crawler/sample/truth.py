"""What the sample reports say, as data: the pages and PDFs are made from it, and tests hold readings against it."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Number, Row, Table

HERE = Path(__file__).parent
DATA = HERE / "data"
FILES = HERE / "files"
REGISTRY = HERE / "portals.csv"

Stage = Literal[1, 2]
"""1: the portals as first visited. 2: as they are after one report was edited in place."""


@dataclass(frozen=True)
class SampleFigure:
    """A count in the prose. `topic` is None where the sentence counts nothing that the form asks for."""

    section: int
    topic: str | None
    value: Number
    unit: str | None
    approximate: bool


@dataclass(frozen=True)
class SampleReport:
    """One report as its portal shows it at one stage.

    `tables` holds the numbers that a right reading gives; `printed` the cells that are written otherwise (`/`, an
    amount in 元), by `table.row.cell` path. `expect` names the findings that the report's content must raise, as rules
    or the part of a rule before its colon.
    """

    id: str
    portal: str
    url: str
    path: str
    title: str
    agency: str
    year: int
    published_at: str
    source: str
    media: Literal["html", "pdf"]
    form: str
    layout: str
    lead: str | None
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    signature: tuple[str, ...]
    figures: tuple[SampleFigure, ...]
    tables: dict[str, Table]
    printed: dict[str, str]
    expect: tuple[str, ...]
    edited: bool
    file: Path | None
    attachment: str | None

    @property
    def published(self) -> str:
        return self.published_at[:10]


@cache
def registry() -> dict[str, dict[str, str]]:
    """The rows of `portals.csv` by portal id."""
    with REGISTRY.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def truth(stage: Stage = 2) -> list[SampleReport]:
    """Every sample report, by id, as its portal shows it at that stage."""
    return [_report(json.loads(path.read_text(encoding="utf-8")), stage) for path in sorted(DATA.glob("*.json"))]


def _report(raw: dict[str, Any], stage: Stage) -> SampleReport:
    tables = _tables(raw["form"], raw["tables"])
    figures = [SampleFigure(**figure) for figure in raw["figures"]]
    sections = [(section["heading"], tuple(section["paragraphs"])) for section in raw["sections"]]
    if stage == 2 and "edit" in raw:
        _edit_tables(tables, raw["edit"]["tables"])
        figures = _edit_figures(figures, raw["edit"]["figures"])
        sections = [(heading, _edit_text(text, raw["edit"]["replace"])) for heading, text in sections]
    file = raw.get("file")
    return SampleReport(
        id=raw["id"],
        portal=raw["portal"],
        url=registry()[raw["portal"]]["home_url"].rstrip("/") + raw["path"],
        path=raw["path"],
        title=raw["title"],
        agency=raw["agency"],
        year=raw["year"],
        published_at=raw["published_at"],
        source=raw["source"],
        media=raw["media"],
        form=raw["form"],
        layout=raw["layout"],
        lead=raw.get("lead"),
        sections=tuple(sections),
        signature=tuple(raw.get("signature", ())),
        figures=tuple(figures),
        tables=tables,
        printed=raw["printed"],
        expect=tuple(raw["expect"]),
        edited="edit" in raw,
        file=FILES / file if file else None,
        attachment=raw.get("attachment"),
    )


def _tables(form: str, raw: dict[str, dict[str, list[Number | None]]]) -> dict[str, Table]:
    """The three tables with every row of the form. A row that the data leaves out is printed as zeros."""
    rows = {
        "disclosure": {item.key: tuple(item.cells) for item in DISCLOSURE[form]},
        "requests": {outcome.key: tuple(APPLICANTS) for outcome in OUTCOMES if form in outcome.forms},
        "challenges": {route: tuple(RESULTS) for route in ROUTES},
    }
    for name, given in raw.items():
        if unknown := set(given) - set(rows[name]):
            raise ValueError(f"table {name} of form {form} has no rows {sorted(unknown)}")
    return {
        name: {row: _row(cells, raw[name].get(row)) for row, cells in table.items()} for name, table in rows.items()
    }


def _row(cells: tuple[str, ...], values: list[Number | None] | None) -> Row:
    return dict(zip(cells, values if values is not None else [0] * len(cells), strict=True))


def _edit_tables(tables: dict[str, Table], edits: dict[str, Number | None]) -> None:
    for place, value in edits.items():
        table, row, cell = place.split(".")
        tables[table][row][cell] = value


def _edit_figures(figures: list[SampleFigure], edits: list[dict[str, Any]]) -> list[SampleFigure]:
    new = {(edit["section"], edit["topic"], edit["from"]): edit["to"] for edit in edits}
    return [
        SampleFigure(f.section, f.topic, new.get((f.section, f.topic, f.value), f.value), f.unit, f.approximate)
        for f in figures
    ]


def _edit_text(paragraphs: tuple[str, ...], edits: list[list[str]]) -> tuple[str, ...]:
    for old, new in edits:
        paragraphs = tuple(paragraph.replace(old, new) for paragraph in paragraphs)
    return paragraphs
