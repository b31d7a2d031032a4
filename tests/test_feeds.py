"""Feeds that a reader program can follow."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from client import get, page
from datasette.app import Datasette
from invented import Archive, fill, report

from archive.publish import publish
from archive.serve import datasette

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    data = tmp_path_factory.mktemp("data")
    fill(data)
    publish(data)
    return datasette(data)


def atom(site: Datasette, path: str) -> ElementTree.Element:
    answer = get(site, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.text)


def titles(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)]


def test_new_reports_come_newest_first_with_lasting_ids(site: Datasette) -> None:
    feed = atom(site, "/feeds/reports.atom")
    assert len(titles(feed)) == 3
    ids = [entry.findtext("a:id", "", ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert len(set(ids)) == 3
    assert all(found.startswith("http://localhost/reports/") for found in ids)
    seen = [entry.findtext("a:updated", "", ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert seen == sorted(seen, reverse=True)
    assert feed.findtext("a:updated", "", ATOM) == seen[0]


def test_a_saved_search_is_a_feed(site: Datasette) -> None:
    assert titles(atom(site, "/feeds/reports.atom?q=三资&place=qingyuan")) == [
        "白石镇人民政府2024年政府信息公开工作年度报告"
    ]
    assert titles(atom(site, "/feeds/reports.atom?q=没有的词")) == []
    assert len(titles(atom(site, "/feeds/reports.atom?year=2023"))) == 1


def test_edits_after_publication_and_late_reports_have_feeds_of_their_own(site: Datasette) -> None:
    (edit,) = get(site, "/feeds/edits.json").json()["items"]
    assert edit["title"].endswith("（第 2 版）")
    assert edit["url"].endswith("#versions")
    (late,) = get(site, "/feeds/late.json").json()["items"]
    assert "逾期 20 天" in late["content_text"]
    assert get(site, "/feeds/late.json?year=2024").json()["items"] == []


def test_json_feed_says_what_it_is(site: Datasette) -> None:
    answer = get(site, "/feeds/reports.json?place=qingyuan")
    assert answer.headers["content-type"].startswith("application/feed+json")
    about = answer.json()
    assert about["version"] == "https://jsonfeed.org/version/1.1"
    assert about["feed_url"] == "http://localhost/feeds/reports.json?place=qingyuan"


def test_a_title_with_markup_stays_text(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    made = report("http://qingyuan.test/1.html")
    title = "<b>青原区</b>商务局 & 2024年政府信息公开工作年度报告"
    made.title = title + "\x0b\ufffe"
    archive.take(made.source, made)
    archive.close()
    publish(tmp_path)
    assert titles(atom(datasette(tmp_path), "/feeds/reports.atom")) == [title]


def test_an_unknown_feed_is_not_found(site: Datasette) -> None:
    assert get(site, "/feeds/everything.atom").status_code == 404


def test_a_body_is_followed_under_all_its_names(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    for bureau, year in (("卫生和计划生育局", 2017), ("卫生健康局", 2019)):
        made = report(f"http://qingyuan.test/{year}.html", f"青原区{bureau}", year, f"{year + 1}-01-20")
        archive.take(made.source, made)
    archive.close()
    publish(tmp_path)
    with closing(sqlite3.connect(tmp_path / "public.db")) as db:
        ((series,),) = db.execute("SELECT DISTINCT coalesce(series_id, id) FROM agencies").fetchall()
    site = datasette(tmp_path)
    assert len(get(site, f"/feeds/reports.json?agency={series}").json()["items"]) == 2
    assert "2 份" in page(site, f"/-/search?agency={series}").select("#hits")[0].text
