"""What a page holds and does not show, or shows as no part of the text around it: hidden, struck out, raised.

Only what the page itself says is known here: a style sheet in a file of its own is not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extract.text import Look

_NOT_SHOWN = r"display\s*:\s*none|visibility\s*:\s*hidden"
_HIDDEN = re.compile(_NOT_SHOWN, re.IGNORECASE)
_UNSEEN = re.compile(
    _NOT_SHOWN + r"|(?:font-size|opacity)\s*:\s*0(?![.\d])|(?:left|text-indent)\s*:\s*-\d{3}", re.IGNORECASE
)
_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
# What holds on another medium or width says nothing of the page on a screen.
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
# By class or by id, with or without the element's name: what takes more to match is not told here.
_NAMED = re.compile(r"\w*(?:\.([\w-]+)|(#[\w-]+))")
# By convention for screen readers only, wherever their rule stands.
_BY_CONVENTION = frozenset({"sr-only", "visually-hidden"})


_STRUCK = frozenset({"s", "del", "strike"})
_LOOK = re.compile(
    r"(?P<struck>line-through)|vertical-align\s*:\s*(?:super|text-top)"
    r"|(?<![-\w])color\s*:\s*(?P<white>\#fff(?:fff)?\b|white\b|rgb\(255,\s*255,\s*255\))",
    re.IGNORECASE,
)


def is_hidden(attributes: Mapping[str, Any]) -> bool:
    """Whether an element is not shown, by its own attributes."""
    return "hidden" in attributes or ("style" in attributes and bool(_HIDDEN.search(str(attributes["style"]))))


def is_unseen(attributes: Mapping[str, Any], names: frozenset[str]) -> bool:
    """Whether an element among the words of a cell shows nothing: hidden, or made too small or put where none sees it.

    Stricter than `is_hidden`: a block of the page may be hidden by its class until a script shows it.
    """
    return (
        is_hidden(attributes)
        or ("style" in attributes and bool(_UNSEEN.search(str(attributes["style"]))))
        or ("class" in attributes and not names.isdisjoint(str(attributes["class"]).split()))
        or ("id" in attributes and f"#{attributes['id']}" in names)
    )


def look_of(name: str, attributes: Mapping[str, Any]) -> Look | None:
    """How an element's name or its own style has its text stand out; None for plain text."""
    if name in _STRUCK:
        return "struck"
    if name == "sup":
        return "raised"
    found = _LOOK.search(str(attributes["style"])) if "style" in attributes else None
    return None if found is None else "struck" if found["struck"] else "white" if found["white"] else "raised"


def hiding_names(page: str) -> frozenset[str]:
    """The classes, and the ids as `#id`, that hide what carries them, by the style sheets in the page."""
    hiding = (selectors for selectors, body in rules_of(page) if _UNSEEN.search(body))
    named = (_NAMED.fullmatch(selector.strip()) for selectors in hiding for selector in selectors.split(","))
    return _BY_CONVENTION.union(found[1] or found[2] for found in named if found)


def rules_of(page: str) -> Iterator[tuple[str, str]]:
    """The rules of the style sheets in the page that hold on a screen: selectors and declarations."""
    for sheet in _SHEET.findall(page):
        yield from _RULE.findall(_MEDIA.sub("", _COMMENT.sub("", sheet)))
