"""An archive of invented bodies for the tests: real captures in a real WARC, reports made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from archive import readings
from archive.captures import CaptureStore, Exchange
from archive.ingest import Ingested, ingest
from archive.schema import open_archive
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Fault, Figure, Finding, Report, Row, Section, Severity, Table

PLACE = "云溪市青原区"
HOSTILE = (
    "<!doctype html><html><head><meta charset='gb2312'><title>原件</title>"
    "<link rel='preconnect' href='http://198.51.100.7/'><base href='http://198.51.100.7/'>"
    "<meta http-equiv='refresh' content='0;url=http://198.51.100.7/'>"
    "<script>document.title='SCRIPT RAN';document.write('SCRIPT RAN')</script></head>"
    "<body onload=\"document.body.innerHTML='HANDLER RAN'\"><h1>青原区商务局年报镕</h1>"
    "<img src='http://198.51.100.7/x.png' onerror=\"document.title='SCRIPT RAN'\">"
    "<form action='/'><button autofocus onfocus=\"document.title='SCRIPT RAN'\">按</button></form>"
    "<iframe srcdoc='<script>parent.document.title=1</script>'></iframe>"
    "<svg onload=\"document.title='SCRIPT RAN'\"></svg></body></html>"
)


def tables(received: int | None = 7, carried_in: int | None = 2, carried_forward: int | None = 1) -> dict[str, Table]:
    """A form of 2021 with numbers, whose requests balance by default."""
    requests: Table = {outcome.key: dict.fromkeys(APPLICANTS, 0) for outcome in OUTCOMES}
    requests["received"] = _applicants(received)
    requests["carried_in"] = _applicants(carried_in)
    requests["carried_forward"] = _applicants(carried_forward)
    concluded = (received or 0) + (carried_in or 0) - (carried_forward or 0)
    requests["granted"] = requests["concluded"] = _applicants(concluded)
    requests["partly_granted"]["legal_service"] = None
    disclosure: Table = {item.key: dict.fromkeys(item.cells, 0) for item in DISCLOSURE["2021"]}
    disclosure["normative_documents"] = {"issued": 3, "repealed": 1, "in_force": 12}
    disclosure["fees"] = {"amount": 96171.6}
    challenges: Table = {route: dict.fromkeys(RESULTS, 0) for route in ROUTES}
    return {"disclosure": disclosure, "requests": requests, "challenges": challenges}


def _applicants(count: int | None) -> Row:
    return {**dict.fromkeys(APPLICANTS, 0), "natural_person": count, "total": count}


def report(
    url: str, agency: str = "青原区商务局", year: int = 2024, published: str | None = "2025-01-22", opening: str = ""
) -> Report:
    """A report with all six chapters, a figure, and a finding of each fault."""
    found = Report(url, "html", f"{agency}{year}年政府信息公开工作年度报告", agency, year, published, "2021")
    text = opening or f"{year}年，本局通过政务新媒体主动公开信息18条，全年未收到行政复议案件。\n平台建设持续加强。"
    found.sections = [
        Section(
            c.number,
            c.key,
            f"{'一二三四五六'[c.number - 1]}、{c.heading}",
            text if c.number == 1 else f"{c.heading}见下。",
        )
        for c in CHAPTERS
    ]
    found.tables = tables()
    found.figures = [Figure(1, "disclosure", 18, "条", False, "通过政务新媒体主动公开信息18条")]
    found.add(
        [
            Finding(
                "row_sum:received",
                Severity.ERROR,
                Fault.SOURCE,
                "the applicants add up to 9",
                9,
                7,
                ("requests.received.total",),
            ),
            Finding(
                "unread:requests.partly_granted.legal_service", Severity.WARNING, Fault.READING, "two digits overlap"
            ),
        ]
    )
    return found


class Archive:
    """A data folder that fills up as a crawl and a reading would fill it; one that was begun is gone on with."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.db = open_archive(data)
        self.store = CaptureStore(data, self.db)
        self.crawls: int = self.db.execute("SELECT coalesce(max(id), 0) FROM crawls").fetchone()[0]
        if not self.crawls:
            self.db.execute("INSERT INTO divisions VALUES ('990101', ?)", [PLACE])
            self.portal("qingyuan", PLACE)

    def close(self) -> None:
        self.store.close()
        self.db.close()

    def portal(self, portal: str, name: str) -> None:
        self.db.execute(
            "INSERT INTO portals (id, division_code, name, level, home_url) VALUES (?, '990101', ?, 'county', ?)",
            [portal, name, f"http://{portal}.test/"],
        )

    def crawl(self, portal: str = "qingyuan", outcome: str = "ok", day: int = 1) -> int:
        self.crawls += 1
        stamp = f"2026-03-{day:02d}T02:00:00Z"
        self.db.execute(
            "INSERT INTO crawls (id, run, portal_id, started, finished, outcome) VALUES (?, 'run', ?, ?, ?, ?)",
            [self.crawls, portal, stamp, stamp.replace("T02", "T03"), outcome],
        )
        return self.crawls

    def fetch(
        self,
        url: str,
        body: str | bytes,
        role: str = "article",
        day: int = 1,
        kind: str = "text/html",
        portal: str = "qingyuan",
    ) -> int:
        """Keep a response; gives the id of its capture. The same bytes again are a revisit."""
        payload = body.encode() if isinstance(body, str) else body
        exchange = Exchange(
            url,
            200,
            [("Content-Type", kind)],
            payload,
            role,
            datetime(2026, 3, day, 2, 30, tzinfo=UTC),
            portal_id=portal,
            crawl_id=self.crawls or None,
        )
        return self.store.keep(exchange).capture_id

    def document(
        self, url: str, title: str, capture: int | None, portal: str = "qingyuan", listed: str | None = None
    ) -> int:
        self.db.execute(
            "INSERT INTO documents (portal_id, url, title, listed_on, first_seen, last_seen, capture_id) "
            "VALUES (?, ?, ?, ?, '2026-03-01T02:00:00Z', '2026-03-01T02:00:00Z', ?) "
            "ON CONFLICT (url) DO UPDATE SET capture_id = excluded.capture_id",
            [portal, url, title, listed, capture],
        )
        return int(self.db.execute("SELECT id FROM documents WHERE url = ?", [url]).fetchone()[0])

    def attach(self, document: int, url: str, capture: int) -> None:
        self.db.execute(
            "INSERT INTO attachments SELECT ?, ?, '附件', id, fetched_at FROM captures WHERE id = ? "
            "ON CONFLICT (document_id, url) DO UPDATE SET capture_id = excluded.capture_id",
            [document, url, capture],
        )

    def take(self, url: str, made: Report, body: str | bytes = "", day: int = 1, portal: str = "qingyuan") -> Ingested:
        """A document captured, read as `made`, and taken in."""
        capture = self.fetch(url, body or f"<html>{made.title}{made.published}{day}</html>", day=day, portal=portal)
        document = self.document(url, made.title or "", capture, portal)
        return self.reread(document, made)

    def reread(self, document: int, made: Report) -> Ingested:
        state = readings.states(self.db, document)[-1]
        with self.db.atomic():
            readings.record(self.db, state, readings.READ, None, state.captures[0], made)
            return ingest(self.db, document)


def fill(data: Path) -> None:
    """The archive that the site's tests look at: two bodies, three years, an edit after publication, a document that
    could not be read, a late report."""
    archive = Archive(data)
    archive.crawl()
    old = report("http://qingyuan.test/2023.html", year=2023, published="2024-02-20")
    old.findings.clear()
    archive.take(old.source, old)
    made = report("http://qingyuan.test/2024.html")
    archive.take(made.source, made, HOSTILE.encode("gb18030"))
    town = report("http://qingyuan.test/town.html", "白石镇人民政府", 2024, "2025-01-30", "白石镇推进“三资”公开。")
    town.findings.clear()
    town.tables = {"disclosure": {}, "requests": {}, "challenges": {}}
    town.form = None
    archive.take(town.source, town)
    pdf = archive.fetch("http://qingyuan.test/f.pdf", b"%PDF-1.4\n%%EOF\n", "attachment", kind="application/pdf")
    unread = archive.document("http://qingyuan.test/bad.html", "青原区教育局2024年年报", pdf)
    with archive.db.atomic():
        readings.record(archive.db, readings.states(archive.db, unread)[-1], "malformed", "the file is cut", pdf, None)
    archive.crawl(day=9)
    edited = report(
        "http://qingyuan.test/2024.html",
        opening="2024年，本局主动公开信息20条，全年未收到行政复议案件。\n平台建设持续加强。",
    )
    edited.tables["disclosure"]["licensing"]["decisions"] = 5
    archive.take(edited.source, edited, HOSTILE.replace("年报", "年报改").encode("gb18030"), day=9)
    archive.close()


def fill_years(data: Path) -> None:
    """A place over five years: a bureau that was renamed, one that was late and one that left a year out, a form that
    does not add up, a leap, an edit after the legal date."""
    archive = Archive(data)
    archive.crawl(day=1)
    for year in range(2020, 2025):
        for bureau, late in (("商务局", 0), ("教育局", 12), ("卫生健康局", 0), ("民政局", 0)):
            if (bureau, year) == ("民政局", 2022):
                continue
            published = f"{year + 1}-0{1 + bool(late)}-{late or 20:02d}"
            made = report(f"http://qingyuan.test/{quote(bureau)}{year}.html", f"青原区{bureau}", year, published)
            made.tables = tables(received=5 + year % 7, carried_in=1, carried_forward=1)
            if (bureau, year) != ("商务局", 2023):
                made.findings.clear()
            archive.take(made.source, made)
    government = report("http://qingyuan.test/gov.html", "青原区人民政府", 2024, "2025-03-20")
    government.findings.clear()
    archive.take(government.source, government)
    archive.crawl(day=9)
    edited = report(f"http://qingyuan.test/{quote('商务局')}2024.html", "青原区商务局", 2024, "2025-01-20")
    edited.tables = tables(received=40, carried_in=1, carried_forward=1)
    edited.findings.clear()
    archive.take(edited.source, edited, day=9)
    archive.close()
