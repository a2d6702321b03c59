"""Video frames against ThreatExchange's published vPDQ hashes of four sample videos, every frame of them."""

from __future__ import annotations

import csv
import io
import json
import subprocess

import av
import numpy as np
import pytest
from tests.cli.conftest import command

from vaern.formats import detect_format, read_list, render
from vaern.formats.signals import parse
from vaern.hashing import hash_file, unpack_frames
from vaern.hashing.video import FrameReader, hash_frame

pytestmark = pytest.mark.once

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


@pytest.mark.parametrize("name", VIDEOS)
def test_a_published_file_is_one_video(vectors, name):
    """Every value of every frame, as published."""
    path = vectors / "vpdq" / f"{name}.txt"
    assert detect_format(path) == "vpdq"
    (entry,) = read_list(path)
    frames = unpack_frames(entry.signals[0].value)
    found = [(int(frame["quality"]), frame["pdq"].tobytes(), float(frame["seconds"])) for frame in frames]
    assert [(quality, value) for quality, value, _ in found] == [(q, v) for q, v, _ in published(vectors, name)]
    assert [seconds for *_, seconds in found] == pytest.approx([s for *_, s in published(vectors, name)], rel=1e-6)
    assert entry.id == name


THEIRS = """
import json, sys, types
try:
    import vpdq
except ImportError:  # compiled code that computes; what reads and writes values does not call it
    sys.modules["vpdq"] = types.SimpleNamespace(VpdqFeature=object)
from threatexchange.extensions.vpdq.vpdq import VPDQSignal
from threatexchange.extensions.vpdq.vpdq_util import json_to_vpdq, vpdq_to_json

ours = sys.stdin.read()
assert VPDQSignal.validate_signal_str(ours) == ours
alike = VPDQSignal.compare_hash(*[vpdq_to_json(json_to_vpdq(ours)[::30])] * 2)  # each with each, in Python
print(json.dumps([
    [[one.pdq_hex, one.quality, one.timestamp] for one in json_to_vpdq(ours)],
    vpdq_to_json(json_to_vpdq(ours)),
    [alike.match, alike.distance.query_match_percent, alike.distance.compared_match_percent],
]))
"""


@pytest.mark.parametrize("name", VIDEOS)
def test_threatexchange_reads_what_we_write_and_we_read_what_it_writes(vectors, name, second_reader):
    (entry,) = read_list(vectors / "vpdq" / f"{name}.txt")
    answer = subprocess.run(
        [second_reader, "-c", THEIRS],
        input=render(entry.signals[0], "json"),
        capture_output=True,
        text=True,
        check=True,
    )
    read, written, alike = json.loads(answer.stdout)
    frames = unpack_frames(entry.signals[0].value)
    assert [(pdq, quality) for pdq, quality, _ in read] == [
        (frame["pdq"].tobytes().hex(), int(frame["quality"])) for frame in frames
    ]
    assert [seconds for *_, seconds in read] == pytest.approx(frames["seconds"].tolist(), rel=1e-6)
    again = unpack_frames(parse("vpdq", written)[0].value)
    assert (again["pdq"] == frames["pdq"]).all()
    assert (again["quality"] == frames["quality"]).all()
    assert again["seconds"] == pytest.approx(frames["seconds"], rel=0.005)  # they write three significant digits
    assert alike == [True, 100.0, 100.0]


def test_hash_writes_frames_as_threatexchange_does(vectors):
    path = vectors / "vpdq" / f"{VIDEOS[2]}.mp4"
    (signal,) = [signal for signal in hash_file(path).signals if signal.kind == "vpdq"]
    answers = {
        form: subprocess.run(command("hash", path, form, "--frames-json"), capture_output=True, text=True, check=True)
        for form in ("--csv", "--json")
    }
    (from_csv,) = [
        row["value"] for row in csv.DictReader(io.StringIO(answers["--csv"].stdout)) if row["kind"] == "vpdq"
    ]
    (from_json,) = [one["value"] for one in json.loads(answers["--json"].stdout)["signals"] if one["kind"] == "vpdq"]
    assert from_csv == from_json == render(signal, "json")
    assert parse("vpdq", from_csv)[0].value == signal.value
    assert subprocess.run(command("hash", path, "--frames-json"), capture_output=True, check=False).returncode == 2
