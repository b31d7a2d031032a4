"""What is given to be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One published file: its bytes, the URL or path it is known by, and what the server said it is."""

    data: bytes
    name: str
    content_type: str | None = None
