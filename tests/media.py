"""An archive of documents that no browser shows as they came (Word, OFD, a scan in pictures), read as a crawl's are."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

from generator import Truth, make_truth
from generator.scan import pictures
from generator.typeset import Look, render_typeset
from generator.word import render_docx
from invented import Archive
from PIL import Image
from test_ofd import as_ofd

from archive.extraction import extract_archive
from archive.publish import publish


def fill_media(data: Path) -> dict[str, str]:
    """Capture, read and publish them; gives each report's id by its medium. There is no `scan` without the extra."""
    archive = Archive(data)
    archive.crawl()
    word, ofd, scan = (make_truth(Random(seed), "2021", dense=True) for seed in (1, 2, 3))
    _published(archive, word.agency, [("docx", render_docx(word, [], 1).data)])
    _published(archive, ofd.agency, [("ofd", as_ofd(_printed(ofd)))])
    # From the last table on, which is enough for a picture to be one of several: every cell takes its time.
    *_, first, second = pictures(_printed(scan), tilt=0.0)
    cut = first.crop((0, first.height * 29 // 100, first.width, first.height))
    _published(archive, scan.agency, [("png", _png(sheet)) for sheet in (cut, second)])
    archive.close()
    extract_archive(data, jobs=1)
    publish(data)
    with closing(sqlite3.connect(data / "public.db")) as db:
        return dict(db.execute("SELECT media, id FROM reports").fetchall())


def _printed(truth: Truth) -> bytes:
    return render_typeset(truth, Look(), seed=1).data


def _png(sheet: Image.Image) -> bytes:
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()


def _published(archive: Archive, agency: str, files: list[tuple[str, bytes]]) -> None:
    """An article that says nothing itself, with its files."""
    title = f"{agency}2021年政府信息公开工作年度报告"
    url = f"http://qingyuan.test/{files[0][0]}.html"
    body = (
        f"<html><title>{title}</title><body><h1>{title}</h1><p>发布日期：2022-01-20</p><p>请看附件。</p></body></html>"
    )
    document = archive.document(url, title, archive.fetch(url, body), listed="2022-01-20")
    for number, (kind, content) in enumerate(files):
        at = f"{url}.{number}.{kind}"
        archive.attach(document, at, archive.fetch(at, content, "attachment", kind="application/octet-stream"))
