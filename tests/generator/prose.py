"""Sentences of real reports, each with the counts it holds; and look-alikes, which hold none."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .sketch import ExpectedFigure
from .truth import Truth

# sentence with {n}, unit, factor between the printed and the read number, hedged, topic
COUNTS: tuple[tuple[str, str, int, bool, str | None], ...] = (
    ("全年通过政府门户网站主动公开政府信息{n}条。", "条", 1, False, "disclosure"),
    ("本年度主动公开信息 {n} 条。", "条", 1, False, "disclosure"),
    ("主动公开政府信息{n}余条。", "条", 1, True, "disclosure"),
    ("发布微信公众号信息 {n} 条。", "条", 1, False, "disclosure"),
    ("累计主动公开政府信息{n}万余条。", "条", 10_000, True, "disclosure"),
    ("组织政务公开业务培训{n}期。", "期", 1, False, "any"),
    ("全年召开工作推进会{n}次。", "次", 1, False, "any"),
    ("参训人员约{n}人。", "人", 1, True, "any"),
    ("处理群众来信{n}件，均按时办结。", "件", 1, False, "any"),
    ("编发工作简报近{n}篇。", "篇", 1, True, "any"),
    ("群众满意率达{n}%。", "%", 1, False, "any"),
    ("在政务服务大厅设置查阅点{n}个。", "个", 1, False, "any"),
)
LOOK_ALIKES: tuple[str, ...] = (
    "根据《中华人民共和国政府信息公开条例》第二十条、第五十条的规定，做到应公开尽公开。",
    "按照《国务院办公厅政府信息与政务公开办公室关于印发政府信息公开工作年度报告格式的通知》（国办公开办函〔2021〕30号）要求编制。",
    "设置公开监督电话 0379-65250218，邮编471000，切实保障公众的知情权。",
    "认真办理“12345”政务服务便民热线转来的诉求，聚焦“123”工作思路。",
    "深入学习贯彻党的二十大和二十届三中全会精神，落实“三审三校”制度。",
    "一是加强组织领导，二是完善公开制度，三是强化监督保障。",
    "全年未发生有关政府信息公开的收费、诉讼等情况。",
    "通过完善制度、规范内容，第一时间回应社会关切，坚持公开为常态、不公开为例外。",
)
PLAIN: tuple[str, ...] = (
    "健全政府信息公开工作机制，规范信息审核和发布流程。",
    "严格执行保密审查制度，确保政府信息公开及时、准确、完整。",
    "优化政府网站栏目设置，方便群众查询。",
    "将政务公开工作纳入绩效考核体系，主动接受社会监督。",
)
SUBHEADS: tuple[str, ...] = (
    "（一）主动公开情况。",
    "（二）依申请公开情况。",
    "（三）政府信息管理情况。",
    "（四）平台建设情况。",
    "（五）监督保障情况。",
)


@dataclass
class Written:
    paragraphs: list[str]
    figures: list[ExpectedFigure]


def overview(truth: Truth, rng: Random) -> Written:
    """Chapter one: five sub-chapters; one or two counts, the applications as table 3 has them, look-alikes."""
    paragraphs = [f"{truth.year}年，{truth.self_name}认真贯彻落实条例精神，扎实推进政府信息公开工作。"]
    figures: list[ExpectedFigure] = []
    for index, subhead in enumerate(SUBHEADS):
        text = subhead
        if index == 1:
            sentence, figure = _applications(truth)
            text += sentence
            figures += [figure] if figure else []
        elif rng.random() < 0.6:
            sentence, figure = _count(rng, section=1, disclosure=index == 0)
            text += sentence
            figures.append(figure)
        text += rng.choice(PLAIN)
        if rng.random() < 0.5:
            text += rng.choice(LOOK_ALIKES)
        paragraphs.append(text)
    return Written(paragraphs, figures)


def problems(truth: Truth, rng: Random) -> Written:
    paragraphs = [
        "存在的主要问题：一是公开意识有待进一步加强，二是公开内容的深度有待提升。",
        f"改进措施：{truth.year + 1}年，{truth.self_name}将加强业务学习，提高公开质量。" + rng.choice(LOOK_ALIKES),
    ]
    return Written(paragraphs, [])


def other_matters(truth: Truth, rng: Random) -> Written:
    if rng.random() < 0.5:
        return Written(["无其他需要报告的事项。"], [])
    return Written(
        [
            f"按照《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）规定，{truth.year}年度{truth.self_name}未收取信息处理费。"
        ],
        [],
    )


def _applications(truth: Truth) -> tuple[str, ExpectedFigure | None]:
    received = truth.tables["requests"].get("received", {}).get("total")
    if received is None:
        return "畅通依申请公开渠道。", None
    if received == 0:
        return "全年未收到政府信息公开申请。", ExpectedFigure(1, 0, None, False, "requests")
    return (
        f"全年共收到政府信息公开申请{received}件。",
        ExpectedFigure(1, received, "件", False, "requests"),
    )


def _count(rng: Random, section: int, disclosure: bool) -> tuple[str, ExpectedFigure]:
    fitting = [count for count in COUNTS if (count[4] == "disclosure") == disclosure]
    sentence, unit, factor, hedged, topic = rng.choice(fitting)
    printed = rng.randint(2, 99) if unit in ("%", "期") or factor > 1 else rng.randint(2, 3999)
    return sentence.format(n=printed), ExpectedFigure(section, printed * factor, unit, hedged, topic)
