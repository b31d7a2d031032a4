"""Prints as a scanner hands them over."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pypdfium2 as pdfium
from PIL import Image, ImageFilter

from .pdf import render_pdf
from .sketch import Page
from .truth import make_truth


def pictures(data: bytes, dots: int = 170, tilt: float = 0.5, noise: int = 12) -> list[Image.Image]:
    """A PDF's pages as pictures: a little askew, soft, grainy, not quite white."""
    found = []
    pdf = pdfium.PdfDocument(data)
    for number, page in enumerate(pdf):
        sheet = page.render(scale=dots / 72).to_pil().convert("L")
        sheet = sheet.rotate(tilt if number % 2 else -tilt, resample=Image.Resampling.BICUBIC, fillcolor=255)
        sheet = sheet.filter(ImageFilter.GaussianBlur(0.6))
        grain = Image.effect_noise(sheet.size, noise)
        found.append(Image.blend(sheet, grain, 0.08))
    pdf.close()
    return found


def as_pdf(sheets: list[Image.Image], dots: int = 170) -> bytes:
    stream = io.BytesIO()
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:], resolution=dots, quality=80)
    return stream.getvalue()


def scans(form: str, reports: int) -> Iterator[Page]:
    """Reports that a browser printed and somebody scanned, among whose cells any may stay null."""
    for seed in range(reports):
        page = render_pdf(make_truth(Random(seed), form, dense=True), (), seed)
        page.expected.maybe_null |= set(page.expected.cells)
        yield replace(page, data=as_pdf(pictures(page.data)))
