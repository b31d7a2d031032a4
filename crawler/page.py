"""A fetched page as the crawler looks at it: text decoded by us, links with their titles and dates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]
from parsel import Selector

from archive.warc import charset_of
from crawler import calls, folding
from crawler.urls import resolve, twin_key
from extract.decode import Decoded, decode
from extract.sniff import Medium, sniff

_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_ROWS = ("li", "tr", "dd", "dt", "p", "div")
CUT = re.compile(r"(?:…|\.{2,}|⋯)\s*$")
# What a redirect's script goes to: text in quotes, or a name of such, and nothing added to it.
_SHELL = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*(?:["']([^"']+)["']|([a-z_]\w*))(?!\s*[+.\w(\[])""",
    re.IGNORECASE,
)
_FOR_PHONES = re.compile(r"//(?:m|wap|mobile|3g)\.|/(?:m|wap|mobile|3g|phone)(?:/|$)|_wap\.", re.IGNORECASE)
# An address in quotes to which the script adds nothing.
_WHOLE = re.compile(
    r"""(?<![+\w])\s*["']((?:https?:/|\.{0,2})/[^"'\s]+|[\w./-]+\.\w{3,5}(?:\?[^"'\s]*)?)["'](?!\s*\+)"""
)
_REFRESH = re.compile(r"""^\s*\d*\s*[;,]?\s*url\s*=\s*["']?([^"'>\s]+)""", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s[^<>]{0,500}\bhref\s*=[^<>]{1,500}>.{1,300}?</a>", re.IGNORECASE | re.DOTALL)
_NO_TITLE = re.compile(
    r"^\W*(?:点击)?(?:查看|详情|详细|阅读|打开|浏览|下载|(?:报告|年报)?(?:全文|正文))(?:查看|详情|全文|内容|更多|报告|年报)?\W*$"
)
_BARE_YEAR = re.compile(r"^\W*(?:19|20)\d{2}年?度?\W*$")
_SHELL_SIZE = 2000
# The strings among a script's values; HTML in them comes escaped as \u003Cp or <\/p>, or as it is.
_STRING = re.compile(r':\s*"((?:[^"\\]|\\.)*)"')
_MARKUP = re.compile(r"<(?:p|div|table|a|span|h\d|strong|img)\b", re.IGNORECASE)
_STRING_OF = etree.XPath("string()")
# What a script's own links hold instead of an address.
_HELD = ("data-url", "data-href", "data-link")
_CLICKED = etree.XPath(".//*[@onclick] | .//li[@data-url or @data-href or @data-link]")
_TEXTS_OF = etree.XPath(".//text()")
_ToUrl = Callable[[str], str | None]
"""From an address as a page writes it to one that can be fetched."""


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
    def _decoded(self) -> Decoded:
        return decode(self.body, charset_of(self.content_type))

    @property
    def text(self) -> str:
        return self._decoded.text

    @property
    def charset(self) -> str:
        return self._decoded.charset

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
    def root(self) -> Any:
        """The page's one tree. What asks for an element by its name alone asks lxml's `iter`: it knows at once where a
        page has none, and XPath looks at every node."""
        return parsed(self.text)

    def look(self) -> str:
        """Do now, perhaps in another thread, what takes longest: gives the text a reader sees."""
        return self.visible

    @property
    def selector(self) -> Selector:
        return Selector(root=self.root, type="html")

    @cached_property
    def base(self) -> str:
        href = next((base.get("href") for base in self.root.iter("base") if "href" in base.attrib), None)
        return (resolve(self.url, href) if href else None) or self.url

    @cached_property
    def visible(self) -> str:
        """The text a reader sees, spaces taken out."""
        return _seen(self.root)

    @cached_property
    def embedded(self) -> str:
        """The HTML that scripts of the page hold as strings: on some platforms the article stands nowhere else."""
        found = (unescape(text) for script in scripts_in(self.root) for text in _STRING.findall(script))
        return "\n".join(text for text in found if _MARKUP.search(text))

    @cached_property
    def roots(self) -> tuple[Any, ...]:
        """The page's tree, and where scripts hold HTML that of this."""
        inner = (parsed(f"<html><body>{self.embedded}</body></html>"),) if self.embedded else ()
        return (self.root, *inner)

    @cached_property
    def prose(self) -> str:
        """The text a reader sees once the scripts ran, spaces taken out."""
        return self.visible + "".join(_seen(inner) for inner in self.roots[1:])

    def meta(self, name: str) -> str | None:
        found = (meta for meta in self.root.iter("meta") if meta.get("name", "").lower() == name.lower())
        value = next((meta.get("content") for meta in found if "content" in meta.attrib), "")
        return squeeze(value) or None

    @cached_property
    def titles(self) -> list[str]:
        """What the page calls itself, most reliable first."""
        found: Iterable[str | None] = (
            self.meta("ArticleTitle"),
            *(said(heading) for heading in islice(self.root.iter("h1", "h2"), 4)),
            self._window,
        )
        return list(dict.fromkeys(title for title in found if title))

    @cached_property
    def _window(self) -> str:
        return next((said(title) for title in self.root.iter("title")), "")

    @cached_property
    def headlines(self) -> list[str]:
        """The titles that are the article's own: those of its metadata and its headings."""
        return [title for title in self.titles if title != self._window or title == self.meta("ArticleTitle")]

    @cached_property
    def links(self) -> list[Link]:
        functions = calls.made(scripts_in(self.root))
        return [*_links(self.root, self.resolve, functions), *self.written]

    @cached_property
    def written(self) -> list[Link]:
        """The anchors that scripts of the page write as they stand, or take out of a text field that is not shown; not
        those that they put together."""
        held = "".join(field.text or "" for field in self.root.iter("textarea"))
        found = (
            anchor
            for script in scripts_in(self.root)
            if "<a" in script
            for anchor in _ANCHOR.findall(script.replace("\\", ""))
        )
        text = held + "".join(
            anchor for anchor in found if "'+" not in anchor and '"+' not in anchor and "${" not in anchor
        )
        return list(_links(parsed(f"<html><body>{text}</body></html>"), self.resolve, {})) if text else []

    def resolve(self, href: str) -> str | None:
        """Where an address that the page holds leads, written as a browser would ask for it."""
        return resolve(self.base, href, self.charset)

    @property
    def frames(self) -> list[str]:
        sources = (frame.get("src") for frame in self.root.iter("iframe", "frame") if "src" in frame.attrib)
        return [url for source in sources if (url := self.resolve(source))]

    @property
    def shell(self) -> str | None:
        """Where a page that is nothing but a redirect in HTML or script leads."""
        if len(self.text) > _SHELL_SIZE or len(self.visible) > 200 or len(self.links) > 3:
            return None
        scripts = next(self.root.iter("script"), None) is not None
        for meta in self.root.iter("meta"):
            unread = scripts and next(meta.iterancestors("noscript"), None) is not None  # for readers without scripts
            refreshes = meta.get("http-equiv", "").lower() == "refresh" and not unread
            if refreshes and (match := _REFRESH.search(meta.get("content", ""))):
                return resolve(self.base, match.group(1))
        loading = (body.get("onload", "") for body in self.root.iter("body"))
        script = folding.folded("\n".join([*scripts_in(self.root), *loading]))
        named = folding.constants(script)
        found = [text or named.get(name, "") for text, name in _SHELL.findall(script)]
        urls = [url for target in found if target and (url := resolve(self.base, target))]
        # A shell that tells telephones from others names both their pages.
        return min(urls, key=lambda url: bool(_FOR_PHONES.search(url)), default=None)


def parsed(text: str) -> Any:
    """The tree of a page or of a piece of one; never raises. What stands behind `</html>` belongs to its body, as
    browsers have it: lxml makes a second document of that."""
    text = (text.replace("\x00", "") if "\x00" in text else text).strip()
    parser = html.HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser) if text else None
    if root is None:
        return html.Element("html")
    body = next(root.iter("body"), root)
    for late in list(root.itersiblings("html")):
        body.append(late)
    return root


def _seen(root: Any) -> str:
    """The text of the body without scripts and styles, spaces taken out. Their text is put aside for a moment: lxml
    then writes the rest at once, where asking each of a page's thousands of text nodes takes six times as long."""
    body = next(root.iter("body"), None)
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


def links_in(root: Any, base: str) -> list[Link]:
    """The anchors under an element, in order, that lead to something fetchable and say what."""
    return list(_links(root, lambda href: resolve(base, href), {}))


def scripts_in(root: Any) -> list[str]:
    """The scripts that stand in the page itself."""
    return [script.text for script in root.iter("script") if script.text and "src" not in script.attrib]


def squeeze(text: str) -> str:
    return " ".join(text.split())


def said(element: Any) -> str:
    """An element's text, squeezed."""
    return squeeze(_STRING_OF(element))


def _links(root: Any, to_url: _ToUrl, functions: calls.Made) -> Iterator[Link]:
    others = (element for element in _CLICKED(root) if element.tag not in ("a", "area"))
    for anchor in chain(root.iter("a", "area"), others):
        url = to_url(anchor.get("href", "")) or _clicked(anchor, to_url, functions)
        if not url:
            continue
        text = said(anchor) or squeeze(next((image.get("alt", "") for image in anchor.iter("img")), ""))
        if anchor.tag == "input":  # A button says what it does, a box is called what stands behind it.
            text = squeeze(anchor.get("value", "") if anchor.get("type") == "button" else anchor.tail or "")
        title = squeeze(anchor.get("title", ""))
        # A title attribute is the whole title where the text is cut, and noise ("点击查看") where it is shorter.
        best = title if len(title) >= len(CUT.sub("", text)) else text
        if _NO_TITLE.search(best):
            best = _title_beside(anchor) or best
        if best:
            yield Link(url, best, text, _date_beside(anchor))


def _clicked(element: Any, to_url: _ToUrl, functions: calls.Made) -> str | None:
    """Where a script leads that runs on a click, if it says so whole, `onclick="window.open('/a/1.html')"`, or calls a
    function of the page that does, or where an element of a script's own says so."""
    script = element.get("href", "") + " " + element.get("onclick", "")
    named = calls.address(script, functions) if functions else None
    written = next((url for href in _WHOLE.findall(script) if (url := to_url(href))), None)
    held = next((element.get(name) for name in _HELD if name in element.attrib), "")
    return (to_url(named) if named else None) or written or (to_url(held) if held else None)


def _title_beside(anchor: Any) -> str | None:
    """The title of an entry whose link only says "look": the longest text of its row, if no other link is in it; in a
    table of bodies by years what heads its row and its column; a year below a body's name both."""
    row = next(anchor.iterancestors("tr", "li", "dd"), None)
    if row is None:
        return None
    if len(list(islice(row.iter("a"), 2))) > 1:
        return _crossing(anchor, row) if row.tag == "tr" else None
    title = max(map(squeeze, _TEXTS_OF(row)), key=len, default=None)
    above = next((said(term) for term in row.itersiblings("dt", preceding=True)), "")
    return f"{above}{title.strip()}" if title and above and _BARE_YEAR.match(title) else title


def _crossing(anchor: Any, row: Any) -> str | None:
    """What the heads of a cell's row and column say: 县民政局 and 2024年."""
    cells = list(row.iter("td", "th"))
    place = next((n for n, cell in enumerate(cells) if anchor in cell.iter("a")), 0)
    head = next((first for table in row.iterancestors("table") for first in table.iter("tr")), row)
    heads = list(head.iter("td", "th"))
    body, year = said(cells[0]), said(heads[place]) if place < len(heads) else ""
    return f"{body}{year}" if place and _BARE_YEAR.match(year) else None


def _date_beside(anchor: Any) -> str | None:
    """The date in the list row of an anchor. A row may also hold a link to the article's column; a block that holds
    other links is the list itself."""
    for row in islice(anchor.iterancestors(), 4):
        if row.tag not in _ROWS:
            continue
        links = (link for link in row.iter("a") if "href" in link.attrib)
        if len(list(islice(links, 3))) > (2 if row.tag in ("li", "tr") else 1):
            return None
        if date := date_in(" ".join(_TEXTS_OF(row))):
            return date
    return None


def date_in(text: str) -> str | None:
    """The last date of a text, as 2025-01-22."""
    dates = _DATE.findall(text)
    if not dates:
        return None
    year, month, day = dates[-1]
    return f"{year}-{int(month):02d}-{int(day):02d}"
