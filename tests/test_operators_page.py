"""What docs/operators.md says of codes, outcomes, monitors, settings and commands is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import click

from crawler.exits import ExitCode
from crawler.monitors import NAMES, THRESHOLDS
from crawler.outcomes import Outcome
from gongkai import cli

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "operators.md").read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    rows = re.search(rf"^\| {heading} \|.*\n\|[ -|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert rows, heading
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows.group(1).splitlines()]


def test_exit_codes() -> None:
    assert [(int(code), name) for code, name, _ in table("code")] == [(code.value, code.name) for code in ExitCode]


def test_outcomes() -> None:
    assert [row[0] for row in table("outcome")] == [outcome.value for outcome in Outcome]


def test_monitors_and_their_thresholds() -> None:
    rows = table("monitor")
    assert tuple(row[0] for row in rows) == NAMES
    assert [row[2].split("`")[0].split(",")[0] for row in rows] == list(THRESHOLDS)


def test_every_command_it_uses_is_there() -> None:
    for name in set(re.findall(r"gongkai(?: --data \S+)? ([a-z]+)", PAGE)) - {"portals"}:
        assert name in cli.commands, name
    for name in ("crawl", "probe", "import", "status", "verify", "export", "extract", "publish"):
        assert re.search(rf"gongkai(?: --data \S+)? {name}\b", PAGE), name
    portals = cli.commands["portals"]
    assert isinstance(portals, click.Group)
    assert "gongkai portals check" in PAGE
    assert set(portals.commands) == {"check"}
