"""A sample portal over eight years, from the first request to the published file: a body is renamed, another edits a
report after its date, one takes a report down, one copies, one leaps, one leaves a year out."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from portal import FAST, HEADER, Portal, serving

from archive.extraction import extract_archive
from archive.publish import publish
from archive.queries import QUERIES
from archive.rereading import foresee, take_in
from crawler.run import crawl
from crawler.sample import SampleReport, truth
from crawler.sample.render import grids, templates
from extract.form import APPLICANTS

HOST = "http://www.shushi.gov.example"
COLUMN = "/zwgk/zfxxgknb/index.html"
PLACE = "霁川市漱石区"
COPIED = "在区行政服务大厅设置“商户帮办”柜台，由轮值科长坐班答疑，把常见疑问编成图册放在菜市场和校门口供人取阅。"
SAMPLES = {report.form: report for report in truth(1) if report.portal == "shushi" and report.media == "html"}
YEARS = {
    "漱石区商务局": (2019, 2020, 2021, 2022, 2023, 2024),
    "漱石区环保局": (2017, 2018),
    "漱石区生态环境局": (2019, 2020, 2022, 2023, 2024),
    "漱石区教育局": (2023, 2024),
    "漱石区财政局": (2023, 2024),
}
TEXTS = random.Random(5)
SIGNS = "招商窗口企业登记排污监测学位补贴预算绩效公示更新网站专栏答复培训走访"


def sample(agency: str, year: int, received: int, *paragraphs: str) -> SampleReport:
    """A report made of a sample report's form and pages."""
    base = SAMPLES["2019" if year < 2021 else "2021"]
    tables = deepcopy(base.tables)
    for outcome, row in tables["requests"].items():
        full = outcome in ("received", "granted", "concluded")
        row |= dict.fromkeys(APPLICANTS, 0) | dict.fromkeys(("natural_person", "total"), received * full)
    heading, *rest = [heading for heading, _ in base.sections]
    return replace(
        base,
        id=f"{agency}-{year}",
        path=f"/zwgk/zfxxgknb/{year + 1}01/t{year + 1}0120_{list(YEARS).index(agency)}{year}.html",
        title=f"{agency}{year}年政府信息公开工作年度报告",
        agency=agency,
        year=year,
        published_at=f"{year + 1}-01-20 09:00",
        source=agency,
        lead=None,
        sections=((heading, (f"{year}年收到申请{received}件。", *paragraphs)), *((other, ()) for other in rest)),
        signature=(),
        tables=tables,
        printed={},
    )


def reports() -> list[SampleReport]:
    found = []
    for agency, years in YEARS.items():
        for year in years:
            own = "".join(TEXTS.choice(SIGNS) for _ in range(60)) + "。"
            copied = [COPIED] * ((agency, year) in (("漱石区商务局", 2023), ("漱石区教育局", 2024)))
            leap = 4000 if (agency, year) == ("漱石区商务局", 2021) else 100 + year % 7
            found.append(sample(agency, year, leap, own, *copied))
    return found


def show(site: Portal, shown: list[SampleReport]) -> None:
    """The portal with exactly these reports."""
    frame = {"site": "漱石区人民政府", "column": "政府信息公开年报", "lists": [COLUMN], "menu": [], "footer": ""}
    template = templates().get_template("trs.html")
    site.pages.clear()
    for report in shown:
        page = {"kind": "report", "title": report.title, "published_at": report.published_at, "source": report.source}
        page |= {"serial": "00001", "report": report, "grids": grids(report), "attachment": None}  # type: ignore[dict-item]
        site.put(HOST + report.path, template.render(portal=frame, page=page))
    entries = [{"date": r.published_at[:10], "title": r.title, "href": r.path} for r in reversed(shown)]
    page = {"kind": "list", "title": "年报", "entries": entries, "number": 1, "count": 1, "previous": None}  # type: ignore[dict-item]
    site.put(HOST + COLUMN, template.render(portal=frame, page=page | {"next": None, "last": COLUMN}))


def visit(tmp_path: Path, day: str) -> None:
    registry = tmp_path / "portals.csv"
    registry.write_text(f"{HEADER}\nshushi,990103,{PLACE},county,{HOST}/,{HOST}{COLUMN},,\n", "utf-8")
    summary = crawl(tmp_path / "data", registry, settings={**FAST, "GONGKAI_CLOCK": day, "GONGKAI_RECHECK_ALL": True})
    assert summary.portals[0].outcome in ("ok", "fewer_than_before"), summary.portals[0].reason
    problems = extract_archive(tmp_path / "data", jobs=2).problems
    assert problems == []


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """Two visits, of which the second meets an edited report and a missing one."""
    folder = tmp_path_factory.mktemp("years")
    with pytest.MonkeyPatch.context() as patch, serving(patch) as (site, _):
        shown = reports()
        show(site, shown)
        visit(folder, "2025-02-10")
        edited = [report for report in shown if (report.agency, report.year) != ("漱石区财政局", 2023)]
        at = next(at for at, r in enumerate(edited) if (r.agency, r.year) == ("漱石区商务局", 2024))
        tables = deepcopy(edited[at].tables)
        tables["disclosure"]["licensing"]["decisions"] = 2700
        edited[at] = replace(edited[at], tables=tables)
        show(site, edited)
        visit(folder, "2025-03-10")
    with closing(sqlite3.connect(publish(folder / "data", date(2025, 4, 15)))) as db:
        yield folder / "data", db


def rows(archived: tuple[Path, sqlite3.Connection], sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return archived[1].execute(sql, values).fetchall()


def test_the_renamed_body_is_one_series(archived: tuple[Path, sqlite3.Connection]) -> None:
    ((series,),) = rows(archived, "SELECT DISTINCT series_id FROM agencies WHERE field = 'environment'")
    years = archived[1].execute(QUERIES["series"].sql, {"series": series}).fetchall()
    assert [(row[0], row[1].removeprefix(PLACE), row[2]) for row in years] == [
        (2017, "环境保护局", "published"),
        (2018, "环境保护局", "published"),
        (2019, "生态环境局", "published"),
        (2020, "生态环境局", "published"),
        (2021, "生态环境局", "not_found"),
        (2022, "生态环境局", "published"),
        (2023, "生态环境局", "published"),
        (2024, "生态环境局", "published"),
    ]
    assert rows(archived, "SELECT kind, before_name, after_name FROM lineage") == [
        ("rename", f"{PLACE}环境保护局", f"{PLACE}生态环境局")
    ]


def test_the_silent_edit_has_both_ends(archived: tuple[Path, sqlite3.Connection]) -> None:
    ((location, before, after, last, first, late, certain),) = rows(
        archived,
        "SELECT location, before, after, last_before, first_after, after_due, certain FROM changes",
    )
    assert (location, before, after) == (
        "disclosure.licensing.decisions",
        SAMPLES["2021"].tables["disclosure"]["licensing"]["decisions"],
        2700,
    )
    assert (last[:10], first[:10], late, certain) == ("2025-02-10", "2025-03-10", 1, 1)
    assert [row[1] for row in archived[1].execute(QUERIES["late_edits"].sql)] == ["漱石区商务局"]


def test_the_report_that_was_taken_down_is_marked_and_kept(archived: tuple[Path, sqlite3.Connection]) -> None:
    ((report, year, last, missed, listed, reason),) = rows(
        archived, "SELECT report_id, year, last_seen, missed, listed, reason FROM gone"
    )
    assert (year, last[:10], missed[:10], listed, reason) == (2023, "2025-02-10", "2025-03-10", 0, "HTTP status 404")
    assert rows(archived, "SELECT state FROM coverage WHERE report_id = ?", report) == [("published",)]
    assert rows(archived, "SELECT count(*) FROM sections WHERE report_id = ?", report) == [(6,)]


def test_the_leap_and_the_copy_are_found_and_nothing_else_is(archived: tuple[Path, sqlite3.Connection]) -> None:
    sql = "SELECT r.agency, r.year, rule, expected, actual FROM findings JOIN reports r ON r.id = report_id "
    assert rows(archived, sql + "WHERE rule LIKE 'jump:%' OR rule LIKE 'peers:%'") == [
        ("漱石区商务局", 2021, "jump:requests.received.total", 103, 4000)
    ]
    copied = "SELECT r.agency, r.year, s.agency, s.year, relation, paragraphs FROM copies c "
    copied += "JOIN reports r ON r.id = report_id JOIN reports s ON s.id = source_report_id"
    assert rows(archived, copied) == [("漱石区教育局", 2024, "漱石区商务局", 2023, "bodies", 1)]


def test_reading_and_publishing_again_change_nothing(archived: tuple[Path, sqlite3.Connection]) -> None:
    data, db = archived

    with closing(sqlite3.connect(data / "archive.db")) as before:
        kept = content(before)
    served = content(db)
    extract_archive(data, again=True, jobs=2)
    assert foresee(data).differences == []
    take_in(data)
    with closing(sqlite3.connect(data / "archive.db")) as after:
        assert content(after) == kept
        assert after.execute("SELECT count(*) FROM readings").fetchone()[0] > len(served["reports"])
    with closing(sqlite3.connect(publish(data, date(2025, 4, 15)))) as again:
        assert content(again) == served


def content(db: sqlite3.Connection) -> dict[str, list[str]]:
    """What every table says: without the readings, which say when they were made, and without numbers of rows that are
    no ids for anybody."""
    found = {}
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        if table in ("sections", "figures", "findings"):
            columns.remove("id")
        if columns and table != "readings" and "_fts" not in table and not table.startswith("sqlite_"):
            names = ", ".join(f'"{name}"' for name in columns)
            found[table] = sorted(map(repr, db.execute(f"SELECT {names} FROM {table}")))
    return found
