"""What a new version of the reader would change, as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archive.rereading import Difference, Outlook
from extract.report import Number


def lines(outlook: Outlook) -> Iterator[str]:
    """Every difference on a line, then the counts; of each kind and, of cells, each table of the form."""
    if not outlook.documents:
        yield f"Version {outlook.extractor} of the reader has nothing new to say."
        return
    for difference in outlook.differences:
        yield _line(difference)
    if not outlook.differences:
        yield f"{outlook.documents} documents read anew by version {outlook.extractor}: no report would change."
        return
    reports = len({difference.report_id for difference in outlook.differences})
    yield f"{outlook.documents} documents read anew by version {outlook.extractor}; in {reports} reports would change:"
    yield "  " + _counts(outlook.kinds())
    if tables := outlook.tables():
        yield "  cells: " + _counts(tables)


def _line(difference: Difference) -> str:
    d = difference
    head = " ".join(str(part) for part in (d.report_id or "-", d.agency, d.year) if part is not None)
    if d.kind == "cell":
        return f"{head} {d.what}: {_shown(d.now, d.printed_now)} → {_shown(d.then, d.printed_then)}"
    told = f"{head} {d.kind.replace('_', ' ')} {d.what}"
    if d.kind.startswith("finding"):
        return f"{told}: {d.then or d.now}"
    if d.now is None and d.then is None:
        return told
    return f"{told}: {_shown(d.now, None)} → {_shown(d.then, None)}"


def _shown(value: Number | str | None, printed: str | None) -> str:
    shown = "blank" if value is None else str(value)
    return f"{shown} (“{printed}”)" if printed else shown


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(counter.items()))
