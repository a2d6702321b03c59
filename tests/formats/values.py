"""Strategies for what stands in hash lists. Values look random and mean nothing."""

from __future__ import annotations

import hashlib

from hypothesis import strategies as st

from vaern.formats.signals import PDNA_BYTES
from vaern.records import DIGEST_KINDS, FRAME_BYTES, PDQ_BYTES, Signal

LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES, "vpdq": 2 * FRAME_BYTES, "pdna": PDNA_BYTES, "tmk": 300}


def value_of(seed: int, length: int) -> bytes:
    """Bytes that look random, so no rule about junk concerns them."""
    return hashlib.shake_256(str(seed).encode()).digest(length)


def digest(seed: int, kind: str = "md5") -> str:
    """A value in hexadecimal."""
    return value_of(seed, LENGTHS[kind]).hex()


seeds = st.integers(0, 2**48)


def signals(*kinds: str, most: int = 3) -> st.SearchStrategy[tuple[Signal, ...]]:
    """One to `most` different signals of these kinds, at most one of each."""
    one = st.sampled_from(kinds)
    return st.lists(st.tuples(one, seeds), min_size=1, max_size=most, unique_by=lambda pair: pair[0]).map(
        lambda pairs: tuple(
            Signal(kind, value_of(seed, LENGTHS[kind])) for kind, seed in sorted(pairs, key=lambda p: kinds.index(p[0]))
        )
    )


texts = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
"""Text as people write it: any script, no control characters, not empty."""

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)
