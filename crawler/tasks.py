"""The work that remains: what a request is for, and how far each portal's columns have been walked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self

from crawler.page import Link
from crawler.urls import twin_key

MISSES = 2
"""List pages in a row that may bring nothing new before the walk ends: a portal's page numbers can be off by one."""


class Kind(StrEnum):
    HOME = "home"
    WAY = "way"
    LIST = "list"
    ARTICLE = "article"
    ATTACHMENT = "attachment"


ROLES = {
    Kind.HOME: "home",
    Kind.WAY: "other",
    Kind.LIST: "list",
    Kind.ARTICLE: "article",
    Kind.ATTACHMENT: "attachment",
}


@dataclass(frozen=True)
class Task:
    """A URL to ask for, and why. `source` is the page that names it; `hops` counts the redirect shells behind it;
    `entry` marks what the registry names; `stated` a list page that may not exist."""

    kind: Kind
    url: str
    source: str | None = None
    depth: int = 0
    hops: int = 0
    entry: bool = False
    switched: bool = False
    stated: bool = False
    column: str | None = None
    link: Link | None = None
    article_url: str | None = None

    @property
    def key(self) -> str:
        """The same for tasks that ask for the same page for the same purpose."""
        return f"{self.kind} {twin_key(self.url)}"

    def to_json(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        link = Link(**values.pop("link")) if "link" in values else None
        return cls(kind=Kind(values.pop("kind")), link=link, **values)


@dataclass
class Walk:
    """A column being paged through, one page at a time."""

    column: str
    waiting: deque[str] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)
    pages: int = 0
    misses: int = 0

    def read(self, entries: set[str], further: Iterable[str]) -> int:
        """Take in a page: its entries and the pages it names. Returns how many entries are new."""
        fresh = entries - self.entries
        self.entries |= fresh
        self.pages += 1
        self.misses = 0 if fresh else self.misses + 1
        for url in further:
            if twin_key(url) not in self.known:
                self.known.add(twin_key(url))
                self.waiting.append(url)
        return len(fresh)

    def next_page(self, cap: int) -> tuple[str | None, str | None]:
        """The next page to ask for; or None, and why the walk ends early if it does."""
        if not self.waiting:
            return None, None
        if self.misses >= MISSES:
            return None, f"{self.column}: the last {self.misses} pages brought nothing new"
        if self.pages >= cap:
            return None, f"{self.column}: stopped at the cap of {cap} pages with {len(self.waiting)} more named"
        return self.waiting.popleft(), None

    def to_json(self) -> str:
        values = {"waiting": list(self.waiting), "known": sorted(self.known), "entries": sorted(self.entries)}
        return json.dumps({"column": self.column, "pages": self.pages, "misses": self.misses, **values})

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        values.update(waiting=deque(values["waiting"]), known=set(values["known"]), entries=set(values["entries"]))
        return cls(**values)


@dataclass
class State:
    """A portal's walks, and how much of its work is with the engine."""

    walks: dict[str, Walk] = field(default_factory=dict)
    asked: int = 0

    def forget(self) -> None:
        """Let go of what a finished portal no longer needs: a run may hold thousands."""
        self.walks.clear()
