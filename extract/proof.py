"""What stands at a place of an original: the other end of `locate`, to show a number where it was printed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from itertools import islice

import pypdfium2 as pdfium
from bs4 import BeautifulSoup, Tag

from extract.decode import decode
from extract.html import bodies_in_scripts
from extract.html_walk import filled_in
from extract.pdf_chars import Char
from extract.pdf_page import open_page, read_page
from extract.pdf_text import text_in
from extract.pdf_view import Box
from extract.report import Locator
from extract.word_xml import Element, Package, find, within

_STEP = re.compile(r"([^\[\]/]+)\[(\d+)\]")
BODY = "html/body"
IN_SCRIPT = re.compile(r"script-text\[(\d+)\]")


def element_at(page: str | BeautifulSoup, locator: Locator) -> Tag | None:
    """The element of a decoded page that a locator names; its tree is `page`'s own where that is given parsed (with
    lxml), so that it can be marked there.

    Where a script holds the report, the element is of that text's own tree. None where the page has no such place.
    """
    path = (locator.path or "").removesuffix("/text()")
    soup = page if isinstance(page, BeautifulSoup) else BeautifulSoup(page, "lxml")
    if held := IN_SCRIPT.match(path):
        text = next(islice(bodies_in_scripts(soup), int(held[1]) - 1, None), None)
        if text is None:
            return None
        soup, path = BeautifulSoup(text, "lxml"), BODY + path[held.end() :]
    if path != BODY and not path.startswith(BODY + "/"):
        return None
    element: Tag | None = soup.body or soup
    for name, number in _STEP.findall(path.removeprefix(BODY)):
        children = (child for child in element or () if isinstance(child, Tag) and child.name.lower() == name)
        element = next(islice(children, int(number) - 1, None), None)
    return element


def text_in_html(data: bytes, locator: Locator, charset: str | None = None) -> str | None:
    """The text of the element there, that of form fields included; `charset` is what the server said."""
    element = element_at(decode(data, charset).text, locator)
    return None if element is None else text_of(element)


def text_of(element: Tag) -> str:
    """An element's text, with what it shows in form fields."""
    return element.get_text() + "".join(map(filled_in, element.find_all("input")))


def text_in_pdf(data: bytes, locator: Locator) -> str | None:
    """The characters whose middle lies in the box, line by line. Raises PdfiumError for what is no PDF."""
    if locator.page is None or locator.box is None:
        return None
    pdf = pdfium.PdfDocument(data)
    try:
        if locator.page > len(pdf):
            return None
        page = open_page(pdf, locator.page)
        try:
            chars = read_page(page, locator.page).chars
        finally:
            page.close()
    finally:
        pdf.close()
    return text_in_box(chars, locator.box)


def text_in_box(chars: Sequence[Char], box: Box) -> str:
    """Of a page's characters those whose middle lies in the box: for many boxes of one page."""
    x0, top, x1, bottom = box
    return text_in([char for char in chars if x0 <= char.middle[0] <= x1 and top <= char.middle[1] <= bottom])


def text_in_docx(data: bytes, locator: Locator) -> str | None:
    """The text of the paragraph, cell or box there. Raises what reading the package raises."""
    return text_in_body(body_of_docx(data), locator)


def body_of_docx(data: bytes) -> Element | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive)
        return find(package.xml(package.main), "body") if package.main else None


def text_in_body(body: Element | None, locator: Locator) -> str | None:
    """As `text_in_docx`: for many places of one document."""
    element = body
    for name, number in _STEP.findall(locator.path or "/none[1]"):
        element = _child(element, name, int(number))
    return None if element is None else element.get("string") or "".join(element.itertext("{*}t"))


def _child(element: Element | None, name: str, number: int) -> Element | None:
    """Paragraphs and tables are counted together, as the reader does; text boxes hang on what anchors them."""
    if element is None:
        return None
    names = {"p": ("p", "tbl"), "tbl": ("p", "tbl"), "txbx": ("txbxContent", "textpath")}.get(name, (name,))
    return next(islice(within(element, *names), number - 1, None), None)
