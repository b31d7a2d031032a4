"""How well reports are read, irregularity by irregularity, and in print look by look.

`python -m tests.generator.accuracy [reports a line]`
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

from extract import Hints, Source, ocr, read
from extract.report import Report

from . import IRREGULARITIES, Page, Wrong, judge, make_truth, read_cells, render_html
from .held_out import held_out
from .pdf import chromium, render_pdf
from .pdf_looks import PRINTED
from .scan import scans
from .typeset import render_typeset
from .typeset_looks import HARD, LOOKS
from .word import render_docx

COLUMNS = ("right", "null, said so", "null, silent", "wrong", "false alarms", "other breaches")


def read_page(page: Page) -> Report:
    """Through the public door, as the archive does."""
    hints = {"title": None, "agency": None, "published": None, "portal": None} | page.hints
    return read(Source(data=page.data, name=page.name, content_type=page.content_type), hints=Hints(**hints))


def measure(names: tuple[str, ...], form: str, reports: int) -> Counter[str]:
    """Cells of `reports` pages with the irregularities `names`, counted by what became of them."""
    return count(
        render_html(make_truth(Random(seed), form, dense=seed % 2 == 0), names, seed) for seed in range(reports)
    )


def typeset(name: str, form: str, reports: int) -> Counter[str]:
    """The same of PDF files set here in one of their looks; the first table begins at a height of its own in each, so
    that pages end in other rows."""
    look = (LOOKS | HARD)[name]
    return count(
        render_typeset(make_truth(Random(seed), form, dense=True), replace(look, above=seed * 97 % 260), seed=seed)
        for seed in range(reports)
    )


def printed(name: str, form: str, reports: int) -> Counter[str]:
    """The same of PDF files that a browser printed in one of its looks."""
    return count(
        render_pdf(make_truth(Random(seed), form, dense=True), (), seed, look=PRINTED[name]) for seed in range(reports)
    )


def worded(form: str, reports: int) -> Counter[str]:
    """The same of Word documents."""
    return count(render_docx(make_truth(Random(seed), form, dense=True), (), seed) for seed in range(reports))


def unseen(ruled: bool, form: str, reports: int) -> Counter[str]:
    """The same of prints in looks that nothing in the reader was set on."""
    return count(
        render_pdf(make_truth(Random(seed), form, dense=True), (), seed, look=held_out(seed, ruled))
        for seed in range(720_000, 720_000 + reports)
    )


def count(pages: Iterable[Page]) -> Counter[str]:
    """Cells of the pages, counted by what became of them."""
    counts: Counter[str] = Counter()
    for page in pages:
        report = read_page(page)
        breaches = judge(report, page.expected)
        kinds = Counter(breach.wrong for breach in breaches)
        actual = read_cells(report)
        nulls = sum(1 for path, value in page.expected.cells.items() if value is not None and actual.get(path) is None)
        wrong = kinds[Wrong.NUMBER] + kinds[Wrong.INVENTED]
        counts["null, silent"] += kinds[Wrong.SILENT]
        counts["null, said so"] += nulls - kinds[Wrong.SILENT]
        counts["wrong"] += wrong
        counts["right"] += len(page.expected.cells) - nulls - kinds[Wrong.NUMBER]
        counts["false alarms"] += kinds[Wrong.FALSE_ALARM]
        counts["other breaches"] += len(breaches) - wrong - kinds[Wrong.SILENT] - kinds[Wrong.FALSE_ALARM]
    return counts


def main(reports: int = 5) -> int:
    """Print the table; 1 if any cell is wrong or silently null, or any alarm false."""
    lines: list[tuple[str, str, Counter[str]]] = []
    for form in ("2019", "2021"):
        lines.append(("(clean)", form, measure((), form, reports * 4)))
        lines += [
            (name, form, measure((name,), form, reports)) for name, one in IRREGULARITIES.items() if form in one.forms
        ]
        few = max(1, reports // 3)
        lines += [(f"set: {name}"[:35], form, typeset(name, form, few)) for name in LOOKS | HARD]
        if chromium():
            lines += [(f"printed: {name}", form, printed(name, form, few)) for name in PRINTED]
            lines += [(f"held out: ruled {ruled}", form, unseen(ruled, form, reports)) for ruled in (True, False)]
        lines.append(("word", form, worded(form, reports)))
    scanned = chromium() is not None and ocr.available()
    if scanned:
        # Slow: one of either form.
        lines += [("scan", form, count(scans(form, 1))) for form in ("2019", "2021")]
    write = sys.stdout.write
    write(f"{'irregularity':<36}{'form':<6}" + "".join(f"{column:>15}" for column in COLUMNS) + "\n")
    total: Counter[str] = Counter()
    for name, form, counts in lines:
        total.update(counts)
        write(f"{name:<36}{form:<6}" + "".join(f"{counts[column]:>15,}" for column in COLUMNS) + "\n")
    if not scanned:
        write("scan: not measured; it takes Chromium, to print, and the extra gongkai[ocr]\n")
    for medium in ("HTML", "set", "printed", "held out", "word", "scan"):
        some: Counter[str] = Counter()
        for name, _, counts in lines:
            prefix = name.partition(":")[0]
            if medium == (prefix if ":" in name or prefix in ("word", "scan") else "HTML"):
                some.update(counts)
        write(f"{medium:<42}" + "".join(f"{some[column]:>15,}" for column in COLUMNS) + "\n")
    write(f"{'all':<42}" + "".join(f"{total[column]:>15,}" for column in COLUMNS) + "\n")
    return int(bool(total["null, silent"] or total["wrong"] or total["false alarms"]))


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
