"""How to cite a report: in the style of GB/T 7714-2015, as BibTeX, and in plain words.

A citation names the body's own title and date, and the permanent address of the report here; the capture's time and
SHA-256 say which bytes were read. Where the report states no date of publication, the citation has none.
"""

from __future__ import annotations

from archive.site.pages import Row
from archive.site.words import when


def citations(report: Row, capture: Row, address: str) -> dict[str, str]:
    """By style; `address` is the report's absolute URL."""
    read = when(capture["fetched_at"])[:10]
    published = f"({report['published']})" if report["published"] else ""
    key = report["id"].replace("-", "_")
    dated = f"  date      = {{{report['published']}}},\n" if report["published"] else ""
    return {
        "GB/T 7714": f"{report['agency']}. {report['title']}[R/OL]. {published}[{read}]. {address}.",
        "BibTeX": (
            f"@report{{{key},\n"
            f"  author    = {{{{{_braced(report['agency'])}}}}},\n"
            f"  title     = {{{{{_braced(report['title'])}}}}},\n"
            "  type      = {政府信息公开工作年度报告},\n"
            f"{dated}"
            f"  url       = {{{address}}},\n"
            f"  urldate   = {{{read}}},\n"
            f"  note      = {{原址 {_braced(report['url'])}；存档 SHA-256 {capture['sha256']}}},\n"
            "  language  = {chinese}\n"
            "}"
        ),
        "": (
            f"{report['agency']}：《{report['title']}》"
            f"{'，' + report['published'] + ' 公布' if report['published'] else ''}，{read} 存档，{address}"
            f"（原址 {report['url']}，SHA-256 {capture['sha256']}）"
        ),
    }


def _braced(text: str) -> str:
    """Text that may stand inside braces: BibTeX knows no escape for a brace that has no partner."""
    return text.replace("{", "(").replace("}", ")").replace("\\", "/")
