"""What a Word document's styles and lists add to its text: whether it is hidden, and the numbers before paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extract.word_xml import Element, attribute, count_of, find, name_of, switched


@dataclass(frozen=True)
class _Style:
    based_on: str | None
    hidden: bool | None
    list_id: str | None
    level: int | None


@dataclass(frozen=True)
class _Level:
    start: int
    numeral: str
    text: str


class Styles:
    def __init__(self, styles: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        for style in styles if styles is not None else ():
            if name_of(style) == "style" and (key := attribute(style, "styleId")):
                numbered = find(style, "pPr", "numPr")
                self._styles[key] = _Style(
                    attribute(find(style, "basedOn")),
                    switched(style, "rPr", "vanish"),
                    attribute(find(numbered, "numId")),
                    count_of(find(numbered, "ilvl"), 0) if numbered is not None else None,
                )

    def chain(self, key: str | None) -> Iterator[_Style]:
        """The style and those it is based on; a circle ends where it closes."""
        seen: set[str] = set()
        while key in self._styles and key not in seen:
            seen.add(key)
            yield self._styles[key]
            key = self._styles[key].based_on

    def hidden(self, key: str | None) -> bool:
        return next((style.hidden for style in self.chain(key) if style.hidden is not None), False)

    def list_of(self, paragraph: Element) -> tuple[str, int] | None:
        """The list that a paragraph is an item of, and at which level."""
        properties = find(paragraph, "pPr")
        direct = find(properties, "numPr")
        styles = list(self.chain(attribute(find(properties, "pStyle"))))
        key = attribute(find(direct, "numId")) or next((s.list_id for s in styles if s.list_id), None)
        inherited = next((style.level for style in styles if style.level is not None), 0)
        return (key, count_of(find(direct, "ilvl"), inherited)) if key else None


class Numbers:
    """The numbers that Word prints before the items of its lists, given out in the order of the body."""

    def __init__(self, numbering: Element | None) -> None:
        parts = list(numbering) if numbering is not None else []
        kinds = {attribute(part, "abstractNumId"): _levels(part) for part in parts if name_of(part) == "abstractNum"}
        self._lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for part in parts:
            key, kind = attribute(part, "numId"), attribute(find(part, "abstractNumId"))
            if name_of(part) == "num" and key and kind:
                changed = [lvl for lvl in part if name_of(lvl) == "lvlOverride"]
                own = {n: level for lvl in changed for n, level in _levels(lvl).items()}
                self._lists[key] = kind, {**kinds.get(kind, {}), **own}
                self._restarts[key] = {
                    count_of(lvl, 0, "ilvl"): count_of(find(lvl, "startOverride"), 1)
                    for lvl in changed
                    if find(lvl, "startOverride") is not None
                }

    def next(self, key: str, level: int) -> str:
        """The next item's number as printed; "" for bullets and for numerals that are not known here."""
        kind, levels = self._lists.get(key, ("", {}))
        if level not in levels:
            return ""
        counts = self._counts.setdefault(kind, {})
        counts.update({n: start - 1 for n, start in self._restarts.pop(key, {}).items()})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        printed = levels[level].text
        for n in (int(digit) - 1 for digit in re.findall(r"%([1-9])", printed)):
            numeral = _numeral(counts.get(n, levels[n].start), levels[n].numeral) if n in levels else ""
            if not numeral:
                return ""
            printed = printed.replace(f"%{n + 1}", numeral)
        return printed if levels[level].numeral != "bullet" else ""


def _levels(parent: Element) -> dict[int, _Level]:
    return {
        count_of(lvl, 0, "ilvl"): _Level(
            count_of(find(lvl, "start"), 1),
            attribute(find(lvl, "numFmt")) or "decimal",
            attribute(find(lvl, "lvlText")) or "",
        )
        for lvl in parent
        if name_of(lvl) == "lvl"
    }


def _numeral(number: int, kind: str) -> str:
    """The numerals that reports number by; "" for others."""
    if kind in ("decimal", "decimalFullWidth", "decimalHalfWidth"):
        return str(number)
    if kind in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"):
        ones = "〇一二三四五六七八九"
        tens, one = divmod(number, 10)
        if not 0 < number < 100:
            return ""
        return (ones[tens] if tens > 1 else "") + ("十" if tens else "") + (ones[one] if one else "")
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr(ord("a" if kind == "lowerLetter" else "A") + number - 1)
    return ""
