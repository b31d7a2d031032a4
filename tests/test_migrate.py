"""An archive of an earlier version becomes one of this, with nothing lost and a copy kept; a newer one is refused."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from sqlite_utils import Database, Migrations

from archive import schema
from archive.migrate import ArchiveTooNew, MigrationFailed
from archive.schema import first, migrations, open_archive
from crawler.exits import ExitCode
from gongkai import cli


class Usage(NamedTuple):
    free: int


def as_first(data: Path) -> Path:
    """An archive as the first version made it, in WAL, with rows."""
    oldest = Migrations("gongkai")
    oldest(name="0001_first")(first)
    path = data / "archive.db"
    db = Database(path)
    db.conn.execute("PRAGMA journal_mode=WAL")
    oldest.apply(db)
    db.execute("INSERT INTO divisions VALUES ('990101', '青原区')")
    db.execute("INSERT INTO portals (id, division_code, name) VALUES ('qingyuan', '990101', '云溪市青原区')")
    db.execute(
        "INSERT INTO captures (id, role, url, final_url, fetched_at, status, sha256, size, warc, warc_offset, "
        "warc_length, record_id) VALUES (1, 'article', 'u', 'u', '2026-03-01T02:00:00Z', 200, 'x', 1, 'w', 0, 1, 'r')"
    )
    db.conn.commit()
    db.close()
    return path


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM portals JOIN captures").fetchall()


@pytest.fixture
def failing() -> Migrations:
    """This version's steps and one more, that does half its work and fails."""
    more = Migrations("gongkai")
    more._migrations = [*migrations._migrations]

    @more(name="9000_half")
    def half(db: Database) -> None:
        db.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("database or disk is full")

    return more


def test_an_archive_of_the_first_version_opens_with_everything_in_it(tmp_path: Path) -> None:
    path = as_first(tmp_path)
    before = rows(path)
    with closing(open_archive(tmp_path)) as db:
        assert db.execute("SELECT count(*) FROM frontier").fetchone() == (0,)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert rows(path) == before
    with closing(Database(memory=True)) as empty:
        assert names(path) == [step.name for step in migrations.pending(empty)]


def test_cells_come_through_as_they_were_and_text_is_still_none(tmp_path: Path) -> None:
    path = as_first(tmp_path)
    cells = [("r", "fees", 96171.6, None), ("r", "licensing", None, 0), ("r", "rules", 12, None)]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO agencies (id, portal_id, name, kind) VALUES ('a', 'qingyuan', '商务局', 'department')")
        db.execute(
            "INSERT INTO reports (id, agency_id, portal_id, agency, year, title, due, media, url, capture_id, "
            "article_capture_id, extractor) "
            "VALUES ('r', 'a', 'qingyuan', '商务局', 2024, '', '', 'html', '', 1, 1, '1')"
        )
        db.executemany("INSERT INTO disclosures (report_id, item, amount, decisions) VALUES (?, ?, ?, ?)", cells)
    with closing(open_archive(tmp_path)) as archive:
        sql = "SELECT report_id, item, amount, decisions FROM disclosures ORDER BY item"
        assert archive.execute(sql).fetchall() == cells
        for bad in ("十", b"1"):
            with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
                archive.execute("INSERT INTO requests (report_id, outcome, total) VALUES ('r', 'granted', ?)", [bad])


def test_a_row_of_cells_is_written_without_a_table_for_each_check(tmp_path: Path) -> None:
    """What made taking a report in twice as slow: an `IN` of three values opens a table each time it is asked."""
    with closing(open_archive(tmp_path)) as archive:
        for table in ("disclosures", "requests", "challenges"):
            steps = archive.execute(f"EXPLAIN INSERT INTO {table} (report_id) VALUES ('r')").fetchall()
            assert "OpenEphemeral" not in {step[1] for step in steps}


def test_the_copy_is_the_archive_as_it_was(tmp_path: Path) -> None:
    path = as_first(tmp_path)
    before = rows(path)
    open_archive(tmp_path).close()
    copy = tmp_path / "archive.db.before-0002"
    assert (names(copy), rows(copy)) == (["0001_first"], before)
    open_archive(tmp_path).close()
    assert sorted(file.name for file in tmp_path.glob("archive.db.*")) == [copy.name]


def test_a_copy_is_never_written_over(tmp_path: Path) -> None:
    as_first(tmp_path)
    (tmp_path / "archive.db.before-0002").write_text("of another time", "utf-8")
    open_archive(tmp_path).close()
    assert (tmp_path / "archive.db.before-0002").read_text("utf-8") == "of another time"
    assert names(tmp_path / "archive.db.before-0002-2") == ["0001_first"]


def test_a_new_archive_needs_no_copy(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    assert [file.name for file in tmp_path.iterdir()] == ["archive.db"]


def test_a_step_that_fails_leaves_the_archive_as_it_was(
    tmp_path: Path, failing: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = as_first(tmp_path)
    before = rows(path)
    monkeypatch.setattr(schema, "migrations", failing)
    with pytest.raises(MigrationFailed, match=r"9000_half.*as it was before.*disk is full"):
        open_archive(tmp_path)
    assert (names(path), rows(path)) == (["0001_first"], before)
    monkeypatch.undo()
    open_archive(tmp_path).close()
    assert rows(path) == before


@pytest.mark.parametrize("when", ["before", "while"])
def test_a_full_disk_is_named_and_leaves_no_half_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    path = as_first(tmp_path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if when == "before":
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10))
    else:
        monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MigrationFailed, match="make room"):
        open_archive(tmp_path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("archive.db.before*"))


def test_a_newer_archive_is_refused_untouched_and_says_what_to_do(tmp_path: Path) -> None:
    as_first(tmp_path)
    with closing(open_archive(tmp_path)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('gongkai', '9999_later', 'now')"
        )
        db.conn.commit()
    before = (tmp_path / "archive.db").read_bytes()
    with pytest.raises(ArchiveTooNew, match=r"9999_later.*install that version.*before-0002"):
        open_archive(tmp_path)
    for command in ("status", "publish", "extract", "verify"):
        done = CliRunner().invoke(cli, ["--data", str(tmp_path), command])
        assert done.exit_code == ExitCode.CRASHED, done.output
        assert "newer version of Gongkai" in done.output
    assert (tmp_path / "archive.db").read_bytes() == before


def test_two_that_open_an_old_archive_together_migrate_it_once(tmp_path: Path) -> None:
    path = as_first(tmp_path)
    failed: list[BaseException] = []

    def opened() -> None:
        try:
            open_archive(tmp_path).close()
        except BaseException as error:  # noqa: BLE001  a thread's error is lost unless it is carried out
            failed.append(error)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert names(path)[:2] == ["0001_first", "0002_operations"]
    assert [file.name for file in tmp_path.glob("archive.db.before*")] == ["archive.db.before-0002"]
