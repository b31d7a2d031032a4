"""The Datasette plugin, found through its entry point: our pages before Datasette's own, Chinese search in its boxes,
descriptions on its tables. Quiet on a Datasette that serves no `public` database of ours.

Datasette loads this while it is itself half imported, so nothing here may import `datasette.app` at run time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.utils.asgi import asgi_static
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from archive.search import marked, query
from archive.site import (
    bodies,
    captures,
    charts,
    compare,
    copied,
    crawls,
    downloads,
    evidence,
    export,
    feeds,
    health,
    home,
    leads,
    originals,
    page_images,
    places,
    report,
    results,
    results_csv,
    words,
)
from archive.site.database import PUBLIC, follow
from archive.site.headers import secured
from archive.site.language import speak, spoken
from archive.site.metadata import metadata

if TYPE_CHECKING:
    from datasette.app import Datasette

_HERE = Path(__file__).parent
_METADATA: WeakKeyDictionary[Datasette, dict[str, Any]] = WeakKeyDictionary()


def _ours(datasette: Datasette) -> bool:
    return PUBLIC in datasette.databases


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Datasette) -> None:
    follow(datasette)


# Last: SQLite keeps the function registered last, and Datasette's own would find no Chinese word.
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    if database == PUBLIC:
        conn.create_function("escape_fts", 1, lambda typed: query(str(typed or "")), deterministic=True)
        conn.create_function("snippet_zh", 2, lambda text, typed: marked(str(text or ""), str(typed or "")))


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    if not _ours(datasette):
        return {}
    # One for each: Datasette writes into it what its operator says of the same tables, who may see them for one.
    if datasette not in _METADATA:
        _METADATA[datasette] = metadata()
    return _METADATA[datasette]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    if not _ours(datasette):
        return
    assert env.loader is not None
    env.loader = ChoiceLoader([FileSystemLoader(_HERE / "templates"), env.loader])
    speak(env, datasette)
    env.globals |= {"patterns": charts.patterns, "described": words.described}
    env.filters |= {"number": words.number, "when": words.when, "bytes": words.size, "reason": words.reason}


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    if not _ours(datasette):
        return []
    return [
        (r"^/$", home.home),
        (r"^/-/health$", health.health),
        (r"^/robots\.txt$", health.robots),
        (r"^/-/search$", results.search),
        (r"^/-/search\.csv$", results_csv.search),
        (r"^/export(?:/(?P<table>\w+))?\.csv$", export.export),
        (r"^/reports/(?P<id>[^/.]+)(?:\.(?P<format>json|csv))?$", report.report),
        (r"^/reports/(?P<id>[^/.]+)/cells/(?P<path>[\w.]{1,120})$", evidence.evidence),
        (r"^/reports/(?P<id>[^/.]+)/copied$", copied.copied),
        (r"^/feeds/(?P<kind>reports|edits|late)\.(?P<format>atom|json)$", feeds.feed),
        (r"^/bodies/(?P<id>[^/.]+)$", bodies.body),
        (r"^/places$", places.league),
        (r"^/places/(?P<id>[^/.]+)$", places.place),
        (r"^/compare$", compare.compare),
        (r"^/crawls$", crawls.crawls),
        (r"^/downloads$", downloads.downloads),
        (r"^/releases/(?P<name>[\d-]+)/(?P<path>.+)$", downloads.file),
        (r"^/leads$", leads.leads),
        (r"^/leads/(?P<kind>\w+)$", leads.lead),
        (r"^/originals/(?P<id>\d{1,15})$", originals.original),
        (r"^/captures/(?P<id>\d{1,15})$", captures.capture),
        (r"^/captures/(?P<id>\d{1,15})\.warc\.gz$", originals.warc),
        (r"^/captures/(?P<id>\d{1,15})/pages/(?P<number>\d{1,4})\.png$", page_images.page_png),
        (r"^/-/gongkai/(?P<path>[\w.-]+)$", asgi_static(_HERE / "static")),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[..., Any]:
    base = datasette.setting("base_url").rstrip("/")
    return lambda app: secured(spoken(app, base) if _ours(datasette) else app)
