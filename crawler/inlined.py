"""Files that a page holds inside its own scripts: a PDF as base64 (`pdfData='JVBERi0…'`, `data:application/pdf`).

They have no address. Each is kept as a capture of its own under the page's address with a fragment (`…#inlined-1`),
its record saying that it was taken out of the page, so that it is read, shown and verified like any other file.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from archive.captures import Capture, CaptureStore, Exchange
from crawler.attachments import Attachment
from crawler.page import Page
from extract.sniff import Medium, sniff

# What base64 of %PDF-, of a ZIP (DOCX, OFD) and of an OLE file (DOC, WPS) begins with.
_DATA = re.compile(
    r"""["'(,](?:data:[\w/.+-]{0,60};base64,)?((?:JVBERi0|UEsDB|0M8R4K)[A-Za-z0-9+/\\\s]{400,}={0,2})["')]"""
)
MARK = "#inlined-"
"""Of the addresses that are ours alone."""
_KINDS = {Medium.PDF: "application/pdf"}


@dataclass(frozen=True)
class Inlined:
    attachment: Attachment
    data: bytes
    content_type: str


def find(page: Page) -> list[Inlined]:
    """The files inside a page, each once. What is cut, does not decode, or is no file by its
    bytes, is none."""
    if not any(mark in page.text for mark in ("JVBERi0", "UEsDB", "0M8R4K")):
        return []
    found: dict[bytes, None] = {}
    for text in _DATA.findall(page.text):
        plain = re.sub(r"\\[nr]|[\\\s]", "", text)
        try:
            data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except binascii.Error:
            continue
        if sniff(data) is not Medium.HTML:
            found.setdefault(data)
    return [
        Inlined(
            Attachment(f"{page.url.partition('#')[0]}{MARK}{n}"),
            data,
            _KINDS.get(sniff(data), "application/octet-stream"),
        )
        for n, data in enumerate(found, 1)
    ]


def keep(store: CaptureStore, page: Capture, file: Inlined, portal_id: str, crawl_id: int | None = None) -> int:
    """Keep a file under the time of the page's capture; gives its own capture. Keeping it again adds nothing. Raises
    StorageFailed."""
    url = file.attachment.url
    exchange = Exchange(
        url=url,
        status=200,
        headers=[("Content-Type", file.content_type)],
        payload=file.data,
        role="attachment",
        fetched_at=datetime.fromisoformat(page.fetched_at),
        portal_id=portal_id,
        crawl_id=crawl_id,
        source=f"inlined in the page of {page.record_id}",
    )
    name = f"{url} {page.record_id}"
    return store.adopt(exchange, f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>").capture_id
