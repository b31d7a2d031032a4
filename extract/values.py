"""What a table cell prints: a number, a deliberate blank, or something that is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from extract.report import Number
from extract.text import canonical, chinese_number

_BLANK = {
    "",
    "/",
    "\\",
    "-",
    "--",
    "—",
    "——",
    "–",
    "―",
    "_",
    "无",
    "空",
    "*",
    "·",
    ".",
    "N/A",
    "n/a",
    "不涉及",
    "|",
    "无此项",
    "暂无",
    "／",
    "//",
    "一",
}
_ZERO = {"零", "〇", "○"}
_UNIT = "件次|件|条|个|次|人次|人|项|宗|份|例|起|篇|部|万元|亿元|元|万"
_NUMBER = re.compile(
    r"(?P<sign>[+-]|(?P<more>增加?|↑)|(?P<less>减少?|↓))?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?"
    rf"(?:(?P<unit>{_UNIT})|\((?P<aside>{_UNIT})\))?"
)
# 十二. A lone 一 is a dash as often as a one, and stands among the blanks.
_SPELLED = re.compile(
    r"(?=.)(?:[一二两三四五六七八九]千零?)?(?:[一二两三四五六七八九]百零?)?(?:[一二三四五六七八九]?十)?[一二两三四五六七八九]?(?=(?P<unit>件|项|条|个|次|宗)?$)"
)
# Two digits are one cell's; more zeros are what remains when cells run together.
_PADDED = re.compile(r"0[1-9]")
# What a number is said to hold is a remark about it.
_REMARK = re.compile(r"(?<=[\d件项条个次宗元])\s*[(（](?:其中|含|包含|包括|不含)[^()（）]*[)）]\s*$")
# Footnote marks, which the compatibility form would turn into digits of the number.
_MARK = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793]")
_FOOTNOTE = re.compile(
    r"(?<=[\w)）])\s*[\[［〔(（]?(?:[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793]+|[*＊※†‡]+)[\]］〕)）]?\s*$"
)
_APART = re.compile(r"\n\n|\t")
_MINUS = str.maketrans("−﹣‐‑‒", "-----")
_TO_WAN = {"元": Decimal("0.0001"), "亿元": Decimal(10_000)}
MONEY = ("元", "万元", "亿元")


@dataclass(frozen=True)
class Value:
    """`number` is set for a number; `blank` for an empty cell or a sign that means empty. Neither: the cell holds
    something else, and must not be filed."""

    number: Decimal | None = None
    unit: str | None = None
    blank: bool = False
    change: bool = False
    """Whether words say that it is what came or went (减3), which only a cell for changes may hold."""
    padded: Decimal | None = None
    """What a number with a zero before it comes to (07): a number only where nothing else can have run into it."""

    @property
    def readable(self) -> bool:
        return self.blank or self.number is not None


BLANK = Value(blank=True)
GARBLED = Value()


@lru_cache(maxsize=4096)
def read_value(text: str) -> Value:
    """Read a cell. Full-width digits, thousands separators, spaces and line breaks inside a number are read through.

    Two paragraphs that each hold a number are two numbers, so are two that stand a tab apart, and leading zeros are
    what remains when numbers run together: all garbled, not guessed at. A footnote's mark behind a number is no part
    of it, nor is a remark on what it holds (含上年1件).
    """
    text = _REMARK.sub("", _FOOTNOTE.sub("", text))
    pieces = [piece for piece in _APART.split(text) if canonical(piece)]
    if len(pieces) > 1 and sum(any(c.isdigit() for c in canonical(piece)) for piece in pieces) > 1:
        return GARBLED
    if _MARK.search(text):
        return GARBLED
    plain = canonical(text).translate(_MINUS)
    if plain in _BLANK:
        return BLANK
    if plain in _ZERO:
        return Value(number=Decimal(0))
    match = _NUMBER.fullmatch(plain)
    if not match:
        return _spelled(plain)
    whole = match["whole"]
    if len(whole) > 1 and whole.startswith("0"):
        return Value(padded=Decimal(whole)) if _PADDED.fullmatch(plain) else GARBLED
    number = Decimal(whole.replace(",", "") + (match["fraction"] or ""))
    if match["less"] or match["sign"] == "-":
        number = -number
    change = bool(match["more"] or match["less"])
    unit = match["unit"] or match["aside"]
    # Only of money is the unit left out behind 万 in a cell; a count of 3万 is refused as one.
    return Value(number, "万元" if unit == "万" else unit, change=change)


def _spelled(plain: str) -> Value:
    match = _SPELLED.match(plain)
    number = chinese_number(match.group()) if match else None
    return GARBLED if match is None or number is None else Value(Decimal(number), match["unit"])


@lru_cache(maxsize=4096)
def is_words(text: str) -> bool:
    """Whether a cell's text is words, and neither a value nor a sign for a blank."""
    return any("\u3400" <= c <= "\u9fff" for c in text) and not read_value(text).readable


def plain(number: Decimal) -> Number:
    """The number as JSON and SQLite hold it: an int where it is whole, else the nearest float."""
    whole = int(number)
    return whole if whole == number else float(number)


def in_wan(value: Decimal, unit: str | None) -> Decimal:
    """An amount in 万元, the form's unit. `unit` is what the cell or its label prints; None means 万元 already."""
    return value * _TO_WAN.get(unit or "", Decimal(1))
