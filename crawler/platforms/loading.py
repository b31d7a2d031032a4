"""Lists that a script of the page's own fetches: what it would ask for.

A list without an entry comes from wherever its script loads something (`$("#list").load("/nb/list.inc")`). One that
ends in a button, 加载更多, numbers no pages: a script that states its whole address (`$.get('/list.json?page=' + n)`,
`{page: n}`) is asked page after page until nothing new comes. Any other is named in the outcome: the list has more than
it shows, and says neither how much nor where.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crawler import folding
from crawler.page import Ask, Page, said, scripts_in
from crawler.urls import directory, host_of, resolve, with_query

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
_ALONG = re.compile(_CALL + r"""[^{}()]{0,80}?\{(?:\s*params\s*:\s*\{)?(?P<fields>[^{}]{0,300})\}""")
_AS_JSON = re.compile(_CALL + r"""[^;]{0,300}?\bJSON\.stringify\(\s*\{(?P<fields>[^{}]{0,300})\}(?P<json>)""")
_WHOLE = re.compile(_CALL + r"\s*[,)}]")
# What is written into the page as it came: $("#zw").load("/1.inc"), $.get("/1.inc", function(d){ $("#zw").html(d) }).
_WRITTEN = (
    re.compile(r"""\.load\s*\(\s*["']([^"'<>\s]+)["']\s*[,)]"""),
    re.compile(
        _CALL.replace("before", "written") + r"""[^;]{0,200}?\.(?:html\(\s*\w+\s*\)|innerHTML\s*=\s*\w+\s*[;}])"""
    ),
)
_MOST = 3
NOT_LISTS = ("count", "login", "tree.jsp", "share", "footer", "header", "weather", "tongji", "hits", "search")
"""What else a page fetches or frames."""
_FIELD = re.compile(r"""["']?([\w\[\]]+)["']?\s*:\s*(?:["']([^"']*)["']|(\w[\w.+ ]*))""")
_NUMBER = re.compile(r"^(?:page|p|(?:cur|current|now)_?page|page_?(?:no|num|index|number))$", re.IGNORECASE)
_POSTS = re.compile(r"post|\btype\s*:\s*[\"']post|\bmethod\s*:\s*[\"']post", re.IGNORECASE)


def offers_more(page: Page) -> bool:
    """Whether a list ends in a button that loads its rest. A link with an address is none."""
    return bool(_WORDS.search(page.text)) and any(map(_is_button, page.root.iter(*_TAGS)))


def asks(page: Page) -> list[Ask]:
    """The first requests of the list's script, where it states what it asks for: page by page, else once."""
    empty = not any(link.date for link in page.links)
    if not (empty or offers_more(page)):
        return []
    text = folding.folded(page.text)
    known = folding.constants(text)
    made = (_first(found, known) for way in (_BEHIND, _AS_JSON, _ALONG) for found in way.finditer(text))
    found = next((about for about in made if about), None)
    if found and (ask := _ask({**found, "base": page.base}, 1)):
        return [ask]
    return [Ask(url, data=True) for url in _sources(page, text)] if empty else []


def _sources(page: Page, text: str) -> list[str]:
    """What the page's scripts load whole, and the scripts that lie in its own directory: on the same host."""
    written = [found["before"] for found in _WHOLE.finditer(text)]
    beside = [script.get("src", "") for script in page.root.iter("script")]
    urls = [url for href in written if (url := resolve(page.base, href))]
    urls += [url for src in beside if (url := resolve(page.base, src)) and directory(url) == directory(page.url)]
    likely = (url for url in dict.fromkeys(urls) if not any(name in url.lower() for name in NOT_LISTS))
    return [url for url in likely if host_of(url) == host_of(page.url)][:_MOST]


def bodies(page: Page) -> list[str]:
    """What the page's scripts load and write into it whole: an article's text may stand nowhere else."""
    found = (match for script in scripts_in(page.root) for way in _WRITTEN for match in way.finditer(script))
    urls = (page.resolve(match.groupdict().get("written") or match[1]) for match in found)
    likely = (url for url in dict.fromkeys(urls) if url and not any(name in url.lower() for name in NOT_LISTS))
    return [url for url in likely if host_of(url) == host_of(page.url)][:_MOST]


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


def _first(found: re.Match[str], known: dict[str, str]) -> dict[str, Any] | None:
    about = {"before": found["before"], "posts": bool(_POSTS.search(found.group()))}
    if "fields" not in found.groupdict():
        return {**about, "after": found["after"] or ""}
    about["json"] = "json" in found.groupdict() or found["call"] == "axios.post"
    # What the script takes from a variable is known where it sets that once.
    fields = {
        name: text or known.get(value.strip(), value.strip()) for name, text, value in _FIELD.findall(found["fields"])
    }
    number = next((name for name in fields if _NUMBER.match(name)), None)
    texts = {name for name, text, value in _FIELD.findall(found["fields"]) if text or value.strip() in known}
    fixed = {n: value for n, value in fields.items() if n != number and (n in texts or value.isdecimal())}
    about["texts"] = sorted(name for name, text, _ in _FIELD.findall(found["fields"]) if text)
    return {**about, "number_in": number, "fixed": fixed} if number else None


def _ask(about: dict[str, Any], number: int) -> Ask | None:
    along = {**about["fixed"], about["number_in"]: str(number)} if "number_in" in about else {}
    url = resolve(about["base"], about["before"] + ("" if along else f"{number}{about['after']}"))
    if url is None:
        return None
    noted = _MARK + json.dumps({**about, "number": number}, ensure_ascii=False)
    if about.get("json"):
        return Ask(url, json.dumps(_typed(along, about["texts"]), ensure_ascii=False), data=True, about=noted)
    if about["posts"]:
        url, _, query = url.partition("?")
        return Ask(url, urlencode({**dict(parse_qsl(query)), **along}), data=True, about=noted)
    return Ask(with_query(url, **along) if along else url, data=True, about=noted)


def _typed(fields: dict[str, str], texts: list[str]) -> dict[str, str | int]:
    """Numbers as the script writes them: some servers take no text for one, or no number for text."""
    return {n: int(value) if value.isdecimal() and n not in texts else value for n, value in fields.items()}
