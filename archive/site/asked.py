"""What the address of a search, of its CSV or of its feed asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request

from archive.facets import FACETS
from archive.hits import ORDERS, Filter

FILTERS = {
    **{name: f"{value} = :{name}" for name, value in FACETS.items()},
    "rule": "r.id IN (SELECT report_id FROM findings WHERE rule = :rule OR rule GLOB :rule || ':*')",
}
"""Conditions over reports `r`, agencies `a` and portals `p`."""
_YEARS = "r.year IN (SELECT CAST(value AS INTEGER) FROM json_each(:years))"
_MOST_YEARS = 40


@dataclass(frozen=True)
class Asked:
    """Unknown filters are ignored; a page number that is none is 1. Several years may be given, of which any."""

    q: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    years: tuple[str, ...] = ()
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, request: Request) -> Asked:
        given = ((name, (request.args.get(name) or "").strip()[:200]) for name in FILTERS)
        years = {year.strip()[:10] for year in request.args.getlist("year")} - {""}
        sort, number = request.args.get("sort") or "", request.args.get("page") or ""
        return cls(
            (request.args.get("q") or "").strip()[:500],
            tuple((name, value) for name, value in given if value),
            tuple(sorted(years)[:_MOST_YEARS]),
            sort if sort in ORDERS else "",
            max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
        )

    @property
    def chosen(self) -> dict[str, str]:
        return dict(self.filters)

    @property
    def filter(self) -> Filter:
        """The filters as the search takes them."""
        return Filter(self.filters, self.years)

    @property
    def where(self) -> str:
        """The filters as SQL, each after an AND; their values are `values`."""
        return "".join(f" AND {FILTERS[name]}" for name, _ in self.filters) + (f" AND {_YEARS}" if self.years else "")

    @property
    def values(self) -> dict[str, Any]:
        return {**self.chosen, **({"years": json.dumps(self.years)} if self.years else {})}

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What a feed or a file of the same search is asked with."""
        asked = [("q", self.q)] if self.q else []
        return [*asked, *self.filters, *(("year", year) for year in self.years)]

    def without(self, name: str, value: str = "") -> Asked:
        """This search without a filter; of the years without one, or without all."""
        if name == "year":
            return replace(self, years=tuple(year for year in self.years if value and year != value), page=1)
        return replace(self, filters=tuple(one for one in self.filters if one[0] != name), page=1)

    def with_(self, name: str, value: str) -> Asked:
        if name == "year":
            return replace(self, years=tuple(sorted({*self.years, value})), page=1)
        return replace(self.without(name), filters=(*self.without(name).filters, (name, value)))

    @property
    def query(self) -> str:
        return urlencode([*self.parameters, *([("sort", self.sort)] if self.sort else [])])

    @property
    def address(self) -> str:
        """The address of this search, its page included where it is not the first."""
        parts = [part for part in (self.query, f"page={self.page}" if self.page > 1 else "") if part]
        return "/-/search" + (f"?{'&'.join(parts)}" if parts else "")

    def at(self, page: int) -> str:
        return replace(self, page=page).address
