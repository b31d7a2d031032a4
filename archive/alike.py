"""Which of very many texts are alike: by their shingles of four characters, without holding each against each.

MinHash signatures in bands propose pairs, and only pairs whose shingles overlap by `SIMILAR` in fact count. Signatures
are made of many texts at a time. At a million texts about 0.5 GB of memory are needed, half of it the texts themselves.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy
from numpy.typing import NDArray

SIMILAR = 0.7
"""The share of shingles that two texts must have in common (Jaccard)."""
_SHINGLE = 4
"""Characters; as UTF-16, four are one number of 64 bits."""
_BANDS, _ROWS = 16, 4
"""Two texts of which 70 of 100 shingles are common meet in some band 99 times of 100; of 40 of 100, once in three."""
_BATCH = 1_000
_CHANCE = random.Random(1)
_FACTORS = [(_CHANCE.randrange(1, 2**32, 2), _CHANCE.randrange(2**32)) for _ in range(_BANDS * _ROWS)]
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Of SplitMix64: makes numbers that differ little differ everywhere."""


def shingles(text: str) -> set[int]:
    """Each four characters that follow each other, as a number."""
    return set(_codes(text.encode("utf-16-le")).tolist())


def similarity(one: str, other: str) -> float:
    """Jaccard of the shingles, in fact."""
    if one == other:
        return 1.0
    mine, theirs = shingles(one), shingles(other)
    common = len(mine & theirs)
    return common / (len(mine) + len(theirs) - common)


def groups(texts: list[str]) -> list[int]:
    """Of each text the number of the group it is in: texts that are alike, directly or over others. The texts must be
    distinct, of four characters at least, all of them in the first plane of Unicode."""
    parent = list(range(len(texts)))

    def root(text: int) -> int:
        while parent[text] != text:
            parent[text] = text = parent[parent[text]]
        return text

    for one, other in _candidates(texts):
        if root(one) != root(other) and similarity(texts[one], texts[other]) >= SIMILAR:
            parent[root(other)] = root(one)
    return [root(text) for text in range(len(texts))]


def _candidates(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band: of the texts in one bucket, each with the first and with the one before it."""
    if not texts:
        return
    bands = numpy.concatenate([_signatures(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)], axis=1)
    pairs = numpy.zeros(0, numpy.uint64)
    for band in bands:
        order = numpy.argsort(band, kind="stable")
        new = numpy.concatenate([[True], band[order][1:] != band[order][:-1]])
        first = order[numpy.flatnonzero(new)][numpy.cumsum(new) - 1]
        met = [_packed(first[~new], order[~new]), _packed(order[:-1][~new[1:]], order[~new])]
        pairs = numpy.unique(numpy.concatenate([pairs, *met]))
    for pair in pairs:
        yield int(pair >> numpy.uint64(32)), int(pair & numpy.uint64(0xFFFFFFFF))


def _packed(one: NDArray[Any], other: NDArray[Any]) -> NDArray[numpy.uint64]:
    return (one.astype(numpy.uint64) << numpy.uint64(32)) | other.astype(numpy.uint64)


def _codes(encoded: bytes) -> NDArray[numpy.uint64]:
    """The shingles of a text in UTF-16: 64 bits from each second byte on."""
    return numpy.ndarray((len(encoded) // 2 - _SHINGLE + 1,), "<u8", encoded, strides=(2,))


def _signatures(texts: list[str]) -> NDArray[numpy.uint32]:
    """A row a band, a column a text: equal where the least of the numbers, differently mixed, are."""
    ends = numpy.cumsum([len(text) for text in texts])
    starts = numpy.concatenate([[0], ends[:-1]])
    mixed = _codes("".join(texts).encode("utf-16-le")).copy()
    for shift, factor in zip((30, 27), _MIX, strict=True):
        mixed = (mixed ^ (mixed >> numpy.uint64(shift))) * numpy.uint64(factor)
    short = (mixed >> numpy.uint64(32)).astype(numpy.uint32)
    # What begins in one text and ends in the next is a shingle of neither.
    over = (ends[:-1, None] - numpy.arange(1, _SHINGLE)).ravel()
    keys = numpy.zeros((_BANDS, len(texts)), numpy.uint32)
    for number, (factor, offset) in enumerate(_FACTORS):
        values = short * numpy.uint32(factor) + numpy.uint32(offset)
        values[over] = numpy.uint32(0xFFFFFFFF)
        band = keys[number // _ROWS]
        band ^= numpy.minimum.reduceat(values, starts)
        band *= numpy.uint32(0x9E3779B1)  # Unsigned arithmetic wraps, which is what mixes it.
    return keys
