"""The operator's morning page: what happened at each portal, and what needs a person."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import readings
from archive.corrections import asked_again, read_corrections
from archive.readings import READ, current_readings
from archive.schema import open_archive

_PORTALS = """
SELECT p.id, p.name, c.id AS crawl, c.run, c.started, c.finished, c.outcome, c.reason, c.requests, c.accepted, c.known,
  c.resumes, coalesce(c.new_captures, 0) AS new_captures,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id) AS documents,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id AND d.first_seen >= c.started) AS new,
  (SELECT count(*) FROM reports r WHERE r.portal_id = p.id) AS reports,
  (SELECT count(*) FROM reports r WHERE r.portal_id = p.id AND r.days_late > 0) AS late,
  (SELECT count(DISTINCT v.report_id) FROM versions v JOIN reports r ON r.id = v.report_id
     WHERE r.portal_id = p.id AND v.number > 1 AND v.first_seen >= c.started) AS changed,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id AND d.report_id IS NULL) AS no_report,
  (SELECT count(*) FROM frontier f JOIN frontier_portals fp ON fp.crawl_id = f.crawl_id
     WHERE fp.portal_id = p.id AND f.state != 'done') AS waiting,
  (SELECT min(v.due_at) FROM visits v WHERE v.portal_id = p.id) AS next_due
FROM portals p LEFT JOIN crawls c ON c.id = (
  SELECT id FROM crawls WHERE portal_id = p.id ORDER BY started DESC, id DESC LIMIT 1)
ORDER BY p.id
"""

_UNREAD = f"""
SELECT d.portal_id, d.url, d.title, r.message,
  coalesce(r.status, CASE WHEN d.capture_id IS NULL THEN 'not_fetched' ELSE 'not_read' END) AS status
FROM documents d LEFT JOIN {current_readings()} r ON r.document_id = d.id
WHERE r.status IS NOT ? ORDER BY d.id
"""

_ALARMS = """
SELECT a.portal_id, a.monitor, a.message, a.raised_at FROM alarms a
WHERE a.crawl_id IN (SELECT max(id) FROM crawls GROUP BY portal_id) ORDER BY a.id
"""

_IMPORTS = """
SELECT portal_id, imported_at, files, captures, revisits, known, newest FROM imports
WHERE id IN (SELECT max(id) FROM imports GROUP BY portal_id)
"""

_RUNS = """
SELECT run, min(started) AS started, count(*) AS portals, sum(finished IS NOT NULL) AS finished
FROM crawls GROUP BY run HAVING sum(finished IS NULL) > 0 ORDER BY started
"""

TROUBLE = frozenset({"blocked", "unreachable", "robots", "fewer_than_before", "changed_layout", "empty", "interrupted"})
"""Outcomes of a crawl that want a person."""
DROPS = frozenset({"fewer_than_before", "changed_layout"})
"""Outcomes that say that reports may be missing which were there."""


def status(data: Path) -> dict[str, Any]:
    """`portals`: for each its last crawl (started, finished, outcome, reason), its last import (when, which files, what
    they brought, when the newest of it was fetched), the alarms its monitors raised, and counts: new documents and
    changed reports since that crawl began, late reports, tasks that `waiting` since it was cut off, unread documents
    (each listed with its reason). `runs` are those that have not ended: `running`, or `killed` where no process holds
    them any more. `totals` adds up. `corrections` tells the `faults` of corrections.csv, and which are `asked_again`
    since the original has changed; `waiting_readings` of how many documents a reading waits to be accepted.
    """
    db = open_archive(data)
    try:
        unread = _by_portal(db, _UNREAD, [READ])
        alarms = _by_portal(db, _ALARMS, [])
        imports = {portal: rows[0] for portal, rows in _by_portal(db, _IMPORTS, []).items()}
        people = {"faults": read_corrections(db, data).faults, "asked_again": asked_again(db)}
        waiting = len(readings.waiting(db))
        runs = [_run(data, dict(row)) for row in db.query(_RUNS)]
        states = {run["run"]: run["state"] for run in runs}
        portals = [
            _portal(dict(row), unread.get(row["id"], []), alarms.get(row["id"], []), states, imports.get(row["id"]))
            for row in db.query(_PORTALS)
        ]
    finally:
        db.close()
    counts = ("documents", "reports", "new", "changed", "late", "unread", "waiting", "blocked", "drop", "trouble")
    totals = {name: sum(int(portal[name]) for portal in portals) for name in counts}
    totals["alarms"] = sum(len(portal["alarms"]) for portal in portals)
    outcomes: dict[str, int] = {}
    for portal in portals:
        last = portal["last_crawl"]
        never = "imported" if portal["last_import"] else "never_crawled"
        outcome = last["outcome"] or last["state"] if last else never
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return {
        "portals": portals,
        "runs": runs,
        "outcomes": outcomes,
        "totals": totals,
        "corrections": people,
        "waiting_readings": waiting,
    }


def _by_portal(db: Database, sql: str, values: list[object]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in db.query(sql, values):
        found.setdefault(row.pop("portal_id"), []).append(dict(row))
    return found


def _run(data: Path, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "state": "running" if _is_alive(data / "runs" / str(row["run"])) else "killed"}


def _is_alive(lock: Path) -> bool:
    """Whether a process holds the run's file, as every living run does."""
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _portal(
    row: dict[str, Any],
    unread: list[dict[str, Any]],
    alarms: list[dict[str, Any]],
    states: dict[str, str],
    imported: dict[str, Any] | None,
) -> dict[str, Any]:
    if imported:
        imported["files"] = json.loads(imported["files"])
    names = ("run", "started", "finished", "outcome", "reason", "requests", "accepted", "known", "new_captures")
    crawl = {name: row.pop(name) for name in (*names, "resumes")}
    crawled = row.pop("crawl") is not None
    crawl["state"] = "finished" if crawl["finished"] else states.get(crawl["run"], "killed")
    return {
        **row,
        "last_crawl": crawl if crawled else None,
        "last_import": imported,
        "blocked": crawl["outcome"] == "blocked",
        "drop": crawl["outcome"] in DROPS or any(alarm["monitor"] == "fewer_reports" for alarm in alarms),
        "trouble": not (crawled or imported)
        or (crawled and crawl["state"] == "killed")
        or crawl["outcome"] in TROUBLE
        or bool(alarms),
        "alarms": alarms,
        "unread": len(unread),
        "unread_documents": unread,
    }


def page(state: dict[str, Any], most: int = 40) -> list[tuple[str, bool]]:
    """The status as lines for a terminal, each with whether it is of trouble: totals first, then every portal in
    trouble (up to `most`, the rest counted), then the quiet ones where all fit on the page."""
    lines: list[tuple[str, bool]] = []
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(state["outcomes"].items(), key=lambda o: -o[1]))
    lines.append((f"{len(state['portals'])} portals: {outcomes or 'none crawled yet'}", False))
    lines.append(("  ".join(f"{name} {count}" for name, count in state["totals"].items()), False))
    lines += _decisions(state)
    for run in state["runs"]:
        killed = run["state"] == "killed"
        tail = "; `gongkai crawl` goes on where it stopped" if killed else ""
        text = f"run {run['run']} {run['state']}: {run['finished']} of {run['portals']} portals done{tail}"
        lines.append((text, killed))
    troubled = [portal for portal in state["portals"] if portal["trouble"] or portal["unread"]]
    for portal in troubled[:most]:
        lines += _lines(portal)
    if len(troubled) > most:
        lines.append((f"and {len(troubled) - most} more in trouble: --json has them all", True))
    quiet = [portal for portal in state["portals"] if not (portal["trouble"] or portal["unread"])]
    if len(troubled) + len(quiet) <= most:
        for portal in quiet:
            lines += _lines(portal)
    elif quiet:
        lines.append((f"{len(quiet)} portals are well", False))
    return lines


def _decisions(state: dict[str, Any], most: int = 20) -> list[tuple[str, bool]]:
    """What waits for a person's word, whatever the portal."""
    found = [(f"correction not taken: {fault}", True) for fault in state["corrections"]["faults"]]
    found += [
        (
            f"correction asked again: {row['report_id']} {row['cell']}: {row['who']} said "
            f"{'blank' if row['value'] is None else row['value']}; the original is now {row['current_sha256']}",
            True,
        )
        for row in state["corrections"]["asked_again"]
    ]
    if len(found) > most:
        found[most:] = [(f"and {len(found) - most} more corrections: --json has them all", True)]
    if count := state["waiting_readings"]:
        found.append((f"{count} documents were read anew: `gongkai extract --again` shows what would change", True))
    return found


def _lines(portal: dict[str, Any]) -> list[tuple[str, bool]]:
    last = portal["last_crawl"]
    came = portal["last_import"]
    never = f"{came['imported_at']} imported, never crawled here" if came else "never crawled"
    when = f"{last['started']} {last['outcome'] or last['state']}" if last else never
    names = ("documents", "reports", "new", "changed", "late", "unread", "waiting")
    counts = "  ".join(f"{name} {portal[name]}" for name in names if portal[name])
    lines = [(f"{portal['id']:<16} {when:<40} {counts}".rstrip(), bool(portal["trouble"]))]
    if last and last["reason"] and portal["trouble"]:
        lines.append((f"    {last['reason']}", False))
    if came:
        parts = ", ".join(f"{came[name]} {name}" for name in ("captures", "revisits", "known") if came[name])
        what = f"import of {came['imported_at']}: {parts}; the newest was fetched {came['newest']}"
        lines.append((f"    {what} ({', '.join(came['files'][:3])}{'…' if len(came['files']) > 3 else ''})", False))
    lines += [(f"    ALARM {alarm['monitor']}: {alarm['message']}", True) for alarm in portal["alarms"]]
    for document in portal["unread_documents"][:5]:
        lines.append((f"    unread: {json.dumps(document, ensure_ascii=False)}", False))
    if len(portal["unread_documents"]) > 5:
        lines.append((f"    and {len(portal['unread_documents']) - 5} more unread", False))
    return lines
