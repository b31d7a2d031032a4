"""Questions that many ask, each one query on the published file: Datasette offers them by name, pages use them.

Each is answered from an index, so that it stays fast at 100,000 reports.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    """A named query; its parameters are those of SQLite (`:portal`)."""

    zh: str
    en: str
    sql: str


QUERIES: dict[str, Query] = {
    "matrix": Query(
        "一个门户的矩阵：每个机关一行，各年状态为 JSON",
        "The matrix of a district: a row a body, its years as JSON",
        """SELECT coalesce(series_id, name) AS series, max(series_id) AS series_id, max(name) AS name, kind,
  max(field) AS field,
  json_group_object(year, json_object('state', state, 'days_late', days_late, 'report_id', report_id,
    'reason', reason)) AS years
FROM coverage WHERE portal_id = :portal GROUP BY coalesce(series_id, name), kind ORDER BY kind, 2""",
    ),
    "league": Query(
        "一年的及时公布排名：每个门户应公布、按期、逾期、未找到各多少",
        "The league of punctuality of a year: of each portal how many were due, on time, late, not found",
        """SELECT c.portal_id, p.name AS place, count(*) AS due, sum(c.state = 'published') AS published,
  sum(c.state = 'published' AND c.days_late <= 0) AS on_time, sum(c.days_late > 0) AS late,
  sum(c.state = 'not_found') AS not_found, sum(c.state IN ('blocked', 'not_looked', 'unreadable')) AS unknown,
  round(100.0 * sum(c.state = 'published' AND c.days_late <= 0) / count(*), 1) AS percent_on_time,
  round(avg(c.days_late), 1) AS mean_days_late
FROM coverage c JOIN portals p ON p.id = c.portal_id
WHERE c.year = :year AND c.state NOT IN ('not_due', 'no_body')
GROUP BY c.portal_id ORDER BY percent_on_time DESC, published DESC, c.portal_id""",
    ),
    "series": Query(
        "一个机关（含更名前后）的历年报告",
        "The years of one body under all its names",
        """SELECT c.year, c.name, c.state, c.reason, c.days_late, c.report_id, p.requests_received_total,
  p.requests_concluded_total, p.requests_carried_forward_total, p.challenges_reconsideration_total
FROM coverage c LEFT JOIN panel p ON p.report_id = c.report_id WHERE c.series_id = :series ORDER BY c.year""",
    ),
    "late_edits": Query(
        "法定期限之后的改动：确为机关所改者",
        "Edits after the legal date that the body surely made",
        """SELECT h.report_id, r.agency, r.year, h.kind, h.location, h.before, h.after, h.last_before, h.first_after,
  h.before_capture_id, h.after_capture_id
FROM changes h JOIN reports r ON r.id = h.report_id
WHERE h.after_due = 1 AND h.certain = 1 ORDER BY h.first_after DESC, h.id""",
    ),
    "missing": Query(
        "一年中应公布而未找到的报告",
        "Reports of a year that are due and were not found",
        """SELECT c.portal_id, c.name, c.kind, c.field, c.due, c.last_looked, c.basis, c.reason
FROM coverage c WHERE c.year = :year AND c.state = 'not_found' ORDER BY c.portal_id, c.name""",
    ),
}
