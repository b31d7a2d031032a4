"""Counts in the prose, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable

from extract.report import Number

from ..irregularity import Irregularity, Registry
from ..sketch import ExpectedFigure, Sketch

KNOWN = Registry()

# value, unit, approximate (None: either way), topic
Count = tuple[Number, str | None, bool | None, str | None]
SENTENCES: tuple[tuple[str, str, tuple[Count, ...]], ...] = (
    ("figure_yu", "主动公开政府信息 400余条。", ((400, "条", True, "disclosure"),)),
    ("figure_wan", "累计主动公开政府信息2万条。", ((20_000, "条", False, "disclosure"),)),
    ("figure_wan_yu", "全年主动公开政府信息18万余条。", ((180_000, "条", True, "disclosure"),)),
    ("figure_decimal_wan", "网站访问量达到3.5万次。", ((35_000, "次", False, "any"),)),
    (
        "figure_chinese_numeral",
        "召开专题会议三次，组织培训十二期。",
        ((3, "次", False, "any"), (12, "期", False, "any")),
    ),
    ("figure_percent", "办件按时办结率100%，同比上升12.3%。", ((100, "%", False, "any"), (12.3, "%", False, "any"))),
    (
        "figure_list",
        "其中发布动态类信息120条、通知公告35条，政策解读8篇。",
        ((120, "条", False, "any"), (35, "条", False, "any"), (8, "篇", False, "any")),
    ),
    ("figure_separator", "网站总访问量1,234,567次。", ((1_234_567, "次", False, "any"),)),
    ("figure_full_width", "发布信息１２６条。", ((126, "条", False, "any"),)),
    (
        "figure_amount",
        "政府集中采购项目 1 项，采购总金额 2700 元。",
        ((1, "项", False, "any"), (2700, "元", False, "any")),
    ),
    ("figure_wan_yuan", "投入宣传经费43.788万元。", ((43.788, "万元", False, "any"),)),
    (
        "figure_hedged_before",
        "编发简报大约60期，惠及群众近300人。",
        ((60, "期", True, "any"), (300, "人", True, "any")),
    ),
    ("figure_over", "阅读量超过5000次，转载多达20次。", ((5000, "次", None, "any"), (20, "次", None, "any"))),
    (
        "figure_parts_of_a_whole",
        "办理行政复议案件7件，其中维持4件，纠正3件。",
        ((7, "件", False, "challenges"), (4, "件", False, "challenges"), (3, "件", False, "challenges")),
    ),
    (
        "figure_after_a_colon",
        "信息公开目录：17类；培训：3场/120人次。",
        ((17, "类", False, "any"), (3, "场", False, "any"), (120, "人次", False, "any")),
    ),
    ("look_alike_percentage_points", "满意率同比提高2.3个百分点。", ()),
    ("look_alike_documents", "依据国办发〔2016〕80号、国办函〔2020〕109号和《条例》第二十条、第49条执行。", ()),
    ("look_alike_dates", "于2023年12月5日、3月1日前完成，时间为9时30分，“十四五”期间持续推进。", ()),
    (
        "look_alike_phones",
        "联系电话：0517-87222589，手机13800138000，传真87654321，邮编223100，地址：洪泽湖大道90号。",
        (),
    ),
    ("look_alike_hotlines", "办理“12345”热线、“110”警情联动事项，落实“五公开”和“123”工作法。", ()),
    ("look_alike_ordinals", "第一，加强领导；第二，完善机制。（1）抓学习；（2）抓落实；3.抓整改。", ()),
    ("look_alike_congress", "学习贯彻党的二十大、二十届二中、三中全会精神，坚持“两个确立”。", ()),
    ("look_alike_names", "推进“放管服”改革和“一网通办”“最多跑一次”，落实“三安全一稳定”审查。", ()),
    ("look_alike_missing_number", "全年更新条，召开会议次。", ()),
    ("look_alike_web", "登录www.zhq.gov.cn/2024/01-23/812904.html或hzzwgk@126.com查询。", ()),
)


def _sentences() -> None:
    for name, sentence, figures in SENTENCES:
        KNOWN.add(Irregularity(name, "prose", "words", change=_writer(sentence, figures)))


def _writer(sentence: str, figures: tuple[Count, ...]) -> Callable[[Sketch], None]:
    def change(sketch: Sketch) -> None:
        sketch.part(1).prose.append(sentence)
        sketch.expected.figures += [
            ExpectedFigure(1, value, unit, hedge, topic) for value, unit, hedge, topic in figures
        ]

    return change


_sentences()


@KNOWN.sketch("prose", topic="stated")
def stated_count_differs(sketch: Sketch) -> None:
    """The prose says more applications than table 3, those carried in counted too."""
    requests = sketch.truth.tables["requests"]
    received = requests["received"]["total"]
    if received is None:
        return
    wrong = received + (requests["carried_in"]["total"] or 0) + 7
    part = sketch.part(1)
    part.prose = [text for text in part.prose if not text.startswith("（二）")]
    part.prose.append(f"（二）依申请公开情况。全年共收到政府信息公开申请{wrong}件。")
    sketch.expected.passages[1] = list(part.prose)
    sketch.expected.figures = [figure for figure in sketch.expected.figures if figure.topic != "requests"]
    sketch.expected.figures.append(ExpectedFigure(1, wrong, "件", False, "requests"))
    sketch.expected.must_find.add("stated")
    sketch.expected.may_find.add("stated")
