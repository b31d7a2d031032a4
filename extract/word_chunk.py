"""A page that a Word document embeds (`altChunk`): programs that make documents of web pages leave the page in them."""

from __future__ import annotations

from email import message_from_bytes, policy

from extract.sniff import Medium, sniff


def page_in(data: bytes) -> bytes | None:
    """The page in an embedded file: the file itself, or the first page of a web archive (MHTML). None for others."""
    if data[:1024].lstrip().lower().startswith(b"mime-version:"):
        for part in message_from_bytes(data, policy=policy.default).walk():
            if part.get_content_type() == "text/html":
                page = part.get_payload(decode=True)
                return page if isinstance(page, bytes) else None
        return None
    return data if data.strip() and sniff(data) is Medium.HTML else None
