"""A page that is a picture, read as any PDF page is: characters in their places, and ruling lines.

Values in tables are read three times, as part of the page, alone, and squeezed or with the rule beside them: where
these differ, or the recogniser doubts, or a number may be cut off, the cell is marked, and counts only where the form's
own sums bear it out (see ocr_doubts.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.document import Document, Grid
from extract.ocr import Gray, find_lines, read_lines
from extract.ocr_image import Span, Straight, ink_lines, is_beside_a_rule, straighten
from extract.pdf_cells import joined
from extract.pdf_chars import Char
from extract.pdf_page import Page
from extract.pdf_paths import Drawing, Rule
from extract.pdf_tables import find_tables
from extract.pdf_view import Box
from extract.report import Fault, Finding, Locator, Severity
from extract.text import canonical, is_han

SCALE = 6.0
"""Pixels a point at which a PDF's page is drawn to be read: as fine as any scan."""
_SURE, _GUESS, _NOISE = 0.93, 0.8, 0.5
_SQUEEZE = 0.7
_BLANKS = {"/", "-", "—", "一", "–", "―", "|", "\\", "无"}
# What the recogniser takes signs of numbers for, told by where they stand: in a cell of a number.
_LOOKALIKES = str.maketrans(
    dict.fromkeys("OoＯ〇○", "0") | dict.fromkeys("Il丨｜", "1") | {"，": ",", "．": ".", "。": "."}
)
# In Chinese prose the recogniser prints either width.
_WIDE = str.maketrans(",:;!?()", "，：；！？（）")
_NARROW = re.compile(r"(?<=[\u4e00-\u9fff”》）])[,:;!?()]|[,:;!?()](?=[\u4e00-\u9fff“《（])")


@dataclass(frozen=True)
class Scanned(Page):
    """A page that was recognised. `doubtful` are the boxes of the cells whose reading is not certain."""

    doubtful: tuple[Box, ...] = ()


@dataclass(frozen=True)
class _Read:
    """A line of text as recognised, with its box in points."""

    text: str
    score: float
    box: Box


def recognise(image: Gray, number: int, width: float, height: float) -> Scanned:
    """The page that a gray picture shows. Boxes are in points of a page `width` by `height`, as if set straight."""
    page = straighten(image)
    scale = page.clean.shape[1] / width
    rules = [Rule(True, y / scale, x0 / scale, x1 / scale) for x0, y, x1 in map(_level, page.level)]
    rules += [Rule(False, x / scale, y0 / scale, y1 / scale) for x, y0, y1 in map(_upright, page.upright)]
    drawing = Drawing(rules, pictures=[(0.0, 0.0, width, height)])
    spans = [part for box in find_lines(page.clean) for part in _cut(box, page)]
    found = read_lines([_crop(page.clean, span, 4) for span in spans])
    lines = [
        _Read(_NARROW.sub(lambda sign: sign[0].translate(_WIDE), text), score, _points(_tight(span, page), scale))
        for span, (text, score) in zip(spans, found, strict=True)
        if text and score > _NOISE
    ]
    plain = Scanned(number, width, height, list(_chars(lines)), drawing)
    lines, doubtful = _with_cells_read_alone(plain, lines, page, scale)
    return Scanned(number, width, height, list(_chars(lines)), drawing, doubtful=tuple(doubtful))


def _level(span: Span) -> tuple[int, float, int]:
    return span[0], (span[1] + span[3]) / 2, span[2]


def _upright(span: Span) -> tuple[float, int, int]:
    return (span[0] + span[2]) / 2, span[1], span[3]


def _points(span: Span, scale: float) -> Box:
    return span[0] / scale, span[1] / scale, span[2] / scale, span[3] / scale


def _crop(image: Gray, span: Span, margin: int, finer: int = 1) -> Gray:
    x0, y0, x1, y1 = (v * finer for v in span)
    margin *= finer
    return image[max(0, y0 - margin) : y1 + margin, max(0, x0 - margin) : x1 + margin]


def _tight(span: Span, page: Straight) -> Span:
    """A box drawn in to the ink inside it: indents and sizes of lines are told by that."""
    parts = ink_lines(page.ink, span)
    if not parts:
        return span
    return min(p[0] for p in parts), parts[0][1], max(p[2] for p in parts), parts[-1][3]


def _cut(box: Span, page: Straight) -> Iterator[Span]:
    """A line of text cut where an upright rule crosses it: the detector runs neighbouring cells together."""
    x0, y0, x1, y1 = box
    cuts = sorted(
        x
        for x, top, bottom in map(_upright, page.upright)
        if x0 + 6 < x < x1 - 6 and min(bottom, y1) - max(top, y0) > 0.6 * (y1 - y0)
    )
    for left, right in zip((x0, *cuts), (*cuts, x1), strict=True):
        part = (int(left) + (4 if left > x0 else 0), y0, int(right) - (4 if right < x1 else 0), y1)
        if part[2] - part[0] > 4 and (len(cuts) == 0 or ink_lines(page.ink, part)):
            yield part


def _chars(lines: Sequence[_Read]) -> Iterator[Char]:
    """The characters of lines, set evenly: Chinese ones twice as wide as others."""
    for line in lines:
        weights = [2 if ord(char) > 0x2E7F else 1 for char in line.text]
        x0, top, x1, bottom = line.box
        step = (x1 - x0) / max(sum(weights), 1)
        at = x0
        for char, weight in zip(line.text, weights, strict=True):
            yield Char(char, at, top, at + weight * step, bottom, 0, 0, bottom)
            at += weight * step


def _with_cells_read_alone(
    plain: Scanned, lines: list[_Read], page: Straight, scale: float
) -> tuple[list[_Read], list[Box]]:
    """The lines with those of values read anew, a cell at a time, and the cells about which the readings differ."""
    cells = [box for table in find_tables(plain, plain.chars, joined(plain.drawing.rules)) for box, _ in table.cells]
    values: list[tuple[Box, list[_Read], list[Span], Span]] = []
    for box in cells:
        inside = [line for line in lines if _holds(box, line.box)]
        if any(_is_words(line.text) for line in inside):
            continue
        x0, y0, x1, y1 = (round(v * scale) for v in box)
        within = (x0 + 3, y0 + 3, x1 - 3, y1 - 3)
        values.append((box, inside, ink_lines(page.ink, within), within))
    alone = iter(read_lines([_crop(page.fine, span, 8, page.finer) for _, _, found, _ in values for span in found]))
    gone = {id(line) for _, inside, _, _ in values for line in inside}
    kept = [line for line in lines if id(line) not in gone]
    # A value in no cell that was found is read once only.
    doubtful: list[Box] = [line.box for line in kept if not _is_words(line.text) and any(map(str.isdigit, line.text))]
    open_cells: list[tuple[Box, list[_Read], list[Span], Span]] = []
    for box, inside, found, within in values:
        settled, agreed = _settle(inside, [_Read(*next(alone), _points(span, scale)) for span in found])
        kept += settled
        # What ends where the table does, without a rule, may be cut off.
        if agreed and all(within[0] < span[0] and span[2] < within[2] for span in found):
            open_cells.append((box, settled, found, within))
        else:
            doubtful.append(box)
    third = iter(read_lines([_otherwise(page, span, within) for _, _, found, within in open_cells for span in found]))
    doubtful += [box for box, settled, found, _ in open_cells if not _bears_out([next(third) for _ in found], settled)]
    return kept, doubtful


def _bears_out(third: Sequence[tuple[str, float]], read: Sequence[_Read]) -> bool:
    """Whether a third reading is the same, and of these two one is sure and none a guess."""
    pairs = [(score, line.score) for (_, score), line in zip(third, read, strict=True)]
    same = all(_as_number(text) == line.text for (text, _), line in zip(third, read, strict=True))
    return same and all(max(scores) >= _SURE and min(scores) >= _GUESS for scores in pairs)


def _otherwise(page: Straight, span: Span, cell: Span) -> Gray:
    """The same line seen otherwise: what the recogniser guessed at, it guesses otherwise now. Squeezed; but with the
    rule that it runs up to, since taking that out may have taken part of a digit."""
    import cv2

    if is_beside_a_rule(page, span):
        x0, y0, x1, y1 = span[0] - 8, span[1] - 8, span[2] + 8, span[3] + 8
        inside = max(x0, cell[0] - 2), max(y0, cell[1] - 2), min(x1, cell[2] + 2), min(y1, cell[3] + 2)
        left, top, right, bottom = (v * page.finer for v in inside)
        return page.whole[max(0, top) : bottom, max(0, left) : right]
    crop = _crop(page.fine, span, 8, page.finer)
    return cv2.resize(crop, None, fx=_SQUEEZE, fy=1.0, interpolation=cv2.INTER_AREA)


def _settle(inside: list[_Read], alone: list[_Read]) -> tuple[list[_Read], bool]:
    """What a cell says by its first two readings, and whether they agree."""
    if not alone:
        # No ink, and yet the page was read to say something there: kept, in doubt.
        return inside, not inside
    read = [_Read(_as_number(line.text), line.score, line.box) for line in alone if line.text]
    text = "".join(line.text for line in read)
    before = "".join(_as_number(line.text) for line in sorted(inside, key=lambda line: line.box[1]))
    if not text:
        # Ink that is nothing to the recogniser: kept as a sign that no value has.
        return [_Read(before or "?", 0.0, alone[0].box)], False
    changed = text != "".join(line.text for line in alone)
    agreed = text == before or (not before and len(text) == 1)
    return read, agreed and not changed and len(read) == len(alone)


def _as_number(text: str) -> str:
    """A reading with the signs that stand for digits in it made those, where it is a number otherwise."""
    plain = text.replace(" ", "")
    if plain in _BLANKS:
        return plain
    mended = plain.translate(_LOOKALIKES)
    return mended if re.fullmatch(r"[+-]?[\d.,]+(?:万?元)?", mended) else plain


def _is_words(text: str) -> bool:
    """Whether a line is a label rather than a value."""
    plain = canonical(text)
    han = [char for char in plain if is_han(char)]
    return len(han) > 1 or (len(han) == 1 and plain not in _BLANKS and not plain.endswith(("元", "〇", "○")))


def _holds(cell: Box, line: Box) -> bool:
    x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    return cell[0] <= x < cell[2] and cell[1] <= y < cell[3]


def mark_recognised(document: Document, pages: Sequence[Page]) -> None:
    """Say in the document which pages were recognised, and which cells are in doubt."""
    scanned = [page for page in pages if isinstance(page, Scanned)]
    if not scanned:
        return
    shown = "、".join(str(page.number) for page in scanned)
    if len(scanned) == len(pages):
        document.media = "scan"
    message = f"第{shown}页是图像，其文字由OCR识别，不如文字版可靠，引用前请对照原件。"
    document.findings.append(Finding("ocr", Severity.INFO, Fault.READING, message))
    for block in document.blocks:
        if isinstance(block, Grid):
            document.unsure.update(cell.locator for cell in block.cells if _is_doubtful(cell.locator, scanned))
    document.recognised.update(page.number for page in scanned)


def _is_doubtful(place: Locator, scanned: Sequence[Scanned]) -> bool:
    """Whether a doubtful box is this cell, or one that the cells, found once more, divide otherwise."""
    if place.box is None:
        return False
    boxes = [box for page in scanned if page.number == place.page for box in page.doubtful]
    return any(_holds(place.box, box) or _holds(box, place.box) for box in boxes)
