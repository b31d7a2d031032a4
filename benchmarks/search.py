"""Publishing and search: what a publication costs a report, and a page of hits against LIKE on the same text.

A page of hits is what the site's search asks for: how many sections there are, and the first twenty. LIKE gives its
twenty in the order of their ids, search in the order of their rank, for which it must weigh every hit: for a word that
stands in every report that is nearly all of the time.

All is told in processor time, which others on the machine do not lengthen; the file lies in memory by then.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from archive.publish import publish
from archive.search import query
from benchmarks.archives import make
from benchmarks.measure import against, percentile, timed

TITLE = "Publishing and searching"

SIZES = (2_000, 20_000)
WORDS = {
    1: ("鹤", "龟", "款", "渡"),
    2: ("复议", "培训", "鹤龟", "泉林"),
    3: ("新媒体", "规范性", "福鹿镇", "梅菊村"),
    4: ("行政复议", "主动公开", "涉及松柏", "依法公开"),
    8: ("政府信息公开申请", "件行政规范性文件", "开展政府信息公开", "没有发生行政诉讼"),
}
"""By length; each has words that stand nearly everywhere and words that are rare or stand nowhere."""

_PAGE = 20
_LIKE_ROUNDS = 2
"""It reads the whole table each time, and takes as long each time."""
_SEARCH = (
    "SELECT count(*) FROM sections_fts WHERE sections_fts MATCH ?",
    "SELECT s.id, s.text FROM sections_fts JOIN sections s ON s.id = sections_fts.rowid "
    f"WHERE sections_fts MATCH ? ORDER BY sections_fts.rank LIMIT {_PAGE}",
)
_LIKE = (
    "SELECT count(*) FROM sections WHERE text LIKE ? OR heading LIKE ?",
    f"SELECT id, text FROM sections WHERE text LIKE ? OR heading LIKE ? ORDER BY id LIMIT {_PAGE}",
)


def run(sizes: Sequence[int] = SIZES, rounds: int = 5) -> Iterable[str]:
    """`sizes` are counts of reports; the archives are made in a folder for temporary files and removed."""
    costs = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="gongkai-benchmark-") as folder:
            data = Path(folder)
            make(data, size)
            work = time.process_time()
            took, public = timed(partial(publish, data))
            costs.append((time.process_time() - work) / size)
            weight = public.stat().st_size
            yield (
                f"{size:,} reports published in {took:.1f} s, {costs[-1] * 1000:.2f} ms of the processor and "
                f"{weight / size / 1000:.1f} kB a report ({weight / 1e6:.0f} MB)"
            )
            yield from _words(public, rounds)
    if len(costs) > 1:
        what, baseline = f"a report published among {sizes[-1]:,}", f"among {sizes[0]:,}"
        yield against(what, costs[-1], baseline, costs[0], 1.5)


def _words(public: Path, rounds: int) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{public}?immutable=1", uri=True)) as db:
        for length, words in WORDS.items():
            ours, found = _ask(db, _SEARCH, {word: [query(word)] for word in words}, rounds)
            theirs, there = _ask(db, _LIKE, {word: [f"%{word}%"] * 2 for word in words}, min(rounds, _LIKE_ROUNDS))
            if found != there:
                raise RuntimeError(
                    f"search and LIKE do not find the same, so their times tell nothing: {found}, {there}"
                )
            for part in (50, 95):
                what = f"  {length} character{'s' if length > 1 else ''}, p{part}"
                yield against(what, percentile(ours, part), "LIKE", percentile(theirs, part))


def _ask(
    db: sqlite3.Connection, page: Sequence[str], words: dict[str, list[str]], rounds: int
) -> tuple[list[float], dict[str, int]]:
    """How long each page of hits took, and how many sections each word stands in."""
    taken, found = [], {}
    for word, values in words.items():
        for _ in range(rounds):
            took, (counted, _) = timed(partial(_page, db, page, values), time.process_time)
            taken.append(took)
            found[word] = counted[0][0]
    return taken, found


def _page(db: sqlite3.Connection, page: Sequence[str], values: list[str]) -> list[list[tuple[int, ...]]]:
    return [db.execute(sql, values).fetchall() for sql in page]
