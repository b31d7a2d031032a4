"""The one place where bytes become text.

Headers and `<meta>` lie (a page that says gb2312 holds GBK or GB18030 characters, or is UTF-8), so what the bytes are
outranks what they claim. Parsers are given `str` only: some cut a document at the first byte they do not expect.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

from extract.sniff import utf_16

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_GB = {
    "gb2312",
    "gbk",
    "gb18030",
    "gb_2312-80",
    "x-gbk",
    "chinese",
    "csgb2312",
    "cp936",
    "ms936",
    "euc-cn",
    "hz-gb-2312",
}
# Words that every portal page or report holds; their frequency tells Chinese from mojibake.
_WORDS = ("政府", "公开", "信息", "人民", "年度", "报告", "工作", "的", "年", "区", "局", "首页")
_ENOUGH = 4096
_SAMPLE = 100_000
# What characters begin with in UTF-8: accented letters (U+0080 to U+02FF), Chinese (U+4000 to U+9FFF).
_FOREIGN = bytes(range(0xC2, 0xCC))
_CHINESE = bytes(range(0xE4, 0xEA))
# Reports hold one of the words to ten characters, in another charset's characters they turn up once in a thousand.
_WORDY = 30


@dataclass(frozen=True)
class Decoded:
    text: str
    charset: str

    @cached_property
    def doubtful(self) -> str | None:
        """A sentence for people where characters were lost or the result is not Chinese text, else None."""
        lost = self.text.count("\ufffd")
        if lost:
            return f"有{lost}个字符不合{self.charset}编码，已丢失。"
        sample = self.text[:_SAMPLE]
        foreign = _count(sample, _FOREIGN)
        if foreign > 50 and foreign > _count(sample, _CHINESE):
            return "网页是乱码：发布之前就已损坏。"
        if not any(word in sample for word in ("的", "年", "政府", "公开")) and _count(sample, _CHINESE) > 200:
            return "网页解码后的汉字不成词句，编码可能认错。"
        return None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode a page; never raises. `declared` is what the HTTP header says, the weakest witness.

    Order: byte-order mark, or UTF-16 without one; valid UTF-8; then the declared charset or GB18030 or Big5: the first
    that loses nothing and reads like such pages, else whichever loses fewest characters and holds most of the words
    they use.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return Decoded(data[len(bom) :].decode(charset, errors="replace"), charset)
    if wide := utf_16(data):
        return Decoded(data.decode(wide, errors="replace"), wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    texts: dict[str, str] = {}
    for charset in dict.fromkeys([*_declared(data, declared), "gb18030", "utf-8", "big5"]):
        texts[charset] = text = data.decode(charset, errors="replace")
        if "\ufffd" not in text and _score(text) * _WORDY > _count(text, _CHINESE):
            return Decoded(text, charset)
    best = max(texts, key=lambda charset: _score(texts[charset]))
    return Decoded(texts[best], best)


def _declared(data: bytes, header: str | None) -> list[str]:
    meta = _META.search(data, 0, _ENOUGH)
    found = []
    for name in (header, meta.group(1).decode("ascii") if meta else None):
        if not name:
            continue
        if name.lower() in _GB:
            found.append("gb18030")
            continue
        try:
            info = codecs.lookup(name)
        except LookupError:
            continue
        if info._is_text_encoding and info.name not in ("iso8859-1", "ascii"):
            found.append(info.name)
    return found


def _score(text: str) -> float:
    """Words found, less a penalty for every character lost; larger is better."""
    lost = text.count("\ufffd")
    return sum(text.count(word) for word in _WORDS) - 3 * lost


def _count(text: str, heads: bytes) -> int:
    """How many characters begin with one of these bytes in UTF-8."""
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw) - len(raw.translate(None, heads))
