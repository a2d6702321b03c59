"""What a matcher says of files: every hit of every list, with all that replays it, and no more."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle

from vaern.hashing import FRAME
from vaern.matching import ListPackage, ListPackageError, Matcher, build_package
from vaern.matching.video import video_hits
from vaern.records import Entry, Media, Signal


def package(folder, items, **options):
    build_package(folder, items, **{"name": folder.name, **options})
    return ListPackage.open(folder)


def pdq(hashes):
    return [
        Entry(f"e{number}", (Signal("pdq", value.tobytes()),), "A1", "NCMEC") for number, value in enumerate(hashes)
    ]


@given(rng=oracle.seeds, distance=st.integers(0, 60))
def test_every_pdq_hit_of_every_list_is_reported_once(tmp_path_factory, rng, distance):
    folder = tmp_path_factory.mktemp("lists")
    hashes = [oracle.random(rng, 30), oracle.random(rng, 20)]
    lists = [package(folder / f"l{n}", pdq(values), distance=distance) for n, values in enumerate(hashes)]
    queries = oracle.queries_for(rng, np.concatenate(hashes), 8)
    media = [
        Media(
            "one",
            1,
            signals=tuple(Signal("pdq", value.tobytes(), 100, "mirrored", frame=n) for n, value in enumerate(part)),
        )
        for part in (queries[:3], queries[3:])
    ]
    answers = Matcher(lists).match_many(media)
    for part, answer in zip((queries[:3], queries[3:]), answers, strict=True):
        wanted = [
            (number, f"l{which}", f"e{row}", int(found[number, row]))
            for which, values in enumerate(hashes)
            for found in [oracle.distances(values, part)]
            for number, row in np.argwhere(found <= distance).tolist()
        ]
        assert sorted((match.frame, match.list, match.entry, match.distance) for match in answer) == sorted(wanted)
        assert [match.distance for match in answer] == sorted(match.distance for match in answer)
        for match in answer:
            assert bytes.fromhex(match.query) == part[match.frame].tobytes()
            assert (match.orientation, match.classification, match.scheme) == ("mirrored", "A1", "NCMEC")
            assert match.release == next(item.release for item in lists if item.name == match.list)


def test_the_matcher_may_overrule_the_distance_of_the_lists(tmp_path):
    rng = np.random.default_rng(0)
    hashes = oracle.random(rng, 1)
    listed = package(tmp_path / "l", pdq(hashes), distance=10)
    asked = [Signal("pdq", oracle.flipped(hashes, [20], rng).tobytes())]
    assert [len(Matcher([listed], distance).match_signals(asked)[0]) for distance in (None, 19, 20)] == [0, 0, 1]


@pytest.mark.parametrize(("quality", "found"), [(None, True), (49, False), (50, True), (100, True)])
def test_values_of_too_little_quality_are_not_compared(tmp_path, quality, found):
    listed = package(tmp_path / "l", pdq(oracle.random(np.random.default_rng(0), 1)))
    asked = Signal("pdq", listed.entry(0).signals[0].value, quality)
    assert bool(Matcher([listed]).match_signals([asked])[0]) is found


def test_lists_that_could_be_confused_are_refused(tmp_path):
    items = pdq(oracle.random(np.random.default_rng(0), 1))
    one = package(tmp_path / "one", items, name="n")
    again = package(tmp_path / "again", items, name="n")
    good = package(tmp_path / "good", items, name="n", release="r", purpose="known-good")
    next_release = package(tmp_path / "next", items, name="n", release="r2")
    Matcher([one, next_release])
    with pytest.raises(ListPackageError, match="twice"):
        Matcher([one, again])
    with pytest.raises(ListPackageError, match="--name"):
        Matcher([one, good])
    with pytest.raises(ValueError, match="0 to 256"):
        Matcher([one], 257)


def frames(values, quality=100):
    packed = np.zeros(len(values), FRAME)
    packed["pdq"], packed["quality"], packed["seconds"] = values, quality, np.arange(len(values))
    return packed


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], (1.0, 1.0)),
        ([0, 1, 2, 3, 4, 5, 6, 7], (1.0, 0.8)),  # cut short
        ([3, 4], (1.0, 0.2)),  # a short cut of the listed video
        ([*range(10), *([None] * 30)], (0.25, 1.0)),  # the listed video within a longer one
        ([*range(7), None, None, None], None),  # 7 of 10 either way
        ([None] * 10, None),
    ],
)
def test_videos_match_by_the_share_of_frames_of_either(tmp_path, file, found):
    rng = np.random.default_rng(2)
    listed, other = oracle.random(rng, 10), oracle.random(rng, 60)
    items = [
        Entry("other", (Signal("vpdq", frames(other).tobytes()),)),
        Entry("video", (Signal("vpdq", frames(np.concatenate([listed, other[:1]]), [100] * 10 + [10]).tobytes()),)),
    ]
    far = iter(oracle.random(rng, 60))
    values = np.stack([next(far) if n is None else oracle.flipped(listed[n : n + 1], [7], rng)[0] for n in file])
    asked = Signal("vpdq", frames(np.concatenate([values, other[:1]]), [100] * len(values) + [49]).tobytes())
    answer = Matcher([package(tmp_path / "l", items)]).match_signals([asked])[0]
    shares = [(match.entry, match.query_share, match.entry_share, match.distance) for match in answer]
    assert shares == ([("video", *found, 7)] if found else [])


@given(rng=oracle.seeds, share=st.sampled_from([0.1, 0.5, 0.8, 1.0]))
def test_shares_of_frames_equal_a_count_by_hand(rng, share):
    entry_of = np.sort(rng.integers(0, 4, 12)).astype(np.uint32)
    comparable = rng.random(12) < 0.8
    query, frame = np.nonzero(rng.random((6, 12)) < 0.3)
    bits = rng.integers(0, 32, len(query))
    hits = {hit.entry: hit for hit in video_hits(query, frame, bits, 6, entry_of, comparable, share)}
    for entry in range(4):
        pairs = [
            (q, f, d) for q, f, d in zip(query, frame, bits, strict=True) if entry_of[f] == entry and comparable[f]
        ]
        of_file = len({q for q, _, _ in pairs}) / 6
        of_entry = len({f for _, f, _ in pairs}) / max(1, (comparable & (entry_of == entry)).sum())
        assert (entry in hits) == (bool(pairs) and max(of_file, of_entry) >= share)
        if entry in hits:
            nearest = [
                min(d for _, _, d in group) for _, group in itertools.groupby(sorted(pairs), lambda pair: pair[0])
            ]
            assert hits[entry][1:] == (of_file, of_entry, int(np.median(nearest)))


def test_a_video_without_a_comparable_frame_matches_nothing(tmp_path):
    values = oracle.random(np.random.default_rng(0), 3)
    listed = package(tmp_path / "l", [Entry("v", (Signal("vpdq", frames(values).tobytes()),))])
    assert Matcher([listed]).match_signals([Signal("vpdq", frames(values, 10).tobytes()), Signal("vpdq", b"")]) == [
        (),
        (),
    ]
