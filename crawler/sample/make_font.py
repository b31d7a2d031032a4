"""A small TrueType font for the sample PDFs: the characters that one report needs, out of Noto Serif CJK SC.

Chromium embeds OpenType fonts with PostScript outlines, which Noto CJK are, as Type 3 drawings of some kilobyte a
character; TrueType outlines it embeds as a subset font, a quarter of the size, whose text every reader can select.
Noto CJK are under the SIL Open Font License, which allows embedding them, and parts of them, in documents.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

_MAX_ERROR = 2.0
"""How far a quadratic outline may lie from the cubic one, in units of a thousandth of the em."""

_LIMITS = (
    "maxZones",
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)
"""What a TrueType font must say of its programs. It has none."""


def make_font(collection: Path, number: int, characters: str, made: Path) -> None:
    """Writes the characters' glyphs of a font in a collection as a TrueType font.

    Raises ModuleNotFoundError where fontTools is not installed (`pip install fonttools`).
    """
    subset = importlib.import_module("fontTools.subset")
    font = importlib.import_module("fontTools.ttLib").TTFont(collection, fontNumber=number)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    _to_true_type(font)
    font.save(made)


def _to_true_type(font: Any) -> None:
    new_table = importlib.import_module("fontTools.ttLib").newTable
    glyphs = font.getGlyphSet()
    order = font.getGlyphOrder()
    outlines = {name: _quadratic(glyphs, name) for name in order}
    glyf = font["glyf"] = new_table("glyf")
    glyf.glyphOrder, glyf.glyphs = order, outlines
    font["loca"] = new_table("loca")
    font["maxp"].tableVersion = 0x00010000
    for limit in _LIMITS:
        setattr(font["maxp"], limit, int(limit == "maxZones"))
    for name in order:
        outlines[name].recalcBounds(glyf)
    font["post"].formatType = 3.0
    for table in ("CFF ", "VORG", "GPOS", "GSUB", "GDEF", "BASE", "DSIG", "vhea", "vmtx"):
        if table in font:
            del font[table]
    font.sfntVersion = "\000\001\000\000"


def _quadratic(glyphs: Any, name: str) -> Any:
    pen = importlib.import_module("fontTools.pens.ttGlyphPen").TTGlyphPen(None)
    cubic = importlib.import_module("fontTools.pens.cu2quPen").Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True)
    glyphs[name].draw(cubic)
    return pen.glyph()
