"""URLs of government sites: one article, many addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

_BREAKS = re.compile(r"[\t\r\n]+")
# What stays as it is in an address; all else is percent-encoded, as browsers do.
_ASCII = "".join(map(chr, range(33, 127)))
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
# A server's own way to tell readers apart, another one with every visit.
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
# Queries that change nothing about a static article: the department whose menu frames it, a jump past its own page.
_IDLE_QUERY = re.compile(r"^(?:jump=true|deptcode=\w*)$")
_ARTICLE = re.compile(r"/m?post_\d+\.html$|/\d{4}-\d{2}-\d{2}/[0-9a-f-]{32,36}\.html$", re.IGNORECASE)
# A moment or a random number that a script puts behind an address so that no copy is shown, another one each time.
_MOMENT = re.compile(
    r"(?:(?<=&)|^)(?:_|_?t|ts|times?|timestamp|_?r|rnd|rand|random|v|nocache)=(?:1[5-9]\d{8}(?:\d{3})?|0?\.\d{5,})(?:&|$)",
    re.IGNORECASE,
)
# Beside a signature the moment is what was signed.
_SIGNED = re.compile(r"(?:^|&)(?:sig|auth|token|key|expire)\w*=", re.IGNORECASE)
# Queries that only say which menu stands beside a page.
_MENU_QUERY = re.compile(r"(?:(?<=&)|^)(?:nav|sub|hasContent|action)=[^&]*(?:&|$)")
# The same article for telephones: (mobile form, desktop form).
_MOBILE = (("/mpost_", "/post_"), ("/mobileOpenness/", "/openness/"), ("_wap.html", ".html"))


def resolve(base: str, href: str, charset: str = "utf-8") -> str | None:
    """An absolute http(s) URL without fragment, or None for what cannot be fetched (javascript:, mailto:, nonsense).

    Path and query stay as written, but for what browsers change, line breaks, backslashes, other spaces and Chinese,
    and for a query or session known to change nothing. Chinese in a query is written in the `charset` of the page that
    has the link. A double slash inside is part of some portals' addresses.
    """
    path, mark, query = _BREAKS.sub("", href).strip().partition("?")
    href = path.replace("\\", "/") + mark + encoded(query, charset)
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
    return _plain(quote(url, safe=_ASCII))


def encoded(query: str, charset: str = "utf-8") -> str:
    """A query as browsers send it: Chinese in the charset of the page that holds it, but never in UTF-16."""
    return quote(query, safe=_ASCII, encoding=_sent(charset), errors="xmlcharrefreplace")


def form(fields: Mapping[str, object], charset: str = "utf-8") -> str:
    """The fields of a form as browsers send them."""
    return urlencode({k: str(v) for k, v in fields.items()}, encoding=_sent(charset), errors="xmlcharrefreplace")


def _sent(charset: str) -> str:
    return "utf-8" if charset.startswith("utf") else charset


def canonical(url: str) -> str:
    """The form in which an address is known: as `resolve` gives it, its percent-encoding in capitals."""
    return _PERCENT.sub(lambda code: code.group().upper(), _plain(quote(url, safe=_ASCII)))


def _plain(url: str) -> str:
    """Scheme and host in lower case, no default port, no fragment, a path at least of "/"; no session, and no query
    that is known to change nothing."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    query = "" if _IDLE_QUERY.search(parts.query) and _ARTICLE.search(parts.path) else parts.query
    if _MOMENT.search(query) and not _SIGNED.search(query):
        query = _MOMENT.sub("", query).rstrip("&")
    path = _SESSION.sub("", parts.path) or "/"
    return urlunsplit((parts.scheme.lower(), host + port, path, query, ""))


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


@lru_cache(maxsize=4096)
def twin_key(url: str) -> str:
    """The same for addresses that serve the same page: http and https, with and without www, for telephones or not."""
    parts = urlsplit(canonical(url))
    query = _MENU_QUERY.sub("", parts.query).rstrip("&") if "/public/column/" in parts.path else parts.query
    return urlunsplit(("", parts.netloc.removeprefix("www."), _desktop(parts.path), query, ""))


def twins(url: str) -> list[str]:
    """The addresses that share a twin key, the given one and its usual form first: with small letters in their
    percent-encoding too."""
    parts = urlsplit(canonical(url))
    bare = parts.netloc.removeprefix("www.")
    desktop = _desktop(parts.path)
    paths = [desktop, *(desktop.replace(plain, mobile) for mobile, plain in _MOBILE if plain in desktop)]
    found = [
        urlunsplit((scheme, host, path, parts.query, ""))
        for path in dict.fromkeys([parts.path, *paths])
        for scheme in ("http", "https")
        for host in (bare, "www." + bare)
    ]
    small = [_PERCENT.sub(lambda code: code.group().lower(), twin) for twin in found if "%" in twin]
    return list(dict.fromkeys([url, canonical(url), *found, *small]))


def with_query(url: str, charset: str = "utf-8", /, **values: object) -> str:
    """The URL with these parameters of its query set anew, in a page's charset, the others as they are."""
    parts = urlsplit(url)
    # Byte for byte: the query of a GBK page is no UTF-8.
    query = parse_qsl(quote(parts.query, safe=_ASCII), keep_blank_values=True, encoding="latin-1")
    given = parse_qsl(form(values, charset), keep_blank_values=True, encoding="latin-1")
    return urlunsplit(parts._replace(query=urlencode({**dict(query), **dict(given)}, encoding="latin-1")))


def query_value(url: str, name: str, default: str = "") -> str:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)).get(name, default)


def _desktop(path: str) -> str:
    for mobile, plain in _MOBILE:
        path = path.replace(mobile, plain)
    return path


def switch_scheme(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="https" if parts.scheme == "http" else "http"))


def directory(url: str) -> str:
    """The URL up to the last slash of its path."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/", "", ""))
