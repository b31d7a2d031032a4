"""Looks that no threshold of the reader was set on, drawn at random: type, paper, borders, spacing, and what stands
over, under and between the tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from .pdf_looks import PrintLook

_FONTS = (
    "'Noto Serif CJK SC'", "'Noto Sans CJK SC'", "'Noto Sans Mono CJK SC'", "'Liberation Serif','Noto Serif CJK SC'",
    "'DejaVu Sans','Noto Sans CJK SC'",
)  # fmt: skip
_BORDERS = (
    "1px solid #000", "0.5pt solid #666", "2px solid #000", "1px solid #ccc", "1px dotted #000", "1px dashed #333",
    "3px double #000", "0.1pt solid #000", "1px solid #f00", "3px groove #999", "4px solid #000",
)  # fmt: skip
_PAPERS = ("A4", "A4", "A3", "A4 landscape", "B5", "A5 landscape")
_SHADED = "*{-webkit-print-color-adjust:exact}"


def held_out(seed: int, ruled: bool = True) -> PrintLook:
    """The look of this seed; without upright lines it is a hard one."""
    rng = Random(f"held out {seed}")
    lines = _ruled(rng) if ruled else _unruled(rng)
    change = rng.choice(CHANGES) if rng.random() < 0.5 else str
    return PrintLook(_type(rng) + _spacing(rng) + lines, change, hard=True)


def _type(rng: Random) -> str:
    margins = f"{rng.choice((5, 8, 12, 20, 28))}mm {rng.choice((6, 12, 20, 30))}mm"
    size, leading = rng.choice((6, 7, 8, 9, 10, 12, 14)), rng.choice((1.05, 1.2, 1.5, 1.8, 2.2))
    return (
        f"@page{{size:{rng.choice(_PAPERS)};margin:{margins}}}"
        f"body{{font:{size}pt/{leading} {rng.choice(_FONTS)} !important}}"
    )


def _spacing(rng: Random) -> str:
    align, place = rng.choice(("left", "center", "right", "justify")), rng.choice(("top", "middle", "bottom"))
    padding = rng.choice(("0", "1px", "2px 4px", "6px 2px", "10px"))
    apart = rng.choice(("normal", "normal", "1px", "3px", "-0.3px"))
    width, layout = rng.choice(("100%", "auto", "80%")), rng.choice(("auto", "auto", "fixed"))
    return (
        f"td{{text-align:{align};vertical-align:{place};padding:{padding};letter-spacing:{apart}}}"
        f"table{{width:{width} !important;table-layout:{layout};margin:{rng.choice(('0', '0 auto', '4px 20px'))}}}"
        + rng.choice(("", "td:not(:first-child){text-align:right}", "tr{height:30px}", "td{font-size:.8em}"))
        + rng.choice(("", "tr{break-inside:avoid}", "td{word-break:break-all}", "td{font-weight:bold}"))
    )


def _ruled(rng: Random) -> str:
    return f"td{{border:{rng.choice(_BORDERS)} !important}}" + rng.choice(
        (
            "",
            f"table{{border-collapse:separate !important;border-spacing:{rng.choice((0, 1, 2, 4, 8))}px}}",
            "table{border-collapse:collapse;border-style:hidden !important}",
            f"{_SHADED}tr:nth-child(odd) td{{background:#eee}}",
            f"{_SHADED}tr:nth-child(-n+3) td{{background:#1a5;color:#fff}}",
        )
    )


def _unruled(rng: Random) -> str:
    return "td,table{border:0 !important}" + rng.choice(
        (
            "",
            "td{border-bottom:1px solid #999 !important}",
            "table{border-top:2px solid #000 !important;border-bottom:2px solid #000 !important}",
            "td[rowspan],td[colspan]{border-bottom:1px solid #000 !important}",
            f"{_SHADED}tr:nth-child(odd){{background:#eee}}",
        )
    )


def _nested(html: str) -> str:
    return re.sub(
        r"(<table.*?</table>)", r'<table border="1"><tr><td style="padding:6px">\1</td></tr></table>', html, flags=re.S
    )


def _beside(html: str) -> str:
    """A small table of other numbers at the right of the first."""
    start, end = html.index("<table"), html.index("</table>") + len("</table>")
    aside = "<table><tr><td>联系电话</td><td>3360001</td></tr><tr><td>接待人次</td><td>128</td></tr></table>"
    both = f'<div style="display:flex;gap:5mm"><div style="flex:1">{html[start:end]}</div>{aside}</div>'
    return html[:start] + both + html[end:]


def _note_below(html: str) -> str:
    return html.replace("</table>", '</table><p style="font-size:7pt">注：1.截至12月31日。2.“总计”为6项之和。</p>')


def _upright_heads(html: str) -> str:
    heads = "自然人|商业企业|科研机构|社会公益组织|法律服务机构|总计"
    return re.sub(rf"(<td[^>]*>)({heads})</td>", r'\1<div style="writing-mode:vertical-rl">\2</div></td>', html)


def _on_every_page(style: str, text: str) -> Callable[[str], str]:
    return lambda html: html.replace("</body>", f'<div style="position:fixed;{style}">{text}</div></body>')


def _pale_years(html: str) -> str:
    """A watermark of the type's own size, level, all over the page."""
    marks = "".join(
        f'<div style="position:fixed;top:{top}%;left:{left}%;font-size:10pt;color:#ddd">2023</div>'
        for top in range(5, 100, 18)
        for left in (5, 40, 70)
    )
    return html.replace("</body>", f"{marks}</body>")


def _stamp(html: str) -> str:
    ring = '<circle cx="60" cy="60" r="55" fill="none" stroke="red" stroke-width="3"/>'
    number = '<text x="15" y="65" font-size="12" fill="red">1302030012345</text>'
    place = "position:fixed;right:160px;top:55%"
    return html.replace("</body>", f'<svg width="120" height="120" style="{place}">{ring}{number}</svg></body>')


CHANGES: tuple[Callable[[str], str], ...] = (
    _nested,
    _beside,
    _note_below,
    _upright_heads,
    _pale_years,
    _stamp,
    _on_every_page("top:0;left:0;right:0;border-bottom:1px solid #000;font-size:8pt", "某区政务公开 报告 12"),
    _on_every_page("bottom:0;left:0;right:0;border-top:1px solid #000;font-size:8pt;text-align:center", "12 / 34"),
    lambda html: re.sub(r"(<td[^>]*>\d+)(?=</td>)", r'\1<sup style="font-size:60%">1</sup>', html, count=5),
)
