"""Paragraphs that stand in several reports: of other bodies, or of the same body in an earlier year.

What everybody writes is no copy: clauses that the form prints, and clauses that many bodies share, are taken out first,
as are names, numbers and signs. What is left of a paragraph is held against what is left of all others (`alike`). A
paragraph is told with the first body that printed it and with the same body's nearest earlier year, not with every
other copy, so that a text that a whole province shares gives as many rows as it has copies.

Who copied from whom is not proven: `source` is the earlier publication, and both may have a third.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy
from numpy.typing import NDArray

from archive import alike
from archive.alike import SIMILAR
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.text import canonical

LEAST = 30
"""Characters that must be left of a paragraph: shorter ones are alike by chance."""
COMMON_BODIES, COMMON_SHARE = 12, 0.01
"""A clause is everybody's where more bodies than both have it: that many, and that share of all."""
_ORIGINS = 8
_CLAUSE = re.compile(r"[，,。；;：:！!？?、\n]+")
_LINE = "\x1e"
"""Stands between the lines of a report: splitlines leaves none in a line."""
_NOT_HAN = re.compile(rf"[^\u3400-\u9fff\n{_LINE}]+")
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


@dataclass(frozen=True, slots=True)
class _Whose:
    """A report. `order` sorts by time of publication; `names` are left out of what it says."""

    order: tuple[int, str, str]
    series: str
    names: tuple[str, ...]

    @property
    def report(self) -> str:
        return self.order[2]


@dataclass(frozen=True, slots=True)
class _Place:
    """A paragraph of a report; `text` is what is left of it."""

    whose: _Whose
    section: int
    paragraph: int
    text: str

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
    reports = _reports(db)
    paragraphs = _Paragraphs(reports)
    paragraphs.gather(db, _common_clauses(db, reports))
    found = list(PARAGRAPHS)[1:-1]
    db.execute(f"CREATE TEMP TABLE found ({', '.join(found)})")
    db.executemany(f"INSERT INTO temp.found VALUES ({', '.join('?' * len(found))})", _copies(paragraphs.clusters()))
    db.executemany(
        f"INSERT INTO copied_paragraphs ({', '.join(found)}, beginning) VALUES ({', '.join('?' * len(found))}, ?)",
        _with_beginnings(db, found),
    )
    db.execute("DROP TABLE temp.found")
    own = {whose.report: characters for whose, characters in zip(reports, paragraphs.own, strict=True)}
    db.create_function("own_characters", 1, lambda report: own[report])
    db.execute(
        "INSERT INTO copies SELECT report_id, source_report_id, relation, count(*), sum(characters), "
        "round(1.0 * sum(characters) / own_characters(report_id), 4) FROM copied_paragraphs GROUP BY 1, 2, 3"
    )
    for statement in _INDEXES.split(";\n"):
        db.execute(statement)


def _definition(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _with_beginnings(db: sqlite3.Connection, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    names = ", ".join(f"f.{name}" for name in columns)
    for *row, text in db.execute(
        f"SELECT {names}, s.text FROM temp.found f JOIN main.sections s ON s.report_id = f.report_id "
        f"AND s.number = f.section ORDER BY {names}"
    ):
        yield (*row, text.splitlines()[row[2] - 1].strip()[:40])


# What is everybody's


def _labels() -> frozenset[str]:
    """The form's own words, as clauses."""
    printed = [chapter.heading for chapter in CHAPTERS]
    printed += [
        label for item in (*DISCLOSURE["2019"], *DISCLOSURE["2021"]) for label in (item.label, *item.cells.values())
    ]
    printed += [outcome.group + outcome.label for outcome in OUTCOMES] + [outcome.label for outcome in OUTCOMES]
    printed += [*APPLICANTS.values(), *RESULTS.values(), *ROUTES.values()]
    return frozenset(part for label in printed for part in _plain(label, ()).split("\n") if part)


def _plain(text: str, names: tuple[str, ...]) -> str:
    """The clauses of lines as bare characters, each after a line feed, without names, numbers and signs."""
    plain = _NOT_HAN.sub("", _CLAUSE.sub("\n", text))
    for name in names:
        plain = plain.replace(name, "")
    return _SELF.sub("", plain)


def _reports(db: sqlite3.Connection) -> list[_Whose]:
    """Every report, those of a body together."""
    found = []
    for report, year, published, series, name, printed, place in db.execute(
        "SELECT r.id, r.year, coalesce(r.published, ''), coalesce(a.series_id, a.id), a.name, r.agency, p.name "
        "FROM main.reports r JOIN main.agencies a ON a.id = r.agency_id JOIN main.portals p ON p.id = r.portal_id "
        "ORDER BY 4, 1"
    ):
        place = canonical(place)
        own = name.removeprefix(place)
        tails = [place[start:] for start in range(len(place) - 1) if start == 0 or place[start - 1] in "省市州盟"]
        names = sorted({name, own, canonical(printed), *tails}, key=lambda one: (-len(one), one))
        bare = (_NOT_HAN.sub("", one) for one in names)
        found.append(_Whose((year, published, report), series, tuple(one for one in bare if len(one) > 1)))
    return found


def _chapters(db: sqlite3.Connection, whose: _Whose) -> list[tuple[int, str]]:
    sql = "SELECT number, text FROM main.sections WHERE report_id = ? ORDER BY number"
    return db.execute(sql, [whose.report]).fetchall()


def _common_clauses(db: sqlite3.Connection, reports: list[_Whose]) -> set[int]:
    """The hashes of clauses that too many bodies share, and of the form's own words. They differ from run to run, which
    nothing that is written down depends on."""
    clauses: list[NDArray[numpy.int64]] = []
    for _, mine in groupby(reports, lambda whose: whose.series):
        body: set[int] = set()
        for whose in mine:
            said = "\n".join(text for _, text in _chapters(db, whose))
            body.update(map(hash, _plain(said, whose.names).split("\n")))
        clauses.append(numpy.fromiter(body, numpy.int64, len(body)))
    common = set(map(hash, _labels()))
    if clauses:
        hashes, bodies = numpy.unique(numpy.concatenate(clauses), return_counts=True)
        common.update(hashes[bodies > max(COMMON_BODIES, COMMON_SHARE * len(clauses))].tolist())
    return common


# What is alike


class _Paragraphs:
    """What is left of every paragraph, and where it stands: by number, for there are millions."""

    def __init__(self, reports: list[_Whose]) -> None:
        self._reports = reports
        self.own = array("I")
        """Of each report the characters that are left of it."""
        self._texts: dict[str, int] = {}
        self._places = tuple(array("I") for _ in range(4))

    def gather(self, db: sqlite3.Connection, common: set[int]) -> None:
        whose_at, section_at, number_at, text_at = self._places
        for at, whose in enumerate(self._reports):
            own = 0
            for section, number, left in _left(whose, _chapters(db, whose), common):
                own += len(left)
                if len(left) >= LEAST:
                    whose_at.append(at)
                    section_at.append(section)
                    number_at.append(number)
                    text_at.append(self._texts.setdefault(left, len(self._texts)))
            self.own.append(own)

    def clusters(self) -> Iterator[list[_Place]]:
        """The paragraphs of texts that are alike, where there are two or more, in the order of publication."""
        texts = list(self._texts)
        group = numpy.array(alike.groups(texts), numpy.int64)[numpy.array(self._places[3], numpy.int64)]
        order = numpy.argsort(group, kind="stable")
        ends = numpy.flatnonzero(numpy.diff(group[order])) + 1
        for members in numpy.split(order, ends):
            if len(members) > 1:
                places = [self._place(at, texts) for at in members.tolist()]
                yield sorted(places, key=lambda place: (place.order, place.section, place.paragraph))

    def _place(self, at: int, texts: list[str]) -> _Place:
        whose, section, number, text = (column[at] for column in self._places)
        return _Place(self._reports[whose], section, number, texts[text])


def _left(whose: _Whose, chapters: list[tuple[int, str]], common: set[int]) -> Iterator[tuple[int, int, str]]:
    """Of every paragraph its chapter, its number, and what is left of it."""
    lines = [(section, text.splitlines()) for section, text in chapters]
    plain = _plain(_LINE.join(line for _, found in lines for line in found), whose.names).split(_LINE)
    at = 0
    for section, found in lines:
        for number in range(1, len(found) + 1):
            clauses = [clause for clause in plain[at].split("\n") if hash(clause) not in common]
            if _STOCK.search(plain[at]):
                clauses = [clause for clause in clauses if not _STOCK.search(clause)]
            yield section, number, "".join(clauses)
            at += 1


def _copies(clusters: Iterator[list[_Place]]) -> Iterator[tuple[Any, ...]]:
    """A row for each paragraph and each source of it."""
    for cluster in clusters:
        origins: list[_Place] = []
        newest: dict[str, _Place] = {}
        before: dict[str, _Place] = {}
        for at, place in enumerate(cluster):
            origin, similarity = _origin(place, origins, cluster[max(0, at - _ORIGINS) : at])
            if origin and origin.series != place.series:
                yield _row(place, origin, "bodies", similarity)
            last = newest.get(place.series)
            if last and last.year < place.year:
                before[place.series] = last
            source = before.get(place.series)
            if source and (similarity := _similarity(place, source)) >= SIMILAR:
                yield _row(place, source, "years", similarity)
            newest[place.series] = place


def _similarity(one: _Place, other: _Place) -> float:
    return alike.similarity(one.text, other.text)


def _origin(place: _Place, origins: list[_Place], recent: list[_Place]) -> tuple[_Place | None, float]:
    """The first paragraph that this one is like, else the latest: texts of a cluster may be alike only over others, as
    copies of copies are. One that is like none of the first is a first for those that follow."""
    for origin in origins:
        if (similarity := _similarity(place, origin)) >= SIMILAR:
            return origin, similarity
    if len(origins) < _ORIGINS:
        origins.append(place)
    for other in reversed(recent):
        if (similarity := _similarity(place, other)) >= SIMILAR:
            return other, similarity
    return None, 0.0


def _row(place: _Place, source: _Place, relation: str, similarity: float) -> tuple[Any, ...]:
    return (
        *(place.whose.report, place.section, place.paragraph),
        *(source.whose.report, source.section, source.paragraph),
        *(relation, round(similarity, 3), len(place.text)),
    )
