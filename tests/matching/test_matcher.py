"""What a matcher says of files: every hit of every list, with all that replays it, and no more."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle

from vaern.hashing import FRAME
from vaern.matching import Answer, ListPackage, ListPackageError, Matcher, SearchStopped, build_package, video
from vaern.matching.video import VideoHit, video_hits
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
    for part, found_of in zip((queries[:3], queries[3:]), answers, strict=True):
        wanted = [
            (number, f"l{which}", f"e{row}", int(found[number, row]))
            for which, values in enumerate(hashes)
            for found in [oracle.distances(values, part)]
            for number, row in np.argwhere(found <= distance).tolist()
        ]
        answer = found_of.matches
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
    assert [len(Matcher([listed], distance).match_signals(asked)[0].matches) for distance in (None, 19, 20)] == [
        0,
        0,
        1,
    ]


@pytest.mark.parametrize(("quality", "found"), [(None, True), (49, False), (50, True), (100, True)])
def test_values_of_too_little_quality_are_not_compared(tmp_path, quality, found):
    listed = package(tmp_path / "l", pdq(oracle.random(np.random.default_rng(0), 1)))
    asked = Signal("pdq", listed.entry(0).signals[0].value, quality)
    assert bool(Matcher([listed]).match_signals([asked])[0].matches) is found


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
    answer = Matcher([package(tmp_path / "l", items)]).match_signals([asked])[0].matches
    shares = [(match.entry, match.query_share, match.entry_share, match.distance) for match in answer]
    assert shares == ([("video", *found, 7)] if found else [])


def searching(query, frame, bits):
    """What looks frames up, where frames are numbers and their hits these."""

    def search(frames):
        asked = np.isin(query, frames)
        return query[asked] - frames[0], frame[asked], bits[asked]

    return search


@given(rng=oracle.seeds, share=st.sampled_from([0.1, 0.5, 0.8, 1.0]))
def test_shares_of_frames_equal_a_count_by_hand(rng, share):
    entry_of = np.sort(rng.integers(0, 4, 12)).astype(np.uint32)
    comparable = rng.random(12) < 0.8
    query, frame = np.nonzero(rng.random((6, 12)) < 0.3)
    bits = rng.integers(0, 32, len(query))
    search = searching(query, frame, bits)
    hits = {hit.entry: hit for hit in video_hits(search, np.arange(6), entry_of, comparable, share)}
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
        Answer(),
        Answer(),
    ]


@given(rng=oracle.seeds, share=st.sampled_from([0.1, 0.5, 0.8]))
def test_hits_of_videos_are_those_of_the_rule_however_they_are_looked_up(rng, share):
    """Against the rule written down frame by frame, in parts of every size."""
    listed = int(rng.integers(1, 60))
    entry_of = np.sort(rng.integers(0, 6, listed)).astype(np.uint32)
    comparable = rng.random(listed) < 0.8
    queries = int(rng.integers(1, 40))
    query, frame = np.nonzero(rng.random((queries, listed)) < rng.random())
    bits = rng.integers(0, 32, len(query))
    wanted = oracle.video_hits(query, frame, bits, queries, entry_of, comparable, share)
    for most in (1, 3, video.MOST):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(
                video, "at_once", lambda n, *_, most=most: (slice(at, at + most) for at in range(0, n, most))
            )
            assert video_hits(searching(query, frame, bits), np.arange(queries), entry_of, comparable, share) == wanted


def still_camera(listed):
    """Frames of which each hits all that are listed; what it was asked, and the most hits that it gave at once."""
    asked = []

    def search(frames):
        asked.append(len(frames))
        query, frame = np.divmod(np.arange(len(frames) * listed), listed)
        return query, frame, (query + frame) % 32

    return search, asked


@pytest.mark.once
def test_the_hits_of_a_still_camera_are_never_all_in_memory():
    """Two hours against eight at a frame a second: 207 million hits, of which a part has a bounded number."""
    listed, queries = 28_800, 1_200
    search, asked = still_camera(listed)
    found = video_hits(search, np.arange(queries), np.zeros(listed, np.uint32), np.ones(listed, bool))
    assert found == [VideoHit(0, 1.0, 1.0, 0)]
    assert sum(asked) == queries
    assert max(asked) * listed <= video.MOST_HITS


def test_the_steps_of_a_still_camera_do_not_grow_with_its_frames():
    """What hung a scan was one step over all hits for each frame; here a step takes a part, whatever is in it."""

    def steps(frames):
        search, asked = still_camera(64)
        calls = 0

        def count(_frame, event, _arg):
            nonlocal calls
            calls += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            video_hits(search, np.arange(frames), np.zeros(64, np.uint32), np.ones(64, bool))
        finally:
            sys.setprofile(None)
        assert len(asked) == 1
        return calls

    steps(8)
    assert steps(16) == steps(256)


@pytest.mark.parametrize("frames_", [1, video.MOST, video.MOST + 1])
def test_a_long_look_up_stops_when_it_is_told(frames_):
    search, asked = still_camera(10)
    args = search, np.arange(frames_), np.zeros(10, np.uint32), np.ones(10, bool)
    if frames_ <= video.MOST:  # what is one part is done at once
        assert video_hits(*args, stopped=lambda: True)
    else:
        with pytest.raises(SearchStopped):
            video_hits(*args, stopped=lambda: True)
        assert len(asked) == 1


@pytest.mark.parametrize("listed", [0, 1, 1000, 1 << 14, 1 << 30])
def test_a_look_up_is_cut_into_parts_of_all_of_it(listed):
    parts = list(video.at_once(1000, listed, lambda: False))
    assert [number for part in parts for number in range(1000)[part]] == list(range(1000))
    assert all(len(range(1000)[part]) <= max(video.FEWEST, video.MOST_HITS // max(1, listed)) for part in parts)


@pytest.mark.once
@given(rng=oracle.seeds)
def test_of_many_hits_the_nearest_are_named_and_the_others_counted(tmp_path_factory, rng):
    folder = tmp_path_factory.mktemp("lists")
    centre = oracle.random(rng, 1)
    near = oracle.flipped(np.repeat(centre, 130, axis=0), rng.integers(0, 30, 130), rng)
    digest = Signal("md5", bytes(16))
    items = [Entry(f"e{n}", (Signal("pdq", value.tobytes()), digest)) for n, value in enumerate(near)]
    lists = [package(folder / name, items) for name in ("one", "two")]
    turned = oracle.flipped(centre, [3], rng)
    asked = [Signal("pdq", value.tobytes(), 100) for value in (*centre, *turned)]
    files = [Media("few", 1), Media("many", 1, signals=(*asked, digest)), Media("one", 1, signals=(digest,))]
    none, many, one = Matcher(lists).match_many(files)
    assert none == Answer()
    assert (len(one.matches), one.more) == (200, 60)
    found = np.sort(oracle.distances(near, np.concatenate([centre, turned])).ravel())
    found = found[found <= 31]
    assert many.more == 60 + 2 * (len(found) - 100)
    for listed in lists:
        of_list = [match for match in many.matches if match.list == listed.name and match.kind == "pdq"]
        assert [match.distance for match in of_list] == found[:100].tolist()
        assert sum(match.list == listed.name and match.kind == "md5" for match in many.matches) == 100
