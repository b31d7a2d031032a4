"""A PDF page with a small table on it, to which one thing at a time can be done."""

from __future__ import annotations

from generator.pdf_file import Glyphs, write_pdf
from generator.typeset import Sheet

from extract.document import Document
from extract.pdf import read_pdf

PROSE = "本年度认真贯彻落实政府信息公开条例，扎实推进各项工作，切实保障公众的知情权。"
COLUMNS, ROWS = (70.0, 150.0, 230.0, 310.0), (100.0, 130.0, 160.0)


class Print(Sheet):
    """A page with a line of prose and a table of two rows and three columns."""

    def __init__(self) -> None:
        self.glyphs = Glyphs()
        super().__init__(595, 842, self.glyphs)
        self.text(70, 60, PROSE, 11)

    def ruled(self) -> Print:
        for y in ROWS:
            self.line(COLUMNS[0], y, COLUMNS[-1], y)
        for x in COLUMNS:
            self.line(x, ROWS[0], x, ROWS[-1])
        return self

    def filled(self, *texts: str) -> Print:
        for n, text in enumerate(texts):
            self.text(COLUMNS[n % 3] + 4, ROWS[n // 3] + 10, text, 10)
        return self

    def data(self, rotate: int = 0, resources: str = "") -> bytes:
        page = (self.width, self.height, self.entries, "\n".join(self.operators))
        return write_pdf([page], self.glyphs, rotate, resources=resources)

    def read(self, rotate: int = 0, resources: str = "") -> Document:
        return read_pdf(self.data(rotate, resources))


def texts_of(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for grid in document.grids() for row in grid.rows]


CELLS = ("规章", "12", "34", "许可", "56", "78")
TABLE = [["规章", "12", "34"], ["许可", "56", "78"]]
