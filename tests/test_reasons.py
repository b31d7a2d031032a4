"""A Chinese reader is told in Chinese why a crawl ended as it did: every phrase the crawler has for it."""

from __future__ import annotations

import re

import pytest

from archive.reasons import in_chinese
from crawler import blocks, outcomes
from crawler.admission import Admission
from crawler.ledger import KILLED
from crawler.outcomes import Facts, decide

URL = "http://www.yangli.gov.cn/gknb/index.html"
WHY = "HTTP status 404"
STOPS = [("missing", URL, WHY)]
FACTS = [
    Facts(),
    Facts(stops=STOPS),
    Facts(stops=[("astray", URL, "no link to the column of annual reports was found")]),
    Facts(lists_read=1),
    Facts(lists_read=1, stops=STOPS),
    Facts(lists_read=1, listed=4, refused=2),
    Facts(lists_read=1, listed=4, short={URL: (9, 4)}),
    Facts(lists_read=1, listed=4, short={URL: (0, 4)}),
    Facts(lists_read=1, accepted_before=3),
    Facts(lists_read=1, articles_lost=STOPS * 2),
    Facts(lists_read=1, articles_read=1, accepted=1),
    Facts(lists_read=1, articles_read=9, accepted=9, accepted_before=10),
    Facts(lists_read=9, articles_read=9, accepted=9, articles_lost=STOPS, stops=STOPS, refused=1, attachments_lost=2),
]
MORE = [
    *blocks._STATUS.values(),
    *(name for name, _ in blocks._CHALLENGES),
    *blocks.ABSENT,
    KILLED,
    "robots.txt forbids it",
    "its gzip is cut off or broken",
    "the page shows something else than the report",
    "our reading of it failed; the log says how",
    "an empty answer",
    "an empty file (told by its bytes)",
    "a page in place of the file (told by its bytes)",
    "max redirections reached",
    "stopped by the operator",
]
NAMES = re.compile(r"https?://\S+|https?|robots\.txt|HTTP|Cookie|C3VK|Cloudflare|EdgeOne|gzip|\.gov\.cn|IP")


def has_english(text: str) -> bool:
    return re.search(r"[A-Za-z]{2}", NAMES.sub("", text)) is not None


@pytest.mark.parametrize("facts", FACTS)
def test_outcomes(facts: Facts) -> None:
    reason = decide(facts)[1]
    assert has_english(reason)
    told = in_chinese(reason)
    assert not has_english(told), told
    assert re.findall(r"\d+", told) == re.findall(r"\d+", reason), "every count stands where it stood"
    assert told.count(URL) == reason.count(URL)


@pytest.mark.parametrize("reason", MORE)
def test_why_a_page_did_not_come(reason: str) -> None:
    assert not has_english(in_chinese(f"no list of reports was reached: {URL}: {reason}"))


def test_refusals() -> None:
    admission = Admission([])
    for url in ("ftp://x.gov.cn/", "http://10.0.0.1/", "http://x.com/", "http://x.gov.cn/"):
        assert not has_english(in_chinese(str(admission.refusal(url, URL))))


def test_what_is_not_known_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_chinese("An SSL error: 0x14") == "An SSL error: 0x14"
    monkeypatch.setattr(outcomes, "_count", lambda reports: f"{reports} novel things")
    assert has_english(in_chinese(decide(FACTS[-3])[1])), "a phrase without its Chinese is found by these tests"
