"""Reads table 2: rules and documents, licences, penalties, coercion, fees; in the form of 2021 and that of 2019."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from extract import labels
from extract.assign import Columns, assignments, by_header, choose
from extract.document import Cell
from extract.filing import Filed, Filing, filed
from extract.form import DISCLOSURE
from extract.grids import Row, Slot, has_number, slots
from extract.text import canonical, simplified
from extract.values import MONEY, in_wan, read_value

_CELLS = {form: {item.key: tuple(item.cells) for item in items} for form, items in DISCLOSURE.items()}
_LABELS = [
    (key, labels.core(label)) for items in DISCLOSURE.values() for item in items for key, label in item.cells.items()
]
_BEGUN = 3
_SURELY_YUAN = 1_000_000
_UNIT = re.compile(r"(?:单位[:：]?|[(（])\s*(万元|亿元|元)")
# 上一年项目数量 is a label of the form.
_YEAR = re.compile(r"(?:上一?年度?|去年度?)(?!项目)|(20\d\d)年")
# 单位：件、元, over a table or in its first row.
_UNITS = re.compile(r"单位[:：](?:[^:：。]*[、,，/;；和])?(万元|亿元|元)(?=$|[、,，/;；)）和])")


@dataclass
class Header:
    """The column labels in force for the rows below them. `others` are columns that the form has not, `end` is
    where all of them end; `strange` says
    that there are labels, and that they are not the form's."""

    form: str | None = None
    keys: tuple[str, ...] = ()
    columns: Columns = field(default_factory=dict)
    unit: str | None = None
    others: tuple[tuple[int, int], ...] = ()
    end: int = 0
    strange: bool = False


def unit_named(line: str) -> str | None:
    """The unit of money that a line names for the whole table, as 单位：件、元 does; None where it names none."""
    found = _UNITS.search(canonical(line))
    return found[1] if found else None


def read(rows: list[Row], filing: Filing, header: Header | None = None, unit: str | None = None) -> Header:
    """File every row of table 2 among these rows; `header` carries over a page break, `unit` is that of amounts whose
    own label names none.

    Returns the header in force at the end.
    """
    state = Header(header.form, header.keys, {}, header.unit) if header else Header()
    for row in rows:
        texts = [n for n, cell in enumerate(row) if _is_text(cell)]
        if not has_number(row):
            unit = next((named for n in texts if (named := unit_named(row[n].text))), unit)
            words = [row[n] for n in texts if "二十条" not in simplified(canonical(row[n].text))]
            if len(words) < len(texts):
                state = Header()
            if found := _header(words):
                state = found
                filing.forms += [found.form] * len(found.keys) if found.form else []
                continue
            if any(labels.core(cell.text) == "信息内容" for cell in words):
                state = Header(strange=True)
                continue
            if len(words) < len(texts):
                continue
        item = _item(row, texts)
        if item is None:
            if texts and has_number(row[texts[-1] + 1 :]):
                filing.unknown_row("disclosure", canonical(row[texts[-1]].text), slots(row[texts[-1] + 1 :]))
            continue
        key, at = item
        values = [cell for cell in row[at + 1 :] if not _is_under(cell, state.others)]
        if state.others and row[-1].col + row[-1].colspan != state.end:
            # A cell was lost or is one too many: none can be told from its neighbours.
            values = []
        beside = canonical(values[-1].text) if len(values) > 1 else ""
        if beside in MONEY:
            # The unit in a cell of its own.
            amount, sign = values[-2:]
            values[-2:] = [replace(amount, colspan=amount.colspan + sign.colspan)]
        own = beside if beside in MONEY else state.unit or unit
        _file(key, row[at], slots(values), replace(state, unit=own), filing)
    return state


def _item(row: Row, texts: list[int]) -> tuple[str, int] | None:
    for n in reversed(texts):
        if key := labels.items.match(row[n].text):
            return key, n
    return None


def _header(words: list[Cell]) -> Header | None:
    """The words of a row without numbers as column labels, None where they are a row of the table.

    A label that a slip of the pen made unreadable or repeated is told by its place among its neighbours. Where there
    are more labels than columns, or in another order, the form's own must all be there, each once.
    """
    cells = [cell for cell in words if labels.core(cell.text) != "信息内容" and not labels.items.match(cell.text)]
    best: Header | None = None
    most = 0
    for form, matcher in (("2021", labels.columns_2021), ("2019", labels.columns_2019)):
        found = [
            None if earlier else matcher.match(cell.text) for cell, earlier in zip(cells, _earlier(cells), strict=True)
        ]
        printed = tuple(key for key in found if key)
        for official in dict.fromkeys(_CELLS[form].values()):
            # All of the form's labels, each once, are believed beside others and in any order.
            whole = sorted(printed) == sorted(official)
            if not whole and len(official) != len(cells):
                continue
            own = [cell for cell, key in zip(cells, found, strict=True) if key] if whole else cells
            hits = len(official) if whole else sum(map(_is_label, cells, found, official)) if any(printed) else 0
            if (hits > most or (hits == most and whole)) and hits * 2 >= len(official):
                most = hits
                keys = printed if whole else official
                columns = {key: (cell.col, cell.col + cell.colspan) for key, cell in zip(keys, own, strict=True)}
                others = tuple((cell.col, cell.col + cell.colspan) for cell in cells if cell not in own)
                end = max(cell.col + cell.colspan for cell in cells)
                best = Header(form, keys, columns, _unit(own), others, end)
    return best


def _is_label(cell: Cell, found: str | None, official: str) -> bool:
    """Whether a label is the form's at its place, or its beginning: a second line may be lost (本年新｜制作数量)."""
    begun = labels.core(cell.text)
    if found == official or len(begun) < _BEGUN or _YEAR.match(canonical(cell.text)):
        return found == official
    return any(key == official and label.startswith(begun) for key, label in _LABELS)


def _earlier(cells: list[Cell]) -> list[bool]:
    """Which of these columns are of an earlier year than the report: by name, or by the years that they name."""
    named = [_YEAR.match(canonical(cell.text)) for cell in cells]
    latest = max((year[1] or "" for year in named if year), default="")
    return [year is not None and (year[1] is None or year[1] < latest) for year in named]


def _unit(cells: list[Cell]) -> str | None:
    for cell in cells:
        if match := _UNIT.search(canonical(cell.text)):
            return match[1]
    return None


def _file(key: str, label: Cell, values: list[Slot], header: Header, filing: Filing) -> None:
    known = header.form is not None and sorted(_CELLS[header.form].get(key, ())) == sorted(header.keys)
    keys = header.keys if known else _guess(key, values, filing)
    if keys is None or (header.strange and len(keys) > 1):
        if any(slot.value.number is not None for slot in values):
            filing.unknown_row("disclosure", f"{canonical(label.text)}（缺列标题）", values)
        return
    aligned = by_header(values, keys, header.columns)
    choice = choose(assignments(values, len(keys)), (lambda row: aligned is not None and row == aligned,))
    unit = _unit([label]) or header.unit
    cells: dict[str, Filed] = {}
    for n, name in enumerate(keys):
        slot = choice.slots[n] if choice else None
        cells[name] = filed(slot, choice is not None and choice.certain[n], name == "amount", name == "change")
        if name == "amount" and isinstance(cells[name], tuple) and slot is not None and slot.value.number is not None:
            own = slot.value.unit or unit
            # The form of 2019 prints no unit beside procurement: where a body writes none either, that much is 元.
            doubtful = own is None and key == "procurement" and slot.value.number >= _SURELY_YUAN
            cells[name] = slot.cell if doubtful else (in_wan(slot.value.number, own), slot.cell)
    filing.row("disclosure", key, cells)


def _guess(key: str, values: list[Slot], filing: Filing) -> tuple[str, ...] | None:
    """The cells of a row whose column labels are missing: only where the number of its cells fits one form alone,
    or the rest of the table is of one form."""
    width = len([slot for slot in values if not slot.value.blank]) or len(values)
    if not all(slot.value.readable for slot in values):
        return None
    fitting = [form for form in _CELLS if width and len(_CELLS[form].get(key, ())) == width]
    if len(fitting) > 1:
        fitting = [form for form in fitting if set(filing.forms) == {form}]
    return _CELLS[fitting[0]][key] if len(fitting) == 1 else None


def _is_under(cell: Cell, columns: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= cell.col and cell.col + cell.colspan <= end for first, end in columns)


def _is_text(cell: Cell) -> bool:
    return not read_value(cell.text).readable
