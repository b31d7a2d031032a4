"""The recogniser of printed characters: RapidOCR, an extra that need not be installed (`gongkai[ocr]`).

Its models come in its package: nothing is fetched. Only this room knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, TypeAlias

Gray: TypeAlias = Any
"""A page in shades of gray: a two-dimensional numpy array of bytes. Not typed so, since numpy comes with the extra."""

INSTALL = '要识别图像中的文字，请安装 pip install "gongkai[ocr]"，然后运行 gongkai extract --again。'
_PARAMETERS = {
    "Global.log_level": "critical",
    # The detector sees pages at this size; characters are read at the full one.
    "Global.max_side_len": 1600,
    # Reading runs in as many processes as there are cores.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params=dict(_PARAMETERS))


def find_lines(image: Gray) -> list[tuple[int, int, int, int]]:
    """The boxes of lines of text in pixels, in no order. May join what stands close, and overlook a lone digit."""
    import cv2

    found = _engine()(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False).boxes
    height, width = image.shape
    boxes = []
    for quad in found if found is not None else ():
        x0, y0 = (max(0, int(v)) for v in quad.min(axis=0))
        x1, y1 = (int(v) for v in quad.max(axis=0))
        if min(x1, width) - x0 > 2 and min(y1, height) - y0 > 2:
            boxes.append((x0, y0, min(x1, width), min(y1, height)))
    return boxes


def read_lines(crops: Sequence[Gray]) -> list[tuple[str, float]]:
    """What each picture of one line says, with the recogniser's own confidence (0 to 1)."""
    import cv2

    if not crops:
        return []
    read = _engine().recognize_txt([cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) for crop in crops])
    return [(str(text), float(score)) for text, score in zip(read.txts, read.scores, strict=True)]
