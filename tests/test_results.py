"""The search page: facets, chips, what to do where nothing is found, the CSV of all hits; and the way from a word of
two characters to a citation."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette
from invented import Archive, report

from archive import hits
from archive.publish import publish
from archive.serve import datasette
from benchmarks.archives import make

PLACES = {"qingyuan": ("410305", "河南省洛阳市青原区"), "hutian": ("430103", "湖南省长沙市湖田区")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two places of two provinces, an education and a commerce bureau each, five years."""
    made = tmp_path_factory.mktemp("data")
    archive = Archive(made)
    for portal, (code, place) in PLACES.items():
        archive.db.execute("INSERT INTO divisions VALUES (?, ?)", [code, place])
        archive.db.execute(
            "INSERT INTO portals (id, division_code, name) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
            "SET name = excluded.name, division_code = excluded.division_code",
            [portal, code, place],
        )
        for year in range(2020, 2025):
            for bureau in ("教育局", "商务局"):
                url = f"http://{portal}.test/{quote(bureau)}{year}.html"
                read = report(url, f"{place[-3:]}{bureau}", year, f"{year + 1}-01-20")
                if bureau == "教育局":
                    read.findings.clear()
                archive.take(url, read, portal=portal)
    archive.close()
    publish(made)
    return made


@pytest.fixture(scope="module")
def site(data: Path) -> Datasette:
    return datasette(data)


def get(site: Datasette, path: str) -> Any:
    answer = asyncio.run(site.client.get(path))
    assert answer.status_code == 200, answer.text[:300]
    return answer


def page(site: Datasette, path: str) -> BeautifulSoup:
    return BeautifulSoup(get(site, path).text, "html.parser")


def facet(made: BeautifulSoup, key: str) -> dict[str, int]:
    found = made.select(f"section[aria-labelledby=by-{key}] li")
    return {item.a.text: int(item.span.text.replace(",", "")) for item in found if item.a and item.span}


def follow(site: Datasette, made: BeautifulSoup, text: str) -> BeautifulSoup:
    (link,) = [link for link in made.select("main a") if link.text.strip() == text][:1]
    return page(site, str(link["href"]))


def table(site: Datasette, path: str) -> list[dict[str, str]]:
    content = get(site, path).content.decode("utf-8")
    assert content.startswith("\ufeff")
    assert content.count("\r\n") == content.count("\n")
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))


def test_from_two_characters_to_a_citation(site: Datasette) -> None:
    found = page(site, "/-/search?q=复议")
    assert facet(found, "province") == {"河南省": 10, "湖南省": 10}
    found = follow(site, found, "湖南省")
    for year in ("2020", "2022", "2024"):
        found = follow(site, found, year)
    assert facet(found, "year") == {str(year): 2 for year in range(2024, 2019, -1)}
    assert [chip.text.split()[1] for chip in found.select(".gk-on a")] == ["湖南省", "2020", "2022", "2024"]
    (link,) = found.select("a[href^='/-/search.csv']")
    rows = table(site, str(link["href"]))
    assert {row["地方 place"] for row in rows} == {PLACES["hutian"][1]}
    assert sorted({row["报告年度 year"] for row in rows}) == ["2020", "2022", "2024"]
    assert all("复议" in row["原句 sentence"] + row["命中之处 chapter"] for row in rows)
    assert rows[0]["网址 url"].startswith("http://localhost/reports/")
    cited = page(site, rows[0]["网址 url"].removeprefix("http://localhost").partition("#")[0])
    assert rows[0]["报告编号 report_id"] in cited.select(".gk-cite pre")[0].text


def test_places_stand_under_their_province(site: Datasette) -> None:
    narrowed = page(site, "/-/search?province=41")
    assert facet(narrowed, "place") == {PLACES["qingyuan"][1]: 10}
    assert not facet(narrowed, "province")
    home = page(site, "/")
    assert [heading.text for heading in home.select("section[aria-labelledby=places] h3")] == ["河南省", "湖南省"]
    assert "/-/search?field=education" in {link["href"] for link in home.select(".gk-ways a")}


def test_counts_are_those_of_the_pages_they_lead_to(site: Datasette) -> None:
    for start in ("/-/search", "/-/search?q=公开", "/-/search?province=41&year=2021", "/-/search?field=education"):
        for link in page(site, start).select(".gk-facets li a"):
            counted = int(link.find_next("span").text)  # type: ignore[union-attr]
            rows = table(site, str(link["href"]).replace("/-/search", "/-/search.csv"))
            if not link.get("aria-current"):
                years = [year for year in str(link["href"]).split("&") if "year=" in year]
                shown = {row["报告编号 report_id"] for row in rows}
                if len(years) < 2:
                    assert len(shown) == counted, link["href"]


def test_facets_and_chips_speak_the_pages_language(site: Datasette) -> None:
    english = page(site, "/en/-/search?q=复议&year=2021")
    assert [heading.text.split()[0] for heading in english.select(".gk-facets h2")][:2] == ["Year", "Province"]
    assert english.select(".gk-on a")[0].text.split() == ["Year", "2021", "×"]
    assert facet(english, "form") == {"official form of 2021": 4}
    assert [link.text for link in english.select(".gk-facets a[aria-current]")] == ["2021"]


def test_kind_form_and_findings_narrow(site: Datasette) -> None:
    everything = page(site, "/-/search")
    narrowed = facet(everything, "findings")
    assert sum(narrowed.values()) == 20
    assert facet(everything, "form") == {"2021 年官方表式": 20}
    assert len(table(site, "/-/search.csv?findings=no")) == narrowed["没有不符之处"] > 0
    assert len(table(site, "/-/search.csv?form=none")) == 0
    assert len(table(site, "/-/search.csv?rule=row_sum&year=2020")) == 2


def test_a_body_is_a_chip_that_can_be_taken_off(site: Datasette, data: Path) -> None:
    with closing(sqlite3.connect(data / "public.db")) as db:
        body, name = db.execute("SELECT id, name FROM agencies LIMIT 1").fetchone()
    found = page(site, f"/-/search?agency={body}&q=公开")
    (chip,) = found.select(".gk-on a")
    assert name in chip.text
    assert not page(site, str(chip["href"])).select(".gk-on a")
    assert found.select(f"form input[type=hidden][name=agency][value='{body}']")


def test_an_empty_page_proposes_what_has_results(site: Datasette) -> None:
    empty = page(site, "/-/search?q=政务新媒体改革&year=2021")
    proposed = [link.text for link in empty.select(".gk-empty li a")]
    assert "改为检索“政务”" in proposed
    assert page(site, str(empty.select(".gk-empty li a")[0]["href"])).select(".gk-hits li")
    without = page(site, "/-/search?q=复议&year=1999").select(".gk-empty li a")
    assert [link.text for link in without] == ["去掉条件“1999”"]
    assert page(site, "/-/search?province=99&year=2021").select(".gk-empty li a")


def test_the_order_is_chosen(site: Datasette) -> None:
    for sort, year in (("newest", "2024"), ("oldest", "2020")):
        for start in (f"/-/search?sort={sort}", f"/-/search?q=公开&sort={sort}"):
            assert year in page(site, start).select("main .gk-list a, main .gk-hit-title a")[0].text
        assert table(site, f"/-/search.csv?q=公开&sort={sort}")[0]["报告年度 year"] == year


def test_the_feed_of_a_search_has_its_filters(site: Datasette) -> None:
    found = page(site, "/-/search?q=公开&province=43&year=2020&year=2021")
    (link,) = found.select("main a[href*='/feeds/reports.atom']")
    feed = get(site, str(link["href"]).replace(".atom", ".json")).json()
    assert len(feed["items"]) == 4


def test_the_csv_holds_hits_that_the_page_cuts_and_the_page_says_so(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = table(site, "/-/search.csv?q=公开")
    monkeypatch.setattr(hits, "MOST", 20)
    monkeypatch.setattr(hits, "_WEIGHED", 10)
    found = page(site, "/-/search?q=公开")
    assert "这里只列出 20 处" in found.text
    assert "全部报告份数" in found.select(".gk-facets")[0].text
    assert table(site, "/-/search.csv?q=公开") == whole
    assert len(whole) > 20


def test_a_search_of_names_is_in_the_csv_too(site: Datasette) -> None:
    rows = table(site, "/-/search.csv?q=教育局")
    assert len(rows) == 10
    assert {row["命中之处 chapter"] for row in rows} == {""}
    assert len(table(site, "/-/search.csv?q=教育局 复议")) == len(
        page(site, "/-/search?q=教育局 复议").select(".gk-hits li")
    )
    assert table(site, "/-/search.csv?q=。。") == []


def test_what_a_hostile_report_prints_is_no_formula(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    made = report("http://qingyuan.test/1.html", opening="=cmd|' /C calc'!A0 复议")
    archive.take(made.source, made)
    archive.close()
    publish(tmp_path)
    (row, *_) = table(datasette(tmp_path), "/-/search.csv?q=calc")
    assert row["原句 sentence"].startswith("'=cmd")


def test_pages_of_many_reports_go_on_from_each_other(tmp_path: Path) -> None:
    make(tmp_path, 45)
    publish(tmp_path)
    made = datasette(tmp_path)
    shown = [
        link["href"] for number in (1, 2, 3) for link in page(made, f"/-/search?page={number}").select("a.gk-title")
    ]
    assert len(shown) == len(set(shown)) == 45
    assert "回到第一页" in page(made, "/-/search?page=9").text
