"""Reading files, each within limits in a child process: what one file does to its reader the others do not feel."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from extract.errors import Status, Unreadable
from extract.reader import Source, read
from extract.report import Report
from extract.workers import DEFAULT, Limits, run

MOST_BYTES = 200 * 2**20
SUFFIXES = {
    ".htm", ".html", ".shtml", ".xhtml", ".jhtml", ".mht", ".mhtml", ".pdf", ".doc", ".docx", ".docm", ".wps", ".rtf",
    ".odt", ".ods", ".ofd", ".xls", ".xlsx", ".et", ".zip", ".rar", ".7z",
}  # fmt: skip
"""What a folder is searched for; pictures are left out, since saved pages bring many. A file that is named is read
whatever its name: what it is, its bytes decide."""

Read = tuple[Path, Report | Unreadable]


def read_files(files: Sequence[Path], jobs: int | None = None, limits: Limits = DEFAULT) -> Iterator[list[Read]]:
    """Read the files in child processes. Yields once for each file that is done: with all whose turn has come.

    Turns are in the order of the files, so that what is yielded is mostly one file, sometimes none, then several.
    Never raises for what a file is or holds.
    """
    done: dict[int, Report | Unreadable] = {}
    turn = 0
    processes = min(jobs or os.cpu_count() or 1, len(files))
    tasks = ((number, file, _piped(file)) for number, file in enumerate(files))
    for (number, _, _), answer in run(_read_task, tasks, processes, limits):
        done[number] = answer
        ready = []
        while turn in done:
            ready.append((files[turn], done.pop(turn)))
            turn += 1
        yield ready


def _piped(file: Path) -> bytes | None:
    """What a pipe (`/dev/stdin`, `<(…)`) brings: a child has not got it. None for a file that a child can open."""
    try:
        if not file.is_fifo():
            return None
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError:
        return None  # The child meets the same, and says so.


def _read_task(task: tuple[int, Path, bytes | None]) -> Report:
    """In the child. Raises Unreadable, also for a file that is not there."""
    _, file, piped = task
    try:
        size = file.stat().st_size if piped is None else len(piped)
        if size > MOST_BYTES:
            raise Unreadable(Status.TOO_LARGE, f"超过{MOST_BYTES >> 20}MB")
        return read(Source(file.read_bytes() if piped is None else piped, str(file)))
    except OSError as error:
        raise Unreadable(Status.MISSING, error.strerror or str(error)) from error


def in_folder(folder: Path) -> list[Path]:
    """The files in a folder and its folders that go by the name of a document, sorted. Hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(path for path in found if not any(part[0] == "." for part in path.relative_to(folder).parts))
