"""Every irregularity by name."""

from __future__ import annotations

from ..irregularity import Irregularity
from . import agencies, challenges, charsets, forms, headings, labels, numbers, pages, prose, requests, tables, titles

IRREGULARITIES: dict[str, Irregularity] = {
    name: one
    for registry in (
        titles.KNOWN,
        agencies.KNOWN,
        forms.KNOWN,
        headings.KNOWN,
        labels.KNOWN,
        numbers.KNOWN,
        tables.KNOWN,
        requests.KNOWN,
        challenges.KNOWN,
        prose.KNOWN,
        pages.KNOWN,
        charsets.KNOWN,
    )
    for name, one in registry.items()
}

__all__ = ["IRREGULARITIES"]
