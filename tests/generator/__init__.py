"""Made-up reports with the irregularities of real ones, and the promise that a reading of them must keep."""

from __future__ import annotations

from .irregular import IRREGULARITIES
from .irregularity import Irregularity
from .promise import Breach, Wrong, judge, read_cells, speaks_of
from .render import can_combine, render_html
from .sketch import Expected, ExpectedFigure, Page
from .truth import Truth, make_truth

__all__ = [
    "IRREGULARITIES",
    "Breach",
    "Expected",
    "ExpectedFigure",
    "Irregularity",
    "Page",
    "Truth",
    "Wrong",
    "can_combine",
    "judge",
    "make_truth",
    "read_cells",
    "render_html",
    "speaks_of",
]
