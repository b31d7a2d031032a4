"""Recognises the form's rows and columns by what their labels say, through typos, numbering and broken lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.text import canonical, simplified

# What the form's instructions put behind a label, and units. A short word in brackets may make it another label:
# 规范性文件（已废止）.
_NOTE = re.compile(
    r"(?<=[\u3400-\u9fff])[(（](?:(?:[指含即]|包括)[^()（）]*|[^()（）]{12,})[)）]?"
    r"|[(（][^()（）]*(?:区分处理|勾稽|历史累计|单位)[^()（）]*[)）]?"
    r"|[(\[【〔](?:件|条|项|个|次|宗|份|人|万元|注\d*|\d+)[)\]】〕]$"
)
_NUMBERING = re.compile(r"^(?:[(（]?[一二三四五六七八九十]{1,2}[)）、.:：]+|[(（]?\d+[)）、.:：]*)+")
# The group that a row belongs to, printed before its own label: (三)不予公开1.属于国家秘密.
_GROUP = re.compile(
    r"^(?:三、?本年度?办理结果)?[(（][三四五六][)）](?:不予公开|无法提供|不予处理|其[他它]处理)(?=[(（]?\d)"
)
_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_CLOSE_ENOUGH = 0.78
_CLEARLY_BETTER = 0.08

# Words that mean a row whatever else its label says; each stands in one row of the form only.
_OUTCOME_ALIASES = {
    "新收政府信息公开申请": "received",
    "上年结转": "carried_in",
    "上年转结": "carried_in",
    "上年度结转": "carried_in",
    "结转下年度": "carried_forward",
    "结转下年": "carried_forward",
    "转结下年": "carried_forward",
    "其他处理": "other",
    "其它处理": "other",
    "其它": "other",
    "合计": "concluded",
    "办理结果总计": "concluded",
    "三安全一稳定": "refused_security_stability",
    "法律行政法规禁止公开": "refused_law_forbids",
    "内部事务信息": "refused_internal_affairs",
    "过程性信息": "refused_deliberative_process",
    "行政执法案卷": "refused_enforcement_file",
    "行政查询事项": "refused_administrative_query",
    "第三方合法权益": "refused_third_party",
    "不掌握相关政府信息": "unavailable_not_held",
    "没有现成信息": "unavailable_needs_creation",
    "仍不明确": "unavailable_unclear",
    "信访举报投诉": "not_processed_petition",
    "公开出版物": "not_processed_publication",
    "大量反复申请": "not_processed_excessive",
    "确认或重新出具": "not_processed_confirmation",
    "逾期不补正": "other_not_corrected",
    "未按收费通知": "other_fee_unpaid",
}


def core(text: str) -> str:
    """A label without numbering, notes in brackets, digits and signs: what is left identifies it."""
    plain = _GROUP.sub("", _NOTE.sub("", simplified(canonical(text))))
    return _NOT_HAN.sub("", _NUMBERING.sub("", plain))


def is_numbered(text: str) -> bool:
    """Whether a label begins with a number of its own, and so is no continuation of the one above it."""
    return _NUMBERING.match(canonical(text)) is not None


class Labels:
    """A closed set of labels that a text is matched against: exactly, by a telling word, as a beginning that a page
    break cut off, or by likeness — and then only when one label is clearly the nearest."""

    def __init__(self, labels: Mapping[str, str], aliases: Mapping[str, str] | None = None) -> None:
        self._exact = {core(label): key for label, key in labels.items()}
        self._aliases = dict(aliases or {})
        self.match: Callable[[str], str | None] = lru_cache(maxsize=4096)(self._find)
        """The key that a text is a label of, None where it is none or could be two."""

    def _find(self, text: str) -> str | None:
        name = core(text)
        if not name:
            return None
        if name in self._exact:
            return self._exact[name]
        found = {key for alias, key in self._aliases.items() if alias in name}
        if found:
            return found.pop() if len(found) == 1 else None
        if len(name) >= 5:
            found = {key for label, key in self._exact.items() if label.startswith(name)}
            if len(found) == 1:
                return found.pop()
        return self._nearest(name)

    def _nearest(self, name: str) -> str | None:
        if len(name) < 3:
            return None
        matcher = SequenceMatcher(autojunk=False, b=name)
        scores: dict[str, float] = {}
        for label, key in self._exact.items():
            matcher.set_seq1(label)
            # A label of two characters is like the beginning of too many others: 其他, 其他法律行政法规禁止公开.
            if (
                len(label) > 2
                and matcher.real_quick_ratio() >= _CLOSE_ENOUGH
                and matcher.quick_ratio() >= _CLOSE_ENOUGH
            ):
                scores[key] = max(scores.get(key, 0.0), matcher.ratio())
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < _CLOSE_ENOUGH:
            return None
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _CLEARLY_BETTER:
            return None
        return ranked[0][0]


outcomes = Labels({outcome.label: outcome.key for outcome in OUTCOMES}, _OUTCOME_ALIASES)
applicants = Labels(
    {label: key for key, label in APPLICANTS.items()}
    | {"合计": "total", "其它": "other", "公益组织": "public_interest_organization", "企业": "commercial_enterprise"}
)
results = Labels(
    {label: key for key, label in RESULTS.items()}
    | {
        "维持": "upheld",
        "纠正": "corrected",
        "其它结果": "other",
        "其他": "other",
        "未审结": "pending",
        "合计": "total",
    }
)
routes = Labels(
    {label: key for key, label in ROUTES.items()},
    {"未经复议": "litigation_direct", "直接起诉": "litigation_direct", "复议后": "litigation_after_reconsideration"},
)
items = Labels(
    {item.label: item.key for form in DISCLOSURE.values() for item in form}
    | {"行政强制措施": "coercive_measures", "行政收费": "fees", "事业性收费": "fees", "集中采购": "procurement"}
)
columns_2021 = Labels(
    {label: cell for item in DISCLOSURE["2021"] for cell, label in item.cells.items()}
    | {
        "本年制发数": "issued",
        "本年废止数": "repealed",
        "现行有效数": "in_force",
        "现行有效件": "in_force",
        "本年收费金额": "amount",
    }
)
columns_2019 = Labels(
    {label: cell for item in DISCLOSURE["2019"] for cell, label in item.cells.items()}
    | {
        "本年增减": "change",
        "本年新制作数": "made",
        "本年新公开数": "disclosed",
        "对外公开总数": "total_disclosed",
        "采购金额": "amount",
    }
)
