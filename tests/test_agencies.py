"""One body is one series under all its names; a merge or a split is an edge, never an identity."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote

import pytest
from invented import PLACE, Archive, report

from archive.agencies import settle_names
from archive.lineage import build_lineage, latest_key, life, reforms
from archive.names import field_of, fields, full_name, series_key, short_forms
from extract.bodies import kind_of


def take(archive: Archive, *bodies: tuple[str, int]) -> None:
    for name, year in bodies:
        url = f"http://qingyuan.test/{quote(name)}{year}.html"
        archive.take(url, report(url, name, year, f"{year + 1}-01-20"))


def series(archive: Archive) -> dict[str, str]:
    """Name without place -> series."""
    rows = archive.db.execute("SELECT name, series_id FROM agencies")
    return {name.removeprefix(PLACE): found for name, found in rows}


@pytest.mark.parametrize(
    ("printed", "own"),
    [
        ("青原区卫健委", "卫生健康委员会"),
        ("卫生健康委", "卫生健康委员会"),
        ("青原区市场监管局(知识产权局)", "市场监督管理局"),
        ("区人社局", "人力资源和社会保障局"),
        ("青原区发改委", "发展和改革委员会"),
        ("住建局", "住房和城乡建设局"),
        ("城管局", "城市管理局"),
        ("退役军人局", "退役军人事务局"),
        ("政数局", "政务服务数据管理局"),
        ("青原县商务局", "商务局"),
        ("云溪市青原市教育局", "教育局"),
        ("青原市场监督管理局", "青原市场监督管理局"),
        ("永和镇", "永和镇"),
    ],
)
def test_short_and_former_names_are_written_out(printed: str, own: str) -> None:
    assert full_name(printed, PLACE) == PLACE + own
    assert full_name(full_name(printed, PLACE), PLACE) == PLACE + own


def test_a_short_form_that_two_bodies_have_is_left_alone() -> None:
    assert full_name("金融办", PLACE) == f"{PLACE}金融办"
    assert full_name("云溪市公安局青原分局", PLACE) == "云溪市公安局青原分局"


def test_the_short_forms_lead_to_names_that_are_none() -> None:
    assert not short_forms().keys() & set(short_forms().values())
    assert "street_or_town" not in {kind_of(full) for full in short_forms().values()}


def test_rank_and_joints_make_no_other_body_but_a_word_does() -> None:
    assert series_key("卫生健康局") == series_key("卫生健康委员会") == series_key("卫生健康委")
    assert series_key("教育和体育局") == series_key("教育体育局")
    assert series_key("教育局") != series_key("教育体育局")
    assert series_key("永和镇") != series_key("永镇")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("卫生和计划生育局", "health"),
        ("农业农村局", "agriculture"),
        ("经济和信息化局", "industry"),
        ("城市管理综合行政执法局", "urban_management"),
        ("政务服务数据管理局", "data"),
        ("教育体育局", "education"),
        ("司法局", "justice"),
        ("人民政府", None),
        ("农业镇", None),
    ],
)
def test_a_department_has_a_field(name: str, field: str | None) -> None:
    assert field_of(PLACE + name, PLACE) == field
    assert len({field.key for field in fields()}) == len(fields())


def test_every_reform_is_dated_and_sourced_and_a_body_is_renamed_once() -> None:
    renamed = [reform.keys[0] for reform in reforms() if reform.kind == "rename"]
    assert len(renamed) == len(set(renamed))
    for reform in reforms():
        assert reform.kind in ("rename", "merge", "split")
        assert 2008 <= reform.begun <= reform.done <= reform.begun + 5
        assert reform.source
        assert full_name(reform.before, "") == reform.before


def test_a_rename_continues_the_series_and_a_merge_does_not(archive: Archive) -> None:
    take(
        archive,
        *[("环境保护局", 2016), ("青原区环保局", 2017), ("生态环境局", 2019), ("卫计委", 2017), ("卫生健康局", 2020)],
        *[("工商局", 2013), ("质监局", 2013), ("市场监管局", 2019), ("民政局", 2019), ("退役军人事务局", 2019)],
    )
    found = series(archive)
    assert found["环境保护局"] == found["生态环境局"]
    assert found["卫生和计划生育委员会"] == found["卫生健康局"]
    assert len({found[name] for name in ("工商行政管理局", "质量技术监督局", "市场监督管理局")}) == 3
    assert found["民政局"] != found["退役军人事务局"]
    years = archive.db.execute(
        "SELECT year FROM reports r JOIN agencies a ON a.id = r.agency_id WHERE series_id = ? ORDER BY year",
        [found["生态环境局"]],
    )
    assert [row[0] for row in years] == [2016, 2017, 2019]


def test_the_order_in_which_bodies_are_found_does_not_part_a_series(archive: Archive) -> None:
    take(archive, ("生态环境局", 2019))
    before = series(archive)["生态环境局"]
    take(archive, ("环境保护局", 2016))
    assert set(series(archive).values()) == {before}, "the id that was given first stays"


def test_reforms_are_edges_with_both_ends(archive: Archive) -> None:
    take(archive, *[(name, 2017) for name in ("环保局", "国土资源局", "工商局", "民政局", "旅游局")])
    take(archive, *[(name, 2020) for name in ("生态环境局", "自然资源和规划局", "市场监督管理局", "退役军人局")])
    archive.db.conn.commit()
    with sqlite3.connect(":memory:") as db:
        archive.db.conn.backup(db)
        build_lineage(db)
        rows = db.execute("SELECT kind, before_name, after_name, after_agency_id IS NULL, begun, done FROM lineage")
        found = {(kind, old.removeprefix(PLACE), new.removeprefix(PLACE), *rest) for kind, old, new, *rest in rows}
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert found == {
        ("rename", "环境保护局", "生态环境局", 0, 2018, 2019),
        ("merge", "国土资源局", "自然资源和规划局", 0, 2018, 2019),
        ("merge", "工商行政管理局", "市场监督管理局", 0, 2014, 2019),
        ("split", "民政局", "退役军人事务局", 0, 2018, 2019),
        ("merge", "旅游局", "文化和旅游局", 1, 2018, 2019),
    }


def test_a_reform_tells_when_there_need_be_no_report() -> None:
    market, trade, health = life("市场监督管理局"), life("工商行政管理局"), life(latest_key("卫生健康局"))
    assert market.absent(2013)
    assert "过渡" in str(market.absent(2016))
    assert market.absent(2019) is None
    assert trade.absent(2013) is None
    assert trade.absent(2019)
    assert health.absent(2016) is None, "it was another body's name then, and the same body"
    assert life("司法局").absent(2010) is None, "what another was merged into was there before"


def test_rules_that_an_older_version_did_not_have_are_applied_once(archive: Archive) -> None:
    take(archive, ("商务局", 2019), ("卫生健康委员会", 2020), ("发展和改革局", 2021))
    archive.db.execute("UPDATE agencies SET field = NULL, series_id = NULL")
    archive.db.execute("UPDATE agencies SET name = ? WHERE name LIKE '%发展和改革局'", [f"{PLACE}发改局"])
    archive.db.execute(
        "INSERT INTO agencies (id, portal_id, name, kind) VALUES ('old', 'qingyuan', ?, 'department')",
        [f"{PLACE}卫健委"],
    )
    take(archive, ("白石镇", 2018))
    archive.db.execute("UPDATE reports SET agency_id = 'old' WHERE year = 2018")
    reports = archive.db.execute("SELECT id FROM reports ORDER BY id").fetchall()
    archive.db.conn.commit()
    settle_names(archive.db)
    after = archive.db.execute("SELECT * FROM agencies ORDER BY id").fetchall()
    assert series(archive)["卫健委"] == series(archive)["卫生健康委员会"]
    assert archive.db.execute("SELECT count(*) FROM reports WHERE agency_id = 'old'").fetchone() == (0,)
    assert f"{PLACE}发展和改革局" in {row[3] for row in after}
    settle_names(archive.db)
    assert archive.db.execute("SELECT * FROM agencies ORDER BY id").fetchall() == after
    assert archive.db.execute("SELECT id FROM reports ORDER BY id").fetchall() == reports
