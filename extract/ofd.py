"""Reads an OFD file (GB/T 33190, China's own fixed layout) as a PDF is read: characters and ruling lines on pages.

Text, paths and pictures of pages and their templates are read; annotations, signatures and stamps are not.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from extract.document import Document
from extract.errors import Status, Unreadable
from extract.pdf import MOST_PAGES, document_of
from extract.pdf_chars import Char
from extract.pdf_page import Page
from extract.pdf_paths import Drawing, Rule
from extract.pdf_view import Box
from extract.word_xml import DAMAGE, Element

Matrix = tuple[float, float, float, float, float, float]

_POINTS = 72 / 25.4
_LARGEST_PART = 32 * 2**20
_MOST_PARTS_READ = 600
_DEEPEST = 8
_THIN = 1.1
"""Millimetres: a path that is thinner is a rule."""
_ASCENT = 0.86
"""How much of a character's size stands above its base line."""
_PATH = re.compile(r"([SMLQBAC])|(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def is_ofd(data: bytes) -> bool:
    """Whether a ZIP file is an OFD document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "OFD.xml" in archive.namelist()
    except DAMAGE:
        return False


def read_ofd(data: bytes) -> Document:
    """The document; locators are page and box in points from the top left, as a PDF's. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return document_of(list(_Package(archive).pages()), "ofd")
    except (*DAMAGE, KeyError) as error:
        raise Unreadable(Status.MALFORMED, f"OFD文件已损坏：{error}") from error


class _Package:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._left = _MOST_PARTS_READ

    def xml(self, name: str) -> Element:
        """A part by its path. Raises one of DAMAGE where it is not there or no XML."""
        info = self._archive.getinfo(self._names[posixpath.normpath(name).lstrip("/").lower()])
        self._left -= 1
        if info.file_size > _LARGEST_PART or self._left < 0:
            raise Unreadable(Status.TOO_LARGE, "OFD文件的内容过大，没有读取；原件已保存。")
        return etree.fromstring(self._archive.read(info), etree.XMLParser(resolve_entities=False, no_network=True))

    def pages(self) -> Iterator[Page]:
        number = 0
        for root in _all(self.xml("OFD.xml"), "DocRoot"):
            base = (root.text or "").strip().lstrip("/")
            document = self.xml(base)
            folder = posixpath.dirname(base)
            default = next(iter(_all(document, "PhysicalBox")), None)
            templates = {
                each.get("ID"): posixpath.join(folder, each.get("BaseLoc", "").lstrip("/"))
                for each in _all(document, "TemplatePage")
            }
            for page in _all(document, "Page"):
                if not page.get("BaseLoc"):
                    continue
                number += 1
                if number > MOST_PAGES:
                    raise Unreadable(Status.TOO_LARGE, f"OFD文件超过{MOST_PAGES}页，没有读取；原件已保存。")
                content = self.xml(posixpath.join(folder, page.get("BaseLoc", "").lstrip("/")))
                under = [
                    self.xml(templates[each.get("TemplateID")])
                    for each in _all(content, "Template")
                    if each.get("TemplateID") in templates
                ]
                yield _page(number, content, under, default)


def _page(number: int, content: Element, templates: list[Element], default: Element | None) -> Page:
    box = next(iter(_all(content, "PhysicalBox")), default)
    left, top, width, height = _numbers(box.text if box is not None else "", 4) or (0.0, 0.0, 210.0, 297.0)
    chars: list[Char] = []
    rules: list[Rule] = []
    pictures: list[Box] = []
    for part in (*templates, content):
        for item in _objects(part, 0):
            match etree.QName(item).localname:
                case "TextObject":
                    chars += _text(item, left, top)
                case "PathObject":
                    rules += _rules(item, left, top)
                case "ImageObject":
                    pictures.append(_placed(item, left, top))
    return Page(number, width * _POINTS, height * _POINTS, chars, Drawing(rules, [], pictures))


def _placed(item: Element, page_left: float, page_top: float) -> Box:
    """The box that an object says it takes, in points of the page."""
    left, top, width, height = _numbers(item.get("Boundary", ""), 4) or (0.0, 0.0, 0.0, 0.0)
    x, y = (left - page_left) * _POINTS, (top - page_top) * _POINTS
    return x, y, x + width * _POINTS, y + height * _POINTS


def _objects(parent: Element, depth: int) -> Iterator[Element]:
    for child in parent if depth < _DEEPEST else ():
        if not isinstance(child.tag, str):
            continue
        if etree.QName(child).localname in ("TextObject", "PathObject", "ImageObject"):
            if child.get("Visible", "true") != "false":
                yield child
        else:
            yield from _objects(child, depth + 1)


def _text(item: Element, page_left: float, page_top: float) -> Iterator[Char]:
    """The characters of a text object. DeltaX lists the way from each to the next; `g n v` repeats v n times."""
    left, top, _, _ = _numbers(item.get("Boundary", ""), 4) or (0.0, 0.0, 0.0, 0.0)
    matrix = _matrix(item)
    size = float(item.get("Size") or 0)
    x = y = 0.0
    for code in _all(item, "TextCode"):
        x, y = float(code.get("X") or x), float(code.get("Y") or y)
        across, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
        at = [x, y]
        for n, char in enumerate(code.text or ""):
            step = across[n] if n < len(across) else None
            advance = abs(step) if step else size * (1.0 if ord(char) > 0x2E7F else 0.5)
            heights = (at[1] - _ASCENT * size, at[1] + (1 - _ASCENT) * size)
            corners = [_moved(matrix, px, py) for px in (at[0], at[0] + advance) for py in heights]
            xs = [(px + left - page_left) * _POINTS for px, _ in corners]
            ys = [(py + top - page_top) * _POINTS for _, py in corners]
            upright = abs(matrix[1]) < 0.05 * abs(matrix[0] or 1) and matrix[0] > 0
            base = (_moved(matrix, *at)[1] + top - page_top) * _POINTS
            yield Char(char, min(xs), min(ys), max(xs), max(ys), 0 if upright else None, 0, base)
            at[0] += step if step is not None else (0.0 if down else advance)
            at[1] += down[n] if n < len(down) else 0.0


def _steps(text: str | None) -> list[float]:
    words = (text or "").split()
    steps: list[float] = []
    n = 0
    while n < len(words):
        if words[n] == "g" and n + 2 < len(words):
            steps += [float(words[n + 2])] * min(int(words[n + 1]), 10_000)
            n += 3
        else:
            steps.append(float(words[n]))
            n += 1
    return steps


def _rules(item: Element, page_left: float, page_top: float) -> Iterator[Rule]:
    """The straight level and upright lines of a path; a thin filled box is the one rule that it draws."""
    left, top, _, _ = _numbers(item.get("Boundary", ""), 4) or (0.0, 0.0, 0.0, 0.0)
    matrix = _matrix(item)
    data = next(iter(_all(item, "AbbreviatedData")), None)
    for points in _pieces(data.text or "" if data is not None else ""):
        placed = [_moved(matrix, *point) for point in points]
        placed = [((x + left - page_left) * _POINTS, (y + top - page_top) * _POINTS) for x, y in placed]
        xs, ys = [x for x, _ in placed], [y for _, y in placed]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if min(wide, high) < _THIN * _POINTS:
            x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
            yield Rule(True, y, min(xs), max(xs)) if wide >= high else Rule(False, x, min(ys), max(ys))
        elif item.get("Stroke", "true") != "false":
            for (ax, ay), (bx, by) in itertools.pairwise(placed):
                if abs(ay - by) <= 1 < abs(ax - bx):
                    yield Rule(True, ay, min(ax, bx), max(ax, bx))
                elif abs(ax - bx) <= 1 < abs(ay - by):
                    yield Rule(False, ax, min(ay, by), max(ay, by))


def _pieces(data: str) -> Iterator[list[tuple[float, float]]]:
    """The pieces of a path as their points; of curves only the ends."""
    points: list[tuple[float, float]] = []
    tokens = [(match[1], match[2]) for match in _PATH.finditer(data)]
    n = 0
    while n < len(tokens):
        operator = tokens[n][0]
        count = _OPERANDS.get(operator or "", 0)
        values = [float(number) for _, number in tokens[n + 1 : n + 1 + count] if number]
        n += 1 + count if operator else 1
        if operator in ("S", "M"):
            if len(points) > 1:
                yield points
            points = []
        if operator == "C" and points:
            points.append(points[0])
        elif len(values) == count and count:
            points.append((values[-2], values[-1]))
    if len(points) > 1:
        yield points


def _matrix(item: Element) -> Matrix:
    a, b, c, d, e, f = _numbers(item.get("CTM", ""), 6) or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return a, b, c, d, e, f


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    words = (text or "").split()
    return tuple(float(word) for word in words[:count]) if len(words) >= count else None


def _all(parent: Element, name: str) -> list[Element]:
    return [child for child in parent.iter() if isinstance(child.tag, str) and etree.QName(child).localname == name]
