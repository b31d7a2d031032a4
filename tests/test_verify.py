"""Every kind of damage has its name; each test spoils a sound archive in one way."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.captures import CaptureStore, Exchange
from archive.recovery import recover
from archive.schema import open_archive
from archive.verify import KINDS, verify

URL = "http://www.example.gov.cn/gknb/1.html"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two files; the first holds three captures and a revisit, the second one capture."""
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db, run="one") as store:
        for n in (0, 1, 2, 2):
            store.keep(_exchange(n))
    with CaptureStore(tmp_path, db, run="two") as store:
        store.keep(_exchange(3))
    db.close()
    return tmp_path


def _exchange(n: int) -> Exchange:
    return Exchange(url=f"{URL}?{n}", status=200, headers=(), payload=f"报告 {n}".encode() * 50, role="article")


def _file(data: Path) -> Path:
    return data / "captures" / "gongkai-one-00001.warc.gz"


def _change(data: Path, statement: str) -> None:
    db = Database(data / "archive.db")
    with db.atomic():
        db.conn.execute(statement)
    db.close()


def _found(data: Path) -> list[tuple[str, str]]:
    result = verify(data)
    assert {problem.kind for problem in result.problems} <= set(KINDS)
    return [(problem.kind, problem.message) for problem in result.problems]


def test_a_sound_archive(data: Path) -> None:
    result = verify(data)
    assert result.ok
    assert (result.captures, result.revisits, result.files) == (4, 1, 2)


def test_a_flipped_byte_names_its_record_and_no_other(data: Path) -> None:
    db = Database(data / "archive.db")
    offset, length = db.conn.execute("SELECT warc_offset, warc_length FROM captures WHERE id = 2").fetchone()
    db.close()
    content = bytearray(_file(data).read_bytes())
    content[offset + length // 2] ^= 1
    _file(data).write_bytes(content)
    ((kind, message),) = _found(data)
    assert kind == "damaged"
    assert f"at byte {offset}" in message


def test_a_cut_file(data: Path) -> None:
    _file(data).write_bytes(_file(data).read_bytes()[:-10])
    ((kind, message),) = _found(data)
    assert kind == "damaged"
    assert "the file ends inside the record" in message


def test_a_file_cut_between_two_records(data: Path) -> None:
    """What a check of the file alone cannot see: every record that is left is whole."""
    db = Database(data / "archive.db")
    (offset,) = db.conn.execute("SELECT warc_offset FROM revisits").fetchone()
    db.close()
    _file(data).write_bytes(_file(data).read_bytes()[:offset])
    ((kind, message),) = _found(data)
    assert (kind, f"at byte {offset}: no record begins there" in message) == ("damaged", True)


def test_a_deleted_file(data: Path) -> None:
    _file(data).unlink()
    ((kind, message),) = _found(data)
    assert kind == "missing"
    assert "with 4 indexed records" in message


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE captures SET sha256 = 'ab' || substr(sha256, 3) WHERE id = 2", "SHA-256"),
        ("UPDATE captures SET url = url || 'x' WHERE id = 2", "URL"),
        ("UPDATE captures SET status = 404 WHERE id = 2", "status"),
        ("UPDATE captures SET warc_length = 7 WHERE id = 2", "length"),
        ("UPDATE captures SET record_id = 'other' WHERE id = 2", "record id"),
        ("UPDATE revisits SET status = 304", "status"),
    ],
)
def test_an_edited_row(data: Path, statement: str, what: str) -> None:
    _change(data, statement)
    ((kind, message),) = _found(data)
    assert kind == "changed"
    assert f"its {what} is" in message


def test_a_row_that_points_between_records(data: Path) -> None:
    _change(data, "UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 2")
    assert sorted(kind for kind, _ in _found(data)) == ["damaged", "orphan"]


def test_a_record_that_no_row_knows(data: Path) -> None:
    _change(data, "DELETE FROM revisits")
    ((kind, message),) = _found(data)
    assert kind == "orphan"
    assert "no row knows this revisit record" in message


def test_a_file_that_no_row_knows(data: Path) -> None:
    (data / "captures" / "copy.warc.gz").write_bytes(_file(data).read_bytes())
    (data / "captures" / "notes.txt").write_text("x")
    found = _found(data)
    assert {kind for kind, _ in found} == {"orphan"}
    assert len(found) == 5


def test_a_row_without_its_parent(data: Path) -> None:
    _change(data, "UPDATE captures SET portal_id = 'gone' WHERE id = 1")
    assert [kind for kind, _ in _found(data)] == ["database"]


def test_what_only_the_manifest_knows(data: Path) -> None:
    """Every record is whole, every row has its record: and still something was cut off or put in."""
    whole = _file(data).read_bytes()
    db = Database(data / "archive.db")
    size, records, sha256 = db.conn.execute("SELECT size, records, sha256 FROM manifests ORDER BY warc").fetchone()
    offset = db.conn.execute("SELECT warc_offset FROM revisits").fetchone()[0]
    first = db.conn.execute("SELECT min(warc_offset) FROM captures WHERE warc LIKE '%-one-%'").fetchone()[0]
    db.close()
    assert (size, records, sha256) == (len(whole), 9, hashlib.sha256(whole).hexdigest())
    _file(data).write_bytes(whole + whole[:first])
    ((kind, message),) = _found(data)
    assert kind == "manifest"
    assert "it was closed with" in message
    _file(data).write_bytes(whole[:offset])
    _change(data, "DELETE FROM revisits")
    assert [kind for kind, _ in _found(data)] == ["manifest"]


def test_a_killed_run_gets_its_manifest_from_the_next(data: Path) -> None:
    _change(data, "DELETE FROM manifests")
    assert _found(data) == []
    db = open_archive(data)
    recover(data, db)
    assert db["manifests"].count == 2
    db.close()
    assert _found(data) == []
