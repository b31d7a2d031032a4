"""Reading: HTML against BeautifulSoup's parse, PDF against pdfplumber.

The documents are the sample portals' own, so nothing outside the repository is needed. Of the HTML pages those of
临岫区 are nearest to real ones in size and markup (50 kB, Word's markup); the others weigh 9 kB: their tables hold as
many cells with less markup around them, so that the parser has little to do and our own work shows most.
Times are of the processor, which others on the machine do not lengthen.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable

import pdfplumber
from bs4 import BeautifulSoup

from benchmarks.measure import against, shortest
from crawler.sample.render import REFRAMED, site
from crawler.sample.truth import truth
from extract import Source, read
from extract.decode import decode

TITLE = "Reading reports"

HTML_TARGET = 1.5
PDF_TARGET = 0.4


def run(rounds: int = 5) -> Iterable[str]:
    """`rounds` is how often each is timed; the best counts."""
    pages = site(2)
    html = {report.id: pages[report.url].body for report in truth() if report.media == "html"}
    heavy = [body for name, body in html.items() if name.startswith(REFRAMED)]
    light = [body for name, body in html.items() if not name.startswith(REFRAMED)]
    yield _html(f"{len(heavy)} HTML reports of {_weight(heavy)} kB read", heavy, rounds)
    yield _html(f"{len(light)} HTML reports of {_weight(light)} kB read", light, rounds)
    yield _pdf([report.file.read_bytes() for report in truth() if report.file], rounds)


def _html(what: str, bodies: list[bytes], rounds: int) -> str:
    texts = [decode(body).text for body in bodies]
    ours, theirs = shortest(
        lambda: [read_one(body) for body in bodies],
        lambda: [BeautifulSoup(text, "lxml") for text in texts],
        rounds,
        time.process_time,
    )
    return against(what, ours, "BeautifulSoup with lxml parsing the same, decoded", theirs, HTML_TARGET)


def _pdf(bodies: list[bytes], rounds: int) -> str:
    ours, theirs = shortest(
        lambda: [read_one(body) for body in bodies],
        lambda: [_plumb(body) for body in bodies],
        rounds,
        time.process_time,
    )
    baseline = "pdfplumber's extract_text() and extract_tables() on all pages"
    return against(f"{len(bodies)} PDF reports read", ours, baseline, theirs, PDF_TARGET)


def _plumb(body: bytes) -> list[object]:
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        return [(page.extract_text(), page.extract_tables()) for page in pdf.pages]


def read_one(body: bytes) -> str:
    return read(Source(body, "benchmark")).title or ""


def _weight(bodies: list[bytes]) -> int:
    return sum(map(len, bodies)) // len(bodies) // 1000
