"""The demo from the outside: what the sample portals say is what the archive holds, no more and no less."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler.sample import SampleReport, truth
from crawler.sample.demo import DemoResult, run_demo
from extract.form import APPLICANTS, DISCLOSURE_CELLS, RESULTS
from extract.report import Number

STARTED = True  # Whole, as an operator has it.

EDITED = "yanxi-government-2024"
REPORTS = {report.id: report for report in truth()}
TABLES = {
    "disclosure": ("disclosures", "item", DISCLOSURE_CELLS),
    "requests": ("requests", "outcome", tuple(APPLICANTS)),
    "challenges": ("challenges", "route", tuple(RESULTS)),
}


class Demo(NamedTuple):
    data: Path
    result: DemoResult
    said: list[str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One demo for all tests here, in an environment whose own proxies and exceptions must not get in its way."""
    data = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "*")
        patch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        before = dict(os.environ)
        result = run_demo(data, said.append)
        assert dict(os.environ) == before
    return Demo(data, result, said)


def connect(path: Path) -> closing[sqlite3.Connection]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return closing(db)


def differences(path: Path) -> list[str]:
    """Everything in which a database's reports differ from the truth, as sentences."""
    with connect(path) as db:
        found = {row["document_url"]: row for row in db.execute(_REPORTS)}
        expected = {report.url: report for report in REPORTS.values()}
        wrong = [f"no report of {url}" for url in expected.keys() - found.keys()]
        wrong += [f"a report that is none: {url}" for url in found.keys() - expected.keys()]
        for url in expected.keys() & found.keys():
            of_report = [*_facts(found[url], expected[url]), *_cells(db, found[url]["id"], expected[url])]
            wrong += [f"{expected[url].id}: {difference}" for difference in of_report]
    return sorted(wrong)


_REPORTS = (
    "SELECT reports.*, documents.url AS document_url FROM reports JOIN documents ON documents.report_id = reports.id"
)


def _facts(row: sqlite3.Row, report: SampleReport) -> Iterator[str]:
    for name in ("agency", "year", "published", "form", "media", "portal_id", "title"):
        expected = report.portal if name == "portal_id" else getattr(report, name)
        squeeze = (lambda text: re.sub(r"\s", "", text)) if name == "title" else (lambda value: value)
        if squeeze(row[name]) != squeeze(expected):
            yield f"{name} is {row[name]!r}, not {expected!r}"


def _cells(db: sqlite3.Connection, report_id: str, report: SampleReport) -> Iterator[str]:
    for name, (table, key, columns) in TABLES.items():
        rows = {row[key]: row for row in db.execute(f"SELECT * FROM {table} WHERE report_id = ?", [report_id])}
        if rows.keys() != report.tables[name].keys():
            yield f"{name} has the rows {sorted(rows)}"
            continue
        for row, cells in report.tables[name].items():
            for cell in columns:
                if rows[row][cell] != cells.get(cell):
                    yield f"{name}.{row}.{cell} is {rows[row][cell]}, not {cells.get(cell)}"


def test_the_archive_holds_the_truth(demo: Demo) -> None:
    assert differences(demo.result.public) == []
    assert differences(demo.data / "archive.db") == []
    assert demo.result.reports == len(REPORTS)
    assert demo.result.media == Counter(report.media for report in REPORTS.values())


def test_a_changed_cell_and_a_lost_report_are_seen(demo: Demo, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(demo.result.public, copy)
    with closing(sqlite3.connect(copy)) as db:
        (report_id,) = db.execute("SELECT report_id FROM documents WHERE url = ?", [REPORTS[EDITED].url]).fetchone()
        db.execute("UPDATE requests SET other = other + 1 WHERE report_id = ? AND outcome = 'granted'", [report_id])
        db.execute("UPDATE documents SET report_id = NULL WHERE url = ?", [REPORTS["heqiao-hezhu-2022"].url])
        db.commit()
    lost, changed = f"no report of {REPORTS['heqiao-hezhu-2022'].url}", f"{EDITED}: requests.granted.other is 2, not 1"
    assert set(differences(copy)) - set(differences(demo.result.public)) == {lost, changed}


def test_every_report_has_its_six_chapters(demo: Demo) -> None:
    with connect(demo.result.public) as db:
        for report, report_id in report_ids(db):
            chapters = db.execute("SELECT heading, text FROM sections WHERE report_id = ? ORDER BY number", [report_id])
            read = [(row["heading"], row["text"]) for row in chapters]
            assert [heading for heading, _ in read] == [heading for heading, _ in report.sections], report.id
            for (_, text), (_, paragraphs) in zip(read, report.sections, strict=True):
                missing = [part for part in paragraphs if squeezed(part) not in squeezed(text)]
                assert not missing, report.id


def test_the_counts_of_the_prose_are_figures(demo: Demo) -> None:
    wrong = {}
    with connect(demo.result.public) as db:
        for report, report_id in report_ids(db):
            rows = db.execute("SELECT * FROM figures WHERE report_id = ?", [report_id])
            read = Counter((row["section"], row["value"], row["unit"], bool(row["approximate"])) for row in rows)
            counted = [figure for figure in report.figures if figure.topic]
            stated = Counter((figure.section, figure.value, figure.unit, figure.approximate) for figure in counted)
            if missed := stated - read:
                wrong[report.id] = sorted(missed, key=str)
    assert wrong == {}


def test_the_findings_are_those_that_the_reports_deserve(demo: Demo) -> None:
    with connect(demo.result.public) as db:
        for report, report_id in report_ids(db):
            rows = db.execute("SELECT rule, fault FROM findings WHERE report_id = ?", [report_id]).fetchall()
            rules = {"stated" if row["rule"].startswith("stated:") else row["rule"] for row in rows}
            assert rules == set(report.expect), report.id
            assert {row["fault"] for row in rows} <= {"source"}, report.id


def test_only_the_edited_report_has_two_versions(demo: Demo) -> None:
    """Not those of the portal whose page frame changed, and the old content is kept beside the new."""
    with connect(demo.result.public) as db:
        ids = {report_id: report.id for report, report_id in report_ids(db)}
        rows = db.execute("SELECT report_id, content FROM versions ORDER BY report_id, number").fetchall()
    counts = Counter(ids[row["report_id"]] for row in rows)
    assert counts == {report: 2 if report == EDITED else 1 for report in REPORTS}
    before, after = [row["content"] for row in rows if ids[row["report_id"]] == EDITED]
    assert "2398条" in before
    assert "2389条" in after
    assert "1386" in before
    assert "1368" in after


def test_decoys_are_not_reports_and_the_clone_is_never_asked(demo: Demo) -> None:
    with connect(demo.result.public) as db:
        titles = [row["title"] for row in db.execute("SELECT title FROM documents")]
        asked = [row["url"] for row in db.execute("SELECT url FROM captures")]
    assert len(titles) == len(REPORTS)
    assert not [title for title in titles if re.search("法治|预算|图解|解读|指南|通知|目录", title)]
    assert asked
    assert not [url for url in asked if ".gov.example/" not in url]
    assert sum(portal.refused for portal in demo.result.crawls[0].portals) == 1


def test_the_second_visit_fetches_what_changed(demo: Demo) -> None:
    first, second = demo.result.crawls
    assert {portal.outcome.value for crawl in (first, second) for portal in crawl.portals} == {"ok"}
    assert all(portal.unchanged == 0 for portal in first.portals)
    new = {portal.portal_id: portal.new_captures for portal in second.portals}
    assert (new["yanxi"], new["shushi"], new["heqiao"]) == (1, 0, 0)
    assert new["linxiu"] > 0


def test_the_demo_says_what_it_did(demo: Demo) -> None:
    said = "\n".join(demo.said)
    assert "First visit" in said
    assert "Second visit" in said
    assert f"{len(REPORTS)} reports (17 HTML, 3 PDF)" in said
    assert demo.result.seconds > 0
    whys = {(pointer.agency, pointer.year): pointer.why for pointer in demo.result.worth_a_look}
    assert {"禾桥县人民政府", "禾桥县卫生健康委员会", "砚溪区人民政府"} <= {agency for agency, _ in whys}


def test_a_second_demo_adds_nothing(demo: Demo) -> None:
    before = counts(demo.data / "archive.db")
    said: list[str] = []
    result = run_demo(demo.data, said.append)
    after = counts(demo.data / "archive.db")
    assert {name: after[name] - before[name] for name in before if after[name] != before[name]} == {}
    assert result.reports == len(REPORTS)
    assert len(result.crawls) == 1
    assert differences(result.public) == []


def counts(path: Path) -> dict[str, Number]:
    tables = (
        "captures documents attachments reports versions readings disclosures requests challenges sections findings"
    )
    with connect(path) as db:
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables.split()}


def report_ids(db: sqlite3.Connection) -> list[tuple[SampleReport, str]]:
    found = {row["document_url"]: row["id"] for row in db.execute(_REPORTS)}
    return [(report, found[report.url]) for report in REPORTS.values()]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
