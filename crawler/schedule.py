"""When a known report is asked for again: the law's calendar decides.

Departments publish by 31 January and governments by 31 March (articles 49 and 50 of the regulation), corrections and
late reports follow in April. From January to April a report that appeared or changed lately is asked for every week;
what is older, and everything in the rest of the year, seldom.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

SEASON = range(1, 5)
"""The months in which reports are published and corrected."""
RECENT = timedelta(days=120)
"""How long after it appeared or changed a report counts as recent: corrections mostly come within the season."""
STEPS = {
    (True, True): timedelta(days=7),
    (True, False): timedelta(days=30),
    (False, True): timedelta(days=30),
    (False, False): timedelta(days=180),
}
"""Days between two looks, by (in the season, recent)."""


def in_season(moment: datetime) -> bool:
    return moment.month in SEASON


def next_due(asked: datetime, changed: datetime, key: str) -> datetime:
    """When to ask again for what was asked for now and last changed then. `key` spreads what was first seen on one
    day over the last quarter of its step, so that not everything is due at once."""
    recent = asked - changed < RECENT
    early = _spread(key)
    due = asked + STEPS[in_season(asked), recent] * (1 - 0.25 * early)
    season = datetime(asked.year + 1, SEASON.start, 1, tzinfo=UTC)
    if not in_season(asked) and due > season:
        # The year's first look does not wait for a step that began in autumn.
        return season + STEPS[True, False] * early
    return due


def _spread(key: str) -> float:
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 0x1_0000_0000
