"""Reads a web page into a `Document`: BeautifulSoup on decoded text, tables with their spans worked out.

The report's own part of the page is found by meaning: it is the smallest part that holds its chapter headings and its
tables. Everything around it is page chrome, which only metadata is taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup

from extract import pagemeta
from extract.chapters import heading_of
from extract.decode import decode
from extract.document import Block, Document, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.grids import is_form_grid
from extract.html_walk import Walker


def read_html(data: bytes, declared: str | None = None) -> Document:
    """The page as a document of the report's own blocks, with the metadata of the whole page.

    Raises Unreadable for an empty page and for one nested too deeply to be honest.
    """
    if not data.strip():
        raise Unreadable(Status.EMPTY, "The page is empty: fetch it again.")
    decoded = decode(data, declared)
    soup = BeautifulSoup(decoded.text, "lxml")
    blocks, headlines = _walk_page(soup)
    own = _own_part(blocks)
    metadata = pagemeta.collect(soup, headlines, blocks, own)
    document = Document("html", own, metadata)
    if decoded.doubtful:
        document.doubts.append(decoded.doubtful)
    return document


def _walk_page(soup: BeautifulSoup) -> tuple[list[Block], list[str]]:
    root = soup.body or soup
    for hidden in (True, False):
        walker = Walker(skip_hidden=hidden)
        walker.walk(root, "html/body", 0)
        walker.flush()
        if any(isinstance(block, Grid) for block in walker.blocks) or sum(1 for _ in _headings(walker.blocks)) > 1:
            break
    return walker.blocks, walker.headlines


def _headings(blocks: list[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            found = heading_of(block.text)
            if found and found.numbered:
                yield block


def _own_part(blocks: list[Block]) -> list[Block]:
    """The blocks of the report itself, without the page around it."""
    paths = [block.locator.path or "" for block in _headings(blocks)]
    paths += [block.locator.path or "" for block in blocks if isinstance(block, Grid) and is_form_grid(block)]
    if len(paths) < 2:
        return _by_container(blocks)
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
