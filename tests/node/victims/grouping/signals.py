"""Signals for tests of series: random, near to each other as asked, all made up."""

from __future__ import annotations

import hashlib
from random import Random

from vaern.records import Signal


def pdq(number: int, *flips: int) -> bytes:
    """A value of 128 ones that follows from a number, with some bits flipped."""
    bits = [1] * 128 + [0] * 128
    Random(number).shuffle(bits)
    for flip in flips:
        bits[flip] ^= 1
    return int("".join(map(str, bits)), 2).to_bytes(32)


def chain(number: int, step: int, at: int) -> bytes:
    """The value at a place of a chain, each of which differs from the one before in `step` other bits."""
    return pdq(number, *[(number * 7 + place) % 256 for place in range(step * at)])


def look(number: int, *flips: int, quality: int = 100) -> Signal:
    return Signal("pdq", pdq(number, *flips), quality)


def digest(name: str, kind: str = "sha256") -> Signal:
    return Signal(kind, hashlib.new(kind, name.encode()).digest())
