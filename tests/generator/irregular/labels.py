"""Row labels and column headers as they are really printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ..irregularity import Registry
from ..sketch import Line, Sketch, Value

KNOWN = Registry()
TYPOS: tuple[tuple[str, str], ...] = (
    ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
    ("二、上年结转政府信息公开申请数量", "二、上年结转政府信息公开数量"),
    ("二、上年结转政府信息公开申请数量", "二、上年转结政府信息公开申请数量"),
    ("3.危及“三安全一稳定”", '3.危及"三安全一稳定"'),
    ("3.危及“三安全一稳定”", "3.危及三安全一稳定"),
    ("5.属于三类内部事务信息", "5.属于三类内部事物信息"),
    ("5.要求行政机关确认或重新出具已获取信息", "5.要求行政机关确认或重新出具己获取信息"),
    ("（七）总计", "（七）总 计"),
    ("四、结转下年度继续办理", "四、转结下年度继续办理"),
)
HEAD_TYPOS: tuple[tuple[str, str], ...] = (
    ("现行有效件数", "现行有效件"),
    ("现行有效件数", "现行有效件数（历史累计）"),
    ("本年处理决定数量", "本年处理绝对数量"),
    ("本年新公开数量", "本年新制作数量"),
    ("上一年项目数量", "上年项目数量"),
    ("本年增/减", "本年增／减"),
)
# What a city's instructions put behind labels, and its bodies left standing there.
INSTRUCTIONS = {
    "规章": "（设区的市人民政府填报，其他单位填零）",
    "规范性文件": "（含决定、公告、通告和意见等公文）",
    "行政规范性文件": "（含决定、公告、通告和意见等公文）",
    "其他对外管理服务事项": "（指许可以外的事项，含行政确认、行政处罚、行政强制和公共服务）",
    "上一年项目数量": "（指年初事项数）",
    "本年增/减": "（指全年增减的事项数，减少的写负数，如-8）",
    "处理决定数量": "（指办件量）",
    "本年处理决定数量": "（指办件量）",
}


def _relabel(sketch: Sketch, change: Callable[[str], str]) -> None:
    for line in sketch.lines:
        line.label = change(line.label)
        line.group = change(line.group)
    for band in sketch.bands:
        for row in band.lines:
            row.label = change(row.label)


@KNOWN.sketch("table")
def label_typos(sketch: Sketch) -> None:
    for old, new in sketch.rng.sample(TYPOS, 4):
        for line in sketch.lines:
            if line.label == old:
                line.label = new


@KNOWN.sketch("table")
def header_typos(sketch: Sketch) -> None:
    for old, new in sketch.rng.sample(HEAD_TYPOS, 4):
        for band in sketch.bands:
            band.heads = [new if head == old else head for head in band.heads]


@KNOWN.sketch("table", topic="brackets")
def instructions_left_behind_labels(sketch: Sketch) -> None:
    _relabel(sketch, lambda text: text + INSTRUCTIONS.get(text, ""))
    for band in sketch.bands:
        band.heads = [head + INSTRUCTIONS.get(head, "") for head in band.heads]


@KNOWN.sketch("table", topic="brackets")
def brackets_half_width(sketch: Sketch) -> None:
    _relabel(sketch, lambda text: text.replace("（", "(").replace("）", ") "))
    for band in sketch.bands:
        band.article = band.article.replace("（", "(").replace("）", ")")


@KNOWN.sketch("table", topic="numerals")
def numbered_with_commas(sketch: Sketch) -> None:
    _relabel(sketch, lambda text: re.sub(r"^(\d)\.", r"\1、", text))


@KNOWN.sketch("table", topic="numerals")
def numbered_full_width(sketch: Sketch) -> None:
    _relabel(sketch, lambda text: re.sub(r"^(\d)\.", lambda m: chr(ord(m[1]) + 0xFEE0) + "．", text))


@KNOWN.sketch("table", topic="brackets")
def labels_in_traditional_characters(sketch: Sketch) -> None:
    """A page that was converted on its way."""
    simple, traditional = (
        "规处罚强单务发废减机构组织结维纠审诉讼经后请转续办属国稳护权类内过执询无补确举报当计数总额",
        ("規處罰強單務發廢減機構組織結維糾審訴訟經後請轉續辦屬國穩護權類內過執詢無補確舉報當計數總額"),
    )
    change = str.maketrans(simple, traditional)
    _relabel(sketch, lambda text: text.translate(change))
    for heads in (sketch.applicant_heads, sketch.result_heads):
        heads.update({key: text.translate(change) for key, text in heads.items()})
    for band in sketch.bands:
        band.heads = [head.translate(change) for head in band.heads]


@KNOWN.sketch("table", promise="exact_or_null", reshapes=("requests",), topic="numerals")
def numerals_missing(sketch: Sketch) -> None:
    _relabel(sketch, lambda text: re.sub(r"^(\d\.|（[一二三四五六七]）|[一二三四]、)", "", text))


@KNOWN.sketch("table")
def article_without_di(sketch: Sketch) -> None:
    for band in sketch.bands:
        band.article = band.article.replace("条第（", "条（")


@KNOWN.sketch("table")
def labels_spaced(sketch: Sketch) -> None:
    """行 政 许 可, 规&nbsp;&nbsp;章."""
    _relabel(sketch, lambda text: re.sub(r"^(..)(.+)$", r"\1&nbsp; \2", text) if len(text) > 3 else "&nbsp;".join(text))


@KNOWN.sketch("table")
def labels_broken(sketch: Sketch) -> None:
    @cache
    def broken(text: str) -> str:
        at = sketch.rng.randint(4, len(text) - 1) if len(text) > 6 else len(text)
        return f"{text[:at]}<br>{text[at:]}" if at < len(text) else text

    _relabel(sketch, broken)


@KNOWN.sketch("table")
def header_words_broken(sketch: Sketch) -> None:
    for heads in (sketch.applicant_heads, sketch.result_heads):
        for key, text in heads.items():
            heads[key] = f"&nbsp;{text[:2]}<br>{text[2:4]}<br/>{text[4:]}&nbsp;" if len(text) > 2 else "<br>".join(text)
    for band in sketch.bands:
        band.heads = [f"{head[:3]}<br />{head[3:]}" for head in band.heads]


@KNOWN.sketch("table")
def normative_named_otherwise(sketch: Sketch) -> None:
    for line in sketch.bands[0].lines:
        if line.key == "normative_documents":
            line.label = "行政规范性文件" if line.label == "规范性文件" else "规范性文件"


@KNOWN.sketch("table", topic="unknown_row")
def unknown_request_row(sketch: Sketch) -> None:
    """A row of the agency's own among the refusals: its numbers are nobody's."""
    at = sketch.lines.index(next(line for line in sketch.lines if line.key == "refused_administrative_query"))
    values = [Value("", n, str(n)) for n in (7001, 7002, 7003, 7004, 7005, 7006, 42021)]
    sketch.lines.insert(at + 1, Line(None, "9.属于商业秘密的信息", values, sketch.lines[at].group))
    sketch.expected.must_find.add("unread|unknown|extra")
    sketch.expected.may_find |= {"unread", "unknown", "extra"}


@KNOWN.sketch("table", topic="unknown_row")
def unknown_disclosure_row(sketch: Sketch) -> None:
    band = next(band for band in sketch.bands if any(line.key == "penalties" for line in band.lines))
    count = len(band.heads)
    band.lines.append(Line(None, "行政确认", [Value("", 7001 + i, str(7001 + i)) for i in range(count)]))
    sketch.expected.must_find.add("unread|unknown|extra")
    sketch.expected.may_find |= {"unread", "unknown", "extra"}


@KNOWN.sketch("table")
def stray_digit_in_label(sketch: Sketch) -> None:
    for line in sketch.lines:
        if line.key in ("granted", "unavailable_not_held", "refused_state_secret"):
            line.label += sketch.rng.choice(("1", " 2", "<br>3"))
