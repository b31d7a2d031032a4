"""A release: whole or not at all, the same for the same archive, and told apart from the last by whose doing it is."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from invented import Archive, fill, report

from archive import readings, release_files, spreadsheet
from archive import release as releasing
from archive.publish import publish
from archive.release import BelowFloor, Release, release
from archive.release_tables import FOR_PAGES
from archive.released import releases
from archive.serve import NotPublished
from crawler.exits import ExitCode
from gongkai import cli

DAY = date(2026, 11, 21)
HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        report_id = db.execute("SELECT min(id) FROM reports").fetchone()[0]
        cells = [(report_id, f"c{i}", text) for i, text in enumerate((*HOSTILE, "-5", "+3.5", "文", '甲,\n“乙”"丙"'))]
        db.executemany("INSERT INTO printed VALUES (?, ?, ?)", cells)
        db.execute("UPDATE findings SET actual = -3")
        db.execute("UPDATE requests SET total = -7 WHERE outcome = 'other'")
        db.commit()
    publish(tmp_path)
    return tmp_path


def plain(made: Release, table: str) -> list[dict[str, str]]:
    with (made.path / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def for_excel(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")
    return list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True)))


def rows_of(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "public.db")) as db:
        return db.execute(sql).fetchall()


def digests(path: Path) -> dict[str, str]:
    files = [file for file in path.rglob("*") if file.suffix in (".csv", ".parquet", ".xlsx")]
    return {str(file.relative_to(path)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_every_public_table_is_in_every_form_with_every_row(data: Path) -> None:
    made = release(data, today=DAY)
    names = {row[0] for row in rows_of(data, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    public = {name for name in names if "_fts" not in name and not name.startswith("sqlite_")}
    assert set(made.counts) == public - FOR_PAGES | {"codebook", "codebook_values"}
    for table, count in made.counts.items():
        assert len(plain(made, table)) == count
        assert len(for_excel(made.path / "excel" / f"{table}.csv")) == count + 1
        assert pq.read_metadata(made.path / "parquet" / f"{table}.parquet").num_rows == count


def test_the_sums_are_right_and_nothing_can_be_written(data: Path) -> None:
    made = release(data, today=DAY)
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=made.path, capture_output=True)
    assert done.returncode == 0, done.stderr
    files = [path for path in made.path.rglob("*") if path.is_file()]
    assert len((made.path / "SHA256SUMS").read_text("utf-8").splitlines()) == len(files) - 1
    assert {path.stat().st_mode & 0o222 for path in files} == {0}


def test_no_cell_for_excel_is_a_formula_and_numbers_stay_numbers(data: Path) -> None:
    made = release(data, today=DAY)
    cells = [row[2] for row in for_excel(made.path / "excel" / "printed.csv")[1:]]
    assert set(cells) >= {*(f"'{text}" for text in HOSTILE), "-5", "+3.5", "文", '甲,\n“乙”"丙"'}
    assert {row["actual"] for row in plain(made, "findings")} == {"-3"}
    heading, *rows = for_excel(made.path / "excel" / "requests.csv")
    total = next(i for i, name in enumerate(heading) if name.endswith(" total"))
    assert "-7" in {row[total] for row in rows}
    assert {row["text"] for row in plain(made, "printed")} >= set(HOSTILE)
    for path in (made.path / "excel").iterdir():
        for row in for_excel(path):
            assert not [cell for cell in row if cell[:1] in "=+-@\t\r" and cell and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_long_text_ends_with_a_notice_and_a_long_table_in_parts(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(data / "public.db")) as db:
        db.execute("UPDATE sections SET text = ? WHERE number = 1", ["长" * 40_000])
        db.commit()
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 4)
    made = release(data, today=DAY)
    cells = [row[-1] for path in (made.path / "excel").glob("sections*.csv") for row in for_excel(path)[1:]]
    assert max(map(len, cells)) == spreadsheet.MOST_TEXT
    assert any("全文40000字" in cell for cell in cells)
    assert max(len(row["text"]) for row in plain(made, "sections")) == 40_000
    parts = [for_excel(path) for path in (made.path / "excel").glob("requests*.csv")]
    assert {len(part) for part in parts} <= {2, 3, 4, 5}
    assert sum(len(part) - 1 for part in parts) == made.counts["requests"] > 4
    with zipfile.ZipFile(made.path / "gongkai.xlsx") as book:
        assert '"requests"' not in book.read("xl/workbook.xml").decode()
        said = [book.read(name).decode() for name in book.namelist() if "sheet1.xml" in name and "rels" not in name]
    assert "多于一张工作表所能容纳的 4 行" in said[0]
    assert "excel/requests-2.csv" in said[0]


def test_the_same_archive_gives_the_same_bytes(data: Path) -> None:
    one = release(data, today=DAY)
    publish(data)
    other = release(data, today=date(2027, 1, 1))
    assert digests(one.path) == digests(other.path)
    assert len(digests(one.path)) > 50


def test_a_second_release_of_a_day_has_a_number_and_the_order_is_of_numbers(data: Path) -> None:
    names = [release(data, today=DAY).path.name for _ in range(11)]
    assert names[:2] == ["2026-11-21", "2026-11-21-2"]
    assert [path.name for path in releases(data)] == names
    assert names[-1] == "2026-11-21-11"


def test_a_table_that_shrank_stops_the_release_and_is_named(data: Path) -> None:
    release(data, today=DAY)
    with closing(sqlite3.connect(data / "public.db")) as db:
        db.execute("DELETE FROM findings WHERE rowid IN (SELECT rowid FROM findings LIMIT 2)")
        db.commit()
    with pytest.raises(BelowFloor, match=r"findings has \d+ rows, and had \d+ \(floor 95%\)") as stopped:
        release(data, today=DAY)
    assert "requests" not in str(stopped.value)
    assert [path.name for path in (data / "releases").iterdir()] == ["2026-11-21"]
    assert release(data, {"findings": 0.1}, DAY).since == "2026-11-21"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_is_interrupted_leaves_nothing(data: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(releasing, "write_workbook", fail)
    with pytest.raises(type(error)):
        release(data, today=DAY)
    assert list((data / "releases").iterdir()) == []


def test_what_was_killed_is_no_release_and_is_cleared_away(data: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from archive import release as r\n"
        "r.write_workbook = lambda *_: os.kill(os.getpid(), 9)\n"
        "r.release(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(data)], check=False)
    assert done.returncode == -9
    assert [path.name[0] for path in (data / "releases").iterdir()] == ["."]
    assert releases(data) == []
    made = release(data, today=DAY)
    assert list((data / "releases").iterdir()) == [made.path]


def test_the_data_package_describes_every_file(data: Path) -> None:
    made = release(data, today=DAY)
    package = json.loads((made.path / "datapackage.json").read_text("utf-8"))
    assert {resource["name"] for resource in package["resources"]} == set(made.counts)
    for resource in package["resources"]:
        raw = (made.path / resource["path"]).read_bytes()
        assert (len(raw), f"sha256:{hashlib.sha256(raw).hexdigest()}") == (resource["bytes"], resource["hash"])
        header = raw.decode().splitlines()[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]
    assert package["gongkai"]["counts"] == made.counts


def test_it_validates_with_frictionless(data: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    made = release(data, today=DAY)
    found = frictionless.validate(str(made.path / "datapackage.json"))
    assert found.valid, found.flatten(["type", "note"])


def test_duckdb_answers_the_example_for_researchers(data: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "researchers.md").read_text("utf-8")
    (example,) = re.findall(r"## DuckDB\n\n```sql\n(.*?)```", page, re.DOTALL)
    made = release(data, today=DAY)
    with closing(duckdb.connect()) as db:
        found = db.sql(example.replace("data/releases/2026-11-21", str(made.path))).fetchall()
    assert sum(row[1] for row in found) == made.counts["panel"]


def test_duckdb_reads_parquet_and_csv_alike_and_blanks_stay_blank(data: Path) -> None:
    made = release(data, today=DAY)
    sql = "SELECT count(*), count(requests_received_total), sum(requests_received_total) FROM "
    ours = rows_of(data, f"{sql} panel")
    with closing(duckdb.connect()) as db:
        for source in (f"'{made.path}/parquet/panel.parquet'", f"read_csv('{made.path}/csv/panel.csv')"):
            assert db.execute(sql + source).fetchall() == ours
        kinds = dict(
            db.execute(
                f"SELECT column_name, column_type FROM (DESCRIBE FROM '{made.path}/parquet/panel.parquet')"
            ).fetchall()
        )
    assert (kinds["year"], kinds["requests_received_total"], kinds["division_code"]) == ("BIGINT", "DOUBLE", "VARCHAR")
    assert pq.read_schema(made.path / "parquet/panel.parquet").field("requests_received_total").metadata[b"zh"].decode()


def reports_of_two_years(data: Path) -> tuple[Archive, int]:
    """An open archive that has been released once, and the document of its report of 2024."""
    archive = Archive(data)
    archive.crawl()
    for year in (2023, 2024):
        made = report(f"http://qingyuan.test/{year}.html", year=year, published=f"{year + 1}-01-20")
        archive.take(made.source, made)
    publish(data)
    release(data, today=DAY)
    return archive, int(archive.db.execute("SELECT id FROM documents WHERE url LIKE '%2024%'").fetchone()[0])


def changes_now(archive: Archive) -> set[tuple[str, ...]]:
    archive.close()
    publish(archive.data)
    made = release(archive.data, {"": 0.0}, DAY)
    heading, *rows = for_excel(made.path / "changes.csv")
    assert heading == ["whose", "kind", "report_id", "what", "before", "after", "seen"]
    assert made.changes.total() == len(rows)
    return {(row[0], row[1], row[2][-4:], *row[3:6]) for row in rows}


def with_decisions(number: int, opening: str = "") -> Any:
    made = report("http://qingyuan.test/2024.html", published="2025-01-20", opening=opening)
    made.tables["disclosure"]["licensing"]["decisions"] = number
    return made


DECISIONS = "disclosure.licensing.decisions"


def test_an_edit_is_theirs(tmp_path: Path) -> None:
    archive, _ = reports_of_two_years(tmp_path)
    archive.crawl(day=9)
    archive.take("http://qingyuan.test/2024.html", with_decisions(5), "<html>edited</html>", day=9)
    assert changes_now(archive) == {("theirs", "cell", "2024", DECISIONS, "0", "5")}


def test_a_better_reading_of_the_same_bytes_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, document = reports_of_two_years(tmp_path)
    monkeypatch.setattr(readings, "EXTRACTOR_VERSION", "99")
    better = with_decisions(5, "本局公开信息。")
    better.title = "更正的标题"
    archive.reread(document, better)
    found = changes_now(archive)
    assert {row[0] for row in found} == {"ours"}
    assert ("ours", "cell", "2024", DECISIONS, "0", "5") in found
    assert ("ours", "field", "2024", "title", "青原区商务局2024年政府信息公开工作年度报告", "更正的标题") in found
    assert [row for row in found if row[1] == "text"]


def test_where_both_changed_each_gets_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, document = reports_of_two_years(tmp_path)
    monkeypatch.setattr(readings, "EXTRACTOR_VERSION", "99")
    archive.reread(document, with_decisions(5))
    archive.crawl(day=9)
    archive.take("http://qingyuan.test/2024.html", with_decisions(8), "<html>edited</html>", day=9)
    assert changes_now(archive) == {
        ("ours", "cell", "2024", DECISIONS, "0", "5"),
        ("theirs", "cell", "2024", DECISIONS, "5", "8"),
    }


def test_a_new_report_is_theirs_only_where_we_had_looked_before(tmp_path: Path) -> None:
    archive, _ = reports_of_two_years(tmp_path)
    archive.portal("baishi", "云溪市白石区")
    archive.crawl(day=9)
    archive.crawl("baishi", day=9)
    for portal, year in (("qingyuan", 2025), ("baishi", 2022)):
        made = report(f"http://{portal}.test/{year}.html", year=year, published=None)
        archive.take(made.source, made, day=9, portal=portal)
    archive.db.execute("UPDATE documents SET first_seen = '2026-03-09T02:30:00Z' WHERE url GLOB '*202[25].html'")
    assert {row[:3] for row in changes_now(archive)} == {
        ("theirs", "new_report", "2025"),
        ("ours", "new_report", "2022"),
    }


def test_nothing_changed_is_nothing_told(tmp_path: Path) -> None:
    archive, document = reports_of_two_years(tmp_path)
    archive.reread(document, with_decisions(0))
    assert changes_now(archive) == set()


def test_the_command_releases_tells_the_changes_and_refuses(data: Path) -> None:
    run = CliRunner()
    first = run.invoke(cli, ["--data", str(data), "release"])
    assert (first.exit_code, "3 reports" in first.output) == (0, True), first.output
    with closing(sqlite3.connect(data / "public.db")) as db:
        db.execute("DELETE FROM printed")
        db.commit()
    refused = run.invoke(cli, ["--data", str(data), "release"])
    assert refused.exit_code == ExitCode.NOT_RELEASED
    assert "printed has 0 rows" in refused.output
    forced = run.invoke(cli, ["--data", str(data), "release", "--floor", "0.5", "--floor", "printed=0"])
    assert (forced.exit_code, "Changes since" in forced.output) == (0, True), forced.output
    assert run.invoke(cli, ["--data", str(data), "release", "--floor", "much"]).exit_code == ExitCode.BAD_INPUT


def test_without_a_publication_the_way_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match="gongkai publish"):
        release(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_holds_another_type_stops_the_release(data: Path) -> None:
    with closing(sqlite3.connect(data / "public.db")) as db:
        db.execute("UPDATE reports SET days_late = 'many'")
        db.commit()
    with pytest.raises(release_files.UnfitColumn, match=r"reports\.days_late.*int64"):
        release(data)
    assert list((data / "releases").iterdir()) == []


def test_each_column_has_a_chinese_heading_of_its_own(data: Path) -> None:
    made = release(data, today=DAY)
    for path in sorted((made.path / "excel").glob("*.csv")):
        first = path.read_text("utf-8-sig").splitlines()[0]
        labels = [heading.rpartition(" ")[0] for heading in next(csv.reader([first]))]
        assert len(set(labels)) == len(labels), path.name
        assert all(label and not label.endswith("·") for label in labels), path.name
