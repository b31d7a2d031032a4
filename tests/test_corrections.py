"""What people corrected: applied to the bytes they looked at, shown, never taken for the body's edit, never silent."""

from __future__ import annotations

import asyncio
import csv
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from invented import Archive, report
from test_extraction import URL, page, put

from archive import readings
from archive.extraction import extract_archive
from archive.ingest import settle, take_corrections
from archive.publish import publish
from archive.release import release
from archive.serve import datasette
from archive.status import page as status_page
from archive.status import status
from crawler.exits import ExitCode
from extract.report import Statistic
from gongkai import cli

HEAD = "report,cell,value,who,why,capture_sha256\n"
CELL = "requests.received.natural_person"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    made.crawl()
    made.take(URL, report(URL))
    yield made
    made.close()


def one(archive: Archive, sql: str, *values: object) -> Any:
    return archive.db.execute(sql, list(values)).fetchone()


def current(archive: Archive) -> tuple[str, str]:
    """The only report's id, and the SHA-256 of what it is read from."""
    sql = "SELECT r.id, c.sha256 FROM reports r JOIN captures c ON c.id = r.capture_id"
    report_id, sha256 = one(archive, sql)
    return report_id, sha256


def write(data: Path, *rows: str, head: str = HEAD) -> None:
    (data / "corrections.csv").write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def correct(archive: Archive, cell: str, value: object, *more: str) -> list[str]:
    report_id, sha256 = current(archive)
    write(archive.data, *more, f"{report_id},{cell},{value},王某,原件第3页印作{value or '空白'},{sha256}")
    return take_corrections(archive.db, archive.data)


def findings(archive: Archive, rule: str) -> list[tuple[Any, ...]]:
    sql = "SELECT severity, fault, message, cells FROM findings WHERE rule = ?"
    return archive.db.execute(sql, [rule]).fetchall()


def test_a_corrected_cell_is_published_and_what_was_read_is_kept(archive: Archive) -> None:
    assert correct(archive, CELL, 9) == []
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (9,)
    assert one(archive, 'SELECT cell, "read", value, who, why, state FROM corrections') == (
        CELL, 7, 9, "王某", "原件第3页印作9", "applied",
    )  # fmt: skip
    assert findings(archive, "corrected") == [
        ("info", "reading", "此格原读作7，王某更正为9：原件第3页印作9", json.dumps([CELL]))
    ]
    assert one(archive, "SELECT expected, actual FROM findings WHERE rule = 'row_sum:received'") == (9, 7)
    assert findings(archive, "balance:natural_person"), "what follows from the cell is worked out anew"
    stored = readings.good_readings(archive.db, 1)[-1].report
    assert stored is not None
    assert stored.tables["requests"]["received"]["natural_person"] == 7


def test_a_correction_that_mends_a_sum_takes_its_finding_away(archive: Archive) -> None:
    wrong = report(URL)
    wrong.findings.clear()
    wrong.tables["requests"]["received"]["natural_person"] = 1
    archive.reread(1, wrong)
    correct(archive, CELL, 1)
    assert findings(archive, "corrected") == [], "it says what was read"
    assert one(archive, "SELECT state FROM corrections") == ("agrees",)
    assert findings(archive, "row_sum:received"), "its twin"
    correct(archive, CELL, 7)
    assert findings(archive, "row_sum:received") == []
    assert one(archive, "SELECT count(*) FROM findings WHERE rule = 'corrected'") == (1,)


def test_blank_is_a_correction_and_an_unread_cell_is_so_no_more(archive: Archive) -> None:
    cell = "requests.partly_granted.legal_service"
    assert findings(archive, f"unread:{cell}")
    correct(archive, cell, "")
    assert findings(archive, f"unread:{cell}") == []
    assert one(archive, 'SELECT "read", value, state FROM corrections') == (None, None, "applied")
    correct(archive, CELL, "")
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (None,)
    assert findings(archive, f"unread:{cell}"), "the row was taken out: the reading stands again"


def test_years_are_held_against_the_corrected_cell(archive: Archive) -> None:
    later = report("http://qingyuan.test/2025.html", year=2025)
    archive.take(later.source, later)
    assert findings(archive, "carry:total")
    report_id = one(archive, "SELECT id FROM reports WHERE year = 2024")[0]
    sha256 = one(archive, "SELECT sha256 FROM captures WHERE url = ?", URL)[0]
    write(archive.data, f"{report_id},requests.carried_forward.total,2,王某,印作2,{sha256}")
    take_corrections(archive.db, archive.data)
    assert findings(archive, "carry:total") == []
    assert findings(archive, "carry:natural_person")


def test_corrections_survive_a_rereading(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    correct(archive, CELL, 9)
    monkeypatch.setattr(readings, "EXTRACTOR_VERSION", "98")
    other = report(URL)
    other.tables["requests"]["received"]["natural_person"] = 6
    archive.reread(1, other)
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (9,)
    assert one(archive, 'SELECT "read", state FROM corrections') == (6, "applied")


def test_of_another_original_a_person_is_asked_again_until_a_new_row_confirms(archive: Archive) -> None:
    correct(archive, CELL, 9)
    report_id, old = current(archive)
    row = f"{report_id},{CELL},9,王某,印作9,{old}"
    archive.crawl(day=5)
    archive.take(URL, report(URL, opening="2024年，主动公开信息20条。"), "<html>edited</html>", day=5)
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (7,)
    assert findings(archive, "corrected") == []
    ((severity, _, message, cells),) = findings(archive, "asked_again")
    assert (severity, cells) == ("warning", json.dumps([CELL]))
    assert "原件此后已变" in message
    archive.db.conn.commit()
    (asked,) = status(archive.data)["corrections"]["asked_again"]
    assert (asked["cell"], asked["value"], asked["current_sha256"]) == (CELL, 9, current(archive)[1])
    told = [line for line, trouble in status_page(status(archive.data)) if trouble]
    assert any(line.startswith(f"correction asked again: {report_id} {CELL}") for line in told)
    correct(archive, CELL, 9, row)
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (9,)
    states = archive.db.execute("SELECT state FROM corrections ORDER BY id").fetchall()
    assert states == [("superseded",), ("applied",)]
    assert findings(archive, "asked_again") == []
    archive.db.conn.commit()
    assert status(archive.data)["corrections"]["asked_again"] == []


def test_a_correction_is_no_edit_of_the_bodys(archive: Archive) -> None:
    before = archive.db.execute("SELECT * FROM versions").fetchall()
    correct(archive, CELL, 9)
    assert archive.db.execute("SELECT * FROM versions").fetchall() == before
    assert one(archive, "SELECT count(*) FROM changes") == (0,)
    archive.crawl(day=5)
    archive.take(URL, report(URL, opening="2024年，主动公开信息20条。"), "<html>edited</html>", day=5)
    assert archive.db.execute("SELECT DISTINCT kind FROM changes").fetchall() == [("paragraph",)]


def test_a_release_counts_it_as_ours(archive: Archive) -> None:
    def changes() -> list[tuple[str, ...]]:
        archive.db.conn.commit()
        publish(archive.data)
        made = release(archive.data, {"": 0.0})
        with (made.path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
            return [(row["whose"], row["what"], row["before"], row["after"]) for row in csv.DictReader(file)]

    publish(archive.data)
    release(archive.data)
    assert changes() == []
    correct(archive, CELL, 9)
    assert changes() == [("ours", CELL, "7", "9")]
    assert changes() == []
    write(archive.data)
    take_corrections(archive.db, archive.data)
    assert changes() == [("ours", CELL, "9", "7")]


def test_bad_rows_are_named_and_refuse_nothing_else(archive: Archive) -> None:
    report_id, sha = current(archive)
    write(
        archive.data,
        "# checked by two people; a comment is a line that begins so",
        f"{report_id},{CELL},9,王某,印作9,{sha}",
        f"nowhere-2024,{CELL},9,王某,印作9,{sha}",
        f"{report_id},requests.received.moon,9,王某,印作9,{sha}",
        f"{report_id},{CELL},九,王某,印作9,{sha}",
        f"{report_id},{CELL},9,,印作9,{sha}",
        f"{report_id},{CELL},9,王某,,{sha}",
        f"{report_id},{CELL},9,王某,印作9,abc",
        f"{report_id},{CELL},9",
        "",
        f'{report_id},disclosure.fees.amount,25.5,王某,"印作25.5，\n第2页",{sha}',
    )
    faults = take_corrections(archive.db, archive.data)
    told = [fault.removeprefix(f"{archive.data / 'corrections.csv'}, ") for fault in faults]
    assert [fault.partition(":")[0] for fault in told] == [f"line {n}" for n in range(4, 11)]
    for word, fault in zip(("nowhere", "moon", "九", "who", "why", "64", "3 cells"), told, strict=True):
        assert word in fault
    assert archive.db.execute("SELECT cell, value FROM corrections").fetchall() == [
        (CELL, 9), ("disclosure.fees.amount", 25.5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "spoiled", [b"\xff\xfe", b"report;cell\n", b'report,cell,value,who,why,capture_sha256\n"', None]
)
def test_a_file_that_cannot_be_read_takes_nothing_back(archive: Archive, spoiled: bytes | None) -> None:
    correct(archive, CELL, 9)
    path = archive.data / "corrections.csv"
    path.unlink()
    if spoiled is not None:
        path.write_bytes(spoiled)
    (fault,) = take_corrections(archive.db, archive.data)
    assert "corrections.csv" in fault
    assert one(archive, "SELECT state FROM corrections") == ("applied",)
    settle(archive.db, current(archive)[0])
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (9,)


def test_the_statistics_of_older_reports_can_be_corrected(archive: Archive) -> None:
    old = report("http://qingyuan.test/2016.html", year=2016)
    old.statistics = [Statistic(1, "一", "主动公开", "条", 18, None)]
    archive.take(old.source, old)
    report_id = one(archive, "SELECT id FROM reports WHERE year = 2016")[0]
    sha256 = one(archive, "SELECT sha256 FROM captures WHERE url = ?", old.source)[0]
    write(archive.data, f"{report_id},statistics.1.value,81,王某,印作81,{sha256}")
    assert take_corrections(archive.db, archive.data) == []
    assert one(archive, "SELECT value FROM statistics") == (81,)
    assert one(archive, 'SELECT "read" FROM corrections') == (18,)


def test_the_page_marks_the_cell_with_who_and_why(archive: Archive) -> None:
    correct(archive, CELL, 9)
    report_id = current(archive)[0]
    archive.db.conn.commit()
    publish(archive.data)
    site = datasette(archive.data)
    for language, mark in (("", "更正"), ("/en", "corrected")):
        shown = BeautifulSoup(asyncio.run(site.client.get(f"{language}/reports/{report_id}")).text, "html.parser")
        (noted,) = shown.select(".gk-corrected")
        cell = noted.find_parent("td")
        assert cell is not None
        assert cell["id"] == CELL
        assert cell.text.strip().startswith("9")
        assert noted.text == mark
        assert noted.abbr is not None
        assert noted.abbr["title"] == "王某：原件第3页印作9"
        assert "此格原读作7，王某更正为9" in shown.text


def test_the_command_takes_the_file_in_and_names_its_faults(tmp_path: Path, demo: Path) -> None:
    data = shutil.copytree(demo, tmp_path / "data")
    with closing(sqlite3.connect(data / "archive.db")) as db:
        report_id, sha256, total = db.execute(
            "SELECT r.id, c.sha256, q.total FROM reports r JOIN captures c ON c.id = r.capture_id "
            "JOIN requests q ON q.report_id = r.id AND q.outcome = 'received' WHERE r.form = '2021' ORDER BY r.id"
        ).fetchone()
    with closing(sqlite3.connect(publish(data))) as db:
        doubts = db.execute("SELECT reading_findings FROM panel WHERE report_id = ?", [report_id]).fetchone()
    good = f"{report_id},requests.received.total,{total + 1},王某,印作{total + 1},{sha256}"
    write(data, good)
    done = CliRunner().invoke(cli, ["--data", str(data), "extract"])
    assert (done.exit_code, done.stderr.count("line")) == (ExitCode.WELL, 0)
    write(data, good, good.replace("王某", ""))
    done = CliRunner().invoke(cli, ["--data", str(data), "extract"])
    assert done.exit_code == ExitCode.BAD_INPUT
    assert "corrections.csv, line 3: who is empty" in done.stderr
    shown = CliRunner().invoke(cli, ["--data", str(data), "status"])
    assert "correction not taken: " in shown.stdout
    with closing(sqlite3.connect(publish(data))) as db:
        sql = "SELECT total, state FROM requests q JOIN corrections c USING (report_id) WHERE outcome = 'received'"
        assert db.execute(sql).fetchall() == [(total + 1, "applied")]
        assert db.execute("SELECT requests_received_total FROM panel WHERE report_id = ?", [report_id]).fetchone() == (
            total + 1,
        )
        doubts_now = db.execute("SELECT reading_findings FROM panel WHERE report_id = ?", [report_id]).fetchone()
        assert doubts_now == doubts, "what a person has looked up is no doubt"


def test_a_document_read_from_a_page_is_corrected_when_it_is_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    put(archive, URL, page())
    extract_archive(tmp_path, jobs=1)
    report_id, sha256 = current(archive)
    write(tmp_path, f"{report_id},{CELL},4,王某,印作4,{sha256}")
    assert extract_archive(tmp_path, jobs=1).faults == []
    assert one(archive, "SELECT natural_person FROM requests WHERE outcome = 'received'") == (4,)
    archive.close()
