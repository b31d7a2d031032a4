"""Which hosts may be asked: those the registry names, the .gov.cn hosts that these link to, and from there the hosts
of the same city or department. Nothing else.

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
        origin = host_of(source) if source else ""
        if origin not in self.registered and not (origin in self._linked and _domain(origin) == _domain(host)):
            return "a host that no registered portal links to"
        self._linked.add(host)
        return None


def is_private(address: str) -> bool:
    """Whether an IP address is not a public one: loopback, private, link-local and the like."""
    return not ipaddress.ip_address(address).is_global


def _domain(host: str) -> str:
    """What was registered below .gov.cn: zwgk.liaoyuan.gov.cn and www.liaoyuan.gov.cn are one city's."""
    return ".".join(host.split(".")[-3:])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
