"""A page of hits: everything that LIKE finds, newest or best first, counted up to a bound and no further."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import Archive, report

from archive import hits
from archive.facets import token
from archive.hits import Filter, Found, count, listed, reports, sections, whole
from archive.publish import publish
from archive.search import STRIDE
from benchmarks.archives import make

PARTS = ("复", "复议", "新媒体", "行政复议", "政府信息公开申请", "涉及", "鹤龟", "镇", "3", "教育局", "霁川市")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    data = tmp_path_factory.mktemp("many")
    make(data, 60)
    with closing(sqlite3.connect(publish(data))) as db:
        yield db


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    data = tmp_path_factory.mktemp("few")
    archive = Archive(data)
    archive.crawl()
    for number, (agency, year, opening) in enumerate(
        (
            ("青原区商务局", 2023, "本局收到函件复议。"),
            ("青原区商务局", 2024, "本局没有收到函件复议，复议机关也没有来函。"),
            ("青原区教育局", 2024, "本局收到函件复议，见商务局网站。"),
            ("青原区档案局", 2022, "本局收到函件復議，依《政府信息公開條例》答覆。"),
        )
    ):
        made = report(f"http://qingyuan.test/{number}.html", agency, year, opening=opening)
        archive.take(made.source, made)
    archive.close()
    with closing(sqlite3.connect(publish(data))) as db:
        yield db


def like(db: sqlite3.Connection, words: list[str]) -> set[int]:
    where = " AND ".join("(text LIKE ? OR heading LIKE ?)" for _ in words)
    values = [f"%{word}%" for word in words for _ in range(2)]
    return {row[0] for row in db.execute(f"SELECT id FROM sections WHERE {where}", values)}


def whose(db: sqlite3.Connection, found: Found) -> list[tuple[str, int]]:
    sql = "SELECT agency, year FROM reports WHERE rowid = ?"
    return [db.execute(sql, [row // STRIDE * STRIDE]).fetchone() for row in found.rows]


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3))
def test_what_like_finds_in_a_chapter_search_finds(many: sqlite3.Connection, words: list[str]) -> None:
    assert set(sections(many, " ".join(words)).rows) >= like(many, words)


@given(st.sampled_from(PARTS), st.integers(0, 2**31))
def test_any_piece_of_any_text_is_found_where_like_finds_it(many: sqlite3.Connection, near: str, at: int) -> None:
    text = many.execute(
        "SELECT text FROM sections WHERE text LIKE ? LIMIT 1 OFFSET ?", [f"%{near}%", at % 5]
    ).fetchone()
    if text:
        start = at % len(text[0])
        piece = "".join(char for char in text[0][start : start + at % 9 + 1] if char.isalnum())
        if piece:
            assert set(sections(many, piece).rows) >= like(many, [piece])


def test_one_word_finds_nothing_that_like_does_not(many: sqlite3.Connection) -> None:
    for word in PARTS:
        assert set(sections(many, word).rows) == like(many, [word])


def test_few_hits_come_by_rank(few: sqlite3.Connection) -> None:
    found = sections(few, "函件")
    assert found.ranked
    assert whose(few, found)[0] == ("青原区商务局", 2023)  # the shortest, though not the newest


def test_beyond_the_bound_hits_are_not_counted(many: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = like(many, ["一"])
    monkeypatch.setattr(hits, "MOST", 7)
    monkeypatch.setattr(hits, "_WEIGHED", 3)
    found = sections(many, "一")
    assert (found.more, found.ranked) == (True, False)
    assert found.rows == sorted(everything, reverse=True)[:7]
    years = [year for _, year in whose(many, found)]
    assert years == sorted(years, reverse=True)


def test_a_word_may_stand_in_the_name_of_the_body_and_another_in_the_chapter(few: sqlite3.Connection) -> None:
    assert set(whose(few, sections(few, "商务局 函件"))) == {
        ("青原区商务局", 2023),
        ("青原区商务局", 2024),
        ("青原区教育局", 2024),
    }
    assert whose(few, sections(few, "商务局 函件 -来函 -网站")) == [("青原区商务局", 2023)]
    assert whose(few, reports(few, "商务局 2024")) == [("青原区商务局", 2024)]
    assert reports(few, "商务局 函件").rows == []


def test_traditional_finds_simplified_and_the_other_way_round(few: sqlite3.Connection) -> None:
    for word in ("函件復議", "函件复议", "函件復议"):
        assert len(sections(few, word).rows) == 4
    assert whose(few, sections(few, "信息公开条例")) == [("青原区档案局", 2022)]
    assert whose(few, reports(few, "檔案局")) == [("青原区档案局", 2022)]


def test_filters_narrow_and_the_year_is_a_range_of_rows(few: sqlite3.Connection) -> None:
    kinds = Filter((("kind", "department"),), ("2024",))
    assert {year for _, year in whose(few, sections(few, "函件", kinds))} == {2024}
    assert {year for _, year in whose(few, sections(few, "函件", Filter(years=("2022", "2024"))))} == {2022, 2024}
    assert sections(few, "函件", Filter((("kind", "government"),))).rows == []
    assert sections(few, "函件", Filter(years=("1999",))).rows == []
    assert sections(few, "函件", Filter(years=("x",))).rows == []


def test_the_token_of_a_facet_is_no_word_of_a_text(few: sqlite3.Connection) -> None:
    assert sections(few, token("kind", "department")).rows == []
    assert sections(few, "department").rows == sections(few, "qingyuan").rows == []
    assert len(listed(few, Filter((("kind", "department"),)), False, 10)) == count(few, Filter()) == 4


def test_a_rule_narrows_with_and_without_what_it_speaks_of(few: sqlite3.Connection) -> None:
    for rule in ("row_sum", "row_sum:received"):
        assert count(few, Filter((("rule", rule),))) == 4
    assert count(few, Filter((("rule", "row_sum:carried_in"),))) == 0
    assert count(few, Filter((("findings", "yes"), ("place", "qingyuan")), ("2022",))) == 1


def test_the_oldest_come_first_where_asked_and_many_are_not_ranked(
    many: sqlite3.Connection, few: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [year for _, year in whose(few, sections(few, "函件", order="oldest"))] == [2022, 2023, 2024, 2024]
    assert [year for _, year in whose(few, sections(few, "函件", order="newest"))] == [2024, 2024, 2023, 2022]
    monkeypatch.setattr(hits, "MOST", 7)
    monkeypatch.setattr(hits, "_WEIGHED", 3)
    assert sections(many, "一", order="oldest").rows == sorted(like(many, ["一"]))[:7]
    assert not sections(many, "一", order="relevance").ranked


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3))
def test_the_whole_of_a_search_is_what_its_pages_show(many: sqlite3.Connection, words: list[str]) -> None:
    typed = " ".join(words)
    for narrowed in (Filter(), Filter((("place", "p0"),), ("2016", "2019"))):
        walk = whole(many, typed, narrowed)
        found = [row[0] for row in many.execute(f"SELECT i.rowid FROM sections_fts i WHERE {walk.where}", walk.values)]
        assert found == sorted(sections(many, typed, narrowed, "oldest").rows)


def test_nothing_to_look_for_finds_nothing(few: sqlite3.Connection) -> None:
    assert sections(few, "。，") == Found([])
    assert reports(few, "") == Found([])
