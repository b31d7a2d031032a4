"""A release: a dated folder of files to download, cite and keep, made from public.db and never changed again.

It is written beside the others under a name that begins with a dot, and renamed when it is whole. Nothing is released
where a table holds far fewer rows than in the release before: that is a fault more often than news.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from archive import release_changes
from archive.durable import alone, sync
from archive.release_about import DATAPACKAGE, About, write_about
from archive.release_changes import Change
from archive.release_files import write_csv, write_excel_csv, write_parquet, write_workbook
from archive.release_tables import CODEBOOK, tables
from archive.released import releases
from archive.serve import NotPublished
from archive.spreadsheet import BOM, text_cell

FLOOR = 0.95
"""The share of the last release's rows that each table must have."""
_CHANGES = "changes.csv"


class BelowFloor(Exception):
    """Tables have far fewer rows than in the last release. Nothing was written."""


@dataclass(frozen=True)
class Release:
    """`changes` counts by whose doing they are, as in `theirs`."""

    path: Path
    since: str | None
    counts: dict[str, int]
    changes: Counter[str]


def release(
    data: Path,
    floors: Mapping[str, float] | None = None,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Release:
    """Write DATA/releases/YYYY-MM-DD, or with a number after it where that day has one already.

    `floors` are shares of the last release's counts, by table; under "" the share for all others. Raises NotPublished,
    BelowFloor, UnfitColumn, and sqlite3.Error or OSError where a file cannot be written (a full disk).
    """
    if not (data / "public.db").is_file():
        raise NotPublished(f"there is no {data / 'public.db'}: run `gongkai publish` first")
    home = data / "releases"
    home.mkdir(exist_ok=True)
    with alone(home), closing(_open(data / "public.db")) as db:
        for left in home.glob(".building-*"):
            shutil.rmtree(left)
        last = next(reversed(releases(data)), None)
        name = _free_name(home, (today or datetime.now(UTC).date()).isoformat())
        building = home / f".building-{name}"
        building.mkdir()
        try:
            made = _write(db, building, name, last, floors or {}, progress or (lambda _done, _all: None))
            _settle(building)
            building.rename(home / name)
            sync(home)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return Release(home / name, made.since, made.counts, made.changes)


def _open(path: Path) -> sqlite3.Connection:
    """The published file; what replaces it meanwhile is not looked at."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    db.execute("PRAGMA temp_store=FILE")
    return db


def _free_name(home: Path, day: str) -> str:
    number = 1
    while (home / (name := day if number == 1 else f"{day}-{number}")).exists():
        number += 1
    return name


def _write(
    db: sqlite3.Connection,
    folder: Path,
    name: str,
    last: Path | None,
    floors: Mapping[str, float],
    progress: Callable[[int, int], None],
) -> About:
    listed = tables(db)
    counts = {table.name: table.count(db) for table in listed}
    before = json.loads((last / DATAPACKAGE).read_text("utf-8"))["gongkai"] if last else None
    if last and before:
        _hold_to_floors(counts, before["counts"], floors, last.name)
    for part in ("csv", "excel", "parquet"):
        (folder / part).mkdir()
    for done, table in enumerate(listed):
        progress(done, len(listed) + 1)
        write_csv(db, table, folder / "csv" / f"{table.name}.csv")
        write_excel_csv(db, table, folder / "excel")
        write_parquet(db, table, folder / "parquet" / f"{table.name}.parquet")
    progress(len(listed), len(listed) + 1)
    as_of = _as_of(db)
    write_workbook(db, listed, folder / "gongkai.xlsx", datetime.fromisoformat(as_of))
    changed = _write_changes(db, folder / _CHANGES, last, before["as_of"] if before else "")
    extractors = [row[0] for row in db.execute("SELECT DISTINCT extractor FROM reports ORDER BY 1")]
    about = About(name, name[:10], as_of, counts, extractors, last.name if last else None, changed)
    write_about(folder, about, listed)
    progress(len(listed) + 1, len(listed) + 1)
    return about


def _hold_to_floors(now: dict[str, int], before: dict[str, int], floors: Mapping[str, float], last: str) -> None:
    low = []
    for table, was in before.items():
        share = floors.get(table, floors.get("", FLOOR))
        if table not in CODEBOOK and now.get(table, 0) < was * share:
            low.append(f"{table} has {now.get(table, 0):,} rows, and had {was:,} (floor {share:.0%})")
    if low:
        raise BelowFloor(
            f"nothing was released, for tables have shrunk since {last}: {'; '.join(low)}. "
            "Look with `gongkai status` and `gongkai verify`; if it is right, say so with --floor"
        )


def _as_of(db: sqlite3.Connection) -> str:
    """When the archive last heard of a portal: the same archive has the same, whenever it is released."""
    sql = (
        "SELECT max(at) FROM (SELECT max(fetched_at) AS at FROM captures "
        "UNION ALL SELECT max(fetched_at) FROM revisits UNION ALL SELECT max(finished) FROM crawls)"
    )
    return db.execute(sql).fetchone()[0] or "1970-01-01T00:00:00Z"


def _write_changes(db: sqlite3.Connection, path: Path, last: Path | None, as_of: str) -> Counter[str]:
    """As the files for Excel are: a list for people."""
    counted: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow(Change._fields)
        for change in release_changes.since(db, last, as_of) if last else ():
            counted[change.whose] += 1
            writer.writerow([text_cell(value) if isinstance(value, str) else value for value in change])
    return counted


def _settle(folder: Path) -> None:
    """On the disk, and no longer to be written."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
        sync(path)
    sync(folder)
