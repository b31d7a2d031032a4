"""Every family of portals, simulated with its misbehaviour and crawled with the real spider: the documents that are
there are found, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from portal import FAST, kept_by, write_registry
from simulated import (
    Simulated,
    epoint,
    gkmlpt,
    hanweb,
    hidden,
    inlined,
    jpaas,
    lonsun,
    openness,
    selects,
    serving,
    siteserver,
    stations,
    trs,
    truecms,
    ucap,
    vsb,
    ways,
)
from sqlite_utils import Database

from crawler.importing import import_files
from crawler.outcomes import Outcome
from crawler.run import PortalOutcome, crawl

FAMILIES = (
    hanweb,
    jpaas,
    trs,
    ucap,
    vsb,
    lonsun,
    openness,
    gkmlpt,
    siteserver,
    epoint,
    truecms,
    stations,
    selects,
    inlined,
    hidden,
    ways,
)

PATIENT = {**FAST, "DOWNLOAD_TIMEOUT": 30, "RETRY_TIMES": 2}
"""One crawl meets fifty portals on one loopback server."""
AGAIN = ("hanweb_xxgk", "jpaas", "lonsun", "epoint_yk", "truecms", "gkmlpt_fragment")
"""Portals whose lists come by requests of their scripts, crawled a second time."""


Rows = dict[tuple[str, str], tuple[str, str | None]]
"""Title and date of documents, by portal and address."""


@dataclass
class Crawled:
    """What one crawl of all portals left."""

    portals: dict[str, Simulated]
    outcomes: dict[str, PortalOutcome]
    documents: dict[str, set[str]]
    attached: dict[str, dict[str, str]]
    titles: dict[str, str]
    rows: Rows
    imported: Rows
    again: dict[str, PortalOutcome]


def _portals() -> list[Simulated]:
    built = [make() for family in FAMILIES for make in family.PORTALS]
    return built + [stations.shape(name) for name in stations.SHAPES]


NAMES = [portal.name for portal in _portals()]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("families")
    portals = _portals()
    registry = write_registry(folder / "portals.csv", *(portal.row for portal in portals))
    with serving(portals):
        summary = crawl(folder / "data", registry, settings=PATIENT)
        again = crawl(folder / "data", registry, AGAIN, settings=PATIENT)
    import_files(folder / "other", kept_by(folder / "data"), registry)
    imported = rows(folder / "other")
    db = Database(folder / "data" / "archive.db")
    documents: dict[str, set[str]] = {portal.name: set() for portal in portals}
    titles = {row["url"]: row["title"] for row in db["documents"].rows}
    for row in db["documents"].rows:
        documents[row["portal_id"]].add(row["url"])
    attached: dict[str, dict[str, str]] = {portal.name: {} for portal in portals}
    for row in db.query(
        "SELECT d.portal_id, d.url AS document, a.url FROM attachments a JOIN documents d ON d.id = a.document_id"
        " JOIN captures c ON c.id = a.capture_id"
    ):
        attached[row["portal_id"]][row["url"]] = row["document"]
    db.close()
    outcomes = {portal.portal_id: portal for portal in summary.portals}
    second = {portal.portal_id: portal for portal in again.portals}
    by_name = {portal.name: portal for portal in portals}
    return Crawled(by_name, outcomes, documents, attached, titles, rows(folder / "data"), imported, second)


def rows(data: Path) -> Rows:
    db = Database(data / "archive.db")
    try:
        return {(row["portal_id"], row["url"]): (row["title"], row["listed_on"]) for row in db["documents"].rows}
    finally:
        db.close()


@pytest.mark.parametrize("name", NAMES)
def test_documents(crawled: Crawled, name: str) -> None:
    portal, outcome = crawled.portals[name], crawled.outcomes[name]
    assert outcome.outcome is Outcome.OK, (outcome.reason, outcome.details)
    found, wanted = crawled.documents[name], portal.documents
    assert (wanted - found, found - wanted) == (set(), set()), outcome.details
    assert crawled.attached[name] == portal.attached
    notes = "\n".join(outcome.details["notes"])
    assert all(note in notes for note in portal.notes), notes
    assert portal.notes or not notes, notes


def test_a_year_that_only_the_tab_names(crawled: Crawled) -> None:
    assert {title for url, title in crawled.titles.items() if "fbtime" in url} == {
        "2022年余杭区政府信息公开工作年度报告",
        "2023年余杭区政府信息公开工作年度报告",
    }


def test_a_report_that_names_no_body_is_that_of_its_column(crawled: Crawled) -> None:
    found = {title for (portal, _), (title, *_) in crawled.rows.items() if portal == "way_body"}
    assert found == {f"县{body}局2024年政府信息公开工作年度报告" for body in ("教育", "民政")}


def test_captures_taken_into_another_archive_mean_the_same_there(crawled: Crawled) -> None:
    differ = {key: (row, crawled.imported.get(key)) for key, row in crawled.rows.items()}
    assert {key: (here, there) for key, (here, there) in differ.items() if here != there} == {}
    assert crawled.imported.keys() - crawled.rows.keys() == set()


def test_a_second_crawl_of_unchanged_lists_keeps_nothing_anew(crawled: Crawled) -> None:
    assert {name: found.new_captures for name, found in crawled.again.items() if found.new_captures} == {}


def test_a_second_crawl_counts_what_it_need_not_ask_for(crawled: Crawled) -> None:
    first = {name: (crawled.outcomes[name].accepted, crawled.outcomes[name].reason) for name in crawled.again}
    assert {name: (found.accepted, found.reason) for name, found in crawled.again.items()} == first
    assert sum(found.known for found in crawled.again.values()) > len(AGAIN)
