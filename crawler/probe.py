"""What a portal is, told by a small crawl of it with the crawler's own rules. No archive is written: what the crawl
keeps goes with the folder that it is kept in."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.captures import CaptureStore
from archive.schema import open_archive
from crawler.divisions import divisions, find, full_name
from crawler.outcomes import Outcome
from crawler.page import Page
from crawler.registry import COLUMNS, BadRegistry, Portal
from crawler.run import PortalOutcome, crawl

_LIMITS: dict[str, Any] = {
    "GONGKAI_ARTICLE_CAP": 3,
    "GONGKAI_PAGE_CAP": 3,
    "GONGKAI_COLUMN_CAP": 6,
    "GONGKAI_ATTACHMENT_CAP": 1,
}
_SITE_CODE = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Probe:
    """`columns` are the list pages that were read, `titles` what they list as reports, each behind its date; `fetched`
    the reports that were fetched to be sure. `row` is a line of the registry, None where no report was found."""

    url: str
    outcome: Outcome
    reason: str
    platform: str | None
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    fetched: tuple[str, ...]
    notes: tuple[str, ...]
    row: str | None


def probe(url: str, settings: dict[str, Any] | None = None) -> Probe:
    """Look at a portal: `url` is its home page, or its column of annual reports. Raises BadRegistry for what is no
    URL, CrawlFailed when Scrapy did not run."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise BadRegistry([f"{url!r} is not a URL: {error}"]) from error
    if parts.scheme not in ("http", "https") or not host:
        raise BadRegistry([f"{url!r} is not an http or https URL"])
    home = f"{parts.scheme}://{parts.netloc}/"
    column = "" if parts.path in ("", "/") and not parts.query else url
    with tempfile.TemporaryDirectory(prefix="gongkai-probe-") as folder:
        data, registry = Path(folder) / "data", Path(folder) / "portals.csv"
        registry.write_text(_csv(COLUMNS) + _csv(("probe", "", host, "county", home, column, "", "")), "utf-8")
        (portal,) = crawl(data, registry, settings={**_LIMITS, **(settings or {})}).portals
        db = open_archive(data)
        try:
            return _read(db, data, url, portal, home, column)
        finally:
            db.close()


def _read(db: Database, data: Path, url: str, portal: PortalOutcome, home: str, column: str) -> Probe:
    lists = [row[0] for row in db.execute("SELECT url FROM captures WHERE role = 'list' AND status = 200 ORDER BY id")]
    documents = db.execute("SELECT url, title, found_at FROM documents ORDER BY id").fetchall()
    platforms = portal.details.get("platforms", {})
    platform = max(platforms, key=lambda name: platforms[name]) if platforms else None
    row = None
    if documents:
        listed = next((found for _, _, found in documents if found), documents[0][0])
        place = column if column in lists else lists[0] if lists else listed
        row = _row(db, data, home, place, platform)
    return Probe(
        url=url,
        outcome=portal.outcome,
        reason=portal.reason,
        platform=platform,
        columns=tuple(dict.fromkeys(lists)),
        titles=tuple(portal.details["samples"].get("listed", ())),
        fetched=tuple(f"{title} {address}" for address, title, _ in documents),
        notes=tuple(portal.details["notes"]),
        row=row,
    )


def _row(db: Database, data: Path, home: str, column: str, platform: str | None) -> str:
    code, name = _division(db, data)
    host = (urlsplit(home).hostname or "").removeprefix("www.")
    portal_id = re.sub(r"[^a-z0-9_-]", "-", host.removesuffix(".gov.cn")) or "portal"
    level = divisions()[code].level if code else "zone"
    portal = Portal(portal_id, code, name or host, level, home, column, platform if platform != "generic" else None)
    return _csv([getattr(portal, field) or "" for field in COLUMNS]).rstrip("\n")


def _division(db: Database, data: Path) -> tuple[str | None, str | None]:
    """The division that pages say they are of: by the national site code, whose first digits are the division's, or
    by the name of the site."""
    rows = db.execute("SELECT id FROM captures WHERE status = 200 AND content_type LIKE 'text/html%' ORDER BY id")
    with CaptureStore(data, db) as store:
        for (capture_id,) in rows.fetchall():
            capture = store.capture(capture_id)
            assert capture is not None
            original = store.original(capture)
            page = Page(original.url, 200, original.body, original.content_type)
            code = _SITE_CODE.match(page.meta("SiteIDCode") or "")
            if code and code.group() in divisions():
                return code.group(), full_name(code.group())
            for name in (page.meta("SiteName"), *page.titles[-1:]):
                matches = find(re.sub(r"(?:门户)?网站?$|人民政府.*$", "", re.split(r"[_|-]", name)[-1])) if name else []
                if len(matches) == 1:
                    return matches[0].code, full_name(matches[0].code)
    return None, None


def _csv(values: object) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)  # type: ignore[arg-type]
    return out.getvalue()


def probed(found: Probe) -> Iterator[str]:
    """A probe as lines for a person."""
    yield f"{found.url}: {found.outcome.value}: {found.reason}"
    yield f"platform: {found.platform or 'none was reached'}"
    for column in found.columns:
        yield f"list: {column}"
    for title in found.titles:
        yield f"  {title}"
    for document in found.fetched:
        yield f"report: {document}"
    for note in found.notes:
        yield f"note: {note}"
    if found.row:
        yield "A row for the registry (look at its id, name and division before you paste it):"
        yield found.row
    else:
        yield "No report was found, so there is no row to paste."
