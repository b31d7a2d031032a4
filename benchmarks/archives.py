"""Not a benchmark: archives of any size, of invented bodies that each reported for ten years.

The numbers and sentences mean nothing; their amount and variety are those of real reports (about 2,000 characters of
prose, all three tables, a dozen figures, the reading that all of it came from). The same size gives the same archive.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import ingest, readings
from archive.captures import CaptureStore, Exchange
from archive.names import field_of
from archive.provinces import PROVINCES
from archive.schema import FORM_TABLES, open_archive
from archive.versions import content_of, content_sha256
from benchmarks.prose import Prose, name
from crawler.sample.render import REFRAMED, site
from crawler.sample.truth import truth
from extract import Source, read
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import EXTRACTOR_VERSION, Fault, Figure, Finding, Number, Report, Section, Severity

ORIGINALS = 64
"""So many reports, spread over the archive, have an original behind them: what is opened must be there."""
_YEARS = tuple(range(2015, 2025))
_AGENCIES_A_PORTAL = 50
_BATCH = 1_000
_OLD = "1"
"""The version of the reader that read what is there."""
_SEEN, _BEFORE = "2025-03-01T02:00:00Z", "2025-02-15T02:00:00Z"
_EDITED = 50
"""One report in so many was edited after the legal date."""
_EARLIER = 10**9
"""Captures of what a report was before an edit have ids from here on."""
_CAPTURE = (
    "INSERT INTO captures (id, portal_id, role, url, final_url, fetched_at, status, content_type, sha256, size, warc, "
    "warc_offset, warc_length, record_id) VALUES (?, ?, 'article', ?, ?, ?, 200, 'text/html', ?, 60000, ?, ?, ?, ?)"
)
_READING = (
    "INSERT INTO readings (document_id, fingerprint, extractor, read_at, status, capture_id, report, pending) "
    f"VALUES (?, ?, ?, '{_SEEN}', 'read', ?, ?, ?)"
)


@contextmanager
def archive_of(reports: int) -> Iterator[Path]:
    """The folder of an archive of that many reports, which is removed afterwards; or kept for the next run, in the
    folder that GONGKAI_BENCH_FOLDER names."""
    kept = os.environ.get("GONGKAI_BENCH_FOLDER")
    with tempfile.TemporaryDirectory(prefix="gongkai-benchmark-", dir=kept) as folder:
        home = Path(kept) / str(reports) if kept else Path(folder) / "archive"
        if not home.exists():
            make(Path(folder) / "making", reports)
            (Path(folder) / "making").rename(home)
        yield home


def make(data: Path, reports: int, seed: int = 7) -> None:
    """Fill DATA/archive.db with that many reports, a year of an agency each."""
    db = open_archive(data)
    # Nobody else has it, and it is thrown away: what a crash would cost does not matter.
    db.execute("PRAGMA synchronous=OFF")
    try:
        with CaptureStore(data, db) as store:
            rows = _Rows(random.Random(seed), store, max(1, reports // ORIGINALS))
            with db.atomic():
                db.conn.executemany("INSERT INTO divisions VALUES (?, ?)", [(f"{k}0101", n) for k, n in _DIVISIONS])
                for number in range(reports):
                    rows.report(number)
                    if number % _BATCH == 0 or number + 1 == reports:
                        for sql, values in rows.taken():
                            db.conn.executemany(sql, values)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


_DIVISIONS = tuple(PROVINCES.items())


def take_in(data: Path, reports: int) -> float:
    """Bring that many more read reports into a synthetic archive, of new bodies, and give the seconds of the processor
    that it took: what `extract` does in its own process once a child has read a document."""
    db = open_archive(data)
    try:
        (capture,) = db.execute("SELECT max(id) FROM captures WHERE id < ?", [_EARLIER]).fetchone()
        made = []
        # Whenever it is called: of bodies that are not there yet.
        prose = Prose(random.Random(capture))
        with db.atomic():
            for number in range(reports):
                capture += 1
                if number % _AGENCIES_A_PORTAL == 0:
                    portal = f"n{capture}"
                    db.execute("INSERT INTO portals (id, name) VALUES (?, ?)", [portal, f"霁川市{name(capture)}县"])
                body = f"{name(capture)}{name(capture * 7 + 1)}局"
                report = _read(prose, random.Random(capture), capture, body, 2024)
                made.append((_waiting(db, portal, capture), report))
        began = time.process_time()
        for document, report in made:
            with db.atomic():
                state = readings.states(db, document)[-1]
                readings.record(db, state, readings.READ, None, state.captures[0], report)
                ingest.ingest(db, document)
        return time.process_time() - began
    finally:
        db.close()


def _waiting(db: Database, portal: str, capture: int) -> int:
    """A document that was fetched and not read yet; gives its id."""
    url = f"http://{portal}.gov.example/new/{capture}.html"
    place = ("new.warc.gz", capture * 9000, 9000)
    db.execute(_CAPTURE, [capture, portal, url, url, _SEEN, f"{capture:064x}", *place, f"<urn:{capture}>"])
    db.execute(
        "INSERT INTO documents (portal_id, url, title, first_seen, last_seen, capture_id) "
        f"VALUES (?, ?, '年报', '{_SEEN}', '{_SEEN}', ?)",
        [portal, url, capture],
    )
    return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])


def read_anew(data: Path) -> int:
    """Lay beside every reading one by this version of the reader that waits to be accepted; one in twenty reads a cell
    otherwise. Gives how many they are."""
    with closing(open_archive(data)) as db, db.atomic():
        # A run before may have left its own.
        db.execute("DELETE FROM readings WHERE extractor = ?", [EXTRACTOR_VERSION])
        db.execute(
            "INSERT INTO readings (document_id, fingerprint, extractor, read_at, status, capture_id, report, pending) "
            "SELECT document_id, fingerprint, ?, read_at, status, capture_id, CASE WHEN document_id % 20 THEN report "
            "ELSE json_set(report, '$.tables.requests.received.total', 7777) END, 1 FROM readings WHERE extractor = ?",
            [EXTRACTOR_VERSION, _OLD],
        )
        return int(db.execute("SELECT count(*) FROM readings WHERE pending").fetchone()[0])


def _read(
    prose: Prose, chance: random.Random, body: int, agency: str, year: int, before: Report | None = None
) -> Report:
    """A report as a reading yields it, which carries on from the body's report of the year before."""
    title = f"{agency}{year}年政府信息公开工作年度报告"
    made = Report("", "html", title, agency, year, f"{year + 1}-01-28", "2021")
    texts = prose.chapters(body, len(CHAPTERS))
    headings = [f"{'一二三四五六'[c.number - 1]}、{c.heading}" for c in CHAPTERS]
    made.sections = [Section(c.number, c.key, h, text) for c, h, text in zip(CHAPTERS, headings, texts, strict=True)]
    made.tables["disclosure"] = {
        item.key: {cell: chance.randint(0, 400) for cell in item.cells} for item in DISCLOSURE["2021"]
    }
    made.tables["requests"] = {}
    for outcome in OUTCOMES:
        cells = [chance.randint(0, 3) for _ in range(len(APPLICANTS) - 1)]
        made.tables["requests"][outcome.key] = dict(zip(APPLICANTS, [*cells, sum(cells)], strict=True))
    if before:
        was, now = before.tables, made.tables
        now["requests"]["carried_in"] = dict(was["requests"]["carried_forward"])
        for row in ("rules", "normative_documents"):
            counted = now["disclosure"][row]
            carried = _sum(was["disclosure"][row]["in_force"], counted["issued"])
            counted["in_force"] = carried - _sum(counted["repealed"])
    made.tables["challenges"] = {route: dict.fromkeys(RESULTS, 0) for route in ROUTES}
    made.figures = [
        Figure(1, "disclosure", chance.randint(0, 3000), "条", False, chance.choice(prose.sentences)) for _ in range(12)
    ]
    if chance.random() < 0.25:
        cell = ("requests.received.total",)
        numbers = chance.randint(0, 400), chance.randint(0, 400)
        made.add([Finding("row_sum:received", Severity.ERROR, Fault.SOURCE, "不等", *numbers, cell)])
    return made


def _sum(*numbers: Number | None) -> Number:
    return sum(number or 0 for number in numbers)


class _Rows:
    """The rows of every table, gathered by their statements, referred-to tables first."""

    def __init__(self, chance: random.Random, store: CaptureStore, step: int) -> None:
        self._chance, self._store, self._step = chance, store, step
        self._prose = Prose(chance)
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._before: Report | None = None
        url = next(report.url for report in truth() if report.id.startswith(REFRAMED) and report.media == "html")
        self._page = site(2)[url].body
        found = readings.dump(read(Source(self._page, url)))["locators"]
        self._locators = json.dumps(found)

    def taken(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """The statements with their rows so far, which are then forgotten."""
        taken, self._rows = self._rows, {sql: [] for sql in self._rows}
        return iter(taken.items())

    def report(self, number: int) -> None:
        agency_number, year = number // len(_YEARS), _YEARS[number % len(_YEARS)]
        portal_number = agency_number // _AGENCIES_A_PORTAL
        portal, agency = f"p{portal_number}", f"p{portal_number}-{agency_number:08x}"
        place = f"霁川市{name(portal_number)}区"
        body = f"{place}{name(agency_number)}局"
        report, url, capture = f"{agency}-{year}", f"http://{portal}.gov.example/{number}.html", number + 1
        if number % (len(_YEARS) * _AGENCIES_A_PORTAL) == 0:
            division = f"{_DIVISIONS[portal_number % len(_DIVISIONS)][0]}0101"
            self._add("INSERT INTO portals (id, division_code, name) VALUES (?, ?, ?)", portal, division, place)
            self._add(
                "INSERT INTO crawls (run, portal_id, started, finished, outcome) VALUES ('run', ?, ?, ?, 'ok')",
                *(portal, _SEEN, _SEEN),
            )
        if number % len(_YEARS) == 0:
            self._add(
                "INSERT INTO agencies (id, portal_id, name, kind, field, series_id) VALUES (?, ?, ?, ?, ?, ?)",
                *(agency, portal, body, "department", field_of(body, place), agency),
            )
        sha256, *stored = self._original(number, url)
        self._add(_CAPTURE, capture, portal, url, url, _SEEN, sha256, *stored, f"<urn:{number}>")
        made = _read(
            self._prose, self._chance, agency_number, body, year, self._before if number % len(_YEARS) else None
        )
        self._before, made.source = made, url
        self._add(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, '2021', ?, ?, -3, 'html', ?, ?, ?, ?)",
            *(report, agency, portal, body, year, made.title, made.published, f"{year + 1}-01-31"),
            *(url, capture, capture, _OLD),
        )
        self._add(
            "INSERT INTO documents (id, portal_id, url, title, first_seen, last_seen, capture_id, report_id) "
            f"VALUES (?, ?, ?, ?, '{_SEEN}', '{_SEEN}', ?, ?)",
            *(capture, portal, url, f"{body}{year}年年报", capture, report),
        )
        self._content(report, made)
        if number % _EDITED == 0:
            self._edit(report, portal, capture, made)
        self._version(report, 1 + (number % _EDITED == 0), _SEEN, capture, made)
        self._reading(capture, capture, sha256, made)

    def _original(self, number: int, url: str) -> tuple[str, str, int, int]:
        """SHA-256 and place of what was captured: of a few reports it is there."""
        if number % self._step:
            return f"{number:064x}", "x.warc.gz", number * 9000, 9000
        plan = self._store.plan(Exchange(url, 200, [("Content-Type", "text/html")], self._page, "article"))
        (kept,) = self._store.write([plan])
        return plan.sha256, kept.warc, kept.offset, kept.length

    def _reading(self, document: int, capture: int, sha256: str, made: Report) -> None:
        state = hashlib.sha256(sha256.encode()).hexdigest()
        stored = json.dumps(readings.dump(made, (capture,)), ensure_ascii=False)
        stored = stored.replace('"locators": {}', f'"locators": {self._locators}')
        self._add(_READING, document, state, _OLD, capture, stored, 0)

    def _edit(self, report: str, portal: str, document: int, made: Report) -> None:
        """The report as it was before one cell of it was changed."""
        cells = made.tables["requests"]["received"]
        now, capture, sha256 = cells["total"], _EARLIER + document, f"{_EARLIER + document:064x}"
        place = ("x.warc.gz", capture * 9000, 9000, f"<urn:{capture}>")
        self._add(_CAPTURE, capture, portal, made.source, made.source, _BEFORE, sha256, *place)
        cells["total"] = 8888
        self._version(report, 1, _BEFORE, capture, made)
        self._reading(document, capture, sha256, made)
        cells["total"] = now
        self._add(
            "INSERT INTO changes (report_id, from_version, to_version, kind, location, before, after, last_before, "
            "first_after, before_capture_id, after_capture_id, after_due, certain) "
            f"VALUES (?, 1, 2, 'cell', 'requests.received.total', 8888, ?, '{_BEFORE}', '{_SEEN}', ?, ?, 1, 1)",
            *(report, now, capture, document),
        )

    def _version(self, report: str, number: int, seen: str, capture: int, made: Report) -> None:
        content = content_of(made)
        self._add(
            "INSERT INTO versions (report_id, number, content_sha256, first_seen, last_seen, capture_id, content, "
            "extractor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(report, number, content_sha256(content), seen, seen, capture),
            *(json.dumps(content, ensure_ascii=False), _OLD),
        )

    def _content(self, report: str, made: Report) -> None:
        for s in made.sections:
            sql = "INSERT INTO sections (report_id, number, key, heading, text) VALUES (?, ?, ?, ?, ?)"
            self._add(sql, report, s.number, s.key, s.heading, s.text)
        for key, (table, row_name) in FORM_TABLES.items():
            for row, cells in made.tables[key].items():
                names, marks = ", ".join(cells), ", ".join("?" * len(cells))
                sql = f"INSERT INTO {table} (report_id, {row_name}, {names}) VALUES (?, ?, {marks})"
                self._add(sql, report, row, *cells.values())
        for figure in made.figures:
            self._add(
                "INSERT INTO figures (report_id, section, topic, value, unit, approximate, sentence) "
                "VALUES (?, ?, ?, ?, ?, 0, ?)",
                *(report, figure.section, figure.topic, figure.value, figure.unit, figure.sentence),
            )
        for f in made.findings:
            self._add(
                "INSERT INTO findings (report_id, rule, severity, fault, message, expected, actual, cells) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(report, f.rule, f.severity.value, f.fault.value, f.message, f.expected, f.actual),
                json.dumps(f.cells),
            )

    def _add(self, sql: str, *values: object) -> None:
        self._rows.setdefault(sql, []).append(values)
