"""Every portal ends with an outcome and its reason. One crawl meets them all: a portal that fails spoils no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from portal import CHAPTERS, FAST, Portal, article, frame, listing, row, serving, write_registry
from sqlite_utils import Database

from crawler.exits import ExitCode
from crawler.outcomes import Facts, Outcome, decide
from crawler.run import PortalOutcome, crawl

TITLE = "样例区财政局2024年政府信息公开工作年度报告"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with serving(monkeypatch) as (portal, _):
        yield portal


def crawl_all(tmp_path: Path, *rows: str) -> dict[str, PortalOutcome]:
    registry = write_registry(tmp_path / "portals.csv", *rows)
    summary = crawl(tmp_path / "data", registry, settings=FAST)
    return {portal.portal_id: portal for portal in summary.portals}


def documents(tmp_path: Path) -> set[str]:
    db = Database(tmp_path / "data" / "archive.db")
    try:
        return {str(r["url"]) for r in db["documents"].rows}
    finally:
        db.close()


def host(name: str) -> str:
    return f"www.{name}.gov.cn"


def url(name: str, path: str = "/gknb/index.html") -> str:
    return f"http://{host(name)}{path}"


BLOCKS = {
    "challenge412": {"status": 412, "body": "<html><script>$_ts=window['$_ts'];</script></html>"},
    "challenge521": {"status": 521, "body": "<script>document.cookie='__jsl_clearance_s=1';location=1</script>"},
    "firewall": {"status": 503, "body": "<html>您的访问可能造成安全威胁，请求已被拦截</html>"},
    "forbidden": {"status": 403, "body": "<html>forbidden</html>"},
    "ruishu": {"status": 200, "body": "<html><script>$_ts.cd='q'</script></html>"},
    "soft404": {"status": 200, "body": "<html><title>提示</title><body>您访问的页面不存在</body></html>"},
    "tohome": {"status": 302, "body": "", "headers": {"Location": "/"}},
}


def test_portals_that_do_not_answer_as_asked(tmp_path: Path, site: Portal) -> None:
    for name, answer in BLOCKS.items():
        site.put(url(name), **answer)  # type: ignore[arg-type]
        site.put(url(name, "/"), frame("首页", "<p>要闻</p>" * 20))
    site.put(url("robots", "/robots.txt"), "User-agent: gongkai\nDisallow: /\n", content_type="text/plain")
    site.put_list(url("robots"), [("/1.html", TITLE)])
    site.put(url("broken"), "oops", status=500)
    site.put_list(url("cut"), [("/1.html", TITLE)], cut=True)
    site.put_list(url("good"), [("/1.html", TITLE)])
    site.put_report(url("good", "/1.html"), TITLE)
    names = [*BLOCKS, "robots", "broken", "cut", "nowhere", "good"]
    found = crawl_all(tmp_path, *(row(name, host(name)) for name in names))
    outcomes = {name: portal.outcome for name, portal in found.items()}
    assert outcomes == {
        **dict.fromkeys(BLOCKS, Outcome.BLOCKED),
        "robots": Outcome.ROBOTS,
        "broken": Outcome.UNREACHABLE,
        "cut": Outcome.UNREACHABLE,
        "nowhere": Outcome.UNREACHABLE,
        "good": Outcome.OK,
    }
    assert "412" in found["challenge412"].reason
    assert "404 page with status 200" in found["soft404"].reason
    assert "home page in place" in found["tohome"].reason
    assert found["robots"].reason == f"no list of reports was reached: {url('robots')}: robots.txt forbids it"
    assert url("robots") not in site.asked
    assert documents(tmp_path) == {url("good", "/1.html")}


def test_lists_without_reports(tmp_path: Path, site: Portal) -> None:
    site.put_list(url("others"), [("/1.html", "样例区2024年法治政府建设年度报告"), ("/2.html", "样例区2025年部门预算")])
    site.put(url("saysso"), listing([], "<p>暂无相关信息</p>"))
    site.put(url("script"), listing([], "<div id='list'></div><script>load('/api')</script>"))
    site.put(url("nolink", "/zwgk/"), frame("政务公开", '<a href="/zwgk/1/">领导之窗</a>'))
    site.put(url("nolink", "/"), frame("样例区人民政府", '<a href="/news/">要闻</a>'))
    site.put_list(url("lost"), [("/1.html", TITLE), ("/2.html", TITLE.replace("财政", "教育"))])
    site.put(url("lost", "/1.html"), "no", status=412)
    found = crawl_all(
        tmp_path,
        *(row(name, host(name)) for name in ("others", "saysso", "script", "lost")),
        row("nolink", host("nolink"), ""),
    )
    assert {name: portal.outcome for name, portal in found.items()} == {
        "others": Outcome.EMPTY,
        "saysso": Outcome.EMPTY,
        "script": Outcome.CHANGED_LAYOUT,
        "lost": Outcome.BLOCKED,
        "nolink": Outcome.CHANGED_LAYOUT,
    }
    assert found["others"].listed == 2
    assert len(found["others"].details["samples"]["not_accepted"]) == 2
    assert not {url("others", "/1.html"), url("others", "/2.html")} & set(site.asked), "decoys are not fetched"
    assert "no link to the column" in found["nolink"].reason
    assert "2 reports are listed and none could be fetched" in found["lost"].reason


def test_fewer_reports_than_before_and_none(tmp_path: Path, site: Portal) -> None:
    links = [(f"/{n}.html", f"样例区第{n}局2024年政府信息公开工作年度报告") for n in range(3)]
    for path, title in links:
        site.put_report(url("shrinks", path), title)
    site.put_list(url("shrinks"), links)
    line = row("shrinks", host("shrinks"))
    assert crawl_all(tmp_path, line)["shrinks"].outcome is Outcome.OK
    site.put_list(url("shrinks"), links[:1])
    fewer = crawl_all(tmp_path, line)["shrinks"]
    assert (fewer.outcome, fewer.accepted) == (Outcome.FEWER_THAN_BEFORE, 1)
    assert "3 reports were listed before" in fewer.reason
    site.put_list(url("shrinks"), [])
    gone = crawl_all(tmp_path, line)["shrinks"]
    assert gone.outcome is Outcome.CHANGED_LAYOUT
    assert len(documents(tmp_path)) == 3, "what a portal takes down stays in the archive"


def test_two_rows_of_one_portal_are_one_crawl(tmp_path: Path, site: Portal) -> None:
    site.put_report(url("twice", "/1.html"), TITLE)
    site.put_list(url("twice"), [("/1.html", TITLE)])
    first = row("twice", host("twice"))
    found = crawl_all(tmp_path, first, first.replace("twice,", "again,", 1).replace("http://www.", "https://"))
    assert list(found) == ["twice"]
    assert found["twice"].details["notes"] == ["the registry's row again is the same portal and was not crawled apart"]
    assert site.asked.count(url("twice", "/1.html")) == 1


def test_hosts_that_are_not_ours_to_ask(tmp_path: Path, site: Portal) -> None:
    site.put_list(
        url("good"),
        [
            ("http://m.46840.cn/1.html", "样例区甲局2024年政府信息公开工作年度报告"),
            ("http://xxgk.city.gov.cn/2.html", "样例区乙局2024年政府信息公开工作年度报告"),
            ("/3.html", "样例区丙局2024年政府信息公开工作年度报告"),
            ("http://127.0.0.1:1/4.html", "样例区丁局2024年政府信息公开工作年度报告"),
        ],
    )
    site.put(
        "http://xxgk.city.gov.cn/2.html",
        article(
            "样例区乙局2024年政府信息公开工作年度报告", CHAPTERS + '<a href="http://other.far.gov.cn/x.pdf">附件</a>'
        ),
    )
    site.put(url("good", "/3.html"), "", status=301, headers={"Location": "http://yanshiba.cn/3.html"})
    for clone in ("http://m.46840.cn/1.html", "http://yanshiba.cn/3.html"):
        site.put_report(clone, TITLE)
    found = crawl_all(tmp_path, row("good", host("good")))["good"]
    assert documents(tmp_path) == {"http://xxgk.city.gov.cn/2.html"}
    assert found.refused == 4
    refused = "\n".join(found.details["samples"]["refused"])
    assert "http://m.46840.cn/1.html: not a .gov.cn host" in refused
    assert "http://yanshiba.cn/3.html: not a .gov.cn host" in refused
    assert "an IP address that the registry does not name" in refused
    assert "http://other.far.gov.cn/x.pdf: a host that no registered portal links to" in refused
    assert not any("46840" in asked or "yanshiba" in asked or "far.gov" in asked for asked in site.asked)


def test_a_loop_of_redirects_is_no_robots_txt(tmp_path: Path, site: Portal) -> None:
    site.put(url("loops"), "", status=302, headers={"Location": "/gknb/a.html"})
    site.put(url("loops", "/gknb/a.html"), "", status=302, headers={"Location": "/gknb/index.html"})
    found = crawl_all(tmp_path, row("loops", host("loops")))["loops"]
    assert found.outcome is Outcome.UNREACHABLE


def test_exit_codes_tell_the_gravest(tmp_path: Path, site: Portal) -> None:
    site.put(url("blocked"), "no", status=412)
    registry = write_registry(tmp_path / "portals.csv", row("blocked", host("blocked")), row("dead", host("dead")))
    data = tmp_path / "data"
    assert crawl(data, registry, ["blocked"], settings=FAST).exit_code is ExitCode.BLOCKED
    assert crawl(data, registry, settings=FAST).exit_code is ExitCode.PORTALS_FAILED


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (Facts(), Outcome.CHANGED_LAYOUT),
        (Facts(lists_read=1, listed=4), Outcome.EMPTY),
        (Facts(lists_read=1, listed=4, short={"u": (9, 4)}), Outcome.CHANGED_LAYOUT),
        (Facts(lists_read=1, articles_read=4, accepted=4, short={"u": (9, 4)}), Outcome.OK),
        (Facts(lists_read=1, says_empty=True, accepted_before=3), Outcome.CHANGED_LAYOUT),
        (Facts(lists_read=1, articles_read=9, accepted=9, accepted_before=9), Outcome.OK),
        (Facts(lists_read=1, articles_read=9, accepted=9, accepted_before=10), Outcome.FEWER_THAN_BEFORE),
        (Facts(stops=[("missing", "u", "404"), ("blocked", "u", "412")]), Outcome.BLOCKED),
        (
            Facts(lists_read=1, articles_read=1, accepted=1, articles_lost=[("blocked", "u", "412")] * 3),
            Outcome.BLOCKED,
        ),
        (Facts(lists_read=1, articles_read=9, accepted=9, articles_lost=[("blocked", "u", "412")]), Outcome.OK),
        (Facts(stops=[("astray", "u", "no link")]), Outcome.CHANGED_LAYOUT),
        (Facts(lists_read=1, articles_read=1, accepted=1, stops=[("astray", "u", "no link")] * 3), Outcome.OK),
        (Facts(lists_read=1, articles_read=1, accepted=1, stops=[("missing", "u", "404")] * 3), Outcome.CHANGED_LAYOUT),
    ],
)
def test_decide(facts: Facts, outcome: Outcome) -> None:
    decided, reason = decide(facts)
    assert decided is outcome
    assert reason
