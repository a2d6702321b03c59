"""The components of "within a distance": from each value on to those near it, taking out what was found.

A component needs no list of its pairs: 100,000 pictures that look alike have five thousand million. So the search
goes on from value to value and takes each one that it finds out of the index: every value is found once and looks
once. That loses nothing. What is taken out belongs to the component under way, or to one that is complete; and a value
near to one that has looked would have been found then.

The index is that of `plan`: each hit lies in a bucket of some band whose address and sketch are near enough. Here the
buckets are lists that shrink, so a row remembers where it lies in each band.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from vaern.compiled import ARRAY, WHOLE, at, loop
from vaern.matching import plan
from vaern.matching.plan import LANES

if TYPE_CHECKING:
    import numpy.typing as npt

BANDS = 16


class _Shrinking(ctypes.Structure):
    """The index, as the loops see it: `Shrinking` in `spread.c`."""

    _fields_ = (
        *((name, WHOLE) for name in ("rows", "limit", "bits", "buckets")),
        *((name, ARRAY) for name in ("words", "offsets", "spans", "held", "place", "sketches")),
        *((name, ARRAY) for name in ("masks", "weights", "probes", "bounds")),
    )


_flat = loop("spread_flat", ARRAY, WHOLE, WHOLE, ARRAY, ARRAY, ARRAY)
_fill = loop("spread_fill", ARRAY)
_all = loop("spread_all", ARRAY, ARRAY, ARRAY)

FLAT_BELOW = 1024
"""Fewer values than this are compared one by one."""


def spread(words: npt.NDArray[np.uint64], limit: int, *, flat_below: int = FLAT_BELOW) -> npt.NDArray[np.int64]:
    """Return the component of each value: the smallest number in it, int64 [n].

    Args:
        words: uint64 [4n], the values.
        limit: two values are linked when they differ in so many bits at most.
        flat_below: for tests.
    """
    rows = len(words) // 4
    label, queue = np.full(rows, -1, np.int64), np.empty(rows, np.int64)
    if rows < flat_below:
        left = np.arange(rows)
        _flat(at(words, "L"), rows, limit, at(label, "l"), at(left, "l"), at(queue, "l"))
        return label
    bits = min(16, max(4, rows.bit_length() - 3))
    flips = plan.thresholds(BANDS, limit)
    masks, weights = plan.masks(bits, int(flips.max()))
    arrays = (
        (words, "L"),
        (plan.offsets(BANDS), "l"),
        (np.zeros((BANDS, 1 << bits, 2), np.uint32), "I"),  # spans
        (np.empty((BANDS, rows), np.uint32), "I"),  # held
        (np.empty((BANDS, rows), np.uint32), "I"),  # place
        (np.zeros((BANDS, rows + LANES), np.uint16), "H"),  # sketches
        (masks, "l"),
        (weights, "l"),
        (np.array([plan.probes(bits, most) for most in flips.tolist()], np.int64), "l"),
        (plan.sketch_bounds(flips), "l"),
    )
    index = _Shrinking(rows, limit, bits, 1 << bits, *(at(array, kind) for array, kind in arrays))
    _fill(ctypes.addressof(index))
    _all(ctypes.addressof(index), at(label, "l"), at(queue, "l"))
    return label
