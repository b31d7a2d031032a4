"""Charts drawn on the server as SVG: bars over the years, readable without colour and without script.

Every bar carries its number as text and every part its own pattern, the legend repeats the patterns, and the page puts
the table of the same numbers under the chart. A year without a number has no bar and says so; 0 is a line on the axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from archive.site.words import number

_WIDTH, _HEIGHT, _TOP, _FOOT, _LEFT = 640, 220, 24, 26, 12
PATTERNS = 4


@dataclass(frozen=True)
class Series:
    """One part of each bar: its name, and for each year its number or None."""

    name: str
    values: Sequence[float | None]


def bars(title: str, years: Sequence[int], parts: Sequence[Series], nothing: str) -> Markup:
    """Stacked bars, a bar a year, at most PATTERNS parts. `nothing` is written where a year has no number at all."""
    totals = [_total(part.values[n] for part in parts) for n in range(len(years))]
    top = max((total for total in totals if total), default=0) or 1
    step = (_WIDTH - 2 * _LEFT) / max(len(years), 1)
    width = min(step * 0.62, 72)
    drawn = [_year(_LEFT + step * (n + 0.5), years[n], totals[n], nothing) for n in range(len(years))]
    for n, total in enumerate(totals):
        base = float(_HEIGHT - _FOOT)
        for k, part in enumerate(parts):
            value = part.values[n]
            if not value or not total:
                continue
            height = value / top * (_HEIGHT - _TOP - _FOOT)
            base -= height
            left = _LEFT + step * (n + 0.5) - width / 2
            about = escape(f"{years[n]} {part.name} {number(value)}")
            drawn.append(
                f'<rect class="gk-bar gk-p{k}" x="{left:.1f}" y="{base:.1f}" width="{width:.1f}" height="{height:.1f}">'
                f"<title>{about}</title></rect>"
            )
        if total is not None:
            drawn.append(
                f'<text class="gk-value" x="{_LEFT + step * (n + 0.5):.1f}" y="{base - 6:.1f}">{number(total)}</text>'
            )
    axis = f'<path class="gk-axis" d="M{_LEFT} {_HEIGHT - _FOOT}H{_WIDTH - _LEFT}"/>'
    described = "；".join(
        f"{year} {number(total) if total is not None else nothing}" for year, total in zip(years, totals, strict=True)
    )
    return Markup(
        f'<svg class="gk-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(described)}</desc>{''.join(drawn)}{axis}</svg>"
        f"{_legend(parts) if len(parts) > 1 else ''}"
    )


def _total(values: Iterable[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def _year(middle: float, year: int, total: float | None, nothing: str) -> str:
    label = f'<text class="gk-year" x="{middle:.1f}" y="{_HEIGHT - 8}">{year}</text>'
    if total is None:
        label += f'<text class="gk-none" x="{middle:.1f}" y="{_HEIGHT - _FOOT - 6}">{escape(nothing)}</text>'
    return label


def patterns() -> Markup:
    """What tells the parts of a bar apart where colour does not: stripes, dots, lines. Once on a page with charts."""
    shapes = {
        "1": '<rect class="gk-stroke" width="3" height="6"/>',
        "2": '<circle class="gk-stroke" cx="3" cy="3" r="1.6"/>',
        "3": '<rect class="gk-stroke" width="6" height="2"/>',
    }
    drawn = "".join(
        f'<pattern id="gk-s{key}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect class="gk-ground" width="6" height="6"/>{shape}</pattern>'
        for key, shape in shapes.items()
    )
    return Markup(f'<svg class="gk-vh" aria-hidden="true" width="0" height="0"><defs>{drawn}</defs></svg>')


def _legend(parts: Sequence[Series]) -> str:
    keys = "".join(
        '<li><svg class="gk-key" viewBox="0 0 16 16" aria-hidden="true">'
        f'<rect class="gk-bar gk-p{k}" width="16" height="16"/></svg>{escape(part.name)}</li>'
        for k, part in enumerate(parts)
    )
    return f'<ul class="gk-legend">{keys}</ul>'
