"""Maintainers' tool: prints the sample PDFs anew from the truth (`python -m crawler.sample.make_pdfs`).

Needs Chromium 131 or later (`chromium`, `chromium-browser` or `google-chrome` on the PATH), the font Noto Serif CJK SC,
fontconfig's `fc-match`, and fontTools beside this package (Debian and Ubuntu: `apt install chromium fonts-noto-cjk
fontconfig`, then `pip install fonttools`). None is needed to run the demo: the PDFs are kept in `files/`.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from crawler.sample.make_font import make_font
from crawler.sample.render import grids, templates
from crawler.sample.truth import FILES, SampleReport, truth

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FONT = "Noto Serif CJK SC"
_LIMIT = 150_000
"""Bytes a PDF may weigh in the repository."""


@click.command(help="Print the sample PDFs anew. Needs Chromium, fontTools and the font Noto Serif CJK SC.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=FILES, show_default=True)
def main(folder: Path) -> None:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not browser:
        raise click.ClickException(f"None of {', '.join(_BROWSERS)} is on the PATH. apt install chromium")
    if not importlib.util.find_spec("fontTools"):
        raise click.ClickException("fontTools is not installed. pip install fonttools")
    collection, number = _find_font()
    folder.mkdir(parents=True, exist_ok=True)
    for report in truth():
        if report.file:
            made = folder / report.file.name
            print_pdf(browser, collection, number, report, made)
            click.echo(f"{made}: {made.stat().st_size:,} bytes")
            if made.stat().st_size > _LIMIT:
                raise click.ClickException(f"{made} is over {_LIMIT:,} bytes: use fewer different characters in it.")


def print_pdf(browser: str, collection: Path, number: int, report: SampleReport, made: Path) -> None:
    """Prints one report. Raises CalledProcessError where the browser fails, RuntimeError where it writes nothing."""
    html = templates().get_template("print.html").render(report=report, grids=grids(report))
    with tempfile.TemporaryDirectory() as scratch:
        make_font(collection, number, "".join(sorted(set(html))), Path(scratch) / "report.ttf")
        page = Path(scratch) / "report.html"
        page.write_text(html, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        profile = f"--user-data-dir={scratch}/profile"
        printing = ["--no-pdf-header-footer", "--disable-pdf-tagging", f"--print-to-pdf={made}"]
        command = [browser, *options, profile, *printing, page.as_uri()]
        made.unlink(missing_ok=True)
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    if not made.exists():
        raise RuntimeError(f"{browser} ended without an error and wrote no {made}. Run it by hand to see why.")


def _find_font() -> tuple[Path, int]:
    """The font's file and its number in the collection, from fontconfig."""
    matcher = shutil.which("fc-match")
    if not matcher:
        raise click.ClickException("fc-match is not on the PATH. apt install fontconfig")
    ask = [matcher, "--format=%{family}\n%{file}\n%{index}", f"{_FONT}:style=Regular"]
    family, file, index = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.splitlines()
    if _FONT not in family:
        raise click.ClickException(f"The font {_FONT} is not installed. apt install fonts-noto-cjk")
    return Path(file), int(index)


if __name__ == "__main__":
    sys.exit(main())
