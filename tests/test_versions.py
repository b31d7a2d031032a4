"""A version is a distinct content; a visit counter, a re-reading or an unchanged revisit makes none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from invented import Archive, report

from archive import readings, versions
from archive.versions import CellChange, ParagraphChange, changes, content_of, content_sha256

URL = "http://qingyuan.test/1.html"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.close()


def stored(archive: Archive) -> list[tuple[int, str, str]]:
    return archive.db.execute("SELECT number, first_seen, last_seen FROM versions ORDER BY number").fetchall()


def test_a_new_page_frame_is_no_version(archive: Archive) -> None:
    for day in (1, 2, 3):
        archive.crawl(day=day)
        archive.take(URL, report(URL), f"<html>您是第{day}位访客</html>", day=day)
    assert stored(archive) == [(1, "2026-03-01T02:30:00Z", "2026-03-03T02:30:00Z")]


def test_a_revisit_extends_the_version_that_was_seen(archive: Archive) -> None:
    for day in (1, 4):
        archive.crawl(day=day)
        archive.take(URL, report(URL), "<html>same</html>", day=day)
    assert stored(archive) == [(1, "2026-03-01T02:30:00Z", "2026-03-04T02:30:00Z")]


def test_an_edit_is_a_version_beside_the_old_one(archive: Archive) -> None:
    archive.crawl(day=1)
    archive.take(URL, report(URL), "<html>1</html>", day=1)
    archive.crawl(day=5)
    edited = report(URL)
    edited.tables["requests"]["received"]["total"] = 8
    archive.take(URL, edited, "<html>2</html>", day=5)
    assert [row[0] for row in stored(archive)] == [1, 2]
    contents = [json.loads(row[0]) for row in archive.db.execute("SELECT content FROM versions ORDER BY number")]
    assert changes(*contents).cells == [CellChange("requests.received.total", 7, 8)]
    assert not changes(*contents).paragraphs
    ids = archive.db.execute("SELECT id FROM versions ORDER BY number").fetchall()
    archive.reread(1, edited)
    assert archive.db.execute("SELECT id FROM versions ORDER BY number").fetchall() == ids


def test_what_our_reader_changes_is_no_edit_of_theirs(archive: Archive) -> None:
    archive.crawl()
    archive.take(URL, report(URL))
    corrected = report(URL)
    corrected.tables["requests"]["received"]["total"] = 9
    archive.reread(1, corrected)
    assert len(stored(archive)) == 1
    assert archive.db.execute("SELECT total FROM requests WHERE outcome = 'received'").fetchone() == (9,)


def test_an_edit_between_two_crawls_is_found_though_nothing_was_read_in_between(archive: Archive) -> None:
    archive.crawl(day=1)
    archive.fetch(URL, "<html>1</html>", day=1)
    archive.crawl(day=5)
    document = archive.document(URL, "年报", archive.fetch(URL, "<html>2</html>", day=5))
    states = readings.states(archive.db, document)
    assert [state.captures for state in states] == [(1,), (2,)]


def test_an_article_and_its_attachment_of_one_crawl_are_one_state(archive: Archive) -> None:
    archive.crawl()
    document = archive.document(URL, "年报", archive.fetch(URL, "<html>1</html>"))
    archive.attach(
        document, "http://qingyuan.test/1.pdf", archive.fetch("http://qingyuan.test/1.pdf", "%PDF", "attachment")
    )
    assert [state.captures for state in readings.states(archive.db, document)] == [(1, 2)]
    archive.crawl(day=5)
    archive.attach(
        document, "http://qingyuan.test/1.pdf", archive.fetch("http://qingyuan.test/1.pdf", "%PDF2", "attachment", 5)
    )
    assert [state.captures for state in readings.states(archive.db, document)] == [(1, 2), (1, 3)]


def test_nothing_captured_is_no_state(archive: Archive) -> None:
    assert readings.states(archive.db, archive.document(URL, "年报", None)) == []


def test_layout_makes_no_content() -> None:
    one, other = report(URL), report(URL)
    section = other.sections[0]
    other.sections[0] = type(section)(section.number, section.key, section.heading, section.text.replace("，", "， \n"))
    other.tables["requests"] = dict(reversed(other.tables["requests"].items()))
    assert content_sha256(content_of(one)) == content_sha256(content_of(other))
    other.tables["requests"]["received"]["total"] = None
    assert content_sha256(content_of(one)) != content_sha256(content_of(other))


def test_changed_paragraphs_stand_beside_what_they_replace() -> None:
    before = content_of(report(URL, opening="甲段。\n乙段。"))
    after = content_of(report(URL, opening="甲段。\n丙段。\n丁段。"))
    assert changes(before, after).paragraphs == [
        ParagraphChange("overview", "乙段。", "丙段。"),
        ParagraphChange("overview", None, "丁段。"),
    ]
    assert not changes(before, before)
    assert versions.changes(after, before).paragraphs[1].after is None
