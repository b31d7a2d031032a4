"""Not a benchmark: what the reports of synthetic archives say.

Part of it is the sample reports' sentences, which everybody writes. The rest is each body's own, of invented words,
with what real reports have in common: a body says much as it did the year before, and now and then takes over a
paragraph of another.
"""

from __future__ import annotations

import random

from crawler.sample.truth import truth

CHARACTERS = "江河湖海山川原野桥溪泉林松柏竹兰梅菊春夏秋冬东南西北安宁康泰平和顺达兴隆昌盛福禄寿喜龙凤麟龟鹤鹿云雨"
_PARAGRAPHS = 14
"""A report's own, over all its chapters."""
_KEPT, _ALTERED, _TAKEN = 0.3, 0.4, 0.42
"""Of a paragraph: kept from the year before, kept with other words in it, taken from another body; else new."""
_REMEMBERED = 400


def name(number: int) -> str:
    base = len(CHARACTERS)
    return CHARACTERS[number % base] + CHARACTERS[number // base % base] + CHARACTERS[number // base**2 % base]


def sentences() -> list[str]:
    return [
        sentence
        for report in truth(1)
        for _, paragraphs in report.sections
        for paragraph in paragraphs
        for sentence in paragraph.split("。")
        if len(sentence) > 8
    ]


class Prose:
    """Chapters of one report after the other, those of a body in the order of its years."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.sentences = sentences()
        text = "".join(self.sentences)
        self._words = sorted({text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalpha()})
        self._body = -1
        self._own: list[str] = []
        self._others: list[str] = [self._new()]

    def chapters(self, body: int, count: int) -> list[str]:
        """The texts of the chapters of a body's next report."""
        if body != self._body:
            self._remember()
            self._body, self._own = body, []
        self._own = [self._next(at) for at in range(_PARAGRAPHS)]
        lines: list[list[str]] = [[self._common() for _ in range(self._chance.randint(2, 5))] for _ in range(count)]
        for paragraph in self._own:
            self._chance.choice(lines).append(paragraph)
        return ["\n".join(chapter) for chapter in lines]

    def _remember(self) -> None:
        self._others += self._own[:2]
        if len(self._others) > _REMEMBERED:
            del self._others[: _REMEMBERED // 2]

    def _next(self, at: int) -> str:
        drawn = self._chance.random()
        if at < len(self._own) and drawn < _ALTERED:
            return self._own[at] if drawn < _KEPT else self._altered(self._own[at])
        return self._chance.choice(self._others) if _ALTERED < drawn < _TAKEN else self._new()

    def _altered(self, paragraph: str) -> str:
        at = self._chance.randrange(len(paragraph) - 4)
        return f"{paragraph[:at]}{self._chance.choice(self._words)}{paragraph[at + 2 :]}"

    def _new(self) -> str:
        words = self._chance.choices(self._words, k=self._chance.randint(20, 50))
        clauses = ["".join(words[at : at + 6]) for at in range(0, len(words), 6)]
        return f"{'，'.join(clauses)}{self._chance.randint(1, 900)}次。"

    def _common(self) -> str:
        named = f"{name(self._chance.randrange(10**6))}{self._chance.choice('镇乡村路街')}"
        return f"{self._chance.choice(self.sentences)}，涉及{named}{self._chance.randint(1, 900)}件。"
