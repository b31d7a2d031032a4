"""A report that is published in a ZIP file is read as if it stood there by itself."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest
from generator import judge, make_truth, render_html
from generator.word import render_docx

from extract import Source, Status, Unreadable, read
from extract.packed import is_packed

ARTICLE = "<html><head><title>{}</title></head><body><h1>{}</h1><p>附件：年报.zip</p></body></html>"


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", ["年报.docx", "folder/report.doc"])
def test_the_document_in_a_zip_is_the_report(name: str) -> None:
    truth = make_truth(Random(3), "2021")
    word = render_docx(truth)
    data = packed({"readme.txt": "请用Word打开".encode("gb18030"), name: word.data})
    title = f"{truth.self_name}{truth.year}年政府信息公开工作年度报告"
    article = Source(ARTICLE.format(title, title).encode(), "http://x.gov.cn/1.html")
    report = read(article, [Source(data, "http://x.gov.cn/1.zip")])
    assert report.source == f"http://x.gov.cn/1.zip!/{name}"
    assert [str(breach) for breach in judge(report, word.expected) if not str(breach).startswith("identity")] == []


def test_a_zip_that_cannot_be_opened_says_why() -> None:
    whole = packed({"1.html": render_html(make_truth(Random(3), "2021")).data})
    for data, status in (
        (whole[:-200], Status.UNSUPPORTED),
        (packed({f"{n}.txt": b"x" for n in range(60)}), Status.TOO_LARGE),
        (packed({"bomb.html": b" " * (130 * 2**20)}), Status.TOO_LARGE),
        (packed({}), Status.UNSUPPORTED),
        (packed({"inner.zip": whole}), Status.UNSUPPORTED),
    ):
        with pytest.raises(Unreadable) as raised:
            read(Source(data, "a.zip"))
        assert raised.value.status in (status, Status.MALFORMED)


def test_the_files_of_office_programs_are_no_archives() -> None:
    assert not is_packed(render_docx(make_truth(Random(3), "2021")).data)
    assert not is_packed(packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}))
    assert is_packed(packed({"年报.pdf": b"%PDF-"}))
