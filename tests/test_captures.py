from __future__ import annotations

import gzip
import hashlib
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from archive.captures import CaptureStore, Exchange, read_capture
from archive.recovery import recover
from archive.schema import open_archive
from archive.verify import verify
from archive.warc import CaptureDamaged, CaptureError, CaptureMissing, StorageFailed, decode_content

URL = "http://www.example.gov.cn/gknb/1.html"
PAGE = "<html>政府信息公开工作年度报告</html>".encode()


def exchange(body: bytes = PAGE, *, url: str = URL, status: int = 200, **more: object) -> Exchange:
    headers = more.pop("headers", [("Content-Type", "text/html"), ("ETag", '"v1"')])
    return Exchange(url=url, status=status, headers=headers, payload=body, role="article", **more)  # type: ignore[arg-type]


def rows(db: Database, table: str) -> list[dict[str, object]]:
    return list(db.query(f"SELECT * FROM {table} ORDER BY id"))


def test_a_capture_is_read_back_as_it_came(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    moment = datetime(2025, 1, 22, 2, 12, tzinfo=UTC)
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange(fetched_at=moment))
    (row,) = rows(db, "captures")
    original = read_capture(tmp_path, str(row["warc"]), int(str(row["warc_offset"])))
    assert original.body == PAGE
    assert original.sha256 == row["sha256"] == hashlib.sha256(PAGE).hexdigest()
    assert (original.url, original.status, original.fetched_at) == (URL, 200, "2025-01-22T02:12:00Z")
    assert (row["etag"], row["size"], row["content_type"]) == ('"v1"', len(PAGE), "text/html")
    db.close()


def test_codings_are_told_apart(tmp_path: Path) -> None:
    """A content-coding is the publisher's and stays in the record; a transfer-coding was undone before we saw it."""
    db = open_archive(tmp_path)
    headers = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange(gzip.compress(PAGE), headers=headers))
    (row,) = rows(db, "captures")
    original = read_capture(tmp_path, str(row["warc"]), int(str(row["warc_offset"])))
    assert original.body == PAGE
    assert row["sha256"] == hashlib.sha256(PAGE).hexdigest()
    assert ("X-Archive-Orig-Transfer-Encoding", "chunked") in original.headers
    with (tmp_path / "captures" / str(row["warc"])).open("rb") as file:
        bodies = [r.content_stream().read() for r in ArchiveIterator(file) if r.rec_type == "response"]
    assert bodies == [PAGE], "another WARC reader undoes the same codings"
    db.close()


@pytest.mark.parametrize(
    ("coding", "payload", "expected"),
    [
        ("gzip", gzip.compress(PAGE), PAGE),
        ("identity", PAGE, PAGE),
        ("gzip", PAGE, PAGE),
        ("gzip", gzip.compress(PAGE)[:-9], gzip.compress(PAGE)[:-9]),
        ("br", b"\x0b\x02", b"\x0b\x02"),
    ],
    ids=["gzip", "identity", "gzip that is not", "gzip that is cut", "one we did not ask for"],
)
def test_content_codings(coding: str, payload: bytes, expected: bytes) -> None:
    assert decode_content([("content-encoding", coding)], payload) == expected


def test_a_decompression_bomb_stays_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.warc.DECODED_LIMIT", 1000)
    bomb = gzip.compress(bytes(100_000))
    assert decode_content([("Content-Encoding", "gzip")], bomb) == bomb


def test_what_is_unchanged_is_a_revisit(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        first = store.keep(exchange())
        assert store.keep(exchange()).capture_id == first.capture_id
        assert not store.keep(exchange(b"", status=304, asked_after=first.capture_id)).new
        changed = store.keep(exchange(PAGE + b" "))
        assert changed.new, "an edit in place is a capture of its own"
        assert store.keep(exchange()).new, "and so is the way back: the newest capture is what counts"
        assert store.keep(exchange(status=404)).new, "the same bytes under another status are another answer"
        latest = store.latest(URL, status=200)
    assert latest is not None
    assert latest.id == changed.capture_id + 1
    assert [r["capture_id"] for r in rows(db, "revisits")] == [first.capture_id] * 2
    assert verify(tmp_path).problems == []
    db.close()


def test_a_redirect_that_turns_elsewhere_is_new(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        for target in ("/a.html", "/a.html", "/b.html"):
            store.keep(exchange(b"", status=302, headers=[("Location", target)]))
    assert [r["final_url"] for r in rows(db, "captures")] == [
        "http://www.example.gov.cn/a.html",
        "http://www.example.gov.cn/b.html",
    ]
    db.close()


def test_files_roll_over_and_runs_do_not_meet(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db, roll_over=900) as one, CaptureStore(tmp_path, db) as other:
        for n in range(4):
            one.keep(exchange(url=f"{URL}?{n}"))
        other.keep(exchange(url=f"{URL}?other"))
    files = {str(r["warc"]) for r in rows(db, "captures")}
    assert len(files) >= 3
    assert {p.name for p in (tmp_path / "captures").iterdir()} == files
    assert verify(tmp_path).problems == []
    db.close()


@pytest.mark.parametrize("name", ["../archive.db", "/etc/passwd", "a/b.warc.gz", "x.warc.gz/../../archive.db", ""])
def test_no_name_leaves_the_captures_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(CaptureError, match="not the name of a WARC file"):
        read_capture(tmp_path, name, 0)


def kept(tmp_path: Path) -> tuple[Path, int, int]:
    """A file with three captures, and the place of the last."""
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        for n in range(3):
            store.keep(exchange(PAGE * 40, url=f"{URL}?{n}"))
    last = rows(db, "captures")[-1]
    db.close()
    return tmp_path / "captures" / str(last["warc"]), int(str(last["warc_offset"])), int(str(last["warc_length"]))


def test_a_torn_record_is_not_taken_for_whole(tmp_path: Path) -> None:
    path, offset, length = kept(tmp_path)
    data = path.read_bytes()
    for end in (offset + 1, offset + length // 2, offset + length - 1):
        path.write_bytes(data[:end])
        with pytest.raises(CaptureDamaged, match=f"at byte {offset}: the file ends inside the record"):
            read_capture(tmp_path, path.name, offset)


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path, offset, length = kept(tmp_path)
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 0x40
    path.write_bytes(data)
    with pytest.raises(CaptureDamaged, match=f"at byte {offset}"):
        read_capture(tmp_path, path.name, offset)


def test_a_record_shorter_than_it_says_is_noticed(tmp_path: Path) -> None:
    path, offset, length = kept(tmp_path)
    data = path.read_bytes()
    record = gzip.decompress(data[offset : offset + length])
    path.write_bytes(data[:offset] + gzip.compress(record[:-40]))
    with pytest.raises(CaptureDamaged, match="not as long as its Content-Length says"):
        read_capture(tmp_path, path.name, offset)


def test_a_payload_altered_with_care_is_noticed(tmp_path: Path) -> None:
    path, offset, length = kept(tmp_path)
    data = path.read_bytes()
    record = gzip.decompress(data[offset : offset + length]).replace("年度报告".encode(), "年度总结".encode())
    path.write_bytes(data[:offset] + gzip.compress(record))
    with pytest.raises(CaptureDamaged, match="does not have the SHA-256"):
        read_capture(tmp_path, path.name, offset)


def test_other_places_hold_no_original(tmp_path: Path) -> None:
    path, _, _ = kept(tmp_path)
    with pytest.raises(CaptureDamaged, match="a warcinfo record"):
        read_capture(tmp_path, path.name, 0)
    path.unlink()
    with pytest.raises(CaptureMissing, match="missing"):
        read_capture(tmp_path, path.name, 0)


def test_after_a_kill_nothing_is_lost_and_nothing_stays_torn(tmp_path: Path) -> None:
    path, offset, _ = kept(tmp_path)
    db = open_archive(tmp_path)
    with db.atomic():  # The record was written, the process died before its row.
        db.conn.execute("DELETE FROM captures WHERE warc_offset = ?", (offset,))
    with path.open("ab") as file:  # And the next request was half written.
        file.write(path.read_bytes()[:200])
    assert not verify(tmp_path).ok
    assert recover(tmp_path, db) == 1
    assert [r["url"] for r in rows(db, "captures")] == [f"{URL}?{n}" for n in range(3)]
    assert verify(tmp_path).problems == []
    assert recover(tmp_path, db) == 0
    db.close()


def test_the_file_of_a_living_run_is_left_alone(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange())
        with db.atomic():
            db.conn.execute("DELETE FROM captures")
        assert recover(tmp_path, db) == 0
        assert verify(tmp_path).problems == []
        assert verify(tmp_path).files_in_use == 1
    assert recover(tmp_path, db) == 1
    db.close()


FULL_DISK = """
import resource, sys
from pathlib import Path
from test_captures import exchange, URL
from archive.captures import CaptureStore
from archive.schema import open_archive
from archive.warc import StorageFailed
import os
data = Path(sys.argv[1])
db = open_archive(data)
store = CaptureStore(data, db)
store.keep(exchange())
size = next((data / "captures").iterdir()).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 500, resource.RLIM_INFINITY))
try:
    store.keep(exchange(os.urandom(5000), url=URL + "?2"))
except StorageFailed as error:
    print(error)
"""


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The limit on the size of a file stands in for the disk's."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    here = Path(__file__).resolve().parent
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{here}:{here.parent}"},
    )
    assert "cannot write a capture" in done.stdout
    assert "Make room" in done.stdout
    result = verify(tmp_path)
    assert (result.problems, result.captures) == ([], 1)


def test_a_row_that_cannot_be_written_takes_its_record_back(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange())
        db.conn.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON captures BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        with pytest.raises(StorageFailed, match="index of captures"):
            store.keep(exchange(url=URL + "?2"))
        db.conn.execute("DROP TRIGGER broken")
        store.keep(exchange(url=URL + "?3"))
    assert verify(tmp_path).problems == []
    db.close()
