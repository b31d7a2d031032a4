"""Many exchanges, one wait for the disk: kept as one after the other, or not at all."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_captures import PAGE, URL, exchange, rows

from archive.captures import CaptureStore, Exchange, Kept, Plan
from archive.recovery import recover
from archive.schema import open_archive
from archive.verify import verify
from archive.warc import Place, StorageFailed
from crawler import keeper as keeping
from crawler.keeper import Keeper


async def keep_all(keeper: Keeper, exchanges: list[Exchange]) -> list[Kept | BaseException]:
    return await asyncio.gather(*(keeper.keep(e) for e in exchanges), return_exceptions=True)


def numbered(count: int) -> list[Exchange]:
    return [exchange(url=f"{URL}?{n}") for n in range(count)]


def test_a_batch_is_kept_as_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    monkeypatch.setattr("os.fsync", syncs.append)
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        same = [exchange(), exchange(), exchange(PAGE + b" ")]
        kept = asyncio.run(keep_all(Keeper(store), [*same, *numbered(20)]))
    assert [k.new for k in kept if isinstance(k, Kept)] == [True, False, True] + [True] * 20
    assert len(rows(db, "captures")) == 22
    assert len(rows(db, "revisits")) == 1
    assert len(syncs) < 10, "one wait for many"
    assert verify(tmp_path).problems == []
    db.close()


def test_a_batch_is_bounded_in_bytes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MUCH", 3 * len(PAGE))
    db = open_archive(tmp_path)
    sizes: list[int] = []
    with CaptureStore(tmp_path, db) as store:
        write = store.write

        def counted(plans: Sequence[Plan]) -> list[Place]:
            sizes.append(len(plans))
            return write(plans)

        monkeypatch.setattr(store, "write", counted)
        large = exchange(PAGE * 9, url=f"{URL}?large")
        kept = asyncio.run(keep_all(Keeper(store), [*numbered(4), large, exchange(url=f"{URL}?last")]))
    assert all(isinstance(result, Kept) for result in kept)
    assert sizes == [3, 1, 1, 1], "what is larger than a batch may be goes alone"
    db.close()


def test_a_batch_that_cannot_be_indexed_leaves_nothing(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange())
        db.conn.execute(
            f"CREATE TEMP TRIGGER broken BEFORE INSERT ON captures WHEN new.url = '{URL}?3'"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        kept = asyncio.run(keep_all(Keeper(store), numbered(5)))
        assert all(isinstance(result, StorageFailed) for result in kept)
        db.conn.execute("DROP TRIGGER broken")
        assert isinstance(asyncio.run(keep_all(Keeper(store), [exchange(url=f"{URL}?9")]))[0], Kept)
    assert len(rows(db, "captures")) == 2
    assert verify(tmp_path).problems == []
    db.close()


def test_what_cannot_be_written_takes_nothing_with_it(tmp_path: Path) -> None:
    """A record that cannot be made is nobody else's trouble, and no request waits for it for ever."""
    db = open_archive(tmp_path)
    lone = exchange(url=f"{URL}?\ud800")
    with CaptureStore(tmp_path, db) as store:
        kept = asyncio.run(asyncio.wait_for(keep_all(Keeper(store), [*numbered(3), lone, exchange()]), 10))
    assert [type(result) for result in kept] == [Kept, Kept, Kept, UnicodeEncodeError, Kept]
    assert len(rows(db, "captures")) == 4
    assert verify(tmp_path).problems == []
    db.close()


@pytest.mark.parametrize("cut", [True, False], ids=["and is cut back", "and cannot be cut back"])
def test_a_full_disk_fails_all_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: bool) -> None:
    def full(_descriptor: int, _length: int = 0) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange())
        (path,) = (tmp_path / "captures").iterdir()
        size = path.stat().st_size
        keeper = Keeper(store)
        monkeypatch.setattr("os.fsync", full)
        if not cut:
            monkeypatch.setattr("os.ftruncate", full)
        kept = asyncio.run(keep_all(keeper, numbered(keeping.MOST + 5)))
        assert {str(result) for result in kept} == {
            f"{path}: cannot write a capture: No space left on device. Make room, then crawl again."
        }
        monkeypatch.undo()
        late = asyncio.run(keep_all(keeper, [exchange(url=f"{URL}?late")]))
        assert isinstance(late[0], StorageFailed), "the run is ending: it does not begin anew half way"
    assert len(rows(db, "captures")) == 1
    assert (path.stat().st_size == size) is cut
    if cut:
        assert verify(tmp_path).problems == []
    else:
        assert recover(tmp_path, db) == keeping.MOST, "what was written and could not be taken back is not lost"
        assert verify(tmp_path).problems == []
    db.close()
