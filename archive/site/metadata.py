"""What Datasette shows beside our tables: titles, descriptions in Chinese and English, search, order."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

from archive.dictionary import dictionary
from archive.queries import QUERIES
from archive.site.database import PUBLIC

_EXTRA: dict[str, dict[str, Any]] = {
    "sections": {"fts_table": "sections_fts", "fts_pk": "id", "label_column": "heading"},
    "reports": {"fts_table": "reports_fts", "fts_pk": "rowid", "label_column": "title", "sort_desc": "published"},
    "agencies": {"label_column": "name"},
    "portals": {"label_column": "name"},
    "divisions": {"label_column": "name"},
    "documents": {"label_column": "title"},
    "panel": {"size": 20},
    "captures": {"label_column": "url", "sort_desc": "id"},
    "crawls": {"sort_desc": "id"},
}
_NARROW = (
    *("place", "agency_name", "year", "published", "days_late"),
    *("requests_received_total", "requests_concluded_total", "requests_carried_forward_total"),
)
_PANEL = f'<a href="panel?{urlencode([("_col", name) for name in _NARROW])}">只看主要各列 · the main columns only</a>'
"""The panel has a column for each cell of the form: too many to read."""
_HIDDEN = ("sections_fts", "reports_fts", "sqlite_stat1", "sqlite_stat4")


def _queries() -> dict[str, dict[str, str]]:
    return {name: {"sql": query.sql, "title": f"{query.zh} · {query.en}"} for name, query in QUERIES.items()}


def metadata() -> dict[str, Any]:
    """Datasette metadata for the published database; of the caller's own."""
    tables: dict[str, dict[str, Any]] = {name: {"hidden": True} for name in _HIDDEN}
    for (table, column), description in dictionary().items():
        about = tables.setdefault(table, {"columns": {}, **_EXTRA.get(table, {})})
        if column:
            about["columns"][column] = str(description)
        elif table == "panel":
            about["description_html"] = f"{escape(str(description))}<br>{_PANEL}"
        else:
            about["description"] = str(description)
    return {
        "title": "公开 Gongkai：政府信息公开年报档案",
        "description": "各地政府机关政府信息公开工作年度报告的存档与数据 · "
        "An archive of the annual information-disclosure reports of China's district governments",
        "databases": {PUBLIC: {"description": "全部数据表 · All tables", "tables": tables, "queries": _queries()}},
    }
