"""Paragraphs that stand in several reports: of other bodies, or of the same body in an earlier year.

What everybody writes is no copy: clauses that the form prints, and clauses that many bodies share, are taken out first,
as are names, numbers and signs. What is left of a paragraph is compared by its shingles of four characters: MinHash
signatures in bands propose pairs, and only pairs whose shingles overlap by `SIMILAR` in fact are kept. A paragraph is
told with the first body that printed it and with the same body's nearest earlier year, not with every other copy, so
that a text that a whole province shares gives as many rows as it has copies.

Who copied from whom is not proven: `source` is the earlier publication, and both may have a third.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import numpy
from datasketch import MinHash

from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.text import canonical

SIMILAR = 0.7
"""The share of shingles that two paragraphs must have in common (Jaccard)."""
LEAST = 30
"""Characters that must be left of a paragraph: shorter ones are alike by chance."""
COMMON_BODIES, COMMON_SHARE = 12, 0.01
"""A clause is everybody's where more bodies than both have it: that many, and that share of all."""
_PERMUTATIONS, _BANDS = 64, 16
_SHINGLE = 4
_ORIGINS = 8
_CLAUSE = re.compile(r"[，,。；;：:！!？?、\n]+")
_NOT_HAN = re.compile(r"[^\u3400-\u9fff\n]+")
_NOBODY = re.compile(r"(?!)")
_SELF = re.compile(r"[本我全](?:机关|单位|部门|地区|街道|[局委办区县市镇乡])")
# What the notices of the form make everybody say: the law it follows, its parts, its period, whom to ask.
_STOCK = re.compile(
    r"政府信息公开条例|年度报告|本报告|部分组成|个部分|统计期限|所列数据|电子版|需要报告的事项|联系电话|邮政编码|国务院办公厅"
)

COPIES = {
    "report_id": "TEXT NOT NULL REFERENCES reports(id)",
    "source_report_id": "TEXT NOT NULL REFERENCES reports(id)",
    "relation": "TEXT NOT NULL",
    "paragraphs": "INTEGER NOT NULL",
    "characters": "INTEGER NOT NULL",
    "share": "REAL NOT NULL",
}
PARAGRAPHS = {
    "id": "INTEGER PRIMARY KEY",
    "report_id": "TEXT NOT NULL REFERENCES reports(id)",
    "section": "INTEGER NOT NULL",
    "paragraph": "INTEGER NOT NULL",
    "source_report_id": "TEXT NOT NULL REFERENCES reports(id)",
    "source_section": "INTEGER NOT NULL",
    "source_paragraph": "INTEGER NOT NULL",
    "relation": "TEXT NOT NULL",
    "similarity": "REAL NOT NULL",
    "characters": "INTEGER NOT NULL",
    "beginning": "TEXT NOT NULL",
}
_INDEXES = """
CREATE INDEX copies_source ON copies(source_report_id);
CREATE INDEX copies_share ON copies(relation, share);
CREATE INDEX copied_paragraphs_report ON copied_paragraphs(report_id, source_report_id);
CREATE INDEX copied_paragraphs_source ON copied_paragraphs(source_report_id)
"""


class _Whose(NamedTuple):
    """A report. `order` sorts by time of publication."""

    order: tuple[int, str, str]
    report: str
    series: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A paragraph of a report; `text` is the index of what is left of it."""

    whose: _Whose
    section: int
    paragraph: int
    text: int
    beginning: str

    @property
    def order(self) -> tuple[int, str, str]:
        return self.whose.order

    @property
    def series(self) -> str:
        return self.whose.series

    @property
    def year(self) -> int:
        return self.whose.order[0]


def build_copies(db: sqlite3.Connection) -> None:
    """Make and fill the tables `copies` and `copied_paragraphs`."""
    key = "PRIMARY KEY (report_id, source_report_id, relation)"
    db.execute(f"CREATE TABLE copies ({_definition(COPIES)}, {key}) WITHOUT ROWID")
    db.execute(f"CREATE TABLE copied_paragraphs ({_definition(PARAGRAPHS)})")
    common = _common_clauses(db)
    texts = _Texts()
    places: list[_Place] = []
    own: dict[str, int] = {}
    for whose, section, number, beginning, left in _paragraphs(db, common):
        own[whose.report] = own.get(whose.report, 0) + len(left)
        if len(left) >= LEAST:
            places.append(_Place(whose, section, number, texts.add(left), beginning))
    found = sorted(_copies(places, texts))
    names = list(PARAGRAPHS)[1:]
    db.executemany(f"INSERT INTO copied_paragraphs ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", found)
    db.create_function("own_characters", 1, lambda report: own[report])
    db.execute(
        "INSERT INTO copies SELECT report_id, source_report_id, relation, count(*), sum(characters), "
        "round(1.0 * sum(characters) / own_characters(report_id), 4) FROM copied_paragraphs GROUP BY 1, 2, 3"
    )
    for statement in _INDEXES.split(";\n"):
        db.execute(statement)


def _definition(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


# What is everybody's


def _labels() -> frozenset[str]:
    """The form's own words, as clauses."""
    printed = [chapter.heading for chapter in CHAPTERS]
    printed += [
        label for item in (*DISCLOSURE["2019"], *DISCLOSURE["2021"]) for label in (item.label, *item.cells.values())
    ]
    printed += [outcome.group + outcome.label for outcome in OUTCOMES] + [outcome.label for outcome in OUTCOMES]
    printed += [*APPLICANTS.values(), *RESULTS.values(), *ROUTES.values()]
    return frozenset(part for label in printed for part in _plain_clauses(label, _NOBODY))


def _plain_clauses(text: str, names: re.Pattern[str]) -> Iterator[str]:
    """The clauses of a paragraph as bare characters, without names, numbers and signs."""
    plain = _NOT_HAN.sub("", _CLAUSE.sub("\n", text))
    yield from filter(None, _SELF.sub("", names.sub("", plain)).split("\n"))


def _digest(text: str) -> int:
    """Differs from run to run, which nothing that is written down depends on."""
    return hash(text) & 0xFFFFFFFFFFFFFFFF


def _reports(db: sqlite3.Connection) -> Iterator[tuple[_Whose, re.Pattern[str], list[tuple[int, str]]]]:
    """Every report, the names to leave out of it, and its chapters."""
    chapters = iter(db.execute("SELECT report_id, number, text FROM main.sections ORDER BY report_id, number"))
    head = next(chapters, None)
    for report, year, published, series, name, printed, place in db.execute(
        "SELECT r.id, r.year, coalesce(r.published, ''), coalesce(a.series_id, a.id), a.name, r.agency, p.name "
        "FROM main.reports r JOIN main.agencies a ON a.id = r.agency_id JOIN main.portals p ON p.id = r.portal_id "
        "ORDER BY r.id"
    ):
        mine: list[tuple[int, str]] = []
        while head is not None and head[0] <= report:
            if head[0] == report:
                mine.append((head[1], head[2]))
            head = next(chapters, None)
        place = canonical(place)
        own = name.removeprefix(place)
        tails = [place[start:] for start in range(len(place) - 1) if start == 0 or place[start - 1] in "省市州盟"]
        names = sorted({name, own, canonical(printed), *tails}, key=lambda one: (-len(one), one))
        pattern = "|".join(re.escape(one) for one in names if len(one) > 1)
        yield _Whose((year, published, report), report, series), re.compile(pattern or _NOBODY.pattern), mine


def _common_clauses(db: sqlite3.Connection) -> set[int]:
    """The digests of clauses that too many bodies share."""
    bodies: dict[str, int] = {}
    clauses: list[numpy.ndarray[Any, Any]] = []
    whose: list[numpy.ndarray[Any, Any]] = []
    for about, names, chapters in _reports(db):
        body = bodies.setdefault(about.series, len(bodies))
        mine = {_digest(clause) for _, text in chapters for clause in _plain_clauses(text, names)}
        clauses.append(numpy.fromiter(mine, numpy.uint64, len(mine)))
        whose.append(numpy.full(len(mine), body, numpy.uint64))
    if not clauses:
        return set()
    pairs = numpy.unique(numpy.stack([numpy.concatenate(clauses), numpy.concatenate(whose)], axis=1), axis=0)
    digests, counts = numpy.unique(pairs[:, 0], return_counts=True)
    return {int(digest) for digest in digests[counts > max(COMMON_BODIES, COMMON_SHARE * len(bodies))]}


def _paragraphs(db: sqlite3.Connection, common: set[int]) -> Iterator[tuple[_Whose, int, int, str, str]]:
    """Every paragraph: its report, chapter and number, its beginning, and what is left of it."""
    labels = _labels()
    for whose, names, chapters in _reports(db):
        for section, text in chapters:
            for number, line in enumerate(text.splitlines(), 1):
                left = "".join(
                    clause
                    for clause in _plain_clauses(line, names)
                    if clause not in labels and not _STOCK.search(clause) and _digest(clause) not in common
                )
                yield whose, section, number, line.strip()[:40], left


# What is alike


class _Texts:
    """Distinct texts, with the bands of their signatures."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._known: dict[str, int] = {}
        self._bands: list[numpy.ndarray[Any, numpy.dtype[numpy.uint64]]] = []
        self._empty = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=crc32)

    def add(self, text: str) -> int:
        if text not in self._known:
            self._known[text] = len(self.all)
            self.all.append(text)
            sketch = self._empty.copy()
            sketch.update_batch([shingle.encode() for shingle in shingles(text)])
            rows = sketch.hashvalues.reshape(_BANDS, -1).astype(numpy.uint64)
            key = numpy.zeros(_BANDS, numpy.uint64)
            for column in rows.T:  # Unsigned arithmetic wraps, which is what mixes it.
                key = (key ^ column) * numpy.uint64(0x9E3779B97F4A7C15)
            self._bands.append(key)
        return self._known[text]

    def candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs that share a band: of the texts in one bucket, each with the first and with the one before it."""
        if not self._bands:
            return
        bands = numpy.stack(self._bands)
        seen: set[tuple[int, int]] = set()
        for band in bands.T:
            order = numpy.argsort(band, kind="stable")
            same = numpy.flatnonzero(band[order][1:] == band[order][:-1]) + 1
            first, before = -1, -2
            for at in same.tolist():
                if at != before + 1:
                    first = int(order[at - 1])
                before, here = at, int(order[at])
                seen.update({(first, here), (int(order[at - 1]), here)})
        yield from sorted(seen)

    def similarity(self, one: _Place, other: _Place) -> float:
        return similarity(self.all[one.text], self.all[other.text])


def shingles(text: str) -> set[str]:
    return {text[at : at + _SHINGLE] for at in range(len(text) - _SHINGLE + 1)}


def similarity(one: str, other: str) -> float:
    """Jaccard of the shingles, in fact."""
    if one == other:
        return 1.0
    mine, theirs = shingles(one), shingles(other)
    return len(mine & theirs) / len(mine | theirs)


def _clusters(places: list[_Place], texts: _Texts) -> list[list[_Place]]:
    """The paragraphs of texts that are alike, directly or over others, in the order of publication."""
    parent = list(range(len(texts.all)))

    def root(text: int) -> int:
        while parent[text] != text:
            parent[text] = text = parent[parent[text]]
        return text

    for one, other in texts.candidates():
        if root(one) != root(other) and similarity(texts.all[one], texts.all[other]) >= SIMILAR:
            parent[root(other)] = root(one)
    found: dict[int, list[_Place]] = {}
    for place in places:
        found.setdefault(root(place.text), []).append(place)
    return [sorted(cluster, key=lambda p: (p.order, p.section, p.paragraph)) for cluster in found.values()]


def _copies(places: list[_Place], texts: _Texts) -> Iterator[tuple[Any, ...]]:
    """A row for each paragraph and each source of it."""
    for cluster in _clusters(places, texts):
        origins: list[_Place] = []
        newest: dict[str, _Place] = {}
        before: dict[str, _Place] = {}
        for at, place in enumerate(cluster):
            origin, alike = _origin(place, origins, cluster[max(0, at - _ORIGINS) : at], texts)
            if origin and origin.series != place.series:
                yield _row(place, origin, "bodies", alike, texts)
            last = newest.get(place.series)
            if last and last.year < place.year:
                before[place.series] = last
            source = before.get(place.series)
            if source and (alike := texts.similarity(place, source)) >= SIMILAR:
                yield _row(place, source, "years", alike, texts)
            newest[place.series] = place


def _origin(place: _Place, origins: list[_Place], recent: list[_Place], texts: _Texts) -> tuple[_Place | None, float]:
    """The first paragraph that this one is like, else the latest: texts of a cluster may be alike only over others, as
    copies of copies are. One that is like none of the first is a first for those that follow."""
    for origin in origins:
        if (alike := texts.similarity(place, origin)) >= SIMILAR:
            return origin, alike
    if len(origins) < _ORIGINS:
        origins.append(place)
    for other in reversed(recent):
        if (alike := texts.similarity(place, other)) >= SIMILAR:
            return other, alike
    return None, 0.0


def _row(place: _Place, source: _Place, relation: str, alike: float, texts: _Texts) -> tuple[Any, ...]:
    return (
        *(place.whose.report, place.section, place.paragraph),
        *(source.whose.report, source.section, source.paragraph),
        *(relation, round(alike, 3), len(texts.all[place.text]), place.beginning),
    )
