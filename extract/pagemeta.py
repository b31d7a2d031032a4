"""What a page says of its article outside the article: `<meta>` tags, headlines, the index block, the line of date and
source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from bs4 import Tag

from extract.dates import find_date
from extract.document import Block, Metadata, Paragraph
from extract.text import canonical, simplified, squeeze, tidy

_PUBLISHED_TAGS = ("pubdate", "publishdate", "article:published_time", "firstpublishedtime", "createdate")
_AGENCY_TAGS = ("contentsource", "source")
_TITLE_TAGS = ("articletitle", "og:title", "pagetitle")
# In order of trust; 更新时间 and 浏览 are no publication, 成文日期 only where nothing better stands.
_PUBLISHED = (
    re.compile(
        r"(?:发布日期|发布时间|公开日期|公布日期|发表日期|发表时间|发布于|上网时间|添加时间|录入时间|信息时间)[:：]?"
    ),
    re.compile(r"发文日期[:：]?"),
    re.compile(r"(?:^|[|\s])(?:时间|日期)[:：]"),
    re.compile(r"(?:生成日期|公文生成日期|成文日期|印发日期)[:：]?"),
)
_AGENCY = (
    re.compile(r"(?:发布机构|发文机关|公开机构|发布单位|责任单位|所属机构|发文单位|制发机关)[:：]?"),
    re.compile(r"(?:信息来源|稿源|来源单位|来源)[:：]"),
)
# A date without a label, alone in the line under a title or before what that line says next.
_DATE_LINE = re.compile(
    r"[\[【(（\s]*((?:19|20)\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?)\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
    r"[\]】)）\s]*(?:$|[|【\[]|信息来源|来源|浏览|阅读|点击|访问|作者|责任编辑|编辑|发布|字号|字体)"
)
_LINES_ABOVE = 8
_LINES_OF_HEAD = 3
"""How many lines of the article itself may be its title, date and source."""
# In every label above.
_HINT = re.compile(r"日期|时间|发布于|机构|机关|单位|来源|稿源")
# The time of day stays apart from the date when white space goes: 2024-01-22 14:27.
_CLOCK = re.compile(r"(?<=\d)\s+(?=\d{1,2}[:：]\d{2})")
_VALUE_END = re.compile(
    r"(?:发布|浏览|阅读|访问|点击|作者|字体|字号|时间|日期|来源|打印|责任编辑|编辑|索引号|文号|公开|主题|【|\[|\|)"
)
_NOT_A_BODY = re.compile(
    r"^(?:\d*|原创|本站|本网|转载|网络|互联网|管理员|admin|null|none|无|其他|暂无|--?)$", re.IGNORECASE
)


def collect(soup: Tag, headlines: list[str], blocks: list[Block], own: list[Block]) -> Metadata:
    """Metadata of the whole page, each list in order of trust."""
    tags = _tags(soup)
    title = soup.title
    metadata = Metadata(
        titles=[
            t
            for t in (
                *map(tidy, headlines[:12]),
                *(tags.get(name, "") for name in _TITLE_TAGS),
                tidy(title.get_text()) if title else "",
            )
            if t
        ],
        site=tags.get("sitename"),
    )
    around = set(map(id, own))
    first = next((n for n, block in enumerate(blocks) if id(block) in around), 0)
    metadata.above = [b.text for b in blocks[max(0, first - _LINES_ABOVE) : first] if isinstance(b, Paragraph)]
    opening = [*reversed(metadata.above), *(block.text for block in own[:4] if isinstance(block, Paragraph))]
    strings = list(_strings([block for block in blocks if id(block) not in around]))
    outside = _hinting(strings)
    everywhere = _hinting([*strings, *_strings(own[:12])])
    published = [tags.get(name) for name in _PUBLISHED_TAGS]
    published += [value for pattern in _PUBLISHED for value in _labelled(pattern, everywhere)]
    published += [found[1] for line in opening if (found := _DATE_LINE.match(line))]
    metadata.published = [day for value in published if value and (day := find_date(value, compact=True))]
    agencies = list(_labelled(_AGENCY[0], everywhere))
    agencies += [tags.get(name, "") for name in _AGENCY_TAGS]
    agencies += list(_labelled(_AGENCY[1], [*outside, *_hinting(list(_strings(own[:_LINES_OF_HEAD])))]))
    metadata.agencies = [name for value in agencies if (name := _body(value))]
    return metadata


def _tags(soup: Tag) -> dict[str, str]:
    """`<meta>` by name, lower case; looked for in the whole page only where its head has none."""
    tags: dict[str, str] = {}
    head = soup.head
    inside = [tag for tag in head.descendants if isinstance(tag, Tag) and tag.name == "meta"] if head else []
    for tag in inside or soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or "").strip().lower()
        content = str(tag.get("content") or "").strip()
        if name and content:
            tags.setdefault(name, content)
    return tags


def _strings(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for cell in block.cells)


def _hinting(strings: list[str]) -> list[tuple[str, str]]:
    """The strings that may hold a label, each with the one after it: most are cells of the tables and hold none."""
    return [
        (plain, following)
        for text, following in zip_longest(strings, strings[1:], fillvalue="")
        if 1 < len(text) <= 300
        and not text.isdecimal()
        and _HINT.search(simplified(plain := canonical(_CLOCK.sub("T", text))))
    ]


def _labelled(label: re.Pattern[str], strings: list[tuple[str, str]]) -> Iterator[str]:
    """Values that follow a label, in the same string or, where the label stands alone, in the next one."""
    for plain, following in strings:
        match = label.search(simplified(plain))
        if not match:
            continue
        value = plain[match.end() :].lstrip(":：]】)")
        if value:
            yield value
        elif match.start() == 0 and following:
            yield following


def _body(value: str) -> str | None:
    """The name of a body at the start of a metadata value, None where it names none."""
    plain = squeeze(value).strip("[]【】:：")
    cut = _VALUE_END.search(plain)
    name = plain[: cut.start()] if cut else plain
    return (
        name
        if 2 <= len(name) <= 40 and re.search(r"[\u4e00-\u9fff]{2}", name) and not _NOT_A_BODY.match(name)
        else None
    )
