"""Asking the site through Datasette's own client."""

from __future__ import annotations

import asyncio
from typing import Any

from bs4 import BeautifulSoup
from datasette.app import Datasette


def get(site: Datasette, path: str) -> Any:
    return asyncio.run(site.client.get(path))


def page(site: Datasette, path: str, status: int = 200) -> BeautifulSoup:
    answer = get(site, path)
    assert answer.status_code == status, answer.text[:500]
    return BeautifulSoup(answer.text, "html.parser")
