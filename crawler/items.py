"""What the spider hands on."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.attachments import Attachment


@dataclass(frozen=True)
class Article:
    """An accepted report's page, fetched. `capture_id` holds its bytes; `found_at` is the list it stood on; `in_turn`
    marks a column's own page, which may show another year's report next time."""

    portal_id: str
    url: str
    title: str
    listed_on: str | None
    found_at: str | None
    capture_id: int
    attachments: tuple[Attachment, ...] = ()
    in_turn: bool = False


@dataclass(frozen=True)
class AttachmentFile:
    """An attachment, fetched. `url` is the address that the article links."""

    article_url: str
    url: str
    capture_id: int
