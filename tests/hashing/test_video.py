"""Skipping what need not be decoded changes nothing of what is."""

from __future__ import annotations

import io
import math
import re
from fractions import Fraction
from types import SimpleNamespace
from typing import NamedTuple

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hashing.pictures import landscape

from vaern.frames import unpack_frames
from vaern.hashing import HashOptions, hash_stream, video


def film(rate, count, options, container="mp4", codec="libx264"):
    stream = io.BytesIO()
    wide = np.asarray(landscape(160 + 3 * count, 96))
    with av.open(stream, "w", container) as output:
        track = output.add_stream(codec, rate=rate, options=options)
        track.width, track.height, track.pix_fmt = 160, 96, "yuv420p"
        for index in range(count):
            part = np.ascontiguousarray(wide[:, 3 * index : 3 * index + 160])
            output.mux(track.encode(av.VideoFrame.from_ndarray(part, "rgb24")))
        output.mux(track.encode())
    return stream


def frames(stream, *, skipping, threads=True):
    with video._open(stream, None) as container:
        interval = 1.0 if skipping else None
        reader = video.FrameReader(container, container.streams.video[0], interval, threads=threads)
        clock = video._Clock(1.0)
        chosen = [(seconds, video.hash_frame(frame)) for seconds, frame in reader if clock.is_due(seconds)]
        return chosen, reader.count, reader.notes()


@pytest.mark.once
@pytest.mark.parametrize(
    "options", [{"bf": "3", "g": "48"}, {"bf": "0"}, {"bf": "8", "b-pyramid": "normal"}, {"intra-refresh": "1"}]
)
@pytest.mark.parametrize("rate", [3, 24, 30])
def test_skipped_frames_change_no_chosen_frame(options, rate):
    stream = film(rate, 70, options)
    skipped, decoded, notes = frames(stream, skipping=True)
    full, all_frames, _ = frames(stream, skipping=False)
    assert skipped == full
    assert len(full) == -(-70 // rate)
    assert notes == ()
    if options.get("bf") in {"3", "8"} and rate > 3:
        assert decoded < all_frames


class Packet(NamedTuple):
    """As much of a packet as decides whether it is decoded."""

    pts: int | None
    dts: int | None


def marks(packets, interval):
    stream = SimpleNamespace(start_time=0, time_base=Fraction(1, 10), codec_context=SimpleNamespace())
    reader = video.FrameReader(None, stream)
    return list(reader._marked(iter(packets), interval))


@given(data=st.data(), interval=st.sampled_from([0.5, 1.0, 2.5]))
def test_what_matters_is_known_from_few_packets_ahead(data, interval):
    """However a sound stream reorders its frames, the first of each interval is marked and each packet comes once."""
    times = data.draw(st.lists(st.integers(0, 100), unique=True, max_size=60).map(sorted))
    depth = data.draw(st.integers(0, 5))
    order = sorted(range(len(times)), key=lambda at: at - data.draw(st.integers(0, depth)))
    # A packet is decoded no later than any frame that comes with it or after it is shown.
    packets = [Packet(times[at], min(times[later] for later in order[place:])) for place, at in enumerate(order)]
    clock = video._Clock(interval)
    chosen = {time for time in times if clock.is_due(time / 10)}
    found = marks(packets, interval)
    assert [packet for packet, _ in found] == packets
    assert chosen <= {packet.pts for packet, matters in found if matters}


@given(st.lists(st.tuples(st.none() | st.integers(-50, 50), st.none() | st.integers(-50, 50)), max_size=200))
def test_whatever_times_a_stream_gives_each_packet_comes_once_in_order(times):
    packets = [Packet(*time) for time in times]
    assert [packet for packet, _ in marks(packets, 1.0)] == packets


def test_a_video_is_read_once(monkeypatch):
    """A large one lies on a slow disk; its digests are another pass."""
    opened = []
    monkeypatch.setattr(video, "_open", lambda *args, open_=video._open: opened.append(1) or open_(*args))
    video.hash_video(film(24, 70, {"bf": "3"}), HashOptions())
    assert len(opened) == 1


@given(st.lists(st.floats(0, 50), max_size=60), st.sampled_from([0.5, 1.0, 2.5]))
def test_the_clock_chooses_the_first_frame_of_each_interval(times, interval):
    times = sorted({round(time, 3) for time in times})
    clock = video._Clock(interval)
    chosen = [time for time in times if clock.is_due(time)]
    first = {}
    for time in times:
        first.setdefault(int((time + 1e-6) / interval), time)
    assert chosen == list(first.values())


def test_threads_and_no_threads_agree():
    stream = film(24, 70, {"bf": "3"})
    assert frames(stream, skipping=True, threads=False) == frames(stream, skipping=True, threads=True)


def test_a_decoder_without_threads_has_one():
    stream = film(24, 70, {"bf": "3"})
    with video._open(stream, None) as container:
        track = container.streams.video[0]
        for _ in video.FrameReader(container, track, threads=False):
            break
        assert track.thread_type.name == "NONE"


@pytest.mark.parametrize(("threads", "kind"), [(True, "AUTO"), (False, "NONE")])
def test_a_video_is_decoded_with_the_threads_that_were_asked_for(monkeypatch, threads, kind):
    kinds = []

    class Reading(video.FrameReader):
        def __init__(self, container, stream, *args, **more):
            super().__init__(container, stream, *args, **more)
            kinds.append(stream.thread_type.name)

    monkeypatch.setattr(video, "FrameReader", Reading)
    video.hash_video(film(10, 5, {}), HashOptions(threads=threads))
    assert kinds == [kind]


def values(media):
    (signal,) = [signal for signal in media.signals if signal.kind == "vpdq"]
    return unpack_frames(signal.value)


@pytest.mark.once
@pytest.mark.parametrize("patient_for", [0, 1, 50])
def test_a_video_whose_time_is_up_keeps_what_was_hashed(patient_for):
    stream, estimates = film(10, 120, {"bf": "0"}), []

    def patience(seconds):
        estimates.append(seconds)
        asked = iter([False] * patient_for)
        return lambda: next(asked, True)

    def hashed(**options):
        stream.seek(0)
        return hash_stream(stream, "clip", len(stream.getvalue()), None, HashOptions(**options))

    whole, media = hashed(), hashed(patience=patience)
    done = values(media)
    assert not media.unreadable
    assert len(done) >= 1
    assert len(done) < len(values(whole)) == 12
    assert done.tobytes() == values(whole)[: len(done)].tobytes()
    assert re.fullmatch(r"truncated: time, \d+ of 12 s", media.notes[0])
    assert estimates == [pytest.approx(12 * 10 * 160 * 96 / video.PIXELS_PER_SECOND)]


@pytest.mark.parametrize(
    ("done", "whole", "said"),
    [
        (2580.0, 5400.0, "43 of 90 min"),
        (0.0, 12.2, "0 of 12 s"),
        (59.0, 599.0, "59 of 599 s"),
        (2580.0, None, "43 min of an unknown length"),
        (12.0, 10.0, "12 s of an unknown length"),
    ],
)
def test_how_much_was_hashed_is_told_in_a_unit_that_suits_it(done, whole, said):
    assert video._cut_short(done, whole) == f"truncated: time, {said}"


def test_of_a_video_that_does_not_say_how_long_it_is_nobody_knows_how_much_is_missing():
    data = film(10, 60, {"bf": "0"}, "h264").getvalue()
    media = hash_stream(io.BytesIO(data), "x", len(data), None, HashOptions(patience=lambda _: lambda: True))
    assert media.notes == ("truncated: time, 0 s of an unknown length",)


@given(
    duration=st.none() | st.floats(-1e9, 1e9),
    rate=st.none() | st.fractions(0, 1000),
    pixels=st.integers(0, 1 << 40),
)
def test_whatever_a_video_says_its_time_is_a_number(duration, rate, pixels):
    assert 0 <= video.seconds_to_hash(duration, rate, pixels) < math.inf


def test_key_frames_alone_are_those_of_the_whole_and_it_is_told():
    stream = film(10, 120, {"bf": "3", "g": "30", "sc_threshold": "0"})
    hashed = {}
    for videos in ("frames", "keyframes"):
        stream.seek(0)
        hashed[videos] = hash_stream(stream, "clip", len(stream.getvalue()), None, HashOptions(videos=videos))
    every, key = (values(hashed[videos]) for videos in ("frames", "keyframes"))
    assert key["seconds"].tolist() == [0.0, 3.0, 6.0, 9.0]
    assert key.tobytes() == every[np.isin(every["seconds"], key["seconds"])].tobytes()
    assert hashed["keyframes"].notes == ("keyframes only",)
    assert hashed["frames"].notes == ()


@pytest.mark.slow
def test_only_demuxers_that_stay_within_the_file_may_open_it():
    stream = io.BytesIO(b"OggS\nv=0\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n" + b"\n" * 100)
    with av.open(stream) as lured:
        assert lured.format.name == "sdp"  # or this test shows nothing
    with pytest.raises(av.error.FFmpegError):
        video._open(stream, None)
    names = set(video.DEMUXERS.split(","))
    assert names <= av.formats_available
    assert not names & {"sdp", "hls", "dash", "concat", "rtsp", "image2", "imf", "lavfi"}
