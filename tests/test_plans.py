"""What pages and checks ask an index answers: nothing that grows with the archive is looked through or sorted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import checks
from archive.publish import publish
from archive.queries import QUERIES
from archive.schema import open_archive
from archive.site import bodies, compare, leads, places, report
from benchmarks import archives

VALUES = {
    **{"portal": "p0", "portal_id": "p0", "place": "p0", "series": "p0-00000001", "agency_id": "p0-00000001"},
    **{"kind": "broken", "year": 2020},
}
SORTED = "USE TEMP B-TREE FOR ORDER BY"
ASKED = {
    "the strongest leads": f"{leads._SELECT} ORDER BY l.id LIMIT 3",
    "leads of a year": f"{leads._SELECT}{leads._NARROWED['year']} ORDER BY l.id LIMIT 50",
}
OF_ONE = {
    "leads of a place": f"{leads._SELECT}{leads._NARROWED['place']} ORDER BY l.id LIMIT 50",
    "what a report is held against": compare._OTHERS,
    "the names of a body": bodies._NAMES,
    "the years of a body": bodies._YEARS,
    "the findings over a body's years": bodies._OVER_YEARS,
    "the edits of a body": bodies._EDITS,
    "the matrix": QUERIES["matrix"].sql,
    "the league": QUERIES["league"].sql,
    "a body's reports": QUERIES["series"].sql,
    "what is missing": QUERIES["missing"].sql,
    "the punctuality of a place": places._PUNCTUAL,
    "a report": report.REPORT.replace("?", ":series"),
    "forms that do not add up": places._BROKEN.replace("?", ":portal"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many places and edits: where a table is small, looking through it is quickest."""
    made = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "_AGENCIES_A_PORTAL", 3)
        patch.setattr(archives, "_EDITED", 4)
        archives.make(made, 600)
    publish(made)
    return made


@pytest.fixture(scope="module")
def public(data: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(data / "public.db")) as db:
        yield db


def plan(db: sqlite3.Connection, sql: str) -> list[str]:
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", VALUES)]


def looked_through(steps: list[str]) -> list[str]:
    return [step for step in steps if step.startswith("SCAN") and step != "SCAN CONSTANT ROW"]


@pytest.mark.parametrize("asked", [*ASKED, *OF_ONE])
def test_no_table_is_looked_through(public: sqlite3.Connection, asked: str) -> None:
    assert looked_through(plan(public, {**ASKED, **OF_ONE}[asked])) == []


@pytest.mark.parametrize("asked", ASKED)
def test_the_best_of_very_many_come_in_their_order(public: sqlite3.Connection, asked: str) -> None:
    assert SORTED not in plan(public, ASKED[asked])


def test_a_check_across_years_looks_at_one_body(data: Path) -> None:
    with closing(open_archive(data)) as archive:
        said: list[str] = []
        archive.conn.set_trace_callback(said.append)
        found = checks._reports(archive, "p0-00000001", 2020)
        archive.conn.set_trace_callback(None)
        assert found == [("p0-00000001-2020", "p0-00000001")]
        steps = plan(archive.conn, said[0])
    assert looked_through(steps) == []
    assert any("reports" in step and "agency_id=? AND year=?" in step for step in steps)


def test_what_looks_through_a_table_is_told(public: sqlite3.Connection) -> None:
    joined = (
        "SELECT r.id FROM reports r JOIN agencies a ON a.id = r.agency_id "
        "WHERE coalesce(a.series_id, a.id) = :series OR r.portal_id = :portal"
    )
    assert looked_through(plan(public, joined))
    assert SORTED in plan(public, "SELECT * FROM leads WHERE kind = :kind ORDER BY before LIMIT 3")
