"""Any record, for Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from vaern.records import DIGEST_KINDS, LATEST_FRAME, VERDICTS, Finding, Match, Media, Signal, Traits

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ORIENTATIONS = st.sampled_from(["upright", "rotated-90", "transverse"])
QUALITY = st.none() | st.integers(0, 100)


def signals():
    digests = st.sampled_from(sorted(DIGEST_KINDS)).flatmap(
        lambda kind: st.binary(min_size=DIGEST_KINDS[kind], max_size=DIGEST_KINDS[kind]).map(
            lambda value: Signal(kind, value)
        )
    )
    pdq = st.builds(Signal, st.just("pdq"), st.binary(min_size=32, max_size=32), QUALITY, ORIENTATIONS)
    video = st.builds(Signal, st.just("vpdq"), st.binary(min_size=40, max_size=40))
    return digests | pdq | video


def traits():
    place = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    return st.builds(Traits, make=TEXT, serial=TEXT, lens=TEXT, place=place, name=TEXT, folder=TEXT)


def media():
    return st.builds(
        Media,
        name=TEXT,
        size=st.integers(0, 1 << 60),
        mime=st.sampled_from(["image/png", "video/mp4", "text/plain", "inode/symlink"]),
        signals=st.lists(signals(), max_size=4).map(tuple),
        width=st.none() | st.integers(0, 1 << 31),
        duration=st.none() | st.floats(0, 1e9),
        taken=st.none() | TEXT,
        camera=st.none() | TEXT,
        unreadable=TEXT,
        unopened=TEXT,
        notes=st.lists(TEXT, max_size=3).map(tuple),
        archive=TEXT,
        member=st.lists(st.integers(0, 1 << 31), max_size=3).map(tuple),
        traits=st.none() | traits(),
    )


def matches():
    return st.builds(
        Match,
        kind=st.sampled_from(["md5", "sha1", "sha256", "pdq", "vpdq"]),
        query=TEXT,
        entry=TEXT,
        distance=st.integers(0, 256),
        list=st.sampled_from(["good", "bad", "other"]),
        release=TEXT,
        orientation=ORIENTATIONS,
        disputed=st.booleans(),
        query_share=st.none() | st.floats(0, 1),
        entry_share=st.none() | st.floats(0, 1),
        frame_of=st.sampled_from(["", "file", "entry"]),
        seconds=st.none() | st.floats(0, LATEST_FRAME, exclude_max=True),
    )


def findings():
    return st.builds(
        Finding,
        media=media(),
        verdict=st.sampled_from(VERDICTS),
        matches=st.lists(matches(), max_size=3).map(tuple),
        reason=TEXT,
    )
