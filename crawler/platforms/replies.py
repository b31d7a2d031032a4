"""What portals answer to the requests of their own scripts: JSON, JSONP, XML with CDATA, fragments of HTML.

Every entry of such an answer is an entry of the list, dated or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from crawler.page import CUT, Link, Page, date_in, links_in, parsed, scripts_in, squeeze
from crawler.platforms.script import objects
from crawler.urls import resolve

_JSONP = re.compile(r"^[\w.$]+\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_TITLES = ("title", "realtitle", "name", "titlename", "doctitle", "vc_title")
_URLS = ("link_url", "url", "infourl", "linkurl", "href", "docpuburl", "visiturl", "post_url")
_DATES = (
    "publishedtimestr",
    "display_publish_time",
    "infodate",
    "pubdate",
    "publishdate",
    "publishtime",
    "publishedtime",
    "first_publish_time",
    "date",
    "created_at",
    "create_time",
)
# What a script has to hold for one of its values to be a list: names of titles, or the matter itself (公开).
_DATA = re.compile(r"""[\[{,]\s*["']?\w*(?:title|name)["']?\s*:|公开|\\u516c\\u5f00""", re.IGNORECASE)
# An entry whose fields are called in no known way: an address, and a title in Chinese.
_ADDRESS = re.compile(r"^(?:https?://|\.{0,2}/|[\w./-]+\.(?:s?html?|jsp|php|aspx?|pdf|docx?)(?:$|\?))[^\s<>]*$")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|ico|svg|css|js)(?:$|\?)", re.IGNORECASE)
_HANZI = re.compile(r"[\u4e00-\u9fff]{4}")
_LONGEST = 120
_WRITES = re.compile(r"document\.write|\.innerHTML\b|\.append\(")
_TAGS = re.compile(r"<[^>]+>")
_DEEPEST = 12
_CHINA = timedelta(hours=8)
_PAGER = re.compile(
    r"^(?:\d{1,3}|首页|尾页|末页|上一?页|下一?页|前一?页|后一?页|更多|跳转|go|[<>«»‹›]+)$", re.IGNORECASE
)


def data(page: Page) -> Any:
    """The JSON of an answer, with or without a callback around it; None for any other answer."""
    text = page.text.strip().lstrip("\ufeff")
    if match := _JSONP.match(text):
        text = match.group(1)
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def is_reply(page: Page) -> bool:
    """Whether a page without a known asker is an answer to a script: data, or a script that writes a list."""
    return data(page) is not None or (bool(_WRITES.search(page.text)) and "<html" not in page.text.lower())


def rows(page: Page) -> list[Link]:
    """The entries of an answer, whatever its form, each address once."""
    found = data(page)
    found = _xml(page.text) if found is None else found
    links = _rows_of(found, page.base) if found is not None else iter(fragment(page.text, page.base))
    return list({link.url: link for link in links}.values())


def scripted(page: Page) -> list[Link]:
    """The entries that a page's own scripts hold as data, for a script to write. A date tells them from menus."""
    found = (value for script in scripts_in(page.root) if _DATA.search(script) for value in objects(script))
    return [replace(link, row=False) for value in found for link in _rows_of(value, page.base)]


def fragment(text: str, base: str) -> list[Link]:
    """The anchors of a piece of HTML, or of the records of a datastore, as entries. A pager's are none."""
    text = "".join(records(text)) or text
    if _WRITES.search(text):
        text = re.sub(r"\\(.)", r"\1", text)  # A script that writes the list has its quotes escaped.
    root = parsed(f"<html><body>{text}</body></html>")
    return [replace(link, row=True) for link in links_in(root, base) if not _PAGER.match(link.text)]


def records(text: str) -> list[str]:
    """The HTML of the records in a page or an answer."""
    parts = (part.partition("</record>") for part in text.split("<record>")[1:])
    return [body.strip().removeprefix("<![CDATA[").removesuffix("]]>") for body, end, _ in parts if end]


def total(page: Page, *names: str) -> int | None:
    """How many entries there are in all, by whichever of these names or attributes the answer says it."""
    for name in names:
        pattern = rf"""<{name}>\s*(\d+)\s*</|\b{name}["']?\s*[:=]\s*\\?["']?(\d+)"""
        if match := re.search(pattern, page.text, re.IGNORECASE):
            return int(match.group(1) or match.group(2))
    return None


def _rows_of(value: Any, base: str, depth: int = 0) -> Iterator[Link]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        link = _link(value, base)
        if link:
            yield link
            return
        if guessed := _guessed(list(value.values()), base):
            yield guessed
        for inner in value.values():
            if not guessed or isinstance(inner, dict | list):
                yield from _rows_of(inner, base, depth + 1)
    elif isinstance(value, list):
        if value and all(isinstance(inner, str | int) for inner in value) and (link := _guessed(value, base)):
            yield link
            return
        for inner in value:
            yield from _rows_of(inner, base, depth + 1)
    elif isinstance(value, str) and ("<a" in value or "<record" in value):
        yield from fragment(value, base)
    elif isinstance(value, str) and value[:1] in "{[" and len(value) > 2:
        try:
            yield from _rows_of(json.loads(value, strict=False), base, depth + 1)
        except (ValueError, RecursionError):
            return


def _link(entry: dict[str, Any], base: str) -> Link | None:
    """An entry that is an object with a title and an address."""
    low = {name.lower(): value for name, value in entry.items()}
    titles = [squeeze(_TAGS.sub("", low[n])) for n in _TITLES if isinstance(low.get(n), str) and low[n]]
    title = next((title for title in titles if not CUT.search(title)), titles[0] if titles else "")
    href = next((low[n] for n in _URLS if isinstance(low.get(n), str) and low[n].strip()), None)
    url = resolve(base, href) if href else None
    if not title or not url:
        return None
    return Link(url, title, title, next((day for n in _DATES if (day := _day(low.get(n)))), None), row=True)


def _guessed(values: list[Any], base: str) -> Link | None:
    """An entry by what its values look like, whatever they are called."""
    texts = [value.strip() for value in values if isinstance(value, str)]
    hrefs = [text for text in texts if _ADDRESS.match(text) and not _PICTURE.search(text)]
    titles = [squeeze(_TAGS.sub("", text)) for text in texts if text not in hrefs and _HANZI.search(text)]
    title = max((title for title in titles if len(title) <= _LONGEST), key=len, default="")
    url = resolve(base, hrefs[0]) if hrefs and title else None
    date = next((day for text in texts if text != title and text not in hrefs and (day := date_in(text))), None)
    return Link(url, title, title, date, row=True) if url else None


def _xml(text: str) -> Any:
    """The elements of an answer in XML as data, None where it is none or holds anchors or records."""
    text = text.strip()
    if not text.startswith("<?xml") or "<record" in text or "<a " in text:
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, encoding="utf-8")
    root = etree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"), parser)
    return _element(root) if root is not None else None


def _element(element: Any, depth: int = 0) -> Any:
    inner = [child for child in element if isinstance(child.tag, str)]
    if depth > _DEEPEST or not (inner or element.attrib):
        return squeeze(element.text or "")
    if len({child.tag for child in inner}) < len(inner):
        return [_element(child, depth + 1) for child in inner]
    return {**element.attrib, **{child.tag: _element(child, depth + 1) for child in inner}}


def _day(value: Any) -> str | None:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value / 1000 if value > 10**11 else value
        if not 0 < seconds < 4 * 10**9:
            return None
        return f"{datetime.fromtimestamp(seconds, UTC) + _CHINA:%Y-%m-%d}"
    return date_in(value) if isinstance(value, str) else None
