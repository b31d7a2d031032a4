"""The releases that are there, as their own files tell of them. Reading them needs none of what makes them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.release_about import DATAPACKAGE, SUMS

NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:-(\d+))?")
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True)
class File:
    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Released:
    """`about` is what datapackage.json holds under `gongkai`: counts by table, as_of, program."""

    name: str
    about: dict[str, Any]
    files: list[File]


def releases(data: Path) -> list[Path]:
    """The folders of all releases, oldest first."""
    found = [(match, path) for path in (data / "releases").glob("*") if (match := NAME.fullmatch(path.name))]
    return [path for _, path in sorted(found, key=lambda one: (one[0][1], int(one[0][2] or 1)))]


def released(folder: Path) -> Released:
    """A release with its files. Raises OSError and ValueError where what tells of it is not there or not readable."""
    about = json.loads((folder / DATAPACKAGE).read_text("utf-8"))["gongkai"]
    files = [File(path, digest, (folder / path).stat().st_size) for path, digest in sums(folder).items()]
    return Released(folder.name, about, files)


def sums(folder: Path) -> dict[str, str]:
    """The files that a release lists, with their SHA-256. Raises OSError where it has no such list."""
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    return {match[2]: match[1] for line in lines if (match := _LINE.fullmatch(line))}
