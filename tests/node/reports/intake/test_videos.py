"""Videos against earlier reports: exactly the engine's rule, as brute force over the frames says it."""

from __future__ import annotations

import struct
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.arrivals import Arrival, File
from vaern.matching import DISTANCE
from vaern.matching.video import SHARE
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.arrival.actions import receive
from vaern.node.reports.intake.videos import Videos, videos_of
from vaern.node.reports.models import Item, NearSignal
from vaern.records import Signal

SCENES = [np.random.default_rng(number).bytes(32) for number in range(8)]
frames = st.tuples(st.sampled_from(range(8)), st.sampled_from([0, 5, 31, 32, 60]))
videos = st.lists(frames, min_size=1, max_size=12)


def pdq(scene: int, bits: int) -> bytes:
    return (int.from_bytes(SCENES[scene]) ^ ((1 << bits) - 1)).to_bytes(32)


def flat(video: list[tuple[int, int]]) -> bytes:
    return b"".join(pdq(*frame) for frame in video)


def share(of: bytes, among: bytes) -> float:
    """The share of the frames of one video that are near a frame of another, by brute force."""
    mine, others = ([video[n : n + 32] for n in range(0, len(video), 32)] for video in (of, among))
    near = [any((int.from_bytes(a) ^ int.from_bytes(b)).bit_count() <= DISTANCE for b in others) for a in mine]
    return sum(near) / len(near)


@given(st.lists(videos, max_size=6), st.lists(videos, min_size=1, max_size=3), st.integers(0, 6))
def test_it_is_brute_force(earlier: list[list[tuple[int, int]]], asked: list[list[tuple[int, int]]], cut: int) -> None:
    held, values = Videos(), [flat(video) for video in earlier]
    held.add(values[:cut], [10 + n for n in range(len(values[:cut]))])
    held.add(values[cut:], [10 + len(values[:cut]) + n for n in range(len(values[cut:]))])
    found = {(number, item) for number, item, _distance in held.search([flat(video) for video in asked], DISTANCE)}
    assert found == {
        (number, 10 + n)
        for number, video in enumerate(asked)
        for n, value in enumerate(values)
        if max(share(flat(video), value), share(value, flat(video))) >= SHARE
    }


def film(*scenes: int, bits: int = 0, quality: int = 100, digest: int = 0) -> File:
    value = b"".join(pdq(scene, bits) + struct.pack("<if", quality, at) for at, scene in enumerate(scenes))
    return File(signals=(Signal("sha256", bytes([digest]) * 32), Signal("vpdq", value)), mime="video/mp4")


@pytest.mark.django_db
def test_a_part_of_an_earlier_video_is_seen_and_another_video_or_another_desks_is_not() -> None:
    desk, other = make_organisation("hotline"), make_organisation("hotline")
    platform = viewer_for(make_person("moderator", make_organisation("platform")))

    def sent(file: File, to=desk) -> Item:  # type: ignore[no-untyped-def]
        with viewing(to.id):
            arrival = Arrival("api", files=(file,), reference=str(uuid4()))
            report, _made = receive(
                platform, Reason(Why.INVESTIGATION), to, arrival, sender=platform.organisation, synthetic=True
            )
        return Item.everywhere.get(report=report)

    first = sent(film(0, 1, 2, 3, 4, digest=1))
    part = sent(film(1, 2, bits=9, digest=2))
    whole = sent(film(0, 1, 2, 3, 4, 5, 6, 7, digest=3))
    assert (part.seen_by, part.seen_in_id) == ("vpdq", first.pk)
    assert (whole.seen_by, whole.seen_in_id) == ("vpdq", first.pk), "the earlier one is a part of it"
    assert sent(film(5, 6, 7, 7, bits=120, digest=4)).seen_by == ""
    assert sent(film(0, 1, 2, digest=5), other).seen_by == ""
    assert sent(film(0, 1, 2, quality=10, digest=6)).seen_by == "", "frames of no quality are not compared"
    assert NearSignal.everywhere.filter(kind="vpdq", organisation=desk).count() == 4


def test_frames_are_cut_to_what_is_compared() -> None:
    assert videos_of(film(0, 1)) == (pdq(0, 0) + pdq(1, 0),)
    assert videos_of(film(0, quality=0)) == ()
    assert videos_of(None) == ()
