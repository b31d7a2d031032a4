"""From a number back to the place that printed it."""

from __future__ import annotations

from collections.abc import Sequence

from extract.figures import without_separators
from extract.report import Figure, Locator, Report, Section

Address = str | Sequence[str | int] | Section | Figure

_ALIASES = {"disclosures": "disclosure", "section": "sections", "figure": "figures"}
_KINDS = {"disclosure": 3, "requests": 3, "challenges": 3, "sections": 2, "figures": 2}


def locate(report: Report, cell: Address) -> Locator | None:
    """Where in its original the report prints a cell, a chapter or a figure; a stored reading tells as well.

    A cell goes by the form's names: `("requests", "granted", "natural_person")` or the same with dots. A chapter is
    `("sections", 3)`, its heading, or a `Section`; `("sections", 3, 1)` is the first paragraph of its text. A figure
    is `("figures", 0)`, its place in `report.figures`, or a `Figure`: given is the paragraph that holds its sentence.

    None where the report does not print it: a row or heading that is not there, or a cell of which it is not certain
    where it stands (then a finding names it). Where a page break cuts a cell or paragraph in two, the part on the
    first page is given. Raises ValueError for what no report could have.
    """
    if isinstance(cell, Section):
        return report.locators.get(f"sections.{cell.number}")
    if isinstance(cell, Figure):
        return _of_figure(report, cell)
    parts = [str(part) for part in (cell.split(".") if isinstance(cell, str) else cell)]
    kind = _ALIASES.get(parts[0], parts[0]) if parts else ""
    if kind not in _KINDS or len(parts) not in ((2, 3) if kind == "sections" else (_KINDS[kind],)):
        raise ValueError(f"{cell!r} is no address: say table, row and cell, or sections and a number")
    if kind == "figures":
        number = int(parts[1])
        return _of_figure(report, report.figures[number]) if 0 <= number < len(report.figures) else None
    return report.locators.get(".".join((kind, *parts[1:])))


def _of_figure(report: Report, figure: Figure) -> Locator | None:
    text = next((section.text for section in report.sections if section.number == figure.section), "")
    for n, paragraph in enumerate(text.split("\n"), 1):
        if figure.sentence in without_separators(paragraph):
            return report.locators.get(f"sections.{figure.section}.{n}")
    return None
