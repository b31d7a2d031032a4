"""Whole pages that portals deliver in ways of their own."""

from __future__ import annotations

import json
from random import Random

import pytest
from generator import judge, make_truth, render_html

from extract import Hints, Source, Unreadable, read
from extract.errors import Status
from extract.report import Report


def page_and_body() -> tuple[str, str]:
    page = render_html(make_truth(Random(7), "2021")).data.decode("utf-8")
    return page, page[page.index("<body") : page.index("</body>")].partition(">")[2]


def breaches(report: Report) -> list[str]:
    expected = render_html(make_truth(Random(7), "2021")).expected
    return [str(breach) for breach in judge(report, expected) if not str(breach).startswith("identity")]


def test_an_article_that_a_script_would_have_written_is_read_from_the_script() -> None:
    _, body = page_and_body()
    config = json.dumps({"DETAIL": {"title": "年报", "content": body}}).replace("<", "\\u003C")
    html = f"<html><body><div id=app></div><script>window._CONFIG = {config};</script></body></html>"
    report = read(Source(html.encode(), "post_1.html"))
    assert breaches(report) == []
    assert report.locators["requests.received.total"].path is not None
    assert report.locators["requests.received.total"].path.startswith("script-text[1]/")


def test_a_report_in_a_hidden_part_is_read_though_the_page_shows_tables_of_its_own() -> None:
    _, body = page_and_body()
    shown = "<table><tr><td>栏目</td><td>数量</td></tr><tr><td>政策</td><td>12</td></tr></table>"
    html = f"<html><body>{shown}<div style='display:none'>{body}</div></body></html>"
    assert breaches(read(Source(html.encode(), "hidden.html"))) == []


def test_tables_that_are_pictures_are_missed_and_the_finding_says_so() -> None:
    chapters = zip("一二三", ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"), strict=True)
    text = "".join(f"<p>{n}、{heading}</p><p>说明。</p>" for n, heading in chapters)
    pictures = "<p><img src=t2.png><img src=t3.png></p><p>四、政府信息公开行政复议、行政诉讼情况</p>"
    title = "<h1>砚溪区商务局2024年政府信息公开工作年度报告</h1>"
    html = f"<html><body>{title}{text}{pictures}</body></html>"
    found = {finding.rule: finding for finding in read(Source(html.encode(), "pictures.html")).findings}
    assert {"missing:disclosure", "missing:requests", "missing:challenges"} <= set(found)
    assert "2张图片" in found["missing:requests"].message


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", Status.EMPTY),
        (b"  \n", Status.EMPTY),
        (b"%PDF-1.4 and nothing else", Status.MALFORMED),
        (b"PK\x03\x04 torn", Status.UNSUPPORTED),
        (b"\xd0\xcf\x11\xe0" * 99, Status.UNSUPPORTED),
        (b"<p>" * 5000, Status.NOT_A_REPORT),
        (b"<div>" * 5000 + b"x", Status.MALFORMED),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, status: Status) -> None:
    with pytest.raises(Unreadable) as caught:
        read(Source(data, "odd"))
    assert caught.value.status is status
    assert caught.value.message


LISTED = "砚溪区人民政府2024年政府信息公开工作年度报告"


def test_a_page_that_says_nothing_of_a_report_is_none_whatever_its_list_calls_it() -> None:
    hints = Hints(title=LISTED)
    assert read(Source(f"<html><body><p>{LISTED}</p></body></html>".encode(), "1.html"), hints=hints).title == LISTED
    with pytest.raises(Unreadable) as caught:
        read(Source("<html><body><p>您访问的页面不存在！</p></body></html>".encode(), "1.html"), hints=hints)
    assert caught.value.status is Status.NOT_A_REPORT
