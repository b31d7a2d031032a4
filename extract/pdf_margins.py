"""Tells what a PDF repeats in its margins from what it says: running headers and footers, page numbers, watermarks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from extract.pdf_chars import Char
from extract.pdf_page import Page
from extract.pdf_text import Line
from extract.text import nfkc

_HAN_NUMBER = "一二三四五六七八九十百〇"
_DASHES = r"[-—–―‐·.~\s_|〔〕\[\]()（）]*"
_PAGE_NUMBER = re.compile(
    rf"{_DASHES}(?:第\s*)?(?:Page\s*)?(?:\d{{1,3}}|[{_HAN_NUMBER}]{{1,3}})(?:\s*页)?"
    rf"(?:\s*(?:[,，/／]|of|共)\s*(?:共\s*)?\d{{1,3}}\s*页?)?{_DASHES}",
    re.IGNORECASE,
)
# Shares of the page's height. Running text may repeat itself near the edge, a page number does not run.
_NUMBER_ZONE, _MARGIN = 0.13, 0.095
_SAME_HEIGHT = 4.0
_LARGE = 1.8
_PALE = 140


def is_page_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(nfkc(text).strip()) is not None


def margin_lines(pages: Sequence[tuple[Page, Sequence[Line]]]) -> set[int]:
    """The ids of lines that belong to the page, not to the text: page numbers, and lines in the margins that two or
    more pages print at the same height, digits aside."""
    found: set[int] = set()
    seen: dict[tuple[str, int], dict[int, Line]] = defaultdict(dict)
    for page, lines in pages:
        for line in lines:
            edge = min(line.box[3], page.height - line.box[1]) / page.height
            if edge < _NUMBER_ZONE and is_page_number(line.text):
                found.add(id(line))
                continue
            if edge > _MARGIN:
                continue
            same = re.sub(rf"\d+|[{_HAN_NUMBER}]+", "#", nfkc(line.text).strip())
            for offset in (0, 1):
                seen[same, round(line.box[1] / _SAME_HEIGHT) + offset][page.number] = line
    for lines_by_page in seen.values():
        if len(lines_by_page) > 1:
            found.update(id(line) for line in lines_by_page.values())
    return found


def without_watermarks(page: Page) -> list[Char]:
    """The page's characters less those set much larger than the text and paler: what is printed behind it, and would
    run into its numbers."""
    if not page.chars:
        return []
    usual = median(char.size for char in page.chars)
    return [char for char in page.chars if char.size <= _LARGE * usual or char.light < _PALE]
