"""A new version of the reader: what it would change is shown before it does, and nothing is lost either way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from invented import Archive
from test_extraction import URL, page, put

from archive import extraction, readings
from archive.extraction import Answer, Task, extract_archive, read_task
from archive.rereading import foresee, take_in
from crawler.exits import ExitCode
from extract.ocr import INSTALL
from extract.report import Fault, Finding, Severity
from gongkai import cli


def newer_reader(task: Task) -> Answer:
    """A version of the reader that takes the 3 of the natural persons for an 8. Run in the children, as any is."""
    answer = read_task(task)
    if answer.report is not None and answer.report.tables["requests"]["received"]["natural_person"] == 3:
        answer.report.tables["requests"]["received"]["natural_person"] = 8
        answer.report.printed["requests.received.natural_person"] = "8件"
    return answer


def blind_reader(task: Task) -> Answer:
    """A version that can read nothing any more."""
    del task
    return Answer("malformed", "打不开")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    made.crawl()
    put(made, URL, page())
    put(made, "http://qingyuan.test/other.html", page("青原区教育局2024年政府信息公开工作年度报告", received=5))
    assert extract_archive(made.data, jobs=1).read == 2
    yield made
    made.close()


def upgrade(monkeypatch: pytest.MonkeyPatch, version: str = "98", reader: object = newer_reader) -> None:
    monkeypatch.setattr(readings, "EXTRACTOR_VERSION", version)
    monkeypatch.setattr(extraction, "read_task", reader)


def published(archive: Archive) -> dict[str, list[object]]:
    tables = ("reports", "requests", "disclosures", "challenges", "printed", "findings", "versions", "changes")
    return {table: archive.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}


def received(archive: Archive) -> list[int]:
    sql = "SELECT natural_person FROM requests WHERE outcome = 'received' ORDER BY natural_person"
    return [row[0] for row in archive.db.execute(sql)]


def run(archive: Archive, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["--data", str(archive.data), "extract", "--jobs", "1", *words])
    return done.exit_code, done.stdout, done.stderr


def test_what_would_change_is_shown_before_it_does(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = published(archive)
    upgrade(monkeypatch)
    code, out, _ = run(archive, "--again")
    assert code == ExitCode.NOT_DECIDED
    assert re.search(r"青原区商务局 2024 requests\.received\.natural_person: 3 → 8 \(“8件”\)", out)
    assert "教育局" not in out, "its twin, which the version reads as before"
    assert "2 documents read anew by version 98; in 1 reports would change" in out
    assert "cell 1" in out
    assert "cells: requests 1" in out
    assert "Nothing was changed: --yes changes it." in out
    assert published(archive) == before
    assert list(archive.data.glob("archive.db.again*")) == []
    code, out, _ = run(archive, "--again", "--yes")
    assert code == ExitCode.WELL
    assert "0 of 2 documents read now, 2 read before" in out, "never twice by the same version"
    assert received(archive) == [5, 8]
    assert archive.db.execute("SELECT count(*) FROM readings").fetchone() == (4,), "the older readings stay"
    assert run(archive, "--again")[0] == ExitCode.WELL


def test_a_machine_gets_json_and_is_not_asked(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(monkeypatch)
    code, out, _ = run(archive, "--again", "--json")
    found = json.loads(out)
    assert code == ExitCode.NOT_DECIDED
    assert (found["extractor"], found["applied"], found["documents"]) == ("98", False, 2)
    assert found["kinds"]["cell"] == 1
    assert found["tables"] == {"requests": 1}
    (cell,) = (difference for difference in found["differences"] if difference["kind"] == "cell")
    assert (cell["agency"], cell["year"], cell["what"]) == ("青原区商务局", 2024, "requests.received.natural_person")
    assert (cell["now"], cell["then"], cell["printed_then"]) == (3, 8, "8件")
    code, out, _ = run(archive, "--again", "--json", "--yes")
    assert (code, json.loads(out)["applied"]) == (ExitCode.WELL, True)
    assert run(archive, "--json")[0] == ExitCode.BAD_INPUT


def test_findings_that_follow_from_a_cell_are_shown_and_come(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next year's report holds its first row against this one's last: nobody has read it anew, it changes too."""
    put(archive, "http://qingyuan.test/2025.html", page("青原区商务局2025年政府信息公开工作年度报告"))
    extract_archive(archive.data, jobs=1)
    upgrade(monkeypatch, reader=carrying_reader)
    extract_archive(archive.data, again=True, jobs=1)
    found = foresee(archive.data).differences
    assert [(d.year, d.what) for d in found if d.kind == "finding_appears"] == [(2025, "carry:total")]
    take_in(archive.data)
    assert archive.db.execute("SELECT rule FROM findings WHERE rule LIKE 'carry%'").fetchall() == [("carry:total",)]
    upgrade(monkeypatch, "99", read_task)
    extract_archive(archive.data, again=True, jobs=1)
    found = foresee(archive.data).differences
    assert [(d.year, d.what) for d in found if d.kind == "finding_vanishes"] == [(2025, "carry:total")]


def carrying_reader(task: Task) -> Answer:
    answer = read_task(task)
    if answer.report is not None and answer.report.year == 2024 and answer.report.agency == "青原区商务局":
        answer.report.tables["requests"]["carried_forward"]["total"] = 6
    return answer


def test_what_a_version_cannot_read_stays_as_the_older_read_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(archive, "http://qingyuan.test/empty.html", b"")
    extract_archive(archive.data, jobs=1)
    upgrade(monkeypatch, reader=blind_reader)
    extract_archive(archive.data, again=True, jobs=1)
    found = foresee(archive.data).differences
    assert [(d.kind, d.now, d.then) for d in found] == [("unreadable", "read", "malformed")] * 2
    take_in(archive.data)
    assert received(archive) == [3, 5]
    upgrade(monkeypatch, "99", read_task)
    extract_archive(archive.data, again=True, jobs=1)
    assert foresee(archive.data).kinds() == {"readable": 2}


def test_an_interrupted_rereading_goes_on_and_reads_nothing_twice(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)

    class Interrupted(Exception):
        pass

    def stop(*_: int) -> None:
        raise Interrupted

    before = published(archive)
    with pytest.raises(Interrupted):
        extract_archive(archive.data, again=True, jobs=1, progress=stop)
    assert extract_archive(archive.data, again=True, jobs=1).read == 1
    with pytest.raises(Interrupted):
        foresee(archive.data, stop)
    assert published(archive) == before
    assert list(archive.data.glob("archive.db.again*")) == []
    with pytest.raises(Interrupted):
        take_in(archive.data, stop)
    assert (take_in(archive.data), received(archive)) == (1, [5, 8])


def test_an_ordinary_run_after_an_upgrade_reads_only_what_is_new(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)
    put(archive, "http://qingyuan.test/new.html", page("青原区民政局2024年政府信息公开工作年度报告"))
    code, out, _ = run(archive)
    assert code == ExitCode.WELL
    assert "1 of 3 documents read now, 2 read before, 1 new reports." in out
    assert "2 documents stay as an older version read them" in out
    assert received(archive) == [3, 5, 8]


def test_an_edit_after_an_upgrade_is_read_by_one_reader_before_and_after(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read by two, the cell that the newer one reads otherwise would look like an edit of the body's."""
    archive.crawl(day=5)
    put(archive, URL, page(opening="主动公开信息20条。"), day=5)
    upgrade(monkeypatch)
    assert extract_archive(archive.data, jobs=1).read == 1
    kinds = archive.db.execute("SELECT kind, certain FROM changes").fetchall()
    assert kinds == [("paragraph", 1)]
    assert received(archive) == [5, 8]


def test_an_earlier_state_that_comes_in_late_changes_no_published_number(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.crawl(day=9)
    current = archive.db.execute("SELECT capture_id FROM documents WHERE url = ?", [URL]).fetchone()[0]
    archive.db.execute("UPDATE captures SET fetched_at = '2026-03-20T02:30:00Z' WHERE id = ?", [current])
    archive.fetch(URL, page(opening="主动公开信息2条。"), day=9)
    upgrade(monkeypatch)
    extract_archive(archive.data, jobs=1)
    assert archive.db.execute("SELECT count(*) FROM versions v JOIN reports r ON r.id = report_id "
                              "WHERE r.url = ?", [URL]).fetchone() == (2,)  # fmt: skip
    assert received(archive) == [3, 5]


def test_what_was_new_when_it_was_shown_is_taken_in_by_an_ordinary_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)
    put(archive, "http://qingyuan.test/new.html", page("青原区民政局2024年政府信息公开工作年度报告", received=7))
    assert extract_archive(archive.data, again=True, jobs=1).read == 3
    assert {"new_report", "readable"} <= set(foresee(archive.data).kinds())
    done = extract_archive(archive.data, jobs=1)
    assert (done.read, done.new_reports, received(archive)) == (0, 1, [3, 5, 7])


def toolless_reader(task: Task) -> Answer:
    """A machine without OCR: of a page with pictures it reads what is text, and says what to install."""
    answer = read_task(task)
    if answer.report is not None and answer.report.agency == "青原区民政局":
        answer.report.tables["requests"].clear()
        answer.report.add([Finding("unread:source", Severity.WARNING, Fault.READING, f"Pages 2 are images. {INSTALL}")])
    return answer


def test_a_report_that_lacked_a_tool_is_read_again_and_both_readings_stay(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "read_task", toolless_reader)
    put(archive, "http://qingyuan.test/new.html", page("青原区民政局2024年政府信息公开工作年度报告", received=7))
    extract_archive(archive.data, jobs=1)
    assert received(archive) == [3, 5]
    monkeypatch.setattr(extraction, "read_task", read_task)
    assert extract_archive(archive.data, again=True, jobs=1).read == 1, "its twins lack nothing"
    assert received(archive) == [3, 5]
    assert foresee(archive.data).tables()["requests"] > 0
    take_in(archive.data)
    assert received(archive) == [3, 5, 7]
    own = archive.db.execute("SELECT extractor FROM readings WHERE document_id = 3 ORDER BY id").fetchall()
    assert own == [(readings.reader(),), (f"{readings.reader()}+1",)]


def test_what_could_not_be_read_is_tried_again_and_both_readings_stay(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice or OCR may have been installed since; the version of the reader is the same."""
    monkeypatch.setattr(extraction, "read_task", blind_reader)
    put(archive, "http://qingyuan.test/new.html", page("青原区民政局2024年政府信息公开工作年度报告", received=7))
    assert [problem.status for problem in extract_archive(archive.data, jobs=1).problems] == ["malformed"]
    assert extract_archive(archive.data, again=True, jobs=1).pending == 0, "failed once more: nothing new"
    monkeypatch.setattr(extraction, "read_task", read_task)
    assert extract_archive(archive.data, again=True, jobs=1).pending == 1
    assert foresee(archive.data).kinds() == {"new_report": 1, "readable": 1}
    take_in(archive.data)
    assert received(archive) == [3, 5, 7]
    rows = archive.db.execute("SELECT status FROM readings WHERE document_id = 3 ORDER BY id").fetchall()
    assert rows == [("malformed",), ("read",)]
    assert extract_archive(archive.data, again=True, jobs=1).read == 0
