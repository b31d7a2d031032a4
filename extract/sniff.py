"""What a file is, told by its bytes: servers send PDFs as text/html and error pages as PDFs."""

from __future__ import annotations

from enum import StrEnum


class Medium(StrEnum):
    HTML = "HTML"
    PDF = "PDF"
    ZIP = "ZIP or Office (docx, xlsx, ofd)"
    OLE = "old Office (doc, wps, xls)"
    RTF = "RTF"
    RAR = "RAR"
    IMAGE = "image"
    UNKNOWN = "unknown"


_MAGIC = (
    (b"PK\x03\x04", Medium.ZIP),
    (b"\xd0\xcf\x11\xe0", Medium.OLE),
    (b"{\\rtf", Medium.RTF),
    (b"Rar!", Medium.RAR),
    (b"\xff\xd8\xff", Medium.IMAGE),
    (b"\x89PNG", Medium.IMAGE),
    (b"GIF8", Medium.IMAGE),
    (b"BM", Medium.IMAGE),
    (b"II*\x00", Medium.IMAGE),
    (b"MM\x00*", Medium.IMAGE),
)


def sniff(data: bytes) -> Medium:
    """The medium of a file. Text that is no known format counts as HTML, which reads plain text as well."""
    head = data[:1024]
    if b"%PDF-" in head:
        return Medium.PDF
    start = head.lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    for magic, medium in _MAGIC:
        if start.startswith(magic):
            return medium
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) and not utf_16(head):
        return Medium.UNKNOWN
    return Medium.HTML


def utf_16(data: bytes) -> str | None:
    """The charset of mark-up in UTF-16 without a byte-order mark: it begins with signs of ASCII, every other byte zero.
    None for what is none."""
    match [byte == 0 for byte in data[:4]]:
        case [False, True, False, True]:
            return "utf-16-le"
        case [True, False, True, False]:
            return "utf-16-be"
    return None
