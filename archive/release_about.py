"""What a release says of itself: datapackage.json, CITATION.cff, README.md, SHA256SUMS."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.release_tables import Table

TITLE = "公开 Gongkai: annual information-disclosure reports of China's district governments"
DATAPACKAGE = "datapackage.json"
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class About:
    """`as_of` is when the newest capture of the archive was taken; `since` the release that changes are told from."""

    name: str
    date: str
    as_of: str
    counts: dict[str, int]
    extractors: list[str]
    since: str | None
    changes: Counter[str]


def write_about(folder: Path, about: About, tables: list[Table]) -> None:
    """All four, the sums last, so that they cover the others."""
    package = json.dumps(datapackage(folder, about, tables), ensure_ascii=False, indent=2)
    (folder / DATAPACKAGE).write_text(package + "\n", encoding="utf-8")
    (folder / "CITATION.cff").write_text(_citation(about), encoding="utf-8")
    (folder / "README.md").write_text(_readme(about, tables), encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def datapackage(folder: Path, about: About, tables: list[Table]) -> dict[str, Any]:
    """A tabular data package of the plain CSV files. `gongkai` holds what the next release needs to know of this."""
    return {
        "name": "gongkai",
        "title": TITLE,
        "version": about.name,
        "created": f"{about.date}T00:00:00Z",
        "profile": "tabular-data-package",
        "resources": [_resource(folder, table) for table in tables],
        "gongkai": {
            "program": version("gongkai"),
            "extractors": about.extractors,
            "as_of": about.as_of,
            "counts": about.counts,
            "since": about.since,
            "changes": dict(sorted(about.changes.items())),
        },
    }


def _resource(folder: Path, table: Table) -> dict[str, Any]:
    path = folder / "csv" / f"{table.name}.csv"
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column.name,
                "type": column.type,
                "title": column.heading,
                "description": f"{column.zh} · {column.en}",
            }
            for column in table.columns
        ],
        "missingValues": [""],
        **({"primaryKey": list(table.key)} if table.key else {}),
    }
    foreign = [
        {
            "fields": [column.name],
            "reference": {"resource": _there(column.refers[0], table), "fields": [column.refers[1]]},
        }
        for column in table.columns
        if column.refers
    ]
    return {
        "name": table.name,
        "title": f"{table.zh} · {table.en}",
        "path": f"csv/{table.name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "schema": {**schema, **({"foreignKeys": foreign} if foreign else {})},
    }


def _there(name: str, table: Table) -> str:
    """A data package calls the table itself by an empty name."""
    return "" if name == table.name else name


def _citation(about: About) -> str:
    return (
        "cff-version: 1.2.0\n"
        'message: "If you use these data, please cite this release; for a single number cite the report, its version '
        'and its capture."\n'
        "type: dataset\n"
        f'title: "{TITLE}"\n'
        f'version: "{about.name}"\n'
        f'date-released: "{about.date}"\n'
        "authors:\n"
        '  - name: "The Gongkai team"\n'
        "keywords:\n"
        '  - "政府信息公开工作年度报告"\n'
        '  - "open government information"\n'
        '  - "China"\n'
    )


def _readme(about: About, tables: list[Table]) -> str:
    listed = "\n".join(
        f"| `{table.name}` | {about.counts[table.name]:,} | {table.zh}。{table.en}. |" for table in tables
    )
    told = ", ".join(f"{whose} {count:,}" for whose, count in sorted(about.changes.items())) or "none"
    since = f"since {about.since}: {told}" if about.since else "this is the first release, there is nothing to compare"
    return f"""# Gongkai 公开 {about.name}

Annual information-disclosure reports (政府信息公开工作年度报告) as data. The newest capture is of {about.as_of}.

| place | holds |
| --- | --- |
| `excel/` | 供 Excel 双击打开: UTF-8 with its mark, Chinese headings, no live formulas, in parts that Excel holds |
| `gongkai.xlsx` | the tables that people read, and the codebook; its first sheet tells what is not in it |
| `csv/` | for programs: UTF-8, column names, a blank is an empty field |
| `parquet/` | the same, typed; each column's metadata holds its description |
| `csv/panel.csv` | one wide row for each report, a column for each cell of the form |
| `csv/codebook.csv`, `csv/codebook_values.csv` | every column, every value; `datapackage.json` has them for programs |
| `changes.csv` | what changed ({since}) |
| `CITATION.cff` | how to cite this release |
| `SHA256SUMS` | `sha256sum --check SHA256SUMS` |

**Blank is not 0** 空白不是 0: a blank is a cell that the report leaves empty or fills with `/`, a row that it does not
print, or what could not be read for certain; then a finding with `fault` `reading` names it.

In `changes.csv`, `theirs` is what a body published or edited, `ours` what our reader or the reach of the crawl changed,
`unclear` what could be either.

| table | rows | |
| --- | ---: | --- |
{listed}
"""
