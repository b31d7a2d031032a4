"""The official form as data: chapters, tables, rows, cells, and the words that print them.

Source of every label: the format notices of the State Council's office, 国办公开办函〔2019〕60号 (report years
2019 and 2020) and 国办公开办函〔2021〕30号 (2021 on). The keys are a contract: JSON, database columns and exports
use the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_FORM_YEAR = 2019
"""The first year that was reported on in the form; before it reports are free-form."""

APPLICANTS: dict[str, str] = {
    "natural_person": "自然人",
    "commercial_enterprise": "商业企业",
    "research_institution": "科研机构",
    "public_interest_organization": "社会公益组织",
    "legal_service": "法律服务机构",
    "other": "其他",
    "total": "总计",
}
RESULTS: dict[str, str] = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
ROUTES: dict[str, str] = {
    "reconsideration": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_reconsideration": "复议后起诉",
}


@dataclass(frozen=True)
class Chapter:
    """One of the six chapters: its number on the form, its key, its official heading without the numeral."""

    number: int
    key: str
    heading: str


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(1, "overview", "总体情况"),
    Chapter(2, "disclosure", "主动公开政府信息情况"),
    Chapter(3, "requests", "收到和处理政府信息公开申请情况"),
    Chapter(4, "challenges", "政府信息公开行政复议、行政诉讼情况"),
    Chapter(5, "problems", "存在的主要问题及改进情况"),
    Chapter(6, "other_matters", "其他需要报告的事项"),
)


@dataclass(frozen=True)
class Item:
    """A row of table 2: its key, its label, the paragraph of article 20 it stands under, its cells with labels."""

    key: str
    label: str
    article: str
    cells: dict[str, str]


_DOCUMENTS_2021 = {"issued": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"}
_DOCUMENTS_2019 = {"made": "本年新制作数量", "disclosed": "本年新公开数量", "total_disclosed": "对外公开总数量"}
_DECISIONS_2021 = {"decisions": "本年处理决定数量"}
_DECISIONS_2019 = {"previous_items": "上一年项目数量", "change": "本年增/减", "decisions": "处理决定数量"}

DISCLOSURE: dict[str, tuple[Item, ...]] = {
    "2021": (
        Item("rules", "规章", "一", _DOCUMENTS_2021),
        Item("normative_documents", "行政规范性文件", "一", _DOCUMENTS_2021),
        Item("licensing", "行政许可", "五", _DECISIONS_2021),
        Item("penalties", "行政处罚", "六", _DECISIONS_2021),
        Item("coercive_measures", "行政强制", "六", _DECISIONS_2021),
        Item("fees", "行政事业性收费", "八", {"amount": "本年收费金额（单位：万元）"}),
    ),
    "2019": (
        Item("rules", "规章", "一", _DOCUMENTS_2019),
        Item("normative_documents", "规范性文件", "一", _DOCUMENTS_2019),
        Item("licensing", "行政许可", "五", _DECISIONS_2019),
        Item("other_services", "其他对外管理服务事项", "五", _DECISIONS_2019),
        Item("penalties", "行政处罚", "六", _DECISIONS_2019),
        Item("coercive_measures", "行政强制", "六", _DECISIONS_2019),
        Item("fees", "行政事业性收费", "八", {"previous_items": "上一年项目数量", "change": "本年增/减"}),
        Item("procurement", "政府集中采购", "九", {"items": "采购项目数量", "amount": "采购总金额"}),
    ),
}


@dataclass(frozen=True)
class Outcome:
    """A row of table 3: its key, its label, the group it stands in, and the forms that print it."""

    key: str
    label: str
    group: str = ""
    forms: tuple[str, ...] = ("2019", "2021")


_REFUSED, _UNAVAILABLE, _NOT_PROCESSED, _OTHER = "（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理"

OUTCOMES: tuple[Outcome, ...] = (
    Outcome("received", "一、本年新收政府信息公开申请数量"),
    Outcome("carried_in", "二、上年结转政府信息公开申请数量"),
    Outcome("granted", "（一）予以公开"),
    Outcome("partly_granted", "（二）部分公开"),
    Outcome("refused_state_secret", "1.属于国家秘密", _REFUSED),
    Outcome("refused_law_forbids", "2.其他法律行政法规禁止公开", _REFUSED),
    Outcome("refused_security_stability", "3.危及“三安全一稳定”", _REFUSED),
    Outcome("refused_third_party", "4.保护第三方合法权益", _REFUSED),
    Outcome("refused_internal_affairs", "5.属于三类内部事务信息", _REFUSED),
    Outcome("refused_deliberative_process", "6.属于四类过程性信息", _REFUSED),
    Outcome("refused_enforcement_file", "7.属于行政执法案卷", _REFUSED),
    Outcome("refused_administrative_query", "8.属于行政查询事项", _REFUSED),
    Outcome("unavailable_not_held", "1.本机关不掌握相关政府信息", _UNAVAILABLE),
    Outcome("unavailable_needs_creation", "2.没有现成信息需要另行制作", _UNAVAILABLE),
    Outcome("unavailable_unclear", "3.补正后申请内容仍不明确", _UNAVAILABLE),
    Outcome("not_processed_petition", "1.信访举报投诉类申请", _NOT_PROCESSED),
    Outcome("not_processed_duplicate", "2.重复申请", _NOT_PROCESSED),
    Outcome("not_processed_publication", "3.要求提供公开出版物", _NOT_PROCESSED),
    Outcome("not_processed_excessive", "4.无正当理由大量反复申请", _NOT_PROCESSED),
    Outcome("not_processed_confirmation", "5.要求行政机关确认或重新出具已获取信息", _NOT_PROCESSED),
    Outcome(
        "other_not_corrected",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        _OTHER,
        ("2021",),
    ),
    Outcome(
        "other_fee_unpaid",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        _OTHER,
        ("2021",),
    ),
    Outcome("other", "3.其他", _OTHER),
    Outcome("concluded", "（七）总计"),
    Outcome("carried_forward", "四、结转下年度继续办理"),
)

OUTCOME_KEYS: tuple[str, ...] = tuple(outcome.key for outcome in OUTCOMES)
CONCLUDED_PARTS: tuple[str, ...] = OUTCOME_KEYS[OUTCOME_KEYS.index("granted") : OUTCOME_KEYS.index("concluded")]
DISCLOSURE_KEYS: tuple[str, ...] = tuple(dict.fromkeys(item.key for form in DISCLOSURE.values() for item in form))
DISCLOSURE_CELLS: tuple[str, ...] = tuple(
    dict.fromkeys(cell for form in DISCLOSURE.values() for item in form for cell in item.cells)
)


def label_of(table: str, row: str) -> str:
    """The official label of a row, with its group where the label alone would not tell it: `不予处理·2.重复申请`."""
    if table == "challenges":
        return ROUTES[row]
    if table == "requests":
        outcome = next(outcome for outcome in OUTCOMES if outcome.key == row)
        return f"{outcome.group.partition('）')[2]}·{outcome.label}" if outcome.group else outcome.label
    return next(item.label for form in DISCLOSURE.values() for item in form if item.key == row)
