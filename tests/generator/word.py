"""The same pages as a Word document, written part by part: paragraphs, tables with merged cells, nothing else."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

from .grids import Cell, Grid, matrix
from .render import render_sketch
from .sketch import Page, Sketch
from .truth import Truth

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MIME}.main+xml"/></Types>'
)
NOTHING: Mapping[str, str] = MappingProxyType({})
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": W,
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)


def _relations(targets: Mapping[str, str]) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Target="{target}" '
            f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
            for n, (kind, target) in enumerate(targets.items(), 1)
        )
        + "</Relationships>"
    )


_RELATIONS = _relations({"officeDocument": "word/document.xml"})


def render_docx(
    truth: Truth,
    names: Iterable[str] = (),
    seed: int = 0,
    name: str = "report.docx",
    change: Callable[[str], str] = str,
    parts: Mapping[str, str] = NOTHING,
) -> Page:
    """The publish date is that under the signature: the file has no other. `change` is done to the body's XML."""
    names = tuple(names)
    sketch = render_sketch(truth, (*names, "published_only_under_signature"), seed)
    return Page(pack(change(body_xml(sketch)), parts), name, MIME, sketch.hints, sketch.expected, names)


def pack(body: str, parts: Mapping[str, str] = NOTHING) -> bytes:
    """A document of this body; `parts` are styles and numbering, by kind, or other parts by their whole names."""
    whole = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/_rels/document.xml.rels": _relations({kind: f"{kind}.xml" for kind in parts if "/" not in kind}),
        "word/document.xml": f"{_HEAD}<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        **{kind if "/" in kind else f"word/{kind}.xml": text for kind, text in parts.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in whole.items():
            archive.writestr(zipfile.ZipInfo(part, (2025, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def body_xml(sketch: Sketch) -> str:
    blocks = [_paragraph(line) for title in sketch.title for line in title.split("\n")]
    blocks += [_paragraph(text) for text in sketch.lead]
    for part in sketch.parts:
        blocks += [_paragraph(part.heading)] if part.heading else []
        blocks += [_paragraph(text) for text in part.prose]
        blocks += [_paragraph(text) for text in part.captions if "<table" not in text]
        for grid in sketch.grids[part.table] if part.table else ():
            blocks += [_table(grid), _paragraph("")]
    blocks += [_paragraph(line) for line in sketch.signature]
    return "".join(blocks)


def _paragraph(text: str) -> str:
    lines = [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in re.split(r"<br\s*/?>", text)]
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def _table(grid: Grid) -> str:
    """Merged cells as Word has them: gridSpan across, vMerge down."""
    places = matrix(grid)
    begun: set[int] = set()
    rows = []
    for row in places:
        cells = []
        for x, cell in enumerate(row):
            if x and row[x - 1] is cell:
                continue
            cells.append(_cell(cell, sum(1 for other in row[x:] if other is cell), id(cell) in begun))
            begun.add(id(cell))
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    columns = "<w:gridCol/>" * len(places[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _cell(cell: Cell, span: int, continued: bool) -> str:
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    if continued:
        properties += "<w:vMerge/>"
    elif cell.rowspan > 1:
        properties += '<w:vMerge w:val="restart"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraph('' if continued else cell.html)}</w:tc>"
