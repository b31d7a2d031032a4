"""URLs of government sites: one article, many addresses."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit


def resolve(base: str, href: str) -> str | None:
    """An absolute http(s) URL without fragment, or None for what cannot be fetched (javascript:, mailto:, nonsense).

    The path stays as written: a double slash inside is part of some portals' addresses.
    """
    href = "".join(href.split())
    if not href or href.startswith("#"):
        return None
    try:
        url = urldefrag(urljoin(base, href)).url
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018 (raises for a port that is none)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    return canonical(url)


def canonical(url: str) -> str:
    """Scheme and host in lower case, no default port, no fragment, a path at least of "/"."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", parts.query, ""))


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def twin_key(url: str) -> str:
    """The same for addresses that serve the same page: http and https, with and without www."""
    parts = urlsplit(canonical(url))
    return urlunsplit(("", parts.netloc.removeprefix("www."), parts.path, parts.query, ""))


def twins(url: str) -> list[str]:
    """The addresses that share a twin key, the given one first."""
    parts = urlsplit(canonical(url))
    bare = parts.netloc.removeprefix("www.")
    found = [
        urlunsplit((scheme, host, parts.path, parts.query, ""))
        for scheme in ("http", "https")
        for host in (bare, "www." + bare)
    ]
    return [canonical(url), *(twin for twin in found if twin != canonical(url))]


def switch_scheme(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="https" if parts.scheme == "http" else "http"))


def directory(url: str) -> str:
    """The URL up to the last slash of its path."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/", "", ""))
