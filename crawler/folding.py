"""Addresses that scripts put together of text and of names of text: `ctx + "/list.json"`, `/list?page=${page}`."""

from __future__ import annotations

import re

_TEMPLATE = re.compile(r"`([^`\n]{1,500})`")
_HOLE = re.compile(r"\$\{\s*([\w.]{1,40})\s*\}")
_TEXT = r"""(?:"[^"\n]{0,500}"|'[^'\n]{0,500}')"""
_TERM = rf"(?:{_TEXT}|\b[A-Za-z_][\w.]*+)"
_SUM = re.compile(rf"{_TERM}(?:\s*+\+\s*+{_TERM})+")
_SET = re.compile(rf"""(?<![\w.])([A-Za-z_]\w*)\s*=\s*({_TEXT}|\d{{1,9}})\s*(?=[,;\n}}]|$)""")
_LONGEST = 300_000


def constants(script: str) -> dict[str, str]:
    """The text and numbers that a script gives a name, if never another."""
    found: dict[str, set[str]] = {}
    for name, value in _SET.findall(script[:_LONGEST]):
        found.setdefault(name, set()).add(value)
    return {name: next(iter(values)).strip("\"'") for name, values in found.items() if len(values) == 1}


def folded(script: str) -> str:
    """The script with its template strings written as sums, and in each sum the names of text put in."""
    if len(script) > _LONGEST:
        return script
    text = _TEMPLATE.sub(lambda found: _as_sum(found[1]), script) if "`" in script else script
    if "+" not in text:
        return text
    known = {name: value for name, value in constants(text).items() if not value.isdecimal()}
    return _SUM.sub(lambda found: _added(found.group(), known), text)


def _as_sum(template: str) -> str:
    if '"' in template:
        return f"`{template}`"
    return _HOLE.sub(lambda hole: f'" + {hole[1]} + "', f'"{template}"').removesuffix(' + ""').removeprefix('"" + ')


def _added(written: str, known: dict[str, str]) -> str:
    """A sum, texts that stand beside each other made one."""
    terms = re.findall(_TERM, written)
    joins = any(term in known for term in terms) or all(term[0] in "\"'" for term in terms)
    if not joins or any(term[0] == "'" and '"' in term for term in terms):
        return written
    terms = [f'"{known[term]}"' if term in known else term for term in terms]
    terms = [f'"{term[1:-1]}"' if term[0] == "'" else term for term in terms]
    parts: list[str] = []
    for term in terms:
        if parts and parts[-1][0] == term[0] == '"':
            parts[-1] = parts[-1][:-1] + term[1:]
        else:
            parts.append(term)
    return " + ".join(parts)
