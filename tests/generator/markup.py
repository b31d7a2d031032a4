"""From a finished `Sketch` to HTML, and to the bytes of a page."""

from __future__ import annotations

import re

from .grids import Grid, matrix, to_html, unspan
from .sketch import Part, Sketch

TABLE_ATTRIBUTES = 'border="1" cellspacing="0" cellpadding="0" style="border-collapse:collapse"'


def lay_out(sketch: Sketch) -> None:
    """Fill `sketch.grids` by its layouts."""
    sketch.grids = {table: [layout(sketch)] for table, layout in sketch.layouts.items()}


def write_blocks(sketch: Sketch) -> None:
    """Fill `sketch.blocks`: the article, block by block."""
    sketch.blocks = [*sketch.title, *(sketch.para_wrap(text) for text in sketch.lead)]
    for part in sketch.parts:
        sketch.blocks.extend(_part(sketch, part))
    sketch.blocks.extend(f'<p style="text-align: right;">{line}</p>' for line in sketch.signature)


def _part(sketch: Sketch, part: Part) -> list[str]:
    blocks = []
    if part.heading is not None:
        blocks.append(part.heading if part.heading.startswith("<") else sketch.para_wrap(part.heading))
    blocks.extend(sketch.para_wrap(text) for text in part.prose)
    blocks.extend(part.captions)
    if part.table:
        for grid in sketch.grids[part.table]:
            blocks.extend(_table(sketch, grid))
    return blocks


def _table(sketch: Sketch, grid: Grid) -> list[str]:
    if sketch.tables_as_text == "cells":
        return [f"<p>{cell.html or '&nbsp;'}</p>" for row in grid for cell in row]
    if sketch.tables_as_text == "rows":
        return ["<p>" + "".join(cell.html for cell in row) + "</p>" for row in grid]
    if sketch.tables_as_text == "typed":
        rows = ("|".join(_plain(cell.html) for cell in row) for row in matrix(unspan(grid)))
        return ["<pre>" + "\n".join(f"|{row}|" for row in rows) + "</pre>"]
    if sketch.tables_as_text == "images":
        return ['<p align="center"><img src="W020250122.png" alt=""></p>']
    return [to_html(grid, sketch.cell_wrap, TABLE_ATTRIBUTES)]


def _plain(html: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", html)


def page_html(sketch: Sketch) -> str:
    shell = sketch.shell
    declared = (
        f'<meta http-equiv="Content-Type" content="text/html; charset={shell.declared}">\n' if shell.declared else ""
    )
    metas = "\n".join(f'<meta name="{name}" content="{content}">' for name, content in shell.metas.items())
    article = "\n".join((*shell.body_before, *sketch.blocks, *shell.body_after))
    body = "\n".join((*shell.before, shell.wrap(f'<div class="content" id="zoom">{article}</div>'), *shell.after))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{declared}{metas}\n<title>{shell.head_title}</title>\n'
        f"<script>var _hmt = _hmt || [];</script></head>\n<body>{body}</body></html>"
    )


def page_bytes(sketch: Sketch, html: str) -> bytes:
    data = html.encode(sketch.shell.encoding)
    return b"\xef\xbb\xbf" + data if sketch.shell.bom else data
