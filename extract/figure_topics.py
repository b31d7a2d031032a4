"""What a count in the prose is of, in the form's own terms, by the words of the clause that it stands in."""

from __future__ import annotations

import re

ABOUT_REQUESTS = re.compile(r"公开申请|依申请|信息申请")
CHALLENGE = re.compile(r"复议|诉讼|应诉")
_FEE = re.compile(r"收费|收取|费用|(?:处理|检索|复制|复印|邮寄|工本)费")
# Others are applied to for permits, aid or a register: an application as such is one for information where nothing else
# is named before it.
REQUEST = re.compile(
    r"公开申请|依申请|申请公开|信息申请|申请件|(?:^|[\d(（的了到封件份条个]|收到|接到|受理|接收|办理|处理|结转|新收|涉及|任何|相关|有关|共|书面|当面|现场|网[上络]"
    r"|线上|平台|信函|邮[件寄]|传真|口头|方式|形式|渠道|途径|上述|重复|有效|新增|所有|全部|公众|群众|自然人|企业|公民|组织|机构)(?:新)?申请"
)
_ANSWER = re.compile(
    r"答复|办结|予以公开|同意公开|部分公开|不予公开|不予处理|其他处理|无法提供|结转|受理|主动公开范围|不属于|不存在|告知|补正"
    r"|撤[回销件]"
)
# An application for something else.
_OTHER_REQUEST = re.compile(r"申请(?!人|内容|书|表|公开|信息|获取|的)")
# Where applications are handed in or information is kept, and who deals with them.
_PLACE = re.compile(r"受理点|查阅[点处]|窗口|栏目|专栏|专区|公开栏|平台|场所|信箱|账号")
_OFFICE = re.compile(rf"{_PLACE.pattern}|渠道|人员|专员|联络员|指南|制度|流程|文书|模板")
_PLACES = frozenset({"个", "处", "台", "块"})
_CASES = frozenset({"件", "条", "份", "例", "宗", "起", "封", "次", "件次", "篇"})
_MONEY = frozenset({"元", "万元", "亿元"})
_PEOPLE = frozenset({"人", "名", "位", "人次"})
_TEXTS = frozenset({"条", "篇", "条次", "篇次"})
_DISCLOSED = re.compile(r"公开|发布|发表|公布|公示|报道|宣传|推送|刊发|刊登|转载|上传|更新|信息|解读|图解")
_DONE = re.compile(r"开展|举办|召开|组织(?!机构)|收到|接受|参加|接待")
# What a document that is named treats of is not what is counted: 解读《督查工作办法》等文件8件.
_TITLE = re.compile(r"《[^》]*》")
_PUBLISHED = re.compile(r"(?:信息|类|公示|公告|动态)$")
_NOT_DISCLOSED = re.compile(
    r"培训|会议|检查|考核|满意|投诉|举报|咨询|留言|来信|来电|走访|研究|督查|督导|调研|演练|办结率|占比|同比|环比|增长|下降"
)


def topic_of(clause: str, start: int, unit: str, about_requests: bool) -> str | None:
    """What the count is of, in the form's own terms; None where the clause does not say.

    Of a list (发布信息30条、召开会议4次) an item's own words come first; what stands behind it says nothing of it.
    """
    clause = _TITLE.sub(lambda title: "·" * len(title.group()), clause)
    end = clause.find("、", start)
    clause = clause[: end if end >= 0 else None]
    item = clause[clause.rfind("、", 0, start) + 1 :]
    of_its_own = REQUEST.search(item) or _DISCLOSED.search(item)
    if CHALLENGE.search(item) or (CHALLENGE.search(clause) and not of_its_own):
        return "challenges"
    just_before = clause[max(0, start - 10) : start]
    if "采购" in just_before and "信息" not in just_before and unit not in _TEXTS:
        return "procurement"
    if unit in _MONEY:
        return "fees" if _FEE.search(clause) else None
    if unit == "%":
        return None
    if "申请" in clause and unit not in _CASES and _OFFICE.search(clause):
        return None
    if unit in _PLACES and _PLACE.search(item):
        return None
    if _is_request(item, about_requests):
        return "requests"
    if _NOT_DISCLOSED.search(item) or unit in _PEOPLE:
        return None
    if _is_request(clause, about_requests):
        return "requests"
    return "disclosure" if _DISCLOSED.search(clause) else None


def _is_request(text: str, about_requests: bool) -> bool:
    if REQUEST.search(text) and "复印" not in text:
        return True
    return about_requests and _ANSWER.search(text) is not None and not _OTHER_REQUEST.search(text)


def may_be_part(label: str, unit: str) -> bool:
    """Whether what a clause counts may be a part of the whole before it: a thing of its kind, not something done."""
    if unit in _PEOPLE or _DONE.search(label):
        return False
    return bool(_PUBLISHED.search(label)) or not _NOT_DISCLOSED.search(label)
