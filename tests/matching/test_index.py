"""The index equals brute force: for all sizes, shapes and distances, before and after the disk, under change."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.matching import oracle

from vaern.matching import HammingIndex, plan, segment
from vaern.matching import index as index_module

SMALL = [0, 1, 2, 3, 4, 5, *(2**k + d for k in range(3, 12) for d in (-1, 0, 1)), 10_000]
LARGE = [*(2**k + d for k in range(12, 15) for d in (-1, 0, 1)), 100_000]
SIZES = [*SMALL, *(pytest.param(size, marks=pytest.mark.slow) for size in LARGE)]


def agrees(index: HammingIndex, hashes: np.ndarray, ids: np.ndarray, queries: np.ndarray, distances) -> None:
    found = oracle.distances(hashes, queries) if len(hashes) else np.empty((len(queries), 0), np.int64)
    for distance in distances:
        assert oracle.as_list(index.search(queries, distance)) == oracle.hits(found, ids, distance)


@pytest.fixture
def banded(monkeypatch):
    """Bands from the first row on, searched whatever it costs."""
    monkeypatch.setattr(plan, "FLAT_BELOW", 1)
    monkeypatch.setattr(plan, "flat_cost", lambda _: np.inf)
    segment._probing.cache_clear()
    yield
    segment._probing.cache_clear()


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shape", oracle.SHAPES)
def test_equals_brute_force_for_every_size_shape_and_distance(tmp_path, n, shape):
    rng = np.random.default_rng(n)
    hashes = oracle.SHAPES[shape](rng, n)
    many_hits = n > 300 and shape in {"identical", "one_band", "sparse"}
    queries = oracle.queries_for(rng, hashes, 4 if many_hits else 20)
    distances = [0, 31, 64] if many_hits else range(65)
    index = HammingIndex.build(hashes)
    agrees(index, hashes, np.arange(n), queries, distances)
    index.save(tmp_path / "index")
    agrees(HammingIndex.open(tmp_path / "index", verify=True), hashes, np.arange(n), queries, list(distances)[::7])


@pytest.mark.once
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shape", oracle.SHAPES)
def test_bands_equal_brute_force_for_every_size_shape_and_distance(tmp_path, n, shape, banded, monkeypatch):
    rng = np.random.default_rng(n + 1)
    hashes = oracle.SHAPES[shape](rng, n)
    many_hits = n > 300 and shape in {"identical", "one_band", "sparse"}
    queries = oracle.queries_for(rng, hashes, 4 if many_hits else 12)
    distances = [0, 31, 45] if many_hits else [*range(48), 56, 64]
    if n < 300 or shape in {"random", "balanced", "clustered"}:
        monkeypatch.setattr(plan, "scan_above", lambda _: 2**62)
        monkeypatch.setattr(plan, "most_steps", lambda _: 2**62)
    index = HammingIndex.build(hashes)
    assert not n or index._segments[0].bands == plan.BANDS
    agrees(index, hashes, np.arange(n), queries, distances)
    index.save(tmp_path / "index")
    agrees(HammingIndex.open(tmp_path / "index", verify=True), hashes, np.arange(n), queries, list(distances)[::9])


@pytest.mark.parametrize(("like", "ranks"), [(256, "|u1"), (257, "<u2"), (65_536, "<u2"), (65_537, "<u4")])
def test_ranks_are_as_small_as_the_fullest_bucket_allows(banded, like, ranks):
    rng = np.random.default_rng(like)
    hashes = np.concatenate([oracle.random(rng, 100), oracle.identical(rng, like)])
    hashes[-like:, 4:] = oracle.random(rng, like)[:, 4:]
    hashes[:100, :4] = ~hashes[-1:, :4]
    index = HammingIndex.build(hashes)
    assert index._segments[0].ranks.dtype.str == ranks
    agrees(index, hashes, np.arange(len(hashes)), np.concatenate([hashes[:2], hashes[-2:]]), [0, 31])


@pytest.mark.parametrize(("last", "kept"), [(2**32 - 1, np.uint32), (2**32, np.int64), (-1, np.int64)])
def test_ids_are_kept_as_small_as_they_are(banded, last, kept):
    hashes = oracle.random(np.random.default_rng(0), 300)
    ids = np.arange(300)
    ids[-1] = last
    index = HammingIndex.build(hashes, ids)
    assert index._segments[0].ids.dtype == kept
    agrees(index, hashes, ids, hashes[-3:], [0])
    assert index.remove([last]) == 1
    agrees(index, hashes[:-1], ids[:-1], hashes[-3:], [0, 31])


@pytest.mark.once
@pytest.mark.parametrize("distance", [65, 80, 100, 127, 128, 129, 200, 255, 256])
def test_equals_brute_force_at_great_distances(distance):
    rng = np.random.default_rng(distance)
    hashes = oracle.random(rng, 5000)
    agrees(HammingIndex.build(hashes), hashes, np.arange(5000), oracle.queries_for(rng, hashes, 6), [distance])


@pytest.mark.once
@settings(max_examples=15)
@given(rng=oracle.seeds, data=st.data())
def test_more_candidates_than_wait_at_once_are_each_found_once(rng, data):
    """The waiting list is emptied in the middle of a bucket."""
    hashes = oracle.random(rng, 70_000)
    near = rng.choice(len(hashes), 30_000, replace=False)
    alike = data.draw(st.integers(2, 31))  # bytes that agree: in the first bands, in most, in all
    hashes[near, :alike] = hashes[near[0], :alike]
    hashes[near[:5000]] = hashes[near[0]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "scan_above", lambda _: 2**62)
        patch.setattr(plan, "most_steps", lambda _: data.draw(st.sampled_from([0, 40_000, 2**62])))
        index = HammingIndex.build(hashes)
        agrees(index, hashes, np.arange(len(hashes)), hashes[near[:1]], [data.draw(st.integers(0, 40))])


@pytest.mark.once
@given(rng=oracle.seeds, data=st.data())
def test_a_row_that_comes_round_from_several_bands_is_found_once(rng, data):
    """Queries whose differing bits lie in few bands, or evenly over all: from many bands the walk is never given up."""
    hashes = oracle.random(rng, 500)
    distance = data.draw(st.integers(0, 40))
    spread = data.draw(st.lists(st.integers(0, 15), min_size=1, max_size=16))
    query = hashes[:1].copy()
    for number in range(data.draw(st.integers(0, distance))):
        band = spread[number % len(spread)]
        query[0, 2 * band + (number // len(spread) // 8) % 2] ^= 1 << (number // len(spread)) % 8
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "FLAT_BELOW", 1)
        patch.setattr(plan, "flat_cost", lambda _: np.inf)
        segment._probing.cache_clear()
        agrees(HammingIndex.build(hashes), hashes, np.arange(500), query, [distance])
        segment._probing.cache_clear()


@pytest.mark.once
def test_many_hits_outgrow_the_output_and_none_is_lost():
    rng = np.random.default_rng(0)
    hashes = np.concatenate([oracle.random(rng, 90_000), oracle.identical(rng, 9000)])
    queries = np.concatenate([hashes[-1:], oracle.random(rng, 3), hashes[-1:], hashes[:1]])
    agrees(HammingIndex.build(hashes), hashes, np.arange(len(hashes)), queries, [0, 31])


@pytest.mark.once
def test_pieces_together_are_the_answer_and_no_query_is_in_two():
    rng = np.random.default_rng(4)
    hashes = np.concatenate([oracle.random(rng, 20_000), oracle.identical(rng, 3000)])
    index = HammingIndex.build(hashes)
    queries = np.concatenate([hashes[-1:], oracle.queries_for(rng, hashes, 50), hashes[-1:], hashes[-1:]])
    found = [oracle.as_list(piece) for piece in index.search_in_pieces(queries, 31)]
    assert len(found) > 2
    assert sorted(hit for piece in found for hit in piece) == oracle.as_list(index.search(queries, 31))
    asked = [{query for query, _, _ in piece} for piece in found]
    assert sum(map(len, asked)) == len(set().union(*asked))
    assert all(piece == sorted(piece) for piece in found)


def test_threads_answer_as_one():
    rng = np.random.default_rng(1)
    hashes = oracle.random(rng, 20_000)
    index = HammingIndex.build(hashes, threads=1)
    index.add(hashes[:100], np.arange(100))
    queries = oracle.queries_for(rng, hashes, 301)
    assert oracle.as_list(index.search(queries, 40, threads=3)) == oracle.as_list(index.search(queries, 40))


def test_the_caller_may_change_its_arrays_afterwards():
    rng = np.random.default_rng(2)
    hashes, ids = oracle.random(rng, 5000), np.arange(5000) * 3
    index = HammingIndex.build(hashes, ids)
    more = oracle.random(rng, 10)
    index.add(more, np.arange(10))
    wanted = [(0, 0, 21), (1, 0, 5)]
    queries = np.stack([hashes[7], more[5]])
    hashes[:], ids[:], more[:] = 0, 0, 0
    assert oracle.as_list(index.search(queries, 31)) == wanted


def test_searching_while_another_thread_changes_the_index_sees_whole_states():
    rng = np.random.default_rng(3)
    hashes = oracle.random(rng, 5000)
    index = HammingIndex.build(hashes)
    extra = oracle.random(rng, 1)
    wrong: list[object] = []

    def change() -> None:
        for number in range(300):
            index.add(extra, [10**6 + number])
            index.remove([10**6 + number])

    changing = threading.Thread(target=change)
    changing.start()
    while changing.is_alive():
        answer = oracle.as_list(index.search(np.concatenate([hashes[:1], extra]), 31))
        if answer[0] != (0, 0, 0) or len(answer) > 2:
            wrong.append(answer)
    changing.join()
    assert not wrong
    assert len(index) == 5000


@pytest.mark.parametrize(
    ("hashes", "ids", "says"),
    [
        (np.zeros((3, 31), np.uint8), None, "uint8 \\[n, 32\\]"),
        (np.zeros((3, 32), np.int8), None, "int8"),
        (np.zeros(32, np.uint8), None, "\\[32\\]"),
        (np.zeros((3, 32), np.uint8), [1, 2], "3 hashes"),
        (np.zeros((3, 32), np.uint8), [1.0, 2.0, 3.0], "float64"),
        (np.zeros((3, 32), np.uint8), [[1, 2, 3]], "one id"),
    ],
)
def test_wrong_input_is_refused_with_what_was_wrong(hashes, ids, says):
    with pytest.raises(ValueError, match=says):
        HammingIndex.build(hashes, ids)


@pytest.mark.parametrize("ids", [[1.5], ["1"], [2**63], np.array([2**63], np.uint64), [2**64]])
def test_an_id_that_would_become_another_is_refused(ids):
    index = HammingIndex.build(np.zeros((3, 32), np.uint8))
    for call in (
        index.remove,
        lambda ids: index.add(np.zeros((1, 32), np.uint8), ids),
        lambda ids: HammingIndex.build(np.zeros((1, 32), np.uint8), ids),
    ):
        with pytest.raises(ValueError, match="ids are whole numbers"):
            call(ids)
    assert len(index) == 3


@given(rng=oracle.seeds, n=st.integers(1, 50), data=st.data())
def test_only_what_has_the_id_goes(rng, n, data):
    """Also where the ids are the row numbers, at both of their ends."""
    near = st.integers(-n - 1, 2 * n)
    wanted = data.draw(st.lists(near | st.sampled_from([-(2**63), -1, n - 1, n, 2**63 - 1]), max_size=5))
    hashes = oracle.random(rng, n)
    index = HammingIndex.build(hashes)
    kept = np.setdiff1d(np.arange(n), np.array(wanted, np.int64))
    assert index.remove(wanted) == n - len(kept)
    agrees(index, hashes[kept], kept, hashes[:1], [256])


@pytest.mark.parametrize("shape", ["random", "clustered", "identical"])
@pytest.mark.parametrize("rows", [1, 100, 3000])
def test_a_band_is_built_alike_in_however_many_steps(monkeypatch, shape, rows):
    """Beyond 2**25 rows a band is sorted part by part; here much earlier."""
    hashes = oracle.SHAPES[shape](np.random.default_rng(rows), 9000)
    monkeypatch.setattr(plan, "FLAT_BELOW", 1)
    (whole,) = HammingIndex.build(hashes)._segments
    monkeypatch.setattr(segment, "_SCRATCH_ROWS", rows)
    (parts,) = HammingIndex.build(hashes)._segments
    for name in ("starts", "sketches", "ranks"):
        assert (getattr(whole, name) == getattr(parts, name)).all()


@pytest.mark.parametrize("distance", [-1, 257])
def test_a_distance_that_hashes_cannot_have_is_refused(distance):
    with pytest.raises(ValueError, match="0 to 256"):
        HammingIndex.build(np.zeros((1, 32), np.uint8)).search(np.zeros((1, 32), np.uint8), distance)


class Changes(RuleBasedStateMachine):
    """Any sequence of build, add, remove, merge, save and open agrees with a list of (hash, id)."""

    @initialize(rng=oracle.seeds, n=st.sampled_from([0, 1, 100, 5000]), shape=st.sampled_from(sorted(oracle.SHAPES)))
    def build(self, rng, n, shape):
        self.rng = rng
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(plan, "FLAT_BELOW", 1000)
        self.patch.setattr(index_module, "_TAIL_ROWS", 1000)
        self.hashes = oracle.SHAPES[shape](rng, n)
        self.ids = rng.integers(0, 3 * n + 1, n) if rng.random() < 0.5 else np.arange(n)
        self.index = HammingIndex.build(self.hashes, None if (self.ids == np.arange(n)).all() else self.ids)

    @rule(k=st.sampled_from([0, 1, 2, 50, 3000]), near=st.booleans())
    def add(self, k, near):
        hashes = oracle.random(self.rng, k)
        if near and len(self.hashes):
            hashes = oracle.flipped(self.hashes[self.rng.integers(0, len(self.hashes), k)], [3] * k, self.rng)
        ids = self.rng.integers(0, 10_000, k)
        self.index.add(hashes, ids)
        self.hashes, self.ids = np.concatenate([self.hashes, hashes]), np.concatenate([self.ids, ids])

    @rule(k=st.sampled_from([0, 1, 5, 2000]))
    def remove(self, k):
        wanted = self.rng.integers(-5, 10_000, k)
        if len(self.ids):
            wanted[: k // 2] = self.rng.choice(self.ids, k // 2)
        kept = ~np.isin(self.ids, wanted)
        assert self.index.remove(wanted) == (~kept).sum()
        self.hashes, self.ids = self.hashes[kept], self.ids[kept]

    @rule()
    def merge(self):
        self.index.merge()
        assert len(self.index._segments) <= 1

    @rule(verify=st.booleans())
    def save_and_open(self, verify):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            self.index.save(f"{folder}/index")
            self.index = HammingIndex.open(f"{folder}/index", verify=verify)

    def teardown(self):
        if hasattr(self, "patch"):
            self.patch.undo()

    @precondition(lambda self: hasattr(self, "index"))
    @invariant()
    def agrees(self):
        queries = oracle.queries_for(self.rng, self.hashes, 6)
        agrees(self.index, self.hashes, self.ids, queries, [0, 31, 45])
        assert len(self.index) == len(self.ids)


@pytest.mark.slow
class TestChanges(Changes.TestCase):
    """The machine."""
