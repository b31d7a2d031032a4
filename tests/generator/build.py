"""From a `Truth` to a clean `Sketch` of its page, as most portals print it."""

from __future__ import annotations

from random import Random

from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Number, Row

from . import layouts, prose
from .sketch import Band, Expected, Line, Part, Shell, Sketch, Value
from .truth import Truth

NUMERALS = "一二三四五六七"


def format_number(value: Number | None) -> str:
    """As a clean page prints it: "" for a blank, no exponent, no trailing zeros."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")


def build(truth: Truth, rng: Random) -> Sketch:
    title = f"{truth.agency}{truth.year}年政府信息公开工作年度报告"
    written = {
        1: prose.overview(truth, rng),
        5: prose.problems(truth, rng),
        6: prose.other_matters(truth, rng),
    }
    expected = Expected(
        agency=truth.agency,
        year=truth.year,
        published=truth.published,
        form=truth.form,
        titles={title},
        cells=truth.cells(),
        figures=[figure for text in written.values() for figure in text.figures],
        passages={number: list(text.paragraphs) for number, text in written.items()},
    )
    tables = {2: "disclosure", 3: "requests", 4: "challenges"}
    parts = [
        Part(
            chapter.number,
            f"{NUMERALS[chapter.number - 1]}、{chapter.heading}",
            list(written[chapter.number].paragraphs) if chapter.number in written else [],
            tables.get(chapter.number),
        )
        for chapter in CHAPTERS
    ]
    return Sketch(
        truth=truth,
        rng=rng,
        expected=expected,
        shell=_shell(truth, title),
        title=[f"<h1>{title}</h1>"],
        lead=[_lead(truth)],
        parts=parts,
        signature=[],
        bands=_bands(truth),
        lines=_lines(truth),
        routes={route: _values("challenges", route, truth.tables["challenges"][route]) for route in ROUTES},
        applicant_heads=dict(APPLICANTS),
        result_heads=dict(RESULTS),
        layouts={
            "disclosure": layouts.disclosure_official,
            "requests": layouts.requests_official,
            "challenges": layouts.challenges_official,
        },
    )


def _lead(truth: Truth) -> str:
    return (
        "根据《中华人民共和国政府信息公开条例》（国务院令第711号）和有关要求，编制本报告。"
        f"本报告中所列数据的统计期限自{truth.year}年1月1日起至{truth.year}年12月31日止。"
    )


def _shell(truth: Truth, title: str) -> Shell:
    return Shell(
        head_title=f"{title}_{truth.site}",
        metas={
            "SiteName": truth.site,
            "ColumnName": "政府信息公开年报",
            "ArticleTitle": title,
            "PubDate": f"{truth.published} 10:12",
        },
        before=[
            f'<div class="header"><a href="/">{truth.site}</a><ul class="nav"><li><a href="/">网站首页</a></li>'
            '<li><a href="/zwgk/">政务公开</a></li></ul></div>',
            '<div class="position">您当前所在位置：<a href="/">首页</a> &gt; <a href="../">政府信息公开年报</a></div>',
            f'<div class="article-info"><span>发布时间：{truth.published} 10:12</span></div>',
        ],
        after=[
            f'<div class="footer"><p>主办：{truth.site}办公室　网站标识码：4104110001　访问量：10086</p></div>',
        ],
    )


def _values(table: str, row: str, cells: Row) -> list[Value]:
    return [Value(f"{table}.{row}.{cell}", number, format_number(number)) for cell, number in cells.items()]


def _bands(truth: Truth) -> list[Band]:
    bands: dict[str, Band] = {}
    for item in DISCLOSURE[truth.form]:
        if item.key not in truth.tables["disclosure"]:
            continue
        line = Line(item.key, item.label, _values("disclosure", item.key, truth.tables["disclosure"][item.key]))
        band = bands.setdefault(item.article, Band(f"第二十条第（{item.article}）项", list(item.cells.values()), []))
        band.lines.append(line)
    return list(bands.values())


def _lines(truth: Truth) -> list[Line]:
    """Rows of table 3. A form of 2019 prints （六）其他处理 undivided; 部分公开 carries its official remark."""
    lines = []
    rows = truth.tables["requests"]
    for outcome in OUTCOMES:
        if outcome.key not in rows:
            continue
        label, group = outcome.label, outcome.group
        if outcome.key == "partly_granted":
            label += "（区分处理的，只计这一情形，不计其他情形）"
        if outcome.key == "other" and "other_not_corrected" not in rows:
            label, group = group, ""
        lines.append(Line(outcome.key, label, _values("requests", outcome.key, rows[outcome.key]), group))
    return lines
