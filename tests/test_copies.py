"""Copied paragraphs are found with where they stood first; what everybody writes, and what only sounds alike, not."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pytest
from invented import Archive, report

from archive.alike import SIMILAR, groups, similarity
from archive.copies import _copies, _Place, _Whose
from archive.publish import publish

CHANCE = random.Random(11)
SIGNS = "推进政务服务事项标准办理改革窗口建设群众企业来信来访答复流程公示栏目更新值守培训检查台账归档研究部署"
OWN = (
    "{who}在临河广场设置流动咨询台，邀请退休教师担任解说员，把惠农补贴的发放名单逐村张贴并拍照留存，"
    "群众扫码即可核对自己的金额，全年接受现场询问{count}人次。"
)


def invented(count: int = 60) -> str:
    return "".join(CHANCE.choice(SIGNS) for _ in range(count)) + "。"


def take(archive: Archive, agency: str, year: int, *paragraphs: str, published: str | None = None) -> str:
    url = f"http://qingyuan.test/{quote(agency)}{year}.html"
    made = report(url, agency, year, published or f"{year + 1}-01-20", opening="\n".join(paragraphs))
    return archive.take(url, made).report_id


def copies(archive: Archive) -> list[tuple[Any, ...]]:
    archive.db.conn.commit()
    with closing(sqlite3.connect(publish(archive.data))) as db:
        return db.execute("SELECT * FROM copies ORDER BY report_id, relation").fetchall()


def paragraphs(archive: Archive) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive.data / "public.db")) as db:
        return db.execute(
            "SELECT report_id, section, paragraph, source_report_id, source_paragraph, relation, similarity, beginning "
            "FROM copied_paragraphs ORDER BY report_id, relation, paragraph"
        ).fetchall()


def test_a_paragraph_of_another_body_with_its_own_name_and_number_is_a_copy(archive: Archive) -> None:
    first = take(archive, "青原区商务局", 2023, invented(), OWN.format(who="青原区商务局", count=120))
    second = take(archive, "教育局", 2024, OWN.format(who="我局", count=87), invented(300))
    ((report_id, source, relation, count, characters, share),) = copies(archive)
    assert (report_id, source, relation, count) == (second, first, "bodies", 1)
    assert 60 < characters < 90
    assert 0.15 < share < 0.3
    (row,) = paragraphs(archive)
    assert row[:6] == (second, 1, 1, first, 2, "bodies")
    assert row[6] == 1.0
    assert row[7].startswith("我局在临河广场")


def test_an_altered_copy_is_told_by_how_much(archive: Archive) -> None:
    text = OWN.format(who="本局", count=3)
    take(archive, "商务局", 2023, text)
    take(archive, "教育局", 2024, text.replace("退休教师", "志愿者"))
    assert [row[2] for row in copies(archive)] == ["bodies"]
    assert SIMILAR <= paragraphs(archive)[0][6] < 1


def test_last_years_paragraph_is_the_bodys_own_copy_under_its_new_name_too(archive: Archive) -> None:
    texts = [invented(), invented()]
    first = take(archive, "环保局", 2017, *texts)
    second = take(archive, "生态环境局", 2019, texts[0], invented())
    third = take(archive, "生态环境局", 2020, texts[0], invented())
    assert [row[:4] for row in copies(archive)] == [(second, first, "years", 1), (third, second, "years", 1)]


def test_of_many_copies_each_is_told_with_the_first(archive: Archive) -> None:
    """Not each with each: a text that everyone took over gives as many rows as it has copies."""
    text = invented()
    ids = [
        take(archive, f"第{name}局", 2024, text, invented(), published=f"2025-01-{20 + day}")
        for day, name in enumerate("甲乙丙丁戊")
    ]
    assert [row[:3] for row in copies(archive)] == sorted((other, ids[0], "bodies") for other in ids[1:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("根据《中华人民共和国政府信息公开条例》和上级有关规定，编制本年度报告，由总体情况等六个部分组成。",) * 2,
        ("予以公开、部分公开、属于国家秘密、其他法律行政法规禁止公开、保护第三方合法权益、属于行政执法案卷。",) * 2,
        ("全年主动公开信息十八条。",) * 2,
        (
            "在临河广场设置流动咨询台并邀请退休教师担任解说员向过往群众讲解惠农补贴政策",
            "把惠农补贴的发放名单逐村张贴在公示栏里并拍照留存接受全体村民监督和询问",
        ),
    ],
    ids=["the form's lead", "the form's labels", "short", "the same subject"],
)
def test_what_is_no_copy(archive: Archive, one: str, other: str) -> None:
    take(archive, "商务局", 2023, one, invented())
    take(archive, "教育局", 2024, other, invented())
    assert copies(archive) == []


def test_what_many_bodies_write_is_nobodys(archive: Archive) -> None:
    everybody = "坚持以公开为常态不公开为例外把群众满意作为衡量工作成效的标准，不断提升政务公开的质量和实效水平。"
    names = [f"第{a}{b}局" for a in "甲乙丙丁" for b in "子丑寅卯"]
    for name in names[:5]:
        take(archive, name, 2024, everybody, invented())
    assert len(copies(archive)) == 4, "five bodies may have it from each other"
    for name in names[5:]:
        take(archive, name, 2024, everybody, invented())
    assert copies(archive) == []


def test_publishing_again_changes_nothing(archive: Archive) -> None:
    text = invented()
    for year in (2021, 2022, 2023):
        take(archive, "商务局", year, text, invented())
        take(archive, "教育局", year, text, invented())
    before, rows = copies(archive), paragraphs(archive)
    assert before == copies(archive)
    assert rows == paragraphs(archive)
    assert len(rows) == 7, "each of the second body's of the first, and each but the first years' of the year before"


def test_the_bands_find_what_comparing_all_with_all_finds() -> None:
    """Copies of copies, altered a little each time: the same groups as by the definition, and no text lost."""
    chance = random.Random(23)
    alike: list[str] = []
    for _ in range(40):
        text = "".join(chance.choice(SIGNS) for _ in range(chance.randint(40, 160)))
        for _ in range(chance.randint(1, 5)):
            alike.append(text)
            signs = list(text)
            at = chance.randrange(len(signs))
            signs[at : at + chance.randint(1, 4)] = chance.choice(("甲乙", "丙", "丁戊己庚"))
            text = "".join(signs)
    alike = list(dict.fromkeys(alike))
    pairs = [(a, b) for a in range(len(alike)) for b in range(a) if similarity(alike[a], alike[b]) >= SIMILAR]
    assert len(pairs) > 60
    wanted = {n: {n} for n in range(len(alike))}
    for a, b in pairs:
        merged = wanted[a] | wanted[b]
        wanted |= dict.fromkeys(merged, merged)
    members: dict[int, list[int]] = {}
    for n, group in enumerate(groups(alike)):
        members.setdefault(group, []).append(n)
    assert {frozenset(group) for group in members.values()} == {frozenset(group) for group in wanted.values()}
    places = [_Place(_Whose((2024, "", f"{n:03}"), str(n), ()), 1, 1, text) for n, text in enumerate(alike)]
    told = {int(row[0]) for row in _copies([places[n] for n in group] for group in members.values())}
    assert told == {n for group in members.values() for n in group[1:]}


def test_similarity_is_the_share_of_common_shingles() -> None:
    assert similarity("甲乙丙丁", "甲乙丙丁") == 1.0
    assert similarity("甲乙丙丁戊", "甲乙丙丁己") == 1 / 3
    assert similarity("甲乙丙丁", "丁丙乙甲") == 0.0
    assert similarity("甲乙丙丁甲乙丙丁", "甲乙丙丁") == 1 / 4, "each shingle counts once"


def test_a_texts_signature_does_not_depend_on_its_neighbours() -> None:
    """Texts are signed many at a time: a shingle over the border of two belongs to neither."""
    text, altered = invented(80), invented(80)
    altered = text[:60] + altered[60:80]
    alone = groups([text, altered])
    among = groups([invented(50), text, invented(), altered, invented(31)])
    assert len(set(alone)) == (1 if similarity(text, altered) >= SIMILAR else 2)
    assert len(set(among)) == 3 + len(set(alone))
    assert groups([]) == []
