"""Which characters of a PDF page are not seen on it, as something was laid over them, and which pdfium leaves out."""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extract.pdf_paths import Cover, Text
from extract.pdf_view import Box, View

_MOST_COVERS = 5_000
_ALPHA, _BYTES = 3, 4
_UNSEEN = (3, 7)
_LEAST, _SAME, _NEAR = 0.5, 0.02, 0.9
_ROW, _TALLEST = 16, 60


def covered(
    inks: Sequence[Box], orders: Sequence[int], covers: Sequence[Cover], page: pdfium.PdfPage, view: View
) -> set[int]:
    """Which characters, given by where their ink is and when they were painted, something opaque was laid over."""
    first = min(orders, default=0)
    later = [cover for cover in covers if cover.order > first][-_MOST_COVERS:]
    if not later:
        return set()
    down = sorted(range(len(inks)), key=lambda n: inks[n][1])
    tops = [inks[n][1] for n in down]
    hidden: set[int] = set()
    for cover in later:
        below = down[bisect_left(tops, cover.box[1]) : bisect_left(tops, cover.box[3])]
        under = [n for n in below if orders[n] < cover.order and n not in hidden and _holds(cover.box, inks[n])]
        hidden.update(under if cover.picture is None else _behind(cover, under, inks, page, view))
    return hidden


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _behind(cover: Cover, under: Sequence[int], inks: Sequence[Box], page: pdfium.PdfPage, view: View) -> Iterator[int]:
    """Those that the picture lets nothing of shine through; none where it cannot tell."""
    if not under or view.rotation or page.pdf is None:
        return
    bitmap = raw.FPDFImageObj_GetRenderedBitmap(page.pdf, page, cover.picture)
    if not bitmap:
        return
    try:
        wide, high = raw.FPDFBitmap_GetWidth(bitmap), raw.FPDFBitmap_GetHeight(bitmap)
        if raw.FPDFBitmap_GetFormat(bitmap) != raw.FPDFBitmap_BGRA:
            return
        stride = raw.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.cast(
            raw.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte * (stride * high))
        ).contents
        x0, top, x1, bottom = cover.box
        for n in under:
            spots = [(x, y) for x in (inks[n][0], inks[n][2]) for y in (inks[n][1], inks[n][3])]
            places = [(int((x - x0) / (x1 - x0) * wide), int((y - top) / (bottom - top) * high)) for x, y in spots]
            if all(pixels[min(y, high - 1) * stride + min(x, wide - 1) * _BYTES + _ALPHA] == 0xFF for x, y in places):
                yield n
    finally:
        raw.FPDFBitmap_Destroy(bitmap)


@dataclass
class LeftOut:
    """What pdfium leaves out of a page's text: of two texts, or two characters, that it takes for two prints of the
    same it gives only the first, which may be the one that is not seen."""

    certain: set[int]
    """The addresses of texts that are not seen and stand for one that is, to the letter."""
    places: Rows
    """Where all text is that is seen."""


def left_out(texts: Mapping[int, Text], seen: Collection[int], unseen: Collection[int], view: View) -> LeftOut:
    gone = [text for address, text in texts.items() if address not in seen and address not in unseen]
    gone = [text for text in gone if raw.FPDFTextObj_GetTextRenderMode(text.item) not in _UNSEEN]
    twins = [box for address in seen if address in texts and (box := _bounds(texts[address], view))]
    boxes = [box for text in gone if (box := _bounds(text, view)) and not any(_alike(box, twin) for twin in twins)]
    again = {address: box for address in unseen if address in texts and (box := _bounds(texts[address], view))}
    certain = {address for address, box in again.items() if any(_alike(box, other) for other in boxes)}
    return LeftOut(certain, Rows([*twins, *boxes]))


class Rows:
    """Boxes, sorted so that those around a point are found at once."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._rows: dict[int, list[Box]] = {}
        for box in boxes:
            for row in range(int(box[1] // _ROW), min(int(box[3] // _ROW), int(box[1] // _ROW) + _TALLEST) + 1):
                self._rows.setdefault(row, []).append(box)

    def around(self, box: Box) -> bool:
        """Whether the middle of a box is in one of them."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(one[0] <= x <= one[2] and one[1] <= y <= one[3] for one in self._rows.get(int(y // _ROW), ()))


def _bounds(text: Text, view: View) -> Box | None:
    sides = tuple(ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(text.item, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    return view.box(left, bottom, right, top) if min(right - left, top - bottom) > _LEAST else None


def _alike(one: Box, other: Box) -> bool:
    """Whether two texts are of one size, and at one place but for less than a character."""
    wide, high = one[2] - one[0], one[3] - one[1]
    same = abs(wide - other[2] + other[0]) <= _SAME * wide and abs(high - other[3] + other[1]) <= _SAME * high
    return same and abs(one[0] - other[0]) < _NEAR * min(wide, high) and abs(one[1] - other[1]) < _SAME * high
