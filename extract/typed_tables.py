"""Tables that were typed: a row a line, cells parted by tabs or strokes (| │), as mark-up was lost or never there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.chapters import heading_of
from extract.document import Block, Cell, Grid, Paragraph
from extract.text import canonical

_STROKE = re.compile(r"[|｜│┃¦]")
_RULE = re.compile(r"[\s|｜│┃¦+\-—–=_:─-╿]+")
_FRAME = re.compile(r"^\s*[|｜│┃¦]|[|｜│┃¦]\s*$")
_FEWEST = 3
_LONGEST_CAPTION = 24


def grids_from_typed(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with runs of such lines made grids, blank cells kept, where every line has as many cells.

    Where lines differ, cells were left out and no column is certain: the lines stay, for `lines` to go by labels.
    """
    out: list[Block] = []
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph) and (len(_fields(block.text)) > 1 or (run and _goes_on(block.text))):
            run.append(block)
            continue
        out.extend(_convert(run))
        run = []
        out.append(block)
    out.extend(_convert(run))
    return out


def _goes_on(text: str) -> bool:
    """Whether a line among rows is a rule between them, or a caption as wide as they are."""
    plain = canonical(text)
    return bool(_RULE.fullmatch(text)) or (
        len(plain) <= _LONGEST_CAPTION and not re.search("[。；]", plain) and not heading_of(text)
    )


def _fields(text: str) -> list[str]:
    """A line's cells. A stroke at its edge is the table's frame."""
    if _STROKE.search(text):
        return [field.strip() for field in _STROKE.split(_FRAME.sub("", text))]
    return [field.strip() for field in text.split("\t")]


def _convert(run: list[Paragraph]) -> Iterator[Block]:
    end = max((n for n, line in enumerate(run, 1) if len(_fields(line.text)) > 1), default=0)
    rows = [(line, _fields(line.text)) for line in run[:end] if not _RULE.fullmatch(line.text)]
    width = max((len(fields) for _, fields in rows), default=0)
    if len(rows) < 2 or width < _FEWEST or any(len(fields) not in (1, width) for _, fields in rows):
        yield from run
        return
    cells = [
        Cell(text, y, x, colspan=width // len(fields), locator=line.locator)
        for y, (line, fields) in enumerate(rows)
        for x, text in enumerate(fields)
    ]
    yield Grid(cells, locator=rows[0][0].locator)
    yield from run[end:]
