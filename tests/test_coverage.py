"""Every body and year that is due has one state, with its reason; nobody is called missing whom nobody looked for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from invented import PLACE, Archive, report

from archive import readings
from archive.coverage import STATES
from archive.publish import publish
from archive.queries import QUERIES

TODAY = date(2026, 3, 10)
"""Departments' reports of 2025 are due, the government's are not. The archive's crawls are of March 2026."""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    made.crawl(day=1)
    yield made
    made.close()


def take(archive: Archive, name: str, *years: int, published: str | None = None, portal: str = "qingyuan") -> None:
    for year in years:
        url = f"http://{portal}.test/{quote(name)}{year}.html"
        archive.take(url, report(url, name, year, published or f"{year + 1}-01-20"), portal=portal)


def published(archive: Archive, today: date = TODAY) -> sqlite3.Connection:
    archive.db.conn.commit()
    return sqlite3.connect(publish(archive.data, today))


def states(archive: Archive, name: str, today: date = TODAY) -> dict[int, tuple[str, str]]:
    with closing(published(archive, today)) as db:
        rows = db.execute(
            "SELECT year, state, basis FROM coverage WHERE name = ? ORDER BY year", [PLACE + name]
        ).fetchall()
    return {year: (state, basis) for year, state, basis in rows}


def reasons(archive: Archive, name: str, year: int) -> str:
    with closing(published(archive)) as db:
        found = db.execute("SELECT reason FROM coverage WHERE name = ? AND year = ?", [PLACE + name, year]).fetchone()
    return str(found[0])


def test_a_gap_is_not_found_with_when_we_looked(archive: Archive) -> None:
    take(archive, "商务局", 2021, 2023)
    assert states(archive, "商务局") == {
        2021: ("published", "reported"),
        2022: ("not_found", "between"),
        2023: ("published", "reported"),
        2024: ("not_found", "before"),
        2025: ("not_found", "before"),
    }
    assert reasons(archive, "商务局", 2022) == "最近一次查看2026-03-01，列表中没有"
    assert reasons(archive, "商务局", 2021) == "2022-01-20公布，提前11天"


def test_what_is_not_due_yet_is_not_missing(archive: Archive) -> None:
    take(archive, "青原区人民政府", 2024)
    assert states(archive, "人民政府") == {2024: ("published", "reported"), 2025: ("not_due", "before")}
    assert states(archive, "人民政府", date(2026, 4, 1))[2025] == ("not_looked", "before"), "the last look was in March"


def test_nobody_is_missing_where_nobody_could_look(archive: Archive) -> None:
    archive.portal("heqiao", "云溪市河桥县")
    take(archive, "商务局", 2024, portal="heqiao")
    with closing(published(archive)) as db:
        sql = "SELECT state, reason FROM coverage WHERE portal_id = 'heqiao' AND year = 2025 AND kind = 'department'"
        assert db.execute(sql).fetchone() == ("not_looked", "期限2026-01-31之后尚未查看")
    archive.crawl("heqiao", "blocked", day=2)
    with closing(published(archive)) as db:
        assert db.execute(sql).fetchone() == ("blocked", "2026-03-02被网站拦截")
    archive.crawl("heqiao", "ok", day=3)
    archive.crawl("heqiao", "blocked", day=4)
    with closing(published(archive)) as db:
        assert db.execute(sql).fetchone() == ("not_found", "最近一次查看2026-03-03，列表中没有")


def test_what_was_listed_and_not_read_is_unreadable_also_of_a_new_body(archive: Archive) -> None:
    take(archive, "卫健委", 2023)
    for name in ("青原区卫生健康委员会", "青原区教育局"):
        url = f"http://qingyuan.test/{quote(name)}.pdf"
        scan = archive.fetch(url, f"%PDF {name}", "attachment", kind="application/pdf")
        document = archive.document(url, f"{name}2024年政府信息公开工作年度报告", scan)
        with archive.db.atomic():
            state = readings.states(archive.db, document)[-1]
            readings.record(archive.db, state, "no_text", "只有图片", scan, None)
    assert states(archive, "卫生健康委员会")[2024] == ("unreadable", "listed")
    assert states(archive, "教育局") == {2024: ("unreadable", "listed")}
    assert reasons(archive, "教育局", 2024) == "no_text：只有图片"


def test_a_reform_ends_one_body_and_begins_another(archive: Archive) -> None:
    take(archive, "环保局", 2016, 2017)
    take(archive, "生态环境局", 2020)
    take(archive, "工商局", 2012)
    take(archive, "市场监督管理局", 2019)
    for name in ("商务局", "教育局", "财政局", "审计局"):
        take(archive, name, 2012, 2016)
    assert states(archive, "工商行政管理局")[2013] == ("not_found", "before")
    assert {state for year, (state, _) in states(archive, "工商行政管理局").items() if year > 2013} == {"no_body"}
    assert states(archive, "市场监督管理局")[2012] == ("no_body", "siblings")
    assert "过渡" in reasons(archive, "市场监督管理局", 2016)
    merged = states(archive, "环境保护局") | states(archive, "生态环境局")
    assert merged[2012] == ("not_found", "siblings"), "it was there under its old name"
    assert merged[2018] == ("not_found", "between")
    assert merged.keys() == set(range(2012, 2026)) - {2013, 2014, 2015}, "in those years the others did not report"


def test_the_siblings_tell_since_when_a_portal_publishes(archive: Archive) -> None:
    take(archive, "商务局", 2023, 2024)
    take(archive, "教育局", 2024)
    assert 2023 not in states(archive, "教育局"), "one other body is no custom"
    take(archive, "财政局", 2023)
    take(archive, "审计局", 2023)
    assert states(archive, "教育局")[2023] == ("not_found", "siblings")


def test_a_portal_without_any_report_still_owes_its_governments(archive: Archive) -> None:
    archive.crawl(outcome="unreachable", day=5)
    archive.db.execute("UPDATE crawls SET outcome = 'blocked'")
    assert states(archive, "人民政府", date(2026, 4, 2)) == {2025: ("not_looked", "law")}
    assert states(archive, "人民政府") == {2025: ("not_due", "law")}


def test_each_body_and_year_has_one_state_and_publishing_again_changes_nothing(archive: Archive) -> None:
    take(archive, "环保局", 2017)
    take(archive, "生态环境局", 2019, 2020)
    take(archive, "商务局", 2017, 2019, published="2020-06-01")
    sql = "SELECT * FROM coverage ORDER BY id"
    with closing(published(archive)) as first, closing(published(archive)) as second:
        assert first.execute(sql).fetchall() == second.execute(sql).fetchall() != []
        double = "SELECT 1 FROM coverage GROUP BY coalesce(series_id, name), year HAVING count(*) > 1"
        assert second.execute(double).fetchall() == []
        assert {row[0] for row in second.execute("SELECT DISTINCT state FROM coverage")} <= STATES.keys()
        assert second.execute("SELECT count(*) FROM reports").fetchone() == (
            second.execute("SELECT count(*) FROM coverage WHERE state = 'published'").fetchone()
        )


def test_the_named_queries_answer_from_their_indexes(archive: Archive) -> None:
    take(archive, "商务局", 2022, 2024)
    take(archive, "教育局", 2024, published="2025-02-20")
    values = {"portal": "qingyuan", "year": 2024}
    with closing(published(archive)) as db:
        series = db.execute("SELECT series_id FROM coverage WHERE name LIKE '%商务局'").fetchone()[0]
        rows = {name: db.execute(query.sql, {**values, "series": series}).fetchall() for name, query in QUERIES.items()}
        db.executescript("DELETE FROM sqlite_stat1; ANALYZE sqlite_master")  # So small a table is best read whole.
        for name, query in QUERIES.items():
            plan = db.execute(f"EXPLAIN QUERY PLAN {query.sql}", {**values, "series": series}).fetchall()
            scanned = [row[3] for row in plan if row[3].startswith("SCAN") and "coverage" in row[3]]
            assert scanned == [], name
        missing = db.execute(QUERIES["missing"].sql, {"year": 2025}).fetchall()
    matrix = {name: json.loads(years) for _, _, name, _, _, years in rows["matrix"]}
    assert matrix[f"{PLACE}商务局"]["2023"]["state"] == "not_found"
    assert matrix[f"{PLACE}教育局"]["2024"]["days_late"] == 20
    assert rows["league"] == [("qingyuan", PLACE, 2, 2, 1, 1, 0, 0, 50.0, 4.5)]
    assert [row[0] for row in rows["series"]] == [2022, 2023, 2024, 2025]
    assert rows["missing"] == []
    why = "最近一次查看2026-03-01，列表中没有"
    assert sorted(missing) == sorted(
        ("qingyuan", PLACE + name, "department", field, "2026-01-31", "2026-03-01T02:00:00Z", "before", why)
        for name, field in (("商务局", "commerce"), ("教育局", "education"))
    )
