"""Counts in the prose, and what only looks like one."""

from __future__ import annotations

import pytest

from extract.figures import read_figures
from extract.report import Section


def figures(text: str) -> list[tuple[float, str | None, str | None, bool]]:
    return [
        (f.value, f.unit, f.topic, f.approximate) for f in read_figures([Section(1, "overview", "一、总体情况", text)])
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本年度主动公开信息18条，同时加大宣传。", [(18, "条", "disclosure", False)]),
        ("2023年共公开内容25余次。", [(25, "次", "disclosure", True)]),
        ("发布信息18万余条。", [(180000, "条", "disclosure", True)]),
        ("公开政府信息1，136条。", [(1136, "条", "disclosure", False)]),
        (
            "公开政府集中采购项目1项，采购总金额2700元。",
            [(1, "项", "procurement", False), (2700, "元", "procurement", False)],
        ),
        ("投入43.788万元。", [(43.788, "万元", None, False)]),
        ("全年共收到政府信息公开申请0条。", [(0, "条", "requests", False)]),
        (
            "收到政府信息公开申请21件，均已答复，其中予以公开3件。",
            [(21, "件", "requests", False), (3, "件", "requests", False)],
        ),
        ("处理投诉工单10件，办结率100%。", [(10, "件", None, False), (100, "%", None, False)]),
        ("举办培训三场，公开信息二十三条。", [(3, "场", None, False), (23, "条", "disclosure", False)]),
        ("收到政府信息公开申请5件，结转下年2件。", [(5, "件", "requests", False), (2, "件", "requests", False)]),
        ("主动公开信息1\n23条，举办培训4场。", [(4, "场", None, False)]),
        ("主动公开信息：\n23条，举办培训4场。", [(23, "条", None, False), (4, "场", None, False)]),
        (
            "被申请行政复议3件，其中维持2件，撤销1件；举办培训2次。",
            [
                (3, "件", "challenges", False),
                (2, "件", "challenges", False),
                (1, "件", "challenges", False),
                (2, "次", None, False),
            ],
        ),
        (
            "信息：2301条，培训3次/120人次。",
            [(2301, "条", "disclosure", False), (3, "次", None, False), (120, "人次", None, False)],
        ),
        (
            "公开政府信息186条，增加23条，增长14%；其中，规范性文件5件、预决算12条；工作人员2人。",
            [
                (186, "条", "disclosure", False),
                (23, "条", None, False),
                (14, "%", None, False),
                (5, "件", "disclosure", False),
                (12, "条", "disclosure", False),
                (2, "人", None, False),
            ],
        ),
        (
            "主动公开规章13件，规范性文件60件，收到来信3件。",
            [(13, "件", "disclosure", False), (60, "件", "disclosure", False), (3, "件", None, False)],
        ),
        (
            "公开信息90条，包括网站60条，公众号30条，其中党建20条、民政10条；工作人员3人。",
            [(n, "条", "disclosure", False) for n in (90, 60, 30, 20, 10)] + [(3, "人", None, False)],
        ),
        (
            "公开信息30条：应急预案12条，会议信息8条。其中政策文件6条。",
            [(n, "条", "disclosure", False) for n in (30, 12, 8, 6)],
        ),
        ("全年主动公开条，其中机构设置2条。", [(2, "条", "disclosure", False)]),
        (
            "公开指南9件（制度4个、名录5则）。",
            [(9, "件", "disclosure", False), (4, "个", "disclosure", False), (5, "则", "disclosure", False)],
        ),
        (
            "受理依申请公开9件，具体为征地类7件，规划类2件。新增专栏4个，其中二级专栏3个。",
            [(n, "件", "requests", False) for n in (9, 7, 2)] + [(4, "个", None, False), (3, "个", None, False)],
        ),
        (
            "收到公开申请19件，其中镇级6件，占32%；部门13件，占68%。",
            [
                (19, "件", "requests", False),
                (6, "件", "requests", False),
                (32, "%", None, False),
                (13, "件", "requests", False),
                (68, "%", None, False),
            ],
        ),
        (
            "办理依申请件7件，“同意公开”的4件；“不属于本机关”的2件；“信息不存在”的1件，公开4件。",
            [(n, "件", "requests", False) for n in (7, 4, 2, 1, 4)],
        ),
        (
            "收到公开申请3件。受理低保申请120件，办理不动产登记申请80件。",
            [(3, "件", "requests", False), (120, "件", None, False), (80, "件", None, False)],
        ),
        (
            "设立公开申请受理点2个，依申请提供信息收取邮寄费86.5元。",
            [(2, "个", None, False), (86.5, "元", "fees", False)],
        ),
        ("收到公开申请一件，已办结。", [(1, "件", "requests", False)]),
        ("受理一件政府信息公开申请。", [(1, "件", "requests", False)]),
        ("印发《甲办法》《乙若干措施》等三项制度。", [(3, "项", None, False)]),
        ("“青原发布“公众号推送信息30条。", [(30, "条", "disclosure", False)]),
        ("建设政务公开专区5个，新增公开栏3处。", [(5, "个", None, False), (3, "处", None, False)]),
        (
            "新增公开信息30条。其中包括：规划7条，招标采购4条；内容涵盖动态3条。明确2位同志负责。",
            [(n, "条", "disclosure", False) for n in (30, 7, 4, 3)] + [(2, "位", None, False)],
        ),
        (
            "收到公开申请3件，上年结转申请0件，不予公开（三类内部事务信息）1件。",
            [(n, "件", "requests", False) for n in (3, 0, 1)],
        ),
        (
            "公开信息40条，其中动态30条，开展征集2次；解读《公开申请督查办法》等文件8件。",
            [
                *((n, "条", "disclosure", False) for n in (40, 30)),
                (2, "次", None, False),
                (8, "件", "disclosure", False),
            ],
        ),
        (
            "发布信息30条、召开会议4次、收到投诉5件；收到网络申请6件、信函7件、投诉8件。",
            [
                *((30, "条", "disclosure", False), (4, "次", None, False), (5, "件", None, False)),
                *((6, "件", "requests", False), (7, "件", "requests", False), (8, "件", None, False)),
            ],
        ),
        (
            "收到依申请公开3件、行政复议2件、维持1件。",
            [(3, "件", "requests", False), (2, "件", "challenges", False), (1, "件", "challenges", False)],
        ),
        (
            "收到公开申请5件，收到群众意见30件，市长信箱收到28件。",
            [(5, "件", "requests", False), (30, "件", None, False), (28, "件", None, False)],
        ),
        ("及时公开文件，其中办理建议12件。", [(12, "件", None, False)]),
        ("发生行政诉讼2件，被纠错0件。", [(2, "件", "challenges", False), (0, "件", "challenges", False)]),
        ("本局收到公开申请17件，全区共收到60件。", [(17, "件", "requests", False), (60, "件", "requests", False)]),
        ("收到公开申请1次，未收到法人或其他组织的公开申请。", [(1, "次", "requests", False)]),
        ("做到3个100%。", [(100, "%", None, False)]),
        ("满意率提高2.3个百分点，9:00条。", []),
        ("行政复议7件。", [(7, "件", "challenges", False)]),
        ("收取政府信息公开信息处理费0元。", [(0, "元", "fees", False)]),
    ],
)
def test_counts_with_unit_topic_and_hedge(text: str, found: list[tuple[float, str | None, str | None, bool]]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "未收到政府信息公开申请。",
        "暂时未收到依申请公开。",
        "2023年，无依申请公开事项。",
        "没有收到依申请公开事项。",
        "全年零申请。",
        "依申请公开政府信息的数量：无。",
        "全年未发生依申请公开政府信息事项。",
    ],
)
def test_a_stated_zero(text: str) -> None:
    assert figures(text) == [(0, None, "requests", False)]


def test_a_stated_zero_is_kept_once() -> None:
    assert len(figures("未收到政府信息公开申请。\n我局未受理政府信息公开申请。")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "截至2024年12月31日，按照《条例》第二十条第（一）项执行。",
        "根据国办公开办函〔2021〕30号文件要求。",
        "监督电话0379-65250218，邮编223100。",
        "认真办理“12345”热线，围绕“123”工作思路。",
        "学习贯彻党的二十大和二十届三中全会精神。",
        "打造高效办成一件事，树牢四个意识，抓好三个方面。",
        "20个工作日内答复，第3期简报。",
        "未发生因政府信息公开申请引起的行政复议、行政诉讼。",
        "无正当理由大量反复申请的不予处理。",
        "未发生因依申请公开工作被举报的情况。",
        "未收到政府信息公开收费减免申请。",
        "未收到对公开申请答复的投诉，没有收到对信息公开申请答复不满意的反馈。",
        "未收到要求公开“三公”经费的申请。",
        "未收到科研机构、社会公益组织的公开申请。",
        "及时更新条目。",
        "落实“惠企32条”和《稳经济41条措施》。",
        '宣传解读"惠农30条"政策。',
        "不同渠道公开相同信息计1条。",
        "力争让群众办理业务最多跑一次，每季度开展检查一次，做到成熟一个、公开一个。",
    ],
)
def test_look_alikes_are_no_figures(text: str) -> None:
    assert figures(text) == []


def test_the_chapter_on_applications_is_about_them_throughout() -> None:
    section = Section(3, "requests", "三、依申请公开政府信息情况", "受理7件，答复6件。")
    assert [(f.value, f.topic) for f in read_figures([section])] == [(7, "requests"), (6, "requests")]
