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
_LABEL = re.compile(rf"\.(?:{_KINDS})\b", re.IGNORECASE)
# Addresses without an extension: 博达's and others' download scripts.
_DOWNLOAD = re.compile(
    r"download\.jsp\?.*wbfileid=|DownloadAttach|virtual_attach_file\.vsb|/attachment/download", re.IGNORECASE
)
_QUOTED = re.compile(rf"""["']([^"'<>\s]+?\.(?:{_KINDS})(?:\?[^"'<>\s]*)?)["']""", re.IGNORECASE)
_SCRIPT = re.compile(
    rf"""(?:showVsbpdfIframe\s*\(|window\.open\s*\(|location(?:\.href)?\s*=|(?:href|src|url|file|pdfUrl)\s*[=:])\s*"""
    rf"""["']([^"'<>\s]+?\.(?:{_KINDS})(?:\?[^"'<>\s]*)?)["']""",
    re.IGNORECASE,
)
_CHROME = (
    "ancestor::*[self::header or self::footer or self::nav"
    r" or re:test(concat(@class, ' ', @id), '\b(header|footer|nav|menu|copyright)\b', 'i')]"
)


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
    """The files of an article, each once, in the order they stand. The site's own header and footer do not count."""
    found: dict[str, Attachment] = {}
    for href, label in _candidates(page.selector):
        url = resolve(page.base, href)
        if url and url != page.url:
            url = resolve(url, _viewed(url) or "") or url
            if not found.get(url) or not found[url].label:
                found[url] = Attachment(url, label or None)
    return list(found.values())


def _candidates(root: Selector) -> Iterator[tuple[str, str]]:
    for anchor in root.xpath(f"//a[@href][not({_CHROME})]"):
        href = anchor.attrib["href"].strip()
        label = squeeze(anchor.xpath("string()").get() or "") or squeeze(anchor.attrib.get("title", ""))
        if is_file(href) or _viewed(href) or (_LABEL.search(label) and "download" in href.lower()):
            yield href, label
    for element in root.xpath("//iframe[@src] | //embed[@src] | //object[@data]"):
        source = element.attrib.get("src") or element.attrib.get("data") or ""
        if is_file(source) or _viewed(source):
            yield source, squeeze(element.attrib.get("title", ""))
    for element in root.xpath(f"//*[@onclick][not({_CHROME})]"):
        for source in _QUOTED.findall(element.attrib["onclick"]):
            yield source, squeeze(element.xpath("string()").get() or "")
    for script in root.xpath("//script[not(@src)]/text()").getall():
        for source in _SCRIPT.findall(script):
            yield source, ""


def _viewed(url: str) -> str | None:
    """The file that a viewer page (pdf.js: `viewer.html?file=…`) is asked to show."""
    query = parse_qs(urlsplit(url).query)
    for name in ("file", "pdf", "url", "src"):
        for value in query.get(name, ()):
            if _FILE.search(urlsplit(value).path):
                return value
    return None
