"""Which of very many texts are alike: by their shingles of four characters, without holding each against each.

MinHash signatures in bands propose pairs, and only pairs whose shingles overlap by `SIMILAR` in fact count. The bands
are compared here and not in datasketch's index, whose sets take many times the memory of the texts themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy
from numpy.typing import NDArray

SIMILAR = 0.7
"""The share of shingles that two texts must have in common (Jaccard)."""
_SHINGLE = 4
"""Characters."""
_BANDS, _ROWS = 16, 4
"""Two texts of which 70 of 100 shingles are common meet in some band 99 times of 100; of 40 of 100, once in three."""
_MIX = numpy.uint64(0x9E3779B97F4A7C15)


def shingles(text: str) -> set[str]:
    """Each four characters that follow each other."""
    return {text[at : at + _SHINGLE] for at in range(len(text) - _SHINGLE + 1)}


def similarity(one: str, other: str) -> float:
    """Jaccard of the shingles, in fact."""
    if one == other:
        return 1.0
    mine, theirs = shingles(one), shingles(other)
    common = len(mine & theirs)
    return common / (len(mine) + len(theirs) - common)


def groups(texts: list[str]) -> list[int]:
    """Of each text the number of the group it is in: texts that are alike, directly or over others. The texts must be
    distinct, of four characters at least."""
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
    pairs = numpy.zeros(0, numpy.uint64)
    for band in _signatures(texts):
        order = numpy.argsort(band, kind="stable")
        new = numpy.concatenate([[True], band[order][1:] != band[order][:-1]])
        first = order[numpy.flatnonzero(new)][numpy.cumsum(new) - 1]
        met = [_packed(first[~new], order[~new]), _packed(order[:-1][~new[1:]], order[~new])]
        pairs = numpy.unique(numpy.concatenate([pairs, *met]))
    for pair in pairs:
        yield int(pair >> numpy.uint64(32)), int(pair & numpy.uint64(0xFFFFFFFF))


def _packed(one: NDArray[Any], other: NDArray[Any]) -> NDArray[numpy.uint64]:
    return (one.astype(numpy.uint64) << numpy.uint64(32)) | other.astype(numpy.uint64)


def _signatures(texts: list[str]) -> NDArray[numpy.uint64]:
    """A row a band, a column a text: equal where the least of the hashes, differently mixed, are."""
    from datasketch import MinHash  # Not above: it brings scipy, and every command would wait for that.

    empty = MinHash(num_perm=_BANDS * _ROWS, seed=1, hashfunc=crc32)
    keys = numpy.zeros((_BANDS, len(texts)), numpy.uint64)
    for number, text in enumerate(texts):
        sketch = empty.copy()
        sketch.update_batch([shingle.encode() for shingle in shingles(text)])
        for row in sketch.hashvalues.reshape(_BANDS, _ROWS).T.astype(numpy.uint64):
            # Unsigned arithmetic wraps, which is what mixes it.
            keys[:, number] = (keys[:, number] ^ row) * _MIX
    return keys
