"""Reads the pictures that stand in an article's place: one report, a page each."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extract import ocr
from extract.document import Document, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.ocr import Gray
from extract.ocr_page import Scanned, recognise
from extract.report import Locator

if TYPE_CHECKING:
    from PIL import Image

_WIDTH = 595.0
"""Points across a page: pictures do not say how large they were."""
_SMALLEST, _MOST_PIXELS, _MOST_PICTURES = 400, 60_000_000, 30


def read_pictures(files: Sequence[bytes]) -> Document:
    """The document that the pictures show. Locators: `page` is which picture (from 1), `box` in its own pixels.

    Raises Unreadable where nothing can be read in them, or the recogniser is not installed.
    """
    if not ocr.available():
        raise Unreadable(Status.NO_TEXT, f"这是图片，没有文字可读；原件已保存。{ocr.INSTALL}")
    # Here, since only the extra brings what it imports.
    from extract.pdf import document_of

    pages: list[Scanned] = []
    factors: dict[int, float] = {}
    for number, picture in enumerate(_pictures(files), 1):
        height, width = picture.shape
        factors[number] = width / _WIDTH
        pages.append(recognise(picture, number, _WIDTH, _WIDTH * height / width))
    document = document_of(pages)
    _in_pixels(document, factors)
    return document


def _pictures(files: Sequence[bytes]) -> Iterator[Gray]:
    import numpy as np

    return (np.asarray(frame.convert("L")) for frame in frames(files))


def frames(files: Sequence[bytes]) -> Iterator[Image.Image]:
    """The pictures that are pages, upright and on white. Raises Unreadable where one is damaged, too large or one too
    many, which a reading then was too."""
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    count = 0
    for data in files:
        try:
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise Unreadable(Status.TOO_LARGE, "图片太大，没有读取；原件已保存。")
                for frame in ImageSequence.Iterator(image):
                    if min(frame.size) < _SMALLEST:
                        continue
                    count += 1
                    if count > _MOST_PICTURES:
                        raise Unreadable(Status.TOO_LARGE, f"图片超过{_MOST_PICTURES}张，没有读取；原件已保存。")
                    yield _on_paper(ImageOps.exif_transpose(frame))
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise Unreadable(Status.MALFORMED, f"图片已损坏：{error}") from error


def _on_paper(image: Image.Image) -> Image.Image:
    """On white where it is transparent."""
    from PIL import Image as Images

    if image.mode in ("RGBA", "LA", "P", "PA"):
        above = image.convert("RGBA")
        paper = Images.new("RGBA", above.size, "white")
        paper.alpha_composite(above)
        return paper
    return image


def _in_pixels(document: Document, factors: dict[int, float]) -> None:
    def moved(place: Locator) -> Locator:
        if place.page is None or place.box is None:
            return place
        factor = factors[place.page]
        x0, top, x1, bottom = (round(v * factor, 1) for v in place.box)
        return replace(place, box=(x0, top, x1, bottom))

    for n, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            document.blocks[n] = replace(block, locator=moved(block.locator))
        else:
            cells = [replace(cell, locator=moved(cell.locator)) for cell in block.cells]
            document.blocks[n] = Grid(cells, block.page, moved(block.locator), block.placed)
    document.unsure = {moved(place) for place in document.unsure}
