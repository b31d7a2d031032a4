"""The parts of a Word package as XML trees, within limits, and how their elements are looked at.

Elements go by their local names, which are the same in both namespaces of the standard (Transitional and Strict).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from extract.errors import Status, Unreadable

MOST_XML = 24 * 1024 * 1024
MOST_TAGS = 400_000
"""Ten times what a report has in the wordiest mark-up; more is a document built to exhaust the reader."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, etree.XMLSyntaxError)
Element = Any

_MAIN_PART = re.compile(r"word/document\d*\.xml")

# What is not printed: what tracked changes took away, and the pronunciation above characters.
_OUT = {"del", "moveFrom", "rt"}
_OFF = {"0", "false", "off", "none"}


class Package:
    """The parts of a Word document. Part names are compared without regard to case, as the standard has it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}

    @property
    def main(self) -> str | None:
        """The part with the document's text: what the package says it is, or what goes by its usual name."""
        named = self.related("").get("officeDocument", "")
        return named if named in self._entries else self.usual

    @property
    def usual(self) -> str | None:
        return next((name for name in self._entries if _MAIN_PART.fullmatch(name)), None)

    def related(self, part: str) -> dict[str, str]:
        """The parts that a part (or, for "", the package) names and has, by the kind of their relationship."""
        found: dict[str, str] = {}
        for relation, path in self._relations(part):
            found.setdefault(str(relation.get("Type") or "").rpartition("/")[2], path)
        return found

    def embedded(self, part: str, key: str | None) -> bytes | None:
        """The file that a part embeds under this key; None where there is none. Raises as `xml` does."""
        return next((self._read(path) for relation, path in self._relations(part) if relation.get("Id") == key), None)

    def _relations(self, part: str) -> Iterator[tuple[Element, str]]:
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        for relation in self.xml(relations) if relations in self._entries else ():
            target = str(relation.get("Target") or "").replace("\\", "/").lower()
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if path in self._entries:
                yield relation, path

    def xml(self, name: str) -> Element:
        """The root of a part. Its size is looked at before it is inflated, its tags counted before a tree is built.

        Raises Unreadable, or what ZIP, zlib and XML raise for damage (`DAMAGE`).
        """
        data = self._read(name)
        if data.count(b"<") > MOST_TAGS:
            raise Unreadable(Status.TOO_LARGE, f"Word文件的标签超过{MOST_TAGS:,}个。")
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        if root.getroottree().docinfo.internalDTD is not None:
            raise Unreadable(Status.MALFORMED, "Word文件定义了实体，而Word不允许这样做。")
        return root

    def _read(self, name: str) -> bytes:
        entry = self._entries[name]
        if entry.flag_bits & 1:
            raise Unreadable(Status.ENCRYPTED, "Word文件加了密码。")
        if entry.file_size > MOST_XML:
            raise Unreadable(Status.TOO_LARGE, f"Word文件的正文展开后有{entry.file_size >> 20}MB。")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("it is compressed in a way that Word does not know")
        return self._archive.read(entry)


def name_of(element: Element) -> str:
    """The local name, "" for a comment and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element | None, name: str = "val") -> str | None:
    """An attribute of the element's own namespace."""
    if element is None:
        return None
    value: str | None = element.get(element.tag[: element.tag.find("}") + 1] + name)
    return value


def count_of(element: Element | None, default: int, name: str = "val") -> int:
    """A count; what is no count is passed over, as Word does it."""
    value = attribute(element, name) or ""
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else default


def find(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next((child for child in element if name_of(child) == name), None) if element is not None else None
    return element


def switched(element: Element | None, *path: str) -> bool | None:
    """A property that is either on or off; None where it is not set."""
    found = find(element, *path)
    return None if found is None else (attribute(found) or "").lower() not in _OFF


def branch_of(alternatives: Element) -> Element:
    """The one branch of an `AlternateContent` to read: each has the same content for another generation of readers."""
    for branch in alternatives:
        if next(branch.iter("{*}t", "{*}tbl"), None) is not None:
            return branch
    return alternatives[0] if len(alternatives) else alternatives


def is_printed(name: str) -> bool:
    """Whether an element of this name may hold something that is printed. Names that end in Pr hold properties."""
    return bool(name) and name not in _OUT and not name.endswith("Pr")


def within(element: Element, *wanted: str) -> Iterator[Element]:
    """The nearest elements of those names, whatever they are wrapped in."""
    for child in element:
        name = name_of(child)
        if name in wanted:
            yield child
        elif name == "AlternateContent":
            yield from within(branch_of(child), *wanted)
        elif is_printed(name):
            yield from within(child, *wanted)
