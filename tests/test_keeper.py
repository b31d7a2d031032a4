"""Many exchanges, one wait for the disk: kept as one after the other, or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from test_captures import PAGE, URL, exchange, rows

from archive.captures import CaptureStore, Kept
from archive.schema import open_archive
from archive.verify import verify
from archive.warc import StorageFailed
from crawler.keeper import Keeper


async def keep_all(keeper: Keeper, exchanges: list[object]) -> list[Kept | BaseException]:
    return await asyncio.gather(*(keeper.keep(e) for e in exchanges), return_exceptions=True)  # type: ignore[arg-type]


def test_a_batch_is_kept_as_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    monkeypatch.setattr("archive.warc.os.fsync", syncs.append)
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        same = [exchange(), exchange(), exchange(PAGE + b" ")]
        others = [exchange(url=f"{URL}?{n}") for n in range(20)]
        kept = asyncio.run(keep_all(Keeper(store), [*same, *others]))
    assert [k.new for k in kept if isinstance(k, Kept)] == [True, False, True] + [True] * 20
    assert len(rows(db, "captures")) == 22
    assert len(rows(db, "revisits")) == 1
    assert len(syncs) < 10, "one wait for many"
    assert verify(tmp_path).problems == []
    db.close()


def test_a_batch_that_cannot_be_indexed_leaves_nothing(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    with CaptureStore(tmp_path, db) as store:
        store.keep(exchange())
        db.conn.execute(
            f"CREATE TEMP TRIGGER broken BEFORE INSERT ON captures WHEN new.url = '{URL}?3'"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        kept = asyncio.run(keep_all(Keeper(store), [exchange(url=f"{URL}?{n}") for n in range(5)]))
        assert all(isinstance(result, StorageFailed) for result in kept)
        db.conn.execute("DROP TRIGGER broken")
        assert isinstance(asyncio.run(keep_all(Keeper(store), [exchange(url=f"{URL}?9")]))[0], Kept)
    assert len(rows(db, "captures")) == 2
    assert verify(tmp_path).problems == []
    db.close()
