"""Addresses that a function of the page's own script makes of what it is called with: `openInfo('123')`, where
`function openInfo(id) { window.open('/info/show-' + id + '.html'); }` stands in the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

Made = Mapping[str, tuple[Sequence[str], Sequence[str]]]
"""By a function's name: its parameters, and the parts of the address, text in quotes and parameters."""

_FUNCTION = re.compile(r"(?:function\s+(\w+)\s*|\b(\w+)\s*=\s*function\s*)\(([\w\s,]{1,80})\)\s*\{")
_PART = r"""(?:["'][^"'<>]*["']|\b\w+\b)"""
_ADDRESS = re.compile(
    rf"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|\bopen\s*\()\s*({_PART}(?:\s*\+\s*{_PART}){{1,6}})"""
)
_CALL = re.compile(r"""\b(\w+)\s*\(([^()]{1,200})\)""")
_ARGUMENT = re.compile(r"""\s*(?:["']([^"']*)["']|([\w.]+))\s*(?:,|$)""")
_BODY = 600
_MOST = 20


def made(scripts: Sequence[str]) -> Made:
    """The functions that go to an address made of their parameters and of text alone."""
    found: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
    for script in scripts:
        for function in islice(_FUNCTION.finditer(script), _MOST):
            names = [name.strip() for name in function[3].split(",")]
            address = _ADDRESS.search(script, function.end(), function.end() + _BODY)
            parts = re.findall(_PART, address[1]) if address else []
            if any(part in names for part in parts) and all(_is_text(part) or part in names for part in parts):
                found.setdefault(function[1] or function[2], (names, parts))
    return found


def address(handler: str, functions: Made) -> str | None:
    """Where a handler goes that calls one of them."""
    for name, written in _CALL.findall(handler):
        if name in functions:
            names, parts = functions[name]
            values = dict(zip(names, (text or bare for text, bare in _ARGUMENT.findall(written)), strict=False))
            if all(_is_text(part) or part in values for part in parts):
                return "".join(part.strip("\"'") if _is_text(part) else values[part] for part in parts)
    return None


def _is_text(part: str) -> bool:
    return part[0] in "\"'" or part.isdecimal()
