"""Skipping what need not be decoded changes nothing of what is."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hashing.pictures import landscape

from vaern.hashing import video


def film(rate, count, options):
    stream = io.BytesIO()
    wide = np.asarray(landscape(160 + 3 * count, 96))
    with av.open(stream, "w", "mp4") as output:
        track = output.add_stream("libx264", rate=rate, options=options)
        track.width, track.height, track.pix_fmt = 160, 96, "yuv420p"
        for index in range(count):
            part = np.ascontiguousarray(wide[:, 3 * index : 3 * index + 160])
            output.mux(track.encode(av.VideoFrame.from_ndarray(part, "rgb24")))
        output.mux(track.encode())
    return stream


def frames(stream, *, skipping):
    with video._open(stream) as container:
        wanted = video._wanted(container, 1.0)
    with video._open(stream) as container:
        reader = video.FrameReader(container, container.streams.video[0], wanted if skipping else None)
        clock = video._Clock(1.0)
        chosen = [(seconds, video.hash_frame(frame)) for seconds, frame in reader if clock.is_due(seconds)]
    return chosen, reader.count, reader.notes()


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


@given(st.lists(st.floats(0, 50), max_size=60), st.sampled_from([0.5, 1.0, 2.5]))
def test_the_clock_chooses_the_first_frame_of_each_interval(times, interval):
    times = sorted({round(time, 3) for time in times})
    clock = video._Clock(interval)
    chosen = [time for time in times if clock.is_due(time)]
    first = {}
    for time in times:
        first.setdefault(int((time + 1e-6) / interval), time)
    assert chosen == list(first.values())


def test_threads_and_no_threads_agree(monkeypatch):
    stream = film(24, 70, {"bf": "3"})
    with_threads = frames(stream, skipping=True)
    monkeypatch.setattr(video.multiprocessing, "parent_process", object)
    assert frames(stream, skipping=True) == with_threads


@pytest.mark.slow
def test_only_demuxers_that_stay_within_the_file_may_open_it():
    stream = io.BytesIO(b"OggS\nv=0\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n" + b"\n" * 100)
    with av.open(stream) as lured:
        assert lured.format.name == "sdp"  # or this test shows nothing
    with pytest.raises(av.error.FFmpegError):
        video._open(stream)
    names = set(video.DEMUXERS.split(","))
    assert names <= av.formats_available
    assert not names & {"sdp", "hls", "dash", "concat", "rtsp", "image2", "imf", "lavfi"}
