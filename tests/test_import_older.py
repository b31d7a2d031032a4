"""What was captured earlier and comes into the archive later is an earlier version; what is current stays current."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from portal import CHAPTERS, FAST, article, row, serving, write_registry
from sqlite_utils import Database
from test_import import HOST, PDF, TITLE, Maker

from archive import readings
from archive.extraction import extract_archive
from crawler.importing import import_files
from crawler.run import crawl

PAGE = f"{HOST}/1.html"


def edition(text: str, file: str) -> bytes:
    return article(TITLE, CHAPTERS.replace("按要求开展", text) + f'<a href="{file}">年报</a>').encode()


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"), row("bare", "yangli.gov.cn"))


@pytest.fixture
def crawled(tmp_path: Path, registry: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive that knows the report as it is today."""
    with serving(monkeypatch) as (served, _):
        served.put_list(f"{HOST}/gknb/index.html", [("/1.html", TITLE)])
        served.put(PAGE, edition("今年", "/new.pdf"))
        served.put(f"{HOST}/new.pdf", PDF, content_type="application/pdf")
        crawl(tmp_path / "data", registry, settings=FAST)
    extract_archive(tmp_path / "data", jobs=1)
    return tmp_path / "data"


def older(folder: Path) -> Path:
    """A browser's capture of last year: another text, and a file that is not linked any more."""
    maker = Maker()
    maker.add(PAGE, edition("去年", "/old.pdf"), date="2025-01-22T02:12:00Z")
    maker.add(f"{HOST}/old.pdf", PDF, "application/pdf", date="2025-01-22T02:12:09Z")
    path = folder / "older.warc.gz"
    path.write_bytes(maker.bytes())
    return path


def state(data: Path) -> tuple[list[object], list[tuple[int, str, str]], tuple[object, ...]]:
    """The document's current capture and reading, its versions with a word of each, the report as it stands."""
    db = Database(data / "archive.db")
    try:
        (document,) = db["documents"].rows
        last = readings.states(db, document["id"])[-1]
        versions = [
            (
                number,
                first_seen[:10],
                "今年" if "今年" in json.dumps(json.loads(content), ensure_ascii=False) else "去年",
            )
            for number, first_seen, content in db.execute(
                "SELECT number, first_seen, content FROM versions ORDER BY number"
            ).fetchall()
        ]
        report = db.execute("SELECT id, capture_id, article_capture_id FROM reports").fetchone()
        return [document["capture_id"], last.captures, last.fingerprint], versions, report
    finally:
        db.close()


def test_an_older_state_is_an_earlier_version(tmp_path: Path, crawled: Path, registry: Path) -> None:
    current, versions, report = state(crawled)
    assert [(number, word) for number, _, word in versions] == [(1, "今年")]
    found = import_files(crawled, [older(tmp_path)], registry)
    assert (found.captures, found.documents) == (2, 0)
    summary = extract_archive(crawled, jobs=1)
    assert summary.unchanged == 1, "what is current was read before and is what it was"
    after, versions, stands = state(crawled)
    assert (after, stands) == (current, report)
    assert [(number, word) for number, _, word in versions] == [(1, "去年"), (2, "今年")]
    assert versions[0][1] == "2025-01-22"


def test_a_newer_state_is_the_current_one(tmp_path: Path, crawled: Path, registry: Path) -> None:
    current, _, _ = state(crawled)
    maker = Maker()
    maker.add(PAGE, edition("明年", "/new.pdf"), date="2099-01-22T02:12:00Z")
    (tmp_path / "newer.warc.gz").write_bytes(maker.bytes())
    import_files(crawled, [tmp_path / "newer.warc.gz"], registry)
    extract_archive(crawled, jobs=1)
    after, versions, report = state(crawled)
    assert after[0] != current[0]
    assert report[2] == after[0]
    assert [number for number, _, _ in versions] == [1, 2]


def test_states_stand_in_the_order_of_their_fetching(tmp_path: Path, registry: Path) -> None:
    """Three years of one page, one of them by https without www, imported in another order."""
    for year in (2026, 2024, 2025):
        maker = Maker()
        address = PAGE if year != 2025 else PAGE.replace("http://www.", "https://")
        maker.add(address, edition(f"{year}年", f"{HOST}/x.pdf"), date=f"{year}-01-22T02:12:00Z")
        maker.add(f"{HOST}/x.pdf", PDF + str(year).encode(), "application/pdf", date=f"{year}-01-22T02:12:09Z")
        (tmp_path / f"{year}.warc.gz").write_bytes(maker.bytes())
        import_files(tmp_path / "data", [tmp_path / f"{year}.warc.gz"], registry)
    db = Database(tmp_path / "data" / "archive.db")
    try:
        found = [(state.at[:4], len(state.captures)) for state in readings.states(db, 1)]
    finally:
        db.close()
    assert found == [("2024", 2), ("2025", 2), ("2026", 2)], "an article and its file, fetched together, are one state"
