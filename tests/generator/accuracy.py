"""How well reports are read, irregularity by irregularity: `python -m tests.generator.accuracy [reports a line]`."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

from extract import Hints, Source, read
from extract.report import Report

from . import IRREGULARITIES, Page, Wrong, judge, make_truth, read_cells, render_html

COLUMNS = ("right", "null, said so", "null, silent", "wrong", "false alarms", "other breaches")


def read_page(page: Page) -> Report:
    """Through the public door, as the archive does."""
    hints = {"title": None, "agency": None, "published": None, "portal": None} | page.hints
    return read(Source(data=page.data, name=page.name, content_type=page.content_type), hints=Hints(**hints))


def measure(names: tuple[str, ...], form: str, reports: int) -> Counter[str]:
    """Cells of `reports` pages with the irregularities `names`, counted by what became of them."""
    counts: Counter[str] = Counter()
    for seed in range(reports):
        page = render_html(make_truth(Random(seed), form, dense=seed % 2 == 0), names, seed)
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
    write = sys.stdout.write
    write(f"{'irregularity':<36}{'form':<6}" + "".join(f"{column:>15}" for column in COLUMNS) + "\n")
    total: Counter[str] = Counter()
    for name, form, counts in lines:
        total.update(counts)
        write(f"{name:<36}{form:<6}" + "".join(f"{counts[column]:>15,}" for column in COLUMNS) + "\n")
    write(f"{'all':<42}" + "".join(f"{total[column]:>15,}" for column in COLUMNS) + "\n")
    return int(bool(total["null, silent"] or total["wrong"] or total["false alarms"]))


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
