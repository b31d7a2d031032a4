"""Where table readers put what they read: cells with their places, and findings for what could not be filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from extract.document import Cell
from extract.grids import Slot
from extract.report import Fault, Finding, Locator, Number, Severity, Table
from extract.text import tidy
from extract.values import MONEY, plain

Filed = tuple[Decimal | None, Cell] | Cell | None
"""What a reader has to file of a cell: its number (None for a blank) and its place; its place alone where what is
printed there is neither number nor blank; None where it is not certain which cell it is."""


def filed(slot: Slot | None, certain: bool, amount: bool = False, change: bool = False) -> Filed:
    """What a slot gives to file. A count is not of money, an amount of nothing else, and 减3 is only a change. A count
    below zero is filed as it is printed: `checks` flags it."""
    if slot is None or not certain:
        return None
    value = slot.value
    if value.change and not change:
        return slot.cell
    if value.number:
        money = value.unit in MONEY
        if money is not amount and value.unit is not None:
            return slot.cell
    if value.padded is not None and slot.cell.locator.page is None:
        # On a page of print cells may have run together; elsewhere each is its own.
        return (value.padded, slot.cell)
    return (value.number, slot.cell) if value.readable else slot.cell


@dataclass
class Filing:
    """The tables of one report while they are read.

    A cell is filed once. When the document prints a row twice with different values, neither is believed.
    """

    tables: dict[str, Table] = field(default_factory=lambda: {"disclosure": {}, "requests": {}, "challenges": {}})
    locators: dict[str, Locator] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    forms: list[str] = field(default_factory=list)
    """The form that each recognised label belongs to, one entry a label."""
    may_have_slid: set[str] = field(default_factory=set)
    """Rows of table 3 whose numbers may stand one column off: only sums can tell."""
    undivided_other: bool = False
    """Whether （六）其他处理 is one row, as in the form of 2019 and in some reports of the form of 2021."""

    def row(self, table: str, row: str, cells: Mapping[str, Filed]) -> None:
        """File a row; what is already filed is held against it."""
        new: dict[str, Number | None] = {
            name: plain(found[0]) if isinstance(found, tuple) and found[0] is not None else None
            for name, found in cells.items()
        }
        old = self.tables[table].get(row)
        if old is not None:
            self._again(table, row, old, new, cells)
            return
        self.tables[table][row] = new
        for name, found in cells.items():
            if not isinstance(found, tuple):
                self.cannot_read(table, row, name)
            self._place(f"{table}.{row}.{name}", found, new[name])

    def _place(self, path: str, found: Filed, number: Number | None) -> None:
        """Remember where a cell stands, and what it prints where the number alone does not tell."""
        if found is None:
            return
        cell = found[1] if isinstance(found, tuple) else found
        self.locators[path] = cell.locator
        shown = "" if number is None else str(number)
        if cell.text != shown and tidy(cell.text) not in ("", shown):
            self.printed[path] = tidy(cell.text)

    def _again(
        self,
        table: str,
        row: str,
        old: dict[str, Number | None],
        new: dict[str, Number | None],
        cells: Mapping[str, Filed],
    ) -> None:
        for name, value in new.items():
            if name not in old:
                old[name] = value
                self._place(f"{table}.{row}.{name}", cells[name], value)
            elif old[name] != value:
                shown = f"{_show(old[name])}和{_show(value)}"
                old[name] = None
                self.cannot_read(table, row, name, f"文中两次印有这一格，数值不同：{shown}。")

    def cannot_read(self, table: str, row: str, cell: str, why: str = "") -> None:
        """The cell is there but what it holds is not certain: null, and this finding says so."""
        path = f"{table}.{row}.{cell}"
        if path in self.unread:
            return
        self.unread.add(path)
        self.findings.append(
            Finding(
                f"unread:{path}",
                Severity.WARNING,
                Fault.READING,
                why or "这一格无法确定地读出，请看原件。",
                cells=(path,),
            )
        )

    def take_back(self, table: str, row: str, cell: str, why: str) -> None:
        """What was filed of the cell is not certain after all; what it prints is kept."""
        value = self.tables[table].get(row, {}).get(cell)
        if value is not None:
            self.printed.setdefault(f"{table}.{row}.{cell}", str(value))
            self.tables[table][row][cell] = None
        self.cannot_read(table, row, cell, why)

    def unknown_row(self, table: str, label: str, slots: Sequence[Slot]) -> None:
        """A row that no form has, with numbers in it: none of them is filed."""
        numbers = [slot.cell.text.strip() for slot in slots if slot.value.number is not None]
        self.findings.append(
            Finding(
                f"unread:{table}",
                Severity.WARNING,
                Fault.READING,
                f"“{label}”不是表中应有的行，其数字（{'、'.join(numbers)}）没有录入。",
                actual=label,
            )
        )


def _show(value: Number | None) -> str:
    return "空白" if value is None else str(value)
