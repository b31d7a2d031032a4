"""The site from the outside, through Datasette's own client."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from bs4 import BeautifulSoup, Tag
from client import get, page
from datasette.app import Datasette
from invented import HOSTILE, Archive, fill, report, tables

from archive import hits
from archive.publish import publish
from archive.serve import NotPublished, arguments, datasette

BUREAU = "云溪市青原区商务局"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    fill(made)
    publish(made)
    return made


@pytest.fixture(scope="module")
def site(data: Path) -> Datasette:
    return datasette(data)


def text(made: BeautifulSoup | Tag, selector: str) -> str:
    """The text of the one element that the selector names."""
    (found,) = made.select(selector)[:1]
    return found.text


def report_id(data: Path, year: int = 2024, name: str = BUREAU) -> str:
    with closing(sqlite3.connect(data / "public.db")) as db:
        row = db.execute(
            "SELECT r.id FROM reports r JOIN agencies a ON a.id = agency_id WHERE year = ? AND name = ?", [year, name]
        ).fetchone()
    return str(row[0])


def our_pages(data: Path) -> list[str]:
    return ["/", "/-/search", "/-/search?q=公开", "/captures/2", f"/reports/{report_id(data)}", "/reports/nothing"]


def test_home_says_what_there_is_and_leads_in(site: Datasette) -> None:
    home = page(site, "/")
    counts = {text(div, "dt"): text(div, "dd") for div in home.select(".gk-counts div")}
    assert counts == {"报告": "3", "收录机关": "2", "门户网站": "1", "存档文件": "5", "报告自身不符之处": "4"}
    assert "2026-03-09 11:00" in text(home, ".gk-fresh")
    assert len(home.select("form[role=search] input[type=search]")) == 1
    links = {link["href"] for link in home.select(".gk-ways a:not([href^='/feeds/'])")}
    assert {
        "/-/search?year=2024",
        "/places/qingyuan",
        "/-/search?kind=department",
        "/-/search?rule=carry",
    } <= links
    for link in links:
        assert page(site, str(link)).select(".gk-list li, table tbody tr")
    assert "第 2 版" in home.text
    assert "1 份文件" in home.text


def test_search_shows_the_hit_in_its_sentence(site: Datasette) -> None:
    found = page(site, "/-/search?q=行政复议")
    hits = found.select(".gk-hits li")
    assert len(hits) == 5
    assert {mark.text for mark in found.select("mark")} == {"行政复议"}
    assert "主动公开信息20条，全年未收到行政复议案件。" in found.text
    assert len(page(site, "/-/search?q=行政复议 主动公开").select(".gk-hits li")) == 2
    assert len(page(site, "/-/search?q=行政复议&year=2023").select(".gk-hits li")) == 2


def test_search_takes_words_of_the_body_and_of_the_chapter_and_traditional_characters(site: Datasette) -> None:
    found = page(site, "/-/search?q=商务局 行政複議&year=2024")
    assert len(found.select(".gk-hits li")) == 1 + 1
    assert {mark.text for mark in found.select(".gk-hits mark")} >= {"商务局"}
    assert "2 处" in text(found, "#hits")


def test_a_search_that_takes_too_long_says_that_it_was_stopped(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(hits, "sections", stopped)
    assert "并不是没有" in page(site, "/-/search?q=公开", 503).text


def test_search_finds_bodies_by_name(site: Datasette) -> None:
    assert "白石镇" in text(page(site, "/-/search?q=白石镇人民政府"), "#named + ul")


@pytest.mark.parametrize("q", ['"', "“", "') OR 1", "AND", "*", "-", "a:b", "%00公开", "<script>alert(1)</script>"])
def test_no_query_is_an_error_and_none_is_taken_for_markup(site: Datasette, q: str) -> None:
    for path in (f"/-/search?q={q}", f"/public/sections?_search={q}", f"/public/reports?_search={q}"):
        assert "<script>alert" not in str(page(site, path).select_one("body"))


@pytest.mark.parametrize("tail", ["page=0", "page=-3", "page=x", "page=999", "year=x", "rule=%2A", "kind=nobody"])
def test_a_strange_address_is_answered(site: Datasette, tail: str) -> None:
    page(site, f"/-/search?{tail}")


def test_nothing_found_says_what_to_do(site: Datasette) -> None:
    assert "没有找到" in page(site, "/-/search?q=不存在的词").text
    assert "标点不计" in page(site, "/-/search?q=。。").text
    assert "没有符合这些条件" in page(site, "/-/search?year=1999").text


@pytest.mark.parametrize("word", ["三", "公开", "行政复议", "行政复议 新媒体", "三资", "024"])
def test_datasettes_own_search_box_finds_chinese(site: Datasette, data: Path, word: str) -> None:
    found = get(site, f"/public/sections.json?_search={word}&_shape=array&_size=max").json()
    with closing(sqlite3.connect(data / "public.db")) as db:
        where = " AND ".join("(text LIKE ? OR heading LIKE ?)" for _ in word.split())
        values = [f"%{one}%" for one in word.split() for _ in range(2)]
        expected = [row[0] for row in db.execute(f"SELECT id FROM sections WHERE {where}", values)]
    assert sorted(row["id"] for row in found) == sorted(expected)
    assert expected


def test_the_form_shows_blank_zero_and_unread_apart(site: Datasette, data: Path) -> None:
    form = page(site, f"/reports/{report_id(data)}")

    def cell(path: str) -> Any:
        return form.find("td", id=path)

    assert cell("disclosure.fees.amount").text == "96171.6"
    assert cell("requests.carried_in.legal_service").text == "0"
    unread = cell("requests.partly_granted.legal_service")
    assert unread.abbr.text == "？"
    assert "gk-blank" not in unread["class"]
    assert len(form.select("table.gk-form")) == 3
    assert len(form.select(".gk-requests tbody tr")) == 25
    assert len(form.select(".gk-challenges tbody td")) == 15
    older = page(site, f"/reports/{report_id(data, 2023)}")
    blank = older.find("td", id="requests.partly_granted.legal_service")
    assert blank is not None
    assert "gk-blank" in blank["class"]
    assert blank.text == "空白"


def test_a_finding_stands_at_its_cell_with_its_fault(site: Datasette, data: Path) -> None:
    form = page(site, f"/reports/{report_id(data)}")
    noted = form.find("td", id="requests.received.total")
    assert noted is not None
    (link,) = noted.select("a")
    said = re.sub(r"\s+", " ", text(form, str(link["href"])))
    assert "各类申请人之和不等于总计：一、本年新收政府信息公开申请数量 责任：报告本身" in said
    assert "应为 9，实为 7" in said
    assert "责任：读数存疑" in form.text
    assert "逾期 20 天" in page(site, f"/reports/{report_id(data, 2023)}").text


def test_versions_show_what_changed(site: Datasette, data: Path) -> None:
    versions = page(site, f"/reports/{report_id(data)}").select(".gk-versions > li")
    assert [version["value"] for version in versions] == ["2", "1"]
    assert "行政许可" in text(versions[0], "td")
    assert [change.text for change in versions[0].select("td del, td ins")] == ["0", "5"]
    assert "主动公开信息18条" in text(versions[0], ".gk-changes del")
    assert "内容没有变化" in page(site, f"/reports/{report_id(data, 2023)}").text


def test_a_report_without_the_official_tables_says_so(site: Datasette, data: Path) -> None:
    town = page(site, f"/reports/{report_id(data, name='云溪市青原区白石镇人民政府')}")
    assert "没有官方表格" in town.text
    assert not town.select("table.gk-form")


def test_a_report_as_json_is_what_parse_prints(site: Datasette, data: Path) -> None:
    made = get(site, f"/reports/{report_id(data)}.json").json()
    assert made["agency"] == "青原区商务局"
    assert made["tables"]["disclosure"]["fees"] == {"amount": 96171.6}
    assert made["tables"]["requests"]["partly_granted"]["legal_service"] is None
    assert [section["number"] for section in made["sections"]] == [1, 2, 3, 4, 5, 6]
    assert made["figures"][0]["approximate"] is False
    assert len(made["capture"]["sha256"]) == 64


def test_a_report_as_csv_opens_in_excel(site: Datasette, data: Path) -> None:
    response = get(site, f"/reports/{report_id(data)}.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in response.content
    lines = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    values = {(line["table"], line["row"], line["cell"]): line["数值"] for line in lines}
    assert values["disclosure", "fees", "amount"] == "96171.6"
    assert values["requests", "partly_granted", "legal_service"] == ""
    assert values["requests", "carried_in", "other"] == "0"
    assert len(lines) == 10 + 25 * 7 + 15


def test_every_table_has_its_csv(site: Datasette) -> None:
    with closing(sqlite3.connect(site.get_database("public").path)) as db:
        tables = [
            row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if "_fts" not in row[0]
        ]
        for table in tables:
            printed = get(site, f"/public/{table}.csv?_stream=1&_size=max").text
            rows = list(csv.reader(io.StringIO(printed)))
            assert len(rows) - 1 == db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_tables_are_described_and_search_tables_hidden(site: Datasette) -> None:
    tables = {table["name"]: table for table in get(site, "/public.json").json()["tables"]}
    assert {name for name, table in tables.items() if table["hidden"]} >= {"sections_fts", "reports_fts"}
    assert not any(table["hidden"] for name, table in tables.items() if "_fts" not in name and "sqlite" not in name)
    assert "每行为表中一行" in get(site, "/public/requests").text


def test_an_original_is_the_archived_page_in_its_own_characters(site: Datasette) -> None:
    response = get(site, "/originals/2")
    assert "青原区商务局年报镕" in response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow-scripts" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["memento-datetime"] == "Sun, 01 Mar 2026 02:30:00 GMT"
    for opening in ("<link", "<base", "http-equiv"):
        assert opening not in response.text
    raw = get(site, "/originals/2?download=1")
    assert raw.content == HOSTILE.encode("gb18030")
    assert raw.headers["content-disposition"] == 'attachment; filename="2-2024.html"'
    assert raw.headers["content-type"] == "application/octet-stream"


def test_a_pdf_keeps_its_type_and_what_is_neither_is_only_downloaded(site: Datasette) -> None:
    response = get(site, "/originals/4")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'inline; filename="4-f.pdf"'
    assert response.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_an_original_that_is_not_there_says_so(site: Datasette) -> None:
    assert "没有这个存档原件" in page(site, "/originals/999", 404).text
    assert "没有这个存档原件" in page(site, "/captures/999", 404).text


def test_an_original_whose_warc_is_gone_names_the_place(data: Path, tmp_path: Path) -> None:
    shutil.copy(data / "public.db", tmp_path / "public.db")
    gone = page(datasette(tmp_path), "/originals/2", 404)
    assert ".warc.gz" in gone.text


def test_provenance_is_shown_with_the_original(site: Datasette) -> None:
    about = page(site, "/captures/2")
    assert re.search(r"[0-9a-f]{64}", about.text)
    assert "2026-03-01 10:30" in about.text
    frame = about.find("iframe")
    assert frame is not None
    assert frame.get("sandbox") in ("", [])
    assert frame["src"] == "/originals/2"
    assert about.select_one("a[href='/captures/5']")


def test_every_page_carries_its_headers_and_language(site: Datasette, data: Path) -> None:
    for path in [*our_pages(data), "/public", "/public/sections", "/public?sql=select+1", "/nowhere/at/all/here"]:
        response = get(site, path)
        assert "content-security-policy" in response.headers, path
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in response.headers
        assert '<html lang="zh-CN">' in response.text, path


def test_our_pages_hold_no_script_and_label_their_inputs(site: Datasette, data: Path) -> None:
    for path in our_pages(data):
        response = get(site, path)
        assert "script-src" not in response.headers["content-security-policy"]
        made = BeautifulSoup(response.text, "html.parser")
        assert not made.find("script")
        assert len(made.find_all("h1")) == 1
        labels = {label["for"] for label in made.find_all("label")}
        assert all(field["id"] in labels for field in made.select("input, select"))
        assert all(head.get("scope") for head in made.find_all("th"))
        ids = [element["id"] for element in made.find_all(id=True)]
        assert len(ids) == len(set(ids)), path
        anchors = {str(link["href"])[1:] for link in made.select('a[href^="#"]')}
        assert anchors <= set(ids), path


def test_a_new_publication_is_shown_without_a_restart(tmp_path: Path) -> None:
    fill(tmp_path)
    publish(tmp_path)
    site = datasette(tmp_path)
    assert "3" in text(page(site, "/"), ".gk-counts dd")
    before = get(site, "/public/reports.json?_shape=array&year=2023").json()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("UPDATE reports SET title = '改过的标题' WHERE year = 2023")
        db.commit()
    publish(tmp_path)
    after = get(site, "/public/reports.json?_shape=array&year=2023").json()
    assert before[0]["title"] != after[0]["title"] == "改过的标题"
    assert get(site, "/public/reports.json?_shape=array&_search=改过").json()[0]["title"] == "改过的标题"


def test_plain_datasette_gets_the_same_site(data: Path) -> None:
    plain = Datasette([str(data / "public.db")])
    assert "政府信息公开年报档案" in get(plain, "/").text
    assert get(plain, "/public/sections.json?_search=三资&_shape=array").json()
    assert arguments(data)[:3] == ["datasette", "serve", str(data / "public.db")]
    assert arguments(data)[3:6] == ["--setting", "max_csv_mb", "0"]


def test_another_database_is_left_to_datasette(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mine.db")) as db:
        db.execute("CREATE TABLE t (x)")
    other = Datasette([str(tmp_path / "mine.db")])
    assert "政府信息公开" not in get(other, "/").text
    assert get(other, "/-/search").status_code == 404


def test_nothing_published_is_said_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match="gongkai publish"):
        datasette(tmp_path)


def test_a_report_is_cited_with_its_permanent_address(site: Datasette, data: Path) -> None:
    made = page(site, f"/reports/{report_id(data)}")
    cited = [block.text for block in made.select(".gk-cite pre")]
    address = f"http://localhost/reports/{report_id(data)}"
    assert (
        cited[0]
        == f"青原区商务局. 青原区商务局2024年政府信息公开工作年度报告[R/OL]. (2025-01-22)[2026-03-09]. {address}."
    )
    assert cited[1].startswith("@report{")
    assert cited[1].count("{") == cited[1].count("}")
    assert all(address in style for style in cited)


def test_last_years_values_stand_under_each_cell_when_asked(site: Datasette, data: Path) -> None:
    plain = page(site, f"/reports/{report_id(data)}")
    assert not plain.select(".gk-beside")
    beside = page(site, f"/reports/{report_id(data)}?with=last")
    assert text(beside, "[id='disclosure.licensing.decisions'] .gk-beside") == "0"
    assert text(beside, "[id='requests.received.total'] .gk-beside") == "7"
    first = page(site, f"/reports/{report_id(data, 2023)}?with=last")
    assert {cell.text for cell in first.select(".gk-beside")} == {"—"}
    assert "没有该机关上年的报告" in first.text


def test_the_median_of_a_place_is_shown_only_where_enough_bodies_printed_a_number(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    for received, bureau in ((7, "商务局"), (9, "教育局"), (30, "民政局")):
        made = report(f"http://qingyuan.test/{received}.html", f"青原区{bureau}")
        made.tables = tables(received)
        made.tables["disclosure"]["fees"]["amount"] = 5 if received == 7 else None
        archive.take(made.source, made)
    archive.close()
    publish(tmp_path)
    beside = page(datasette(tmp_path), f"/reports/{report_id(tmp_path)}?with=place")
    assert text(beside, "[id='requests.received.total'] .gk-beside") == "9"
    assert text(beside, "[id='disclosure.fees.amount'] .gk-beside") == "—"


def test_health_answers_while_originals_can_be_taken_out(tmp_path: Path) -> None:
    fill(tmp_path)
    publish(tmp_path)
    site = datasette(tmp_path)
    about = get(site, "/-/health").json()
    assert (about["status"], about["reports"], about["crawled"]) == ("ok", 3, "2026-03-09T03:00:00Z")
    assert 0 <= about["published_seconds_ago"] < 600
    for warc in (tmp_path / "captures").glob("*.warc.gz"):
        warc.rename(warc.with_suffix(".moved"))
    failing = get(site, "/-/health")
    assert failing.status_code == 503
    assert failing.json()["status"] == "failing"


def test_robots_may_read_reports_but_not_every_search(site: Datasette) -> None:
    rules = RobotFileParser()
    rules.parse(get(site, "/robots.txt").text.splitlines())
    assert rules.can_fetch("*", "http://localhost/reports/x-2024")
    assert rules.can_fetch("*", "http://localhost/feeds/reports.atom")
    assert not rules.can_fetch("*", "http://localhost/originals/1")
    assert not rules.can_fetch("*", "http://localhost/public?sql=select+1")


def test_no_page_sets_a_cookie(site: Datasette, data: Path) -> None:
    for path in (*our_pages(data), "/public", "/public/reports"):
        assert "set-cookie" not in get(site, path).headers
