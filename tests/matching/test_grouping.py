"""Components are exactly those of the links, all at once and one more finding at a time."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle, reference

from vaern.frames import FRAME
from vaern.matching.grouping import RULES, Batch, Grouping, Values, comparable, components, strength, values_of
from vaern.matching.grouping.components import distinct
from vaern.matching.grouping.spread import spread
from vaern.records import DIGEST_KINDS, Signal

NONE = bytes(32)


def as_words(hashes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(hashes).reshape(-1).view("<u8").astype(np.uint64)


def near_reference(hashes: np.ndarray, limit: int) -> np.ndarray:
    """The components of all pairs within a distance."""
    close = oracle.distances(hashes, hashes) <= limit
    label = np.arange(len(hashes))
    while True:
        after = np.array([label[row].min() for row in close])
        if (after == label).all():
            return label
        label = after


@pytest.mark.once
@pytest.mark.parametrize("shape", oracle.SHAPES)
@given(rng=oracle.seeds, rows=st.integers(1, 120), limit=st.sampled_from([0, 15, 31, 63]), flat=st.booleans())
def test_spreading_agrees_with_all_pairs(
    shape: str, rng: np.random.Generator, rows: int, limit: int, flat: bool
) -> None:
    hashes = oracle.SHAPES[shape](rng, rows)
    hashes[rows // 2 :] = oracle.flipped(hashes[: rows - rows // 2], rng.integers(0, 70, rows - rows // 2), rng)
    found = spread(as_words(hashes), limit, flat_below=rows + 1 if flat else 0)
    assert (found == near_reference(hashes, limit)).all()


@given(rng=oracle.seeds, links=st.integers(2, 60), step=st.integers(20, 40), flat=st.booleans())
def test_a_chain_is_one_component_up_to_the_distance_and_none_beyond(
    rng: np.random.Generator, links: int, step: int, flat: bool
) -> None:
    """Each value differs from the one before in `step` bits, on a way that turns back nowhere near."""
    ones = np.unpackbits(oracle.balanced(rng, 1), axis=1)[0]
    chain = []
    for at in range(links):
        chain.append(np.packbits(ones))
        cycle = (at * step + np.arange(step)) % 256
        ones[cycle] ^= 1
    hashes = np.array(chain)
    order = rng.permutation(links)
    found = spread(as_words(hashes[order]), 31, flat_below=links + 1 if flat else 0)
    assert (found == near_reference(hashes[order], 31)).all()
    if step <= 31:
        assert (found == 0).all()


pool = st.integers(0, 5)


@st.composite
def findings(draw: st.DrawFn) -> list[Values]:
    """Few different values, so that they meet: equal, near, just too far, turned, in videos; and empty findings."""
    rng = draw(oracle.seeds)
    base = oracle.balanced(rng, 6)
    return [draw(finding(rng, base)) for _ in range(draw(st.integers(0, 14)))]


@st.composite
def finding(draw: st.DrawFn, rng: np.random.Generator, base: np.ndarray) -> Values:
    def pdq() -> bytes:
        one = base[draw(pool)][None]
        return oracle.flipped(one, np.array([draw(st.sampled_from([0, 10, 16, 31, 32, 48]))]), rng)[0].tobytes()

    signals = [Signal("md5", bytes([draw(st.integers(0, 40)), *range(15)]))] if draw(st.booleans()) else []
    signals += [Signal("sha256", bytes([draw(st.integers(0, 40)), *range(31)]))] if draw(st.booleans()) else []
    for number in range(draw(st.integers(0, 3))):
        orientation = draw(st.sampled_from(["upright", "mirrored", "rotated-90"]))
        quality = draw(st.sampled_from([None, 0, 49, 50, 100]))
        value = draw(st.sampled_from([NONE, b"\xff" * 32])) if draw(st.integers(0, 9)) == 0 else pdq()
        signals.append(Signal("pdq", value, quality, orientation, frame=number))
    if draw(st.integers(0, 3)) == 0:
        frames = np.zeros(draw(st.integers(1, 6)), FRAME)
        for frame in frames:
            frame["pdq"] = np.frombuffer(pdq(), np.uint8)
            frame["quality"] = draw(st.sampled_from([20, 100]))
        signals.append(Signal("vpdq", frames.tobytes()))
    return values_of(signals, bytes([draw(st.integers(0, 20))]) * 32 if draw(st.integers(0, 2)) == 0 else b"")


@pytest.mark.once
@given(findings())
def test_components_are_those_of_all_pairs(found: list[Values]) -> None:
    assert components(Batch.of(found), threads=1).tolist() == reference.components(found).tolist()


@pytest.mark.once
@given(findings(), st.randoms(use_true_random=False))
def test_one_more_finding_at_a_time_comes_to_the_same_in_any_order(found: list[Values], random: object) -> None:
    random.shuffle(found)  # type: ignore[attr-defined]
    grouping = Grouping()
    for number, values in enumerate(found):
        before = reference.components(found[:number])
        links = {int(before[at]) for at in range(number) if reference.linked(found[at], values)}
        joined = grouping.add(values)
        assert set(joined.merged) == links
        assert joined.component == min([number, *links])
        assert len(joined.edges) == len(joined.merged)
    assert [grouping.component(at) for at in range(len(found))] == reference.components(found).tolist()


@given(findings())
def test_the_reason_is_a_link_and_the_strongest(found: list[Values]) -> None:
    grouping = Grouping()
    for number, values in enumerate(found):
        edges = grouping.edges(values)
        assert [strength(edge) for edge in edges] == sorted(strength(edge) for edge in edges)
        for edge in edges:
            assert edge.other < number
            assert RULES[edge.rule].joins
            assert reference.linked(found[edge.other], values)
            if edge.rule == "pdq":
                pairs = [(a, b) for a in values.upright for b in found[edge.other].upright + found[edge.other].turned]
                pairs += [(a, b) for a in values.turned for b in found[edge.other].upright]
                assert edge.distance == min(reference.bits(a, b) for a, b in pairs)
        grouping.add(values)


@given(rng=oracle.seeds, rows=st.integers(0, 50), width=st.sampled_from([8, 16, 20, 32]))
def test_distinct_values(rng: np.random.Generator, rows: int, width: int) -> None:
    values = rng.integers(0, 2, (rows, width), np.uint8) * (np.arange(width) >= width - 4).astype(np.uint8)
    first, number = distinct(values)
    assert len(first) == len({bytes(value) for value in values})
    assert (values[first][number] == values).all()
    assert all(bytes(values[at]) not in {bytes(value) for value in values[:at]} for at in first)


def test_what_says_nothing_links_nothing() -> None:
    """Zero, full, of little quality, of another length: near to everything, so never a link."""
    plain = Signal("pdq", np.packbits(np.arange(256) % 2).tobytes(), 100)
    assert values_of([plain]).upright
    for value, quality in [(NONE, 100), (b"\xff" * 32, 100), (plain.value, 49), (plain.value[:31], 100), (b"", None)]:
        assert not comparable(value, quality)
        assert values_of([Signal("pdq", value, quality)]) == Values()
    for kind in DIGEST_KINDS:
        assert values_of([Signal(kind, hashlib.new(kind, b"").digest())]) == Values()
        assert values_of([Signal(kind, bytes(DIGEST_KINDS[kind]))]) == Values()


def test_a_turned_copy_links_and_two_turned_values_do_not() -> None:
    """Of two files with all orientations, the upright one of either meets a turned one of the other."""
    rng = np.random.default_rng(5)
    a, b = (value.tobytes() for value in oracle.balanced(rng, 2))
    mine, mirrored, other = Values(upright=(a,), turned=(b,)), Values(upright=(b,), turned=(a,)), Values(turned=(a,))
    assert components(Batch.of([mine, mirrored])).tolist() == [0, 0]
    assert components(Batch.of([Values(turned=(a,)), other])).tolist() == [0, 1]


@pytest.mark.slow
def test_a_hundred_thousand_that_look_alike_are_one_component() -> None:
    """5,000,000,000 pairs, among 300,000 values that are near to nothing."""
    rng = np.random.default_rng(7)
    hashes = oracle.random(rng, 300_000)
    alike = oracle.identical(rng, 100_000)
    ones = np.unpackbits(alike, axis=1)
    changed = np.argsort(rng.random(ones.shape), axis=1)[:, :12]
    np.put_along_axis(ones, changed, 1 - np.take_along_axis(ones, changed, 1), 1)
    everything = np.concatenate([hashes, np.packbits(ones, axis=1)])
    order = rng.permutation(len(everything))
    found = spread(as_words(everything[order]), 31)
    sizes = np.bincount(found)
    assert sizes.max() == 100_000
    assert np.count_nonzero(sizes) == 300_001
