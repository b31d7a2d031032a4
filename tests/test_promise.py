"""The promise of the reader: a cell is what the report printed, or null with a finding that says why.

Made-up reports with the irregularities of real ones go in through the public door; `generator.judge` measures what
comes out against what the page prints.
"""

from __future__ import annotations

import re
from copy import deepcopy
from importlib.util import find_spec
from random import Random

import pytest
from bs4 import BeautifulSoup
from generator import IRREGULARITIES, Page, Wrong, can_combine, judge, make_truth, read_cells, render_html
from generator.accuracy import read_page
from generator.pdf import chromium, render_pdf
from generator.sums import broken_sums
from generator.word import render_docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.report import Fault, Finding, Number, Report, Severity

FORMS = ("2019", "2021")
CASES = [(name, form) for name, one in IRREGULARITIES.items() for form in one.forms]
NAMES = sorted(IRREGULARITIES)


def complaint(page: Page, breaches: list[object]) -> str:
    what = "\n".join(f"  {breach}"[:300] for breach in breaches[:12])
    return f"{'+'.join(page.names) or 'clean page'}: {len(breaches)} breaches\n{what}"


def check(page: Page) -> None:
    breaches: list[object] = list(judge(read_page(page), page.expected))
    assert not breaches, complaint(page, breaches)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(6))
def test_a_clean_page_is_read_exactly_and_nothing_is_found(form: str, seed: int) -> None:
    page = render_html(make_truth(Random(seed), form))
    report = read_page(page)
    assert not judge(report, page.expected), complaint(page, list(judge(report, page.expected)))
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize(("name", "form"), CASES)
def test_each_irregularity_alone(name: str, form: str) -> None:
    """In the usual form with few numbers; where tables are concerned also among numbers that all differ."""
    check(render_html(make_truth(Random(2), form), [name], 2))
    if IRREGULARITIES[name].chapter in ("table", "value"):
        check(render_html(make_truth(Random(1), form, dense=True), [name], 1))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32 - 1),
    form=st.sampled_from(FORMS),
    names=st.lists(st.sampled_from(NAMES), max_size=4, unique=True),
)
def test_irregularities_together(seed: int, form: str, names: list[str]) -> None:
    fitting: list[str] = []
    for name in names:
        if can_combine([*fitting, name], form):
            fitting.append(name)
    check(render_html(make_truth(Random(seed), form), fitting, seed))


# The judge and the generator, on trial themselves.


def faithful(page: Page) -> Report:
    """The report that a perfect reader would hand over."""
    expected = page.expected
    report = Report(
        source=page.name,
        media="html",
        title=next(iter(expected.titles)),
        agency=expected.agency,
        year=expected.year,
        published=expected.published,
        form=expected.form,
    )
    for path, value in expected.cells.items():
        table, row, cell = path.split(".")
        report.tables[table].setdefault(row, {})[cell] = value
    report.add(Finding(rule, Severity.ERROR, Fault.SOURCE, "") for rule in sorted(broken_sums(report.tables)))
    return report


def of_kind(report: Report, page: Page) -> set[Wrong]:
    """Kinds of breach, prose apart (the faithful report has none)."""
    return {breach.wrong for breach in judge(report, page.expected)} - {Wrong.FIGURE, Wrong.CHAPTER}


@pytest.mark.parametrize("form", FORMS)
def test_the_judge_accepts_a_faithful_reading(form: str) -> None:
    page = render_html(make_truth(Random(3), form))
    assert of_kind(faithful(page), page) == set()


def test_the_judge_sees_a_wrong_number() -> None:
    page = render_html(make_truth(Random(3), "2021"))
    report = faithful(page)
    report.tables["requests"]["granted"]["natural_person"] = 4_242_424
    assert of_kind(report, page) == {Wrong.NUMBER}


def test_the_judge_sees_swapped_columns() -> None:
    page = render_html(make_truth(Random(3), "2021"), ["blank_empty"])
    report = faithful(page)
    rows = report.tables["disclosure"]
    rows["rules"], rows["normative_documents"] = rows["normative_documents"], rows["rules"]
    assert Wrong.NUMBER in of_kind(report, page)


def test_the_judge_tells_zero_from_blank() -> None:
    page = render_html(make_truth(Random(3), "2021"), ["all_blank"])
    report = faithful(page)
    report.tables["challenges"]["reconsideration"]["total"] = 0
    assert of_kind(report, page) == {Wrong.INVENTED}


def test_the_judge_sees_a_silent_null_and_takes_one_that_is_explained() -> None:
    page = render_html(make_truth(Random(3), "2021"), ["tables_as_images"])
    report = faithful(page)
    report.tables["requests"] = {}
    assert of_kind(report, page) == {Wrong.SILENT}
    report.add([Finding("missing:requests", Severity.WARNING, Fault.READING, "")])
    assert of_kind(report, page) == set()


def test_the_judge_wants_exactness_where_it_is_promised() -> None:
    page = render_html(make_truth(Random(3), "2021"))
    report = faithful(page)
    report.tables["requests"]["granted"]["total"] = None
    report.add([Finding("unread:requests.granted.total", Severity.WARNING, Fault.READING, "")])
    assert of_kind(report, page) == {Wrong.UNREAD}


def test_the_judge_sees_a_false_alarm_and_a_missed_one() -> None:
    page = render_html(make_truth(Random(3), "2021"))
    report = faithful(page)
    report.add([Finding("balance:total", Severity.ERROR, Fault.SOURCE, "")])
    assert of_kind(report, page) == {Wrong.FALSE_ALARM}
    broken = render_html(make_truth(Random(3), "2021"), ["challenge_totals_zero"])
    report = faithful(broken)
    report.findings = []
    assert of_kind(report, broken) == {Wrong.MISSED}


def test_the_judge_sees_a_wrong_identity() -> None:
    page = render_html(make_truth(Random(3), "2021"))
    for name, value in (("agency", "另一个局"), ("year", 1999), ("published", "1999-01-01"), ("form", None)):
        report = deepcopy(faithful(page))
        setattr(report, name, value)
        assert of_kind(report, page) == {Wrong.IDENTITY}, name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(4))
def test_a_clean_page_prints_what_is_expected(form: str, seed: int) -> None:
    """Read off by position, with nothing of the reader: the generator's own layout is known here."""
    page = render_html(make_truth(Random(seed), form), ["blank_empty"], seed)
    soup = BeautifulSoup(page.data.decode(), "lxml")
    printed: list[Number | None] = []
    for table in soup.find_all("table"):
        for row in table.find_all("tr"):
            texts = [cell.get_text().strip() for cell in row.find_all("td")]
            labels = [index for index, text in enumerate(texts) if re.search(r"[\u4e00-\u9fff]", text)]
            if not labels or labels[-1] < len(texts) - 1:
                printed += [float(text) if text else None for text in texts[labels[-1] + 1 if labels else 0 :]]
    expected = [None if value is None else float(value) for value in page.expected.cells.values()]
    assert printed == expected


@pytest.mark.parametrize("seed", range(30))
def test_a_made_up_truth_keeps_its_sums(seed: int) -> None:
    assert broken_sums(make_truth(Random(seed)).tables) == set()


def test_read_cells_names_cells_as_findings_do() -> None:
    page = render_html(make_truth(Random(1), "2019"))
    assert read_cells(faithful(page)).keys() == page.expected.cells.keys()


@pytest.mark.parametrize("layout", ["requests_without_spans", "requests_labels_in_every_row"])
@pytest.mark.parametrize("also", ["", "all_zero", "requests_label_cut_in_place"])
@pytest.mark.parametrize("seed", range(4))
def test_a_row_that_lost_a_cell_and_was_filled_up_with_a_blank_is_not_read_as_it_stands(
    seed: int, also: str, layout: str
) -> None:
    names = ["requests_cell_lost", layout, *([also] if also else [])]
    for form in FORMS:
        check(render_html(make_truth(Random(seed), form, dense=True), names, seed))


# The same promise for other media: few, because each costs a second.

PRINTED: tuple[tuple[str, ...], ...] = (
    (),
    ("other_undivided", "brackets_half_width"),
    ("blank_slash", "requests_split_in_two"),
    ("broken_outcome_sum", "labels_broken"),
)


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine to print pages with")
@pytest.mark.parametrize("names", PRINTED, ids="+".join)
def test_a_printed_page(names: tuple[str, ...]) -> None:
    for seed in (1, 2):
        check(render_pdf(make_truth(Random(seed), "2021", dense=True), names, seed))


@pytest.mark.skipif(find_spec("extract.word") is None, reason="Word documents are not read yet")
@pytest.mark.parametrize("names", PRINTED, ids="+".join)
@pytest.mark.parametrize("form", FORMS)
def test_a_word_document(names: tuple[str, ...], form: str) -> None:
    if can_combine(names, form):
        check(render_docx(make_truth(Random(1), form, dense=True), names, 1))
