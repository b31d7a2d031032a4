"""Reading: bytes and hints in, `Report` and `Finding`s out. Pure; knows nothing of crawling or databases.

What reads is loaded when it is first asked for: a crawl needs only what tells titles and charsets, and every command
would else begin with a quarter of a second of PDF and HTML libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.errors import Status, Unreadable
    from extract.identity import Hints
    from extract.locating import locate
    from extract.reader import Source, read
    from extract.report import EXTRACTOR_VERSION, Locator, Report

__all__ = [
    "EXTRACTOR_VERSION",
    "Hints",
    "Locator",
    "Report",
    "Source",
    "Status",
    "Unreadable",
    "locate",
    "read",
]

if not TYPE_CHECKING:
    _ROOMS = {
        "EXTRACTOR_VERSION": "report",
        "Hints": "identity",
        "Locator": "report",
        "Report": "report",
        "Source": "reader",
        "Status": "errors",
        "Unreadable": "errors",
        "locate": "locating",
        "read": "reader",
    }

    def __getattr__(name: str) -> Any:
        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
