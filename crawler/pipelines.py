"""Writes what the spider found into the archive."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from sqlite_utils import Database

from archive.warc import stamp
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.urls import twins


class ArchivePipeline:
    """Articles become `documents`, their files `attachments`. An article known under another of its addresses (http
    or https, with or without www) keeps the one it was first seen at. A database that cannot be written ends the
    run."""

    def __init__(self, archive: ArchiveExtension) -> None:
        self.archive = archive
        self.db: Database = archive.db

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(ArchiveExtension.of(crawler))

    def process_item(self, item: Article | AttachmentFile) -> Article | AttachmentFile:
        try:
            with self.db.atomic():
                if isinstance(item, Article):
                    self._article(item)
                else:
                    self._attachment(item)
        except sqlite3.OperationalError as error:
            self.archive.fail(f"{self.archive.data / 'archive.db'} cannot be written: {error}. Make room, crawl again.")
            raise DropItem(f"not written: {error}") from error
        return item

    def _article(self, item: Article) -> None:
        now = stamp(datetime.now(UTC))
        document_id = self._known(item.url)
        if document_id is None:
            document_id = self.db.conn.execute(
                "INSERT INTO documents (portal_id, url, title, listed_on, found_at, first_seen, last_seen, capture_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (item.portal_id, item.url, item.title, item.listed_on, item.found_at, now, now, item.capture_id),
            ).lastrowid
        else:
            self.db.conn.execute(
                "UPDATE documents SET title = ?, listed_on = coalesce(?, listed_on), found_at = coalesce(?, found_at),"
                " last_seen = ?, capture_id = ? WHERE id = ?",
                (item.title, item.listed_on, item.found_at, now, item.capture_id, document_id),
            )
        for attachment in item.attachments:
            self.db.conn.execute(
                "INSERT INTO attachments (document_id, url, label, last_seen) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (document_id, url) DO UPDATE SET label = excluded.label, last_seen = excluded.last_seen",
                (document_id, attachment.url, attachment.label, now),
            )

    def _attachment(self, item: AttachmentFile) -> None:
        self.db.conn.execute(
            "UPDATE attachments SET capture_id = ? WHERE url = ? AND document_id = ?",
            (item.capture_id, item.url, self._known(item.article_url)),
        )

    def _known(self, url: str) -> int | None:
        addresses = twins(url)
        marks = ", ".join("?" * len(addresses))
        row = self.db.conn.execute(f"SELECT id FROM documents WHERE url IN ({marks}) ORDER BY id", addresses).fetchone()
        return row[0] if row else None
