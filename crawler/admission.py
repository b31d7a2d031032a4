"""Which hosts may be asked: those the registry names, and the .gov.cn hosts that these link to. Nothing else.

Copies of government pages on domains of others are common, and are never worth a request.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.registry import Portal
from crawler.urls import host_of


class Admission:
    def __init__(self, portals: Iterable[Portal]) -> None:
        self.registered = frozenset(host for portal in portals for host in portal.hosts)
        self._linked: set[str] = set()

    def refusal(self, url: str, source: str | None = None) -> str | None:
        """Why this URL may not be asked for, or None. `source` is the page that links or redirects to it."""
        host = host_of(url)
        if urlsplit(url).scheme not in ("http", "https") or not host:
            return "not an http or https URL"
        if host in self.registered:
            return None
        if _is_address(host):
            return "an IP address that the registry does not name"
        if not host.endswith(".gov.cn"):
            return "not a .gov.cn host"
        if host in self._linked:
            return None
        if source is None or host_of(source) not in self.registered:
            return "a host that no registered portal links to"
        self._linked.add(host)
        return None


def is_private(address: str) -> bool:
    """Whether an IP address is not a public one: loopback, private, link-local and the like."""
    return not ipaddress.ip_address(address).is_global


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
