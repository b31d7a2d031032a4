"""Captures made elsewhere come in whole, once, under their own times; what cannot be taken is named."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from portal import CHAPTERS, FAST, Portal, article, kept_by, listing, row, serving, write_registry
from sqlite_utils import Database
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.captures import read_capture
from archive.status import status
from archive.verify import verify
from crawler.exits import ExitCode
from crawler.importing import ImportSummary, Loose, NotTaken, import_files
from crawler.run import crawl
from gongkai import cli

HOST = "http://www.yangli.gov.cn"
COLUMN = f"{HOST}/gknb/index.html"
CITY = "http://www.city.gov.cn/gxs/2.html"
TITLE = "样例区财政局2024年政府信息公开工作年度报告"
OTHER = "样例区教育局2024年政府信息公开工作年度报告"
LIST = listing([("/1.html", TITLE), (CITY, OTHER), ("/x.html", "样例区2025年部门预算")]).encode()
REPORT = article(TITLE, CHAPTERS + '<a href="/1.pdf">年报</a>').encode()
PDF = b"%PDF-1.4 report"


class Maker:
    """Writes WARC files as other tools do."""

    def __init__(self, *, packed: bool = True) -> None:
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed, warc_version="1.1")
        self.starts: list[int] = []

    def add(
        self,
        url: str,
        body: bytes,
        kind: str = "text/html; charset=utf-8",
        *,
        line: str = "HTTP/1.1 200 OK",
        date: str = "2025-01-22T02:12:00Z",
        more: tuple[tuple[str, str], ...] = (),
        fields: dict[str, str] | None = None,
        type_: str = "response",
    ) -> str:
        protocol, _, status = line.partition(" ")
        http = StatusAndHeaders(status, [("Content-Type", kind), *more], protocol=protocol)
        record = self.writer.create_warc_record(
            url,
            type_,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": date, **(fields or {})},
        )
        self.starts.append(self.out.tell())
        self.writer.write_record(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def bytes(self) -> bytes:
        return self.out.getvalue()


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return write_registry(tmp_path / "portals.csv", row("yangli", "www.yangli.gov.cn"))


def take(tmp_path: Path, registry: Path, *files: Path, loose: Loose | None = None) -> ImportSummary:
    return import_files(tmp_path / "data", files, registry, loose)


def put(tmp_path: Path, name: str, content: bytes) -> Path:
    (tmp_path / name).write_bytes(content)
    return tmp_path / name


def rows(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    db = Database(tmp_path / "data" / "archive.db")
    try:
        return list(db.conn.execute(sql).fetchall())
    finally:
        db.close()


def site(maker: Maker) -> Maker:
    maker.add(f"{HOST}/logo.png", b"\x89PNG....", "image/png")
    maker.add(CITY, article(OTHER, CHAPTERS).encode())
    maker.add("http://m.46840.cn/1.html", article(TITLE, CHAPTERS).encode())
    maker.add(f"{HOST}/1.pdf", PDF, "application/pdf")
    maker.add(f"{HOST}/1.html", REPORT, line="HTTP/2 200")
    maker.add(COLUMN, LIST)
    maker.add(f"{HOST}/gone.html", b"not here", line="HTTP/1.1 404 Not Found")
    return maker


@pytest.mark.parametrize("form", ["gzip'd by record", "plain", "gzip'd as a whole"])
def test_a_browsers_warc(tmp_path: Path, registry: Path, form: str) -> None:
    content = site(Maker(packed=form == "gzip'd by record")).bytes()
    file = put(tmp_path, "theirs.warc", gzip.compress(content) if form == "gzip'd as a whole" else content)
    first = take(tmp_path, registry, file)
    assert (first.captures, first.documents, first.attachments, first.refused) == (4, 2, 1, [])
    assert dict(first.passed_over) == {
        "not a page and not a document": 1,
        "HTTP status 404": 1,
        "not a host of the registry, nor one that its pages link to": 1,
    }
    assert rows(tmp_path, "SELECT url, title, listed_on, first_seen FROM documents ORDER BY url") == [
        (CITY, OTHER, "2025-01-20", "2025-01-22T02:12:00Z"),
        (f"{HOST}/1.html", TITLE, "2025-01-20", "2025-01-22T02:12:00Z"),
    ]
    ((warc, offset),) = rows(tmp_path, f"SELECT warc, warc_offset FROM captures WHERE url = '{HOST}/1.html'")
    original = read_capture(tmp_path / "data", str(warc), int(str(offset)))
    assert (original.body, original.fetched_at) == (REPORT, "2025-01-22T02:12:00Z")
    assert rows(tmp_path, "SELECT c.sha256 FROM attachments a JOIN captures c ON c.id = a.capture_id") == [
        (hashlib.sha256(PDF).hexdigest(),)
    ]
    again = take(tmp_path, registry, file)
    assert (again.captures, again.revisits, again.known, again.documents) == (0, 0, 4, 0)
    assert verify(tmp_path / "data").problems == []
    (brought,) = status(tmp_path / "data")["portals"]
    assert brought["last_import"].items() >= {
        ("captures", 0), ("known", 4), ("newest", "2025-01-22T02:12:00Z"),
    }  # fmt: skip
    assert brought["last_import"]["files"] == ["theirs.warc"]


def test_a_wacz_of_several_warcs_with_revisits(tmp_path: Path, registry: Path) -> None:
    one, two = Maker(), Maker()
    # The revisits stand before what they speak of, one of them of another address.
    known = {"WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}
    refers = {**known, "WARC-Refers-To-Target-URI": f"{HOST}/1.html", "WARC-Refers-To-Date": "2025-01-22T02:12:00Z"}
    one.add(f"{HOST}/1.html", b"", date="2025-02-22T02:12:00Z", fields=refers, type_="revisit")
    one.add(f"{HOST}/copy.html", b"", date="2025-02-22T02:12:00Z", fields=refers, type_="revisit")
    one.add(f"{HOST}/none.html", b"", fields={**known, "WARC-Refers-To": "<urn:uuid:0>"}, type_="revisit")
    two.add(f"{HOST}/1.html", REPORT)
    two.add(COLUMN, gzip.compress(LIST), more=(("Content-Encoding", "gzip"),))
    wacz = pack(tmp_path, {"a.warc.gz": one.bytes(), "b.warc.gz": two.bytes()})
    found = take(tmp_path, registry, wacz)
    assert (found.captures, found.revisits, found.refused) == (3, 1, [])
    assert found.samples == {"a revisit of a capture that is not here": [f"{HOST}/none.html"]}
    assert rows(tmp_path, f"SELECT sha256 FROM captures WHERE url = '{HOST}/copy.html'") == [
        (hashlib.sha256(REPORT).hexdigest(),)
    ]
    assert rows(tmp_path, "SELECT fetched_at FROM revisits") == [("2025-02-22T02:12:00Z",)]
    again = take(tmp_path, registry, wacz)
    assert (again.captures, again.revisits, again.known) == (0, 0, 4)
    assert verify(tmp_path / "data").problems == []


def pack(tmp_path: Path, warcs: dict[str, bytes], digest: str | None = None) -> Path:
    resources = [
        {"path": f"archive/{name}", "hash": "sha256:" + (digest or hashlib.sha256(content).hexdigest())}
        for name, content in warcs.items()
    ]
    with zipfile.ZipFile(tmp_path / "theirs.wacz", "w") as wacz:
        wacz.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": resources}))
        for name, content in warcs.items():
            wacz.writestr(f"archive/{name}", content)
    return tmp_path / "theirs.wacz"


def test_a_wacz_that_was_altered_is_refused(tmp_path: Path, registry: Path) -> None:
    found = take(tmp_path, registry, pack(tmp_path, {"a.warc.gz": site(Maker()).bytes()}, digest="0" * 64))
    assert found.captures == 0
    assert "does not have the SHA-256 that its datapackage.json states" in found.refused[0][1]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("left", [30, 40])
def test_a_file_that_was_cut_gives_what_is_whole(tmp_path: Path, registry: Path, packed: bool, left: int) -> None:
    maker = Maker(packed=packed)
    maker.add(f"{HOST}/1.html", REPORT)
    maker.add(f"{HOST}/2.html", article(OTHER, CHAPTERS).encode())
    cut = maker.bytes()[:-left] if left == 30 else maker.bytes()[: maker.starts[1] + left]
    found = take(tmp_path, registry, put(tmp_path, "cut.warc", cut))
    assert rows(tmp_path, "SELECT url FROM captures") == [(f"{HOST}/1.html",)]
    ((where, why),) = found.refused
    assert "cut.warc" in where
    assert "cut" in why or "damaged behind" in why


def test_records_that_are_not_what_they_say(tmp_path: Path, registry: Path) -> None:
    maker = Maker()
    wrong = "sha1:" + base64.b32encode(hashlib.sha1(b"x").digest()).decode()
    maker.add(f"{HOST}/1.html", REPORT, fields={"WARC-Payload-Digest": wrong})
    maker.add(f"{HOST}/2.html", REPORT, fields={"WARC-Truncated": "length"})
    maker.add(f"{HOST}/3.html", b"5\r\nhello\r\n0\r\n\r\n", "text/plain", more=(("Transfer-Encoding", "chunked"),))
    sha256 = "sha256:" + hashlib.sha256(REPORT).hexdigest()
    maker.add(f"{HOST}/4.html", REPORT, fields={"WARC-Payload-Digest": sha256})
    found = take(tmp_path, registry, put(tmp_path, "odd.warc.gz", maker.bytes()))
    assert [why for _, why in found.refused] == [
        "the payload does not have the digest that its record states",
        "cut by whoever captured it (length)",
    ]
    digests = {row[0]: row[1] for row in rows(tmp_path, "SELECT url, sha256 FROM captures")}
    assert digests[f"{HOST}/3.html"] == hashlib.sha256(b"hello").hexdigest()
    assert f"{HOST}/4.html" in digests


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (served, _):
        served.put(COLUMN, LIST)
        served.put(f"{HOST}/1.html", REPORT)
        served.put(f"{HOST}/1.pdf", PDF, content_type="application/pdf")
        served.put_report(CITY, OTHER)
        yield served


@pytest.mark.parametrize("later_first", [False, True])
def test_crawls_of_two_machines_come_together(
    tmp_path: Path, registry: Path, portal: Portal, later_first: bool
) -> None:
    there = tmp_path / "there"
    # A day apart: of what was captured within one second none is the later.
    crawl(there, registry, settings={**FAST, "GONGKAI_CLOCK": "2025-02-01T00:00:00+00:00"})
    portal.pages[f"{HOST}/1.html"].body += "<!-- 更正 -->".encode()
    crawl(there, registry, settings={**FAST, "GONGKAI_RECHECK_ALL": True, "GONGKAI_CLOCK": "2025-02-02T00:00:00+00:00"})
    files = kept_by(there)[:: -1 if later_first else 1]
    assert len(files) == 2
    take(tmp_path, registry, *files)
    theirs, ours = Database(there / "archive.db"), Database(tmp_path / "data" / "archive.db")
    for sql in (
        "SELECT url, fetched_at, status, sha256, role, record_id, portal_id FROM captures ORDER BY record_id",
        "SELECT r.fetched_at, r.status, r.record_id FROM revisits r ORDER BY r.record_id",
        "SELECT d.url, d.title, d.listed_on, c.sha256 FROM documents d JOIN captures c ON c.id = d.capture_id"
        " ORDER BY d.url",
        "SELECT a.url, a.label, c.sha256 FROM attachments a JOIN captures c ON c.id = a.capture_id",
    ):
        assert ours.conn.execute(sql).fetchall() == theirs.conn.execute(sql).fetchall()
    theirs.close()
    ours.close()
    again = take(tmp_path, registry, *files)
    assert (again.captures, again.revisits, again.documents) == (0, 0, 0)
    assert verify(tmp_path / "data").problems == []


def test_loose_files(tmp_path: Path, registry: Path) -> None:
    page, pdf = put(tmp_path, "saved.html", REPORT), put(tmp_path, "报告.pdf", PDF)
    for _ in range(2):
        take(tmp_path, registry, page, loose=Loose(f"{HOST}/1.html"))
        take(tmp_path, registry, pdf, loose=Loose("http://old.example.cn/r.pdf", "yangli", "样例区2018年年报"))
    assert rows(tmp_path, "SELECT url, title, portal_id FROM documents ORDER BY url") == [
        ("http://old.example.cn/r.pdf", "样例区2018年年报", "yangli"),
        (f"{HOST}/1.html", TITLE, "yangli"),
    ]
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(2,)]
    assert rows(tmp_path, "SELECT count(*) FROM revisits") == [(0,)]


@pytest.mark.parametrize(
    ("name", "content", "loose", "why"),
    [
        ("a.pdf", PDF, Loose("http://www.elsewhere.gov.cn/a.pdf"), "no host of the registry"),
        ("a.png", b"\x89PNG", Loose(f"{HOST}/a.png"), "not a page and not a document"),
        ("a.html", b"", Loose(f"{HOST}/a.html"), "an empty file"),
        ("a.warc", b"WARC/1.1\r\n", Loose(f"{HOST}/a.html"), "without --url"),
    ],
)
def test_a_loose_file_that_cannot_be_taken(
    tmp_path: Path, registry: Path, name: str, content: bytes, loose: Loose, why: str
) -> None:
    with pytest.raises(NotTaken, match=why):
        take(tmp_path, registry, put(tmp_path, name, content), loose=loose)


def test_the_command(tmp_path: Path, registry: Path) -> None:
    def gongkai(*arguments: str) -> tuple[int, str]:
        line = ["--data", str(tmp_path / "data"), "import", "--registry", str(registry), *arguments]
        result = CliRunner().invoke(cli, line, catch_exceptions=False)
        return result.exit_code, result.output

    good = put(tmp_path, "a.warc.gz", site(Maker()).bytes())
    code, said = gongkai(str(good))
    assert code == ExitCode.WELL
    assert "4 captures and 0 revisits taken, 0 were here already; 2 documents with 1 attachments." in said
    code, said = gongkai(str(put(tmp_path, "report.pdf", PDF)))
    assert code == ExitCode.BAD_INPUT
    assert "report.pdf: not a WARC or WACZ; a loose page or document needs --url" in said
    code, said = gongkai(str(tmp_path / "report.pdf"), "--url", f"{HOST}/r.pdf", "--date", "2020-03-04")
    assert code == ExitCode.WELL
    assert ("2020-03-04T00:00:00Z",) in rows(tmp_path, "SELECT fetched_at FROM captures")
    assert gongkai(str(good), str(good), "--url", f"{HOST}/r.pdf")[0] == ExitCode.BAD_INPUT
