"""Why a source could not be read: a status for machines with a sentence for people."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a reading ended. `read` is the only good one; every other names what stands in the way."""

    READ = "read"
    EMPTY = "empty_file"
    NOT_A_REPORT = "not_a_report"
    UNSUPPORTED = "unsupported_format"
    MALFORMED = "malformed"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"


class Unreadable(Exception):
    """Nothing could be read of a source. The original stays; `status` and the message are recorded."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def __reduce__(self) -> tuple[type[Unreadable], tuple[Status, str]]:
        return Unreadable, (self.status, self.message)
