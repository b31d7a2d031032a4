"""Shapes of table 2, and of all tables at once."""

from __future__ import annotations

import re

from .. import layouts
from ..grids import Cell, Grid, cut, insert_column, matrix, to_html
from ..irregularity import Registry
from ..markup import TABLE_ATTRIBUTES
from ..sketch import Sketch

KNOWN = Registry()
ALL = ("disclosure", "requests", "challenges")
COLUMNS = 240


@KNOWN.sketch("table", reshapes=("disclosure",), topic="disclosure_layout")
def disclosure_shifting_colspans(sketch: Sketch) -> None:
    sketch.layouts["disclosure"] = layouts.disclosure_shifting


@KNOWN.sketch("table", reshapes=("disclosure",), topic="disclosure_layout")
def disclosure_ragged(sketch: Sketch) -> None:
    sketch.layouts["disclosure"] = layouts.disclosure_ragged


@KNOWN.sketch("table", reshapes=("disclosure",), topic="disclosure_layout")
def disclosure_padded(sketch: Sketch) -> None:
    sketch.layouts["disclosure"] = layouts.disclosure_padded


@KNOWN.sketch("table")
def disclosure_bands_reordered(sketch: Sketch) -> None:
    sketch.bands.reverse()
    for band in sketch.bands:
        band.lines.reverse()


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_layout")
def disclosure_articles_beside(sketch: Sketch) -> None:
    """The paragraphs of article 20 down the side, instead of over their rows."""
    rows: Grid = []
    for line in sketch.grids["disclosure"][0]:
        if line[0].html.startswith("第二十条"):
            article = Cell(line[0].html, rowspan=0)
        else:
            rows.append([article, *line] if not article.rowspan else line)
            article.rowspan += 1
    sketch.grids["disclosure"] = [rows]


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_column")
def disclosure_column_of_last_year(sketch: Sketch) -> None:
    """A column that the form has not, at the end."""
    grids = [insert_column(grid, 99) for grid in sketch.grids["disclosure"]]
    for grid in grids:
        for line in grid:
            if len(line) > 1:
                line[-1].html = "上年数" if line[0].html == "信息内容" else str(sketch.rng.randint(2, 99))
    sketch.grids["disclosure"] = grids


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_column amount")
def disclosure_unit_in_next_cell(sketch: Sketch) -> None:
    """万元 has a cell of its own behind the amount."""
    for grid in sketch.grids["disclosure"]:
        for line in grid:
            if (line[-1].path or "").endswith(".amount"):
                line[-1].colspan = max(1, line[-1].colspan - 1)
                line.append(Cell("万元"))


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_column")
def disclosure_columns_turned_round(sketch: Sketch) -> None:
    """The columns stand in another order, under their own labels."""
    for grid in sketch.grids["disclosure"]:
        for line in grid:
            if len(line) == 4:
                line[1:] = [line[3], line[1], line[2]]


@KNOWN.sketch("table", "page", reshapes=("requests", "challenges"), topic="nesting")
def challenges_inside_requests(sketch: Sketch) -> None:
    """The last row of table 3 holds table 4."""
    requests, challenges = (
        [to_html(grid, sketch.cell_wrap, TABLE_ATTRIBUTES) for grid in sketch.grids[table]]
        for table in ("requests", "challenges")
    )
    held = "".join(challenges)
    last = requests[-1].replace("\n</table>", f"\n<tr><td colspan='10'>{held}</td></tr>\n</table>")
    sketch.blocks = [last if block == requests[-1] else block for block in sketch.blocks if block not in challenges]


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_column")
def disclosure_empty_column(sketch: Sketch) -> None:
    at = sketch.rng.choice((1, 99))
    sketch.grids["disclosure"] = [insert_column(grid, at) for grid in sketch.grids["disclosure"]]


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_cut")
def disclosure_split_in_two(sketch: Sketch) -> None:
    """The cut may part a header from its row."""
    grid = sketch.grids["disclosure"][0]
    sketch.grids["disclosure"] = list(cut(grid, sketch.rng.randint(2, len(grid) - 1)))


@KNOWN.sketch("table", "grid", reshapes=("disclosure",), topic="disclosure_cut")
def disclosure_table_per_article(sketch: Sketch) -> None:
    grid = sketch.grids["disclosure"][0]
    starts = [y for y, row in enumerate(grid) if row[0].html.startswith("第二十条")]
    ends = [*starts[1:], len(grid)]
    sketch.grids["disclosure"] = [grid[a:b] for a, b in zip(starts, ends, strict=True)] or [grid]


@KNOWN.sketch("table", reshapes=ALL, topic="nesting")
def numbers_in_nested_tables(sketch: Sketch) -> None:
    """Each cell holds a table of one cell."""
    wrap = sketch.cell_wrap
    sketch.cell_wrap = lambda html: f"<table><tbody><tr><td>{wrap(html)}</td></tr></tbody></table>"


@KNOWN.sketch("page", "page", topic="wrapping")
def layout_table_around_page(sketch: Sketch) -> None:
    sketch.shell.wrap = lambda body: (
        f'<table width="960"><tr><td width="200"><a href="/">栏目导航</a></td><td>{body}</td></tr></table>'
    )


@KNOWN.sketch("page", "page", topic="wrapping")
def layout_tables_nested_deep(sketch: Sketch) -> None:
    inner = '<table><tbody><tr><td colspan="{}">{}</td></tr></tbody></table>'
    sketch.shell.wrap = lambda body: inner.format(312, inner.format(2, inner.format(1, body)))


@KNOWN.sketch("page", "page", topic="wrapping")
def layout_table_row_per_block(sketch: Sketch) -> None:
    """Every paragraph and every table in a row of its own of one layout table."""
    rows = "".join(f'<tr><td colspan="12" valign="top">{block}</td></tr>' for block in sketch.blocks)
    sketch.blocks = [f'<table border="0"><tbody>{rows}</tbody></table>']


@KNOWN.sketch("table", "page", "exact_or_null", reshapes=ALL, topic="nesting")
def one_grid_of_240_columns(sketch: Sketch) -> None:
    """The whole article pasted from a spreadsheet: paragraphs and forms are rows of one table."""
    rows: list[str] = []
    for block in sketch.blocks:
        html = f"<tr><td colspan='{COLUMNS}'>{block}</td></tr>"
        for grids in sketch.grids.values():
            for grid in grids:
                if block == to_html(grid, sketch.cell_wrap, TABLE_ATTRIBUTES):
                    html = _stretched(grid, sketch)
        rows.append(html)
    sketch.blocks = [f"<table>{''.join(rows)}</table>"]


def _stretched(grid: Grid, sketch: Sketch) -> str:
    width = len(matrix(grid)[0])
    for row in grid:
        for cell in row:
            cell.colspan *= COLUMNS // width
    return re.sub(r"^<table[^>]*>|</table>$", "", to_html(grid, sketch.cell_wrap, TABLE_ATTRIBUTES))


@KNOWN.sketch("table", promise="exact_or_null", reshapes=ALL, topic="as_text unknown_row")
def cell_per_paragraph(sketch: Sketch) -> None:
    sketch.tables_as_text = "cells"
    sketch.expected.check_figures = False


@KNOWN.sketch("table", promise="exact_or_null", reshapes=ALL, topic="as_text unknown_row digits")
def row_per_paragraph_glued(sketch: Sketch) -> None:
    """Tags stripped by someone: `77132470` may be 77/132/470. Nothing to read here."""
    sketch.tables_as_text = "rows"
    sketch.expected.check_figures = False


@KNOWN.sketch("table", reshapes=ALL, topic="as_text unknown_row digits")
def tables_typed_with_strokes(sketch: Sketch) -> None:
    """A row a line in `<pre>`, cells parted by strokes: blanks keep their places."""
    sketch.tables_as_text = "typed"


@KNOWN.sketch("table", promise="exact_or_null", reshapes=ALL, topic="as_text unknown_row")
def tables_as_images(sketch: Sketch) -> None:
    sketch.tables_as_text = "images"


@KNOWN.sketch("table")
def statistics_table_in_overview(sketch: Sketch) -> None:
    """A small table of the agency's own before the real ones, with units in its cells."""
    rows = (("新闻发布会", "微信公众号", "政策解读", "回应关切"), ("3次", "2次", "21条", "400余条"))
    html = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    sketch.part(1).captions.append(f'<table border="1">{html}</table>')


@KNOWN.sketch("table")
def statistics_table_like_the_form(sketch: Sketch) -> None:
    """The agency's own table uses words of the form: 规章, 行政处罚, 自然人, 总计."""
    rows = (("信息类别", "公开数量"), ("规章制度", "801"), ("行政处罚", "802"), ("行政许可", "803"), ("总计", "2406"))
    html = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    sketch.part(1).captions.append(f'<table border="1">{html}</table>')


@KNOWN.sketch("table")
def cells_as_th(sketch: Sketch) -> None:
    """Numbers wrapped as editors do it, with an anchor and comments."""
    sketch.cell_wrap = lambda html: (
        f'<!-- c --><p align="center"><a name="_GoBack"></a><font size="3">{html}</font></p>'
    )
