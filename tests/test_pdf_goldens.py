"""PDF files of other programs, kept as they came out of them, against what a person reads on their pages.

`word_with_borders` and `office_from_web_page` were printed by LibreOffice, from Word with upright labels and a head
repeated on each page and from a web page; `browser` and `browser_three_lines` by Chromium; `hairlines` was drawn line
by line in a font that the file does not hold, its last table cut in a row; `scan` is a picture of such pages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extract import Source, read
from extract.ocr import available
from extract.report import Severity

HERE = Path(__file__).parent / "goldens_pdf"
TRUTH: dict[str, Any] = json.loads((HERE / "truth.json").read_text("utf-8"))


def test_every_file_has_its_truth() -> None:
    assert {path.stem for path in HERE.glob("*.pdf")} == set(TRUTH)


@pytest.mark.timeout(400)  # the scan, on a busy machine
@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_print_of_another_program_is_read_as_it_is_printed(name: str) -> None:
    if name == "scan" and not available():
        pytest.skip("the extra that recognises pictures is not installed")
    report = read(Source((HERE / f"{name}.pdf").read_bytes(), f"{name}.pdf")).to_json()
    expected = TRUTH[name]
    assert report["tables"] == expected["tables"]
    assert {key: report[key] for key in expected} == expected
    assert [section["number"] for section in report["sections"]] == [1, 2, 3, 4, 5, 6]
    assert [finding for finding in report["findings"] if finding["severity"] != Severity.INFO] == []
