"""Search finds what LIKE finds, and no input is an error."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.search import NOTHING, TOKENIZER, hits, index_text, marked, query, snippet, terms

TEXTS = st.lists(st.text("公开信息局年报二〇2024aB。，、 “”-", max_size=14), min_size=1, max_size=8)
WORDS = st.text("公开信息局年报二〇2024aB", min_size=1, max_size=6)


def matching(texts: list[str], typed: str) -> list[int]:
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5(x, content='', tokenize='{TOKENIZER}')")
    db.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", ((i, index_text(text)) for i, text in enumerate(texts)))
    found = [row[0] for row in db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", [query(typed)])]
    db.close()
    return found


def like(texts: list[str], word: str) -> set[int]:
    return {i for i, text in enumerate(texts) if word.casefold() in text.casefold()}


@given(TEXTS, WORDS)
@example(["二〇2024年"], "024")
@example(["甲。乙"], "乙")
def test_one_word_of_any_length_finds_exactly_what_like_finds(texts: list[str], word: str) -> None:
    assert set(matching(texts, word)) == like(texts, word)


@given(TEXTS, WORDS, WORDS)
def test_two_words_find_what_both_find(texts: list[str], one: str, other: str) -> None:
    assert set(matching(texts, f"{one} {other}")) == like(texts, one) & like(texts, other)


@given(TEXTS, WORDS, WORDS)
def test_an_excluded_word_is_left_out(texts: list[str], one: str, other: str) -> None:
    assert set(matching(texts, f"{one} -{other}")) == like(texts, one) - like(texts, other)


@given(
    TEXTS, st.text("公开信息年24a。，、", min_size=1, max_size=8).filter(lambda text: any(c.isalnum() for c in text))
)
def test_punctuation_inside_a_word_never_hides_what_like_finds(texts: list[str], word: str) -> None:
    assert set(matching(texts, word)) >= like(texts, word)


@given(st.text(max_size=60))
@example('"')
@example('") OR (x')
@example("NEAR(a b) AND NOT *^:{}")
@example("\x00公开")
@example("")
def test_no_input_is_an_error(typed: str) -> None:
    matching(["公开信息"], typed)
    snippet("公开信息。年报", typed)


@given(st.text(max_size=40), st.text(max_size=8))
def test_a_snippet_loses_nothing_of_a_short_text(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in snippet(text, typed, width=400)) == text


def test_what_does_not_stand_there_is_not_found() -> None:
    assert matching(["公开。信息", "信开公息"], "公开信息") == []
    assert matching(["公信开息"], "公开") == []
    assert query("。，！") == NOTHING
    assert matching(["公开。信息"], "。，！") == []


def test_width_case_and_radicals_do_not_matter() -> None:
    assert matching(["２０２４年ＡＢ", "⾏政复议"], "2024年ab") == [0]
    assert matching(["⾏政复议"], "行政") == [0]


def test_quotation_marks_hold_words_together() -> None:
    assert matching(["信息，公开", "公开信息"], '"信息 公开"') == [0]
    assert matching(["信息，公开", "公开信息"], "“信息 公开”") == [0]
    assert matching(["信息，公开", "公开信息"], '信息 "公开') == [0, 1]


def test_only_excluded_words_are_taken_as_wanted() -> None:
    assert terms("-信息") == (["信息"], [])


def test_hits_are_marked_where_they_stand() -> None:
    text = "本局依法公开。２０２４年收到行政复议申请3件，行政 复议均已办结。"
    assert [text[a:b] for a, b in hits(text, "行政复议 2024")] == ["２０２４", "行政复议"]
    assert marked(text, "行政复议") == text.replace("行政复议", "【行政复议】")
    assert marked("前文。" * 60 + text, "行政复议").startswith("…２０２４年收到【行政复议】申请3件")


@pytest.mark.parametrize("width", [20, 60])
def test_a_long_text_is_cut_around_the_hit(width: int) -> None:
    pieces = snippet("前文。" * 100 + "中间有行政复议一词" + "后文。" * 100, "行政复议", width)
    assert any(piece.hit and piece.text == "行政复议" for piece in pieces)
    assert sum(len(piece.text) for piece in pieces) <= width + 2
