"""Still pictures and frames of videos: every pair that is near is one hit, with the nearest frame, and no other is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle
from tests.matching.test_matcher import package

from vaern.hashing import FRAME
from vaern.matching import List, Matcher, SearchStopped, build_package, publish, stills
from vaern.matching.packages import Frames
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.matching import Answer
    from vaern.records import Match

DISTANCE, LEAST = 20, 50


def frames(values: np.ndarray, quality: np.ndarray) -> np.ndarray:
    packed = np.zeros(len(values), FRAME)
    packed["pdq"], packed["quality"], packed["seconds"] = values, quality, np.arange(len(values)) * 2.5
    return packed


def video_of(rng: np.random.Generator, near: np.ndarray, number: int) -> np.ndarray:
    """Frames, of which some are near to some of these, several to one; a third of too little quality."""
    values = oracle.random(rng, number)
    chosen = rng.random(number) < 0.6
    from_ = near[rng.integers(0, len(near), number)]
    values[chosen] = oracle.flipped(from_, rng.integers(0, 2 * DISTANCE, number), rng)[chosen]
    return frames(values, np.where(rng.random(number) < 0.3, LEAST - 1, LEAST))


def best(values: np.ndarray, video: np.ndarray) -> list[tuple[int, int] | None]:
    """Of each still, the distance of its nearest comparable frame and which that is, the first of those as near."""
    found: list[tuple[int, int] | None] = []
    for row in oracle.distances(video["pdq"], values):
        pairs = [(int(bits), at) for at, bits in enumerate(row) if video["quality"][at] >= LEAST and bits <= DISTANCE]
        found.append(min(pairs, default=None))
    return found


def by_asked(answers: list[Answer], frame_of: str) -> list[dict[str, Match]]:
    """Of each signal that was looked up, its hits with frames, by entry."""
    found = []
    for answer in answers:
        hits = [match for match in answer.matches if match.frame_of == frame_of]
        by_entry = {match.entry: match for match in hits}
        assert len(by_entry) == len(hits), "a still and a video are one hit"
        found.append(by_entry)
    return found


@pytest.mark.parametrize("threads", [1, 2])
@given(rng=oracle.seeds)
def test_a_still_meets_the_nearest_frame_of_each_listed_video(tmp_path_factory, threads, rng):
    pictures = oracle.random(rng, 6)
    videos = [video_of(rng, pictures, int(rng.integers(1, 12))) for _ in range(4)]
    entries = [Entry(f"v{n}", (Signal("vpdq", video.tobytes()),)) for n, video in enumerate(videos)]
    listed = package(tmp_path_factory.mktemp("lists") / "l", entries, distance=DISTANCE)
    matcher = Matcher([listed], min_quality=LEAST, stills_in_videos=True, threads=threads)
    answers = matcher.match_signals([Signal("pdq", value.tobytes(), 100, "mirrored") for value in pictures])
    for number, found in enumerate(by_asked(answers, "entry")):
        wanted = {f"v{n}": near for n, video in enumerate(videos) if (near := best(pictures, video)[number])}
        assert {entry: (match.distance, match.seconds) for entry, match in found.items()} == {
            entry: (bits, at * 2.5) for entry, (bits, at) in wanted.items()
        }
        for match in found.values():
            assert (match.kind, match.query, match.orientation) == ("pdq", pictures[number].tobytes().hex(), "mirrored")


@given(rng=oracle.seeds)
def test_a_video_meets_each_listed_still_by_its_nearest_frame(tmp_path_factory, rng):
    pictures = oracle.random(rng, 6)
    videos = [video_of(rng, pictures, int(rng.integers(1, 12))) for _ in range(4)]
    entries = [Entry(f"p{n}", (Signal("pdq", value.tobytes()),)) for n, value in enumerate(pictures)]
    listed = package(tmp_path_factory.mktemp("lists") / "l", entries, distance=DISTANCE)
    matcher = Matcher([listed], min_quality=LEAST, stills_in_videos=True)
    answers = matcher.match_signals([Signal("vpdq", video.tobytes()) for video in videos])
    for video, found in zip(videos, by_asked(answers, "file"), strict=True):
        wanted = {f"p{n}": near for n, near in enumerate(best(pictures, video)) if near}
        assert {entry: (match.distance, match.seconds, match.query) for entry, match in found.items()} == {
            entry: (bits, at * 2.5, video["pdq"][at].tobytes().hex()) for entry, (bits, at) in wanted.items()
        }
        assert all(match.kind == "pdq" for match in found.values())


@pytest.mark.parametrize("asked", ["pdq", "vpdq"])
@pytest.mark.parametrize(("purpose", "wanted"), [("known", True), ("known-good", False)])
@pytest.mark.parametrize("said", [True, False])
def test_one_frame_says_something_only_where_asked_and_never_that_a_video_is_harmless(
    tmp_path, asked, purpose, wanted, said
):
    value = oracle.random(np.random.default_rng(5), 1)
    film = frames(value, np.array([100]))
    signals = {"pdq": Signal("pdq", value.tobytes(), 100), "vpdq": Signal("vpdq", film.tobytes())}
    other = signals["vpdq" if asked == "pdq" else "pdq"]
    listed = package(tmp_path / "l", [Entry("one", (other,))], purpose=purpose)
    answer = Matcher([listed], stills_in_videos=said).match_signals([signals[asked]])[0]
    assert [match.frame_of for match in answer.matches] == (
        [{"pdq": "entry", "vpdq": "file"}[asked]] if wanted and said else []
    )


@given(rng=oracle.seeds, cuts=st.lists(st.integers(1, 3), max_size=6))
def test_what_is_found_does_not_depend_on_the_pieces_in_which_it_was_looked_for(rng, cuts):
    many = 30
    frame, bits = rng.integers(0, 12, many), rng.integers(0, 3, many)
    query = np.sort(rng.integers(0, 3, many))
    pairs = np.unique(np.stack([query, frame]), axis=1, return_index=True)[1]
    hits = [array[pairs].astype(np.int64) for array in (query, frame, bits)]
    entry, quality = np.repeat(np.arange(4, dtype=np.uint32), 3), np.full(12, 100, np.uint8)
    listed = Frames(None, entry, quality)
    at = np.cumsum(cuts)
    pieces = list(zip(*(np.split(array, at[at < len(pairs)]) for array in hits), strict=True))
    whole, cut = (stills.in_listed_videos(each, listed, LEAST) for each in ([tuple(hits)], pieces))
    assert all((one == other).all() for one, other in zip(whole, cut, strict=True))
    nearest: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for number, which, distance in zip(*(array.tolist() for array in hits), strict=True):
        nearest[number, which // 3].append((distance, which % 3))
    found = {(q, row): (distance, frame) for q, row, distance, frame in zip(*(a.tolist() for a in whole), strict=True)}
    assert found == {pair: min(frames_) for pair, frames_ in nearest.items()}


def test_frames_of_a_video_that_was_taken_off_are_met_no_more(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    values = oracle.random(rng, 2)
    films = [frames(values[n : n + 1], np.array([100])).tobytes() for n in range(2)]
    entries = [Entry(f"v{n}", (Signal("vpdq", film),), updated="2026-01-01T00:00:00Z") for n, film in enumerate(films)]
    publish(tmp_path / "l", entries, name="l")
    gone = Entry("v0", (), recalled=True, updated="2026-01-02T00:00:00Z")
    publish(tmp_path / "l", [gone], name="l")
    asked = [Signal("pdq", value.tobytes(), 100) for value in values]
    answers = Matcher([List.open(tmp_path / "l")], stills_in_videos=True).match_signals(asked)
    assert [[match.entry for match in answer.matches] for answer in answers] == [[], ["v1"]]


def test_a_long_look_up_of_a_video_among_stills_stops_when_it_is_told() -> None:
    rng = np.random.default_rng(7)
    film = frames(oracle.random(rng, 1000), np.full(1000, 100))
    nothing = np.empty(0, np.int64)
    with pytest.raises(SearchStopped):
        stills.in_video(lambda _values: (nothing, nothing, nothing), film, 1, LEAST, stopped=lambda: True)


@pytest.mark.parametrize("seconds", [np.nan, np.inf, -1.0, 1e9])
def test_a_video_whose_time_nobody_knows_says_none(tmp_path: Path, seconds: float) -> None:
    film = frames(oracle.random(np.random.default_rng(8), 1), np.array([100]))
    film["seconds"] = seconds
    build_package(tmp_path / "l", [Entry("v", (Signal("vpdq", film.tobytes()),))], name="l")
    asked = [Signal("pdq", film["pdq"][0].tobytes(), 100)]
    (answer,) = Matcher([List.open(tmp_path / "l")], stills_in_videos=True).match_signals(asked)
    assert answer.matches[0].seconds is None
