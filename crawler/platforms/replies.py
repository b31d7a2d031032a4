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
_DATA = re.compile(r"""[\[{,]\s*["']?\w*(?:title|name)["']?\s*:""", re.IGNORECASE)
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
        for inner in value.values():
            yield from _rows_of(inner, base, depth + 1)
    elif isinstance(value, list):
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


def _day(value: Any) -> str | None:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value / 1000 if value > 10**11 else value
        if not 0 < seconds < 4 * 10**9:
            return None
        return f"{datetime.fromtimestamp(seconds, UTC) + _CHINA:%Y-%m-%d}"
    return date_in(value) if isinstance(value, str) else None
