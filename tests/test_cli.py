"""The command line as a person meets it: words for people, JSON for machines, exit codes for both."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from generator import make_truth, render_html

from gongkai import cli


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, words)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.html"
    file.write_bytes(render_html(make_truth(Random(3), "2021")).data)
    return file


def test_parse_prints_a_line_of_json_for_each_file_in_their_order(report: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.7 torn")
    code, out, err = run("parse", str(report), str(torn), str(report), "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["source"] for line in lines] == [str(report), str(torn), str(report)]
    assert [line["form"] for line in lines] == ["2021", None, "2021"]
    assert lines[0] == lines[2]
    assert set(lines[1]) == set(lines[0])
    assert lines[1]["findings"][0]["actual"] == "malformed"
    assert code == 7
    assert str(torn) in err


def test_parse_tells_a_person_what_stands_there(report: Path) -> None:
    code, out, _ = run("parse", str(report))
    assert code == 0
    assert "年政府信息公开工作年度报告" in out
    assert "requests: 25 行" in out


@pytest.mark.parametrize("command", ["status", "verify", "extract"])
def test_a_mistyped_folder_is_an_error_and_stays_empty(command: str, tmp_path: Path) -> None:
    code, _, err = run("--data", str(tmp_path / "dtaa"), command)
    assert code == 2
    assert "There is no archive" in err
    assert not (tmp_path / "dtaa").exists()


def test_nothing_published_is_said(tmp_path: Path) -> None:
    code, _, err = run("--data", str(tmp_path), "serve")
    assert code == 2
    assert "publish" in err
