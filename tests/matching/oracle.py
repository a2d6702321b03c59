"""Brute force: what every index must agree with, and hashes to try it on."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st


def distances(hashes: np.ndarray, queries: np.ndarray) -> np.ndarray:
    """Hamming distances [m, n], one bit at a time."""
    ones = np.unpackbits(hashes, axis=1).astype(np.float32)
    asked = np.unpackbits(queries, axis=1).astype(np.float32)
    return (asked.sum(1)[:, None] + ones.sum(1)[None, :] - 2 * asked @ ones.T).astype(np.int64)


def hits(found: np.ndarray, ids: np.ndarray, distance: int) -> list[tuple[int, int, int]]:
    """(query, distance, id) of all distances [m, n] of at most `distance`, in order."""
    query, row = np.nonzero(found <= distance)
    return sorted(zip(query.tolist(), found[query, row].tolist(), ids[row].tolist(), strict=True))


def as_list(answer: tuple[np.ndarray, np.ndarray, np.ndarray]) -> list[tuple[int, int, int]]:
    """The hits of an index in the form of `hits`, in the order in which the index gave them."""
    return list(zip(answer.query.tolist(), answer.distance.tolist(), answer.id.tolist(), strict=True))


def flipped(hashes: np.ndarray, bits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each hash with as many random bits flipped as `bits` says."""
    ones = np.unpackbits(hashes, axis=1)
    for row, count in enumerate(bits):
        ones[row, rng.choice(256, count, replace=False)] ^= 1
    return np.packbits(ones, axis=1)


def balanced(rng: np.random.Generator, n: int) -> np.ndarray:
    """Hashes with exactly 128 ones, as genuine PDQ values have."""
    return np.packbits(np.argsort(rng.random((n, 256)), axis=1) < 128, axis=1)


def random(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.integers(0, 256, (n, 32), np.uint8)


def identical(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.repeat(random(rng, 1), n, axis=0)


def one_band(rng: np.random.Generator, n: int) -> np.ndarray:
    """Hashes that differ in their first 16 bits only."""
    same = identical(rng, n)
    same[:, :2] = random(rng, n)[:, :2]
    return same


def sparse(rng: np.random.Generator, n: int) -> np.ndarray:
    """Hashes of few ones, all near to each other and to zero."""
    return random(rng, n) & random(rng, n) & random(rng, n) & random(rng, n) & random(rng, n)


def clustered(rng: np.random.Generator, n: int) -> np.ndarray:
    """Mostly random, and one in ten within a few bits of one point: more candidates in a bucket than wait at once."""
    hashes = random(rng, n)
    near = np.flatnonzero(rng.random(n) < 0.1)
    hashes[near] = flipped(identical(rng, len(near)), rng.integers(0, 4, len(near)), rng) if len(near) else 0
    return hashes


SHAPES = {shape.__name__: shape for shape in (random, balanced, identical, one_band, sparse, clustered)}


def queries_for(rng: np.random.Generator, hashes: np.ndarray, m: int) -> np.ndarray:
    """Half near to some hash (0 to 70 bits away), half far."""
    far = random(rng, m)
    if len(hashes):
        near = hashes[rng.integers(0, len(hashes), m // 2)]
        far[: m // 2] = flipped(near, rng.integers(0, 71, m // 2), rng)
    return far


seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def video_hits(query, frame, distance, queries, entry_of, comparable, share):
    """The rule of `vaern.matching.video.video_hits`, one frame after another, over all hits at once."""
    usable = comparable[frame]
    query, frame, distance = query[usable], frame[usable], distance[usable]
    found = []
    for entry in np.unique(entry_of[frame]):
        here = entry_of[frame] == entry
        seen = np.unique(query[here])
        query_share = len(seen) / queries
        entry_share = len(np.unique(frame[here])) / int(comparable[entry_of == entry].sum())
        if max(query_share, entry_share) >= share:
            nearest = [int(distance[here][query[here] == number].min()) for number in seen]
            found.append((int(entry), query_share, entry_share, int(np.median(nearest))))
    return found
