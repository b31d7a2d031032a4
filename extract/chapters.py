"""Recognises the headings of the six chapters, whatever their number and wording, and nothing that only looks so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from extract.form import CHAPTERS
from extract.text import canonical, simplified, squeeze

_NUMERAL = (
    r"(?:第?[一二三四五六七八九十]{1,2}(?:部分)?[、.．,，:：;；]+|第[一二三四五六七八九十](?:部分|章)|[—–\-―]+、)"
)
_OF = r"(?:\d{4}年度?|本年度?|全年)?(?:本(?:机关|单位|部门|局|镇|乡|街道|级)|行政机关)?"

_TAIL = re.compile(r"表?[:：。.;；、\-—]*(?:[(（][^()（）]{0,20}[)）])?[:：。.]*$")


def _made_of(words: str, subject: str) -> str:
    """A heading of these words in any order, among them its subject: bureaus word the same chapter in many ways. Where
    prose runs on behind it, it ends with its first 情况 or 措施."""
    whole = rf"(?:{words})+(?={_TAIL.pattern})"
    return rf"(?=[^。；;:：\d]{{0,24}}(?:{subject}))(?:{whole}|(?:{words})*?(?:情况|措施))"


# In the order they are tried: the overview last, because its words are the least telling.
_CORES: tuple[tuple[int, str], ...] = (
    (2, r"主动公开(?:政府)*(?:政务)?(?:信息)?(?:工作)?(?:的)?情况|(?:政府|政务)信息主动公开(?:工作)?(?:的)?情况"),
    (
        4,
        _made_of(
            "因|政府|政务|信息|公开|工作|类|申请|被|的|引起|引发|涉及|提起|行政|法|投诉|举报|复议|诉讼|应诉|申诉|信访|案件|相关|有关|处理|办理|情况|[、和及与,，]",
            "复议",
        ),
    ),
    (
        3,
        r"(?:收到和?处理|收到及处理|受理和?处理|处理|受理|办理|收到)?(?:的)?(?:政府)?(?:信息)?(?:依申请公开|公开申请|依申请)(?:政府信息)?(?:和不予公开(?:政府信息)?)?(?:的)?(?:的)?(?:收到和处理|办理|处理|受理)?(?:工作)?(?:开展)?(?:的)?情况",
    ),
    (
        5,
        _made_of(
            "政府|政务|信息|公开|年度|工作|中|当前|目前|存在|主要|突出|困难|问题|不足|短板|薄弱环节|的|及其?|和|以及|与|、"
            "|下一?步|今后|改进|整改|打算|计划|安排|建议|对策|举措|措施|情况|方向|思路",
            "问题|不足|困难|短板",
        ),
    ),
    (
        6,
        r"(?:其他|其它)(?:需要|应当|应该|应|须|需)?(?:报告|说明|公开|汇报)?(?:的)?(?:其他|其它|有关|重要)?(?:事项|情况|内容)|(?:需要|应当)(?:报告|说明)的(?:其他|其它|有关)?(?:事项|情况)",
    ),
    (
        1,
        r"工作总体推进情况|(?:政府|政务)?(?:信息)?(?:公开)?(?:工作)?(?:的)?(?:总体|基本|整体)(?:工作)?(?:推进|开展)?(?:情况|概况|概述)|(?:政府信息公开工作的?|(?:主要|重点)?工作)?(?:概述|概况)|总体概述",
    ),
)
_PATTERNS = tuple(
    (
        number,
        re.compile(
            rf"(?:(?P<mark>(?:{_NUMERAL}){{1,2}})|[一二三四五六])?(?:[1-6][、.．](?!\d))?(?P<core>{_OF}(?:{core}))"
        ),
    )
    for number, core in _CORES
)
_BRACKETED = re.compile(r"\(([一二三四五六])\)[、.]?(.+)")
_GLUED = re.compile(r"(?<=[。！；;!：:])(?=[一二三四五六][、.．])")
# What follows a chapter's name where chapters are merely listed.
_LISTS_ON = re.compile(r"[;；,，、和及等]")
_LONGEST = 44
_CLUE = re.compile(r"情况|事项|概述|概况|问题|复议|不足|困难|短板")


@dataclass(frozen=True)
class Heading:
    """`heading` as printed, without layout spaces; `rest` is prose that runs on in the same paragraph."""

    number: int
    heading: str
    rest: str
    numbered: bool


@lru_cache(maxsize=256)
def heading_of(text: str) -> Heading | None:
    """The chapter heading that a paragraph is or begins with, None for prose.

    A heading without its numeral counts only when it is the whole paragraph and names its subject in full.
    Remembered for the paragraphs of a report: each reader asks again.
    """
    plain = simplified(canonical(text))
    if not _CLUE.search(plain, 0, _LONGEST):
        return None
    printed = squeeze(text)
    if len(plain) != len(printed):
        printed = canonical(text)
    for number, pattern in _PATTERNS:
        match = pattern.match(plain)
        if not match:
            continue
        numbered = match["mark"] is not None
        rest = plain[match.end() :]
        whole = _TAIL.match(rest) is not None
        if not numbered and (
            not whole or (len(match["core"]) < 4 and number != 1) or not _telling(number, match["core"])
        ):
            continue
        if not whole and ((len(plain) <= _LONGEST and not _sentence(rest)) or not _complete(match["core"])):
            continue
        if whole:
            return Heading(number, printed, "", numbered)
        cut = match.end()
        return Heading(number, printed[:cut], printed[cut:].lstrip(":：。 、"), numbered)
    return None


def bracketed_heading_of(text: str) -> Heading | None:
    """The heading of a report whose chapters are numbered （一） to （六）. Elsewhere these are parts of a chapter,
    with much the same words: ask only where `heading_of` finds none, and each must have its chapter's number."""
    if not (match := _BRACKETED.match(canonical(text))):
        return None
    found = heading_of(f"{match[1]}、{match[2]}")
    if found is None or found.rest or found.number != "一二三四五六".index(match[1]) + 1:
        return None
    return Heading(found.number, squeeze(text), "", True)


def split_glued(text: str) -> list[str]:
    """Prose cut before each chapter heading that is glued into it behind a sentence; as it is where there is none.

    Such a heading has its own chapter's numeral, and no list of chapters goes on behind it.
    """
    plain = squeeze(text)
    cuts = [match.end() for match in _GLUED.finditer(plain) if _heads(plain[match.end() :])]
    if not cuts:
        return [text]
    return [plain[start:end] for start, end in pairwise([0, *cuts, len(plain)]) if start < end]


def _heads(text: str) -> bool:
    found = heading_of(text)
    if found is None or not found.numbered or found.number != "一二三四五六".index(text[0]) + 1:
        return False
    return not _LISTS_ON.match(text, len(found.heading))


def _telling(number: int, core: str) -> bool:
    """Without a numeral, 主动公开情况 is a sub-heading of chapter one; only the fuller wordings are chapters."""
    return {
        1: core in ("总体情况", "概述", "基本情况", "总体概述", "工作总体推进情况"),
        2: "信息" in core and "公开" in core,
        3: "申请" in core and ("收到" in core or "处理" in core),
        4: "复议" in core and "诉讼" in core and ("公开" in core or "情况" in core),
        5: "问题" in core and ("存在" in core or "主要" in core) and len(core) >= 6,
        6: "事项" in core,
    }[number]


def _complete(core: str) -> bool:
    return core.endswith(("情况", "事项", "概述", "概况", "措施", "问题"))


def _sentence(text: str) -> bool:
    """Prose after a glued heading, as against a longer heading that merely begins with the same words."""
    return len(text) >= 2 or text == "无"


KEYS = {chapter.number: chapter.key for chapter in CHAPTERS}
