"""Two languages: every phrase of ours has its English, and the address carries the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from client import get
from datasette.app import Datasette
from invented import fill

from archive.dictionary import TABLE_NAMES
from archive.publish import publish
from archive.serve import datasette
from archive.site import bodies, forms, narrowing, words
from archive.site.language import catalogue
from archive.site.leads import LEADS
from extract import form

SITE = Path(words.__file__).parent
GROUPS = {name for name, _ in bodies.GROUPS.values()}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    data = tmp_path_factory.mktemp("data")
    fill(data)
    publish(data)
    return datasette(data)


def phrases() -> Iterator[str]:
    """What the templates and the code say, found by Babel's own extractor."""
    templates = ("templates/*.html",)
    methods = [("**.py", "python"), *((path, "jinja2") for path in templates)]
    options = {path: {"newstyle_gettext": "true"} for path in templates}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}
    for _, _, message, _, _ in extract_from_dir(str(SITE), methods, options, keywords=keywords):
        yield from [message] if isinstance(message, str) else message


def labels() -> set[str]:
    """The official labels of the form, which the pages show through the catalogue."""
    items = [item for version in form.DISCLOSURE.values() for item in version]
    said = {*form.APPLICANTS.values(), *form.RESULTS.values(), *form.ROUTES.values(), *TABLE_NAMES.values()}
    said |= {text for outcome in form.OUTCOMES for text in (outcome.label, outcome.group) if text}
    said |= {text for item in items for text in (item.label, item.article, *item.cells.values())}
    return said | {chapter.heading for chapter in form.CHAPTERS} | {forms.RESULT_GROUP}


def said() -> set[str]:
    tables = (words.KINDS, words.FAULTS, words.SEVERITIES, words.RULES, words.TOPICS, words.MEDIA, words.OUTCOMES)
    states = (words.STATES, words.SHORT_STATES, words.LINEAGE, words.BASES)
    facets = (words.FORMS, words.WITH_FINDINGS, words.CAUTIONS, narrowing.NAMES)
    told = {text for lead in LEADS.values() for text in (lead.name, lead.why, lead.caveat, lead.before, lead.after)}
    return (
        told
        | set(phrases())
        | labels()
        | {text for table in (*tables, *states, *facets) for text in table.values()}
        | GROUPS
    )


def test_every_phrase_has_its_english() -> None:
    assert len(said()) > 200
    assert {phrase for phrase in said() if CHINESE.search(phrase)} - set(catalogue()) == set()


def test_no_english_is_kept_for_what_nobody_says() -> None:
    assert set(catalogue()) - said() == set()


def test_no_template_says_anything_outside_the_catalogue() -> None:
    """Chinese that stands in a template outside `_("…")` and `{% trans %}` would stay Chinese under /en."""
    for path in sorted((SITE / "templates").glob("*.html")):
        spoken = re.sub(
            r"{% trans .*?{% endtrans %}|{% trans %}.*?{% endtrans %}", "", path.read_text("utf-8"), flags=re.DOTALL
        )
        spoken = re.sub(
            r"_\((['\"]).*?\1\)|{#.*?#}|<span class=\"gk-seal\".*?</span>公开|lang=\"zh-CN\"[^>]*>中文",
            "",
            spoken,
            flags=re.DOTALL,
        )
        rest = CHINESE.findall(spoken.replace("公开 Gongkai", ""))
        assert rest == [], f"{path.name}: {''.join(rest)}"


def test_a_translation_keeps_the_placeholders() -> None:
    for chinese, english in catalogue().items():
        assert sorted(re.findall(r"%\(\w+\)s", chinese)) == sorted(re.findall(r"%\(\w+\)s", english)), chinese


def test_a_page_under_en_is_english_and_its_links_stay_there(site: Datasette) -> None:
    page = BeautifulSoup(get(site, "/en/").text, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert "Every number comes from a report" in page.footer.text if page.footer else False
    links = [str(link["href"]) for link in page.select("header a, main a:not([href^='/feeds/'])")]
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


def test_no_phrase_breaks_the_formatting_that_templates_apply() -> None:
    for phrase in said() | set(catalogue().values()):
        assert "%" not in re.sub(r"%\(\w+\)s|%%", "", phrase), phrase


def test_a_phrase_has_one_english_only() -> None:
    """Catalogues are merged: of two translations the later would win in silence."""
    found: Counter[str] = Counter()
    for path in (SITE / "messages").glob("*.po"):
        with path.open("rb") as file:
            found.update(str(message.id) for message in read_po(file) if message.id)
    assert [phrase for phrase, count in found.items() if count > 1] == []
