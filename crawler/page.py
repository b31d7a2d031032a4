"""A fetched page as the crawler looks at it: text decoded by us, links with their titles and dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from parsel import Selector

from archive.warc import charset_of
from crawler.urls import resolve
from extract.decode import decode

_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_ROWS = ("li", "tr", "dd", "dt", "p", "div")
_CUT = re.compile(r"(?:…|\.{2,}|⋯)\s*$")
_SHELL = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*["']([^"']+)["']""", re.IGNORECASE
)
_REFRESH = re.compile(r"""^\s*\d*\s*[;,]?\s*url\s*=\s*["']?([^"'>\s]+)""", re.IGNORECASE)
_SHELL_SIZE = 2000


@dataclass(frozen=True)
class Link:
    """An anchor. `title` is its title attribute where it has one, else its text; `date` (2025-01-22) stands beside it
    in the same row of the list."""

    url: str
    title: str
    text: str
    date: str | None = None

    @property
    def cut(self) -> bool:
        """Whether the portal printed only the beginning of the title."""
        return bool(_CUT.search(self.title))


@dataclass(frozen=True)
class Page:
    """`url` is where the body came from; `home_url` the portal's home, `body` without content-coding."""

    url: str
    status: int
    body: bytes
    content_type: str | None = None

    @cached_property
    def text(self) -> str:
        return decode(self.body, charset_of(self.content_type)).text

    @cached_property
    def is_html(self) -> bool:
        """By its bytes: servers label PDFs text/html."""
        head = self.body[:2048].lstrip().lower()
        if head.startswith((b"%pdf", b"pk\x03\x04", b"\xd0\xcf\x11\xe0", b"rar!", b"{\\rtf")):
            return False
        return b"<" in head or (self.content_type or "").startswith(("text/html", "application/xhtml"))

    @cached_property
    def selector(self) -> Selector:
        return Selector(text=self.text.replace("\x00", "") or "<html></html>")

    @cached_property
    def base(self) -> str:
        href = self.selector.xpath("//base/@href").get()
        return (resolve(self.url, href) if href else None) or self.url

    @cached_property
    def visible(self) -> str:
        """The text a reader sees, spaces taken out."""
        found = self.selector.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall()
        return "".join("".join(found).split())

    def meta(self, name: str) -> str | None:
        lower = "translate(@name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
        value = self.selector.xpath(f"//meta[{lower}=$name]/@content", name=name.lower()).get()
        return squeeze(value) or None if value else None

    @property
    def titles(self) -> list[str]:
        """What the page calls itself, most reliable first."""
        found: Iterable[str | None] = (
            self.meta("ArticleTitle"),
            *(squeeze(h.xpath("string()").get() or "") for h in self.selector.xpath("//h1 | //h2")[:4]),
            squeeze(self.selector.xpath("string(//title)").get() or ""),
        )
        return list(dict.fromkeys(title for title in found if title))

    @cached_property
    def links(self) -> list[Link]:
        return links_in(self.selector, self.base)

    @property
    def frames(self) -> list[str]:
        sources = self.selector.xpath("//iframe/@src | //frame/@src").getall()
        return [url for source in sources if (url := resolve(self.base, source))]

    @property
    def shell(self) -> str | None:
        """Where a page that is nothing but a redirect in HTML or script leads."""
        if len(self.text) > _SHELL_SIZE or len(self.visible) > 200:
            return None
        for content in self.selector.xpath("//meta[re:test(@http-equiv, '^refresh$', 'i')]/@content").getall():
            if match := _REFRESH.search(content):
                return resolve(self.base, match.group(1))
        match = _SHELL.search(self.text)
        return resolve(self.base, match.group(1)) if match else None


def links_in(root: Selector, base: str) -> list[Link]:
    """The anchors under an element, in order, that lead to something fetchable and say what."""
    return list(_links(root, base))


def squeeze(text: str) -> str:
    return " ".join(text.split())


def _links(root: Selector, base: str) -> Iterator[Link]:
    for anchor in root.xpath(".//a[@href]"):
        url = resolve(base, anchor.attrib["href"])
        if not url:
            continue
        text = squeeze(anchor.xpath("string()").get() or "")
        title = squeeze(anchor.attrib.get("title", ""))
        # A title attribute is the whole title where the text is cut, and noise ("点击查看") where it is shorter.
        best = title if len(title) >= len(_CUT.sub("", text)) else text
        if best:
            yield Link(url, best, text, _date_beside(anchor))


def _date_beside(anchor: Selector) -> str | None:
    """The date in the list row of an anchor. A row may also hold a link to the article's column; a block that holds
    other links is the list itself."""
    for row in anchor.xpath("ancestor::*[position() <= 4]")[::-1]:
        if row.root.tag not in _ROWS:
            continue
        if len(row.xpath("(.//a[@href])[position() <= 3]")) > (2 if row.root.tag in ("li", "tr") else 1):
            return None
        if dates := _DATE.findall(" ".join(row.xpath(".//text()").getall())):
            year, month, day = dates[-1]
            return f"{year}-{int(month):02d}-{int(day):02d}"
    return None
