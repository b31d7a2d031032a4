"""Files that pdfium does not open, or reads as no Chinese, and pdfplumber does; and their twins that neither reads."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import replace
from random import Random

import pypdfium2 as pdfium
import pytest
from generator import Page, judge, make_truth
from generator.accuracy import read_page
from generator.typeset import render_typeset
from generator.typeset_looks import USUAL

from extract.errors import Status, Unreadable
from extract.pdf_page import Page as Printed
from extract.pdf_page import read_page as read_printed
from extract.pdf_second import read_again

PAGE = render_typeset(make_truth(Random(3), "2021", dense=True), USUAL, seed=3)
OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)


def in_object_streams(data: bytes, kind: bytes, harm: bytes = b"") -> bytes:
    """The file with its objects in a stream, as newer writers have them, which names itself `kind`."""
    objects = {int(match[1]): match[2] for match in OBJECT.finditer(data)}
    inside = [number for number, content in objects.items() if b"stream" not in content]
    index, body = b"", b""
    for number in inside:
        index += b"%d %d " % (number, len(body))
        body += objects.pop(number) + b" "
    holder = max(objects) + 100
    packed = zlib.compress(harm + index + body)
    head = b"<</Type/%s/N %d/First %d/Filter/FlateDecode/Length %d>>" % (kind, len(inside), len(index), len(packed))
    objects[holder] = head + b"stream\n" + packed + b"\nendstream"
    out, entries = bytearray(b"%PDF-1.5\n"), {number: (2, holder, n) for n, number in enumerate(inside)}
    for number, content in objects.items():
        entries[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), holder + 2
    rows = b"".join(
        bytes([a]) + b.to_bytes(3, "big") + bytes([c])
        for a, b, c in (entries.get(number, (0, 0, 0)) for number in range(size))
    )
    table = zlib.compress(rows)
    out += b"%d 0 obj\n<</Type/XRef/Size %d/W[1 3 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n%s\n" % (
        holder + 1,
        size,
        len(table),
        table,
    )
    return bytes(out) + b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def in_utf_8(data: bytes) -> bytes:
    """The file with its text in UTF-8 and a font that says so: a standard encoding that pdfium does not know."""

    def recoded(match: re.Match[bytes]) -> bytes:
        operators = zlib.decompress(match[2])
        operators = re.sub(
            rb"(/song [^<]*<)([0-9A-Fa-f]+)>",
            lambda text: text[1] + bytes.fromhex(text[2].decode()).decode("utf-16-be").encode().hex().encode() + b">",
            operators,
        )
        packed = zlib.compress(operators)
        return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)

    data = re.sub(
        rb"<</Length (\d+)/Filter/FlateDecode>>stream\n(.*?)\nendstream", recoded, data, flags=re.DOTALL
    ).replace(b"UniGB-UCS2-H", b"UniGB-UTF8-H")
    return in_object_streams(data, b"ObjStm")


def changed(data: bytes) -> Page:
    return replace(PAGE, data=data)


def test_objects_in_a_stream_are_read_by_the_first_reader() -> None:
    report = read_page(changed(in_object_streams(PAGE.data, b"ObjStm")))
    assert not judge(report, PAGE.expected)
    assert not [finding for finding in report.findings if finding.rule == "second_reader"]


@pytest.mark.parametrize(
    "data",
    [in_object_streams(PAGE.data, b"ObjSt"), in_utf_8(PAGE.data)],
    ids=["an object stream that does not say what it is", "an encoding that pdfium does not know"],
)
def test_what_only_the_second_reader_reads(data: bytes) -> None:
    report = read_page(changed(data))
    breaches = [str(breach)[:200] for breach in judge(report, PAGE.expected)]
    assert not breaches, breaches[:5]
    assert [finding.rule for finding in report.findings if finding.rule == "second_reader"]


def test_what_only_the_second_reader_opens() -> None:
    with pytest.raises(pdfium.PdfiumError):
        pdfium.PdfDocument(in_object_streams(PAGE.data, b"ObjSt"))


@pytest.mark.parametrize(
    "data",
    [
        in_object_streams(PAGE.data, b"ObjSt", harm=b"7 7 7 "),
        PAGE.data[: PAGE.data.rindex(b"xref\n0")],
        PAGE.data[:3000],
    ],
    ids=["a stream whose index is wrong", "no catalogue named", "cut short"],
)
def test_what_neither_reads_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_page(changed(data))
    assert caught.value.status is Status.MALFORMED


def test_the_second_reader_has_the_same_limits() -> None:
    assert len(read_again(PAGE.data, 120)) > 2
    assert read_again(PAGE.data, 2) == []


def test_both_readers_read_the_same() -> None:
    again = read_again(PAGE.data, 120)
    with pdfium.PdfDocument(PAGE.data) as pdf:
        pages = [read_printed(pdf[n], n + 1) for n in range(len(pdf))]
    assert [marks(page) for page in again] == [marks(page) for page in pages]


def marks(page: Printed) -> Counter[str]:
    return Counter(char.text for char in page.chars if not char.text.isspace())
