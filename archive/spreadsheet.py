"""What a spreadsheet must not do with our cells: run them, lose their end, or lose rows.

Excel and LibreOffice take a cell of a CSV file for a formula by its first sign. Such text gets an apostrophe before it;
numbers, negative ones too, stay numbers. Text longer than a cell of Excel holds ends with a notice.
"""

from __future__ import annotations

import re
import sqlite3

BOM = "\ufeff"
"""Tells Excel that a CSV file is UTF-8."""
MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel, its heading apart."""
MOST_TEXT = 32_767
"""UTF-16 units that a cell of Excel holds."""

_NOTICE = "…（全文{count}字，此处截断；见不带格式的 CSV）"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# Spreadsheets set to Chinese take the full-width signs for formulas, too.
_SIGNS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"[{_SIGNS}]")
_LONG = MOST_TEXT // 2
"""Text up to here fits whatever characters it is made of."""


def text_cell(text: str) -> str:
    """The text as a spreadsheet may have it."""
    return fitted(f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text)


def fitted(text: str) -> str:
    """The text, or where a cell cannot hold it, its beginning and a notice."""
    if len(text) <= _LONG or len(text.encode("utf-16-le")) <= 2 * MOST_TEXT:
        return text
    notice = _NOTICE.format(count=len(text))
    kept = text.encode("utf-16-le")[: 2 * (MOST_TEXT - len(notice))].decode("utf-16-le", "ignore")
    return kept + notice


def prepare(db: sqlite3.Connection) -> None:
    """Make the SQL function that `column` calls."""
    db.create_function("text_cell", 1, lambda text: text_cell(text) if isinstance(text, str) else text)


def column(name: str) -> str:
    """SQL for a column as a spreadsheet may have it; Python is called only for the few cells that need it."""
    signs = "[" + "".join(sorted(set(_SIGNS) - {"\\", "-"})) + "-]"
    listed = signs.replace("\t", "' || char(9) || '").replace("\n", "' || char(10) || '")
    listed = listed.replace("\r", "' || char(13) || '")
    return (
        f"CASE WHEN typeof({name}) = 'text' AND ({name} GLOB '{listed}*' OR length({name}) > {_LONG}) "
        f"THEN text_cell({name}) ELSE {name} END"
    )
