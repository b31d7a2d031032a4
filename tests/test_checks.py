"""The form's arithmetic: a wrong sum is found and is the source's fault; a blank or unread cell accuses nobody."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from extract.checks import check
from extract.form import APPLICANTS, OUTCOME_KEYS, RESULTS, ROUTES
from extract.prose_checks import check_prose
from extract.report import Fault, Figure, Finding, Report, Severity, Table


def sound() -> Report:
    """A report whose every identity holds: three received from people, one from a firm, all granted but one."""
    zero = dict.fromkeys(APPLICANTS, 0)
    requests: Table = {outcome: dict(zero) for outcome in OUTCOME_KEYS}
    for outcome, people, firms in (
        ("received", 3, 1),
        ("granted", 2, 1),
        ("concluded", 2, 1),
        ("carried_forward", 1, 0),
    ):
        requests[outcome] |= {"natural_person": people, "commercial_enterprise": firms, "total": people + firms}
    report = Report("here", "html", year=2024)
    report.tables = {
        "disclosure": {},
        "requests": requests,
        "challenges": {r: dict.fromkeys(RESULTS, 0) for r in ROUTES},
    }
    return report


def rules(report: Report, unread: set[str] | None = None) -> set[str]:
    found = list(check(report, unread or set()))
    assert all(finding.fault is Fault.SOURCE and finding.severity is Severity.ERROR for finding in found)
    return {finding.rule for finding in found}


def put(table: str, row: str, cell: str, value: int | None) -> Callable[[Report], None]:
    def change(report: Report) -> None:
        report.tables[table][row][cell] = value

    return change


def test_a_sound_report_has_no_finding() -> None:
    assert rules(sound()) == set()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (put("requests", "received", "total", 5), {"row_sum:received", "balance:total"}),
        (put("requests", "granted", "natural_person", 9), {"row_sum:granted", "outcome_sum:natural_person"}),
        (
            put("requests", "carried_forward", "natural_person", 0),
            {"row_sum:carried_forward", "balance:natural_person"},
        ),
        (put("challenges", "reconsideration", "upheld", 4), {"challenge_sum:reconsideration"}),
        (put("challenges", "litigation_direct", "total", 1), {"challenge_sum:litigation_direct"}),
    ],
)
def test_each_identity_is_found_broken(change: Callable[[Report], None], broken: set[str]) -> None:
    report = sound()
    change(report)
    assert rules(report) == broken


def test_both_ends_of_a_broken_sum_are_shown() -> None:
    report = sound()
    put("challenges", "reconsideration", "upheld", 4)(report)
    (finding,) = check(report, set())
    assert (finding.expected, finding.actual) == (4, 0)
    assert "challenges.reconsideration.total" in finding.cells


def test_blank_totals_and_blank_parts_are_not_sums() -> None:
    report = sound()
    for outcome in ("granted", "concluded"):
        put("requests", outcome, "total", None)(report)
    assert rules(report) == set()
    report = sound()
    for person in tuple(APPLICANTS)[:-1]:
        put("requests", "received", person, None)(report)
    assert "row_sum:received" not in rules(report)


def test_a_sum_over_a_cell_that_we_could_not_read_accuses_nobody() -> None:
    report = sound()
    put("requests", "granted", "natural_person", None)(report)
    assert rules(copy.deepcopy(report)) == {"row_sum:granted", "outcome_sum:natural_person"}
    assert rules(report, {"requests.granted.natural_person"}) == set()


def prose(report: Report, *figures: Figure, period: int | None = None) -> list[Finding]:
    report.figures = list(figures)
    return list(check_prose(report, period))


def test_a_count_stated_otherwise_than_in_the_table() -> None:
    def received(count: int, sentence: str = "全年共收到政府信息公开申请{}件") -> Figure:
        return Figure(1, "requests", count, "件", False, sentence.format(count))

    assert prose(sound(), received(4)) == []
    (finding,) = prose(sound(), received(75))
    assert (finding.rule, finding.expected, finding.actual) == ("stated:requests", 4, 75)
    assert prose(sound(), received(2, "其中网上收到申请{}件")) == []
    (zero,) = prose(sound(), Figure(1, "requests", 0, None, False, "未收到政府信息公开申请"))
    assert zero.rule == "stated:requests"


def test_a_part_accuses_nobody_where_the_whole_is_stated_beside_it() -> None:
    part = Figure(1, "requests", 3, "件", False, "办公室收到政府信息公开申请3件")
    whole = Figure(1, "requests", 4, "件", False, "全县共收到4件")
    assert prose(sound(), part, whole) == []
    assert [finding.rule for finding in prose(sound(), part)] == ["stated:requests"]


def test_reconsiderations_that_a_body_decides_on_are_not_its_own() -> None:
    own = Figure(4, "challenges", 6, "件", False, "因政府信息公开申请行政复议6件")
    others = Figure(4, "challenges", 6, "件", False, "作为复议机关受理政府信息公开类行政复议申请6件")
    assert [finding.rule for finding in prose(sound(), own)] == ["stated:reconsideration"]
    assert prose(sound(), others) == []


def test_a_period_of_another_year() -> None:
    (finding,) = prose(sound(), period=2023)
    assert (finding.rule, finding.expected, finding.actual) == ("period", 2024, 2023)
    assert prose(sound(), period=2024) == []


def test_a_report_after_its_date_is_late_and_one_before_is_not() -> None:
    for agency, published, rules_found in (
        ("砚溪区商务局", "2025-01-31", []),
        ("砚溪区商务局", "2025-02-01", ["late"]),
        ("砚溪区人民政府", "2025-03-31", []),
        ("砚溪区", "2025-04-01", ["late"]),
        ("砚溪经济开发区管理委员会", "2025-03-01", []),
    ):
        report = sound()
        report.agency, report.published = agency, published
        assert [finding.rule for finding in prose(report)] == rules_found


@pytest.mark.parametrize(
    ("table", "row", "cell", "value", "flagged"),
    [
        ("disclosure", "licensing", "decisions", -1, True),
        ("disclosure", "licensing", "decisions", 2.5, True),
        ("disclosure", "licensing", "change", -4, False),
        ("disclosure", "fees", "amount", 96171.6, False),
        ("disclosure", "fees", "amount", -3, True),
        ("requests", "other", "total", 0, False),
        ("challenges", "reconsideration", "pending", -1, True),
    ],
)
def test_a_number_that_counts_nothing_is_flagged_and_kept(
    table: str, row: str, cell: str, value: float, flagged: bool
) -> None:
    report = sound()
    report.tables[table].setdefault(row, {})[cell] = value
    found = [finding for finding in check(report, set()) if finding.rule.startswith("impossible:")]
    assert [finding.cells for finding in found] == ([(f"{table}.{row}.{cell}",)] if flagged else [])
    assert report.tables[table][row][cell] == value
