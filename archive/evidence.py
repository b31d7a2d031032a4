"""Where each number of a report stands in its original: published, so that the site can lead to it."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from typing import Any

from archive.readings import READ
from extract.report import Locator

_TABLE = """
CREATE TABLE evidence (
  report_id TEXT PRIMARY KEY REFERENCES reports(id),
  capture_id INTEGER NOT NULL REFERENCES captures(id),
  captures TEXT NOT NULL CHECK (json_valid(captures)),
  places BLOB NOT NULL
)
"""

# The reading that the report was written from. Another one of the same version, article and file read the same bytes.
_READINGS = f"""
SELECT r.id, r.capture_id, x.report -> '$.captures', x.report -> '$.locators' FROM main.reports r
JOIN source.readings x ON x.id = (
  SELECT max(y.id) FROM source.documents d JOIN source.readings y ON y.document_id = d.id
  WHERE d.url = r.url AND y.status = '{READ}' AND y.extractor = r.extractor AND y.capture_id = r.capture_id
    AND y.report ->> '$.captures[0]' = r.article_capture_id)
"""

_SIDES = ("x0", "top", "x1", "bottom")


def build_evidence(db: sqlite3.Connection) -> None:
    """Fill the table from the readings of the attached archive. A report without places has no row."""
    db.execute(_TABLE)
    db.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?)", _packed(db.execute(_READINGS)))


def _packed(readings: Iterator[tuple[str, int, str, str]]) -> Iterator[tuple[str, int, str, bytes]]:
    for report_id, capture_id, captures, locators in readings:
        if found := json.loads(locators):
            yield report_id, capture_id, captures, pack(found)


def pack(locators: dict[str, dict[str, Any]]) -> bytes:
    """Places as a reading stores them, about 2 kB for a usual report: zlib over JSON, a list for each property, since
    the like stands beside the like then. Boxes are rounded to a tenth."""
    lists: dict[str, list[Any]] = {"names": list(locators)}
    for key in ("page", "path"):
        lists[key] = [at.get(key) for at in locators.values()]
    for n, side in enumerate(_SIDES):
        lists[side] = [round(at["box"][n] * 10) if at.get("box") else None for at in locators.values()]
    kept = {key: values for key, values in lists.items() if any(value is not None for value in values)}
    # A seventh of the time of the best level, for a tenth more bytes.
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), 1)


def unpack(places: bytes) -> dict[str, Locator]:
    """What `pack` packed: cell, chapter or paragraph -> where it stands."""
    lists = json.loads(zlib.decompress(places))
    nothing = [None] * len(lists["names"])
    columns = [lists.get(key, nothing) for key in ("page", "path", *_SIDES)]
    return {name: _locator(*at) for name, *at in zip(lists["names"], *columns, strict=True)}


def _locator(page: int | None, path: str | None, *tenths: int | None) -> Locator:
    x0, top, x1, bottom = (value if value is None else value / 10 for value in tenths)
    if x0 is None or top is None or x1 is None or bottom is None:
        return Locator(page, None, path)
    return Locator(page, (x0, top, x1, bottom), path)
