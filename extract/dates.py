"""Dates as reports and portals print them, Chinese numerals included."""

from __future__ import annotations

import re
from datetime import date

from extract.text import canonical, chinese_number, nfkc, squeeze

_ARABIC = re.compile(
    r"(?<!\d)((?:19|20)\s?\d\s?\d)\s*(?:年|[-‐‑–—/.])\s*(\d\s?\d?)\s*(?:月|[-‐‑–—/.])\s*(\d(?:\d|\s\d(?=\s*日))?)(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_FIRST_MONTH = re.compile(r"(?<=\d)\s*年\s*元\s*月")
_CHINESE = re.compile(
    r"([二一][〇○零0O九][〇○零一二三四五六七八九0O]{2})年([元正]|[一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日?"
)


def find_date(text: str, compact: bool = False) -> str | None:
    """The first whole date in the text as YYYY-MM-DD, None where there is none or it is impossible.

    `compact` also reads 20250124, as some `<meta>` tags have it.
    """
    plain = _FIRST_MONTH.sub("年1月", nfkc(text))
    for pattern in (_ARABIC, _COMPACT) if compact else (_ARABIC,):
        for match in pattern.finditer(plain):
            found = _iso(*(int(squeeze(group)) for group in match.groups()))
            if found:
                return found
    for match in _CHINESE.finditer(squeeze(plain)):
        numbers = [
            chinese_number(group.replace("0", "〇").replace("元", "一").replace("正", "一")) for group in match.groups()
        ]
        if all(numbers):
            return _iso(*(number or 0 for number in numbers))
    return None


def is_date(text: str) -> bool:
    """Whether the text is a date and nothing else, as under a signature."""
    plain = _FIRST_MONTH.sub("年1月", canonical(text)).strip("()（）。,，:：")
    return bool(_ARABIC.fullmatch(plain.rstrip("日")) or _CHINESE.fullmatch(plain))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
