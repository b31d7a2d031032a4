"""Titles, judged by meaning: what is a report, whose, of which year."""

from __future__ import annotations

import pytest

from extract.titles import judge

REPORTS = {
    "霁川市砚溪区商务局 2024 年政府信息公开工作年度报告": (2024, "霁川市砚溪区商务局"),
    "2019年霁川市人民政府办公厅政府信息公开工作年度报告": (2019, "霁川市人民政府办公厅"),
    "2019年度霁川市公安局砚溪分局政府信息公开工作年度报告": (2019, "霁川市公安局砚溪分局"),
    "石板镇2023年度政府信息公开工作年度报告": (2023, "石板镇"),
    "砚溪区人民政府\n　2023 年政府信息公开工作年度报告": (2023, "砚溪区人民政府"),
    "禾桥县人民政府信息公开年度报告": (None, "禾桥县人民政府"),
    "二〇二三年禾桥县新田镇政府信息公开年度报告": (2023, "禾桥县新田镇"),
    "砚溪区财政局2025年政府信息公开工作报告": (2025, "砚溪区财政局"),
    "上湾乡2022年政府信息公开年度工作报告": (2022, "上湾乡"),
    "砚溪区市场监管局（知识产权局）２０２３年政府信息公开工作年度报告": (2023, "砚溪区市场监管局（知识产权局）"),
    "砚溪区行政审批政务信息管理局2024年政府信息公开工作年度报告_砚溪区人民政府": (2024, "砚溪区行政审批政务信息管理局"),
    "砚溪区教师培训中心2023年政府信息公开工作年度报告": (2023, "砚溪区教师培训中心"),
    "砚溪区人民政府2024年政府信息公开工作年度报告（图片版）": (2024, "砚溪区人民政府"),
    "砚溪区统计局政府信息公开工作年度报告（2023年）": (2023, "砚溪区统计局"),
    "砚溪区统计局关于2022年度政府信息公开工作情况的报告": (2022, "砚溪区统计局"),
    "2024年政务公开工作年度报告": (2024, None),
    "政府信息公开工作年度报告": (None, None),
}
OTHERS = [
    "砚溪区2024年法治政府建设年度报告",
    "砚溪区2023年度政府信息公开指南",
    "砚溪区2024年度财政预算公示",
    "【文稿解读】禾桥县2022年政府信息公开工作年度报告解读",
    "一图读懂砚溪区2024年政府信息公开工作年度报告",
    "关于2014年政府信息公开工作要点落实情况的函",
    "关于做好2023年政府信息公开工作年度报告编制和发布有关工作的通知",
    "砚溪区2023年政府网站工作年度报表",
    "首页 > 政府信息公开年报",
    "",
]


@pytest.mark.parametrize("title", REPORTS)
def test_a_report_is_accepted_with_its_year_and_body(title: str) -> None:
    verdict = judge(title)
    assert verdict.accepted, verdict.reason
    assert (verdict.year, verdict.agency) == REPORTS[title]


@pytest.mark.parametrize("title", OTHERS)
def test_what_is_filed_beside_the_reports_is_not_one(title: str) -> None:
    verdict = judge(title)
    assert not verdict.accepted
    assert verdict.reason


def test_a_title_without_year_and_body_may_be_a_column() -> None:
    assert judge("政府信息公开年报").bare
    assert not judge("2024年政府信息公开年报").bare
