"""Lists that grow behind a button, 加载更多, and number no pages: what the button's script would ask for.

A script that states its whole address (`$.get('/list.json?page=' + n)`, `{page: n}`) is asked page after page until
nothing new comes. Any other is named in the outcome: the list has more than it shows, and says neither how much nor
where.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crawler.page import Ask, Page, said
from crawler.urls import resolve, with_query

_BUTTON = re.compile(r"^\W*(?:(?:点击|上拉|下拉)?加载(?:更多|下一页)|(?:点击)?(?:显示|展开)更多)\W*$")
_WORDS = re.compile(r"加载(?:更多|下一页)|(?:显示|展开)更多")
_MARK = "loading "
_TAGS = ("a", "button", "div", "span", "p", "li", "input")
_CALL = (
    r"""(?P<call>\$\.(?:getJSON|get|post|ajax)|jQuery\.(?:get|post|ajax)|axios\.(?:get|post)|fetch|\.load)\s*\(\s*"""
    r"""(?:\{[^{}]{0,80}?\burl\s*:\s*)?["'](?P<before>[^"'<>\s]+)["']"""
)
# The page's number behind the address, or as a field of what is sent along.
_BEHIND = re.compile(_CALL + r"""\s*\+\s*\(?[\w.]+(?:\s*\+\s*1)?\)?(?:\s*\+\s*["'](?P<after>[^"'<>\s]*)["'])?""")
_ALONG = re.compile(_CALL + r"""[^{}()]{0,80}?\{(?P<fields>[^{}]{0,300})\}""")
_FIELD = re.compile(r"""["']?([\w\[\]]+)["']?\s*:\s*(?:["']([^"']*)["']|(\w[\w.+ ]*))""")
_NUMBER = re.compile(r"^(?:page|p|(?:cur|current|now)_?page|page_?(?:no|num|index|number))$", re.IGNORECASE)
_POSTS = re.compile(r"post|\btype\s*:\s*[\"']post|\bmethod\s*:\s*[\"']post", re.IGNORECASE)


def offers_more(page: Page) -> bool:
    """Whether a list ends in a button that loads its rest. A link with an address is none."""
    return bool(_WORDS.search(page.text)) and any(map(_is_button, page.root.iter(*_TAGS)))


def asks(page: Page) -> list[Ask]:
    """The first request of the button's script, where it states what it asks for."""
    if not offers_more(page):
        return []
    made = (_first(found) for found in (*_BEHIND.finditer(page.text), *_ALONG.finditer(page.text)))
    found = next((about for about in made if about), None)
    return [ask] if found and (ask := _ask({**found, "base": page.base}, 1)) else []


def asked_by(ask: Ask) -> bool:
    """Whether a request is one of these and no family's own."""
    return ask.about.startswith(_MARK)


def next_ask(asked: Ask) -> list[Ask]:
    """The request after one of `asks`."""
    about = json.loads(asked.about.removeprefix(_MARK))
    ask = _ask(about, about["number"] + 1)
    return [ask] if ask else []


def _is_button(element: Any) -> bool:
    href = element.get("href", "").strip().lower()
    if href and not href.startswith(("#", "javascript:")):
        return False
    if len(element) > 2:  # A block that holds the button, and the list.
        return False
    return bool(_BUTTON.match(element.get("value", "") if element.tag == "input" else said(element)))


def _first(found: re.Match[str]) -> dict[str, Any] | None:
    about = {"before": found["before"], "posts": bool(_POSTS.search(found.group()))}
    if "fields" not in found.groupdict():
        return {**about, "after": found["after"] or ""}
    fields = {name: text or value.strip() for name, text, value in _FIELD.findall(found["fields"])}
    number = next((name for name in fields if _NUMBER.match(name)), None)
    # What the script takes from a variable is not known.
    fixed = {name: text for name, text, value in _FIELD.findall(found["fields"]) if text or value.strip().isdecimal()}
    return {**about, "number_in": number, "fixed": {n: fields[n] for n in fixed if n != number}} if number else None


def _ask(about: dict[str, Any], number: int) -> Ask | None:
    along = {**about["fixed"], about["number_in"]: str(number)} if "number_in" in about else {}
    url = resolve(about["base"], about["before"] + ("" if along else f"{number}{about['after']}"))
    if url is None:
        return None
    noted = _MARK + json.dumps({**about, "number": number}, ensure_ascii=False)
    if about["posts"]:
        url, _, query = url.partition("?")
        return Ask(url, urlencode({**dict(parse_qsl(query)), **along}), data=True, about=noted)
    return Ask(with_query(url, **along) if along else url, data=True, about=noted)
