"""Chinese full text on FTS5: overlapping character pairs, in the index and in the query alike.

FTS5's own tokenizers take a Chinese clause for one word, or find no word of two characters. Here every run of letters
and digits c1…cn is indexed as c1c2, c2c3, …, cn: one token starts at each character, so a phrase of pairs finds what
`LIKE '%…%'` finds, whatever the length. Letters and digits are treated alike: 2024年 and 024 are found inside 2024年度.
What stays different from LIKE: case, width (NFKC) and punctuation do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extract.text import nfkc

TOKENIZER = "unicode61 remove_diacritics 0"
"""The FTS5 tokenizer that keeps each of our tokens whole."""

NOTHING = '""'
"""A MATCH expression that is valid and finds nothing."""

_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
_MOST_TERMS = 32
_MOST_CHARACTERS = 500


@dataclass(frozen=True)
class Piece:
    """A stretch of a snippet; `hit` where it is what was looked for."""

    text: str
    hit: bool


def _folded(char: str) -> str:
    """What a character is compared by; may be several characters, or none that count."""
    return nfkc(char).casefold()


def _is_word(char: str) -> bool:
    # New Tai Lue and Vedic signs are letters to Python but separators to SQLite's older Unicode tables.
    return char.isalnum() and not ("\u19b0" <= char <= "\u19c9" or "\u1cf2" <= char <= "\u1cf3")


def _runs(text: str) -> list[str]:
    """The runs of letters and digits, folded; everything else only separates."""
    folded = "".join(_folded(char) for char in text)
    return "".join(char if _is_word(char) else " " for char in folded).split()


def _pairs(run: str) -> Iterator[str]:
    return (run[i : i + 2] for i in range(len(run)))


def index_text(text: str) -> str:
    """The tokens of a text, separated by spaces: what goes into the FTS5 column."""
    return " ".join(token for run in _runs(text) for token in _pairs(run))


def terms(text: str) -> tuple[list[str], list[str]]:
    """What a person typed, as (terms wanted, terms excluded).

    Terms are separated by spaces; quotation marks hold one together; a leading `-` excludes. An odd quotation mark is
    ignored. At most 32 terms of the first 500 characters count.
    """
    text = nfkc(text[:_MOST_CHARACTERS]).replace("“", '"').replace("”", '"')
    if text.count('"') % 2:
        text = text.replace('"', " ")
    wanted: list[str] = []
    excluded: list[str] = []
    for match in list(_TERM.finditer(text))[:_MOST_TERMS]:
        term = match["quoted"] if match["quoted"] is not None else match["bare"]
        if _runs(term):
            (excluded if match["minus"] else wanted).append(term)
    return (wanted, excluded) if wanted else (excluded, [])


def _phrase(term: str) -> str:
    """The FTS5 phrase of a term: the pairs of its runs. All runs but the last end where the text's run ends; the last
    may go on, so its tail is left out, or, where it is a lone character, is a prefix."""
    *before, last = _runs(term)
    tokens = [token for run in before for token in _pairs(run)]
    if len(last) == 1:
        return '"' + " ".join([*tokens, last]) + '"*'
    return '"' + " ".join([*tokens, *list(_pairs(last))[:-1]]) + '"'


def query(text: str) -> str:
    """The FTS5 MATCH expression for what a person typed; several terms must all be there.

    Always valid, whatever the input; input without a letter or digit gives one that finds nothing.
    """
    wanted, excluded = terms(text)
    if not wanted:
        return NOTHING
    match = " AND ".join(_phrase(term) for term in wanted)
    return f"({match})" + "".join(f" NOT {_phrase(term)}" for term in excluded) if excluded else match


def _pattern(wanted: list[str]) -> re.Pattern[str] | None:
    alternatives = {r"[\W_]*".join(re.escape(run) for run in _runs(term)) for term in wanted}
    longest_first = sorted(alternatives, key=len, reverse=True)
    return re.compile("|".join(longest_first)) if longest_first else None


def hits(text: str, typed: str) -> list[tuple[int, int]]:
    """Where the terms stand in the text, as (start, end) offsets into it, in order and without overlap."""
    pattern = _pattern(terms(typed)[0])
    if pattern is None:
        return []
    origin: list[int] = []
    folded: list[str] = []
    for position, char in enumerate(text):
        for part in _folded(char):
            folded.append(part)
            origin.append(position)
    return [
        (origin[match.start()], origin[match.end() - 1] + 1)
        for match in pattern.finditer("".join(folded))
        if match.end() > match.start()
    ]


def snippet(text: str, typed: str, width: int = 120) -> list[Piece]:
    """About `width` characters of the text around the first hit, cut at sentences where they are near, hits marked.

    Without a hit, the beginning of the text.
    """
    found = hits(text, typed)
    start, end = _window(text, found[0][0] if found else 0, width)
    pieces = [Piece("…", False)] if start > 0 else []
    at = start
    for begin, stop in found:
        if begin < at or stop > end:
            continue
        if begin > at:
            pieces.append(Piece(text[at:begin], False))
        pieces.append(Piece(text[begin:stop], True))
        at = stop
    if at < end:
        pieces.append(Piece(text[at:end], False))
    return [*pieces, Piece("…", False)] if end < len(text) else pieces


def _window(text: str, hit: int, width: int) -> tuple[int, int]:
    if len(text) <= width:
        return 0, len(text)
    start = max(0, hit - width // 3)
    for position in range(hit, start, -1):
        if text[position - 1] in "。；！？\n":
            start = position
            break
    return start, min(len(text), start + width)


def marked(text: str, typed: str) -> str:
    """A snippet as plain text with 【】 around the hits: the SQL function `snippet_zh(text, query)`."""
    return "".join(f"【{piece.text}】" if piece.hit else piece.text for piece in snippet(text or "", typed or ""))
