"""A version is a distinct content; a visit counter, a re-reading or an unchanged revisit makes none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from invented import Archive, report

from archive import readings
from archive.changes import CellChange, ParagraphChange, after_due, changes
from archive.ingest import settle, settle_edited
from archive.versions import content_of, content_sha256, seen_again

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
    assert changes(after, before).paragraphs[1].after is None


def edits(archive: Archive) -> list[tuple[object, ...]]:
    columns = "from_version, to_version, kind, location, before, after, last_before, first_after, after_due, certain"
    return archive.db.execute(f"SELECT {columns} FROM changes ORDER BY id").fetchall()


def test_an_edit_can_be_queried_with_both_ends_and_when_it_was_made(archive: Archive) -> None:
    for day in (1, 3):
        archive.crawl(day=day)
        archive.take(URL, report(URL), "<html>1</html>", day=day)
    archive.crawl(day=5)
    edited = report(URL, opening="2024年，本局主动公开信息20条。")
    edited.tables["requests"]["received"]["total"] = 8
    archive.take(URL, edited, "<html>2</html>", day=5)
    seen = ("2026-03-03T02:30:00Z", "2026-03-05T02:30:00Z", 1, 1)
    assert edits(archive) == [
        (1, 2, "cell", "requests.received.total", 7, 8, *seen),
        (1, 2, "paragraph", "overview", report(URL).sections[0].text.splitlines()[0], edited.sections[0].text, *seen),
        (1, 2, "paragraph", "overview", "平台建设持续加强。", None, *seen),
    ]
    ids = archive.db.execute("SELECT * FROM changes").fetchall()
    archive.reread(1, edited)
    assert archive.db.execute("SELECT * FROM changes").fetchall() == ids


def test_an_edit_that_is_taken_back_stays_in_evidence(archive: Archive) -> None:
    edited = report(URL)
    edited.tables["requests"]["received"]["total"] = 8
    for day, made, body in ((1, report(URL), "1"), (5, edited, "2"), (9, report(URL), "1")):
        archive.crawl(day=day)
        archive.take(URL, made, f"<html>{body}</html>", day=day)
    assert [row[1:] for row in stored(archive)] == [
        ("2026-03-01T02:30:00Z", "2026-03-01T02:30:00Z"),
        ("2026-03-05T02:30:00Z", "2026-03-05T02:30:00Z"),
        ("2026-03-09T02:30:00Z", "2026-03-09T02:30:00Z"),
    ]
    assert [row[4:6] for row in edits(archive)] == [(7, 8), (8, 7)]


@pytest.mark.parametrize(
    ("last_before", "first_after", "after"),
    [
        ("2025-01-31T15:59:59Z", "2025-02-03T02:00:00Z", None),
        ("2025-01-31T16:00:00Z", "2025-02-03T02:00:00Z", 1),
        ("2025-01-30T02:00:00Z", "2025-01-31T15:59:59Z", 0),
    ],
)
def test_the_legal_date_ends_at_midnight_in_china(last_before: str, first_after: str, after: int | None) -> None:
    assert after_due("2025-01-31", last_before, first_after) == after


def reread_as(archive: Archive, monkeypatch: pytest.MonkeyPatch, version: str, state: int, received: int) -> None:
    """A state of the only document, read by a newer reader."""
    monkeypatch.setattr(readings, "EXTRACTOR_VERSION", version)
    made = report(URL)
    made.tables["requests"]["received"]["total"] = received
    of = readings.states(archive.db, 1)[state]
    with archive.db.atomic():
        readings.record(archive.db, of, readings.READ, None, of.captures[0], made)
        settle(archive.db, archive.db.execute("SELECT report_id FROM documents").fetchone()[0])


def test_a_newer_reader_that_read_only_one_state_makes_no_edit(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first state is read by an old reader only, as while a new one is at work, or where it fails on it."""
    for day in (1, 5):
        archive.crawl(day=day)
        archive.take(URL, report(URL), f"<html>{day}</html>", day=day)
    reread_as(archive, monkeypatch, "9", 1, 9)
    assert len(stored(archive)) == 1
    assert edits(archive) == []
    assert archive.db.execute("SELECT total FROM requests WHERE outcome = 'received'").fetchone() == (9,)
    reread_as(archive, monkeypatch, "9", 0, 6)
    assert [row[4:6] for row in edits(archive)] == [(6, 9)], "now both were read by it, and differ"


def test_a_difference_that_may_be_our_readers_is_not_certain(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.crawl(day=1)
    archive.take(URL, report(URL), "<html>1</html>", day=1)
    archive.crawl(day=5)
    archive.document(URL, "年报", archive.fetch(URL, "<html>2</html>", day=5))
    reread_as(archive, monkeypatch, "9", 1, 9)
    assert [(row[4:6], row[-1]) for row in edits(archive)] == [((7, 9), 0)]


def test_a_file_that_changed_was_last_seen_when_it_was_asked_for(archive: Archive) -> None:
    """Not when its article was: that was seen once more, a moment before the new file."""
    file = "http://qingyuan.test/1.pdf"
    for day, body in ((1, "%PDF 1"), (5, "%PDF 2")):
        archive.crawl(day=day)
        document = archive.document(URL, "年报", archive.fetch(URL, "<html>1</html>", day=day))
        archive.attach(document, file, archive.fetch(file, body, "attachment", day))
        made = report(URL)
        made.tables["requests"]["received"]["total"] = day
        archive.reread(document, made)
    assert [row[6:8] for row in edits(archive)] == [("2026-03-01T02:30:00Z", "2026-03-05T02:30:00Z")]


def test_what_was_seen_again_without_being_read_again_was_seen(archive: Archive) -> None:
    archive.crawl(day=1)
    archive.take(URL, report(URL), "<html>same</html>")
    archive.crawl(day=4)
    archive.fetch(URL, "<html>same</html>", day=4)
    assert [row[2] for row in stored(archive)] == ["2026-03-01T02:30:00Z"]
    seen_again(archive.db)
    assert [row[2] for row in stored(archive)] == ["2026-03-04T02:30:00Z"]
    changed = archive.fetch(URL, "<html>cannot be read</html>", day=8)
    archive.document(URL, "年报", changed)
    seen_again(archive.db)
    assert [row[2] for row in stored(archive)] == ["2026-03-04T02:30:00Z"]


def test_an_archive_that_was_written_before_has_its_changes_made_once(archive: Archive) -> None:
    for day in (1, 5):
        archive.crawl(day=day)
        edited = report(URL)
        edited.tables["requests"]["received"]["total"] = day
        archive.take(URL, edited, f"<html>{day}</html>", day=day)
    before = edits(archive)
    assert len(before) == 1
    archive.db.execute("DELETE FROM changes")
    archive.db.execute("UPDATE versions SET extractor = NULL")
    archive.db.conn.commit()
    settle_edited(archive.db)
    assert edits(archive) == before
    ids = archive.db.execute("SELECT * FROM changes").fetchall()
    settle_edited(archive.db)
    assert archive.db.execute("SELECT * FROM changes").fetchall() == ids
