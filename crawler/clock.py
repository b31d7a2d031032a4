"""What time it is for a crawl: the system's, or one that a setting begins with."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from archive.warc import stamp


class Clock:
    """Gives the time in UTC. Begun at a given moment it goes on from there, second by second: what is due in March
    can be asked for in November.

    Raises ValueError for a beginning that is not an ISO time.
    """

    def __init__(self, begin: str | None = None) -> None:
        self._begin = datetime.fromisoformat(begin) if begin else None
        if self._begin and self._begin.tzinfo is None:
            self._begin = self._begin.replace(tzinfo=UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        if self._begin is None:
            return datetime.now(UTC)
        return self._begin + timedelta(seconds=time.monotonic() - self._started)

    def stamp(self) -> str:
        return stamp(self.now())
