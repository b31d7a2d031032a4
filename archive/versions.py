"""Versions of a report: its distinct contents (chapter texts and cells), and when each was seen.

A new page frame, a visit counter or other white space makes no version; neither does a re-reading: two states of a
document are compared as one and the same version of our reader read them, so what our reader changed is not taken for
an edit of the publisher's. A content that comes back is a version of its own: the edit back is an edit too.
"""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from archive import changes
from archive.changes import Edit
from archive.readings import Reading, State, every_reading, history
from extract.report import Report
from extract.text import canonical


def content_of(report: Report) -> dict[str, Any]:
    """What makes a version: the chapters as read, the tables, and the statistics where there are any."""
    tables = dict(report.tables)
    if report.statistics:
        tables["statistics"] = {str(s.number): {"value": s.value} for s in report.statistics}
    return {
        "sections": [{"number": s.number, "key": s.key, "heading": s.heading, "text": s.text} for s in report.sections],
        "tables": tables,
    }


def content_sha256(content: dict[str, Any]) -> str:
    """The fingerprint of a content; layout and order of rows do not matter to it."""
    normal = {
        "sections": [[s["key"], canonical(s["heading"]), canonical(s["text"])] for s in content["sections"]],
        "tables": content["tables"],
    }
    return hashlib.sha256(json.dumps(normal, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class _Past:
    """The states a document went through, as each version of our reader read them."""

    def __init__(self, db: Database, document_id: int) -> None:
        self.readings: dict[str, dict[str, Reading]] = {}
        for reading in every_reading(db, document_id):
            self.readings.setdefault(reading.fingerprint, {})[reading.extractor] = reading
        self.states = [state for state in history(db, document_id) if state.fingerprint in self.readings]
        marks = ", ".join("?" * sum(len(state.captures) for state in self.states))
        captures = [capture for state in self.states for capture in state.captures]
        self.sightings: dict[int, list[str]] = {}
        for capture, at in db.execute(
            f"SELECT id, fetched_at FROM captures WHERE id IN ({marks}) "
            f"UNION ALL SELECT capture_id, fetched_at FROM revisits WHERE capture_id IN ({marks})",
            [*captures, *captures],
        ):
            self.sightings.setdefault(capture, []).append(at)

    def newest(self, state: State) -> Reading:
        """The reading by the newest extractor; every_reading gives that last."""
        return list(self.readings[state.fingerprint].values())[-1]

    def pair(self, before: State, after: State) -> tuple[Reading, Reading]:
        """Both as the newest extractor that read both did; where none did, each as the newest read it."""
        was, now = self.readings[before.fingerprint], self.readings[after.fingerprint]
        common = [extractor for extractor in now if extractor in was]
        return (was[common[-1]], now[common[-1]]) if common else (self.newest(before), self.newest(after))

    def same(self, before: State, after: State) -> bool:
        was, now = self.pair(before, after)
        return was is now or _digest(was) == _digest(now)

    def seen(self, capture: int, until: str | None) -> str:
        """When a capture's bytes were last seen before a time."""
        return max(at for at in self.sightings[capture] if until is None or at < until or at == self._first(capture))

    def _first(self, capture: int) -> str:
        return min(self.sightings[capture])


def rebuild(db: Database, report_id: str, document_id: int) -> int:
    """Derive the versions of a report, and the changes between them, from the readings of the document that holds it;
    gives how many versions there are.

    Rows that stay the same are left alone, so their ids are stable.
    """
    past = _Past(db, document_id)
    runs: list[list[State]] = []
    for state in past.states:
        if runs and past.same(runs[-1][-1], state):
            runs[-1].append(state)
        else:
            runs.append([state])
    for number, run in enumerate(runs, 1):
        _write(db, report_id, number, past, run, runs[number][0].at if number < len(runs) else None)
    changes.write(db, report_id, [_edit(past, number, *pair) for number, pair in enumerate(pairwise(runs), 1)])
    db.execute("DELETE FROM versions WHERE report_id = ? AND number > ?", [report_id, len(runs)])
    return len(runs)


def _edit(past: _Past, number: int, before: list[State], after: list[State]) -> Edit:
    old, new = before[-1], after[0]
    was, now = past.pair(old, new)
    return Edit(
        from_version=number,
        # Whole: an article may have been seen once more, minutes before its changed file was.
        last_before=min(past.seen(capture, new.at) for capture in old.captures),
        first_after=new.at,
        before_capture_id=_main(past.newest(old), old),
        after_capture_id=_main(past.newest(new), new),
        certain=was.extractor == now.extractor,
        changes=changes.changes(content_of(was.report), content_of(now.report)),
    )


def _main(reading: Reading, state: State) -> int:
    """The state's own capture of what the reading was read from: the same bytes may have been captured twice."""
    if reading.capture_id in reading.captures and len(reading.captures) == len(state.captures):
        return state.captures[reading.captures.index(reading.capture_id)]
    return state.captures[0]


def _digest(reading: Reading) -> str:
    return content_sha256(content_of(reading.report))


def _write(db: Database, report_id: str, number: int, past: _Past, run: list[State], until: str | None) -> None:
    reading = past.newest(run[0])
    db.execute(
        "INSERT INTO versions (report_id, number, content_sha256, first_seen, last_seen, capture_id, content, "
        "extractor) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (report_id, number) DO UPDATE SET "
        "content_sha256 = excluded.content_sha256, first_seen = excluded.first_seen, last_seen = excluded.last_seen, "
        "capture_id = excluded.capture_id, content = excluded.content, extractor = excluded.extractor",
        [
            report_id,
            number,
            _digest(reading),
            run[0].at,
            max(past.seen(capture, until) for state in run for capture in state.captures),
            _main(reading, run[0]),
            json.dumps(content_of(reading.report), ensure_ascii=False),
            reading.extractor,
        ],
    )


_SEEN_AGAIN = """
UPDATE versions SET last_seen = s.seen FROM (
  SELECT d.report_id, max(now.fetched_at,
    coalesce((SELECT max(fetched_at) FROM revisits WHERE capture_id = now.id), '')) AS seen
  FROM documents d JOIN reports r ON r.id = d.report_id AND r.url = d.url
  JOIN captures now ON now.id = d.capture_id
  WHERE r.article_capture_id = now.id) AS s
WHERE s.report_id = versions.report_id AND versions.last_seen < s.seen
  AND versions.number = (SELECT max(number) FROM versions v WHERE v.report_id = versions.report_id)
"""


def seen_again(db: Database) -> None:
    """Bring `last_seen` up to what was asked for since and had not changed, which nothing is read for. A document that
    has changed to something that cannot be read was not seen again."""
    with db.atomic():
        db.execute(_SEEN_AGAIN)
