"""Looks that reports are set in here, and what may be done to their finished pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from .typeset import Look, Sheet

USUAL = Look()
LOOKS: dict[str, Look] = {
    "usual": USUAL,
    "rows_kept_together": replace(USUAL, rows_break=False),
    "closed_at_page_ends": replace(USUAL, closed=True),
    "rules_are_rectangles": replace(USUAL, rule="rect"),
    "cells_are_boxes": replace(USUAL, rule="box"),
    "cells_are_shaded": replace(USUAL, rule="shade"),
    "rules_dashed": replace(USUAL, rule="dash"),
    "rules_double": replace(USUAL, rule="double"),
    "rules_are_curves": replace(USUAL, rule="curve"),
    "character_by_character": replace(USUAL, by_character=True),
    "printed_twice_for_bold": replace(USUAL, printed_twice=0.3),
    "printed_twice_far_apart": replace(USUAL, printed_twice=0.8, cell=8),
    "invisible_layer": replace(USUAL, invisible=True),
    "radicals": replace(USUAL, font="radicals"),
    "landscape": replace(USUAL, width=842, height=595),
    "large_paper": replace(USUAL, width=842, height=1191),
    "large_type": replace(USUAL, size=16, leading=29, cell=10.5),
    "narrow_columns": replace(USUAL, cell=11, labels=(0.05, 0.08, 0.3)),
    "tight_cells": replace(USUAL, pad=0.7),
    "tall_rows": replace(USUAL, pad=9),
    "centred": replace(USUAL, align="center"),
    "top_right": replace(USUAL, valign="top", align="right"),
    "header_with_rule": replace(USUAL, header="洪泽区人民政府文件", footer="- {n} -"),
    **{
        f"footer {footer}": replace(USUAL, footer=footer)
        for footer in (
            "— {n} —", "第{n}页 共{m}页", "第 {n} 页，共 {m} 页", "{n}/{m}", "Page {n}", "Page {n} of {m}", "·{n}·",
            "－{n}－", "〔{n}〕",
        )
    },
}  # fmt: skip


def _watermark(text: str, size: float, angle: float) -> Callable[[Sheet], None]:
    def change(sheet: Sheet) -> None:
        printed = sheet.operators
        sheet.operators = []
        sheet.text(100, 500, text, size, angle=angle)
        sheet.operators = [".8 g", *sheet.operators, "0 g", *printed]

    return change


def _turned(sheet: Sheet) -> None:
    sheet.operators = [f"q 0 1 -1 0 {sheet.height} 0 cm", *sheet.operators, "Q"]
    sheet.width, sheet.height = sheet.height, sheet.width


def _cropped(sheet: Sheet) -> None:
    sheet.entries = "/CropBox[20 20 575 822]"


def _halved(sheet: Sheet) -> None:
    sheet.operators = ["q .5 0 0 .5 0 400 cm", *sheet.operators, "Q"]


def _outside(sheet: Sheet) -> None:
    sheet.text(sheet.width + 100, 100, "页外文字 999", 12)


def _text_layer(sheet: Sheet) -> None:
    sheet.operators += [line.replace(" 0 Tr ", " 3 Tr ") for line in sheet.operators if " 0 Tr " in line]


def _shuffled(sheet: Sheet) -> None:
    Random(1).shuffle(sheet.operators)


def _white_digits(sheet: Sheet) -> None:
    """White digits in every place that has black ones."""
    digits = [line.replace("> Tj", "00370037> Tj") for line in sheet.operators if " Tj ET" in line]
    sheet.operators = ["1 g", *digits, "0 g", *sheet.operators]


def _stamped(sheet: Sheet) -> None:
    sheet.operators.append("q 1 0 0 RG 3 w 300 300 m 300 355 245 400 190 400 c 135 400 80 355 80 300 c S Q")


CHANGES: dict[str, tuple[Callable[[Sheet], None] | None, int, str | None]] = {
    "watermark_aslant": (_watermark("某某区人民政府办公室", 50, 40), 0, None),
    "watermark_with_digits": (_watermark("内部资料12", 60, 0), 0, None),
    "turned_and_marked_so": (_turned, 90, None),
    "turned_and_not_marked_so": (_turned, 0, None),
    "white_digits": (_white_digits, 0, None),
    "stamped": (_stamped, 0, None),
    "cropped": (_cropped, 0, None),
    "printed_at_half_size": (_halved, 0, None),
    "text_outside_the_page": (_outside, 0, None),
    "text_layer_below": (_text_layer, 0, None),
    "in_no_order": (_shuffled, 0, None),
    "protected_against_change": (None, 0, ""),
}

HARD: dict[str, Look] = {
    "no_outer_borders": replace(USUAL, outer=False),
    "horizontal_borders_only": replace(USUAL, rule="across"),
    "vertical_borders_only": replace(USUAL, rule="down"),
    "no_borders": replace(USUAL, rule="none"),
    "lines_on_white": replace(USUAL, on_white=True),
}
