"""What an OLE file (the container of old Office) holds, told by the names of its streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import StrEnum

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_LAST = 0xFFFFFFFA
"""Sector numbers from here on are marks: end of chain, free, table."""
_MOST_SECTORS = 4096
_ENTRY = 128
_ENCRYPTED = 0x0100


class Ole(StrEnum):
    WORD = "word"
    """Also what WPS Writer saves: its streams are Word's, and no byte of the content tells the two apart."""
    WORKS = "works"
    SHEET = "spreadsheet"
    """Excel's, and what WPS Spreadsheets saves."""
    ENCRYPTED = "encrypted"
    OTHER = "other"


def kind_of(data: bytes) -> Ole:
    """What an OLE file is. One that is damaged before its directory counts as OTHER."""
    try:
        streams = dict(_streams(data))
    except (struct.error, IndexError):
        return Ole.OTHER
    if "EncryptedPackage" in streams:
        return Ole.ENCRYPTED
    if "WordDocument" in streams:
        start = streams["WordDocument"]
        flags = int.from_bytes(data[start + 10 : start + 12], "little")
        return Ole.ENCRYPTED if flags & _ENCRYPTED else Ole.WORD
    if "Workbook" in streams or "Book" in streams:
        return Ole.SHEET
    return Ole.WORKS if "MatOST" in streams or "MN0" in streams else Ole.OTHER


def _streams(data: bytes) -> Iterator[tuple[str, int]]:
    """The names of all streams and storages, each with where its first sector begins in the file."""
    if not data.startswith(MAGIC):
        return
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        return
    table = _table(data, size)
    sector = struct.unpack_from("<I", data, 48)[0]
    for _ in range(_MOST_SECTORS):
        if sector >= _LAST:
            return
        begin = (sector + 1) * size
        for at in range(begin, min(begin + size, len(data) - _ENTRY + 1), _ENTRY):
            length = struct.unpack_from("<H", data, at + 64)[0]
            name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if name:
                yield name, (struct.unpack_from("<I", data, at + 116)[0] + 1) * size
        sector = table[sector]


def _table(data: bytes, size: int) -> list[int]:
    """The allocation table: for each sector the next one of its chain. Of its first 109 sectors only, which reach over
    7 MB of directory; files beyond that begin with their directory all the same."""
    table: list[int] = []
    for sector in struct.unpack_from("<109I", data, 76):
        if sector < _LAST:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return table
