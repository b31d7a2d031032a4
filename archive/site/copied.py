"""`/reports/ID/copied`: the paragraphs that an earlier report has as well, each beside the other, with the way to both
originals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.site import words
from archive.site.pages import Row, page, row, rows
from archive.site.report import REPORT, no_report

if TYPE_CHECKING:
    from datasette.app import Datasette

_COPIED = """
SELECT c.section, c.paragraph, c.source_section, c.source_paragraph, c.relation, c.similarity, c.characters,
  c.source_report_id AS source, s.agency, s.year, s.title, s.published, t.text, o.text AS source_text
FROM copied_paragraphs c JOIN reports s ON s.id = c.source_report_id
JOIN sections t ON t.report_id = c.report_id AND t.number = c.section
JOIN sections o ON o.report_id = c.source_report_id AND o.number = c.source_section
WHERE c.report_id = ? ORDER BY c.section, c.paragraph, c.relation, c.source_report_id
"""


async def copied(datasette: Datasette, request: Request) -> Response:
    about = await row(datasette, REPORT, [request.url_vars["id"]])
    if about is None:
        return await no_report(datasette, request)
    found = await rows(datasette, _COPIED, [about["id"]])
    for line in found:
        line["text"] = _line(line["text"], line["paragraph"])
        line["source_text"] = _line(line["source_text"], line["source_paragraph"])
    context: Row = {"report": about, "copied": found, "words": words}
    return await page(datasette, request, "gongkai_copied.html", context)


def _line(text: str, number: int) -> str:
    return text.splitlines()[number - 1]
