"""Pages of bodies and places, the league, and reports side by side."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from client import get, page
from datasette.app import Datasette
from invented import PLACE, fill_years

from archive.publish import publish
from archive.serve import datasette
from archive.site.charts import Series, bars


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    fill_years(made)
    publish(made, date(2026, 3, 10))
    return made


@pytest.fixture(scope="module")
def site(data: Path) -> Datasette:
    return datasette(data)


def one(data: Path, sql: str, *values: object) -> str:
    with closing(sqlite3.connect(data / "public.db")) as db:
        return str(db.execute(sql, values).fetchone()[0])


def body(data: Path, name: str) -> str:
    return one(data, "SELECT coalesce(series_id, id) FROM agencies WHERE name = ?", PLACE + name)


def report_of(data: Path, name: str, year: int) -> str:
    sql = "SELECT r.id FROM reports r JOIN agencies a ON a.id = r.agency_id WHERE a.name = ? AND year = ?"
    return one(data, sql, PLACE + name, year)


def test_the_matrix_says_of_every_field_what_is_there_or_why_not(site: Datasette) -> None:
    made = page(site, "/places/qingyuan")
    years = [cell.text for cell in made.select(".gk-matrix thead th")][1:]
    assert years == ["2025", "2024", "2023", "2022", "2021", "2020"]
    fields = {
        row.th.text: [" ".join(cell.text.split()) for cell in row.select("td")]
        for row in made.select(".gk-matrix tbody tr")
        if row.th
    }
    assert fields[PLACE + "教育局"][1:] == ["+12", "+12", "+12", "+12", "+12"]
    assert fields[PLACE + "民政局"][3].startswith("无")
    assert "列表中没有" in fields[PLACE + "民政局"][3]
    assert all(field for row in fields.values() for field in row)


def test_a_place_names_the_forms_that_do_not_add_up_and_leads_to_them(site: Datasette, data: Path) -> None:
    made = page(site, "/places/qingyuan")
    links = [str(link["href"]) for link in made.select("#broken ~ ul a")]
    assert links[0] == f"/reports/{report_of(data, '商务局', 2023)}#findings"
    assert get(site, links[0].partition("#")[0]).status_code == 200


def test_punctuality_is_listed_worst_first_for_the_year_asked(site: Datasette) -> None:
    made = page(site, "/places/qingyuan?year=2022")
    rows = [[cell.text for cell in row.select("th, td")] for row in made.select("#punctual ~ div tbody tr")]
    assert rows[0][:2] == [PLACE + "教育局", "12"]
    assert rows[-1][0] == PLACE + "民政局"
    league = page(site, "/places?year=2022")
    (row,) = league.select("tbody tr")
    assert [cell.text for cell in row.select("td, th")][1:7] == [PLACE, "40.0%", "5", "2", "1", "2"]


def test_a_body_is_a_series_with_charts_and_their_tables(site: Datasette, data: Path) -> None:
    made = page(site, f"/bodies/{body(data, '商务局')}")
    assert made.h1 is not None
    assert made.h1.text == PLACE + "商务局"
    charts = made.select("svg.gk-chart")
    assert [chart.title.text for chart in charts if chart.title][:2] == ["收到的申请（件）", "办理结果（件）"]
    (first,) = [section for section in made.select("section") if section.select("svg.gk-chart")][:1]
    table = {row.th.text: [cell.text for cell in row.select("td")] for row in first.select("tbody tr") if row.th}
    assert table["2020"] == ["9", "1"]
    assert table["2024"] == ["40", "1"]
    assert {text.text for text in first.select("text.gk-value")} == {"10", "11", "12", "6", "41"}
    assert "法定期限之后" in made.text
    compare = [str(link["href"]) for link in made.select("a[href^='/compare']")]
    assert len(compare) == 4


def test_years_are_held_side_by_side_with_their_difference(site: Datasette, data: Path) -> None:
    a, b = report_of(data, "商务局", 2023), report_of(data, "商务局", 2024)
    made = page(site, f"/compare?a={a}&b={b}")
    rows = {
        row.th.text: [cell.text for cell in row.select("td")] for row in made.select("#requests ~ div tr") if row.th
    }
    assert rows["表三 · 一、本年新收政府信息公开申请数量 · 总计"] == ["5", "40", "+35"]
    others = page(site, f"/compare?a={a}")
    assert {option["value"] for option in others.select("option")} >= {b, report_of(data, "教育局", 2023)}
    assert page(site, f"/compare?a={a}&b=nothing", 404)
    assert page(site, "/compare", 404)


def test_an_unknown_body_or_place_says_what_to_do(site: Datasette) -> None:
    assert "检索页" in page(site, "/bodies/nobody", 404).text
    assert "首页" in page(site, "/places/nowhere", 404).text


def test_a_chart_tells_no_number_from_zero() -> None:
    drawn = BeautifulSoup(bars("申请", [2020, 2021, 2022], [Series("新收", [0, None, 4])], "无"), "html.parser")
    assert [text.text for text in drawn.select("text.gk-value")] == ["0", "4"]
    assert [text.text for text in drawn.select("text.gk-none")] == ["无"]
    assert len(drawn.select("rect.gk-bar")) == 1
    assert drawn.desc is not None
    assert drawn.desc.text == "2020 0；2021 无；2022 4"
