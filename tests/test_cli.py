"""The command line as a person meets it: words for people, JSON for machines, exit codes for both."""

from __future__ import annotations

import json
import subprocess
import sys
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
    assert "表三　收到和处理政府信息公开申请情况" in out
    assert "共25行" in out


def test_parse_tells_a_person_in_its_place_what_could_not_be_read(report: Path, tmp_path: Path) -> None:
    code, out, err = run("parse", str(tmp_path / "nothing.pdf"), str(report), "--jobs", "1")
    assert code == 7
    assert out.index("没有这个文件") < out.index("表三")
    assert "1 of 2 files could not be read." in err
    assert "\x1b" not in out + err


def test_parse_reads_the_documents_of_a_folder(report: Path, tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("p {}", "utf-8")
    code, out, _ = run("parse", str(tmp_path), "--json")
    assert code == 0
    assert [json.loads(line)["source"] for line in out.splitlines()] == [str(report)]
    (tmp_path / "none").mkdir()
    code, _, err = run("parse", str(tmp_path / "none"))
    assert code == 2
    assert "no document" in err


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False)])
def test_colours_are_for_those_who_want_them(report: Path, no_color: str | None, coloured: bool) -> None:
    """On a terminal, which is what `color=True` stands for."""
    done = CliRunner(env={"NO_COLOR": no_color}).invoke(cli, ["parse", str(report)], color=True)
    assert ("\x1b" in done.stdout) is coloured


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


def test_a_command_loads_no_room_before_it_is_called() -> None:
    """All of them take a second, which `--help` and every mistyped option would wait for."""
    told = subprocess.run(
        [sys.executable, "-c", "import gongkai, sys; print(*sys.modules)"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.split()
    assert "gongkai" in told
    assert not {"lxml", "sqlite_utils", "scrapy", "pdfplumber", "archive", "datasette"} & set(told)
