"""The site's two languages. Chinese is the source; `/en/…` is the same page in English.

The address carries the language, so a page in English can be linked, cached and cited, and no cookie is needed.
Phrases live in `messages/*.po` (GNU gettext, read with Babel), keyed by their Chinese. A phrase that has no translation
stays Chinese; a test keeps the catalogue whole. Reports, findings' sentences and names are shown as they are printed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.pofile import read_po
from jinja2 import Environment

if TYPE_CHECKING:
    from datasette.app import Datasette

ENGLISH = "/en"
_current: ContextVar[str] = ContextVar("language", default="zh")


def language() -> str:
    """`zh` or `en`: the language of the page being made."""
    return _current.get()


@cache
def catalogue() -> dict[str, str]:
    """Every phrase with its English, from all the catalogues."""
    phrases: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / "messages").glob("*.po")):
        with path.open("rb") as file:
            phrases |= {str(found.id): str(found.string) for found in read_po(file) if found.id and found.string}
    return phrases


def say(phrase: str) -> str:
    """A phrase of ours in the page's language."""
    return catalogue().get(phrase, phrase) if language() == "en" else phrase


def speak(env: Environment, ds: Datasette) -> None:
    """Give templates `_("…")`, `{% trans %}`, `lang()`, and `to(path)`, which keeps a link in the page's language."""

    def to(path: str, language: str | None = None) -> str:
        english = (language or _current.get()) == "en"
        return str(ds.urls.path(ENGLISH + path if english else path))

    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        say, lambda one, many, count: say(one if count == 1 else many), newstyle=True
    )
    env.globals |= {"lang": language, "to": to}


def spoken(app: Any, base: str = "") -> Callable[..., Awaitable[None]]:
    """The ASGI application, which finds a page under `/en` too and knows then that it is to be English.
    `base` is the path that the site lies under, without its last slash."""
    english_base = base + ENGLISH

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        english = scope["type"] == "http" and (path == english_base or path.startswith(english_base + "/"))
        if english:
            raw = (scope.get("raw_path") or path.encode())[len(english_base) :]
            raw = raw if raw.startswith(b"/") else b"/" + raw
            scope = {**scope, "path": base + (path[len(english_base) :] or "/"), "raw_path": base.encode() + raw}
        token = _current.set("en" if english else "zh")
        try:
            await app(scope, receive, send)
        finally:
            _current.reset(token)

    return wrapped
