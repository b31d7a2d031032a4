"""Writes data-dictionary.md from archive/dictionary.csv and the schema as it is published.

.venv/bin/python docs/make_dictionary.py
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.dictionary import TABLE_NAMES, dictionary
from archive.panel import KEYS
from archive.publish import BUILT, TABLES, publish
from archive.schema import open_archive
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES

PAGE = Path(__file__).with_name("data-dictionary.md")
_PUBLIC = (*TABLES, *BUILT)
_CELLS = {"disclosures": "item", "requests": "outcome", "challenges": "route"}

Column = tuple[str, str, str]
"""Name, type, and the table and column it refers to, or nothing."""


def schema() -> dict[str, list[Column]]:
    """Every published table with its columns, as an empty archive publishes them."""
    with tempfile.TemporaryDirectory() as folder:
        open_archive(Path(folder)).close()
        with closing(sqlite3.connect(publish(Path(folder)))) as db:
            return {table: list(_columns(db, table)) for table in _PUBLIC}


def _columns(db: sqlite3.Connection, table: str) -> Iterator[Column]:
    refers = {row[3]: f"{row[2]}.{row[4]}" for row in db.execute(f"PRAGMA foreign_key_list({table})")}
    for row in db.execute(f"PRAGMA table_info({table})"):
        yield row[1], row[2], refers.get(row[1], "")


def page(tables: dict[str, list[Column]]) -> str:
    """The whole page."""
    lines = [
        "# Data dictionary 数据字典",
        "",
        "Every table and column of `public.db`, the file that is served and downloaded. Written by",
        "`docs/make_dictionary.py` from `archive/dictionary.csv` and the schema; do not edit it by hand.",
        "",
        "Times are UTC, dates `YYYY-MM-DD`, amounts 万元 (10,000 yuan). **NULL is a blank, never 0**; see",
        "[researchers.md](researchers.md#what-a-row-is). Beside these tables the file holds the search index",
        "(`sections_fts`, `reports_fts`).",
        "",
        "Tables: " + ", ".join(f"[{table}](#{table})" for table in tables) + "; then the",
        "[rows and cells of the form](#rows-and-cells-of-the-form).",
    ]
    for table, columns in tables.items():
        lines += ["", f"## {table}", "", *_about(table), "", *_table(table, columns)]
    return "\n".join([*lines, *_form()]) + "\n"


def _about(table: str) -> Iterator[str]:
    about = dictionary()[table, ""]
    yield f"{about.zh}。{about.en}."
    if table in _CELLS:
        yield f"The values of `{_CELLS[table]}` stand [below](#rows-and-cells-of-the-form)."
    if table == "panel":
        yield "After its keys, a column for each cell of both forms, named `<table>_<row>_<cell>`; all are numbers."


def _table(table: str, columns: list[Column]) -> Iterator[str]:
    described = dictionary()
    cells = [name for name, _, _ in columns if table == "panel" and name not in KEYS]
    yield from ("| column | type | 中文 | English |", "| --- | --- | --- | --- |")
    for name, kind, refers in columns:
        if name not in cells:
            about = described[table, name]
            yield _row(f"`{name}`", kind.lower(), about.zh, about.en + (f" (→ `{refers}`)" if refers else ""))
    if cells:
        yield from ("", "| cell | 中文 |", "| --- | --- |")
        yield from (_row(f"`{name}`", described[table, name].zh) for name in cells)


def _form() -> Iterator[str]:
    """The keys that rows and cells have in tables, JSON and findings, with the form's own labels."""
    yield from ("", "## Rows and cells of the form", "", "The same keys in the tables, the JSON and the findings.")
    yield from ("", f"### {TABLE_NAMES['disclosure']}: `disclosures.item`", "")
    yield from ("| form | row | label | cells |", "| --- | --- | --- | --- |")
    for form, items in DISCLOSURE.items():
        for item in items:
            cells = "; ".join(f"`{cell}` {label}" for cell, label in item.cells.items())
            yield _row(form, f"`{item.key}`", item.label, cells)
    yield from ("", f"### {TABLE_NAMES['requests']}: `requests.outcome`", "")
    yield "Each row has the cells " + ", ".join(f"`{key}` {label}" for key, label in APPLICANTS.items()) + "."
    yield from ("", "| row | label | form |", "| --- | --- | --- |")
    for outcome in OUTCOMES:
        yield _row(f"`{outcome.key}`", " ".join(filter(None, (outcome.group, outcome.label))), ", ".join(outcome.forms))
    yield from ("", f"### {TABLE_NAMES['challenges']}: `challenges.route`", "")
    yield "Each row has the cells " + ", ".join(f"`{key}` {label}" for key, label in RESULTS.items()) + "."
    yield from ("", "| row | label |", "| --- | --- |")
    yield from (_row(f"`{key}`", label) for key, label in ROUTES.items())
    yield from ("", "### Chapters: `sections.key`", "", "| number | key | heading |", "| --- | --- | --- |")
    yield from (_row(str(chapter.number), f"`{chapter.key}`", chapter.heading) for chapter in CHAPTERS)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(schema()), encoding="utf-8")
