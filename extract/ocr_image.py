"""A picture of a page made straight, its ruling lines found and taken out, and what is ink in it."""

from __future__ import annotations

from dataclasses import dataclass

from extract.ocr import Gray

Span = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels."""

WIDTH = 1800
"""Pixels across an A4 page that is read: 3.0 pixels a point. At 2.0 one digit in 200 was wrong."""
_MOST_TILT, _STEP = 3.0, 0.1
_SHORTEST_LEVEL, _SHORTEST_UPRIGHT = 66, 42
_THICKEST = 14
_LONG, _WHOLE = 120, 0.94
"""What is longer than two narrow rows is a rule though it has gaps: scans break them."""
_NARROWEST, _LOWEST = 240, 40
_SPECK = 7
_FINER, _MOST_PIXELS = 2, 12_000_000
_CLEAR = 4


@dataclass(frozen=True)
class Straight:
    """A page set straight. `clean` is it without its rules; `ink` what is dark in that; rules in pixels.

    `fine` is `clean` in `finer` times the pixels, from which small type is read, `whole` the same with the rules, and
    `beside` what is dark right beside these."""

    clean: Gray
    ink: Gray
    level: list[Span]
    upright: list[Span]
    fine: Gray
    whole: Gray
    finer: int
    beside: Gray


def straighten(image: Gray) -> Straight:
    """Scale a gray page to the width that is read, turn it level, and take its rules apart from its text."""
    import cv2
    import numpy as np

    height, width = image.shape
    across = WIDTH if height > width * 0.8 else int(WIDTH * 1.4)
    down = round(height * across / width)
    finer = _FINER if across * down < _MOST_PIXELS else 1
    whole, image = _scaled(image, across * finer, down * finer), _scaled(image, across, down)
    tilt = _tilt(image)
    whole, image = _turned(whole, tilt), _turned(image, tilt)
    dark = _dark(image)
    level, level_runs = _runs(dark, _SHORTEST_LEVEL, upright=False)
    upright, upright_runs = _runs(dark, _SHORTEST_UPRIGHT, upright=True)
    nets = _nets(level_runs | upright_runs)
    level = [span for span in level if nets[(span[1] + span[3]) // 2, (span[0] + span[2]) // 2]]
    upright = [span for span in upright if nets[(span[1] + span[3]) // 2, (span[0] + span[2]) // 2]]
    rules = nets & (level_runs | upright_runs)
    mask = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    clean, ink = image.copy(), dark.copy()
    clean[mask > 0] = 255
    ink[mask > 0] = 0
    fine, beside = _without_rules(whole, rules, finer)
    return Straight(clean, ink, level, upright, fine, whole, finer, beside)


def _scaled(image: Gray, across: int, down: int) -> Gray:
    import cv2

    kind = cv2.INTER_AREA if image.shape[1] > across else cv2.INTER_CUBIC
    return image if image.shape == (down, across) else cv2.resize(image, (across, down), interpolation=kind)


def _without_rules(whole: Gray, rules: Gray, finer: int) -> tuple[Gray, Gray]:
    """A page in all its pixels without its rules, and what is dark in it right beside them. No more is taken out than
    the rules and what they smear: in narrow columns digits stand a hair from them."""
    import cv2
    import numpy as np

    rules = cv2.resize(rules, (whole.shape[1], whole.shape[0]), interpolation=cv2.INTER_NEAREST)
    dark = _dark(whole, finer)
    mask = cv2.dilate(rules & dark, np.ones((3, 3), np.uint8))
    fine = whole.copy()
    fine[mask > 0] = 255
    dark[mask > 0] = 0
    return fine, cv2.dilate(mask, np.ones((3, 3), np.uint8)) & dark


def _dark(image: Gray, finer: int = 1) -> Gray:
    """255 where the page is dark against what is around it."""
    import cv2

    smooth = cv2.medianBlur(image, 3)
    around = 40 * finer + 1
    return cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, around, 18)


def _tilt(image: Gray) -> float:
    """The angle in degrees at which the page's lines are sharpest."""
    import cv2
    import numpy as np

    height = round(image.shape[0] * 700 / image.shape[1])
    dark = _dark(cv2.resize(image, (700, height), interpolation=cv2.INTER_AREA))
    best, most = 0.0, -1.0
    for angle in np.arange(-_MOST_TILT, _MOST_TILT + _STEP / 2, _STEP):
        profile = _turned(dark, float(angle), 0).sum(axis=1, dtype=np.float64)
        sharp = float(((profile[1:] - profile[:-1]) ** 2).sum())
        if sharp > most * 1.0001:
            best, most = float(angle), sharp
    return best


def _turned(image: Gray, angle: float, paper: int = 255) -> Gray:
    import cv2

    if abs(angle) < _STEP / 2:
        return image
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)


def _runs(dark: Gray, shortest: int, upright: bool) -> tuple[list[Span], Gray]:
    """The straight dark runs of one direction, longer than most strokes of characters, and where they are."""
    import cv2
    import numpy as np

    def bar(length: int, breadth: int = 1) -> Gray:
        return np.ones((length, breadth) if upright else (breadth, length), np.uint8)

    # A rule a hair askew steps from one row of pixels to the next: thickened first, so that it stays one run.
    thick = cv2.dilate(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, bar(5)), bar(1, 3))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, bar(shortest))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found: list[Span] = []
    keep: Gray = np.zeros(count, np.uint8)
    for n in range(1, count):
        x, y, w, h, _area = (int(v) for v in stats[n])
        box = dark[y : y + h, max(0, x - 1) : x + w + 1] if upright else dark[max(0, y - 1) : y + h + 1, x : x + w]
        if (w if upright else h) <= _THICKEST and (max(w, h) > _LONG or _is_whole(box, upright)):
            found.append((x, y, x + w, y + h))
            keep[n] = 255
    return found, keep[labels]


def _is_whole(run: Gray, upright: bool) -> bool:
    """Whether a run is dark all along. In a narrow row a stroke of a character reaches from rule to rule but for the
    paper on its either side."""
    return float((run.max(axis=1 if upright else 0) > 0).mean()) > _WHOLE


def _nets(runs: Gray) -> Gray:
    """255 where runs hang together as the rules of a table do; the strokes of a character span no such distance."""
    import cv2
    import numpy as np

    near = cv2.dilate(runs, np.ones((9, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    keep: Gray = np.zeros(count, np.uint8)
    for n in range(1, count):
        keep[n] = 255 if int(stats[n][2]) > _NARROWEST and int(stats[n][3]) > _LOWEST else 0
    return keep[labels]


def is_beside_a_rule(page: Straight, line: Span) -> bool:
    """Whether what is written runs up to a rule: then taking that out may have taken part of a digit."""
    x0, y0, x1, y1 = (v * page.finer for v in line)
    margin = _CLEAR * page.finer
    # A stroke stands beside a rule for some way; what noise leaves of one, here and there.
    strokes = (page.beside[y0:y1, max(0, x0 - margin) : x1 + margin] > 0).sum(axis=0)
    return strokes.size > 0 and int(strokes.max()) > _SPECK * page.finer // 3


def ink_lines(ink: Gray, box: Span) -> list[Span]:
    """The lines of ink inside a box, from top to bottom, each with the box of its ink. None where there is no more than
    specks: a dash is ink, noise is not."""
    import cv2
    import numpy as np

    x0, y0, x1, y1 = box
    part = ink[y0:y1, x0:x1]
    if part.size == 0:
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    real: Gray = np.zeros(count, bool)
    for n in range(1, count):
        real[n] = max(int(stats[n][2]), int(stats[n][3])) > _SPECK
    rows = np.flatnonzero((part > 0).any(axis=1) & real[labels].any(axis=1))
    if not len(rows):
        return []
    lines: list[Span] = []
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > 3) + 1):
        top, bottom = int(run[0]), int(run[-1]) + 1
        columns = np.flatnonzero((part[top:bottom] > 0).any(axis=0))
        lines.append((x0 + int(columns[0]), y0 + top, x0 + int(columns[-1]) + 1, y0 + bottom))
    return lines
