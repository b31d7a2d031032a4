"""The page of downloads, and the files of releases: those that are listed, as they lie there, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette
from invented import fill

from archive.dictionary import dictionary
from archive.publish import publish
from archive.release import release
from archive.serve import datasette

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    fill(made)
    publish(made)
    release(made, today=DAY)
    return made


@pytest.fixture(scope="module")
def site(data: Path) -> Datasette:
    return datasette(data)


def get(site: Datasette, path: str, **headers: str) -> Any:
    return asyncio.run(
        site.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    )


def page(site: Datasette, path: str = "/downloads") -> BeautifulSoup:
    answer = get(site, path)
    assert answer.status_code == 200, answer.text[:300]
    return BeautifulSoup(answer.text, "html.parser")


def test_every_file_that_is_listed_is_what_its_sum_says(site: Datasette) -> None:
    rows = page(site).select(".gk-files tbody tr")
    assert len(rows) > 60
    for row in rows[::7]:
        assert row.a
        content = get(site, str(row.a["href"]))
        assert content.status_code == 200
        assert row.code
        assert hashlib.sha256(content.content).hexdigest() == row.code.text
    (reports,) = [row for row in rows if row.a and row.a.text == "csv/reports.csv"]
    assert reports.select("td")[1].text == "3"


def test_a_file_of_a_release_is_kept_for_ever_and_asked_for_by_its_sum(site: Datasette) -> None:
    answer = get(site, "/releases/2026-11-21/csv/reports.csv")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-disposition"] == 'attachment; filename="2026-11-21-reports.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = get(site, "/releases/2026-11-21/csv/reports.csv", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert get(site, "/releases/2026-11-21/SHA256SUMS").status_code == 200


BROKEN_OFF = "/releases/2026-11-21/gongkai.xlsx"


def test_a_download_that_broke_off_goes_on_where_it_was(site: Datasette) -> None:
    whole = get(site, BROKEN_OFF)
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.content)
    rest = get(site, BROKEN_OFF, range="bytes=1000-", if_range=whole.headers["etag"])
    assert (rest.status_code, rest.headers["content-range"]) == (206, f"bytes 1000-{size - 1}/{size}")
    assert whole.content[:1000] + rest.content == whole.content
    assert get(site, BROKEN_OFF, range="bytes=5-9").content == whole.content[5:10]
    assert get(site, BROKEN_OFF, range="bytes=-7").content == whole.content[-7:]
    assert get(site, BROKEN_OFF, range=f"bytes=0-{size * 9}").content == whole.content


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=0-1,3-4", "pages=1-2", "bytes=x-"])
def test_a_range_that_is_none_is_ignored(site: Datasette, asked: str) -> None:
    answer = get(site, BROKEN_OFF, range=asked)
    assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["content-length"]))


def test_a_range_of_another_file_or_behind_the_end_is_not_given(site: Datasette) -> None:
    assert get(site, BROKEN_OFF, range="bytes=5-9", if_range='"another"').status_code == 200
    behind = get(site, BROKEN_OFF, range="bytes=999999999-")
    assert (behind.status_code, behind.content) == (416, b"")
    assert behind.headers["content-range"].startswith("bytes */")


@pytest.mark.parametrize(
    "path",
    [
        "../../archive.db",
        "..%2f..%2farchive.db",
        "%2e%2e/%2e%2e/archive.db",
        "csv/../../../archive.db",
        "/etc/passwd",
        "csv/nothing.csv",
        "csv",
        "unlisted.txt",
        "linked.csv",
        "outside.csv",
    ],
)
def test_nothing_else_is_given_out(site: Datasette, data: Path, path: str) -> None:
    folder = data / "releases/2026-11-21"
    (folder / "unlisted.txt").write_text("x", "utf-8")
    assert get(site, f"/releases/2026-11-21/{path}").status_code == 404


def test_a_listed_name_that_leads_out_of_the_folder_is_not_given_out(tmp_path: Path) -> None:
    fill(tmp_path)
    publish(tmp_path)
    folder = release(tmp_path, today=DAY).path
    listing = folder / "SHA256SUMS"
    listing.chmod(0o644)
    (folder / "link.csv").symlink_to(tmp_path / "archive.db")
    with listing.open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  ../../archive.db\n{'0' * 64}  link.csv\n{'0' * 64}  gone.csv\n")
    made = datasette(tmp_path)
    for path in ("../../archive.db", "..%2f..%2farchive.db", "link.csv", "gone.csv"):
        assert get(made, f"/releases/2026-11-21/{path}").status_code == 404
    assert get(made, "/releases/2026-11-21/csv/reports.csv").status_code == 200
    assert "读不出来" in page(made).text


@pytest.mark.parametrize("name", ["..", "2026-11-22", "20261121", "-"])
def test_a_release_that_is_none_has_no_files(site: Datasette, name: str) -> None:
    assert get(site, f"/releases/{name}/csv/reports.csv").status_code == 404


def test_every_table_has_both_kinds_of_csv_and_the_database_its_size(site: Datasette) -> None:
    made = page(site)
    links = {str(link["href"]) for link in made.select("main a")}
    for name in (table for table, column in dictionary() if not column):
        assert (f"/export/{name}.csv" in links) == (name not in ("leads", "report_counts", "totals"))
    assert "/public.db" in links
    assert get(site, "/public/reports.csv?_stream=on&_size=max").text.startswith("id,")
    assert get(site, "/public.db").content.startswith(b"SQLite format 3")
    assert page(site, "/").select("header a[href='/downloads']")


def test_without_a_release_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    fill(tmp_path)
    publish(tmp_path)
    assert "gongkai release" in page(datasette(tmp_path)).select(".gk-empty")[0].text
