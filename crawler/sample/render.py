"""The sample portals' pages, made from the truth: every URL with its bytes, for one stage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any
from urllib.parse import urljoin

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.sample.grids import Grid, challenges_grid, disclosure_grid, requests_grid
from crawler.sample.truth import HERE, SampleReport, Stage, registry, truth

_CHINA = timezone(timedelta(hours=8))
_EDITED = datetime(2025, 6, 30, 2, 15, tzinfo=UTC)
"""When the second stage's pages were changed."""

REFRAMED = "linxiu"
"""The portal whose page frame (not its reports) changes between the stages, as real footers do."""


@dataclass(frozen=True)
class Resource:
    """What the server sends for a URL."""

    body: bytes
    content_type: str
    modified: datetime


def grids(report: SampleReport) -> dict[int, Grid]:
    """The report's tables by the number of the chapter that they stand in."""
    return {2: disclosure_grid(report), 3: requests_grid(report), 4: challenges_grid(report)}


@cache
def templates() -> Environment:
    return Environment(loader=PackageLoader("crawler.sample"), autoescape=True, undefined=StrictUndefined)


@cache
def site(stage: Stage) -> dict[str, Resource]:
    """Every URL of every sample portal at that stage."""
    portals = json.loads((HERE / "portals.json").read_text(encoding="utf-8"))
    reports = truth(stage)
    resources: dict[str, Resource] = {}
    for portal_id, portal in portals.items():
        own = [report for report in reports if report.portal == portal_id]
        resources |= _Portal(portal_id, portal, stage).resources(own)
    return resources


class _Portal:
    """One portal's look: its template, its charset, its lists."""

    def __init__(self, portal_id: str, raw: dict[str, Any], stage: Stage) -> None:
        self._raw = raw
        self._home = registry()[portal_id]["home_url"]
        self._template = templates().get_template(f"{raw['style']}.html")
        self._reframed = stage == 2 and portal_id == REFRAMED
        self._frame = {
            "site": raw["site"],
            "column": raw["column"],
            "lists": raw["lists"],
            "menu": raw["menus"][0]["links"],
            "footer": "网站标识码：9901000000　版式更新" if self._reframed else "网站标识码：9901000000",
        }

    def resources(self, reports: list[SampleReport]) -> dict[str, Resource]:
        made = {"/robots.txt": Resource(b"User-agent: *\nDisallow: /admin/\n", "text/plain", _when("2019-05-15 09:00"))}
        for report in reports:
            made |= self._report(report)
        for article in [*self._raw["decoys"], *self._raw["loose"]]:
            if "path" in article:
                made[article["path"]] = self._article(article)
        for menu in self._raw["menus"]:
            made[menu["path"]] = self._page({"kind": "menu", **menu}, _when("2021-01-04 09:00"))
        made |= self._lists(reports)
        return {urljoin(self._home, path): resource for path, resource in made.items()}

    def _page(self, page: dict[str, Any], modified: datetime) -> Resource:
        html = self._template.render(portal=self._frame, page=page)
        newest = max(modified, _EDITED) if self._reframed else modified
        return Resource(html.encode(self._raw["charset"]), self._raw["content_type"], newest)

    def _report(self, report: SampleReport) -> dict[str, Resource]:
        page = {
            "kind": "report",
            "title": report.title,
            "published_at": report.published_at,
            "source": report.source,
            "serial": report.path.rpartition("/")[2].partition(".")[0][-5:],
            "report": report,
            "grids": grids(report),
            "attachment": report.attachment,
        }
        before = next(r for r in truth(1) if r.id == report.id)
        modified = _when(report.published_at) if before == report else _EDITED
        made = {report.path: self._page(page, modified)}
        if report.attachment and report.file:
            made[report.attachment] = Resource(report.file.read_bytes(), "application/pdf", modified)
        return made

    def _article(self, article: dict[str, Any]) -> Resource:
        page = {
            "kind": "article",
            "source": self._raw["site"],
            "serial": "00000",
            "report": None,
            "attachment": None,
            **article,
        }
        return self._page(page, _when(article["published_at"]))

    def _lists(self, reports: list[SampleReport]) -> dict[str, Resource]:
        """The list pages, newest item first."""
        entries = [(r.published_at, r.title, r.path) for r in reports]
        entries += [(d["published_at"], d["title"], d.get("path") or d["href"]) for d in self._raw["decoys"]]
        entries.sort(reverse=True)
        paths, size = self._raw["lists"], self._raw["per_page"]
        if -(-len(entries) // size) != len(paths):
            raise ValueError(f"{self._home}: {len(entries)} items at {size} a page do not fill {paths}")
        made = {}
        for index, path in enumerate(paths):
            shown = entries[index * size : (index + 1) * size]
            page = {
                "kind": "list",
                "title": self._raw["column"],
                "entries": [{"date": when[:10], "title": title, "href": href} for when, title, href in shown],
                "number": index + 1,
                "count": len(paths),
                "previous": paths[index - 1] if index else None,
                "next": paths[index + 1] if index + 1 < len(paths) else None,
                "last": paths[-1],
            }
            made[path] = self._page(page, _when(shown[0][0]))
            if path.endswith("/index.html"):
                made.setdefault(path.removesuffix("index.html"), made[path])
        return made


def _when(published_at: str) -> datetime:
    return datetime.fromisoformat(published_at).replace(tzinfo=_CHINA).astimezone(UTC)
