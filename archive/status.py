"""The operator's morning page: what happened at each portal, and what needs a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.readings import READ, current_readings
from archive.schema import open_archive

_PORTALS = """
SELECT p.id, p.name, c.id AS crawl, c.started, c.finished, c.outcome, c.reason, c.requests,
  coalesce(c.new_captures, 0) AS new_captures,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id) AS documents,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id AND d.first_seen >= c.started) AS new,
  (SELECT count(*) FROM reports r WHERE r.portal_id = p.id) AS reports,
  (SELECT count(*) FROM reports r WHERE r.portal_id = p.id AND r.days_late > 0) AS late,
  (SELECT count(DISTINCT v.report_id) FROM versions v JOIN reports r ON r.id = v.report_id
     WHERE r.portal_id = p.id AND v.number > 1 AND v.first_seen >= c.started) AS changed,
  (SELECT count(*) FROM documents d WHERE d.portal_id = p.id AND d.report_id IS NULL) AS no_report
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

TROUBLE = frozenset({"blocked", "unreachable", "robots", "fewer_than_before", "changed_layout", "empty", "interrupted"})
"""Outcomes of a crawl that want a person."""


def status(data: Path) -> dict[str, Any]:
    """`portals`: for each its last crawl (started, finished, outcome, reason) and counts: new documents and changed
    reports since that crawl began, late reports, unread documents (each listed with its reason). `totals` adds them up.
    """
    db = open_archive(data)
    try:
        unread: dict[str, list[dict[str, Any]]] = {}
        for row in db.query(_UNREAD, [READ]):
            unread.setdefault(row.pop("portal_id"), []).append(dict(row))
        portals = [_portal(dict(row), unread.get(row["id"], [])) for row in db.query(_PORTALS)]
    finally:
        db.close()
    counts = ("documents", "reports", "new", "changed", "late", "unread", "blocked", "trouble")
    return {"portals": portals, "totals": {name: sum(int(portal[name]) for portal in portals) for name in counts}}


def _portal(row: dict[str, Any], unread: list[dict[str, Any]]) -> dict[str, Any]:
    crawl = {name: row.pop(name) for name in ("started", "finished", "outcome", "reason", "requests", "new_captures")}
    crawled = row.pop("crawl") is not None
    return {
        **row,
        "last_crawl": crawl if crawled else None,
        "blocked": crawl["outcome"] == "blocked",
        "trouble": not crawled or crawl["finished"] is None or crawl["outcome"] in TROUBLE,
        "unread": len(unread),
        "unread_documents": unread,
    }
