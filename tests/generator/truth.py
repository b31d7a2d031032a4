"""What a made-up report says: the numbers of its three tables, who reports, for which year, when.

The numbers keep every sum that the form implies, so that a clean page has nothing to find; they differ from cell to
cell, so that a number filed in a neighbour's cell shows.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from random import Random

from extract.form import APPLICANTS, CONCLUDED_PARTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Number, Table

KINDS: tuple[str, ...] = tuple(kind for kind in APPLICANTS if kind != "total")
OUTCOME_RESULTS: tuple[str, ...] = tuple(result for result in RESULTS if result != "total")

# (agency, how it calls itself, the site's name)
AGENCIES: tuple[tuple[str, str, str], ...] = (
    ("湛河区商务局", "我局", "湛河区人民政府"),
    ("洪泽区人民政府", "区政府", "淮安市洪泽区人民政府"),
    ("螺洋街道办事处", "我街道", "路桥区人民政府"),
    ("临洮县新添镇人民政府", "我镇", "临洮县人民政府"),
    ("偃师区工业信息化和商务局", "我局", "洛阳市偃师区人民政府"),
    ("三门峡市湖滨区行政审批和政务信息管理局", "我局", "三门峡市湖滨区人民政府"),
    ("平潭综合实验区管理委员会", "管委会", "平潭综合实验区"),
    ("莆田市公安局城厢分局", "我局", "莆田市城厢区人民政府"),
    ("开平区卫生健康委员会", "我委", "唐山市开平区人民政府"),
    ("老城区市场监督管理局（知识产权局）", "我局", "洛阳市老城区人民政府"),
    ("德化县审计局", "我局", "德化县人民政府"),
    ("大兴区商务局", "我局", "北京市大兴区人民政府"),
)


@dataclass
class Truth:
    """`tables` is shaped as a `Report`'s; None is a cell that the page leaves blank."""

    form: str
    year: int
    agency: str
    self_name: str
    site: str
    published: str
    tables: dict[str, Table]

    def copy(self) -> Truth:
        return deepcopy(self)

    def cells(self) -> dict[str, Number | None]:
        """`table.row.cell` -> value, for every cell that the page prints (blank ones too)."""
        return {
            f"{table}.{row}.{cell}": value
            for table, rows in self.tables.items()
            for row, cells in rows.items()
            for cell, value in cells.items()
        }


def make_truth(rng: Random, form: str | None = None, dense: bool = False) -> Truth:
    """A report at random; a `dense` one has hardly a zero (real ones are mostly zeros, which hide misfiling)."""
    form = form or rng.choice(("2019", "2021"))
    agency, self_name, site = rng.choice(AGENCIES)
    year = rng.choice((2019, 2020) if form == "2019" else (2021, 2022, 2023, 2024))
    return Truth(
        form=form,
        year=year,
        agency=agency,
        self_name=self_name,
        site=site,
        published=f"{year + 1}-01-{rng.randint(4, 28):02d}",
        tables={
            "disclosure": _disclosure(rng, form),
            "requests": _requests(rng, form, 0.9 if dense else rng.choice((0.0, 0.1, 0.4, 0.9))),
            "challenges": _challenges(rng, 1.0 if dense else rng.choice((0.0, 0.5, 1.0))),
        },
    )


def outcome_keys(form: str) -> tuple[str, ...]:
    return tuple(outcome.key for outcome in OUTCOMES if form in outcome.forms)


def close_sums(requests: Table) -> None:
    """Make totals, 总计 and the balance follow from the outcomes, 上年结转 and 结转下年度 as they stand."""
    for kind in KINDS:
        concluded = sum(requests[key].get(kind) or 0 for key in CONCLUDED_PARTS if key in requests)
        requests["concluded"][kind] = concluded
        balance = concluded + (requests["carried_forward"].get(kind) or 0) - (requests["carried_in"].get(kind) or 0)
        if balance < 0:
            requests["carried_in"][kind] = (requests["carried_in"][kind] or 0) + balance
            balance = 0
        requests["received"][kind] = balance
    for cells in requests.values():
        cells["total"] = sum(cells[kind] or 0 for kind in KINDS)


def _count(rng: Random, density: float) -> int:
    if rng.random() >= density:
        return 0
    return rng.choice((rng.randint(1, 9), rng.randint(1, 9), rng.randint(10, 99), rng.randint(100, 4999)))


def _disclosure(rng: Random, form: str) -> Table:
    table: Table = {}
    for item in DISCLOSURE[form]:
        if "total_disclosed" in item.cells:
            made = rng.randint(0, 40)
            table[item.key] = {"made": made, "disclosed": made, "total_disclosed": made + rng.randint(0, 600)}
        elif "in_force" in item.cells:
            issued, repealed = rng.randint(0, 40), rng.randint(0, 30)
            table[item.key] = {"issued": issued, "repealed": repealed, "in_force": issued + rng.randint(0, 900)}
        elif "previous_items" in item.cells:
            before = rng.randint(0, 900)
            row: dict[str, Number | None] = {"previous_items": before, "change": rng.randint(-before, 1200)}
            if "decisions" in item.cells:
                row["decisions"] = rng.choice((0, rng.randint(1, 999), rng.randint(1000, 99_999_999)))
            table[item.key] = row
        elif "decisions" in item.cells:
            table[item.key] = {"decisions": rng.choice((0, rng.randint(1, 999), rng.randint(1000, 99_999_999)))}
        elif "items" in item.cells:
            table[item.key] = {"items": rng.randint(0, 800), "amount": _amount(rng)}
        else:
            table[item.key] = {"amount": _amount(rng)}
    return table


def _amount(rng: Random) -> Number:
    places = rng.choice((0, 0, 1, 2, 4, 6))
    if not places:
        return rng.choice((0, rng.randint(1, 99_999)))
    return round(rng.randint(1, 99_999) + rng.randint(1, 9) * 10.0**-places + rng.choice((0, 0.5)), 6)


def _requests(rng: Random, form: str, density: float) -> Table:
    table: Table = {key: dict.fromkeys(APPLICANTS, 0) for key in outcome_keys(form)}
    for key, cells in table.items():
        for kind in KINDS:
            if key not in ("received", "concluded"):
                cells[kind] = _count(rng, density)
    close_sums(table)
    return table


def _challenges(rng: Random, density: float) -> Table:
    table: Table = {}
    for route in ROUTES:
        cells: dict[str, Number | None] = {result: _count(rng, density) for result in OUTCOME_RESULTS}
        cells["total"] = sum(value or 0 for value in cells.values())
        table[route] = cells
    return table
