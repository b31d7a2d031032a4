"""The benchmarks run, at a tiny size, and tell a ratio. How fast anything is, is asserted nowhere: machines differ."""

from __future__ import annotations

import importlib
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.publish import publish
from benchmarks import __main__ as command
from benchmarks.archives import make, take_in
from benchmarks.measure import against, percentile, shortest

RATIO = re.compile(r": [\d.,]+ (?:m?s|MB); .+: [\d.,]+ (?:m?s|MB); ratio [\d.e+-]+")
TINY: dict[str, dict[str, Any]] = {
    "reading": {"rounds": 1},
    "contained": {"documents": 4, "rounds": 1},
    "archive": {"sizes": (20, 40), "rounds": 1},
    "site": {"sizes": (20,), "rounds": 1, "readers": 2},
}
"""What to call `run` with; a benchmark that is not named here is held to its title only."""


@pytest.mark.parametrize("name", command.available())
def test_every_benchmark_has_a_title_of_one_line(name: str) -> None:
    title = importlib.import_module(f"benchmarks.{name}").TITLE
    assert title
    assert "\n" not in title


@pytest.mark.parametrize("name", TINY)
def test_a_benchmark_tells_ratios_against_a_named_baseline(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    lines = list(module.run(**TINY[name]))
    assert any(RATIO.search(line) for line in lines), lines


class Named:
    """Stands in for a benchmark."""

    TITLE = "Nothing at all"

    @staticmethod
    def run() -> Iterable[str]:
        yield against("ours", 1.0, "theirs", 2.0)


def test_the_command_runs_the_benchmarks_that_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib, "import_module", lambda _: Named)
    assert command.main(["reading"]) == 0
    said = capsys.readouterr().out
    assert "Nothing at all (reading)" in said
    assert "ours: 1.00 s; theirs: 2.00 s; ratio 0.5" in said


def test_the_command_names_the_benchmarks_there_are_where_it_knows_none_of_that_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["flying"]) == 2
    assert "No benchmark is called flying. There are: reading, contained, archive" in capsys.readouterr().err


def test_a_missed_target_is_said() -> None:
    assert against("a", 3.0, "b", 2.0, 1.6).endswith("ratio 1.5 (target at most 1.6: PASS)")
    assert against("a", 3.0, "b", 2.0, 1.4).endswith("ratio 1.5 (target at most 1.4: MISSED)")


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(value) for value in range(20, 0, -1)]
    assert (percentile(values, 50), percentile(values, 95), percentile([7.0], 50)) == (10.0, 19.0, 7.0)


def test_the_shortest_round_counts_and_rounds_take_turns() -> None:
    now, calls = [0.0], []

    def take(name: str, times: list[float]) -> None:
        calls.append(name)
        now[0] += times.pop()

    mine, other = [2.0, 5.0], [4.0, 3.0]
    found = shortest(lambda: take("ours", mine), lambda: take("theirs", other), 2, lambda: now[0])
    assert found == (2.0, 3.0)
    assert calls == ["ours", "theirs"] * 2


def test_a_synthetic_archive_is_one_that_can_be_published_and_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        make(tmp_path / name, 30)
    one, other = (publish(tmp_path / name).read_bytes() for name in ("one", "other"))
    assert len(one) == len(other)


def test_read_reports_are_taken_into_a_synthetic_archive(tmp_path: Path) -> None:
    make(tmp_path, 20)
    assert take_in(tmp_path, 5) > 0
    with closing(sqlite3.connect(publish(tmp_path))) as db:
        assert db.execute("SELECT count(*), count(DISTINCT agency_id) FROM reports").fetchone() == (25, 2 + 5)
