"""广东's gkmlpt, uniform over the province: a page that is a script, a tree of columns in `_CONFIG`, lists as JSON.

`/gkmlpt/annualreport#2629` names a column by its fragment, else the tree's node with the reports' name is it.
`/gkmlpt/api/all/<column>?page=N&sid=<site>` gives 100 entries at a time. Articles
`/gkmlpt/content/<a>/<b>/post_<id>.html` hold their text only as a string of the script; `mpost_` is the twin for
telephones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.columns import is_column_name
from crawler.page import Ask, Link, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.platforms.script import value_of
from crawler.urls import query_value, resolve, with_query

_SITE = r"^(https?://[^/]+(?:/[^/?#]+)?/gkmlpt)"
_BASE = re.compile(rf"{_SITE}(?:[/?#]|$)")
_ANNUAL = re.compile(rf"{_SITE}/annualreport")
_FRAGMENT = re.compile(r"#(\d+)")
_NAME = re.compile(r"(?:公开|^).{0,6}(?:年报|年度报告)$")


class Gkmlpt(Platform):
    name = "gkmlpt"

    def recognises(self, page: Page) -> bool:
        return bool(_base(page)) and "_CONFIG" in page.text

    def total(self, page: Page) -> int | None:
        return replies.total(page, "total", "post_count") if page.asked and page.asked.data else None

    def queries(self, page: Page) -> list[Ask]:
        base = _base(page)
        if not base or "/content/" in page.url:
            return []
        named = _FRAGMENT.search(page.url)
        nodes = [named[1]] if named else list(dict.fromkeys(_nodes(value_of(page.text, "TREE"), inside=False)))
        site = re.search(r"""\bSID["']?\s*:\s*["']?(\w+)""", page.text)
        stem = f"{base}/api/all/"
        return [
            Ask(with_query(stem + node, page=1, sid=site[1] if site else ""), data=True, sure=n == 0)
            for n, node in enumerate(nodes)
        ]

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        number, seen = int(query_value(asked.url, "page", "1")), self.seen(reply, asked)
        return [Ask(with_query(asked.url, page=number + 1), data=True, seen=seen)] if seen else []

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        """Years and units are nodes of the tree, asked for as such; a node may say that it lies elsewhere. Departments
        have sites of their own (`/gzhzjy/gkmlpt/…`) with reports of their own."""
        base = _base(page)
        if not base:
            return super().subcolumns(page, column_url)
        others = [link for link in page.links if (of := _ANNUAL.match(link.url)) and of[1] != base]
        nodes = _reports(value_of(page.text, "TREE"), inside=False)
        jumps = ((str(node["jump_url"]), str(node.get("name", ""))) for node in nodes if node.get("jump_url"))
        found = (Link(url, name, name) for href, name in jumps if (url := resolve(page.base, href)) and url != page.url)
        return [*found, *others]


def _base(page: Page) -> str | None:
    match = _BASE.search(page.url)
    return match[1] if match else None


def _nodes(tree: Any, *, inside: bool) -> Iterator[str]:
    """The ids of the reports' column and of what lies below it, without those that say they are empty."""
    for node in _reports(tree, inside=inside):
        if "id" in node and node.get("post_count", 1) not in (0, "0"):
            yield str(node["id"])


def _reports(tree: Any, *, inside: bool) -> Iterator[dict[str, Any]]:
    for node in tree if isinstance(tree, list) else []:
        if not isinstance(node, dict):
            continue
        name = str(node.get("name", ""))
        own = inside or is_column_name(name) or bool(_NAME.search(name))
        if own:
            yield node
        yield from _reports(node.get("children"), inside=own)
