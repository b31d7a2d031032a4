"""Speaks to servers whose TLS is older than OpenSSL's defaults allow, and says so.

Active for https. Certificates are not verified, as is Scrapy's default: half the names on portals' certificates are
wrong, and what is fetched is proved by its SHA-256 and not by its channel. A host whose handshake fails is asked again
with TLS 1.0 and weak ciphers allowed; the portal's row then notes it. Legacy renegotiation Scrapy allows by itself.
"""

from __future__ import annotations

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.python.failure import Failure

from crawler.extensions.archive import ArchiveExtension
from crawler.urls import host_of

WEAK_CIPHERS = b"ALL:@SECLEVEL=0"


class TolerantHandler(HTTP11DownloadHandler):
    """Downloads by https as Scrapy does; by outdated TLS where a host has no other."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._weak = _WeakHandler(crawler)
        self._outdated: set[str] = set()

    async def download_request(self, request: Request) -> Response:
        host = host_of(request.url)
        if host in self._outdated:
            return await self._weak.download_request(request)
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if not (why := _handshake_failure(error)):
                raise
        response = await self._weak.download_request(request)
        self._outdated.add(host)
        if progress := ArchiveExtension.of(self._crawler).progress_of(request):
            progress.note(f"{host} speaks only outdated TLS: fetched with weak ciphers allowed ({why})")
        return response

    async def close(self) -> None:
        await super().close()
        await self._weak.close()


class _WeakPolicy(_ScrapyClientContextFactory):
    def _get_cert_options(self) -> CertificateOptions:
        options = super()._get_cert_options()
        # Twisted spells a cipher string out as names, and so loses the security level in it.
        options.getContext().set_cipher_list(WEAK_CIPHERS)
        return options


class _WeakHandler(HTTP11DownloadHandler):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Scrapy's settings for this hold for all hosts alike; its pinned version keeps the policy here.
        policy = _WeakPolicy(method=None, tls_min_version=TLSVersion.TLSv1_0)
        self._contextFactory = policy  # type: ignore[assignment]  # mypy does not know zope's interfaces


def _handshake_failure(error: DownloadFailedError) -> str | None:
    """What OpenSSL says of a handshake that failed, None for a failure of another kind."""
    reasons: list[Failure] = getattr(error.__cause__, "reasons", [])
    found = next((reason.value for reason in reasons if isinstance(reason.value, SSL.Error)), None)
    if found is None:
        return None
    return "; ".join(detail[-1] for detail in found.args[0]) if found.args and found.args[0] else "handshake failed"
