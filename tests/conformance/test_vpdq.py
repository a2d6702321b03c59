"""Video frames against ThreatExchange's published vPDQ hashes of four sample videos, every frame of them."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from vaern.hashing import hash_file, unpack_frames
from vaern.hashing.video import FrameReader, hash_frame

VIDEOS = ["chair-19-sd-bar", "chair-22-sd-grey-bar", "doorknob-hd-no-bar", "pattern-sd-with-small-logo-bar"]


def published(vectors, name):
    """Quality, PDQ and seconds of each frame."""
    lines = (vectors / "vpdq" / f"{name}.txt").read_text().split()
    rows = [line.split(",") for line in lines]
    return [(int(quality), bytes.fromhex(value), float(seconds)) for _, quality, value, seconds in rows]


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.mark.parametrize("name", VIDEOS)
def test_every_frame(vectors, name):
    """Within 12 bits where upstream would use the frame (quality 50 and more), on average below 4; it allows 31."""
    expected = published(vectors, name)
    with av.open(io.BytesIO((vectors / "vpdq" / f"{name}.mp4").read_bytes())) as container:
        reader = FrameReader(container, container.streams.video[0])
        frames = [(seconds, hash_frame(frame)["upright"]) for seconds, frame in reader]
        assert reader.notes() == ()
    assert len(frames) == len(expected)
    distances = []
    for (seconds, ours), (quality, value, published_seconds) in zip(frames, expected, strict=True):
        assert abs(ours.quality - quality) <= 1
        assert seconds == pytest.approx(published_seconds, abs=0.001)
        if quality >= 50:
            distances.append(bits(ours.value, value))
    assert max(distances) <= 12
    assert np.mean(distances) < 4


@pytest.mark.parametrize("name", VIDEOS)
def test_one_frame_a_second(vectors, name):
    """`hash_file` picks the frames that vPDQ picks at one a second of 30 frames a second."""
    expected = published(vectors, name)[::30]
    media = hash_file(vectors / "vpdq" / f"{name}.mp4")
    (signal,) = [signal for signal in media.signals if signal.kind == "vpdq"]
    frames = unpack_frames(signal.value)
    assert media.notes == ()
    assert frames["seconds"] == pytest.approx(np.arange(len(expected)), abs=0.001)
    for frame, (quality, value, _) in zip(frames, expected, strict=True):
        assert abs(int(frame["quality"]) - quality) <= 1
        assert quality < 50 or bits(frame["pdq"].tobytes(), value) <= 12
