"""Security headers on every response. A view that sets a header itself keeps its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Our own pages: no script at all."""

# Datasette's table and SQL pages carry inline scripts and styles.
_DATASETTE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

INERT = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
"""Archived bytes: an opaque origin, no script, no form, nothing loaded from anywhere. (No Cross-Origin-Opener-Policy
beside it: browsers refuse to show a sandboxed page that carries one.)"""

_DEFAULTS = {
    "content-security-policy": _DATASETTE,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def secured(app: App) -> App:
    """The ASGI application with our headers on each response that lacks them."""

    async def wrapped(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                missing = [
                    (name.encode(), value.encode()) for name, value in _DEFAULTS.items() if name.encode() not in present
                ]
                message = {**message, "headers": [*headers, *missing]}
            await send(message)

        await app(scope, receive, with_headers if scope["type"] == "http" else send)

    return wrapped
