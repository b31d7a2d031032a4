"""What a crawl found, written into the archive: reports as `documents`, their files as `attachments`, and when each is
to be asked for again as `visits`. Callers hold the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from archive.warc import stamp
from crawler.clock import Clock
from crawler.items import Article, AttachmentFile
from crawler.page import Link
from crawler.schedule import next_due
from crawler.urls import twin_key, twins
from extract.titles import judge


@dataclass(frozen=True)
class Visit:
    """What a list's link led to when it was last asked for: a document, or a page that is no report (None). `url` is
    the document's."""

    document_id: int | None
    url: str | None
    due: bool


class Documents:
    """An article known under another of its addresses (http or https, with or without www) keeps the one it was first
    seen at. An address that shows each year's report in turn is the newest one's; the others' have their year behind a
    `#`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.conn = db.conn
        self.clock = clock

    def article(self, item: Article, seen: str | None = None) -> int:
        """`seen` is when, where it was not now: what is older than the document's own capture does not replace it."""
        now = seen or self.clock.stamp()
        document_id, url = self.known(item.url), item.url
        if document_id is not None and item.in_turn:
            older = seen is not None and self._is_older(item.capture_id, document_id)
            document_id, url = self._of_its_year(document_id, item, older)
        if document_id is None:
            document_id = self.conn.execute(
                "INSERT INTO documents (portal_id, url, title, listed_on, found_at, first_seen, last_seen, capture_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (item.portal_id, url, item.title, item.listed_on, item.found_at, now, now, item.capture_id),
            ).lastrowid
            assert document_id is not None
        elif seen and self._is_older(item.capture_id, document_id):
            self.conn.execute("UPDATE documents SET first_seen = min(first_seen, ?) WHERE id = ?", (now, document_id))
        else:
            self.conn.execute(
                "UPDATE documents SET title = ?, listed_on = coalesce(?, listed_on), found_at = coalesce(?, found_at),"
                " last_seen = max(last_seen, ?), capture_id = ? WHERE id = ?",
                (item.title, item.listed_on, item.found_at, now, item.capture_id, document_id),
            )
            self.conn.execute(
                "UPDATE absences SET returned = ? WHERE document_id = ? AND returned IS NULL AND missed < ?",
                (now, document_id, now),
            )
        for attachment in item.attachments:
            self.conn.execute(
                "INSERT INTO attachments (document_id, url, label, last_seen) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (document_id, url) DO UPDATE SET label = excluded.label, last_seen = excluded.last_seen"
                " WHERE excluded.last_seen >= last_seen",
                (document_id, attachment.url, attachment.label, now),
            )
        return document_id

    def _of_its_year(self, document_id: int, item: Article, older: bool) -> tuple[int | None, str]:
        """The document, if it is there already, and the address of this year's report where one after the other is
        shown. That of an earlier year is put aside under the address with its year: the one that is known, or this."""
        url, title = self.conn.execute("SELECT url, title FROM documents WHERE id = ?", (document_id,)).fetchone()
        before, now = judge(title).year, judge(item.title).year
        if not before or not now or before == now:
            return document_id, item.url
        aside = f"{url}#{now}"
        row = self.conn.execute("SELECT id FROM documents WHERE url = ?", (aside,)).fetchone()
        its_own = int(row[0]) if row else None
        if older:
            return its_own, aside
        self._move(document_id, f"{url}#{before}")
        if its_own is not None:
            self._move(its_own, url)
        return its_own, item.url

    def _move(self, document_id: int, url: str) -> None:
        self.conn.execute(
            "UPDATE reports SET url = ? WHERE url = (SELECT url FROM documents WHERE id = ?)", (url, document_id)
        )
        self.conn.execute("UPDATE documents SET url = ? WHERE id = ?", (url, document_id))

    def _is_older(self, capture_id: int, document_id: int) -> bool:
        row = self.conn.execute(
            "SELECT new.fetched_at < own.fetched_at FROM captures new, documents d"
            " JOIN captures own ON own.id = d.capture_id WHERE new.id = ? AND d.id = ?",
            (capture_id, document_id),
        ).fetchone()
        return bool(row and row[0])

    def attachment(self, item: AttachmentFile) -> None:
        document_id = self.known(item.article_url)
        if document_id is not None:
            self.bind(document_id, item.url, item.capture_id)

    def bind(self, document_id: int, url: str, capture_id: int) -> None:
        """The file that a document links there is that capture."""
        self.conn.execute(
            "UPDATE attachments SET capture_id = ? WHERE url = ? AND document_id = ?", (capture_id, url, document_id)
        )

    def seen(self, document_id: int) -> None:
        """Still on its list, though not asked for."""
        self.conn.execute("UPDATE documents SET last_seen = ? WHERE id = ?", (self.clock.stamp(), document_id))

    def unlisted(self, portal_id: str, begun: str, *, all_due: bool) -> list[Link]:
        """Reports that stood on a list before the crawl that began then and were not met in it: those that are due."""
        rows = self.conn.execute(
            "SELECT d.url, d.title, d.listed_on FROM documents d LEFT JOIN visits v ON v.document_id = d.id"
            " WHERE d.portal_id = ? AND d.last_seen < ? AND d.capture_id IS NOT NULL AND instr(d.url, '#') = 0"
            " GROUP BY d.id HAVING ? OR min(coalesce(v.due_at, '')) <= ? ORDER BY d.id",
            (portal_id, begun, all_due, self.clock.stamp()),
        )
        return [Link(url, title, title, date) for url, title, date in rows.fetchall()]

    def missed(self, url: str, crawl_id: int, reason: str, *, listed: bool) -> None:
        """A report's address says that it has nothing any more. One that no list names is asked for again on schedule:
        it may return."""
        document_id, now = self.known(url), self.clock.now()
        if document_id is None:
            return
        self.conn.execute(
            "INSERT INTO absences (document_id, crawl_id, last_seen, missed, listed, reason)"
            " SELECT d.id, ?, max(c.fetched_at, coalesce("
            "  (SELECT max(fetched_at) FROM revisits WHERE capture_id = c.id), '')), ?, ?, ?"
            " FROM documents d JOIN captures c ON c.id = d.capture_id WHERE d.id = ?"
            # What a crawl missed that itself went wrong proves nothing: the next one speaks.
            " ON CONFLICT (document_id) WHERE returned IS NULL DO UPDATE SET crawl_id = excluded.crawl_id,"
            " missed = excluded.missed, listed = excluded.listed, reason = excluded.reason WHERE absences.crawl_id IN"
            " (SELECT id FROM crawls WHERE outcome NOT IN ('ok', 'fewer_than_before'))",
            (crawl_id, stamp(now), listed, reason, document_id),
        )
        if listed:
            return
        visits = self.conn.execute("SELECT key, changed_at FROM visits WHERE document_id = ?", (document_id,))
        for key, changed in visits.fetchall():
            due = stamp(next_due(now, _moment(changed) or now, key))
            self.conn.execute(
                "UPDATE visits SET asked_at = ?, due_at = ? WHERE document_id = ? AND key = ?",
                (stamp(now), due, document_id, key),
            )

    def visited(self, portal_id: str, link: Link, document_id: int | None, capture_id: int) -> None:
        """Note what a link led to, and when it is due again. What was new this time changed when the list says it
        appeared; what was known changed when its newest bytes were first fetched."""
        now, key = self.clock.now(), twin_key(link.url)
        known = self.conn.execute("SELECT 1 FROM visits WHERE portal_id = ? AND key = ?", (portal_id, key)).fetchone()
        fetched = self.conn.execute("SELECT fetched_at FROM captures WHERE id = ?", (capture_id,)).fetchone()
        changed = f"{link.date}T00:00:00Z" if link.date and not known else fetched[0]
        due = next_due(now, _moment(changed) or now, key)
        self.conn.execute(
            "INSERT INTO visits (portal_id, key, url, document_id, listed, changed_at, asked_at, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal_id, key) DO UPDATE SET url = excluded.url,"
            " document_id = excluded.document_id, listed = excluded.listed, changed_at = excluded.changed_at,"
            " asked_at = excluded.asked_at, due_at = excluded.due_at",
            (portal_id, key, link.url, document_id, _listed(link), changed, stamp(now), stamp(due)),
        )

    def visit(self, portal_id: str, link: Link) -> Visit | None:
        """What is known of a link. It is due when its time has come, or when the list now prints another title or date
        beside it."""
        row = self.conn.execute(
            "SELECT v.document_id, d.url, v.listed, v.due_at FROM visits v"
            " LEFT JOIN documents d ON d.id = v.document_id"
            " WHERE v.portal_id = ? AND v.key = ?",
            (portal_id, twin_key(link.url)),
        ).fetchone()
        return Visit(row[0], row[1], row[2] != _listed(link) or row[3] <= self.clock.stamp()) if row else None

    def file_lost(self, article_url: str) -> None:
        """An article one of whose files could not be fetched is due at once."""
        self.conn.execute(
            "UPDATE visits SET due_at = asked_at WHERE document_id = ?",
            (self.known(article_url),),
        )

    def known(self, url: str) -> int | None:
        """The document at an address or one of its twins."""
        addresses = twins(url)
        marks = ", ".join("?" * len(addresses))
        row = self.conn.execute(f"SELECT id FROM documents WHERE url IN ({marks}) ORDER BY id", addresses).fetchone()
        return row[0] if row else None


def _listed(link: Link) -> str:
    return f"{link.date or ''} {link.title}"


def _moment(text: str) -> datetime | None:
    """A date as a list prints it may be none: 2025-02-31."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
