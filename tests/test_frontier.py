"""The frontier holds every kind of task: written whole, asked once, second tries last; a crawl in pieces is a crawl."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from portal import write_registry
from simulated import Simulated, gkmlpt, hanweb, jpaas, lonsun, serving, stations, truecms
from sqlite_utils import Database
from test_platform_families import PATIENT
from test_platform_transport import burst, charset, missing_index, missing_name, only_http, shells

from archive.schema import open_archive
from crawler.frontier import Frontier
from crawler.page import Ask, Link
from crawler.run import crawl
from crawler.tasks import Kind, Task, Walk

ASK = Ask("http://x.gov.cn/list.do", "page=2&q=年报", data=True, fallback=True, sure=True, about="col=7")
TASK = Task(
    Kind.LIST,
    "http://x.gov.cn/list.do",
    source="http://x.gov.cn/gknb/",
    depth=2,
    hops=1,
    entry=True,
    switched=True,
    stated=True,
    column="http://x.gov.cn/gknb/",
    link=Link("http://x.gov.cn/gknb/", "年报", "年…", "2025-01-20", row=True),
    article_url="http://x.gov.cn/1.html",
    ask=ASK,
    platform="jpaas",
    rungs=3,
    failure=("blocked", "http://x.gov.cn/", "403"),
    linked="http://x.gov.cn/f.pdf",
    again=True,
    unlisted=True,
    unit="县教育局",
)
WALK = Walk(
    "http://x.gov.cn/gknb/",
    waiting=deque([ASK, Ask("http://x.gov.cn/3.html")]),
    known={ASK.key, "年"},
    entries={"//x.gov.cn/1.html"},
    pages=3,
    misses=1,
    replies=2,
    total=40,
    offers_more=True,
    unit="县教育局",
    rooted=True,
    barren=False,
)


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    db = open_archive(tmp_path)
    db.conn.execute("INSERT INTO portals (id, name) VALUES ('x', '某区')")
    db.conn.execute("INSERT INTO crawls (id, run, portal_id, started) VALUES (1, 'r', 'x', '2025-01-20T00:00:00Z')")
    yield Frontier(db)
    db.close()


def unset(value: Task | Walk, plain: Task | Walk) -> set[str]:
    """The fields that are as they are in a plain one: their way through the database is not shown."""
    return {f.name for f in fields(value) if getattr(value, f.name) == getattr(plain, f.name)}


def test_tasks_and_walks_come_back_whole(frontier: Frontier) -> None:
    assert unset(TASK, Task(Kind.HOME, "")) == unset(WALK, Walk("")) == set(), "a field that this test does not set"
    frontier.add(1, TASK)
    frontier.save_walk(1, WALK)
    ((_, task),) = frontier.take(1, 9)
    assert task == TASK
    assert frontier.walks(1) == {WALK.column: WALK}


def test_a_field_that_the_test_leaves_out_is_noticed() -> None:
    assert unset(Task(Kind.LIST, "http://x.gov.cn/", ask=ASK), Task(Kind.HOME, "")) >= {"failure", "again", "linked"}


@pytest.mark.parametrize("name", [f.name for f in fields(Task) if f.name not in ("kind", "url")])
def test_what_is_left_at_its_default_comes_back_so(name: str) -> None:
    """A default that is not false in Python's sense would be lost."""
    task = Task(Kind.LIST, TASK.url, **{name: getattr(TASK, name)})
    assert Task.from_json(task.to_json()) == task


def test_a_page_is_asked_for_once(frontier: Frontier) -> None:
    def post(body: str | None, url: str = ASK.url) -> Task:
        return Task(Kind.LIST, url, ask=Ask(url, body))

    assert frontier.add(1, post("page=1"))
    assert frontier.add(1, post("page=2")), "one address answers many POSTs"
    assert frontier.add(1, post(None))
    assert not frontier.add(1, post("page=2"))
    assert not frontier.add(1, post(None, ASK.url.replace("http://", "https://www.")))
    assert not frontier.add(1, Task(Kind.LIST, ASK.url))
    assert frontier.add(1, Task(Kind.ARTICLE, ASK.url))
    assert frontier.add(1, post("page=2"), once=False)
    assert frontier.first(1, "document //x.gov.cn/1.html")
    assert not frontier.first(1, "document //x.gov.cn/1.html")
    assert len(frontier.take(1, 99)) == 5


def test_second_tries_wait_until_all_else_is_done(frontier: Frontier) -> None:
    again = Task(Kind.ARTICLE, "http://x.gov.cn/1.html", again=True)
    frontier.add(1, again, once=False)
    for kind in (Kind.ATTACHMENT, Kind.ARTICLE, Kind.LIST, Kind.HOME):
        frontier.add(1, Task(kind, "http://x.gov.cn/2.html"))
    assert [task.kind for _, task in frontier.take(1, 4)] == [Kind.HOME, Kind.LIST, Kind.ATTACHMENT, Kind.ARTICLE]
    assert [task for _, task in frontier.take(1, 4)] == [again]


def portals() -> list[Simulated]:
    families = (hanweb, jpaas, lonsun, gkmlpt, truecms, stations)
    ways = (only_http, missing_index, missing_name, shells, charset, burst)
    return [*(make() for family in families for make in family.PORTALS), *(make() for make in ways)]


def test_a_crawl_in_pieces_finds_what_a_crawl_finds(tmp_path: Path) -> None:
    """Every run is stopped after some pages and the next goes on: lists by POST, second tries, ladders and shells are
    in the frontier as all else is."""
    sites = {site.name: site for site in portals()}
    registry = write_registry(tmp_path / "portals.csv", *(site.row for site in sites.values()))
    left, runs = list(sites), 0
    reasons: dict[str, tuple[str, str]] = {}
    with serving(sites.values()):
        while left and runs < 30:
            summary = crawl(tmp_path, registry, left, settings={**PATIENT, "CLOSESPIDER_PAGECOUNT": 90})
            reasons |= {portal.portal_id: (portal.outcome, portal.reason) for portal in summary.portals}
            left = [portal.portal_id for portal in summary.portals if portal.outcome == "interrupted"]
            runs += 1
    assert not left
    assert runs > 3, "nothing was interrupted"
    db = Database(tmp_path / "archive.db")
    found: dict[str, set[str]] = {name: set() for name in sites}
    for row in db["documents"].rows:
        found[row["portal_id"]].add(row["url"])
    lost = db.conn.execute("SELECT count(*) FROM attachments WHERE capture_id IS NULL").fetchone()
    db.close()
    assert found == {name: site.documents for name, site in sites.items()}, reasons
    assert lost == (0,)
    assert {outcome for outcome, _ in reasons.values()} == {"ok"}, reasons
    assert "the page shows something else than the report" in reasons["burst"][1]
    asked = Counter(
        (site.name, request.method, request.headers["host"], request.path, request.body)
        for site in sites.values()
        for request, _ in site.seen
        if not request.path.endswith("robots.txt")
    )
    doubled = sum(asked.values()) - len(asked)
    assert doubled <= 3 * runs, "beside second tries only what was in flight is asked for again"
