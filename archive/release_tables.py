"""The tables of a release: those of the published file and the codebook, each with its columns and their order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive import values
from archive.dictionary import dictionary, row_label
from extract.form import CHAPTERS, DISCLOSURE_KEYS, OUTCOME_KEYS, ROUTES

CODEBOOK = ("codebook", "codebook_values")
FOR_PAGES = frozenset({"leads", "report_counts", "totals"})
"""Worked out from the other tables so that pages are quick: not data to cite."""
# What a check expected and found is a number, or where a report's identity is in doubt, another report's id.
# What an edit changed is a number or a paragraph.
_MIXED = {("findings", "expected"), ("findings", "actual"), ("changes", "before"), ("changes", "after")}
_TYPES = {"INTEGER": "integer", "NUMERIC": "number", "REAL": "number", "TEXT": "string"}
# SQLite knows no type for what a view computes: text, but for these.
_COMPUTED = {("gone", "listed"): "integer"}
_ENDS = re.compile(r"[（：；，。]")


@dataclass(frozen=True)
class Column:
    """`type` is `integer`, `number` or `string`; `refers` the table and column whose key it holds."""

    name: str
    type: str
    zh: str
    en: str
    refers: tuple[str, str] | None

    @property
    def heading(self) -> str:
        """For people: 报告年度 year. What explains is left out; a cell of the form keeps its whole label, since its
        brackets are the form's own."""
        label = self.zh if " · " in self.zh else _ENDS.split(self.zh)[0]
        return f"{label} {self.name}".strip()


@dataclass(frozen=True)
class Table:
    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def order(self) -> str:
        return ", ".join(f'"{name}"' for name in self.key or self.names)

    def rows(self, db: sqlite3.Connection, expressions: list[str] | None = None) -> sqlite3.Cursor:
        """All rows in the order of the key."""
        chosen = ", ".join(expressions or [f'"{name}"' for name in self.names])
        return db.execute(f'SELECT {chosen} FROM "{self.name}" ORDER BY {self.order}')

    def count(self, db: sqlite3.Connection) -> int:
        return int(db.execute(f'SELECT count(*) FROM "{self.name}"').fetchone()[0])


def tables(db: sqlite3.Connection) -> list[Table]:
    """Every table of the published file that people are shown, in the dictionary's order; then the codebook's."""
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    described = [name for name, column in dictionary() if not column and name in there - FOR_PAGES]
    found = [table(db, name) for name in described]
    _codebook(db, found)
    return [*found, *(table(db, name) for name in CODEBOOK)]


def table(db: sqlite3.Connection, name: str) -> Table:
    """A table of the published file as it is there and as the dictionary describes it; without bytes, which no CSV
    file can hold."""
    refers = {row[3]: (row[2], row[4]) for row in db.execute(f'PRAGMA foreign_key_list("{name}")')}
    columns, keys = [], []
    for _, column, declared, _, _, key in db.execute(f'PRAGMA table_info("{name}")'):
        if declared == "BLOB":
            continue
        about = dictionary().get((name, column))
        kind = "string" if (name, column) in _MIXED else _TYPES.get(declared) or _COMPUTED.get((name, column), "string")
        zh, en = (about.zh, about.en) if about else _OWN[name][1][column]
        columns.append(Column(column, kind, zh, en, refers.get(column)))
        if key:
            keys.append((key, column))
    described = dictionary().get((name, ""))
    zh, en = (described.zh, described.en) if described else _OWN[name][0]
    return Table(name, zh, en, tuple(columns), tuple(column for _, column in sorted(keys)))


_Said = tuple[str, str]
_OWN: dict[str, tuple[_Said, dict[str, _Said]]] = {
    "codebook": (
        ("编码本：每张表的每一列", "Codebook: every column of every table"),
        {
            "table_name": ("表", "Table"),
            "position": ("列的次序", "Position of the column"),
            "column_name": ("列", "Column"),
            "type": ("类型：integer 整数、number 数、string 文字", "Type: integer, number or string"),
            "refers_to": ("指向哪张表的哪一列", "Table and column whose key it holds"),
            "zh": ("中文说明", "Description in Chinese"),
            "en": ("英文说明", "Description in English"),
        },
    ),
    "codebook_values": (
        ("编码本：取值及其含义", "Codebook: values and what they stand for"),
        {
            "column_name": ("列", "Table and column"),
            "position": ("次序", "Position"),
            "value": ("取值", "Value"),
            "zh": ("中文说明", "What it stands for, in Chinese"),
        },
    ),
}


def _codebook(db: sqlite3.Connection, found: list[Table]) -> None:
    """The codebook as temporary tables, so that it is written as the others are."""
    db.execute("DROP TABLE IF EXISTS temp.codebook")
    db.execute("DROP TABLE IF EXISTS temp.codebook_values")
    db.execute(
        "CREATE TEMP TABLE codebook (table_name TEXT, position INTEGER, column_name TEXT, type TEXT, refers_to TEXT, "
        "zh TEXT, en TEXT, PRIMARY KEY (table_name, position))"
    )
    db.executemany("INSERT INTO codebook VALUES (?, ?, ?, ?, ?, ?, ?)", _described(found))
    db.execute(
        "CREATE TEMP TABLE codebook_values (column_name TEXT, position INTEGER, value TEXT, zh TEXT, "
        "PRIMARY KEY (column_name, position))"
    )
    db.executemany("INSERT INTO codebook_values VALUES (?, ?, ?, ?)", _values())


def _described(found: list[Table]) -> Iterator[tuple[str | int | None, ...]]:
    for about in found:
        yield about.name, 0, None, "table", None, about.zh, about.en
        for position, column in enumerate(about.columns, 1):
            refers = ".".join(column.refers) if column.refers else None
            yield about.name, position, column.name, column.type, refers, column.zh, column.en


def _values() -> Iterator[tuple[str, int, str, str]]:
    listed: dict[str, dict[str, str]] = {
        "disclosures.item": {key: row_label("disclosure", key) for key in DISCLOSURE_KEYS},
        "requests.outcome": {key: row_label("requests", key) for key in OUTCOME_KEYS},
        "challenges.route": dict(ROUTES),
        "sections.key": {chapter.key: chapter.heading for chapter in CHAPTERS},
        "agencies.kind": values.KINDS,
        "crawls.outcome": values.OUTCOMES,
        "findings.fault": values.FAULTS,
        "findings.severity": values.SEVERITIES,
        "findings.rule": values.RULES,
        "figures.topic": values.TOPICS,
    }
    for column, told in listed.items():
        for position, (value, zh) in enumerate(told.items(), 1):
            yield column, position, value, zh
