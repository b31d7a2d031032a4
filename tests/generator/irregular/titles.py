"""Titles, and the years that stand in and around them."""

from __future__ import annotations

from ..irregularity import Registry
from ..sketch import Sketch

KNOWN = Registry()
OTHER_NAMES = (
    "政府信息公开年度报告",
    "信息公开年度报告",
    "政务公开工作年度报告",
    "政务信息公开年度报告",
    "政府信息公开工作年报",
    "政府信息公开年度工作报告",
    "政府信息公开工作报告",
)
NAME = "政府信息公开工作年度报告"


def set_title(sketch: Sketch, text: str, html: str | None = None) -> None:
    """The title in body, head and metadata alike."""
    sketch.title = [html or f"<h1>{text}</h1>"]
    sketch.shell.head_title = f"{text}_{sketch.truth.site}"
    sketch.shell.metas["ArticleTitle"] = text
    sketch.expected.titles = {text}


@KNOWN.sketch("title", topic="title")
def title_double_niandu(sketch: Sketch) -> None:
    set_title(sketch, f"{sketch.truth.agency}{sketch.truth.year}年度{NAME}")


@KNOWN.sketch("title", topic="title")
def title_niandu_in_head_only(sketch: Sketch) -> None:
    agency, year = sketch.truth.agency, sketch.truth.year
    head = f"{agency}{year}年度{NAME}"
    sketch.shell.head_title = f"{head}_{sketch.truth.site}"
    sketch.shell.metas["ArticleTitle"] = head
    sketch.expected.titles.add(head)


@KNOWN.sketch("title", topic="title")
def title_year_first(sketch: Sketch) -> None:
    set_title(sketch, f"{sketch.truth.year}年{sketch.truth.agency}{NAME}")


@KNOWN.sketch("title", topic="title")
def title_year_first_niandu(sketch: Sketch) -> None:
    set_title(sketch, f"{sketch.truth.year}年度{sketch.truth.agency}{NAME}")


@KNOWN.sketch("title", topic="title")
def title_other_name(sketch: Sketch) -> None:
    set_title(sketch, f"{sketch.truth.agency}{sketch.truth.year}年{sketch.rng.choice(OTHER_NAMES)}")


@KNOWN.sketch("title", topic="title")
def title_spaced_year(sketch: Sketch) -> None:
    set_title(sketch, f"{sketch.truth.agency} {sketch.truth.year} 年{NAME}")


@KNOWN.sketch("title", topic="title")
def title_two_lines(sketch: Sketch) -> None:
    agency, year = sketch.truth.agency, sketch.truth.year
    set_title(
        sketch, f"{agency}{year}年{NAME}", f"<p align='center'>{agency}</p>\n<p align='center'>{year}年{NAME}</p>"
    )


@KNOWN.sketch("title", topic="title")
def title_broken_in_word(sketch: Sketch) -> None:
    agency, year = sketch.truth.agency, sketch.truth.year
    at = sketch.rng.choice((("政府", "信息公开工作年度报告"), ("政府信息公开工作", "年度报告")))
    html = f"<p align='center'><strong>{agency}{year}年{at[0]}<br>{at[1]}</strong></p>"
    set_title(sketch, f"{agency}{year}年{NAME}", html)


@KNOWN.sketch("title", topic="title")
def title_twice(sketch: Sketch) -> None:
    sketch.title.append(f"<p style='text-align:center'><b>{sketch.truth.year}年{NAME}</b></p>")


@KNOWN.sketch("title", topic="title")
def title_only_in_head(sketch: Sketch) -> None:
    sketch.title = []
    del sketch.shell.metas["ArticleTitle"]


@KNOWN.sketch("title", topic="title")
def title_only_in_meta(sketch: Sketch) -> None:
    sketch.title = []
    sketch.shell.head_title = sketch.truth.site


@KNOWN.sketch("year", topic="title period")
def title_without_year(sketch: Sketch) -> None:
    """The year is then that of the statistics period."""
    set_title(sketch, f"{sketch.truth.agency}{NAME}")


@KNOWN.sketch("year")
def wrong_year_in_prose(sketch: Sketch) -> None:
    year = sketch.truth.year
    sketch.part(1).prose.append(f"{year - 1}年，{sketch.truth.self_name}将公开工作纳入考核，沿用至今。")
    sketch.part(5).prose.append(f"{year}年将从以下方面改进：加强学习，落实{year - 2}年印发的有关通知。")


@KNOWN.sketch("year")
def notice_of_other_year(sketch: Sketch) -> None:
    sketch.lead.insert(
        0,
        "根据《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》"
        "（国办公开办函〔2019〕60号）要求编制。",
    )


@KNOWN.sketch("year", topic="period")
def period_without_dates(sketch: Sketch) -> None:
    sketch.lead = ["根据《中华人民共和国政府信息公开条例》编制。本报告中所列数据的统计期限自至。"]


@KNOWN.sketch("year", topic="period")
def period_ends_without_year(sketch: Sketch) -> None:
    sketch.lead = [f"本年度报告中所列数据统计期限从{sketch.truth.year} 年 1 月 1 日到12月31日止。"]


@KNOWN.sketch("year", topic="period")
def period_characters_dropped(sketch: Sketch) -> None:
    """年 and 月 lost on the way: a bare pattern reads the year 202311."""
    year = sketch.truth.year
    dropped = sketch.rng.choice((f"{year}11日至1231日", f"{year}1月1日至{year}12月31日", f"{year}11日至{year}1231日"))
    sketch.lead = [f"根据国办公开办函〔{year}1号要求编制。本报告中所列数据的统计期限自{dropped}。"]


@KNOWN.sketch("year", topic="period")
def period_ends_early(sketch: Sketch) -> None:
    sketch.lead = [f"本报告统计期限为{sketch.truth.year}年1月1日至12月20日。"]


@KNOWN.sketch("year", topic="period")
def period_of_other_year(sketch: Sketch) -> None:
    other = sketch.truth.year - 1
    sketch.lead = [f"本报告中所列数据的统计期限自{other}年1月1日起至{other}年12月31日止。"]
    sketch.expected.must_find.add("period")
    sketch.expected.may_find.add("period")


@KNOWN.sketch("year")
def other_date_in_name(sketch: Sketch) -> None:
    sketch.shell.name = "zfxxgkbg2016/202206/t20120420_1234.html"


@KNOWN.sketch("year", "page")
def links_to_other_years(sketch: Sketch) -> None:
    agency, year = sketch.truth.agency, sketch.truth.year
    links = "".join(f'<li><a href="./{y}.html">{agency}{y}年{NAME}</a></li>' for y in (year - 2, year - 1, year + 1))
    sketch.shell.after.insert(0, f'<div class="related"><h4>相关阅读</h4><ul>{links}</ul></div>')
    sketch.expected.chrome.append("相关阅读")
