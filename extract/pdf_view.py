"""The way from a PDF page's own coordinates to those of the page as a reader holds it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

Box = tuple[float, float, float, float]
Span = tuple[float, float]
"""From where to where, from the left."""
EVERYWHERE: Span = (-inf, inf)


def shared(*spans: Span) -> Span:
    """What all spans have in common."""
    return max(low for low, _ in spans), min(high for _, high in spans)


@dataclass(frozen=True)
class View:
    """Crop, rotation, top left. `turn` is a further rotation, for a page whose text was set sideways without saying
    so; sizes and boxes are those after it."""

    left: float
    bottom: float
    own_width: float
    own_height: float
    rotation: int

    @classmethod
    def of(cls, page: Any) -> View:
        left, bottom, right, top = page.get_cropbox()
        return cls(left, bottom, right - left, top - bottom, page.get_rotation() % 360)

    def turned(self, degrees: int) -> View:
        rotation = (self.rotation + degrees) % 360
        return View(self.left, self.bottom, self.own_width, self.own_height, rotation)

    @property
    def size(self) -> tuple[float, float]:
        upright = self.rotation in (0, 180)
        return (self.own_width, self.own_height) if upright else (self.own_height, self.own_width)

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        match self.rotation:
            case 90:
                return y, x
            case 180:
                return self.own_width - x, y
            case 270:
                return self.own_height - y, self.own_width - x
            case _:
                return x, self.own_height - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def turned_back(box: Box, width: float, height: float, degrees: int) -> Box:
    """A box on a page of this size that was turned clockwise by `degrees`, on the page before that."""
    x0, top, x1, bottom = box
    match degrees:
        case 90:
            return top, width - x1, bottom, width - x0
        case 180:
            return width - x1, height - bottom, width - x0, height - top
        case 270:
            return height - bottom, x0, height - top, x1
        case _:
            return box
