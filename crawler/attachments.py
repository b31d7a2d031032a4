"""Where an article hides its files: links, frames, viewers, handlers and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from parsel import Selector

from crawler.page import Page, squeeze
from crawler.urls import resolve

_KINDS = "pdf|docx?|rtf|xlsx?|wps|et|ofd|zip|rar|7z"
_FILE = re.compile(rf"\.(?:{_KINDS})$", re.IGNORECASE)
_LABEL = re.compile(rf"\.(?:{_KINDS})\W*$", re.IGNORECASE)
# Addresses without an extension: 博达's and others' download scripts.
_DOWNLOAD = re.compile(
    r"download\.jsp\?.*wbfileid=|DownloadAttach|virtual_attach_file\.vsb|/attachment/download"
    rf"|/\w*(?:down|attach)\w*(?:\.(?!html?)\w+)?\?(?:.*=)?[^&]*\.(?:{_KINDS})(?:&|$)",
    re.IGNORECASE,
)
# What a script of the server answers may be a file; a page (.html) is none whatever its link says.
_FETCHED = re.compile(r"[?&=]|down|file|attach|/[^./]*$", re.IGNORECASE)
_QUOTED = re.compile(rf"""["']([^"'<>\s]+?\.(?:{_KINDS})(?:\?[^"'<>\s]*)?)["']""", re.IGNORECASE)
_SCRIPT = re.compile(
    rf"""(?:showVsbpdfIframe\s*\(|window\.open\s*\(|location(?:\.href)?\s*=|attr\s*\(\s*["'](?:src|href|data)["']\s*,"""
    rf"""|\b\w*(?:href|src|url|file|pdf|path)\w*["']?\s*[=:])\s*["']([^"'<>\s]+?\.(?:{_KINDS})(?:\?[^"'<>\s]*)?)["']""",
    re.IGNORECASE,
)
# Where the article stands on a page: images elsewhere are the site's decoration.
_BODIES = (
    "#UCAP-CONTENT, .trs_editor_view, .TRS_UEDITOR, .TRS_Editor, #zoom, #Zoom, .xxgk-content, .article-content,"
    " .pdf-content, .v_news_content, [id^=vsb_content], .wp_articlecontent, .tyxxy_main, .news_cont_d_wrap,"
    " .ewb-article-content, #fontzoom, #Content, #con_con, .content-box, .detail-content"
)
_SMALL = re.compile(r"icon|logo|qrcode|ewm|share|print|btn|/images?/(?:bg|ico)", re.IGNORECASE)
_CHROME = (
    "ancestor::*[self::header or self::footer or self::nav"
    r" or re:test(concat(@class, ' ', @id), '\b(header|footer|nav|menu|copyright)\b', 'i')]"
)
_LITTLE = 1500
"""Characters of a page with its menus; the shortest report with its tables has twice as many."""


@dataclass(frozen=True)
class Attachment:
    """A file that an article links. `label` is what the page calls it."""

    url: str
    label: str | None = None


def is_file(url: str) -> bool:
    """Whether a URL by its looks is a file to read rather than a page."""
    parts = urlsplit(url)
    return bool(_FILE.search(unquote(parts.path)) or _DOWNLOAD.search(url))


def find(page: Page) -> list[Attachment]:
    """The files of an article, each once, in the order they stand. The site's own header and footer do not count.
    Page images count where the article has neither chapters' text nor a file: they are the report."""
    found: dict[str, Attachment] = {}
    roots = (page.selector,) if page.inner is None else (page.selector, page.inner)
    for href, label in (candidate for root in roots for candidate in _candidates(root, page.text)):
        url = resolve(page.base, href)
        if url and url != page.url:
            url = resolve(url, _viewed(url) or "") or url
            if not found.get(url) or not found[url].label:
                found[url] = Attachment(url, label or None)
    return list(found.values()) or _images(page, roots)


def _images(page: Page, roots: tuple[Selector, ...]) -> list[Attachment]:
    if len(page.prose) > _LITTLE:
        return []
    sources = (src for root in roots for body in root.css(_BODIES) for src in body.xpath(".//img/@src").getall())
    urls = (resolve(page.base, src) for src in sources if not _SMALL.search(src))
    return [Attachment(url) for url in dict.fromkeys(urls) if url]


def _candidates(root: Selector, text: str) -> Iterator[tuple[str, str]]:
    """(address, label) of what may be a file. `text` is the page's: what it does not name need not be looked for."""
    for anchor in root.xpath(f"//a[@href][not({_CHROME})]"):
        href = anchor.attrib["href"].strip()
        label = squeeze(anchor.xpath("string()").get() or "") or squeeze(anchor.attrib.get("title", ""))
        if href.lower().startswith("javascript:"):
            yield from ((source, label) for source in _QUOTED.findall(unquote(href)))
        elif is_file(href) or _viewed(href) or (_LABEL.search(label) and _FETCHED.search(href)):
            yield href, label
    framed = root.root.iter("iframe", "embed", "object")  # lxml knows at once where a page has none
    for element in root.xpath("//iframe[@src] | //embed[@src] | //object[@data]") if any(True for _ in framed) else ():
        source = element.attrib.get("src") or element.attrib.get("data") or ""
        if is_file(source) or _viewed(source):
            yield source, squeeze(element.attrib.get("title", ""))
    clicked = root.xpath("boolean(//@onclick)").get() == "1"
    for element in root.xpath(f"//*[@onclick][not({_CHROME})]") if clicked else ():
        for source in _QUOTED.findall(element.attrib["onclick"]):
            yield source, squeeze(element.xpath("string()").get() or "")
    names = ("data-url", "data-file", "data-src", "data-href") if "data-" in text else ()
    named = [name for name in names if name in text]
    for element in root.xpath("//*[@data-url or @data-file or @data-src or @data-href]") if named else ():
        for name in named:
            if is_file(source := element.attrib.get(name, "")):
                yield source, squeeze(element.xpath("string()").get() or "")
    for script in root.xpath("//script[not(@src)]/text()").getall():
        for source in _SCRIPT.findall(script.replace("\\/", "/")):
            yield source, ""


def _viewed(url: str) -> str | None:
    """The file that a viewer page (pdf.js: `viewer.html?file=…`) is asked to show."""
    query = parse_qs(urlsplit(url).query)
    for name in ("file", "pdf", "url", "src"):
        for value in query.get(name, ()):
            if _FILE.search(urlsplit(value).path):
                return value
    return None
