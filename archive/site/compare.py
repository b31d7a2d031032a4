"""Two reports side by side, row by row of the form: two years of a body, or two bodies of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from archive.dictionary import TABLE_NAMES
from archive.site import words
from archive.site.comparison import cells_of
from archive.site.language import say
from archive.site.pages import Row, not_found, page, row, rows
from extract.form import APPLICANTS, DISCLOSURE, OUTCOME_KEYS, RESULTS, ROUTES

if TYPE_CHECKING:
    from datasette.app import Datasette

_REPORT = """
SELECT r.id, r.title, r.agency, r.year, r.published, r.days_late, r.form, r.agency_id, r.portal_id, p.name AS place
FROM reports r JOIN portals p ON p.id = r.portal_id WHERE r.id = ?
"""
# Two ways to a report, each with an index; by a join with agencies SQLite would look at all of them.
_OTHERS = """
SELECT r.id, r.agency, r.year FROM reports r WHERE r.agency_id IN
  (SELECT :agency_id UNION
   SELECT a.id FROM agencies mine JOIN agencies a ON a.series_id = mine.series_id WHERE mine.id = :agency_id)
  OR (r.portal_id = :portal_id AND r.year = :year) ORDER BY r.agency_id <> :agency_id, r.year DESC, r.agency
"""


async def compare(datasette: Datasette, request: Request) -> Response:
    """`?a=REPORT&b=REPORT`; with `a` alone, what it can be held against."""
    sides: list[Row] = []
    for name in ("a", "b"):
        if wanted := request.args.get(name):
            found = await row(datasette, _REPORT, [wanted])
            if found is None:
                advice = say("可从机关页或地方页选择要对照的报告。")
                return await not_found(datasette, request, say("没有这份报告"), advice)
            sides.append(found)
    if not sides:
        advice = say("可从机关页或地方页选择要对照的报告。")
        return await not_found(datasette, request, say("没有指明报告"), advice)
    cells = [await cells_of(datasette, side["id"]) for side in sides]
    others = await rows(datasette, _OTHERS, sides[0])
    context = {
        "sides": sides,
        "tables": _tables(cells) if len(sides) > 1 else [],
        "others": [other for other in others if other["id"] != sides[0]["id"]],
        "words": words,
    }
    return await page(datasette, request, "gongkai_compare.html", context)


def _tables(cells: list[dict[str, float]]) -> list[Row]:
    """Of each table its rows: path, name, both values, and the difference where both print a number. Cells that
    neither prints are left out; of table 3 only totals stand in view, the applicants are a page away."""
    forms: dict[str, list[str]] = {
        "disclosure": [
            f"disclosure.{item.key}.{cell}" for items in DISCLOSURE.values() for item in items for cell in item.cells
        ],
        "requests": [f"requests.{key}.{applicant}" for key in OUTCOME_KEYS for applicant in APPLICANTS],
        "challenges": [f"challenges.{route}.{result}" for route in ROUTES for result in RESULTS],
    }
    tables = []
    for table, paths in forms.items():
        lines = []
        for path in dict.fromkeys(paths):
            a, b = (side.get(path) for side in cells)
            if (a is None and b is None) or (table == "requests" and not path.endswith(".total") and not (a or b)):
                continue
            difference = None if a is None or b is None else b - a
            label = words.cell_name(path).partition(" · ")[2]
            lines.append({"path": path, "label": label, "a": a, "b": b, "difference": difference})
        tables.append({"key": table, "name": say(TABLE_NAMES[table]), "lines": lines})
    return tables
