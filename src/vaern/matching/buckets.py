"""Building the bands of the Hamming index: the loops are `buckets.c`; see `plan` for what buckets and ranks are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.compiled import ARRAY, WHOLE, at, loop
from vaern.matching.plan import BANDS, WIDTH

if TYPE_CHECKING:
    import numpy.typing as npt

    from vaern.matching.kernels import Words

PART_BITS = 8
"""A part is the buckets of a band that share so many upper bits of their address."""

_count = loop("buckets_count", ARRAY, WHOLE, WHOLE, ARRAY)
_fill = loop("buckets_fill", ARRAY, WHOLE, WHOLE, ARRAY, *(WHOLE,) * 3, *(ARRAY,) * 4, WHOLE)


def addresses(words: Words, band: int) -> npt.NDArray[np.uint16]:
    """The addresses in a band of all hashes: uint16 [n], a view."""
    return words.astype("<u8", copy=False).view("<u2").reshape(-1, BANDS)[:, band]


def count_buckets(words: Words, band: int, starts: npt.NDArray[np.uint32]) -> None:
    """Fill `starts` (uint32 [2**16 + 1], zero) with where each bucket of one band begins."""
    _count(at(words, "L"), len(words) // 4, band, at(starts, "I"))


def fill_buckets(  # noqa: PLR0913 - the arrays of a band
    words: Words,
    band: int,
    starts: npt.NDArray[np.uint32],
    first_part: int,
    last_part: int,
    scratch: Words,
    sketches: npt.NDArray[np.uint16],
    ranks: npt.NDArray[Any],
) -> None:
    """Put the sketch and rank of the rows of some parts of one band into their buckets.

    Rows go to `scratch` part by part, and from there to their buckets: each of the two steps writes to few places at a
    time, so that they stay in the cache; writing straight to 65,536 buckets is six times slower. Both keep the order of
    the rows; so do all bands, and a row's rank in the next band is how many rows before it have its address there.

    Args:
        words: uint64 [4n]. starts: uint32 [2**16 + 1], of this band.
        first_part, last_part: which parts, the last one not included.
        scratch: uint64, as long as the rows of these parts are many.
        sketches: uint16 [n + LANES]; filled. ranks: unsigned [n]; filled.
    """
    seen = np.zeros(1 << WIDTH, np.uint32)
    _fill(
        at(words, "L"),
        len(words) // 4,
        band,
        at(starts, "I"),
        PART_BITS,
        first_part,
        last_part,
        at(scratch, "L"),
        at(seen, "I"),
        at(sketches, "H"),
        at(ranks, ranks.dtype.char),
        ranks.itemsize,
    )
