"""A fetched page as the crawler looks at it: text decoded by us, links with their titles and dates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

from archive.warc import charset_of
from crawler.urls import resolve, twin_key
from extract.decode import decode
from extract.sniff import Medium, sniff

_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_ROWS = ("li", "tr", "dd", "dt", "p", "div")
CUT = re.compile(r"(?:…|\.{2,}|⋯)\s*$")
_SHELL = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*(?:["']([^"']+)["'](?!\s*\+)|([a-z_]\w*)\s*[;)])""",
    re.IGNORECASE,
)
_NAMED = re.compile(r"""\b(\w+)\s*=\s*["']([^"']+)["']\s*[;,\n]""")
_FOR_PHONES = re.compile(r"//(?:m|wap|mobile|3g)\.|/(?:m|wap|mobile|3g|phone)(?:/|$)|_wap\.", re.IGNORECASE)
# An address in quotes to which the script adds nothing.
_WHOLE = re.compile(
    r"""(?<![+\w])\s*["']((?:https?:/|\.{0,2})/[^"'\s]+|[\w./-]+\.\w{3,5}(?:\?[^"'\s]*)?)["'](?!\s*\+)"""
)
_REFRESH = re.compile(r"""^\s*\d*\s*[;,]?\s*url\s*=\s*["']?([^"'>\s]+)""", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s[^<>]{0,500}\bhref\s*=[^<>]{1,500}>.{1,300}?</a>", re.IGNORECASE | re.DOTALL)
_NO_TITLE = re.compile(r"^\W*(?:点击)?(?:查看|详情|详细|阅读|打开|浏览|下载|全文)(?:查看|详情|全文|内容|更多)?\W*$")
_SHELL_SIZE = 2000
# The strings among a script's values; HTML in them comes escaped as \u003Cp or <\/p>, or as it is.
_STRING = re.compile(r':\s*"((?:[^"\\]|\\.)*)"')
_MARKUP = re.compile(r"<(?:p|div|table|a|span|h\d|strong|img)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """A request that a platform wants made for a page of a list.

    `body` makes it a POST, of JSON where it begins with a brace. `data` says that the reply is for the platform that
    asks and no page to recognise anew; `fallback` that it is made only while no such reply brought entries; `sure`
    that its absence is a loss. `about` comes back with the reply; `seen` is how many entries the requests before it
    brought.
    """

    url: str
    body: str | None = None
    data: bool = False
    fallback: bool = False
    sure: bool = False
    about: str = ""
    seen: int = 0

    @property
    def key(self) -> str:
        return f"{twin_key(self.url)} {self.body or ''}".rstrip()


@dataclass(frozen=True)
class Link:
    """An anchor. `title` is its title attribute where it has one, else its text; `date` (2025-01-22) stands beside it
    in the same row of the list. `row` marks what is known to be an entry of the list, dated or not."""

    url: str
    title: str
    text: str
    date: str | None = None
    row: bool = False

    @property
    def cut(self) -> bool:
        """Whether the portal printed only the beginning of the title."""
        return bool(CUT.search(self.title))


@dataclass(frozen=True)
class Page:
    """`url` is where the body came from; `body` is without content-coding; `asked` is the platform's own request where
    one brought it."""

    url: str
    status: int
    body: bytes
    content_type: str | None = None
    asked: Ask | None = None

    @cached_property
    def text(self) -> str:
        return decode(self.body, charset_of(self.content_type)).text

    @cached_property
    def is_html(self) -> bool:
        """By its bytes: servers label PDFs text/html."""
        if not self.is_text:
            return False
        return b"<" in self.body[:2048] or (self.content_type or "").startswith(("text/html", "application/xhtml"))

    @cached_property
    def is_text(self) -> bool:
        """Whether the bytes are text of any kind: a page, data, a sentence that says what is wrong."""
        return sniff(self.body) is Medium.HTML

    @cached_property
    def selector(self) -> Selector:
        return Selector(text=self.text.replace("\x00", "") or "<html></html>", type="html")

    @cached_property
    def base(self) -> str:
        href = self.selector.xpath("//base/@href").get()
        return (resolve(self.url, href) if href else None) or self.url

    @cached_property
    def visible(self) -> str:
        """The text a reader sees, spaces taken out."""
        return _seen(self.selector)

    @cached_property
    def embedded(self) -> str:
        """The HTML that scripts of the page hold as strings: on some platforms the article stands nowhere else."""
        scripts = self.selector.xpath("//script[not(@src)]/text()").getall()
        found = (unescape(text) for script in scripts for text in _STRING.findall(script))
        return "\n".join(text for text in found if _MARKUP.search(text))

    @cached_property
    def inner(self) -> Selector | None:
        """What `embedded` holds, parsed."""
        return Selector(text=f"<html><body>{self.embedded}</body></html>") if self.embedded else None

    @cached_property
    def prose(self) -> str:
        """The text a reader sees once the scripts ran, spaces taken out."""
        if self.inner is None:
            return self.visible
        return self.visible + _seen(self.inner)

    def meta(self, name: str) -> str | None:
        lower = "translate(@name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
        value = self.selector.xpath(f"//meta[{lower}=$name]/@content", name=name.lower()).get()
        return squeeze(value) or None if value else None

    @cached_property
    def titles(self) -> list[str]:
        """What the page calls itself, most reliable first."""
        found: Iterable[str | None] = (
            self.meta("ArticleTitle"),
            *(squeeze(h.xpath("string()").get() or "") for h in self.selector.xpath("//h1 | //h2")[:4]),
            squeeze(self.selector.xpath("string(//title)").get() or ""),
        )
        return list(dict.fromkeys(title for title in found if title))

    @cached_property
    def headlines(self) -> list[str]:
        """The titles that are the article's own: those of its metadata and its headings."""
        window = squeeze(self.selector.xpath("string(//title)").get() or "")
        return [title for title in self.titles if title != window or title == self.meta("ArticleTitle")]

    @cached_property
    def links(self) -> list[Link]:
        return [*links_in(self.selector, self.base), *(links_in(self.written, self.base) if self.written else ())]

    @cached_property
    def written(self) -> Selector | None:
        """The anchors that scripts of the page write as they stand, parsed; not those that they put together."""
        scripts = self.selector.xpath("//script[not(@src)]/text()").getall()
        found = (anchor for script in scripts if "<a" in script for anchor in _ANCHOR.findall(script.replace("\\", "")))
        text = "".join(anchor for anchor in found if "'+" not in anchor and '"+' not in anchor and "${" not in anchor)
        return Selector(text=f"<html><body>{text}</body></html>", type="html") if text else None

    @property
    def frames(self) -> list[str]:
        sources = self.selector.xpath("//iframe/@src | //frame/@src").getall()
        return [url for source in sources if (url := resolve(self.base, source))]

    @property
    def shell(self) -> str | None:
        """Where a page that is nothing but a redirect in HTML or script leads."""
        if len(self.text) > _SHELL_SIZE or len(self.visible) > 200 or len(self.links) > 3:
            return None
        for content in self.selector.xpath("//meta[re:test(@http-equiv, '^refresh$', 'i')]/@content").getall():
            if match := _REFRESH.search(content):
                return resolve(self.base, match.group(1))
        script = "\n".join(self.selector.xpath("//script/text() | //body/@onload").getall())
        named = dict(_NAMED.findall(script))
        found = [target or named.get(name, "") for target, name in _SHELL.findall(script)]
        urls = [url for target in found if target and (url := resolve(self.base, target))]
        # A shell that tells telephones from others names both their pages.
        return min(urls, key=lambda url: bool(_FOR_PHONES.search(url)), default=None)


def _seen(root: Selector) -> str:
    """The text of the body without scripts and styles, spaces taken out. Their text is put aside for a moment: lxml
    then writes the rest at once, where asking each of a page's thousands of text nodes takes six times as long."""
    body = next(root.root.iter("body"), None)
    if body is None:
        return ""
    hidden = [(element, element.text) for element in body.iter("script", "style")]
    try:
        for element, _ in hidden:
            element.text = None
        return "".join(etree.tostring(body, method="text", encoding="unicode", with_tail=False).split())
    finally:
        for element, text in hidden:
            element.text = text


def unescape(text: str) -> str:
    """The text of a JSON string, or "" where it is none."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return ""


def links_in(root: Selector, base: str) -> list[Link]:
    """The anchors under an element, in order, that lead to something fetchable and say what."""
    return list(_links(root, base))


def squeeze(text: str) -> str:
    return " ".join(text.split())


def _links(root: Selector, base: str) -> Iterator[Link]:
    for anchor in root.xpath(".//a[@href] | .//area[@href] | .//*[@onclick]"):
        url = resolve(base, anchor.attrib.get("href", "")) or _clicked(anchor, base)
        if not url:
            continue
        text = squeeze(anchor.xpath("string()").get() or "") or squeeze(anchor.xpath("string(.//img/@alt)").get() or "")
        title = squeeze(anchor.attrib.get("title", ""))
        # A title attribute is the whole title where the text is cut, and noise ("点击查看") where it is shorter.
        best = title if len(title) >= len(CUT.sub("", text)) else text
        if _NO_TITLE.search(best):
            best = _title_beside(anchor) or best
        if best:
            yield Link(url, best, text, _date_beside(anchor))


def _clicked(element: Selector, base: str) -> str | None:
    """Where a script leads that runs on a click, if it says so whole: `onclick="window.open('/a/1.html')"`."""
    script = element.attrib.get("href", "") + " " + element.attrib.get("onclick", "")
    return next((url for href in _WHOLE.findall(script) if (url := resolve(base, href))), None)


def _title_beside(anchor: Selector) -> str | None:
    """The title of an entry whose link only says "look": the longest text of its row, if no other link is in it."""
    for row in anchor.xpath("(ancestor::tr | ancestor::li | ancestor::dd)[last()]"):
        if len(row.xpath(".//a[@href]")) == 1:
            return max((squeeze(text) for text in row.xpath(".//text()").getall()), key=len, default=None)
    return None


def _date_beside(anchor: Selector) -> str | None:
    """The date in the list row of an anchor. A row may also hold a link to the article's column; a block that holds
    other links is the list itself."""
    for row in anchor.xpath("ancestor::*[position() <= 4]")[::-1]:
        if row.root.tag not in _ROWS:
            continue
        if len(row.xpath("(.//a[@href])[position() <= 3]")) > (2 if row.root.tag in ("li", "tr") else 1):
            return None
        if date := date_in(" ".join(row.xpath(".//text()").getall())):
            return date
    return None


def date_in(text: str) -> str | None:
    """The last date of a text, as 2025-01-22."""
    dates = _DATE.findall(text)
    if not dates:
        return None
    year, month, day = dates[-1]
    return f"{year}-{int(month):02d}-{int(day):02d}"
