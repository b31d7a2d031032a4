"""Reading: bytes and hints in, `Report` and `Finding`s out. Pure; knows nothing of crawling or databases."""

from extract.errors import Status, Unreadable
from extract.identity import Hints
from extract.locate import locate
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
