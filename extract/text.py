"""Normal forms of the text that reports print: one place decides what counts as the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

_SHORT = 200

_SPACE = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff\xad\u3000\u00a0]+")
_SPACE_NEAR_CHINESE = re.compile(r"(?<=[^\x21-\x7e])\s+|\s+(?=[^\x21-\x7e])")
_SPACE_IN_NUMBER = re.compile(r"(?<=\d)\s+(?=\d)")

# PDF fonts without a character map yield radicals for whole characters. NFKC turns the Kangxi radicals into
# ideographs, but not those of the CJK Radicals Supplement, and ⼾ only into the traditional 戶.
_RADICALS = str.maketrans(
    "⺒⺟⺠⺬⺼⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⼾",
    "巳母民示月虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟户",
)
# What is raised is a footnote's mark: it must not run into the number that it stands beside.
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_OVERLAY = "\u0336"
_WHITE = "\ue000"
_MARKED = re.compile(f"(?:.[{_OVERLAY}{_WHITE}])+", re.DOTALL)
_SIMPLIFIED = str.maketrans(
    "規範許處罰強製業費採購項數總額單萬對務發佈廢現決開減機構會組織結維糾審復複議訴訟經後請轉繼續辦屬於國穩護權類內過執詢無關沒補確訪舉報當認獲繳納計體況動問題進區縣鎮鄉廳團條係為與據時間號個門來網監導壓責從將書長東點應實際",
    "规范许处罚强制业费采购项数总额单万对务发布废现决开减机构会组织结维纠审复复议诉讼经后请转继续办属于国稳护权类内过执询无关没补确访举报当认获缴纳计体况动问题进区县镇乡厅团条系为与据时间号个门来网监导压责从将书长东点应实际",
)
_TRADITIONAL = re.compile("[" + "".join(map(chr, _SIMPLIFIED)) + "]")
_RADICAL = re.compile("[\u2e80-\u2fdf]")


def nfkc(text: str) -> str:
    """Compatibility form: full-width signs become half-width, Kangxi radicals become ideographs."""
    return unicodedata.normalize("NFKC", text.translate(_RADICALS) if _RADICAL.search(text) else text)


def mend_radicals(text: str) -> str:
    """The text as printed, with radicals that stand for whole characters made those characters."""
    return _RADICAL.sub(lambda found: nfkc(found.group()), text)


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """The text with the traditional characters of the form's own words made simplified ones: a copy elsewhere may have
    been converted. Of equal length; for comparing, never for what is printed."""
    return text.translate(_SIMPLIFIED) if _TRADITIONAL.search(text) else text


def squeeze(text: str) -> str:
    """The text with every kind of white space, zero-width ones included, taken out."""
    return _SPACE.sub("", text)


def tidy(text: str) -> str:
    """A line of prose as a person would retype it: white space folded, and none beside Chinese characters, where it
    is only layout. Signs stay as printed."""
    text = _SPACE.sub(" ", text).strip()
    return _SPACE_NEAR_CHINESE.sub("", text)


def canonical(text: str) -> str:
    """What labels are compared by: NFKC, no white space."""
    return _canonical(text) if len(text) < _SHORT else squeeze(nfkc(text))


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str:
    return squeeze(nfkc(text))


def join_digits(text: str) -> str:
    """Digits that layout has pulled apart, joined."""
    return _SPACE_IN_NUMBER.sub("", text)


Look = Literal["raised", "struck", "white"]
"""How text stands among other text: as a footnote's mark, crossed out, or white on white."""


def looking(text: str, look: Look | None) -> str:
    """The text as it is kept until its surroundings are known: raised digits are none of the number before them, and
    through every character that is struck out or white goes a mark for `shown`."""
    if look is None:
        return text
    if look == "raised":
        return text.translate(_RAISED)
    mark = _OVERLAY if look == "struck" else _WHITE
    return "".join(char if char.isspace() else char + mark for char in text)


def shown(text: str) -> str:
    """The text without what was struck out or is white among other text. Where there is nothing else, what is struck
    out stays, and is no value; white text is then on a ground of its own."""
    if _OVERLAY not in text and _WHITE not in text:
        return text
    left = _MARKED.sub("", text)
    return left if left.strip() else text.replace(_WHITE, "")


def is_han(char: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or char == "〇"
        or "\U00020000" <= char <= "\U0003ffff"
    )


_NUMERALS = {
    "〇": 0,
    "○": 0,
    "零": 0,
    "Ｏ": 0,
    "O": 0,
    "一": 1,
    "壹": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"十": 10, "百": 100, "千": 1000}


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral below 100,000,000: positional (二〇二三) or with units (三百二十一万); None where
    the text is no numeral."""
    if not text or any(c not in _NUMERALS and c not in _TENS and c != "万" for c in text):
        return None
    if all(c in _NUMERALS for c in text):
        return int("".join(str(_NUMERALS[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _NUMERALS:
            digit = _NUMERALS[char]
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _TENS[char]
            digit = 0
    return total + section + digit
