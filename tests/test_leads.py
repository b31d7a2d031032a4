"""Leads: ranked, explained, each with the way to its evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from client import get, page
from datasette.app import Datasette
from invented import PLACE, Archive, fill, fill_years, report

from archive.publish import publish
from archive.serve import datasette
from archive.site.leads import LEADS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    data = tmp_path_factory.mktemp("data")
    fill_years(data)
    publish(data, date(2026, 3, 10))
    return datasette(data)


def told(site: Datasette, path: str) -> list[list[str]]:
    return [
        [" ".join(cell.text.split()) for cell in row.select("th, td")] for row in page(site, path).select("tbody tr")
    ]


def test_the_page_of_leads_has_every_kind_with_why_and_what_it_does_not_prove(site: Datasette) -> None:
    made = page(site, "/leads")
    assert [heading["id"] for heading in made.select("h2")] == list(LEADS)
    for lead in LEADS.values():
        assert lead.why in made.text
        assert lead.caveat in made.text


def test_a_form_that_does_not_add_up_leads_to_its_cell(site: Datasette) -> None:
    (row,) = told(site, "/leads/broken")
    assert row[1:] == ["2023", "各类申请人之和不等于总计：一、本年新收政府信息公开申请数量", "9", "7", "看原件"]
    link, original = page(site, "/leads/broken").select("tbody a")
    assert str(link["href"]).endswith("-2023#requests.received.total")
    assert str(original["href"]).endswith("-2023/cells/requests.received.total")


def test_edits_late_and_missing_reports_are_leads(site: Datasette) -> None:
    edits = told(site, "/leads/edits")
    assert ["2024", "表三 · 一、本年新收政府信息公开申请数量 · 总计", "6", "40"] in [row[1:5] for row in edits]
    late = told(site, "/leads/late")
    assert {row[0] for row in late} == {f"青原区教育局{PLACE}"}
    assert [row[2] for row in late] == ["逾期 12 天"] * 5
    missing = told(site, "/leads/missing")
    assert missing[0][:3] == [f"{PLACE}民政局{PLACE}", "2022", "前后年度都有"]


def test_a_lead_is_narrowed_to_a_place_and_a_year(site: Datasette) -> None:
    assert len(told(site, "/leads/late?year=2022&place=qingyuan")) == 1
    assert told(site, "/leads/late?year=2022&place=elsewhere") == []
    assert "没有发现" in page(site, "/leads/late?place=elsewhere").text


def test_an_unknown_kind_is_not_found(site: Datasette) -> None:
    assert get(site, "/leads/rumours").status_code == 404


def test_nothing_is_a_lead_where_there_is_nothing(tmp_path: Path) -> None:
    fill(tmp_path)
    publish(tmp_path, date(2026, 3, 10))
    made = datasette(tmp_path)
    assert told(made, "/leads/jumps") == []
    assert len(told(made, "/leads/carry")) == 2


def test_copied_text_is_a_lead_with_whose_it_was(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.crawl()
    text = "我们把群众反复询问的办事流程编成问答手册，逐村逐户发放，并请老教师用方言录成广播，每晚播放，效果很好。"
    for bureau, published in (("商务局", "2025-01-10"), ("教育局", "2025-01-25")):
        made = report(f"http://qingyuan.test/{published}.html", f"青原区{bureau}", published=published, opening=text)
        archive.take(made.source, made)
    archive.close()
    publish(tmp_path, date(2026, 3, 10))
    site = datasette(tmp_path)
    (row,) = told(site, "/leads/copies")
    assert row[0].startswith("青原区教育局")
    assert row[2] == "青原区商务局 2024"
    passages = str(page(site, "/leads/copies").select("tbody a")[-1]["href"])
    shown = page(site, passages)
    assert [quoted.text for quoted in shown.select("blockquote")] == [text, text]
    assert [str(link["href"]).rpartition("/cells/")[2] for link in shown.select("h3 a[href*='/cells/']")] == [
        "sections.1.1",
        "sections.1.1",
    ]
    assert page(site, passages.removesuffix("/copied")).select(f"a[href='{passages}']")
    assert get(site, "/reports/nothing/copied").status_code == 404
