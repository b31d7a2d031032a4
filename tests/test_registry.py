from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from portal import HEADER, write_registry

from crawler.divisions import divisions
from crawler.registry import BadRegistry, choose, doubles, load

GOOD = "yangli,410411,样例区,county,http://www.yangli.gov.cn/,,siteserver,"


def test_our_own_registry() -> None:
    portals = load()
    assert [portal.id for portal in portals[:5]] == ["zhanhe", "laocheng", "kaiping", "hubin", "yanshi"]
    assert all(portal.column_url for portal in portals[:5])


def test_a_row(tmp_path: Path) -> None:
    (portal,) = load(write_registry(tmp_path / "r.csv", GOOD))
    assert (portal.id, portal.division_code, portal.column_url, portal.note) == ("yangli", "410411", None, None)
    assert portal.hosts == {"www.yangli.gov.cn"}


def test_a_byte_order_mark_is_no_column_name(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"\ufeff{HEADER}\n{GOOD}\n", "utf-8")
    assert len(load(path)) == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (GOOD.replace("yangli,4", "Yang Li,4"), "row 3: id 'Yang Li' is not"),
        (GOOD.replace("410411", "4104"), "row 3: division_code '4104' is not six digits"),
        (GOOD.replace("样例区", ""), "row 3: name is empty"),
        (GOOD.replace("county", "district"), "row 3: level 'district' is none of"),
        (GOOD.replace("http://www.yangli.gov.cn/", ""), "row 3: home_url '' is not an http or https URL"),
        (GOOD.replace("http://www", "ftp://www"), "row 3: home_url 'ftp://www.yangli.gov.cn/' is not"),
        (GOOD.replace(",,siteserver", ",http://x:y/,siteserver"), "row 3: column_url 'http://x:y/' is not a URL"),
        ("yangli,410411", "row 3: has not 8 fields"),
        (GOOD + ",more", "row 3: has not 8 fields"),
        (GOOD.replace("yangli,", "first,"), "row 3: id 'first' stands already in row 2"),
    ],
)
def test_a_bad_row_is_named_with_its_column(tmp_path: Path, line: str, fault: str) -> None:
    path = write_registry(tmp_path / "r.csv", GOOD.replace("yangli,", "first,"), line)
    with pytest.raises(BadRegistry) as caught:
        load(path)
    assert f"{path}: {fault}" in str(caught.value)


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRegistry) as caught:
        load(write_registry(tmp_path / "r.csv", "A,,,x,,,,", GOOD, "b,,,county,http://b.gov.cn/,,,"))
    assert [fault.split(": ", 2)[1] for fault in caught.value.faults] == ["row 2"] * 4 + ["row 4"]


def test_a_file_that_is_no_registry(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("id,name\n", "utf-8")
    with pytest.raises(BadRegistry, match="no column division_code, level"):
        load(path)
    path.write_bytes("id,名称".encode("gb18030"))
    with pytest.raises(BadRegistry, match="not a CSV file in UTF-8"):
        load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.csv")


def test_choosing(tmp_path: Path) -> None:
    portals = load(write_registry(tmp_path / "r.csv", GOOD, GOOD.replace("yangli", "other")))
    assert [portal.id for portal in choose(portals, ["other", "other"])] == ["other"]
    assert choose(portals, []) == portals
    with pytest.raises(BadRegistry, match="no portal 'nowhere' in the registry; it holds yangli, other"):
        choose(portals, ["nowhere"])


ROW = "{},410422,叶县,county,{},{},,"


@pytest.mark.parametrize(
    ("one", "other", "are_double"),
    [
        (("http://www.y.gov.cn/", ""), ("https://y.gov.cn", ""), True),
        (("http://www.y.gov.cn/", "http://www.y.gov.cn/nb/"), ("http://y.gov.cn/", ""), True),
        (("http://www.y.gov.cn/", "http://y.gov.cn/nb/"), ("http://www.y.gov.cn/", "https://www.y.gov.cn/nb/"), True),
        (("http://www.y.gov.cn/nb/", "http://www.y.gov.cn/nb/"), ("http://www.y.gov.cn/", "http://y.gov.cn/nb/"), True),
        (("http://www.y.gov.cn/", "http://y.gov.cn/nb/"), ("http://www.y.gov.cn/", "http://y.gov.cn/bm/"), False),
        (("http://www.y.gov.cn/", ""), ("http://xxgk.y.gov.cn/", ""), False),
    ],
)  # fmt: skip
def test_two_rows_of_one_portal(tmp_path: Path, one: tuple[str, str], other: tuple[str, str], are_double: bool) -> None:
    portals = load(write_registry(tmp_path / "r.csv", ROW.format("a", *one), ROW.format("b", *other)))
    assert doubles(portals) == ({"b": "a"} if are_double else {})
    assert [portal.id for portal in choose(portals, ["b"])] == (["a"] if are_double else ["b"])
    assert [portal.id for portal in choose(portals, [])] == (["a"] if are_double else ["a", "b"])


def test_districts_on_their_citys_host_are_portals_each(tmp_path: Path) -> None:
    rows = (ROW.format(name, "http://www.city.gov.cn/", "").replace("410422,叶县", district) for name, district in (
        ("a", "410422,叶县"), ("b", "410423,鲁山县")))  # fmt: skip
    assert doubles(load(write_registry(tmp_path / "r.csv", *rows))) == {}


def test_ids_tell_places_of_one_name_apart() -> None:
    """The rule of docs/operators.md, as far as it can be told without a dictionary of pinyin."""
    names = Counter(division.name for division in divisions().values() if division.level == "county")
    suffixes = {"city": ("-shi", "-zhou"), "province": ("-sheng", "-shi"), "zone": ("-zone",)}
    portals = load()
    assert len({portal.id for portal in portals}) == len(portals)
    for portal in portals:
        if portal.level in suffixes:
            assert portal.id.endswith(suffixes[portal.level]), portal.id
        elif portal.division_code:
            shared = names[divisions()[portal.division_code].name] > 1
            assert not shared or "-" in portal.id, f"{portal.id}: {portal.name} has namesakes"
            assert not portal.id.endswith(("-shi", "-zhou", "-sheng", "-zone"))
