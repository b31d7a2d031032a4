"""Datasette on the published archive: `gongkai serve`, and what `datasette serve data/public.db` gets from the plugin.

A publication that is renamed into place while this runs is shown from the next request on; no restart is needed.
`datasette serve data/public.db` gives the same site, but with Datasette's own settings unless `arguments` are passed:
its `max_csv_mb` of 100 then cuts large CSV files short, and suggesting facets makes large tables slow.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from extract.errors import BadInput

if TYPE_CHECKING:
    from datasette.app import Datasette

SETTINGS: dict[str, int | bool] = {
    "max_csv_mb": 0,  # 100: cuts a larger file without saying so.
    "suggest_facets": False,  # on: tries every column on every page, 17 times slower at 100,000 reports.
    "sql_time_limit_ms": 3000,  # 1000: too little for a count over 2.6 million cells on a small machine.
    "facet_time_limit_ms": 1000,  # 200: a facet that takes longer is left out without saying so.
    "allow_download": True,  # on: the database is public as a whole.
    "default_cache_ttl": 60,  # 5: the archive changes once a night.
    "truncate_cells_html": 300,  # 2048: the text of a chapter fills the table page.
}
"""Datasette's settings for an archive; its own default is named beside each."""


class NotPublished(BadInput):
    """There is nothing to serve yet."""


def arguments(data: Path) -> list[str]:
    """The command line that serves the archive with plain Datasette."""
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, _setting(value))]
    return ["datasette", "serve", str(data / "public.db"), *settings]


def _setting(value: int | bool) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def datasette(data: Path) -> Datasette:
    """The Datasette application of a data folder. Raises NotPublished where there is no public.db."""
    # Not above: every command would wait for Datasette.
    from datasette.app import Datasette

    path = data / "public.db"
    if not path.is_file():
        raise NotPublished(f"there is no {path}: run `gongkai publish` first")
    return Datasette([], immutables=[str(path)], settings=SETTINGS)


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(data: Path, host: str = "127.0.0.1", port: int = 8001, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until interrupted. `on_ready` is called with the address once requests are answered; port 0 takes a free
    one. Raises NotPublished, and OSError where the address cannot be had.
    """
    ds = datasette(data)
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host

    def ready() -> None:
        if on_ready:
            on_ready(f"http://{shown}:{port}/")

    async def run() -> None:
        await ds.invoke_startup()
        config = uvicorn.Config(ds.app(), host=host, port=port, log_level="warning", lifespan="on")
        await _Server(config, ready).serve(sockets=[listening])

    with listening:
        asyncio.run(run())


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening
