"""Values that a page's script holds."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

_TRIES = 5


def value_of(text: str, name: str) -> Any:
    """The array or object that a script gives a name (`TREE: [...]`, `var siteInfo = {...}`), or None. Reads JSON and
    JavaScript's looser ways: names without quotes, single quotes, a comma too many."""
    starts = islice(re.finditer(rf"""\b{name}["']?\s*[:=]\s*(?=[\[{{])""", text), _TRIES)
    return next((value for match in starts if (value := _read(text[match.end() :])) is not None), None)


def objects(text: str) -> list[Any]:
    """The arrays of objects or of arrays that a script holds, whatever it calls them."""
    found, end = [], 0
    for match in islice(re.finditer(r"[=:(]\s*(?=\[\s*[\[{])", text), _TRIES):
        if match.end() >= end:  # One inside another comes with it.
            end = match.end() + len(_balanced(text[match.end() :]))
            found.append(_read(text[match.end() :]))
    return found


def _read(text: str) -> Any:
    """The array or object that a text begins with, or None."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        loose = _loose(_balanced(text))
    try:
        return json.loads(loose, strict=False)
    except (ValueError, RecursionError):
        return None


def _balanced(text: str) -> str:
    """From the opening bracket to the one that closes it, brackets in strings not counted."""
    depth, quote, skip = 0, "", False
    for place, char in enumerate(text):
        if skip:
            skip = False
        elif quote:
            skip, quote = char == "\\", "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                return text[: place + 1]
    return ""


def _loose(text: str) -> str:
    text = re.sub(r"'((?:[^'\\\"]|\\.)*)'", r'"\1"', text)
    text = re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', text)
    return re.sub(r",(\s*[}\]])", r"\1", text)
