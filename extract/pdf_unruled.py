"""The form's three tables on a page where no lines part their columns. Each is read by what it is known to hold, and
left alone where that does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from extract.pdf_bands import BAND, find_bands
from extract.pdf_challenges import find_challenges
from extract.pdf_chars import Char
from extract.pdf_margins import is_page_number
from extract.pdf_page import Page
from extract.pdf_paths import Rule
from extract.pdf_rows import find_rows
from extract.pdf_words import Unruled, baselines, words_of

_FEWEST = 5
_LAST_LINES = 14


def find_unruled(
    page: Page, chars: Sequence[Char], rules: Sequence[Rule], before: Sequence[Char] = ()
) -> list[Unruled]:
    """Tables among the characters that no ruled table holds; `before` are those of the page before this one, at whose
    end a table's head may stand."""
    if not _may_hold(chars):
        return []
    rows = [words_of(line) for line in baselines(chars)]
    last = [words_of(line) for line in baselines(before)][-_LAST_LINES:]
    last = [row for row in last if not is_page_number("".join(word.text for word in row))]
    number, shown = page.number, page.shown
    return [
        *find_bands(number, rows, shown),
        *find_rows(number, rows, rules),
        *find_challenges(number, rows, last, shown),
    ]


def _may_hold(chars: Sequence[Char]) -> bool:
    """Whether so much as one row of numbers can be there; asked first, since most pages have none."""
    if BAND in "".join(char.text for char in chars):
        return True
    digits: dict[int, int] = {}
    for char in chars:
        if char.text.isdigit():
            digits[round(char.top)] = digits.get(round(char.top), 0) + 1
    return any(count >= _FEWEST for count in digits.values())
