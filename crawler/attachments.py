"""Where an article hides its files: links, frames, viewers, handlers and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

from crawler import calls, folding
from crawler.page import Page, said, scripts_in, squeeze
from crawler.urls import resolve

_KINDS = "pdf|docx?|rtf|xlsx?|wps|et|ofd|zip|rar|7z"
_FILE = re.compile(rf"\.(?:{_KINDS})$", re.IGNORECASE)
_ENDING = re.compile(rf"\.(?:{_KINDS})\b", re.IGNORECASE)
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
    rf"""(?:(?:showVsbpdfIframe|\bembed|getDocument)\s*\(|window\.open\s*\(|location(?:\.href)?\s*=|attr\s*\(\s*["'](?:src|href|data)["']\s*,"""
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
_CHROME_TAGS = ("header", "footer", "nav", "aside")
_CHROME = re.compile(r"\b(?:header|footer|nav|menu|copyright|side|sidebar|hot|recommend)\b", re.IGNORECASE)
_DATA = ("data-url", "data-file", "data-src", "data-href")
# From the attribute to its element: four times as quick as asking every element for its attributes.
_CLICKED = etree.XPath("descendant-or-self::*/@onclick/..")
_HOLDING = etree.XPath(" | ".join(f"descendant-or-self::*/@{name}/.." for name in _DATA))
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
    """The files of an article, each once, in the order they stand. The site's own header, footer and side do not count.
    Page images count where the article has neither chapters' text nor a file: they are the report."""
    found: dict[str, Attachment] = {}
    for href, label in (candidate for root in page.roots for candidate in _candidates(root, page.text)):
        url = page.resolve(href)
        if url and url != page.url:
            url = resolve(url, _viewed(href) or "") or url
            if not found.get(url) or not found[url].label:
                found[url] = Attachment(url, label or None)
    return list(found.values()) or _images(page)


def _images(page: Page) -> list[Attachment]:
    if len(page.prose) > _LITTLE:
        return []
    bodies = (body.root for root in page.roots for body in Selector(root=root, type="html").css(_BODIES))
    sources = (image.get("src", "") for body in bodies for image in body.iter("img"))
    urls = (page.resolve(src) for src in sources if not _SMALL.search(src))
    return [Attachment(url) for url in dict.fromkeys(urls) if url]


def _candidates(root: Any, text: str) -> Iterator[tuple[str, str]]:
    """(address, label) of what may be a file. `text` is the page's: what it does not name need not be looked for."""
    functions = calls.made(scripts_in(root))
    for anchor in root.iter("a"):
        href = anchor.get("href", "").strip()
        if href.lower().startswith("javascript:"):
            called = calls.address(href, functions)
            if called and _LABEL.search(said(anchor)) and not _in_chrome(anchor):
                yield called, said(anchor)
            sources = _QUOTED.findall(unquote(href))
            yield from ((source, said(anchor)) for source in sources if not _in_chrome(anchor))
            continue
        is_named = is_file(href) or _viewed(href)
        if (is_named or _FETCHED.search(href)) and not _in_chrome(anchor):
            label = said(anchor) or squeeze(anchor.get("title", ""))
            if is_named or _LABEL.search(label):
                yield href, label
    for field in root.iter("input") if "value" in text else ():
        if is_file(value := field.get("value", "")) and not _in_chrome(field):
            yield value, ""
    for element in root.iter("iframe", "embed", "object"):
        source = element.get("data" if element.tag == "object" else "src", "")
        if is_file(source) or _viewed(source):
            yield source, squeeze(element.get("title", ""))
    for element in _CLICKED(root):
        sources = _QUOTED.findall(element.get("onclick"))
        # Beside a file's address its name may be said.
        sources = [source for source in sources if "/" in source] or sources
        for source in sources if sources and not _in_chrome(element) else ():
            yield source, said(element)
    for element in _HOLDING(root) if "data-" in text else ():
        for name in _DATA:
            if is_file(source := element.get(name, "")):
                yield source, said(element)
    for script in scripts_in(root):
        written = script.replace("\\/", "/")
        for source in _SCRIPT.findall(folding.folded(written) if _ENDING.search(written) else written):
            yield source, ""


def _in_chrome(element: Any) -> bool:
    """Whether an element stands in the site's own header, footer or menu."""
    return any(
        above.tag in _CHROME_TAGS or _CHROME.search(f"{above.get('class', '')} {above.get('id', '')}")
        for above in element.iterancestors()
    )


def _viewed(url: str) -> str | None:
    """The file that a viewer page (pdf.js: `viewer.html?file=…`, ViewerJS: `#…`) is asked to show."""
    behind = url.partition("#")[2]
    if _FILE.search(behind):
        return behind
    query = parse_qs(urlsplit(url).query)
    for name in ("file", "pdf", "url", "src"):
        for value in query.get(name, ()):
            if _FILE.search(urlsplit(value).path):
                return value
    return None
