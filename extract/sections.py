"""Cuts a document into the form's six chapters, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.chapters import KEYS, Heading, bracketed_heading_of, heading_of
from extract.dates import is_date
from extract.document import Block, Grid, Paragraph
from extract.form import CHAPTERS
from extract.report import Fault, Finding, Locator, Section, Severity
from extract.text import canonical, squeeze, tidy

_CHROME = re.compile(
    r"^(?:抄[送报][:：]|相关(?:附件|链接|文章|文档|信息|阅读|解读|新闻)|附件[:：\d]?|扫一扫|打印|\[?关闭|【?打印|上一篇|下一篇|上一条|下一条|分享(?:到|至)|分享$|责任编辑|编辑[:：]|审核[:：]|信息来源[:：]"
    r"|版权|主办(?:单位)?[:：]|承办(?:单位)?[:：]|网站标识码|.{0,20}ICP备|.{0,12}公网安备|浏览次数|访问量|您是第|返回顶部|收藏|我要纠错|微信|字号|【?字体|文件下载|附件下载|\[?打印)"
)
_BODY = re.compile(
    r"(?:政府|办公室|办公厅|局|委|委员会|厅|院|会|中心|镇|乡|街道|办事处|处|所|站|队|社|馆|室|区|县|市|公司|学校|大学|医院|银行|分局|支队|大队|集团|部|团)(?:[(（][^()（）]{2,16}[)）])?$"
)

# The heading of a first chapter that is worded in no way that tells which it is: 一、工作开展情况.
_FIRST = re.compile(r"一[、.．][^。；;]{2,30}[:：。]?")
_SIGNED = re.compile(
    r"(.{3,40}?)((?:(?:19|20)\d{2}|[二一][〇○零0O九一二三四五六七八]{3})年[\d元正一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日)"
)


@dataclass
class Chapters:
    """The chapters with what stands around them: the lines before the first heading, the signature after the last."""

    sections: list[Section] = field(default_factory=list)
    preface: list[str] = field(default_factory=list)
    signature: str | None = None
    signed: str | None = None
    findings: list[Finding] = field(default_factory=list)
    locators: dict[str, Locator] = field(default_factory=dict)
    """`sections.3` -> where chapter 3's heading stands; `sections.3.1` -> the first paragraph of its text."""


def read_chapters(blocks: Sequence[Block]) -> Chapters:
    """Cut the blocks into chapters; what belongs to no chapter goes to the one before it.

    A heading printed twice continues its chapter; one that is missing is noted, and its chapter stands with an empty
    heading where its table was found.
    """
    chapters = Chapters()
    texts: dict[int, list[str]] = {}
    headings: dict[int, str] = {}
    places: dict[int, list[Locator]] = {}
    current = 0
    lines = [block for block in blocks if not isinstance(block, Grid)]
    headed = _headed(lines)
    for at, block in enumerate(lines):
        found = headed.get(at)
        if found and (found.numbered or (found.number > current and found.number not in headings)):
            current = found.number
            headings.setdefault(current, found.heading)
            texts.setdefault(current, [])
            places.setdefault(current, [])
            chapters.locators.setdefault(f"sections.{current}", block.locator)
            if found.rest:
                texts[current].append(tidy(found.rest))
                places[current].append(block.locator)
        elif current:
            texts[current].append(tidy(block.text))
            places[current].append(block.locator)
        else:
            chapters.preface.append(tidy(block.text))
    last = max(texts, default=0)
    if last:
        texts[last] = _without_chrome(texts[last])
        texts[last] = _sign(texts[last], chapters)
    chapters.sections = [Section(n, KEYS[n], headings[n], "\n".join(filter(None, texts[n]))) for n in sorted(texts)]
    for number, kept in texts.items():
        # Lines were only ever taken from the end.
        printed = [place for line, place in zip(kept, places[number], strict=False) if line]
        chapters.locators |= {f"sections.{number}.{n}": place for n, place in enumerate(printed, 1)}
    return chapters


def _headed(lines: Sequence[Paragraph]) -> dict[int, Heading]:
    """The chapters' headings among the lines. What stands under a first heading of the report's own wording, before
    those of the form, is its overview."""
    heading = heading_of if any(heading_of(line.text) for line in lines) else bracketed_heading_of
    headed = {n: found for n, line in enumerate(lines) if (found := heading(line.text))}
    if headed and all(found.number != 1 for found in headed.values()):
        first = next((n for n in range(min(headed)) if _FIRST.fullmatch(canonical(lines[n].text))), None)
        if first is not None:
            headed[first] = Heading(1, squeeze(lines[first].text), "", True)
    return headed


def complete(chapters: Chapters, tables: set[str], official: bool) -> None:
    """Add chapters whose heading is missing though their table is there, and findings for those that are not there.

    `official` says whether the document follows the form at all; free-form reports are asked for nothing.
    """
    if not official:
        return
    have = {section.number for section in chapters.sections}
    for chapter in CHAPTERS:
        if chapter.number in have:
            continue
        if chapter.key in tables:
            chapters.sections.append(Section(chapter.number, chapter.key, "", ""))
            message = f"第{chapter.number}章“{chapter.heading}”的标题缺失，其表格在文中。"
            severity = Severity.INFO
        else:
            message = f"文中没有第{chapter.number}章“{chapter.heading}”。"
            severity = Severity.WARNING
        chapters.findings.append(Finding(f"missing:{chapter.key}", severity, Fault.SOURCE, message))
    chapters.sections.sort(key=lambda section: section.number)


def _without_chrome(lines: list[str]) -> list[str]:
    """The last chapter's lines up to the first that belongs to the page."""
    for n, line in enumerate(lines):
        if len(line) < 60 and _CHROME.match(canonical(line)):
            return lines[:n]
    return lines


def _sign(lines: list[str], chapters: Chapters) -> list[str]:
    """Take the signature and its date, where they close the document, out of the last chapter."""
    end = len(lines)
    if end and is_date(lines[end - 1]):
        chapters.signed = lines[end - 1]
        end -= 1
    elif end and (match := _SIGNED.fullmatch(canonical(lines[end - 1]))) and _BODY.search(match[1]):
        chapters.signature, chapters.signed = match[1], match[2]
        return lines[: end - 1]
    if end and chapters.signed and len(lines[end - 1]) <= 40 and _BODY.search(canonical(lines[end - 1])):
        chapters.signature = lines[end - 1]
        end -= 1
    return lines[:end]
