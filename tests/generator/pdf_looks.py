"""Looks that reports are printed in by browsers and office programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PrintLook:
    """`css` goes into the page's head, after the usual style; `change` is done to its HTML; `hard` says that a person
    may have to give up on a cell too: then it may be null, with a finding."""

    css: str = ""
    change: Callable[[str], str] = str
    hard: bool = False


def _apart(spacing: int) -> str:
    """Every cell a box of its own."""
    return (
        f"table{{border:0;border-collapse:separate !important;border-spacing:{spacing}px}}"
        "td{border:1px solid #000 !important}"
    )


def _borders(border: str, more: str = "") -> str:
    return f"td{{border:{border} !important}}{more}"


def _header_repeated(html: str) -> str:
    """The first three rows of the table of requests as its head, which a browser prints on each page."""
    before, mark, table = html.partition("申请人情况")
    if not mark:
        return html
    start = before.rindex("<tr>")
    rows = before[start:] + mark + table
    ends = [match.end() for match in re.finditer("</tr>", rows)][2]
    return f"{before[:start]}<thead>{rows[:ends]}</thead><tbody>{rows[ends:]}"


def _hidden_digits(html: str) -> str:
    """White digits behind each number."""
    return re.sub(r"(<td[^>]*>(?:<[^>]*>)*\d+)(?=<)", r'\1<span style="color:#fff">77</span>', html)


def _upright_writing(html: str) -> str:
    return html.replace("三、本年度办理结果", '<div style="writing-mode:vertical-rl">三、本年度办理结果</div>', 1)


def _behind(style: str, text: str) -> Callable[[str], str]:
    return lambda html: html.replace("</body>", f'<div style="position:fixed;{style}">{text}</div></body>')


def _seal(html: str) -> str:
    """A round seal over the signature."""
    ring = '<circle cx="60" cy="60" r="55" fill="none" stroke="red" stroke-width="3"/>'
    star = '<path d="M60 40L66 56L84 56L70 66L75 82L60 72L45 82L50 66L36 56L54 56Z" fill="red"/>'
    place = "position:absolute;right:20px;margin-top:-100px"
    return html.replace("</body>", f'<svg width="120" height="120" style="{place}">{ring}{star}</svg></body>')


_WATERMARK = "top:40%;left:10%;font-size:60pt;transform:rotate(-35deg);color:rgba(0,0,0,.12)"
_FLAT_WATERMARK = "top:45%;left:15%;font-size:70pt;color:rgba(0,0,0,.1)"
_NUMBERED = "@page{@bottom-center{content:'%s' counter(page) '%s';font-size:9pt}}"

PRINTED: dict[str, PrintLook] = {
    "plain": PrintLook(),
    "cells_apart": PrintLook(_apart(3)),
    "cells_far_apart": PrintLook(_apart(7)),
    "double": PrintLook(_borders("3px double #000")),
    "dotted": PrintLook(_borders("1px dotted #000")),
    "dotted_thick": PrintLook(_borders("2px dotted #000")),
    "dashed": PrintLook(_borders("1px dashed #000")),
    "hairlines": PrintLook(_borders("0.2px solid #888")),
    "thick_frame": PrintLook(_borders("1px solid #000", "table{border:4px solid #000 !important}")),
    "no_outer_borders": PrintLook(
        _borders("1px solid #000", "table{border-style:hidden !important;border-collapse:collapse}")
    ),
    "level_lines": PrintLook("table{border:0}td{border:0 !important;border-top:1px solid #000 !important}", hard=True),
    "no_borders": PrintLook("table{border:0}td{border:0 !important}", hard=True),
    "no_borders_centred": PrintLook("table{border:0}td{border:0 !important;text-align:center}", hard=True),
    "no_borders_right": PrintLook("table{border:0}td{border:0 !important;text-align:right;padding:4px 6px}", hard=True),
    "no_borders_top": PrintLook("table{border:0}td{border:0 !important;vertical-align:top}", hard=True),
    "shades_only": PrintLook(
        "table{border:0;border-collapse:separate !important;border-spacing:2px}"
        "td{border:0 !important;background:#e4e8f2;-webkit-print-color-adjust:exact}"
    ),
    "white_lines": PrintLook(
        _borders("1px solid #fff", "td{background:#dde6ee;-webkit-print-color-adjust:exact}table{border:0}")
    ),
    "rows_shaded": PrintLook(
        _borders("1px solid #000", "tr:nth-child(even){background:#ddd}*{-webkit-print-color-adjust:exact}")
    ),
    "white_on_dark_heads": PrintLook(
        _borders(
            "1px solid #000", "tr:nth-child(-n+2) td{background:#036;color:#fff}*{-webkit-print-color-adjust:exact}"
        )
    ),
    "landscape": PrintLook("@page{size:A4 landscape}"),
    "large_paper": PrintLook("@page{size:A3}"),
    "small_type": PrintLook("body{font-size:7.5pt}h1{font-size:12pt}"),
    "large_type": PrintLook("body{font-size:15pt}"),
    "centred": PrintLook("td{text-align:center}"),
    "no_padding": PrintLook("td{padding:0;text-align:center}"),
    "narrow_columns": PrintLook("table{width:70% !important}td{word-break:break-all}"),
    "fixed_columns": PrintLook("table{table-layout:fixed}td{font-size:8pt;word-break:break-all}"),
    "overflowing_numbers": PrintLook("table{table-layout:fixed;width:60% !important}td{font-size:11pt}", hard=True),
    "letters_apart": PrintLook("td{letter-spacing:2px}"),
    "rows_kept_whole": PrintLook("tr{break-inside:avoid}"),
    "header_repeated": PrintLook("thead{display:table-header-group}", _header_repeated),
    "upright_writing": PrintLook("", _upright_writing),
    "page_numbers": PrintLook(_NUMBERED % ("", "")),
    "page_numbers_dashed": PrintLook(_NUMBERED % ("— ", " —")),
    "watermark": PrintLook("", _behind(_WATERMARK, "某某区人民政府 2021")),
    "watermark_flat": PrintLook("", _behind(_FLAT_WATERMARK, "内部资料")),
    "seal": PrintLook("", _seal),
    "white_digits": PrintLook("", _hidden_digits),
    "leaning": PrintLook("td{font-style:italic}"),
    "table_scaled": PrintLook("table{transform:scale(.6);transform-origin:top left}"),
    "table_squeezed": PrintLook("table{transform:scaleX(.6);transform-origin:left}", hard=True),
}
