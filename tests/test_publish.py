"""public.db: whole or not at all, searchable, described in full."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from invented import fill, report

from archive import publish as publishing
from archive.dictionary import dictionary
from archive.publish import BUILT, TABLES, PublicationFailed, publish
from archive.search import query


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    data = tmp_path_factory.mktemp("data")
    fill(data)
    with closing(sqlite3.connect(publish(data))) as db:
        yield db


def test_every_table_and_column_is_described_and_nothing_else_is(public: sqlite3.Connection) -> None:
    names = [row[0] for row in public.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    tables = [name for name in names if "_fts" not in name and not name.startswith("sqlite_")]
    assert set(tables) == {*TABLES, *BUILT}
    columns = {(table, row[1]) for table in tables for row in public.execute(f"PRAGMA table_info({table})")}
    assert set(dictionary()) == columns | {(table, "") for table in tables}
    assert all(description.zh and description.en for description in dictionary().values())


def test_search_finds_what_like_finds(public: sqlite3.Connection) -> None:
    for word in ("公", "信息", "新媒体", "行政复议", "18条", "024", "三资"):
        like = public.execute("SELECT id FROM sections WHERE text LIKE ? OR heading LIKE ?", [f"%{word}%"] * 2)
        found = public.execute("SELECT rowid FROM sections_fts WHERE sections_fts MATCH ?", [query(word)])
        assert sorted(found) == sorted(like) != []
    assert not public.execute("SELECT rowid FROM sections_fts WHERE sections_fts MATCH ?", [query("不存在")]).fetchall()


def test_the_panel_is_one_row_a_report_with_blanks_kept(public: sqlite3.Connection) -> None:
    assert (
        public.execute("SELECT count(*) FROM panel").fetchone()
        == public.execute("SELECT count(*) FROM reports").fetchone()
    )
    row = public.execute(
        "SELECT disclosure_fees_amount, requests_received_total, requests_partly_granted_legal_service, "
        "challenges_reconsideration_total, disclosure_rules_made, versions, place FROM panel "
        "WHERE agency_name LIKE '%商务局' AND year = 2024"
    ).fetchone()
    assert row == (96171.6, 7, None, 0, None, 2, "云溪市青原区")
    assert public.execute("SELECT requests_received_total FROM panel WHERE form IS NULL").fetchone() == (None,)


def test_what_could_not_be_read_is_published_with_its_reason(public: sqlite3.Connection) -> None:
    found = public.execute("SELECT reading_status, reading_message FROM documents WHERE report_id IS NULL").fetchall()
    assert found == [("malformed", "the file is cut")]
    assert public.execute("SELECT DISTINCT reading_status FROM documents WHERE report_id IS NOT NULL").fetchall() == [
        ("read",)
    ]


def test_the_file_is_sound_and_alone(tmp_path: Path) -> None:
    fill(tmp_path)
    path = publish(tmp_path)
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 10
    assert not [other.name for other in tmp_path.glob("public.db*") if other != path]


def test_a_failure_leaves_the_old_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    before = publish(tmp_path).read_bytes()

    def fail(*_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(publishing, "build_panel", fail)
    with pytest.raises(sqlite3.OperationalError, match="disk is full"):
        publish(tmp_path)
    assert (tmp_path / "public.db").read_bytes() == before
    assert not (tmp_path / "public.db.tmp").exists()


def test_an_archive_that_contradicts_itself_is_not_published(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute(
            "INSERT INTO figures (report_id, section, value, approximate, sentence) VALUES ('nobody', 1, 1, 0, '')"
        )
        db.commit()
    with pytest.raises(PublicationFailed, match="not there"):
        publish(tmp_path)
    assert not (tmp_path / "public.db").exists()


def test_without_an_archive_the_way_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gongkai crawl"):
        publish(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_publishing_again_takes_in_what_is_new(tmp_path: Path) -> None:
    fill(tmp_path)
    publish(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("UPDATE reports SET title = ? WHERE year = 2023", [report("x").title])
        db.commit()
    with closing(sqlite3.connect(publish(tmp_path))) as db:
        assert db.execute("SELECT title FROM reports WHERE year = 2023").fetchone() == (report("x").title,)
