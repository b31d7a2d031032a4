"""Whose report it is, of which year, published when: from what the document prints, then from what surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extract.chapters import heading_of
from extract.dates import find_date
from extract.document import Block, Document, Metadata, Paragraph
from extract.sections import Chapters
from extract.text import canonical, squeeze
from extract.titles import Verdict, cut_site, judge

_PERIOD = re.compile(
    r"((?:19|20)\d{2})年1月1日(?:起|开始)?[,，]?(?:至|到|—|-|~|起至)(?:((?:19|20)\d{2})年)?(?:12|11|10)月\d{1,2}日"
)
# A sentence of the preface may hold every word of a title: 现公布…2024年政府信息公开工作年度报告。
_SENTENCE = re.compile(
    r"[。；;，,]|^(?:现将|现公布|现发布|根据|按照|依据|依照|为|本报告|本年报)|(?:如下|制|编制|发布|公布)[:：]?$"
)
# The label of an index block before the title that it names.
_LABEL = re.compile(r"^(?:标题|名称|信息名称|文件名称)[:：]?")
# A preface may name the report that no line is the title of: 现公布青原区水利局2022年政府信息公开工作年度报告。
_STATED = re.compile(
    r"(?:公布|发布|公开|编制|形成)(?:了)?[《“]?(?P<title>[^，,。；;：:《》“”]{0,40}信息公开[^，,。；;《》“”]{0,10}(?:报告|年报))"
)
_NAME_AND_YEAR = re.compile(
    r"(?:(?:19|20)\d{2}年?度?)?[\u4e00-\u9fff()（）]{0,36}(?:(?:19|20)\d{2}年?度?)?[\u4e00-\u9fff]{0,4}"
)
_BODY_END = re.compile(
    r"(?:政府|办公室|办公厅|局|委|委员会|厅|院|会|中心|镇|乡|街道|办事处|处|所|站|队|社|馆|室|区|县|市|省|公司|学校|大学|医院|部|团|场|园|城|机关)(?:[(（][^()（）]+[)）])?$"
)
_DOCUMENT_NUMBER = re.compile(r"[〔\[［(（](?:19|20)\d{2}[〕\]］)）]\d+号|签发人|索引号")
_MOST_TITLE_LINES = 4
_LONGEST_TITLE_LINE = 60


@dataclass(frozen=True)
class Hints:
    """What whoever found the document knows of it: the list's title, the article's metadata, the portal's name.
    All weaker than what the document itself prints."""

    title: str | None = None
    agency: str | None = None
    published: str | None = None
    portal: str | None = None


@dataclass(frozen=True)
class Identity:
    title: str | None
    agency: str | None
    year: int | None
    published: str | None
    period: int | None
    accepted: bool


def identify(blocks: list[Block], metadata: Metadata, chapters: Chapters, hints: Hints) -> Identity:
    """Title, agency, year and date by the rules of the form.

    The year is the title's, else the statistics period's, never a path's. The agency is the title's, else the
    signature's, else the one that the introduction states, else the metadata's, else the portal's. The date is the
    page's, else the signature's.
    """
    candidates = dict.fromkeys(_titles(blocks, metadata, hints))
    titles = [(title, verdict) for title in candidates if (verdict := judge(title)).accepted]
    own = [pair for pair in titles if pair[0] != hints.title] or titles
    period = period_of(chapters)
    agency = _agency(own, chapters, metadata, hints)
    year = next((verdict.year for _, verdict in titles if verdict.year), None) or period
    title = own[0][0] if own else None
    if title and own[0][1].bare:
        title = max((pair[0] for pair in own), key=lambda text: not judge(text).bare)
    elif title and own[0][1].agency is None:
        # A title inside the text may leave out whose the report is, which the one above it says.
        fuller = (text for text, verdict in own if verdict.agency and verdict.year == own[0][1].year)
        title = next(fuller, title)
    published = (
        next(iter(metadata.published), None)
        or hints.published
        or (find_date(chapters.signed) if chapters.signed else None)
    )
    return Identity(squeeze(title) if title else None, agency, year, published, period, bool(titles))


def names_itself(document: Document) -> bool:
    """Whether the document itself, and not only who links it, has a report's title."""
    return any(judge(title).accepted for title in _titles(document.blocks, document.metadata, Hints()))


def _titles(blocks: list[Block], metadata: Metadata, hints: Hints) -> Iterator[str]:
    """Candidate titles in order of trust: the document's own, then the page's, then what stands above the document."""
    yield from _in_lines(_opening(blocks))
    yield from (cut_site(squeeze(title)) for title in metadata.titles)
    if hints.title:
        yield hints.title
    # Among these stand names of columns too, which are nobody's.
    above = _in_lines([_LABEL.sub("", squeeze(line)) for line in metadata.above])
    yield from (title for title in above if _BODY_END.search(judge(title).agency or ""))


def _in_lines(lines: list[str]) -> Iterator[str]:
    """The titles in these lines, put together where one is broken over several."""
    for n, line in enumerate(lines):
        if judge(line).accepted:
            yield _with_lines_around(lines, n, 1)
            continue
        for size in range(2, _MOST_TITLE_LINES + 1):
            joined = "".join(lines[n : n + size])
            if len(lines[n : n + size]) == size and len(joined) <= 80 and judge(joined).accepted:
                if not judge(lines[n + size - 1]).accepted:
                    yield _with_lines_around(lines, n, size)
                break


def _with_lines_around(lines: list[str], n: int, size: int) -> str:
    """The title that these lines make. One that names nobody takes in the short lines above it that name a body or a
    year; else one that names a year, and so is no column's name, the body that it stands above."""
    title = "".join(lines[n : n + size])
    verdict = judge(title)
    above: list[str] = []
    for line in reversed(lines[max(0, n - 2) : n]):
        if not _may_belong(line):
            break
        above.insert(0, line)
    for start in range(len(above)):
        joined = "".join(above[start:]) + title
        better = judge(joined)
        if better.accepted and ((better.agency and not verdict.agency) or (better.year and not verdict.year)):
            if better.agency and not verdict.agency and not _BODY_END.search(canonical(better.agency)):
                continue
            return joined
    below = next(iter(lines[n + size :]), "")
    if verdict.agency is None and verdict.year and _may_belong(below) and _BODY_END.search(canonical(below)):
        return below + title
    return title


def _may_belong(line: str) -> bool:
    """Whether a line beside a title may be part of it: a name, perhaps a year, and nothing that pages print there."""
    plain = canonical(line)
    return (
        2 <= len(plain) <= 40
        and _NAME_AND_YEAR.fullmatch(plain) is not None
        and not judge(line).accepted
        and not re.search(r"首页|位置|发布|来源|目录|专栏|索引|公开$|信息公开", plain)
    )


def _opening(blocks: list[Block]) -> list[str]:
    """The short paragraphs before the first chapter."""
    lines: list[str] = []
    for block in blocks:
        if not isinstance(block, Paragraph):
            continue
        found = heading_of(block.text)
        if found and found.numbered:
            break
        line = _LABEL.sub("", squeeze(block.text))
        if (
            line
            and len(line) <= _LONGEST_TITLE_LINE
            and not _SENTENCE.search(line)
            and not _DOCUMENT_NUMBER.search(line)
        ):
            lines.append(line)
        if len(lines) > 30:
            break
    return lines


def _agency(titles: list[tuple[str, Verdict]], chapters: Chapters, metadata: Metadata, hints: Hints) -> str | None:
    for _, verdict in titles:
        if verdict.agency:
            return verdict.agency
    if chapters.signature:
        return squeeze(chapters.signature)
    for line in "\n".join(_introductions(chapters)).split("\n"):
        for match in _STATED.finditer(squeeze(line)):
            if (stated := judge(match["title"])).accepted and stated.agency and stated.year:
                return stated.agency
    listed = judge(hints.title).agency if hints.title else None
    for name in (*metadata.agencies, hints.agency, listed, metadata.site, hints.portal):
        if name:
            return squeeze(name)
    return None


def period_of(chapters: Chapters) -> int | None:
    """The year of the statistics period that the report names, None where it names none or names it unreadably."""
    for text in _introductions(chapters):
        plain = canonical(text)
        if match := _PERIOD.search(plain):
            first, last = int(match[1]), int(match[2] or match[1])
            return first if first == last else None
    return None


def _introductions(chapters: Chapters) -> list[str]:
    """Where a report says what it is: before the first chapter, or in it."""
    return [*chapters.preface, *(section.text for section in chapters.sections if section.number == 1)]
