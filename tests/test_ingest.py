"""From readings to the archive: bodies, ids, due dates, one report from two documents, checks across years."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from invented import PLACE, Archive, report, tables

from archive import readings
from archive.agencies import full_name
from archive.status import status
from extract.bodies import due_date, kind_of
from extract.report import Locator


def one(archive: Archive, sql: str, *values: object) -> Any:
    return archive.db.execute(sql, list(values)).fetchone()


@pytest.mark.parametrize(
    ("printed", "full", "kind"),
    [
        ("商务局", "云溪市青原区商务局", "department"),
        ("青原区商务局", "云溪市青原区商务局", "department"),
        ("区商务局", "云溪市青原区商务局", "department"),
        ("岭南省云溪市青原区 商务局", "云溪市青原区商务局", "department"),
        ("云溪市公安局青原分局", "云溪市公安局青原分局", "department"),
        ("市场监督管理局", "云溪市青原区市场监督管理局", "department"),
        ("青原区", "云溪市青原区人民政府", "government"),
        ("青原区政府", "云溪市青原区人民政府", "government"),
        ("区政府办", "云溪市青原区人民政府办公室", "office"),
        ("青原区人民政府办公室", "云溪市青原区人民政府办公室", "office"),
        ("白石镇人民政府", "云溪市青原区白石镇人民政府", "street_or_town"),
        ("南街街道办事处", "云溪市青原区南街街道办事处", "street_or_town"),
        ("经济开发区管理委员会", "云溪市青原区经济开发区管理委员会", "other"),
    ],
)
def test_a_body_has_one_full_name_and_a_kind(printed: str, full: str, kind: str) -> None:
    assert full_name(printed, PLACE) == full
    assert kind_of(full) == kind


def test_a_place_that_is_a_city_keeps_the_market_bureau_apart() -> None:
    assert full_name("市场监督管理局", "云溪市") == "云溪市市场监督管理局"
    assert full_name("市教育局", "云溪市") == "云溪市教育局"


def test_governments_have_until_march() -> None:
    assert due_date("government", 2024).isoformat() == due_date("other", 2024).isoformat() == "2025-03-31"
    assert {due_date(kind, 2024).isoformat() for kind in ("office", "department", "street_or_town")} == {"2025-01-31"}


def test_every_part_of_a_reading_reaches_the_archive(archive: Archive) -> None:
    made = report("http://qingyuan.test/1.html")
    made.locators["requests.received.total"] = Locator(page=2, box=(1.0, 2.0, 3.0, 4.0))
    ingested = archive.take(made.source, made)
    assert ingested.new
    assert ingested.report_id.startswith("qingyuan-")
    assert ingested.report_id.endswith("-2024")
    assert one(archive, "SELECT agency, year, form, published, due, days_late FROM reports") == (
        "青原区商务局",
        2024,
        "2021",
        "2025-01-22",
        "2025-01-31",
        -9,
    )
    assert one(archive, "SELECT amount, issued FROM disclosures WHERE item = 'fees'") == (96171.6, None)
    assert one(archive, "SELECT legal_service, other FROM requests WHERE outcome = 'partly_granted'") == (None, 0)
    assert one(archive, "SELECT count(*) FROM sections") == (6,)
    assert one(archive, "SELECT value, unit, approximate FROM figures") == (18, "条", 0)
    assert one(archive, "SELECT fault, expected, actual FROM findings WHERE rule = 'row_sum:received'") == (
        "source",
        9,
        7,
    )
    assert one(archive, "SELECT name, kind, other_names FROM agencies") == (
        "云溪市青原区商务局",
        "department",
        '["青原区商务局"]',
    )
    (stored,) = readings.good_readings(archive.db, 1)
    assert stored.report == replace(made, locators={}), "the places go from the reading into the published file"
    assert json.loads(stored.stored)["locators"] == {"requests.received.total": {"page": 2, "box": [1, 2, 3, 4]}}


def test_only_what_came_after_the_legal_date_is_late(archive: Archive) -> None:
    for number, day in enumerate(("2025-01-31", "2025-02-01"), 1):
        archive.take(f"http://qingyuan.test/{number}.html", report("x", f"第{number}局", published=day))
    archive.take("http://qingyuan.test/3.html", report("x", "第三局", published=None))
    found = archive.db.execute("SELECT agency FROM reports JOIN findings ON report_id = reports.id WHERE rule = 'late'")
    assert found.fetchall() == [("第2局",)]
    assert one(archive, "SELECT days_late FROM reports WHERE agency = '第三局'") == (None,)


def test_an_id_never_changes_and_follows_a_better_reading(archive: Archive) -> None:
    first = archive.take("http://qingyuan.test/1.html", report("x", "商务局", 2023))
    again = archive.reread(1, report("x", "青原区商务和投资局", 2024))
    assert (again.report_id, again.new) == (first.report_id, False)
    assert one(archive, "SELECT year, name FROM reports JOIN agencies ON agencies.id = agency_id") == (
        2024,
        "云溪市青原区商务和投资局",
    )


def test_a_reading_that_claims_another_report_is_a_finding(archive: Archive) -> None:
    archive.take("http://qingyuan.test/1.html", report("x", year=2023))
    archive.take("http://qingyuan.test/2.html", report("x", year=2024))
    archive.reread(2, report("x", year=2023))
    assert one(archive, "SELECT count(*) FROM reports") == (2,)
    assert one(archive, "SELECT fault, severity FROM findings WHERE rule = 'identity'") == ("reading", "warning")


def test_two_documents_of_one_body_and_year_are_one_report(archive: Archive) -> None:
    poor = report("http://qingyuan.test/1.html", published="2025-01-29")
    poor.tables = {"disclosure": {}, "requests": {}, "challenges": {}}
    archive.take(poor.source, poor)
    full = archive.take("http://qingyuan.test/2.html", report("http://qingyuan.test/2.html", "商务局"))
    assert not full.new
    assert one(archive, "SELECT count(*), max(url) FROM reports") == (1, "http://qingyuan.test/2.html")
    later = report("http://qingyuan.test/3.html", published="2025-01-30")
    archive.take(later.source, later)
    assert one(archive, "SELECT count(*), max(url) FROM reports") == (1, "http://qingyuan.test/3.html")
    archive.reread(1, poor)
    assert one(archive, "SELECT url FROM reports") == ("http://qingyuan.test/3.html",)
    assert one(archive, "SELECT count(*) FROM documents WHERE report_id IS NOT NULL") == (3,)


@pytest.mark.parametrize("order", [(2023, 2024), (2024, 2023)])
def test_what_was_carried_over_must_agree_with_the_year_before(archive: Archive, order: tuple[int, int]) -> None:
    for year in order:
        archive.take(f"http://qingyuan.test/{year}.html", report("x", year=year))
    found = archive.db.execute(
        "SELECT rule, severity, fault, expected, actual, year FROM findings JOIN reports ON reports.id = report_id "
        "WHERE rule LIKE 'carry:%' OR rule LIKE 'in_force:%' ORDER BY rule"
    ).fetchall()
    assert found == [
        ("carry:natural_person", "warning", "source", 1, 2, 2024),
        ("carry:total", "warning", "source", 1, 2, 2024),
        ("in_force:normative_documents", "warning", "source", 14, 12, 2024),
    ]
    mended = report("x", year=2023)
    mended.tables = tables(carried_forward=2)
    mended.tables["disclosure"]["normative_documents"]["in_force"] = 10
    archive.reread(int(one(archive, "SELECT id FROM documents WHERE url LIKE '%2023%'")[0]), mended)
    assert one(archive, "SELECT count(*) FROM findings WHERE rule LIKE 'carry:%' OR rule LIKE 'in_force:%'") == (0,)


def test_a_blank_contradicts_nothing(archive: Archive) -> None:
    archive.take("http://qingyuan.test/1.html", report("x", year=2023))
    blank = report("x", year=2024)
    blank.tables = tables(carried_in=None)
    blank.tables["disclosure"]["normative_documents"]["in_force"] = None
    archive.take("http://qingyuan.test/2.html", blank)
    found = archive.db.execute("SELECT rule FROM findings WHERE rule LIKE 'carry:%' OR rule LIKE 'in_force:%'")
    assert found.fetchall() == []


def test_status_tells_what_is_new_late_unread_and_blocked(archive: Archive) -> None:
    archive.portal("heqiao", "云溪市河桥县")
    archive.portal("never", "云溪市某县")
    archive.take("http://qingyuan.test/1.html", report("x", published="2025-03-01"))
    archive.crawl("heqiao", "blocked", day=2)
    archive.document("http://heqiao.test/1.html", "年报", None, "heqiao")
    found = status(archive.data)
    by_id = {portal["id"]: portal for portal in found["portals"]}
    assert (by_id["qingyuan"]["new"], by_id["qingyuan"]["late"], by_id["qingyuan"]["trouble"]) == (1, 1, False)
    assert by_id["heqiao"]["blocked"]
    assert [document["status"] for document in by_id["heqiao"]["unread_documents"]] == ["not_fetched"]
    assert by_id["never"]["last_crawl"] is None
    assert by_id["never"]["trouble"]
    assert found["totals"]["reports"] == 1
