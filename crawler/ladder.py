"""Other addresses to try when one brings no page: the other scheme, the directory's index by its usual names."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.tasks import Kind, Task
from crawler.urls import directory, host_of, switch_scheme

_INDEX = ("index.html", "index.shtml", "index.htm", "list.shtml")
_IS_INDEX = re.compile(r"/(?:index|list|default)\.\w+$")
_PLACES = (Kind.HOME, Kind.WAY, Kind.LIST)


def other_scheme(task: Task, working: dict[str, str], reason: str) -> Task | None:
    """The same address by http instead of https or the reverse: for what the registry names, and on a host that is
    known to answer so. `working` is the scheme by which a host answered; `failure` keeps the `reason` of the first."""
    scheme = urlsplit(task.url).scheme
    if task.switched or not (task.entry or working.get(host_of(task.url), scheme) != scheme):
        return None
    failure = task.failure or ("unreachable", task.url, reason)
    return replace(task, url=switch_scheme(task.url), switched=True, failure=failure)


def other_index(task: Task, kind: str, reason: str) -> Task | None:
    """The next name for a directory's index, some servers forbid or miss one and have another. `failure` keeps how
    the first address failed: that is what a ladder without success reports."""
    first = task.failure[1] if task.failure and task.rungs else task.url
    if task.kind not in _PLACES or task.stated or task.ask or urlsplit(first).query:
        return None
    names = _names(first)
    if task.rungs >= len(names):
        return None
    url = directory(first) + names[task.rungs]
    failure = task.failure if task.failure and task.rungs else (kind, task.url, reason)
    return replace(task, url=url, rungs=task.rungs + 1, failure=failure)


def _names(url: str) -> tuple[str, ...]:
    path = urlsplit(url).path
    if path.endswith("/"):
        return _INDEX
    if not _IS_INDEX.search(path):
        return ()
    own = path.rpartition("/")[2]
    return ("", *(name for name in _INDEX[:2] if name != own))
