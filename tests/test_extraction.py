"""Reading an archive: each document once by each version, in children whose death costs one document."""

from __future__ import annotations

import pytest
from invented import Archive, report

from archive import extraction
from archive.extraction import extract_archive
from extract.errors import Status, Unreadable
from extract.form import APPLICANTS, CHAPTERS, OUTCOMES
from extract.workers import Limits

URL = "http://qingyuan.test/2024.html"


def page(
    title: str = "青原区商务局2024年政府信息公开工作年度报告", received: int = 3, opening: str = "主动公开信息18条。"
) -> str:
    """A report page: six chapters, and table 3 as the form prints it."""
    head = "<tr><td colspan=3></td>" + "".join(f"<td>{label}</td>" for label in APPLICANTS.values()) + "</tr>"
    counts = {"received": received, "granted": received, "concluded": received}
    rows = "".join(
        f"<tr><td colspan=3>{outcome.group}{outcome.label}</td>"
        + "".join(
            f"<td>{counts.get(outcome.key, 0) if name in ('natural_person', 'total') else 0}</td>"
            for name in APPLICANTS
        )
        + "</tr>"
        for outcome in OUTCOMES
    )
    parts = []
    for chapter, numeral in zip(CHAPTERS, "一二三四五六", strict=True):
        parts.append(
            f"<p>{numeral}、{chapter.heading}</p><p>{opening if chapter.number == 1 else '本章内容见下。'}</p>"
        )
        if chapter.key == "requests":
            parts.append(f"<table>{head}{rows}</table>")
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>"
        "<meta name='PubDate' content='2025-01-22'></head>"
        f"<body><h1>{title}</h1><div>{''.join(parts)}</div></body></html>"
    )


def put(
    archive: Archive,
    url: str,
    body: str | bytes,
    title: str = "青原区商务局2024年政府信息公开工作年度报告",
    day: int = 1,
) -> int:
    return archive.document(url, title, archive.fetch(url, body, day=day))


def test_what_is_new_is_read_and_what_was_read_is_not_read_again(archive: Archive) -> None:
    put(archive, URL, page())
    seen: list[tuple[int, int]] = []
    first = extract_archive(archive.data, jobs=1, progress=lambda done, total: seen.append((done, total)))
    assert (first.documents, first.read, first.new_reports, first.problems) == (1, 1, 1, [])
    assert seen == [(1, 1)]
    found = archive.db.execute("SELECT agency, year, published FROM reports").fetchall()
    assert found == [("青原区商务局", 2024, "2025-01-22")]
    assert archive.db.execute("SELECT total FROM requests WHERE outcome = 'received'").fetchone() == (3,)
    second = extract_archive(archive.data, jobs=1)
    assert (second.read, second.unchanged, second.new_reports) == (0, 1, 0)
    again = extract_archive(archive.data, again=True, jobs=1)
    assert (again.read, again.unchanged, again.pending) == (0, 1, 0), "never twice by the same version"
    assert archive.db.execute("SELECT count(*) FROM readings").fetchone() == (1,)


def test_an_edit_that_two_crawls_saw_becomes_a_version_in_one_run(archive: Archive) -> None:
    put(archive, URL, page())
    archive.crawl(day=5)
    put(archive, URL, page(received=4), day=5)
    assert extract_archive(archive.data, jobs=1).read == 1
    assert archive.db.execute("SELECT number, capture_id FROM versions ORDER BY number").fetchall() == [(1, 1), (2, 2)]
    assert archive.db.execute("SELECT total FROM requests WHERE outcome = 'received'").fetchone() == (4,)


def test_what_is_no_report_stays_visible_with_its_reason(archive: Archive) -> None:
    put(archive, "http://qingyuan.test/empty.html", b"")
    put(
        archive,
        "http://qingyuan.test/no-year.html",
        page("青原区商务局政府信息公开工作年度报告"),
        "政府信息公开工作年度报告",
    )
    archive.document("http://qingyuan.test/blocked.html", "年报", None)
    put(archive, URL, page())
    summary = extract_archive(archive.data, jobs=2)
    assert summary.documents == 4
    assert summary.not_fetched == 1
    assert summary.new_reports == 1
    statuses = {problem.url.rsplit("/")[-1]: problem.status for problem in summary.problems}
    assert set(statuses) == {"empty.html", "no-year.html"}
    assert statuses["no-year.html"] == "no_year"
    assert all(problem.message for problem in summary.problems)
    assert archive.db.execute("SELECT count(*) FROM readings WHERE status <> 'read'").fetchone() == (2,)


def test_an_original_that_is_gone_is_named(archive: Archive) -> None:
    put(archive, URL, page())
    for warc in (archive.data / "captures").glob("*.warc.gz"):
        warc.write_bytes(b"")
    summary = extract_archive(archive.data, jobs=1)
    assert [problem.status for problem in summary.problems] == ["original_missing"]
    assert "gongkai verify" in summary.problems[0].message


def test_an_interrupted_run_goes_on_where_it_stopped(archive: Archive) -> None:
    for number in (1, 2):
        put(archive, f"http://qingyuan.test/{number}.html", page(f"青原区第{number}局2024年政府信息公开工作年度报告"))

    class Interrupted(Exception):
        pass

    def stop(*_: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        extract_archive(archive.data, jobs=1, progress=stop)
    assert archive.db.execute("SELECT count(*) FROM reports").fetchone() == (1,)
    rest = extract_archive(archive.data, jobs=1)
    assert (rest.read, rest.unchanged) == (1, 1)


def test_a_document_that_stops_its_reader_is_recorded_and_the_next_is_read(archive: Archive) -> None:
    """A page of 160 kB whose cells cover each other takes gigabytes to lay out."""
    put(archive, "http://qingyuan.test/bomb.html", "<table>" + "<tr><td rowspan=9999 colspan=9999>x<td>" * 4000)
    put(archive, URL, page())
    summary = extract_archive(archive.data, jobs=1, limits=Limits(memory=300 * 2**20, processor_seconds=10))
    assert summary.new_reports == 1
    (problem,) = summary.problems
    assert problem.url == "http://qingyuan.test/bomb.html"
    assert problem.status in ("out_of_memory", "too_large")
    assert "请" in problem.message
    assert archive.db.execute("SELECT count(*) FROM captures").fetchone() == (2,)
    assert extract_archive(archive.data, jobs=1).unchanged == 2


def test_what_stopped_a_reader_becomes_a_reading_with_its_status() -> None:
    assert extraction._settled(Unreadable(Status.DIED, "x")).status == "died"
    assert extraction._settled(Unreadable(Status.TIMED_OUT, "x")).status == "timed_out"
    made = report(URL)
    assert extraction._settled(extraction.Answer("read", None, 1, made)).report is made
