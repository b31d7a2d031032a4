"""Whole pages and Word documents as portals print them, each with one thing out of order, against what they print.

A cell of the truth that differs from the common report's is named; a null among them has its finding.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from extract import Source, read

HERE = Path(__file__).parent / "irregular"
TRUTH: dict[str, Any] = json.loads((HERE / "truth.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(TRUTH["reports"]))
def test_a_report_is_read_as_it_is_printed(name: str) -> None:
    expected = TRUTH["reports"][name]
    file = HERE / expected.get("file", f"{name}.html")
    report = read(Source(file.read_bytes(), file.name)).to_json()
    tables = deepcopy(TRUTH["tables"][expected["form"]])
    for path, value in expected["cells"].items():
        table, row, cell = path.split(".")
        tables[table][row][cell] = value
    assert report["tables"] == tables
    for key in ("form", "year", "agency", "published"):
        assert report[key] == expected[key], key
    assert [section["number"] for section in report["sections"]] == [1, 2, 3, 4, 5, 6]
    findings = {finding["rule"] for finding in report["findings"] if finding["severity"] != "info"}
    assert sorted(findings) == expected["findings"]
    if "figures" in expected:
        figures = [[figure["value"], figure["unit"], figure["approximate"]] for figure in report["figures"]]
        assert figures == expected["figures"]
