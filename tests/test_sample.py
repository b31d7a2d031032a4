"""The sample portals: their truth is consistent, their pages and PDFs print it, their server behaves like a portal."""

from __future__ import annotations

import re
import socket
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from email.message import Message

import pypdfium2
import pytest
from bs4 import BeautifulSoup

from crawler.sample import SampleReport, truth
from crawler.sample.grids import Grid, challenges_grid, disclosure_grid, requests_grid
from crawler.sample.render import REFRAMED, site
from crawler.sample.server import SamplePortals
from crawler.sample.truth import registry
from extract.form import APPLICANTS, CONCLUDED_PARTS, RESULTS
from extract.report import Number

REPORTS = {report.id: report for report in truth()}
PDFS = [report for report in REPORTS.values() if report.media == "pdf"]


def total(*values: Number | None) -> Number:
    return sum(value or 0 for value in values)


def broken_rules(report: SampleReport, reports: dict[str, SampleReport]) -> set[str]:
    """The form's identities that a report breaks, worked out here without the reader's own checks."""
    requests, challenges = report.tables["requests"], report.tables["challenges"]
    broken = set()
    for outcome, row in requests.items():
        if row["total"] is not None and total(*row.values()) != 2 * row["total"]:
            broken.add(f"row_sum:{outcome}")
    for who in APPLICANTS:
        given = total(requests["received"][who], requests["carried_in"][who])
        if given != total(requests["concluded"][who], requests["carried_forward"][who]):
            broken.add(f"balance:{who}")
        parts = [requests[part][who] for part in CONCLUDED_PARTS if part in requests]
        if total(*parts) != total(requests["concluded"][who]):
            broken.add(f"outcome_sum:{who}")
    broken |= {
        f"challenge_sum:{route}" for route, row in challenges.items() if total(*row.values()) != 2 * (row["total"] or 0)
    }
    before = next((r for r in reports.values() if (r.agency, r.year) == (report.agency, report.year - 1)), None)
    if before:
        forwarded = before.tables["requests"]["carried_forward"]
        broken |= {f"carry:{who}" for who in APPLICANTS if requests["carried_in"][who] != forwarded[who]}
        broken |= in_force_breaks(report, before)
    if (
        report.published
        > f"{report.year + 1}-{'03-31' if report.agency.endswith(('区人民政府', '县人民政府')) else '01-31'}"
    ):
        broken.add("late")
    return broken


def in_force_breaks(report: SampleReport, before: SampleReport) -> set[str]:
    if (report.form, before.form) != ("2021", "2021"):
        return set()
    broken = set()
    for item in ("rules", "normative_documents"):
        now, then = report.tables["disclosure"][item], before.tables["disclosure"][item]
        known = now["in_force"] is not None and then["in_force"] is not None
        if known and now["in_force"] != total(then["in_force"], now["issued"]) - total(now["repealed"]):
            broken.add(f"in_force:{item}")
    return broken


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.id)
def test_a_report_breaks_only_the_rules_that_it_is_meant_to_break(report: SampleReport) -> None:
    assert broken_rules(report, REPORTS) == {rule for rule in report.expect if rule != "stated"}


def test_one_wrong_cell_breaks_a_rule() -> None:
    tables = deepcopy(REPORTS["linxiu-market-2024"].tables)
    tables["requests"]["granted"]["natural_person"] = 99
    wrong = replace(REPORTS["linxiu-market-2024"], tables=tables)
    assert broken_rules(wrong, REPORTS) == {"row_sum:granted", "outcome_sum:natural_person"}


def test_the_sample_shows_what_the_demo_promises() -> None:
    forms = {(report.year, report.form) for report in REPORTS.values()}
    assert {year for year, _ in forms} == set(range(2019, 2025))
    assert all(form == ("2019" if year < 2021 else "2021") for year, form in forms)
    assert len(PDFS) == 3
    assert {report.layout for report in REPORTS.values()} == {"official", "slid", "word"}
    assert sum(report.edited for report in REPORTS.values()) == 1
    assert Counter(rule.partition(":")[0] for report in REPORTS.values() for rule in set(report.expect)) == {
        "row_sum": 1,
        "outcome_sum": 2,
        "carry": 2,
        "late": 1,
        "stated": 1,
    }


def test_the_registry_names_invented_places_on_reserved_hosts() -> None:
    assert any(not row["column_url"] for row in registry().values())
    for row in registry().values():
        assert row["home_url"].endswith(".gov.example/")
        assert re.fullmatch(r"(99\d{4})?", row["division_code"])


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.id)
def test_the_counts_in_the_prose_are_those_of_the_tables(report: SampleReport) -> None:
    requests = report.tables["requests"]
    stated = next(f.value for f in report.figures if f.topic == "requests")
    assert (stated == requests["received"]["total"]) is ("stated" not in report.expect)
    prose = "".join("".join(paragraphs) for _, paragraphs in report.sections)
    for figure in report.figures:
        written = f"{figure.value / 10000:g}" if figure.value >= 10000 else f"{figure.value:g}"
        assert figure.unit is None or written in prose, figure


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.id)
def test_the_tables_are_rectangles(report: SampleReport) -> None:
    wide = 10
    assert widths(disclosure_grid(report)) == {4}
    assert widths(requests_grid(report)) == {wide}
    assert widths(challenges_grid(report)) == {15}


def test_a_cell_too_many_is_no_rectangle() -> None:
    grid = challenges_grid(REPORTS["linxiu-market-2024"])
    assert widths([*grid[:-1], grid[-1][:-1]]) == {14, 15}


def widths(grid: Grid) -> set[int]:
    """How wide each row is, with the cells that hang into it from above."""
    filled: Counter[int] = Counter()
    for number, row in enumerate(grid):
        for cell in row:
            for below in range(cell.rowspan):
                filled[number + below] += cell.colspan
    return set(filled.values())


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.id)
def test_a_page_prints_its_report(report: SampleReport) -> None:
    resource = site(2)[report.url]
    html = BeautifulSoup(resource.body.decode("gb18030" if report.portal == "linxiu" else "utf-8"), "lxml")
    text = html.get_text()
    assert report.title in text
    if report.media == "pdf":
        assert html.find("table", border="1") is None
        assert len([a for a in html.find_all("a") if str(a["href"]).endswith(".pdf")]) == 1
        return
    for heading, paragraphs in report.sections:
        assert all(part in text for part in (heading, *paragraphs))
    printed = [cell.get_text(strip=True) for cell in html.find_all("td")]
    values = [cell for table in report.tables.values() for row in table.values() for cell in row.values()]
    blanks = sum(value is None for value in values) - sum(shown == "/" for shown in report.printed.values())
    if report.layout != "slid":
        assert printed.count("") == blanks
    assert all(shown in printed for shown in report.printed.values())


def test_a_page_in_gb18030_says_gb2312_and_is_not() -> None:
    body = site(1)[REPORTS["linxiu-guizhao-2020"].url].body
    assert b"charset=gb2312" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")


def test_every_report_is_on_a_list_and_some_on_the_second_page() -> None:
    pages = {
        url: r.body.decode("gb18030" if REFRAMED in url else "utf-8")
        for url, r in site(1).items()
        if "html" in r.content_type
    }
    for report in REPORTS.values():
        link = report.path if report.portal != "shushi" else report.path.replace("/zwgk/zfxxgknb/", "./")
        assert any(f'href="{link}"' in page for page in pages.values()), report.id
    second = "http://www.yanxi.gov.example/channels/20617_2.html"
    assert REPORTS["yanxi-government-2021"].path in pages[second]


def test_only_one_report_differs_between_the_stages() -> None:
    changed = {report.id for before, report in zip(truth(1), truth(2), strict=True) if before != report}
    assert changed == {"yanxi-government-2024"}
    before = next(report for report in truth(1) if report.id == "yanxi-government-2024")
    after = REPORTS["yanxi-government-2024"]
    cells = [
        f"{table}.{row}.{cell}"
        for table, rows in after.tables.items()
        for row, values in rows.items()
        for cell, value in values.items()
        if before.tables[table][row][cell] != value
    ]
    assert cells == ["disclosure.penalties.decisions", "disclosure.fees.amount"]
    assert before.sections[0] != after.sections[0]
    assert before.sections[1:] == after.sections[1:]
    moved = {url for url in site(1) if site(1)[url].body != site(2)[url].body}
    assert {url for url in moved if REFRAMED not in url} == {after.url}


@pytest.mark.parametrize("report", PDFS, ids=lambda report: report.id)
def test_a_pdf_prints_its_report(report: SampleReport) -> None:
    assert report.file
    assert report.file.stat().st_size < 150_000
    text = pdf_text(report)
    assert re.sub(r"\s", "", report.title) in re.sub(r"\s", "", text)
    assert rows_of_numbers(text, 7) == [list(row.values()) for row in report.tables["requests"].values()]
    assert rows_of_numbers(text, 15) == [[n for row in report.tables["challenges"].values() for n in row.values()]]
    for item, row in report.tables["disclosure"].items():
        shown = " ".join(str(value) for value in row.values())
        assert re.search(rf" {re.escape(shown)}\r?$", text, re.MULTILINE), item


def test_a_number_that_a_pdf_does_not_print_is_missed() -> None:
    text = pdf_text(PDFS[0]).replace("1 1 0 0 0 0 2", "1 1 0 0 0 0 3")
    assert rows_of_numbers(text, 7) != [list(row.values()) for row in PDFS[0].tables["requests"].values()]


def test_a_pdf_breaks_a_page_inside_table_three() -> None:
    report = REPORTS["shushi-government-2024"]
    counts = [len(rows_of_numbers(page, len(APPLICANTS))) for page in pdf_pages(report)]
    assert sum(count > 0 for count in counts) == 2
    assert len(rows_of_numbers(pdf_text(report), 3 * len(RESULTS))) == 1


def pdf_pages(report: SampleReport) -> list[str]:
    pdf = pypdfium2.PdfDocument(report.file)
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()


def pdf_text(report: SampleReport) -> str:
    return "\n".join(pdf_pages(report))


def rows_of_numbers(text: str, width: int) -> list[list[int]]:
    """The lines that end in exactly that many whole numbers."""
    found = re.findall(rf"(?:^|[^\d ] ?)((?:\d+ ){{{width - 1}}}\d+) *\r?$", text, re.MULTILINE)
    return [[int(number) for number in row.split()] for row in found]


def ask(portals: SamplePortals, url: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    """Asks the proxy, whatever the environment says about proxies."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": portals.proxy_url}))
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with answered(opener, request) as answer:
        return int(answer.status or 0), answer.headers, answer.read()


@contextmanager
def answered(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request
) -> Iterator[urllib.error.HTTPError]:
    try:
        answer = opener.open(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        yield answer


LIST = "http://www.shushi.gov.example/zwgk/zfxxgknb/index.html"


@pytest.fixture
def portals() -> Iterator[SamplePortals]:
    with SamplePortals() as running:
        yield running


def test_the_server_answers_for_its_hosts_alone(portals: SamplePortals) -> None:
    assert ask(portals, LIST)[0] == 200
    assert ask(portals, LIST + "?x=1#top")[0] == 200
    assert ask(portals, LIST.replace("index.html", "index_2.html"))[0] == 404
    assert ask(portals, "http://www.heqiao-gov.example/2025/03-20/801.html")[0] == 502
    assert [request.status for request in portals.log] == [200, 200, 404, 502]
    assert portals.log[0].url == LIST


def test_the_server_answers_304_only_while_nothing_changed(portals: SamplePortals) -> None:
    edited = REPORTS["yanxi-government-2024"].url
    status, headers, body = ask(portals, edited)
    assert (status, len(body)) == (200, int(headers["Content-Length"]))
    etag, since = headers["ETag"], headers["Last-Modified"]
    assert ask(portals, edited, If_None_Match=etag)[0] == 304
    assert ask(portals, edited, If_Modified_Since=since)[0] == 304
    assert ask(portals, edited, If_None_Match='"other"', If_Modified_Since=since)[0] == 200
    assert ask(portals, edited, If_Modified_Since="yesterday")[0] == 200
    portals.stage = 2
    assert ask(portals, edited, If_None_Match=etag)[0] == 200
    assert ask(portals, edited, If_Modified_Since=since)[0] == 200
    assert ask(portals, edited)[2] != body


def test_head_sends_the_headers_alone(portals: SamplePortals) -> None:
    status, headers, body = ask(portals, LIST, "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


def test_the_server_leaves_nothing_behind() -> None:
    with SamplePortals() as portals:
        port = int(portals.proxy_url.rpartition(":")[2])
        ask(portals, LIST)
    assert not [thread for thread in threading.enumerate() if thread.name == "sample-portals"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
