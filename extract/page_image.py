"""A page of an original as a picture, to show a number where it was printed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from extract.errors import Status, Unreadable
from extract.sniff import Medium, sniff

_SCALE = 2.0
"""Pixels a point: small print can be read when it is enlarged."""
_MOST_PIXELS = 4_000_000

Task = tuple[Sequence[bytes], int]
"""The files, of which pictures are pages of one document, and the number of the page, from 1."""


@dataclass(frozen=True)
class PageImage:
    """`width` and `height` are those that a locator's box is measured by: points of a PDF page, pixels of a picture.
    `pages` says how many there are; `file` which of the files the page is of, `in_file` its number there."""

    png: bytes
    width: float
    height: float
    pages: int
    file: int
    in_file: int


def page_image(task: Task) -> PageImage:
    """Raises Unreadable where there is no such page, or the file cannot be shown."""
    files, number = task
    pictures = {n: data for n, data in enumerate(files) if sniff(data) is Medium.IMAGE}
    printed = next((n for n, data in enumerate(files) if sniff(data) is Medium.PDF), None)
    if printed is not None:
        return _of_pdf(files[printed], number, printed)
    if pictures:
        return _of_picture(pictures, number)
    raise Unreadable(Status.UNSUPPORTED, "既不是PDF，也不是图片")


def _of_pdf(data: bytes, number: int, file: int) -> PageImage:
    try:
        pdf = pdfium.PdfDocument(data)
        try:
            pages = len(pdf)
            if not 1 <= number <= pages:
                raise Unreadable(Status.MISSING, f"没有第{number}页，共{pages}页")
            page = pdf[number - 1]
            width, height = page.get_size()
            scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            return PageImage(_png(bitmap.to_numpy()), width, height, pages, file, number)
        finally:
            pdf.close()
    except (pdfium.PdfiumError, ValueError) as error:
        raise Unreadable(Status.MALFORMED, f"PDF无法显示：{error}") from error


def _of_picture(files: dict[int, bytes], number: int) -> PageImage:
    """Counted as the reader counts them: `extract.pictures` tells which are too small to be a page."""
    try:
        from PIL import Image
    except ImportError as error:
        raise Unreadable(Status.UNSUPPORTED, "显示图片须安装Pillow（gongkai[ocr]）") from error
    from extract.pictures import frames

    pages, found = 0, None
    file = in_file = 0
    for n, data in files.items():
        for m, frame in enumerate(frames([data]), 1):
            pages += 1
            if pages == number:
                found, file, in_file = frame.convert("RGB"), n, m
    if found is None:
        raise Unreadable(Status.MISSING, f"没有第{number}张图片，共{pages}张")
    width, height = found.size
    scale = min(1.0, (_MOST_PIXELS / (width * height)) ** 0.5)
    shown = found.resize((max(1, int(width * scale)), max(1, int(height * scale))), Image.Resampling.LANCZOS)
    return PageImage(_png(np.asarray(shown)), width, height, pages, file, in_file)


def _png(pixels: Any) -> bytes:
    """A PNG file of rows of pixels, in gray where they are, else in RGB."""
    rgb = pixels[:, :, :3] if pixels.ndim == 3 and pixels.shape[2] > 1 else pixels.reshape(pixels.shape[:2])
    if rgb.ndim == 3 and (rgb[:, :, 0] == rgb[:, :, 1]).all() and (rgb[:, :, 1] == rgb[:, :, 2]).all():
        rgb = rgb[:, :, 0]
    height, width = rgb.shape[:2]
    rows = np.ascontiguousarray(rgb).reshape(height, -1)
    unfiltered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2 if rgb.ndim == 3 else 0, 0, 0, 0)
    out = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    out.seek(0, io.SEEK_END)
    for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(unfiltered.tobytes(), 6)), (b"IEND", b"")):
        out.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return out.getvalue()
