"""What a report can be narrowed by, as words of the search index.

Each report's section carries a token for its place, province, body and so on. A filter is then one more word that must
be there, and FTS5 leaps over what lacks it: no row of any other table is looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.provinces import OF_PORTAL
from archive.search import STRIDE

FACETS = {
    "place": "r.portal_id",
    "province": OF_PORTAL,
    "agency": "coalesce(a.series_id, a.id)",
    "kind": "a.kind",
    "field": "a.field",
    "form": "coalesce(r.form, 'none')",
    "findings": "CASE WHEN EXISTS (SELECT 1 FROM findings f WHERE f.report_id = r.id AND f.fault = 'source' "
    "AND f.severity <> 'info') THEN 'yes' ELSE 'no' END",
}
"""By name, the SQL over reports `r`, agencies `a` and portals `p` that gives a report's value. A rule of its findings
(`rule`) is one more; of those a report has several."""

JOINED = "reports r JOIN agencies a ON a.id = r.agency_id JOIN portals p ON p.id = r.portal_id"

_MARK = "\ue001"
"""Begins such a token. Of private use, so in no text's tokens."""
_RULES = "SELECT DISTINCT rule FROM findings WHERE report_id = ?"


def token(facet: str, value: str) -> str:
    """The token of a value. Hexadecimal, for the tokenizer would cut an id at its hyphens."""
    return f"{_MARK}{facet}{value.encode().hex()}"


def tokens(db: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Each report's row number and its tokens, in the order of the numbers."""
    values = ", ".join(FACETS.values())
    reports = db.execute(f"SELECT r.rowid, r.id, {values} FROM {JOINED} ORDER BY r.rowid")
    for number, report, *found in reports:
        rules = {rule for (full,) in db.execute(_RULES, [report]) for rule in (full, full.partition(":")[0])}
        made = [token(name, value) for name, value in zip(FACETS, found, strict=True) if value]
        yield number, " ".join([*made, *(token("rule", rule) for rule in sorted(rules))])


def beside(rows: Iterator[tuple[Any, ...]], facets: Iterator[tuple[int, str]]) -> Iterator[tuple[Any, ...]]:
    """Rows of reports or of their sections, in the order of their numbers, each with the tokens of its report."""
    number, said = 0, ""
    for row in rows:
        while number < row[0] // STRIDE * STRIDE:
            number, said = next(facets)
        yield (*row, said)
