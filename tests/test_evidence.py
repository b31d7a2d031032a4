"""From a cell of a report to the place of the archived original that prints it."""

from __future__ import annotations

import asyncio
import html
import io
import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pypdfium2 as pdfium
import pytest
from client import get, page
from datasette.app import Datasette
from generator import make_truth, render_html
from generator.accuracy import read_page
from generator.word import render_docx
from invented import Archive
from test_marking import CELL, cells, mark_in
from warcio.archiveiterator import ArchiveIterator

from archive.evidence import pack, unpack
from archive.publish import publish
from archive.serve import datasette
from archive.site import contained
from archive.site.contained import Children, Kept
from extract import Report, Source, read
from extract.errors import Status, Unreadable
from extract.page_image import page_image
from extract.proof import text_in_pdf
from extract.report import EXTRACTOR_VERSION, Locator
from extract.workers import Limits

SAMPLES = Path(__file__).resolve().parents[1] / "crawler" / "sample" / "files"


def test_places_are_packed_small_and_come_back() -> None:
    for sample in sorted(SAMPLES.glob("*.pdf")):
        report = read(Source(sample.read_bytes(), sample.name))
        stored = {path: {"page": at.page, "box": list(at.box or ())} for path, at in report.locators.items()}
        assert len(pack(stored)) < 2000
        back = unpack(pack(stored))
        assert back.keys() == report.locators.keys()
        for path, value in cells(report):
            assert value in (text_in_pdf(sample.read_bytes(), back[path]) or "").replace(",", "")
            break
    page = read_page(render_html(make_truth(Random(1), "2021")))
    assert unpack(pack({path: {"path": at.path} for path, at in page.locators.items()})) == page.locators
    assert unpack(pack({"sections.1": {}})) == {"sections.1": Locator()}


@pytest.fixture(scope="module")
def site(demo: Path) -> Datasette:
    return datasette(demo)


def one(data: Path, sql: str, *values: object) -> Any:
    with closing(sqlite3.connect(data / "public.db")) as db:
        return db.execute(sql, values).fetchone()


def of_media(data: Path, media: str) -> tuple[str, int]:
    """A report of that medium and the capture that holds its numbers."""
    found = one(data, "SELECT id, capture_id FROM reports WHERE media = ? ORDER BY id DESC", media)
    return str(found[0]), int(found[1])


def test_every_report_has_its_places_and_they_name_the_file_that_was_read(demo: Path) -> None:
    assert one(demo, "SELECT count(*) FROM reports") == one(demo, "SELECT count(*) FROM evidence")
    assert one(demo, "SELECT max(length(places)) FROM evidence")[0] < 2500
    wrong = "SELECT count(*) FROM evidence e JOIN reports r ON r.id = report_id WHERE e.capture_id != r.capture_id"
    assert one(demo, wrong) == (0,)
    report, capture = of_media(demo, "pdf")
    captures = json.loads(one(demo, "SELECT captures FROM evidence WHERE report_id = ?", report)[0])
    assert len(captures) == 2
    assert captures[1] == capture


def test_every_cell_of_a_report_is_a_door(demo: Path, site: Datasette) -> None:
    report, _ = of_media(demo, "html")
    doors = page(site, f"/reports/{report}").select("td a.gk-door")
    assert len(doors) >= 200
    shown = page(site, str(doors[100]["href"]))
    assert shown.select("iframe.gk-original")


def test_a_cell_of_a_page_is_marked_in_the_archived_page(demo: Path, site: Datasette) -> None:
    report, capture = of_media(demo, "html")
    value = one(demo, "SELECT total FROM requests WHERE report_id = ? AND outcome = 'received'", report)[0]
    shown = page(site, f"/reports/{report}/cells/{CELL}")
    assert shown.select("h1")[0].text == "表三 · 一、本年新收政府信息公开申请数量 · 总计"
    assert shown.select(".gk-value")[0].text == str(value)
    (frame,) = shown.select("iframe")
    assert frame.has_attr("sandbox")
    assert str(frame["src"]).endswith("#gk-mark")
    answer = get(site, str(frame["src"]))
    assert answer.headers["X-Archive-Mark"] == "shown"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    found = mark_in(answer.text)
    assert found is not None
    assert found.get_text(strip=True) == str(value)
    sha256 = one(demo, "SELECT sha256 FROM captures WHERE id = ?", capture)[0]
    for part in (sha256, f"/captures/{capture}.warc.gz", f"/originals/{capture}?download=1", "怎样自己核对"):
        assert part in str(shown)


def test_a_cell_of_a_pdf_is_framed_on_the_image_of_its_page(demo: Path, site: Datasette) -> None:
    report, capture = of_media(demo, "pdf")
    value = one(demo, "SELECT total FROM requests WHERE report_id = ? AND outcome = 'received'", report)[0]
    shown = page(site, f"/reports/{report}/cells/{CELL}")
    part, whole = shown.select("svg")
    box = whole.rect
    assert box is not None
    assert part.rect is not None
    left, top, width, height = (float(str(box[name])) for name in ("x", "y", "width", "height"))
    source = str(whole.image["href"]) if whole.image else ""
    number = int(source.rpartition("/")[2].removesuffix(".png"))
    body = get(site, f"/originals/{capture}?download=1").content
    at = Locator(number, (left, top, left + width, top + height))
    assert (text_in_pdf(body, at) or "").strip() == str(value)
    image = get(site, source)
    assert image.headers["content-type"] == "image/png"
    assert image.headers["content-security-policy"].startswith("sandbox;")
    assert image.content.startswith(b"\x89PNG")
    pages = page(site, f"/reports/{report}/cells/{CELL}?page=1")
    assert "第 1 页，共" in pages.text
    assert bool(pages.select("svg.gk-page rect")) == (number == 1)


def test_neighbours_lead_along_the_row_and_the_column(demo: Path, site: Datasette) -> None:
    report, _ = of_media(demo, "html")
    shown = page(site, f"/reports/{report}/cells/requests.carried_in.other")
    links = {link.text: str(link["href"]).rpartition("/")[2] for link in shown.select("nav.gk-switch a")}
    assert links == {
        "← 前一格": "requests.carried_in.legal_service",
        "后一格 →": "requests.carried_in.total",
        "↑ 上一行": "requests.received.other",
        "下一行 ↓": "requests.granted.other",
    }
    for address in links.values():
        page(site, f"/reports/{report}/cells/{address}")


def test_findings_that_touch_a_cell_stand_beside_it(demo: Path, site: Datasette) -> None:
    report, cells = one(demo, "SELECT report_id, cells FROM findings WHERE rule LIKE 'row_sum:%'")
    shown = page(site, f"/reports/{report}/cells/{json.loads(cells)[-1]}")
    assert "各类申请人之和不等于总计" in shown.select(".gk-findings")[0].text
    assert "各类申请人之和不等于总计" not in page(site, f"/reports/{report}/cells/{CELL}").text


def test_a_number_of_the_prose_and_a_paragraph_lead_to_their_place(demo: Path, site: Datasette) -> None:
    report, value = one(
        demo,
        "SELECT report_id, value FROM figures f JOIN reports r ON r.id = report_id WHERE media = 'html' ORDER BY f.id",
    )
    shown = page(site, f"/reports/{report}/cells/figures.0")
    assert str(value) in shown.select(".gk-value")[0].text
    answer = get(site, str(shown.select("iframe")[0]["src"]))
    found = mark_in(answer.text)
    assert found is not None
    assert shown.select("blockquote")[0].text[:6] in found.get_text()
    assert "mark=" in str(page(site, f"/reports/{report}/cells/sections.3").select("iframe")[0]["src"])


@pytest.mark.parametrize(
    "cell",
    ["requests.received.nobody", "requests.received", "sections.9", "sections.1.999", "figures.9999", "figures.x", "a"],
)
def test_a_cell_that_is_none_is_not_found_with_advice(demo: Path, site: Datasette, cell: str) -> None:
    report, _ = of_media(demo, "html")
    assert "requests.received.total" in page(site, f"/reports/{report}/cells/{cell}", 404).text
    page(site, f"/reports/nothing/cells/{cell}", 404)


def test_the_record_of_a_capture_is_a_warc_file_by_itself(demo: Path, site: Datasette) -> None:
    _, capture = of_media(demo, "html")
    answer = get(site, f"/captures/{capture}.warc.gz")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="gongkai-{capture}.warc.gz"'
    kinds, bodies = [], []
    for record in ArchiveIterator(io.BytesIO(answer.content), check_digests=True):
        kinds.append(record.rec_type)
        bodies.append(record.content_stream().read())
        assert record.digest_checker.passed is not False
    assert kinds == ["warcinfo", "response"]
    assert bodies[1] == get(site, f"/originals/{capture}?download=1").content
    assert get(site, "/captures/99999.warc.gz").status_code == 404
    assert f"/captures/{capture}.warc.gz" in str(page(site, f"/captures/{capture}"))


def test_the_page_is_english_under_en(demo: Path, site: Datasette) -> None:
    report, _ = of_media(demo, "pdf")
    shown = page(site, f"/en/reports/{report}/cells/{CELL}")
    assert "How to verify this yourself" in shown.text
    assert "Page " in shown.text


def made_archive(data: Path, url: str, body: bytes, made: Report | None = None, kind: str = "text/html") -> str:
    """An archive of one report that is that file; gives the report's id."""
    report = made or read(Source(body, url, kind))
    report.agency, report.year = "青原区商务局", 2024
    archive = Archive(data)
    archive.crawl()
    capture = archive.fetch(url, body, kind=kind)
    taken = archive.reread(archive.document(url, "年报", capture), report)
    archive.close()
    publish(data)
    return taken.report_id


def test_of_a_word_document_the_row_is_shown_with_the_cell_marked(tmp_path: Path) -> None:
    body = render_docx(make_truth(Random(1), "2021", dense=True), [], 1).data
    report = made_archive(tmp_path, "http://qingyuan.test/a.docx", body, kind="application/octet-stream")
    shown = page(datasette(tmp_path), f"/reports/{report}/cells/{CELL}")
    assert shown.select("td mark")[0].text == shown.select(".gk-value")[0].text
    assert len(shown.select("tbody td")) == 7
    assert "请下载原件对照" in shown.text


def test_a_pdf_that_cannot_be_drawn_is_offered_for_download(tmp_path: Path) -> None:
    (sample,) = sorted(SAMPLES.glob("shushi*.pdf"))
    made = read(Source(sample.read_bytes(), "http://qingyuan.test/a.pdf"))
    report = made_archive(tmp_path, "http://qingyuan.test/a.pdf", b"%PDF-1.4\n%%EOF", made, "application/pdf")
    site = datasette(tmp_path)
    shown = page(site, f"/reports/{report}/cells/{CELL}")
    assert "原件未能显示" in shown.select("[role=status]")[0].text
    assert shown.select("a[href$='?download=1']")
    assert get(site, "/captures/1/pages/1.png").status_code == 404


def test_a_child_that_dies_or_hangs_is_an_answer_and_the_next_task_is_done() -> None:
    children = Children(Limits(seconds=2, at_once=1), most=1)
    died = children.submit(os._exit, 9).result()
    assert isinstance(died, Unreadable)
    assert died.status is Status.DIED
    hung = children.submit(time.sleep, 60).result()
    assert isinstance(hung, Unreadable)
    assert hung.status is Status.TIMED_OUT
    assert children.submit(html.escape, "<").result() == "&lt;"
    assert soon(lambda: children.waiting == 0)


def test_a_child_is_kept_for_the_next_task_and_ends_when_none_comes() -> None:
    children = Children(Limits(at_once=1), most=1, idle=0.5)
    both = [children.submit(pid, None) for _ in range(2)]  # At once: else it might have ended in between.
    first, again = (answer.result() for answer in both)
    assert first == again != os.getpid()
    assert soon(lambda: children.alive == 0)
    assert children.submit(pid, None).result() != first
    cannot_travel = children.submit(lambda task: task, None)
    with pytest.raises(Exception, match="pickle"):
        cannot_travel.result(timeout=60)
    assert children.submit(html.escape, "<").result() == "&lt;"


def pid(_: None) -> int:
    return os.getpid()


def soon(met: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if met():
            return True
        time.sleep(0.05)
    return False


def test_a_page_too_wide_for_any_paper_is_drawn_small() -> None:
    pdf = pdfium.PdfDocument.new()
    pdf.new_page(14_400, 14_400)
    out = io.BytesIO()
    pdf.save(out)
    image = page_image(([out.getvalue()], 1))
    assert len(image.png) < 100_000
    assert (image.width, image.pages, image.in_file) == (14_400, 1, 1)
    for number in (0, 2):
        with pytest.raises(Unreadable, match="没有第"):
            page_image(([out.getvalue()], number))
    with pytest.raises(Unreadable):
        page_image(([b"<html>"], 1))


def test_of_pictures_the_page_names_the_file_it_is_of() -> None:
    images = pytest.importorskip("PIL.Image")
    files: list[bytes] = [b"<html></html>"]
    for width in (500, 100, 600):
        out = io.BytesIO()
        images.new("RGB", (width, width), "red").save(out, "PNG")
        files.append(out.getvalue())
    image = page_image((files, 2))
    assert (image.file, image.in_file, image.pages, image.width) == (3, 1, 2, 600)
    drawn = images.open(io.BytesIO(image.png))
    assert drawn.size == (600, 600)
    assert drawn.getpixel((300, 300)) == (255, 0, 0)


def test_what_is_not_known_to_stand_anywhere_says_why(tmp_path: Path) -> None:
    made = render_html(make_truth(Random(1), "2021"))
    report = read(Source(made.data, "http://qingyuan.test/a.html"))
    del report.locators[CELL]
    del report.tables["challenges"]["litigation_direct"]
    for path in [path for path in report.locators if "litigation_direct" in path]:
        del report.locators[path]
    report_id = made_archive(tmp_path, "http://qingyuan.test/a.html", made.data, report)
    site = datasette(tmp_path)
    assert "没有记下" in page(site, f"/reports/{report_id}/cells/{CELL}").text
    assert not page(site, f"/reports/{report_id}").find(id=CELL).select("a.gk-door")  # type: ignore[union-attr]
    missing = page(site, f"/reports/{report_id}/cells/challenges.litigation_direct.total")
    assert "原文没有这一行" in missing.text
    assert "mark=" not in str(missing.select("iframe")[0]["src"])


def test_a_place_that_is_no_longer_in_the_page_is_said_not_to_be(tmp_path: Path) -> None:
    report = read_page(render_html(make_truth(Random(1), "2021")))
    report_id = made_archive(tmp_path, "http://qingyuan.test/a.html", "<p>别的页面</p>".encode(), report)
    site = datasette(tmp_path)
    assert "没有找到" in page(site, f"/reports/{report_id}/cells/{CELL}").select("[role=status]")[0].text
    for path in ("html/body/p[7]", "'; DROP", "html/body" + "/div[1]" * 500):
        answer = get(site, f"/originals/1?mark={quote(path)}")
        assert answer.headers["X-Archive-Mark"] == "none"
        assert "别的页面" in answer.text


def test_what_was_made_is_forgotten_when_it_is_too_much() -> None:
    kept: Kept[str] = Kept(10, len)
    for name in "abc":
        kept.put(name, name * 4)
    kept.put("d", "x" * 11)
    assert [kept.get(name) for name in "abcd"] == [None, "bbbb", "cccc", None]


def test_the_reading_is_that_of_the_report(demo: Path) -> None:
    """Not one of another version of the reader, or of what the document was before its edit."""
    with closing(sqlite3.connect(demo / "archive.db")) as db:
        rows = db.execute(
            "SELECT d.report_id, x.report FROM readings x JOIN documents d ON d.id = x.document_id JOIN reports r ON "
            "r.id = d.report_id WHERE x.capture_id = r.capture_id AND x.extractor = ?",
            [EXTRACTOR_VERSION],
        ).fetchall()
    assert len(rows) == 20
    for report, stored in rows:
        packed = one(demo, "SELECT places FROM evidence WHERE report_id = ?", report)[0]
        assert unpack(packed).keys() == json.loads(stored)["locators"].keys()


def test_too_many_who_wait_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained._children, "waiting", 99)
    answer = asyncio.run(contained.contained(html.escape, "x"))
    assert isinstance(answer, Unreadable)
    assert answer.status is Status.FAILED
