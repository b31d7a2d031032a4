"""CSV for Excel from the site: what the table's page shows, every row of it, nothing that runs."""

from __future__ import annotations

import csv
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import IncompleteRead
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
import uvicorn
from bs4 import BeautifulSoup
from client import get, page
from datasette.app import Datasette
from invented import fill

from archive.publish import publish
from archive.serve import datasette
from archive.site import export


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    fill(made)
    with closing(sqlite3.connect(made / "archive.db")) as db:
        report = db.execute("SELECT min(id) FROM reports").fetchone()[0]
        rows = [(report, f"c{i:05}", "=1+1" if i % 2 else "-5") for i in range(2500)]
        db.executemany("INSERT INTO printed VALUES (?, ?, ?)", rows)
        db.execute("UPDATE findings SET actual = -3")
        db.commit()
    publish(made)
    return made


@pytest.fixture(scope="module")
def site(data: Path) -> Datasette:
    return datasette(data)


def table(site: Datasette, path: str) -> list[list[str]]:
    response = get(site, path)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(response.content.decode("utf-8-sig").splitlines(keepends=True)))


def test_every_row_comes_with_chinese_headings_and_no_formula(site: Datasette) -> None:
    heading, *rows = table(site, "/export/printed.csv")
    assert heading[-1].endswith(" text")
    assert not heading[-1].isascii()
    assert len(rows) == 2500
    assert {row[2] for row in rows} >= {"'=1+1", "-5"}
    assert "'-5" not in {row[2] for row in rows}


def test_a_query_is_not_cut_at_a_thousand_rows(site: Datasette) -> None:
    heading, *rows = table(site, "/export.csv?sql=select text, cell as 格 from printed where text = :text&text==1%2B1")
    assert (heading, len(rows)) == (["text", "格"], 1250)
    assert {row[0] for row in rows} == {"'=1+1"}


@pytest.mark.parametrize(
    "tail",
    [
        "fault=source",
        "fault=source&severity=error",
        "rule__startswith=carry",
        "actual__lt=0&_sort_desc=rule",
        "_where=expected+is+not+null&_sort=rule",
        "fault=reading&_facet=rule&_size=2",
    ],
)
def test_the_filters_of_the_tables_page_hold(site: Datasette, tail: str) -> None:
    shown = get(site, f"/public/findings.json?_shape=array&{tail.replace('_size=2', '_size=max')}").json()
    heading, *rows = table(site, f"/export/findings.csv?{tail}")
    ids = [row[0] for row in rows]
    assert sorted(ids) == sorted(str(row["id"]) for row in shown)
    assert ids
    rules = [row[heading.index(next(name for name in heading if name.endswith(" rule")))] for row in rows]
    if "_sort" in tail:
        assert rules == sorted(rules, reverse="desc" in tail)


def test_the_page_of_a_table_leads_to_its_rows_for_excel(site: Datasette) -> None:
    (link,) = page(site, "/public/findings?fault=source&_sort=rule").select(".gk-excel a")
    assert link["href"] == "/export/findings.csv?fault=source&_sort=rule"
    _, *rows = table(site, str(link["href"]))
    assert rows
    assert not page(site, "/public/sections_fts").select(".gk-excel")


def test_search_and_chosen_columns_hold(site: Datasette) -> None:
    shown = get(site, "/public/sections.json?_shape=array&_size=max&_search=行政复议").json()
    heading, *rows = table(site, "/export/sections.csv?_search=行政复议&_col=report_id&_col=number")
    assert [name.split()[-1] for name in heading] == ["report_id", "number"]
    assert len(rows) == len(shown) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/export/nothing.csv",
        "/export/sections_fts.csv",
        "/export/findings.csv?nothing=1",
        "/export/findings.csv?_sort=nothing",
        "/export/findings.csv?_col=nothing",
        "/export.csv?sql=delete+from+reports",
        "/export.csv?sql=select+nothing",
        "/export.csv",
    ],
)
def test_what_is_not_there_is_said_in_words(site: Datasette, path: str) -> None:
    response = get(site, path)
    assert response.status_code == 400
    assert "不能下载" in response.text


@pytest.fixture
def address(site: Datasette) -> Iterator[str]:
    """The site behind a real server."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app(), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


def test_an_error_on_the_way_ends_the_transfer_without_its_end(
    address: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    opener = build_opener(ProxyHandler({}))
    with opener.open(f"{address}/export/printed.csv", timeout=60) as whole:
        assert len(whole.read().splitlines()) == 2501
    monkeypatch.setattr(export, "_CHUNK", 10)
    monkeypatch.setattr(export._Rows, "_next", fail)
    with opener.open(f"{address}/export/printed.csv", timeout=60) as cut, pytest.raises(IncompleteRead):
        cut.read()
    assert "interrupted" in capfd.readouterr().err


def test_the_tables_page_leads_there_with_its_filters(site: Datasette) -> None:
    page = get(site, "/public/findings?fault=source").text
    assert '"/export/findings.csv?fault=source"' in page
    assert "/export/" not in get(site, "/public/sections_fts").text


def test_a_query_page_leads_to_the_whole_of_it_for_excel(site: Datasette) -> None:
    made = BeautifulSoup(get(site, "/public/matrix?portal=qingyuan").text, "html.parser")
    (link,) = made.select(".gk-excel a")
    assert get(site, str(link["href"])).content.startswith("\ufeff".encode())
    own = BeautifulSoup(get(site, "/public?sql=select+id+from+reports").text, "html.parser")
    assert get(site, str(own.select(".gk-excel a")[0]["href"])).text.count("\r\n") == 1 + len(own.select("tbody tr"))
    assert own.select(".export-links a")


@pytest.mark.parametrize("table", ["sections", "reports"])
def test_what_a_reader_may_not_view_a_search_does_not_give_away(data: Path, table: str) -> None:
    closed = {"databases": {"public": {"tables": {table: {"allow": False}}}}}
    site = Datasette([], immutables=[str(data / "public.db")], metadata=closed)
    paths = (f"/public/{table}", f"/export/{table}.csv", "/-/search.csv?q=公开")
    assert [get(site, path).status_code for path in paths] == [403, 403, 403]
    assert get(site, "/public/portals").status_code == 200
    other = Datasette([], immutables=[str(data / "public.db")])
    assert [get(other, path).status_code for path in paths] == [200, 200, 200], "what one site forbids is its own"
