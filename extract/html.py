"""Reads a web page into a `Document`: BeautifulSoup on decoded text, tables with their spans worked out.

The report's own part of the page is found by meaning: it is the smallest part that holds its chapter headings and its
tables. Everything around it is page chrome, which only metadata is taken from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bs4 import Tag

from extract import pagemeta
from extract.chapters import heading_of
from extract.decode import decode
from extract.document import Block, Document, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.grids import is_form_grid
from extract.html_shown import has_generated, shown_by
from extract.html_walk import Walker
from extract.soup import soup_of

_JSON_STRING = re.compile(r'"(?:[^"\\\n]|\\.){400,}"')


def read_html(data: bytes, declared: str | None = None) -> Document:
    """The page as a document of the report's own blocks, with the metadata of the whole page.

    Raises Unreadable for an empty page and for one nested too deeply to be honest.
    """
    if not data.strip():
        raise Unreadable(Status.EMPTY, "网页是空的，请重新下载。")
    decoded = decode(data, declared)
    walker, paths, soup = _walk_page(decoded.text, decoded.text)
    own = _own_part(walker.blocks, paths)
    metadata = pagemeta.collect(soup, walker.headlines, walker.blocks, own)
    document = Document("html", own, metadata, images=walker.images)
    if decoded.doubtful:
        document.doubts.append(decoded.doubtful)
    return document


def _walk_page(text: str, page: str, root_path: str = "html/body") -> tuple[Walker, list[str], Tag]:
    """The blocks of this text, which is the page or a part of it: what is visible; where that holds nothing of a
    report, what is hidden too, and then what a script would have put there. With the paths of what makes it a report,
    and its tree."""
    soup = soup_of(text, all_attributes=has_generated(page))
    shown = shown_by(page, soup)
    for hidden in (True, False):
        walker = Walker(hidden, shown)
        walker.walk(soup.body or soup, root_path, 0)
        walker.flush()
        if paths := _official(walker.blocks):
            return walker, paths, soup
    for n, body in enumerate(bodies_in_scripts(soup), 1):
        inner, paths, _ = _walk_page(body, page, f"script-text[{n}]")
        if paths:
            walker.blocks += inner.blocks
            walker.images += inner.images
            return walker, paths, soup
    return walker, [], soup


def bodies_in_scripts(soup: Tag) -> Iterator[str]:
    """HTML that a script puts on the page, as single-page portals deliver their articles: a JSON string in a script,
    or the text of a field or template that the script takes it from."""
    for holder in soup.find_all(("script", "textarea")):
        text = holder.string or ""
        bodies = [text] if holder.name == "textarea" or text.lstrip()[:1] == "<" else _json_strings(text)
        yield from (body for body in bodies if "<" in body and "公开" in body)


def _json_strings(script: str) -> Iterator[str]:
    for match in _JSON_STRING.finditer(script):
        try:
            yield json.loads(match.group())
        except ValueError:
            continue


def _official(blocks: list[Block]) -> list[str]:
    """The paths of what makes a report of a page: numbered chapter headings, and the form's tables."""
    paths = [block.locator.path or "" for block in _headings(blocks)]
    return paths + [block.locator.path or "" for block in blocks if isinstance(block, Grid) and is_form_grid(block)]


def _headings(blocks: list[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            found = heading_of(block.text)
            if found and found.numbered:
                yield block


def _holds_article(grid: Grid) -> bool:
    """Whether the whole article stands in this one table, chapter headings and all."""
    headings = (heading_of(cell.text) for cell in grid.cells if cell.text[:1] in "一二三四五六第")
    return len({found.number for found in headings if found and found.numbered}) > 2


def _own_part(blocks: list[Block], paths: list[str]) -> list[Block]:
    """The blocks of the report itself, without the page around it: those beside what stands at these paths."""
    if len(paths) < 2:
        laid_out = next((block for block in blocks if isinstance(block, Grid) and _holds_article(block)), None)
        if laid_out is None:
            return _by_container(blocks)
        # Its title may stand beside it.
        paths = [laid_out.locator.path or ""]
    shared = _common(paths)
    return [
        block
        for block in blocks
        if (block.locator.path or "") == shared or (block.locator.path or "").startswith(shared + "/")
    ]


def _by_container(blocks: list[Block]) -> list[Block]:
    """Where nothing official is found: the parent that holds most prose."""
    weights: dict[str, int] = {}
    for block in blocks:
        if isinstance(block, Paragraph) and block.locator.path:
            element = block.locator.path.removesuffix("/text()")
            for path in (element, element.rsplit("/", 1)[0]):
                weights[path] = weights.get(path, 0) + (len(block.text) if re.search(r"[。；，]", block.text) else 0)
    if not weights or not max(weights.values()):
        return blocks
    best = max(weights, key=lambda path: (weights[path], len(path)))
    return [
        block for block in blocks if (block.locator.path or "").startswith(best + "/") or block.locator.path == best
    ]


def _common(paths: list[str]) -> str:
    """The deepest element that holds all of these."""
    split = [path.split("/")[:-1] for path in paths]
    shared = []
    for steps in zip(*split, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return "/".join(shared)
