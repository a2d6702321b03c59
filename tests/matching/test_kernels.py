"""What each compiled loop promises by itself: an answer that other loops put right again would hide a fault here."""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle

from vaern.compiled import ARRAY, WHOLE, at, loop
from vaern.matching import buckets, kernels, plan, segment
from vaern.matching.kernels import PENDING, WALK, Hits, Probing, Table
from vaern.matching.plan import LANES

DISTANCE = 31
UNTOUCHED = -7
NOWHERE = 2**32 - 7

_field = loop("hamming_field", ARRAY, WHOLE, WHOLE, WHOLE, gives=ctypes.c_uint64)
_distance = loop("hamming_distance", ARRAY, WHOLE, ARRAY, WHOLE, gives=WHOLE)
_address = loop("hamming_address", ARRAY, WHOLE, WHOLE, gives=WHOLE)
_pass = loop(
    "hamming_pass", ARRAY, ctypes.c_uint16, *(WHOLE,) * 3, ctypes.POINTER(WHOLE), WHOLE, ARRAY, WHOLE, gives=WHOLE
)
_walk = loop("hamming_walk", ARRAY, ARRAY, WHOLE, ARRAY, ARRAY, WHOLE, WHOLE, ctypes.POINTER(WHOLE), gives=WHOLE)


def field(words: np.ndarray, row: int, offset: int, width: int) -> int:
    return _field(at(words, "L"), row, offset, width)


def address(words: np.ndarray, row: int, band: int) -> int:
    return _address(at(words, "L"), row, band)


def words_of(hashes: np.ndarray) -> np.ndarray:
    return hashes.reshape(-1).view("<u8").astype(np.uint64)


def bits_of(hash_: np.ndarray) -> int:
    """A hash as one number whose bit k is bit k of the hash."""
    return int.from_bytes(hash_.tobytes(), "little")


@pytest.mark.parametrize("row", range(3))
def test_a_field_is_its_bits_round_the_circle(row):
    hashes = oracle.random(np.random.default_rng(row), 3)
    words, whole = words_of(hashes), bits_of(hashes[row])
    for offset, width in itertools.product(range(256), range(1, 33)):
        turned = (whole >> offset | whole << (256 - offset)) & ((1 << width) - 1)
        assert field(words, row, offset, width) == turned


@given(rng=oracle.seeds, row=st.integers(0, 2), query=st.integers(0, 2), bits=st.integers(0, 256))
def test_the_distance_is_the_number_of_bits_that_differ(rng, row, query, bits):
    hashes = oracle.random(rng, 3)
    asked = oracle.flipped(hashes, [bits] * 3, rng)
    wanted = (bits_of(hashes[row]) ^ bits_of(asked[query])).bit_count()
    words, others = words_of(hashes), words_of(asked)
    assert _distance(at(words, "L"), row, at(others, "L"), query) == wanted


@given(rng=oracle.seeds, row=st.integers(0, 2))
def test_an_address_is_the_field_of_its_band(rng, row):
    words = words_of(oracle.random(rng, 3))
    for band in range(plan.BANDS):
        wanted = field(words, row, plan.WIDTH * band, plan.WIDTH)
        assert address(words, row, band) == wanted == buckets.addresses(words, band)[row]


def empty_walks() -> np.ndarray:
    walks = np.zeros(PENDING + LANES, WALK)
    walks["place"] = NOWHERE
    return walks


@given(rng=oracle.seeds, bound=st.integers(0, 16), band=st.integers(0, 15), span=st.tuples(*[st.integers(0, 200)] * 2))
def test_what_passes_in_a_bucket_is_near_and_lies_in_it(rng, bound, band, span):
    n, (begin, end) = 200, sorted(span)
    sketches = rng.integers(0, 1 << 16, 16 * (n + LANES), np.uint16) & rng.integers(
        0, 1 << 16, 16 * (n + LANES), np.uint16
    )
    starts, ranks = np.zeros((16, (1 << 16) + 1), np.uint32), np.zeros(16 * n, np.uint8)
    table = Table.of(np.zeros(4 * n, np.uint64), ranks[:0], starts, sketches, ranks)
    walks = empty_walks()
    sketch = int(rng.integers(0, 1 << 16))

    def passing(waiting: int) -> tuple[int, int]:
        reached = WHOLE(begin)
        return _pass(table.place, sketch, bound, band, 1, reached, end, int(walks.ctypes.data), waiting), reached.value

    waiting, reached = passing(1)
    near = np.bitwise_count(sketches ^ np.uint16(sketch)) <= bound
    wanted = [at for at in range(begin, end) if near[band * (n + LANES) + at]]
    assert walks["place"][1:waiting].tolist() == wanted
    assert (walks["band"][1:waiting] == band).all()
    assert (walks["bits"][1:waiting] == 1).all()
    assert (walks["place"][waiting:] == NOWHERE).all()
    assert reached >= end
    assert passing(PENDING) == (PENDING, begin), "no room: nothing is done"


@pytest.mark.once
@given(rng=oracle.seeds, start=st.integers(0, 15), distance=st.integers(0, 60))
def test_a_walk_round_the_bands_meets_the_row_and_its_distance(rng, start, distance):
    """From every band and place; it is told exactly where its distances never outgrow what is allowed."""
    hashes = oracle.random(rng, 300)
    query = oracle.flipped(hashes[:1], [distance], rng)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "FLAT_BELOW", 1)
        own = segment.build(words_of(hashes), None)
    asked = np.array([address(words_of(query), 0, band) for band in range(16)], np.int64)
    row = int(np.flatnonzero(own.ids == 0)[0])
    differing = [(address(own.words, row, band) ^ int(asked[band])).bit_count() for band in range(16)]
    bucket = address(own.words, row, start)
    inside = range(int(own.starts[start, bucket]), int(own.starts[start, bucket + 1]))
    before = int((buckets.addresses(own.words, start)[:row] == bucket).sum())
    flips = plan.thresholds(plan.BANDS, DISTANCE)
    allowed = plan.allowances(flips)
    out, none = Hits(4), np.empty(0, np.int64)
    search = out.search(DISTANCE, Probing(none, none, none, allowed))
    walks = empty_walks()
    walks[0] = (inside[before], 0, differing[start], start, 0)
    places = own.table.place, ctypes.addressof(search), 0, at(asked, "l"), int(walks.ctypes.data)
    hits = _walk(*places, 1, 0, WHOLE(0))
    rounds = [
        all(sum(differing[(s + j) % 16] for j in range(k + 1)) <= allowed[s, k] for k in range(16)) for s in range(16)
    ]
    # The first two bands are compared before the walk, in the bucket; here the walk is begun whatever they say.
    later = all(sum(differing[(start + j) % 16] for j in range(k + 1)) <= allowed[start, k] for k in range(2, 16))
    assert hits == (later and not any(rounds[:start]))
    if hits:
        assert (out.row[0], out.distance[0]) == (row, distance)


class Bench:
    """A segment with bands whose search is called kernel by kernel."""

    def __init__(self, rng: np.random.Generator, hashes: np.ndarray) -> None:
        self.hashes, self.rng = hashes, rng
        self.segment = segment.build(words_of(hashes), None)
        self.probing = segment._probing(self.segment.rows, DISTANCE)
        assert self.probing

    def candidates(self, query: np.ndarray) -> int:
        """How many rows lie in all the buckets that a search for this query looks into."""
        total, starts = 0, self.segment.starts.astype(np.int64)
        for band, most in enumerate(self.probing.probes):
            buckets = address(words_of(query), 0, band) ^ self.probing.masks[:most]
            total += int((starts[band, buckets + 1] - starts[band, buckets]).sum())
        return total

    def blind(self) -> None:
        """Spoil the sketches, so that no hit passes: what is found then, the flat scan has found."""
        assert self.probing.allowed[:, 1].max() < 8
        self.segment = replace(self.segment, sketches=~self.segment.sketches)

    def search(
        self,
        queries: np.ndarray,
        *,
        scan_above: int = 2**62,
        most_steps: int = 2**62,
        capacity: int = 1 << 16,
        flat: bool = False,
    ):
        """(query, distance, row) of all hits, and how often the output was full."""
        own, probing, found, first, full = self.segment, self.probing, [], 0, 0
        words = words_of(queries)
        while first < len(queries):
            out = Hits(capacity)
            for room in (out.query, out.row, out.distance):
                room[:] = UNTOUCHED
            if flat:
                first, hits, needed = kernels.search_flat(own.table, words, DISTANCE, out, first)
            else:
                first, hits, needed = kernels.search_bands(
                    own.table, probing, words, DISTANCE, out, first, scan_above, most_steps
                )
            assert hits <= capacity
            ids = own.ids_of(out.row[:hits])
            found += zip(out.query[:hits].tolist(), out.distance[:hits].tolist(), ids.tolist(), strict=True)
            if first < len(queries):
                full += 1
                assert needed == self.hits(queries, [first]).__len__(), "what the next query needs"
                capacity = max(capacity, needed)
        return sorted(found), full

    def hits(self, queries: np.ndarray, only=None) -> list[tuple[int, int, int]]:
        """By brute force; of some of the queries."""
        all_ = oracle.hits(oracle.distances(self.hashes, queries), np.arange(len(self.hashes)), DISTANCE)
        return [hit for hit in all_ if only is None or hit[0] in only]


@pytest.fixture
def bench(monkeypatch):
    """Five thousand hashes, two thousand of them near to one of eight points in unlike numbers; some queries."""
    monkeypatch.setattr(plan, "FLAT_BELOW", 1000)
    monkeypatch.setattr(plan, "flat_cost", lambda _: np.inf)
    segment._probing.cache_clear()
    rng = np.random.default_rng(7)
    hashes = oracle.random(rng, 5000)
    points = oracle.random(rng, 8)
    for number, point in enumerate(points):
        near = slice(100 * number, 100 * number + 12 * number)
        hashes[near] = oracle.flipped(np.repeat(point[None], 12 * number, 0), rng.integers(0, 28, 12 * number), rng)
    yield Bench(rng, hashes), points
    segment._probing.cache_clear()


def test_a_query_of_more_candidates_than_the_limit_is_answered_by_the_scan_and_no_other(bench):
    own, queries = bench
    counts = [own.candidates(query) for query in queries]
    assert len(set(counts)) > len(queries) // 2
    assert own.search(queries) == (own.hits(queries), 0)
    own.blind()
    for limit in {0, *counts, *(count - 1 for count in counts)}:
        scanned = [number for number, count in enumerate(counts) if count > limit]
        assert own.search(queries, scan_above=limit)[0] == own.hits(queries, scanned)
        backwards = [len(queries) - 1 - number for number in scanned]
        assert own.search(queries[::-1].copy(), scan_above=limit)[0] == own.hits(queries[::-1], backwards)


@pytest.mark.once
def test_a_query_whose_walks_are_long_is_begun_anew_with_the_scan(bench):
    own, queries = bench
    hashes = np.concatenate([oracle.identical(own.rng, 20_000), own.hashes])
    alike = Bench(own.rng, hashes)
    asked = np.concatenate([hashes[:1], queries, hashes[:1]])
    wanted = sorted(alike.hits(asked))
    for limit in (0, 20_000, 2**62):
        assert alike.search(asked, most_steps=limit)[0] == wanted


@pytest.mark.once
def test_a_list_of_like_hashes_is_scanned_and_one_of_unlike_ones_is_not(bench):
    own, _ = bench
    alike = Bench(own.rng, oracle.identical(own.rng, 5000))
    alike.blind()
    assert len(segment.search(alike.segment, words_of(alike.hashes[:1]), DISTANCE)[0]) == 5000
    unlike = Bench(own.rng, oracle.random(own.rng, 60_000))
    assert 0 < unlike.candidates(unlike.hashes[:1]) < plan.scan_above(60_000)
    query, row, bits = segment.search(unlike.segment, words_of(unlike.hashes[:1]), DISTANCE)
    assert (query.tolist(), unlike.segment.ids_of(row).tolist(), bits.tolist()) == ([0], [0], [0])
    unlike.blind()
    assert not len(segment.search(unlike.segment, words_of(unlike.hashes[:1]), DISTANCE)[0])


@pytest.mark.once
@pytest.mark.parametrize("way", ["bands", "scan", "flat"])
def test_an_output_of_any_length_is_filled_to_its_end_and_gone_on_from(bench, way):
    own, queries = bench
    wanted = own.hits(queries)
    each = [len(own.hits(queries, [number])) for number in range(len(queries))]
    edges = {edge + by for edge in [*each, *itertools.accumulate(each)] for by in (-1, 0, 1)}
    for capacity in sorted(edge for edge in edges if edge > 0):
        found, full = own.search(queries, scan_above=-(way != "scan") % 2**62, capacity=capacity, flat=way == "flat")
        assert found == wanted
        assert (full > 0) == (capacity < len(wanted))


@pytest.mark.once
@pytest.mark.parametrize("shape", ["identical", "one_band", "sparse"])
@pytest.mark.parametrize(
    ("n", "banded"),
    [
        *(pytest.param(n, False, id=f"as planned-{n}") for n in (301, 4097, 9001)),
        *(pytest.param(n, True, id=f"in bands-{n}") for n in (301, 1025)),
        *(pytest.param(n, True, id=f"in bands-{n}", marks=pytest.mark.slow) for n in (4097, 9001)),  # seconds each
    ],
)
def test_a_dense_list_is_searched_exactly_at_every_distance(monkeypatch, shape, n, banded):
    """Also where the plan would rather scan it."""
    if banded:
        monkeypatch.setattr(plan, "FLAT_BELOW", 1)
        monkeypatch.setattr(plan, "flat_cost", lambda _: np.inf)
        monkeypatch.setattr(plan, "scan_above", lambda _: 2**62)
        monkeypatch.setattr(plan, "most_steps", lambda _: 2**62)
    segment._probing.cache_clear()
    rng = np.random.default_rng(n)
    hashes = oracle.SHAPES[shape](rng, n)
    queries = np.concatenate([hashes[:1], oracle.flipped(hashes[1:3], [1, 30], rng)])
    own, distances = segment.build(words_of(hashes), None), oracle.distances(hashes, queries)
    assert own.bands or not banded
    for distance in range(0, 65, 1 if n < (1000 if banded else 9000) else 3):
        query, row, bits = segment.search(own, words_of(queries), distance)
        found = np.full_like(distances, UNTOUCHED)
        found[query, own.ids_of(row)] = bits
        assert len(query) == (distances <= distance).sum()
        assert (found == np.where(distances <= distance, distances, UNTOUCHED)).all()
    segment._probing.cache_clear()
