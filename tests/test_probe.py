"""A portal probed: what the crawler makes of it, a row that the registry takes, and nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from portal import FAST, HEADER, Portal, frame, serving, write_registry

from crawler.exits import ExitCode
from crawler.probe import probe, probed
from crawler.registry import BadRegistry, doubts, load
from gongkai import cli

HOST = "http://www.yanshi.gov.cn"
COLUMN = f"{HOST}/gknb/index.html"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Portal]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with serving(monkeypatch) as (portal, _):
        links = [(f"/{n}.html", f"偃师区第{n}局2024年政府信息公开工作年度报告") for n in range(12)]
        home = frame("首页", '<a href="/gknb/index.html">政府信息公开年报</a>')
        portal.put(f"{HOST}/", home.replace("<head>", '<head><meta name="SiteIDCode" content="4103070001">'))
        portal.put_list(COLUMN, links)
        for path, title in links:
            portal.put_report(HOST + path, title)
        yield portal


@pytest.mark.parametrize("url", [f"{HOST}/", COLUMN])
def test_a_portal_with_reports(tmp_path: Path, site: Portal, url: str) -> None:
    if url == COLUMN:
        page = site.pages[COLUMN]
        page.body = page.body.replace("样例区人民政府</title>".encode(), "洛阳市偃师区人民政府</title>".encode())
    found = probe(url, FAST)
    assert (found.outcome, found.platform, found.columns) == ("ok", "generic", (COLUMN,))
    assert found.titles[0] == "2025-01-20 偃师区第0局2024年政府信息公开工作年度报告"
    assert len(found.fetched) == 3
    assert len([asked for asked in site.asked if "index" not in asked]) <= 5, "a probe is small"
    assert found.row == f"yanshi,410307,河南省洛阳市偃师区,county,{HOST}/,{COLUMN},,"
    registry = tmp_path / "pasted.csv"
    registry.write_text(f"{HEADER}\n{found.row}\n", "utf-8")
    assert load(registry)[0].column_url == COLUMN
    assert doubts(registry) == []
    assert list(tmp_path.iterdir()) == [registry], "nothing is left of the crawl"


def test_a_portal_without(site: Portal) -> None:
    site.put(f"{HOST}/", "no", status=412)
    found = probe(f"{HOST}/", FAST)
    assert (found.outcome, found.row) == ("blocked", None)
    assert "412" in found.reason
    assert "No report was found" in list(probed(found))[-1]


@pytest.mark.usefixtures("site")
def test_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.probe._LIMITS", FAST)
    shown = CliRunner().invoke(cli, ["probe", f"{HOST}/"], catch_exceptions=False)
    assert (shown.exit_code, f"list: {COLUMN}" in shown.output) == (ExitCode.WELL, True)
    assert CliRunner().invoke(cli, ["probe", "http://www.nowhere.gov.cn/"]).exit_code == ExitCode.NOTHING_FOUND
    assert CliRunner().invoke(cli, ["probe", "yanshi"]).exit_code == ExitCode.BAD_INPUT


@pytest.mark.parametrize("url", ["ftp://x.gov.cn/", "x.gov.cn", "http://[x/"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(BadRegistry, match="is not a"):
        probe(url)


def test_our_own_registry_has_no_doubts() -> None:
    assert doubts() == []


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("x,410381,洛阳市偃师市,county,http://x.gov.cn/,,,", "410381 was 偃师市; since 2021 it is 410307 河南省"),
        ("x,410399,偃师区,county,http://x.gov.cn/,,,", "no division of GB/T 2260; 偃师区 may be 410307"),
        ("x,410302,洛阳市偃师区,county,http://x.gov.cn/,,,", "410302 is 河南省洛阳市老城区, the row's name"),
        ("x,410302,洛阳市老城区,city,http://x.gov.cn/,,,", "of the level county, the row says city"),
        ("x,,洛阳市偃师市,county,http://x.gov.cn/,,,", "has no division_code; 洛阳市偃师市 may be 410307"),
        ("x,410302,老城区,county,http://x.gov.cn/,,nosuch,", "platform 'nosuch' is none of"),
        ("x,410302,老城区,county,http://x.com/,,,", "x.com is not a .gov.cn host"),
        ("x,410302,老城区,county,http://www.y.gov.cn/,http://y.gov.cn/a/,,", "the same page as y"),
        ("x,410303,西工区,county,https://www.y.gov.cn/,,,", "is the same portal as y, which alone is crawled"),
    ],
)  # fmt: skip
def test_doubts_name_the_row(tmp_path: Path, line: str, doubt: str) -> None:
    other = "y,410303,西工区,county,http://y.gov.cn/,https://www.y.gov.cn/a/,,"
    registry = write_registry(tmp_path / "r.csv", other, line)
    (found,) = doubts(registry)
    assert f"{registry}: x: " in found
    assert doubt in found
    shown = CliRunner().invoke(cli, ["portals", "check", str(registry)])
    assert (shown.exit_code, "2 portals, 1 doubts." in shown.output) == (ExitCode.SUSPICIOUS, True)


def test_zones_and_sound_registries(tmp_path: Path) -> None:
    registry = write_registry(tmp_path / "r.csv", "z,,某某经济技术开发区,zone,http://z.gov.cn/,,,")
    assert doubts(registry) == []
    assert CliRunner().invoke(cli, ["portals", "check", str(registry)]).exit_code == ExitCode.WELL
    registry.write_text("id,name\n", "utf-8")
    assert CliRunner().invoke(cli, ["portals", "check", str(registry)]).exit_code == ExitCode.BAD_INPUT
