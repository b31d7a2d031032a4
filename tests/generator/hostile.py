"""Files made to exhaust, confuse or kill whoever reads them: small on disk, each with the status it must end with."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

MEGABYTE = 10**6
REPORT = (
    "<html><title>开平区商务局2024年政府信息公开工作年度报告</title><body>"
    "<h1>开平区商务局2024年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>主动公开信息18条。</p></body></html>"
).encode()


def _pdf(objects: Mapping[int, bytes], trailer: str = "/Root 1 0 R") -> bytes:
    out, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % places.get(n, 0) for n in range(1, max(objects) + 1))
    size = max(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d%b>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        trailer.encode(),
        len(out),
    )


def _stream(data: bytes, entries: bytes = b"/Filter/FlateDecode") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data)


def _page(stream: bytes, more: Mapping[int, bytes] | None = None, resources: bytes = b"") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<%b>>/Contents 4 0 R>>" % resources
    pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return _pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: pages, 3: page, 4: stream, **(more or {})})


def _forms() -> bytes:
    """Each form draws the next ten times: 1.9 kB, a hundred million lines."""
    entries = b"/Filter/FlateDecode/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>"
    forms = {n: _stream(zlib.compress(b"/F Do " * 10), entries % (n + 1)) for n in range(5, 12)}
    forms[12] = _stream(zlib.compress(b"1 1 m 2 2 l S"), entries % 5)
    return _page(_stream(zlib.compress(b"/F Do " * 10)), forms, b"/XObject<</F 5 0 R>>")


def _twice_deflated() -> bytes:
    inner = zlib.compress(zlib.compress(b" " * (300 * MEGABYTE), 9), 9)
    return _page(_stream(inner, b"/Filter[/FlateDecode/FlateDecode]"))


def _many_pages() -> bytes:
    kids = b"<</Type/Pages/Count 100000/Kids[%b]>>" % (b"3 0 R " * 100_000)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return _pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: kids, 3: page})


def _image() -> bytes:
    entries = b"/Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceRGB"
    picture = _stream(zlib.compress(b"\0" * (100 * MEGABYTE)), entries + b"/Filter/FlateDecode")
    drawn = zlib.compress(b"q 500 0 0 500 0 0 cm /I Do Q")
    return _page(_stream(drawn), {5: picture}, b"/XObject<</I 5 0 R>>")


def _png() -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\r" + chunk + struct.pack(">I", zlib.crc32(chunk)) + bytes(900)


def _word(document: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", document)
    return out.getvalue()


def _lying_word() -> bytes:
    """Its directory says that a part of 100 MB has a thousand bytes."""
    size = 100 * MEGABYTE
    return _word(b" " * size).replace(struct.pack("<I", size), struct.pack("<I", 1000))


def _entities() -> bytes:
    defined = b"".join(b'<!ENTITY e%d "%b">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    text = b"<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>"
    body = b'<w:document xmlns:w="w"><w:body>%b</w:body></w:document>' % text
    return _word(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "aaaaaaaaaa">' + defined + b"]>" + body)


_STOPPED = ("out_of_memory", "timed_out", "too_large")
_DEEP = ("malformed", "not_a_report", *_STOPPED)
HOSTILE: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "paths.pdf": (lambda: _page(_stream(zlib.compress(b"1 1 m 2 2 l S\n" * 2 * MEGABYTE))), _STOPPED),
    "one_path.pdf": (
        lambda: _page(_stream(zlib.compress(b"1 1 m " + b"2 2 l " * 5 * MEGABYTE + b"S"))),
        ("no_text", *_STOPPED),
    ),
    "deflated_twice.pdf": (_twice_deflated, ("no_text", *_STOPPED)),
    "forms.pdf": (_forms, _STOPPED),
    "pages.pdf": (_many_pages, ("too_large",)),
    "page_loop.pdf": (
        lambda: _pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 5/Kids[2 0 R 2 0 R]>>"}),
        ("malformed",),
    ),
    "xref_loop.pdf": (
        lambda: (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n0 1\n0000000000 65535 f \n"
            b"trailer<</Size 3/Root 1 0 R/Prev 48>>\nstartxref\n48\n%%EOF"
        ),
        ("malformed",),
    ),
    "image.pdf": (_image, ("no_text", *_STOPPED)),
    "huge.png": (_png, ("unsupported_format", "no_text", "malformed", *_STOPPED)),
    "bomb.docx": (lambda: _word(b"<w:document>" + b" " * (100 * MEGABYTE)), ("too_large",)),
    "lying.docx": (_lying_word, ("malformed", "too_large")),
    "entities.docx": (_entities, ("malformed",)),
    "nested.docx": (lambda: _word(b'<w:document xmlns:w="w"><w:body>' + b"<w:sdt>" * 100_000), ("malformed",)),
    "zip_in_zip.docx": (lambda: _word(_word(_word(b" " * MEGABYTE))), ("malformed",)),
    "cells.html": (lambda: b"<table>" + b"<tr><td rowspan=1000000000 colspan=1000000000>x<td>" * 4000, _DEEP),
    "divs.html": (lambda: b"<div>" * 50_000 + REPORT, _DEEP),
    "tables.html": (lambda: b"<table><tr><td>" * 20_000 + REPORT, _DEEP),
    "empty.pdf": (lambda: b"", ("empty_file",)),
    "blank.html": (lambda: b" \r\n " * 100, ("empty_file",)),
    "random.bin": (lambda: random.Random(1).randbytes(100_000), ("unsupported_format", "not_a_report", "malformed")),
}
"""By file name what makes its bytes, and the statuses that are right: more than one where it depends on the machine
which of its limits a file meets first."""
