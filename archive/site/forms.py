"""The three tables of a report laid out as the official form prints them, ready for the template.

A cell knows its path (`requests.received.total`), its value, and the findings that speak of it. A blank stays blank, 0
stays 0, and what could not be read is neither; a row that the report does not print says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from archive.site.words import number
from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES, Item, Outcome

Tables = dict[str, dict[str, dict[str, Any]]]
Notes = dict[str, list[tuple[int, str]]]
"""Cell path -> the findings that speak of it: number and fault."""


@dataclass(frozen=True)
class FormCell:
    path: str
    text: str
    printed: str
    blank: bool
    unread: bool
    notes: tuple[int, ...] = ()
    corrected: str = ""


@dataclass(frozen=True)
class Head:
    """A row's heading cell; `rowspan` where it heads several rows."""

    text: str
    rowspan: int = 1
    colspan: int = 1


@dataclass
class FormRow:
    heads: list[Head]
    cells: list[FormCell]
    printed: bool = True


@dataclass
class Block:
    """A block of table 2: the paragraph of article 20 (`一`), its column headings, its rows."""

    article: str
    columns: list[str]
    rows: list[FormRow] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """What the tables are laid out from: values, findings, and the print of cells whose value does not tell it."""

    tables: Tables
    notes: Notes
    printed: dict[str, str]
    corrected: dict[str, str] = field(default_factory=dict)
    """Cell path -> who corrected it, and why."""


def _row(table: str, key: str, names: list[str], content: Content, heads: list[Head]) -> FormRow:
    values = content.tables.get(table, {}).get(key)
    cells = []
    for name in names:
        path = f"{table}.{key}.{name}"
        value = (values or {}).get(name)
        about = content.notes.get(path, [])
        text = content.printed.get(path, "")
        unread = value is None and any(fault == "reading" for _, fault in about)
        blank = value is None and not unread and not text
        shown = number(value) if value is not None else text
        who = content.corrected.get(path, "")
        cells.append(FormCell(path, shown, text, blank, unread, tuple(n for n, _ in about), who))
    return FormRow(heads, cells, values is not None)


def disclosure(form: str, content: Content) -> list[Block]:
    """Table 2, a block for each paragraph of article 20."""
    blocks = []

    def shape(item: Item) -> tuple[str, tuple[str, ...]]:
        return item.article, tuple(item.cells.values())

    for (article, columns), items in groupby(DISCLOSURE[form], key=shape):
        rows = [_row("disclosure", item.key, list(item.cells), content, [Head(item.label)]) for item in items]
        blocks.append(Block(article, list(columns), rows))
    return blocks


RESULT_GROUP = "三、本年度办理结果"
_FIRST_RESULT, _LAST_RESULT = "granted", "concluded"


def requests(form: str, content: Content) -> list[FormRow]:
    """Table 3, its row headings in the form's three columns."""
    printed = [
        outcome for outcome in OUTCOMES if form in outcome.forms or outcome.key in content.tables.get("requests", {})
    ]
    keys = [outcome.key for outcome in printed]
    first, last = keys.index(_FIRST_RESULT), keys.index(_LAST_RESULT)
    undivided = form == "2019" and not {"other_not_corrected", "other_fee_unpaid"} & set(keys)
    rows = []
    for position, outcome in enumerate(printed):
        heads = _heads(printed, position, undivided)
        if position == first:
            heads.insert(0, Head(RESULT_GROUP, rowspan=last - first + 1))
        if not first <= position <= last:
            heads = [Head(outcome.label, colspan=3)]
        rows.append(_row("requests", outcome.key, list(APPLICANTS), content, heads))
    return rows


def _heads(printed: list[Outcome], position: int, undivided: bool) -> list[Head]:
    outcome = printed[position]
    if not outcome.group:
        return [Head(outcome.label, colspan=2)]
    if undivided and outcome.key == "other":
        return [Head(outcome.group, colspan=2)]
    begins = position == 0 or printed[position - 1].group != outcome.group
    height = sum(other.group == outcome.group for other in printed)
    return [*([Head(outcome.group, rowspan=height)] if begins else []), Head(outcome.label)]


def challenges(content: Content) -> list[tuple[str, FormRow]]:
    """Table 4: for each route its heading and its five cells."""
    return [(label, _row("challenges", route, list(RESULTS), content, [])) for route, label in ROUTES.items()]
