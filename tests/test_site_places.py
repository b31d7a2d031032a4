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
from invented import PLACE, Archive, fill_years, report

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


def test_the_matrix_says_of_every_field_what_is_there_or_why_not(site: Datasette, data: Path) -> None:
    made = page(site, "/places/qingyuan")
    years = [cell.text for cell in made.select(".gk-matrix thead th")][1:]
    assert years == ["2025", "2024", "2023", "2022", "2021", "2020"]
    fields = {
        row.th.text: [" ".join(cell.text.split()) for cell in row.select("td")]
        for row in made.select(".gk-matrix tbody tr")
        if row.th
    }
    assert fields["教育局"][1:] == ["+12", "+12", "+12", "+12", "+12"]
    assert fields["民政局"][3].startswith("无")
    assert "列表中没有" in fields["民政局"][3]
    assert all(field for row in fields.values() for field in row)
    (reason,) = made.select(f"a[href='/bodies/{body(data, '民政局')}#y2022']")
    years_of_it = page(site, str(reason["href"]).partition("#")[0])
    assert "列表中没有" in years_of_it.select("tr#y2022")[0].text


def test_a_place_names_the_forms_that_do_not_add_up_and_leads_to_them(site: Datasette, data: Path) -> None:
    made = page(site, "/places/qingyuan")
    links = [str(link["href"]) for link in made.select("#broken ~ ul a")]
    assert links[0] == f"/reports/{report_of(data, '商务局', 2023)}#findings"
    assert get(site, links[0].partition("#")[0]).status_code == 200
    said = made.select("#broken ~ ul .gk-faults li")[0]
    assert "应为 9，实为 7" in said.text
    assert links[1] == f"/reports/{report_of(data, '商务局', 2023)}/cells/requests.received.total"


def test_places_that_did_equally_well_share_a_rank(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    for portal, late in (("beiyuan", 0), ("nanyuan", 0), ("xiyuan", 3)):
        archive.portal(portal, f"云溪市{portal}区")
        archive.crawl(portal)
        made = report(
            f"http://{portal}.test/1.html", f"{portal}区商务局", published=f"2025-0{1 + bool(late)}-0{1 + late}"
        )
        archive.take(made.source, made, portal=portal)
    archive.close()
    publish(tmp_path, date(2026, 3, 10))
    rows = [
        [cell.text for cell in row.select("th, td")][:3]
        for row in page(datasette(tmp_path), "/places").select("tbody tr")
    ]
    assert [row[0] for row in rows] == ["1", "1", "3"]


def test_the_page_of_crawls_names_first_what_did_not_end_well(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    archive.portal("beiyuan", "云溪市北原区")
    archive.crawl("beiyuan", day=1)
    blocked = archive.crawl("beiyuan", outcome="blocked", day=2)
    reason = "no list of reports was reached: http://x.gov.cn/: 412: script and cookie challenge"
    archive.db.execute("UPDATE crawls SET reason = ? WHERE id = ?", [reason, blocked])
    archive.portal("imported", "云溪市南原区")
    archive.close()
    publish(tmp_path)
    site = datasette(tmp_path)
    made = page(site, "/crawls")
    trouble, well = made.select("table")
    (row,) = trouble.select("tbody tr")
    assert [cell.text for cell in row.select("th, td")][:4] == [
        "云溪市北原区",
        "被拦截没有找到年报栏目：http://x.gov.cn/: 412：要求运行脚本、设置Cookie的验证",
        "2026-03-02 11:00",
        "2026-03-01 11:00",
    ]
    assert reason in page(site, "/en/crawls").select("table")[0].text
    assert [cell.text for cell in well.select("tbody th")] == [PLACE]
    assert "云溪市南原区" in made.select("#never ~ ul")[0].text
    assert "1 个门户最近一次采集不正常" in page(site, "/").select(".gk-fresh")[0].text


def test_punctuality_is_listed_worst_first_for_the_year_asked(site: Datasette) -> None:
    made = page(site, "/places/qingyuan?year=2022")
    rows = [[cell.text for cell in row.select("th, td")] for row in made.select("#punctual ~ div tbody tr")]
    assert rows[0][:2] == ["教育局", "12"]
    assert rows[-1][0] == "民政局"
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
    assert rows["一、本年新收政府信息公开申请数量 · 总计"] == ["5", "40", "+35"]
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
