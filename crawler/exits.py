"""What commands end with, for whoever started them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ends with. A crawl with several kinds of trouble ends with the gravest: portals that failed, then
    blocked, then suspicious."""

    WELL = 0
    CRASHED = 1
    BAD_INPUT = 2
    PORTALS_FAILED = 3
    BLOCKED = 4
    SUSPICIOUS = 5
    DAMAGED = 6
    UNREADABLE = 7
    NOTHING_FOUND = 8
    NOT_RELEASED = 9
    NOT_DECIDED = 10
