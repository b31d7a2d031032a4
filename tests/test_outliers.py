"""A number that leaps is found and named with what it leaps from; small numbers, few years, steady bodies not."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest
from invented import Archive, report

from archive.outliers import HISTORY, PEERS, Value, is_outlier, outliers
from archive.publish import publish
from extract.report import Finding, Number

CELL = "requests.received.total"


def history(*numbers: Number, series: str = "a", group: str = "department") -> list[Value]:
    years = range(2015, 2015 + len(numbers))
    return [
        Value(f"{series}-{year}", series, f"{series}局", year, (group, "health", year), number)
        for year, number in zip(years, numbers, strict=True)
    ]


def found(*values: Value) -> dict[str, Finding]:
    return {f"{report} {finding.rule.partition(':')[0]}": finding for report, finding in outliers(CELL, values)}


def test_a_leap_names_both_ends() -> None:
    (key, finding), *rest = found(*history(100, 110, 95, 120, 2000, 105)).items()
    assert (key, rest) == ("a-2019 jump", [])
    assert (finding.rule, finding.expected, finding.actual) == (f"jump:{CELL}", 105, 2000)
    assert "2019年" in finding.message
    assert "2000" in finding.message
    assert "中位数为105" in finding.message
    assert "2018年报告为120" in finding.message


def test_a_fall_to_nothing_is_a_leap_too() -> None:
    assert list(found(*history(100, 110, 95, 0, 120, 105))) == ["a-2018 jump"]


@pytest.mark.parametrize(
    "numbers",
    [
        (100, 110, 95, 120, 180, 105),
        (1, 0, 2, 0, 9, 1),
        (0, 0, 0, 0, 45, 0),
        (100, 110, 2000),
        (10, 300, 25, 900, 60, 2000),
    ],
    ids=["growth", "small", "small from nothing", "few years", "a body that leaps every year"],
)
def test_what_is_no_leap(numbers: tuple[Number, ...]) -> None:
    assert found(*history(*numbers)) == {}


def test_two_wrong_years_hide_neither() -> None:
    assert list(found(*history(100, 110, 95, 120, 90000, 90000, 104, 99))) == ["a-2019 jump", "a-2020 jump"]


def test_a_body_apart_from_its_peers_is_named_with_them_unless_it_always_is() -> None:
    peers = [value for n in range(9) for value in history(20 + n, 30 + n, series=f"p{n}")]
    lone = found(*peers, *history(25, 40000, series="z"))
    assert list(lone) == ["z-2016 peers"]
    assert lone["z-2016 peers"].expected == 34
    assert "9个机关" in lone["z-2016 peers"].message
    assert "p8局为38" in lone["z-2016 peers"].message
    assert found(*peers[:14], *history(25, 40000, series="z")) == {}, "seven peers are too few"
    long = [value for n in range(9) for value in history(*[20 + n] * 6, series=f"p{n}")]
    assert found(*long, *history(*[40000] * 6, series="z")) == {}, "it is always a large one"
    assert found(*peers, *history(25, 40000, series="z", group="office")) == {}, "others are not its peers"


def test_the_limits_are_what_they_say() -> None:
    assert is_outlier(2000, [100, 100, 100, 100], HISTORY)
    assert not is_outlier(2000, [100, 100, 100], HISTORY)
    assert not is_outlier(420, [100, 100, 100, 100], HISTORY)
    assert not is_outlier(150, [0] * 8, PEERS)


def test_outliers_follow_a_body_through_its_names_and_are_published_once(archive: Archive) -> None:
    for year, name, number in (
        (2015, "环境保护局", 120),
        (2016, "环保局", 100),
        (2017, "环境保护局", 110),
        (2019, "生态环境局", 130),
        (2020, "生态环境局", 9000),
    ):
        made = report(f"http://qingyuan.test/{year}.html", name, year, f"{year + 1}-01-20")
        made.findings.clear()
        made.tables["requests"]["received"]["total"] = number
        archive.take(made.source, made)
    for _ in range(2):
        with closing(sqlite3.connect(publish(archive.data))) as db:
            rows = db.execute("SELECT report_id, rule, fault, cells FROM findings WHERE rule LIKE 'jump:%'").fetchall()
            ((report_id,),) = db.execute("SELECT id FROM reports WHERE year = 2020").fetchall()
            counted = db.execute("SELECT source_findings FROM panel WHERE report_id = ?", [report_id]).fetchone()
        assert rows == [(report_id, f"jump:{CELL}", "source", f'["{CELL}"]')]
        assert counted[0] >= 1
    assert archive.db.execute("SELECT count(*) FROM findings WHERE rule LIKE 'jump:%'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [("环境保护局", "生态环境局", True), ("工商局", "市场监管局", False), ("教育局", "卫生健康局", False)],
)
def test_what_was_carried_over_a_rename_must_agree(archive: Archive, before: str, after: str, broken: bool) -> None:
    for year, name in ((2018, before), (2019, after)):
        archive.take(f"http://qingyuan.test/{year}.html", report("x", name, year))
    carried = archive.db.execute("SELECT count(*) FROM findings WHERE rule = 'carry:total'").fetchone()[0]
    assert bool(carried) is broken


def test_in_a_large_group_each_is_held_against_all_of_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the same are found as by holding each against each, which takes a hundred times as long."""
    chance = random.Random(5)
    values = [
        value
        for body in range(150)
        for value in history(*(round(chance.lognormvariate(3, 1)) for _ in range(3)), series=f"{body:03}")
    ]
    values += history(100, 110, 95, 120, 90000, 105, series="leaps") + history(9, 9000, 20, series="apart")
    at_once = found(*values)
    assert set(at_once) == {"leaps-2019 jump", "apart-2016 peers"}
    monkeypatch.setattr("archive.outliers._LARGE", 10**6)
    assert found(*values) == at_once
