"""`python -m benchmarks [NAME…]`: runs the benchmarks named, or all that are there.

A benchmark is a module here with a TITLE and a `run()` that gives lines; each line of a measurement names its
baseline, which ran in the same minute on the same machine.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence

NAMES = ("reading", "contained", "archive", "site", "crawl")
"""In the order in which they run; one whose file is not there is left out."""


def available() -> list[str]:
    return [name for name in NAMES if importlib.util.find_spec(f"benchmarks.{name}")]


def main(wanted: Sequence[str]) -> int:
    """Prints every line as soon as it is known. Gives 2 where a name is not that of a benchmark."""
    there = available()
    unknown = [name for name in wanted if name not in there]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(there)}.", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
    print("A ratio is our time through the baseline's: below 1 is faster.")
    for name in wanted or there:
        module = importlib.import_module(f"benchmarks.{name}")
        began = time.monotonic()
        print(f"\n{module.TITLE} ({name})", flush=True)
        for line in module.run():
            print(line, flush=True)
        print(f"({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
