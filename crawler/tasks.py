"""The work that remains: what a request is for, and how far each portal's columns have been walked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from crawler.page import Ask, Link
from crawler.urls import twin_key

MISSES = 2
"""List pages in a row that may bring nothing new before the walk ends: a portal's page numbers can be off by one."""

BARREN = 15
"""Pages of a list that names no report after which it is taken for another list."""


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
PRIORITIES = {Kind.HOME: 30, Kind.WAY: 30, Kind.LIST: 20, Kind.ARTICLE: 10, Kind.ATTACHMENT: 10}
LAST = -1


@dataclass(frozen=True)
class Task:
    """A URL to ask for, and why. `source` is the page that names it; `hops` counts the redirect shells behind it;
    `entry` marks what the registry names; `stated` a list page that may not exist. `ask` is the platform's request
    for a list page and `platform` whose rules found it. `failure` is how the first of several addresses failed and
    `rungs` how many of them were tried; `linked` the address that the article links for its file; `again` marks the
    second try of a page that showed something else; `unlisted` a report that its list no longer names; `unit` is the
    body in whose column it stands.

    Whatever is left at its default is not written: defaults are false in Python's sense."""

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
    ask: Ask | None = None
    platform: str | None = None
    rungs: int = 0
    failure: tuple[str, str, str] | None = None
    linked: str | None = None
    again: bool = False
    unlisted: bool = False
    unit: str | None = None

    @property
    def key(self) -> str:
        """The same for tasks that ask for the same page for the same purpose."""
        return f"{self.kind} {twin_key(self.url)} {self.body or ''}".rstrip()

    @property
    def body(self) -> str | None:
        """What is posted, None for a GET."""
        return self.ask.body if self.ask else None

    @property
    def is_query(self) -> bool:
        """Whether a platform's script would ask so: the reply is for the platform, and no page."""
        return self.ask is not None and self.ask.data

    @property
    def priority(self) -> int:
        """What is asked a second time waits until all else is done: some portals need the quiet."""
        return LAST if self.again else PRIORITIES[self.kind]

    def to_json(self) -> str:
        return json.dumps(
            {name: value for name, value in vars(self).items() if value}, ensure_ascii=False, default=vars
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        for name, kind in (("link", Link), ("ask", Ask)):
            if name in values:
                values[name] = kind(**values[name])
        if "failure" in values:
            values["failure"] = tuple(values["failure"])
        return cls(**{**values, "kind": Kind(values["kind"])})


@dataclass
class Walk:
    """A column being paged through, one page at a time. `replies` counts the answers to a platform's own requests that
    brought entries; `total` is what the list says it holds, where it does not only say that it `offers_more`. Its
    entries lie below it where it is `rooted`; it is `barren` until it lists a report. `unit` is the body whose
    column it is, where its link named one."""

    column: str
    waiting: deque[Ask] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)
    pages: int = 0
    misses: int = 0
    replies: int = 0
    total: int = 0
    offers_more: bool = False
    unit: str | None = None
    rooted: bool = False
    barren: bool = True

    def read(self, entries: set[str], further: Iterable[Ask], *, data: bool = False, foreign: bool = False) -> int:
        """Take in a page: its entries and the pages it names. Returns how many entries are new. A `foreign` page, one
        that shows another list, counts as one that brought nothing."""
        fresh = entries - self.entries
        self.entries |= fresh
        self.pages += bool(entries) or not data
        self.replies += data and bool(entries)
        if fresh and not foreign:
            self.misses = 0
        else:
            self.missed(data=data)
        # A portal that heeds no page number has nothing further. The first reply repeats what stands on the page.
        repeated = data and bool(entries) and not fresh and self.replies > 1
        new = [ask for ask in further if ask.key not in self.known and not repeated]
        self.known.update(ask.key for ask in new)
        if data:
            self.waiting.extendleft(reversed(new))
        else:
            self.waiting.extend(new)
        return len(fresh)

    def missed(self, *, data: bool) -> None:
        """A page brought nothing. A platform's requests may be several ways to ask, of which one is answered."""
        if not data or self.replies:
            self.misses += 1

    @property
    def short(self) -> tuple[int, int] | None:
        """How many entries a list claims and how many it showed, where these are fewer; 0 where it claims only that
        there are more."""
        found = len(self.entries)
        if self.offers_more and not self.replies and not self.total:
            return 0, found
        return (self.total, found) if found < self.total else None

    @property
    def shortfall(self) -> str | None:
        """What a list that was walked to its end kept back."""
        if not self.short:
            return None
        holds = f"{self.total} entries" if self.total else "more behind a button"
        return f"{self.column}: the list holds {holds} and shows {len(self.entries)}"

    def next_page(self, cap: int) -> tuple[Ask | None, str | None]:
        """The next page to ask for; or None, and why the walk ends early if it does."""
        while self.waiting and self.waiting[0].fallback and self.replies:
            self.waiting.popleft()
        if not self.waiting:
            return None, self.shortfall
        if self.misses >= MISSES:
            return None, self.shortfall or f"{self.column}: the last {self.misses} pages brought nothing new"
        if self.barren and self.pages >= BARREN:
            return None, f"{self.column}: {self.pages} pages list no report, {len(self.waiting)} more are named"
        if self.pages >= cap:
            return None, f"{self.column}: stopped at the cap of {cap} pages with {len(self.waiting)} more named"
        return self.waiting.popleft(), None

    def to_json(self) -> str:
        plain = {"waiting": list(self.waiting), "known": sorted(self.known), "entries": sorted(self.entries)}
        return json.dumps({**vars(self), **plain}, ensure_ascii=False, default=vars)

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        waiting = deque(Ask(**ask) for ask in values["waiting"])
        return cls(**{**values, "waiting": waiting, "known": set(values["known"]), "entries": set(values["entries"])})
