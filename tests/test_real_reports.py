"""The main job on real reports, from the outside: crawled, read, published, searched, and held against the truth."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from portal import FAST
from sqlite_utils import Database

from archive.serve import datasette
from crawler.run import crawl

Truth = dict[str, Any]


def gongkai(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "gongkai", *words], capture_output=True, text=True, check=False)


def differences(found: Truth, truth: Truth) -> list[str]:
    """What a reading has otherwise than the truth, rows and cells that it should not have included."""
    names = ("agency", "year", "published", "form", "media")
    wrong = [f"{name}: {found[name]!r}, not {truth[name]!r}" for name in names if found[name] != truth[name]]
    for table, rows in truth["tables"].items():
        if set(found["tables"][table]) != set(rows):
            wrong.append(f"{table}: other rows: {set(found['tables'][table]) ^ set(rows)}")
        for row, cells in rows.items():
            if found["tables"][table].get(row) != cells:
                wrong.append(f"{table}.{row}: {found['tables'][table].get(row)}, not {cells}")
    return wrong


@pytest.fixture(scope="module")
def truth(real_portals: Path) -> dict[str, Truth]:
    return {row["portal"]: row for row in json.loads((real_portals / "truth.json").read_text("utf-8"))}


@pytest.fixture(scope="module")
def archive(replay: str, real_portals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert replay
    data = tmp_path_factory.mktemp("real")
    for _ in range(2):
        crawl(data, real_portals / "portals.csv", settings=FAST)
        assert gongkai("--data", str(data), "extract").returncode == 0
    assert gongkai("--data", str(data), "publish").returncode == 0
    return data


def from_database(db: Database, portal: str) -> Truth:
    (row,) = db.query("SELECT * FROM reports WHERE portal_id = ?", [portal])
    tables = {}
    for table, key in (("disclosure", "item"), ("requests", "outcome"), ("challenges", "route")):
        name = "disclosures" if table == "disclosure" else table
        filed = list(db.query(f"SELECT * FROM {name} WHERE report_id = ?", [row["id"]]))
        known = {r[key]: {c: v for c, v in r.items() if c not in ("report_id", key)} for r in filed}
        tables[table] = known
    return {**row, "tables": tables}


@pytest.mark.parametrize("portal", ["zhanhe", "laocheng", "kaiping", "hubin", "yanshi"])
def test_every_fact_of_a_real_report_is_in_the_published_archive(
    archive: Path, truth: dict[str, Truth], portal: str
) -> None:
    db = Database(archive / "public.db")
    found, true = from_database(db, portal), truth[portal]
    # Columns that table 2 has for the other form are null there, and no part of the truth.
    for item, cells in found["tables"]["disclosure"].items():
        wanted = true["tables"]["disclosure"].get(item, {})
        found["tables"]["disclosure"][item] = {c: v for c, v in cells.items() if c in wanted or v is not None}
    assert differences(found, true) == []
    sections = [
        row["number"] for row in db.query("SELECT number FROM sections WHERE report_id = ? ORDER BY 1", [found["id"]])
    ]
    assert sections == true["sections"]
    figures = {
        (row["value"], row["unit"], row["topic"])
        for row in db.query("SELECT * FROM figures WHERE report_id = ?", [found["id"]])
    }
    assert figures == {tuple(figure) for figure in true["figures"]}
    assert not list(db.query("SELECT * FROM findings WHERE report_id = ?", [found["id"]]))
    db.close()


def test_five_reports_no_sixth_and_a_second_crawl_adds_nothing(archive: Path, truth: dict[str, Truth]) -> None:
    db = Database(archive / "public.db")
    assert {row["portal_id"] for row in db["reports"].rows} == set(truth)
    assert (db["reports"].count, db["versions"].count, db["documents"].count) == (5, 5, 5)
    assert not list(db.query("SELECT url FROM captures GROUP BY url HAVING count(*) > 1"))
    (row,) = db.query(
        "SELECT r.url, c.url AS file FROM reports r JOIN captures c ON c.id = r.capture_id WHERE media = 'pdf'"
    )
    assert row["url"].endswith("/91822.html")
    assert row["file"].endswith(".pdf")
    db.close()


@pytest.mark.parametrize("words", ["局", "政务", "商务局", "信息公开条例", "政务 公开", "2024年"])
def test_search_finds_what_like_finds(archive: Path, words: str) -> None:
    db = Database(archive / "public.db")
    where = " AND ".join("(heading LIKE ? OR text LIKE ?)" for _ in words.split())
    values = [f"%{word}%" for word in words.split() for _ in range(2)]
    wanted = {row["id"] for row in db.query(f"SELECT id FROM sections WHERE {where}", values)}
    db.close()
    assert wanted

    async def ask(query: str) -> Any:
        site = datasette(archive)
        await site.invoke_startup()
        return (
            await site.client.get("/public/sections.json", params={"_search": query, "_shape": "array", "_size": "max"})
        ).json()

    assert {row["id"] for row in asyncio.run(ask(words))} == wanted
    assert isinstance(asyncio.run(ask(f'"{words}')), list)


@pytest.mark.parametrize("name", ["hongze-district-2023.pdf", "shanghai-gov-office-2019.html"])
def test_parse_prints_what_two_more_real_reports_print(name: str) -> None:
    file = SHARED / "reports" / name
    if not file.is_file():
        pytest.skip("the two real reports are not beside this checkout")
    true = json.loads(file.with_suffix(".truth.json").read_text("utf-8"))
    done = gongkai("parse", str(file), "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert differences(found, true) == []
    assert found["title"] == true["title"]
    assert [section["number"] for section in found["sections"]] == [1, 2, 3, 4, 5, 6]
    errors = [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert len(errors) == len(true["arithmetic_breaks_in_source"])
    assert {finding["fault"] for finding in errors} <= {"source"}


def test_the_comparison_sees_a_wrong_cell(truth: dict[str, Truth]) -> None:
    true = truth["zhanhe"]
    spoilt = json.loads(json.dumps(true))
    spoilt["tables"]["requests"]["granted"]["total"] = None
    assert differences(true, true) == []
    assert len(differences(spoilt, true)) == 1
