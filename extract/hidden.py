"""What a page holds and does not show, or shows as no part of the text around it: hidden, struck out, raised.

Only what the page itself says is known here: a style sheet in a file of its own is not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
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
_SHOWS = re.compile(r"(?:^|[;\s])display\s*:\s*(?!none)|(?:^|[;\s])visibility\s*:\s*visible", re.IGNORECASE)
# By class or by id, with or without the element's name.
_NAMED = re.compile(r"\w*(?:\.([\w-]+)|(#[\w-]+))")

_STRUCK = frozenset({"s", "del", "strike"})
_LOOK = re.compile(
    r"(?P<struck>line-through)|vertical-align\s*:\s*(?:super|text-top)"
    r"|(?<![-\w])color\s*:\s*(?P<white>\#fff(?:fff)?\b|white\b|rgb\(255,\s*255,\s*255\))",
    re.IGNORECASE,
)


def is_hidden(attributes: Mapping[str, Any]) -> bool:
    """Whether an element is not shown, by its own attributes."""
    return "hidden" in attributes or ("style" in attributes and bool(_HIDDEN.search(str(attributes["style"]))))


def is_unseen(attributes: Mapping[str, Any], names: Set[str]) -> bool:
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
    return _look(str(attributes["style"])) if "style" in attributes else None


def _look(style: str) -> Look | None:
    found = _LOOK.search(style)
    return None if found is None else "struck" if found["struck"] else "white" if found["white"] else "raised"


@dataclass
class Styles:
    """What the style sheets in a page do to text: hide it by a class, or an id as `#id`, alone (`names`), or by what
    else has to hold (`hiding`), unless what `showing` selects shows it after all; strike it out. Not told is white
    text, since menus are full of it, nor what is raised, which in tables says where a cell's text stands."""

    names: set[str] = field(default_factory=lambda: {"sr-only", "visually-hidden"})
    """The first two are by convention for screen readers only, wherever their rule stands."""
    hiding: list[str] = field(default_factory=list)
    showing: list[str] = field(default_factory=list)
    striking: list[str] = field(default_factory=list)


def styles_of(page: str) -> Styles:
    styles = Styles()
    for selectors, body in rules_of(page):
        hides, strikes = _UNSEEN.search(body), _look(body) == "struck"
        shows = not hides and _SHOWS.search(body)
        for selector in (each.strip() for each in selectors.split(",")):
            if hides and (named := _NAMED.fullmatch(selector)):
                styles.names.add(named[1] or named[2])
            elif hides:
                styles.hiding.append(selector)
            elif shows:
                styles.showing.append(selector)
            if strikes:
                styles.striking.append(selector)
    return styles


def rules_of(page: str) -> Iterator[tuple[str, str]]:
    """The rules of the style sheets in the page that hold on a screen: selectors and declarations."""
    for sheet in _SHEET.findall(page):
        yield from _RULE.findall(_MEDIA.sub("", _COMMENT.sub("", sheet)))
