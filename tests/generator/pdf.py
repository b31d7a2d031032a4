"""The same pages as PDF, printed by a headless Chromium: tables broken over pages wherever the paper ends."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

from .markup import page_html
from .pdf_looks import PrintLook
from .render import render_sketch
from .sketch import Page
from .truth import Truth

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--no-pdf-header-footer",
)
STYLE = (
    "<style>@page{{size:A4;margin:{margin}mm}}body{{font:{size}pt/1.6 serif;margin:0}}h1{{text-align:center;"
    "font-size:18pt}}td{{padding:2px 4px}}table{{width:100%}}.space{{height:{space}mm}}</style>"
)
# What a print has no place for: frames, metadata, charsets, markup that leaves no trace on paper.
UNSEEN_CHAPTERS = ("page", "metadata", "agency")


CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
"""The last sets characters otherwise than a person's browser does: a scan of its print is harder to read."""


def chromium() -> str | None:
    """Path of a Chromium, None where there is none: then these pages cannot be made."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def render_pdf(
    truth: Truth,
    names: Iterable[str] = (),
    seed: int = 0,
    name: str = "report.pdf",
    look: PrintLook | None = None,
) -> Page:
    """About a second each. The publish date is that under the signature: a print has no other.

    Raises FileNotFoundError without a Chromium, CalledProcessError where it fails.
    """
    names = tuple(names)
    rng = Random(seed)
    sketch = render_sketch(truth, (*names, "published_only_under_signature"), seed)
    sketch.shell.before = sketch.shell.after = []
    style = STYLE.format(margin=rng.randint(12, 30), size=rng.choice((10, 11, 12)), space=rng.randint(0, 200))
    html = (
        page_html(sketch)
        .replace("</head>", f"{style}</head>")
        .replace("<table ", '<div class="space"></div><table ', 1)
    )
    if look is not None:
        html = look.change(html.replace("</head>", f"<style>{look.css}</style></head>"))
        for table in ("disclosure", "requests", "challenges") if look.hard else ():
            sketch.allow_null(table)
    data = print_html(html)
    return Page(data, name, "application/pdf", sketch.hints, sketch.expected, names)


def print_html(html: str) -> bytes:
    browser = chromium()
    if browser is None:
        raise FileNotFoundError("no Chromium on this machine: install chromium to make PDF pages")
    with tempfile.TemporaryDirectory(prefix="gongkai-pdf-") as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(html, encoding="utf-8")
        subprocess.run(
            [browser, *FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri()],
            check=True,
            capture_output=True,
            timeout=60,
        )
        return target.read_bytes()
