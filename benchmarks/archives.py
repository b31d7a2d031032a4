"""Not a benchmark: archives of any size, made of the sample reports' sentences, shuffled, with invented names between.

The numbers and sentences mean nothing; their amount and variety are those of real reports (about 1,500 characters of
prose, all three tables, a dozen figures). The same size gives the same archive.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import ingest, readings
from archive.schema import open_archive
from crawler.sample.truth import truth
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Figure, Report, Section

_YEARS = tuple(range(2015, 2025))
_AGENCIES_A_PORTAL = 50
_BATCH = 1_000
_CHARACTERS = "江河湖海山川原野桥溪泉林松柏竹兰梅菊春夏秋冬东南西北安宁康泰平和顺达兴隆昌盛福禄寿喜龙凤麟龟鹤鹿云雨"
_CAPTURE = (
    "INSERT INTO captures (id, portal_id, role, url, final_url, fetched_at, status, content_type, sha256, size, warc, "
    "warc_offset, warc_length, record_id) VALUES (?, ?, 'article', ?, ?, '2025-03-01T02:00:00Z', 200, 'text/html', ?, "
    "60000, 'x.warc.gz', ?, 9000, ?)"
)


def make(data: Path, reports: int, seed: int = 7) -> None:
    """Fill DATA/archive.db with that many reports, a year of an agency each. There are no originals behind them."""
    rows = _Rows(random.Random(seed))
    db = open_archive(data)
    # Nobody else has it, and it is thrown away: what a crash would cost does not matter.
    db.execute("PRAGMA synchronous=OFF")
    try:
        with db.atomic():
            db.execute("INSERT INTO divisions VALUES ('990000', '霁川市')")
            for number in range(reports):
                rows.report(number)
                if number % _BATCH == 0 or number + 1 == reports:
                    for sql, values in rows.taken():
                        db.conn.executemany(sql, values)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def take_in(data: Path, reports: int, seed: int = 11) -> float:
    """Bring that many more read reports into a synthetic archive, of new bodies, and give the seconds of the processor
    that it took: what `extract` does in its own process once a child has read a document."""
    rows = _Rows(random.Random(seed))
    db = open_archive(data)
    try:
        portals = [row[0] for row in db.execute("SELECT id FROM portals ORDER BY id")]
        (capture,) = db.execute("SELECT max(id) FROM captures").fetchone()
        made = []
        with db.atomic():
            for number in range(reports):
                capture += 1
                portal = portals[number % len(portals)]
                made.append((_waiting(db, portal, capture, seed), rows.read(number)))
        began = time.process_time()
        for document, report in made:
            with db.atomic():
                state = readings.states(db, document)[-1]
                readings.record(db, state, readings.READ, None, state.captures[0], report)
                ingest.ingest(db, document)
        return time.process_time() - began
    finally:
        db.close()


def _waiting(db: Database, portal: str, capture: int, seed: int) -> int:
    """A document that was fetched and not read yet; gives its id."""
    url = f"http://{portal}.gov.example/new/{seed}-{capture}.html"
    db.execute(_CAPTURE, [capture, portal, url, url, f"{seed:032x}{capture:032x}", capture * 9000, f"<urn:{capture}>"])
    db.execute(
        "INSERT INTO documents (portal_id, url, title, first_seen, last_seen, capture_id) "
        "VALUES (?, ?, '年报', '2025-03-01T02:00:00Z', '2025-03-01T02:00:00Z', ?)",
        [portal, url, capture],
    )
    return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])


class _Rows:
    """The rows of every table, gathered by their statements, referred-to tables first."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._sentences = _sentences()
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def taken(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """The statements with their rows so far, which are then forgotten."""
        taken, self._rows = self._rows, {sql: [] for sql in self._rows}
        return iter(taken.items())

    def report(self, number: int) -> None:
        agency_number, year = number // len(_YEARS), _YEARS[number % len(_YEARS)]
        portal_number = agency_number // _AGENCIES_A_PORTAL
        portal, agency = f"p{portal_number}", f"p{portal_number}-{agency_number:08x}"
        place = f"霁川市{self._name(portal_number)}区"
        name = f"{place}{self._name(agency_number)}局"
        report, url, capture = f"{agency}-{year}", f"http://{portal}.gov.example/{number}.html", number + 1
        if number % (len(_YEARS) * _AGENCIES_A_PORTAL) == 0:
            self._add("INSERT INTO portals (id, division_code, name) VALUES (?, '990000', ?)", portal, place)
        if number % len(_YEARS) == 0:
            self._add(
                "INSERT INTO agencies (id, portal_id, name, kind) VALUES (?, ?, ?, 'department')", agency, portal, name
            )
        digest = f"{number:064x}"
        self._add(_CAPTURE, capture, portal, url, url, digest, number * 9000, f"<urn:{number}>")
        self._add(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, '2021', ?, ?, -3, 'html', ?, ?, ?, '1')",
            *(report, agency, portal, name, year, f"{name}{year}年政府信息公开工作年度报告"),
            *(f"{year + 1}-01-28", f"{year + 1}-01-31", url, capture, capture),
        )
        self._add(
            "INSERT INTO documents (id, portal_id, url, title, first_seen, last_seen, capture_id, report_id) "
            "VALUES (?, ?, ?, ?, '2025-03-01T02:00:00Z', '2025-03-01T02:00:00Z', ?, ?)",
            *(capture, portal, url, f"{name}{year}年年报", capture, report),
        )
        self._content(report, capture, digest)
        if number % 4 == 0:
            self._add(
                "INSERT INTO findings (report_id, rule, severity, fault, message, expected, actual, cells) VALUES "
                "(?, 'row_sum:received', 'error', 'source', '不等', ?, ?, '[\"requests.received.total\"]')",
                *(report, self._chance.randint(0, 400), self._chance.randint(0, 400)),
            )

    def _content(self, report: str, capture: int, digest: str) -> None:
        chapters = [(c.number, c.key, f"{'一二三四五六'[c.number - 1]}、{c.heading}", self._text()) for c in CHAPTERS]
        sql = "INSERT INTO sections (report_id, number, key, heading, text) VALUES (?, ?, ?, ?, ?)"
        for chapter in chapters:
            self._add(sql, report, *chapter)
        tables = {"disclosure": self._disclosures(report), "requests": self._requests(report), "challenges": {}}
        for route in ROUTES:
            self._add("INSERT INTO challenges VALUES (?, ?, 0, 0, 0, 0, 0)", report, route)
            tables["challenges"][route] = dict.fromkeys(RESULTS, 0)
        for _ in range(12):
            value, sentence = self._chance.randint(0, 3000), self._chance.choice(self._sentences)
            self._add(
                "INSERT INTO figures (report_id, section, topic, value, unit, approximate, sentence) "
                "VALUES (?, 1, 'disclosure', ?, '条', 0, ?)",
                *(report, value, sentence),
            )
        keys = ("number", "key", "heading", "text")
        content = {"sections": [dict(zip(keys, chapter, strict=True)) for chapter in chapters], "tables": tables}
        self._add(
            "INSERT INTO versions (report_id, number, content_sha256, first_seen, last_seen, capture_id, content) "
            "VALUES (?, 1, ?, '2025-03-01T02:00:00Z', '2025-03-01T02:00:00Z', ?, ?)",
            *(report, digest, capture, json.dumps(content, ensure_ascii=False)),
        )

    def read(self, number: int) -> Report:
        """A report as a reading yields it, of a body that no other report is of."""
        agency = f"{self._name(number)}{self._name(number * 7 + 1)}局"
        made = Report("", "html", f"{agency}2024年政府信息公开工作年度报告", agency, 2024, "2025-01-20", "2021")
        made.sections = [Section(c.number, c.key, c.heading, self._text()) for c in CHAPTERS]
        made.tables = {
            "disclosure": {row: dict(cells) for row, cells in self._disclosures("").items()},
            "requests": {row: dict(cells) for row, cells in self._requests("").items()},
            "challenges": {route: dict.fromkeys(RESULTS, 0) for route in ROUTES},
        }
        made.figures = [Figure(1, "disclosure", 18, "条", False, self._sentences[i]) for i in range(12)]
        return made

    def _disclosures(self, report: str) -> dict[str, dict[str, int]]:
        found = {}
        for item in DISCLOSURE["2021"]:
            cells = {cell: self._chance.randint(0, 400) for cell in item.cells}
            names, marks = ", ".join(cells), ", ".join("?" * len(cells))
            sql = f"INSERT INTO disclosures (report_id, item, {names}) VALUES (?, ?, {marks})"
            self._add(sql, report, item.key, *cells.values())
            found[item.key] = cells
        return found

    def _requests(self, report: str) -> dict[str, dict[str, int]]:
        found = {}
        for outcome in OUTCOMES:
            cells = [self._chance.randint(0, 3) for _ in range(len(APPLICANTS) - 1)]
            cells.append(sum(cells))
            self._add(f"INSERT INTO requests VALUES (?, ?{', ?' * len(cells)})", report, outcome.key, *cells)
            found[outcome.key] = dict(zip(APPLICANTS, cells, strict=True))
        return found

    def _text(self) -> str:
        said = []
        for _ in range(self._chance.randint(5, 11)):
            named = f"{self._name(self._chance.randrange(10**6))}{self._chance.choice('镇乡村路街')}"
            said.append(f"{self._chance.choice(self._sentences)}，涉及{named}{self._chance.randint(1, 900)}件。")
        return "\n".join(said)

    def _name(self, number: int) -> str:
        base = len(_CHARACTERS)
        return _CHARACTERS[number % base] + _CHARACTERS[number // base % base] + _CHARACTERS[number // base**2 % base]

    def _add(self, sql: str, *values: object) -> None:
        self._rows.setdefault(sql, []).append(values)


def _sentences() -> list[str]:
    return [
        sentence
        for report in truth(1)
        for _, paragraphs in report.sections
        for paragraph in paragraphs
        for sentence in paragraph.split("。")
        if len(sentence) > 8
    ]
