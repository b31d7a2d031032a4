"""The report page of a year before the official form: its statistics table as printed, and how it was read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bs4 import BeautifulSoup
from client import get
from datasette.app import Datasette
from invented import fill

from archive.publish import publish
from archive.serve import datasette


def page(site: Datasette, path: str) -> BeautifulSoup:
    return BeautifulSoup(get(site, path).text, "html.parser")


def test_a_report_of_before_2019_shows_its_statistics_as_printed(tmp_path: Path) -> None:
    fill(tmp_path)
    rows = [
        (1, "", "主动公开政府信息数", "条", 120, None),
        (2, "主动公开政府信息数", "其中：规范性文件", "条", None, "3件"),
        (3, "", "收费", None, None, None),
    ]
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        (report,) = db.execute("SELECT min(id) FROM reports").fetchone()
        db.executemany(f"INSERT INTO statistics VALUES ('{report}', ?, ?, ?, ?, ?, ?)", rows)
        db.execute(
            "INSERT INTO findings (report_id, rule, severity, fault, message) VALUES (?, 'ocr', 'info', 'reading', '')",
            [report],
        )
        others = [row[0] for row in db.execute("SELECT id FROM reports WHERE id <> ?", [report])]
    publish(tmp_path)
    made = datasette(tmp_path)
    assert "文字由 OCR 识别：引用前请对照原件" in get(made, f"/reports/{report}").text
    shown = page(made, f"/reports/{report}").select(".gk-statistics tbody tr")
    assert [[cell.text for cell in row.select("th, td")] for row in shown] == [
        ["主动公开政府信息数", "条", "120"],
        ["其中：规范性文件", "条", "3件"],
        ["收费", "", "空白"],
    ]
    assert not page(made, f"/reports/{others[0]}").select(".gk-statistics")
