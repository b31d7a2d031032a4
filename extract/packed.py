"""Reports that are published packed: the files inside a ZIP, each read as if it had been published by itself.

One level deep: an archive inside an archive is not opened. RAR and 7z are not read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.errors import Status, Unreadable
from extract.ofd import is_ofd
from extract.sniff import Medium, sniff
from extract.source import Source

INSIDE = "!/"
"""Stands in a name between the archive and the file in it: `http://…/年报.zip!/年报.pdf`."""
_MOST_FILES = 50
_LARGEST = 128 * 2**20
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)


def is_packed(data: bytes) -> bool:
    """Whether these bytes are a ZIP of files, and not a document that is one itself: OFD, or of an office program."""
    if sniff(data) is not Medium.ZIP or is_ofd(data):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return not {"[Content_Types].xml", "mimetype", "word/document.xml"} & set(archive.namelist())
    except _DAMAGE:
        return False


def unpacked(sources: Sequence[Source]) -> tuple[list[Source], list[Unreadable]]:
    """The sources with each packed one replaced by its files, in the order of its directory; and what is wrong with
    those that could not be opened."""
    found: list[Source] = []
    failures: list[Unreadable] = []
    for source in sources:
        if not is_packed(source.data):
            found.append(source)
            continue
        try:
            found += _files(source)
        except Unreadable as failure:
            failures.append(failure)
    return found, failures


def _files(source: Source) -> Iterator[Source]:
    left = _LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            members = [each for each in archive.infolist() if each.file_size and not each.is_dir()]
            if len(members) > _MOST_FILES:
                raise Unreadable(Status.TOO_LARGE, f"压缩包里有{len(members)}个文件，超过{_MOST_FILES}个，没有读取。")
            for member in members:
                if member.flag_bits & 0x1:
                    raise Unreadable(Status.ENCRYPTED, "压缩包加了密码。")
                # What the directory says may be a lie: one byte more than is allowed is asked for.
                with archive.open(member) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise Unreadable(Status.TOO_LARGE, "压缩包解开后过大，没有读取。")
                yield replace(source, data=data, name=f"{source.name}{INSIDE}{member.filename}", content_type=None)
    except _DAMAGE as error:
        raise Unreadable(Status.MALFORMED, f"压缩包已损坏：{error}") from error
