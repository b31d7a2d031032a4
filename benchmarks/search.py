"""Not a benchmark: how long a page of hits takes, against LIKE on the same text.

A page of hits is what the site's search asks for: how many sections there are (up to a bound) and the first twenty,
newest first or by rank. LIKE counts them all and gives its twenty newest: it cannot stop sooner, for its order is not
that of the table's pages to a reader who wants a count. All is told in processor time, which others on the machine do
not lengthen; the file lies in memory by then.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from archive.hits import MOST, sections
from benchmarks.measure import against, percentile, timed

WORDS = {
    1: ("鹤", "龟", "款", "渡"),
    2: ("公开", "复议", "培训", "鹤龟", "泉林"),
    3: ("新媒体", "规范性", "福鹿镇", "梅菊村"),
    4: ("行政复议", "主动公开", "涉及松柏", "依法公开"),
    8: ("政府信息公开申请", "件行政规范性文件", "开展政府信息公开", "没有发生行政诉讼"),
}
"""By length; each has words that stand nearly everywhere and words that are rare or stand nowhere."""

_PAGE = 20
_LIKE_ROUNDS = 2
"""It reads the whole table each time, and takes as long each time."""
_SHOWN = "SELECT id, text FROM sections WHERE id IN ({marks})"
_LIKE = (
    "SELECT count(*) FROM sections WHERE text LIKE ? OR heading LIKE ?",
    f"SELECT id, text FROM sections WHERE text LIKE ? OR heading LIKE ? ORDER BY id DESC LIMIT {_PAGE}",
)


def words(public: Path, rounds: int, target: float | None = None) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{public}?immutable=1", uri=True)) as db:
        for length, chosen in WORDS.items():
            ours, theirs = [], []
            for word in chosen:
                found, there = _ours(db, word), _theirs(db, word)
                if found != min(there, MOST):
                    raise RuntimeError(
                        f"search finds {word} {found} times and LIKE {there} times: the times tell nothing"
                    )
                ours += [timed(partial(_ours, db, word), time.process_time)[0] for _ in range(rounds)]
                theirs += [timed(partial(_theirs, db, word), time.process_time)[0] for _ in range(_LIKE_ROUNDS)]
            for part in (50, 95):
                what = f"  {length} character{'s' if length > 1 else ''}, p{part}"
                yield against(what, percentile(ours, part), "LIKE", percentile(theirs, part), target)


def _ours(db: sqlite3.Connection, word: str) -> int:
    """A page of hits; gives how many there are, as far as they are counted."""
    rows = sections(db, word).rows
    db.execute(_SHOWN.format(marks=", ".join("?" * len(rows[:_PAGE]))), rows[:_PAGE]).fetchall()
    return len(rows)


def _theirs(db: sqlite3.Connection, word: str) -> int:
    counted, _ = (db.execute(sql, [f"%{word}%"] * 2).fetchall() for sql in _LIKE)
    return int(counted[0][0])
