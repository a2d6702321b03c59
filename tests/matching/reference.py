"""The links between findings by the letter of their definition, all pairs, and the components of these."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from vaern.matching.grouping import Values, comparable
from vaern.records import FRAME_BYTES


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def frames(video: bytes) -> list[bytes]:
    cut = [video[at : at + FRAME_BYTES] for at in range(0, len(video), FRAME_BYTES)]
    return [frame[:32] for frame in cut if comparable(frame[:32], int.from_bytes(frame[32:36], "little"))]


def videos_match(one: bytes, other: bytes) -> bool:
    ours, theirs = frames(one), frames(other)
    if not ours or not theirs:
        return False
    hit = sum(any(bits(a, b) <= 31 for b in theirs) for a in ours) / len(ours)
    back = sum(any(bits(a, b) <= 31 for a in ours) for b in theirs) / len(theirs)
    return max(hit, back) >= 0.8


def looks_alike(one: Values, other: Values) -> bool:
    pairs = [(a, b) for a in one.upright for b in other.upright + other.turned]
    pairs += [(a, b) for a in one.turned for b in other.upright]
    return any(bits(a, b) <= 31 for a, b in pairs)


def linked(one: Values, other: Values) -> bool:
    return (
        bool(set(one.exact) & set(other.exact))
        or looks_alike(one, other)
        or any(videos_match(a, b) for a in one.videos for b in other.videos)
    )


def components(findings: list[Values]) -> np.ndarray:
    """The smallest number in each finding's component, by repeating until nothing changes."""
    label = list(range(len(findings)))
    links = [(a, b) for a, b in combinations(range(len(findings)), 2) if linked(findings[a], findings[b])]
    while True:
        before = list(label)
        for a, b in links:
            label[a] = label[b] = min(label[a], label[b])
        if label == before:
            return np.array(label, np.int64)
