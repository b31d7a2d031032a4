"""Two languages: every phrase of ours has its English, and the address carries the language."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from bs4 import BeautifulSoup
from datasette.app import Datasette
from invented import fill

from archive.publish import publish
from archive.serve import datasette
from archive.site import words
from archive.site.language import catalogue

SITE = Path(words.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    data = tmp_path_factory.mktemp("data")
    fill(data)
    publish(data)
    return datasette(data)


def get(site: Datasette, path: str) -> Any:
    return asyncio.run(site.client.get(path))


def phrases() -> Iterator[str]:
    """What the templates and the code say, found by Babel's own extractor."""
    methods = [("**.py", "python"), ("templates/gongkai_*.html", "jinja2")]
    options = {"templates/gongkai_*.html": {"newstyle_gettext": "true"}}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}
    for _, _, message, _, _ in extract_from_dir(str(SITE), methods, options, keywords=keywords):
        yield from [message] if isinstance(message, str) else message


def test_every_phrase_has_its_english() -> None:
    said = set(phrases())
    for table in (words.KINDS, words.FAULTS, words.SEVERITIES, words.RULES, words.TOPICS, words.MEDIA, words.OUTCOMES):
        said |= set(table.values())
    assert len(said) > 40
    assert {phrase for phrase in said if CHINESE.search(phrase)} - set(catalogue()) == set()


def test_no_english_is_kept_for_what_nobody_says() -> None:
    said = set(phrases())
    for table in (words.KINDS, words.FAULTS, words.SEVERITIES, words.RULES, words.TOPICS, words.MEDIA, words.OUTCOMES):
        said |= set(table.values())
    assert set(catalogue()) - said == set()


def test_a_translation_keeps_the_placeholders() -> None:
    for chinese, english in catalogue().items():
        assert sorted(re.findall(r"%\(\w+\)s", chinese)) == sorted(re.findall(r"%\(\w+\)s", english)), chinese


def test_a_page_under_en_is_english_and_its_links_stay_there(site: Datasette) -> None:
    page = BeautifulSoup(get(site, "/en/").text, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert "Every number comes from a report" in page.footer.text if page.footer else False
    links = [str(link["href"]) for link in page.select("header a, main a")]
    assert links
    assert [link for link in links if link.startswith("/") and not link.startswith("/en/")] == ["/"]
    switch = page.select_one("header a[hreflang]")
    assert switch is not None
    assert (switch["href"], switch.text) == ("/", "中文")


def test_chinese_is_the_source_and_names_its_english_twin(site: Datasette) -> None:
    page = BeautifulSoup(get(site, "/-/search?q=公开&year=2024").text, "html.parser")
    twins = {str(link["hreflang"]): str(link["href"]) for link in page.select("link[rel=alternate][hreflang]")}
    assert twins["en"].startswith("/en/-/search?q=")
    assert twins["en"].endswith("&year=2024")
    assert twins["zh-CN"] == twins["en"].removeprefix("/en")
    assert get(site, twins["en"]).status_code == 200


def test_a_path_that_only_begins_like_the_prefix_is_not_english(site: Datasette) -> None:
    assert get(site, "/enough").status_code == 404
