"""Video: PDQ of frames by time, in the manner of vPDQ (facebook/ThreatExchange, `vpdq/README.md`)."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, NamedTuple

import av
import av.error
import av.logging
import numpy as np

from vaern.hashing import pdq
from vaern.hashing.frames import FRAME
from vaern.hashing.stills import Unreadable, check_pixels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import numpy.typing as npt
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from vaern.records import Orientation

_GREY_FIRST = ("yuv4", "yuvj4", "yuva4", "nv1", "nv2", "gray")
_MOST_BAD_PACKETS = 10_000

_ROTATIONS: dict[int, Orientation] = {90: "rotated-90", 180: "rotated-180", 270: "rotated-270"}


class Film(NamedTuple):
    """What was hashed of a video.

    Attributes:
        width, height: pixels, upright.
        duration: seconds, as the container says or as far as frames were found; `None` if neither.
        frames: for each orientation, frames [n] of dtype `frames.FRAME`.
        notes: see `decoding`.
    """

    width: int
    height: int
    duration: float | None
    frames: dict[Orientation, npt.NDArray[np.void]]
    notes: tuple[str, ...] = ()


class NoVideo(Exception):
    """A container with sound alone."""


def hash_video(stream: BinaryIO, interval: float, max_pixels: int) -> Film:
    """Hash the first frame at or after each multiple of `interval` seconds.

    Args:
        stream: seekable.
        interval: seconds between hashed frames.
        max_pixels: of one frame.

    Raises:
        NoVideo: there is no video stream.
        Unreadable: with the reason.
    """
    av.logging.set_level(None)
    stream.seek(0)
    try:
        with av.open(stream, buffer_size=1 << 20) as container:
            return _hash_container(container, interval, max_pixels)
    except (Unreadable, NoVideo, MemoryError):
        raise
    except Exception as error:  # FFmpeg's errors, and PyAV's own on malformed input
        raise Unreadable(_reason(error)) from error


def _hash_container(container: InputContainer, interval: float, max_pixels: int) -> Film:
    stream = _video_stream(container)
    check_pixels(stream.codec_context.width, stream.codec_context.height, max_pixels)
    reader = FrameReader(container, stream)
    hashes = []
    due = 0.0
    for seconds, frame in reader:
        if seconds + 1e-6 < due:
            continue
        check_pixels(frame.width, frame.height, max_pixels)
        hashes.append((hash_frame(frame), seconds))
        due = (int((seconds + 1e-6) / interval) + 1) * interval
    if reader.count == 0:
        raise Unreadable("no frame could be decoded")
    kept = [(h, s) for h, s in hashes if h.value]
    values = np.array([(np.frombuffer(h.value, np.uint8), h.quality, s) for h, s in kept], FRAME)
    duration = _duration(container, stream) or reader.last
    return Film(
        stream.codec_context.width, stream.codec_context.height, duration, {"upright": values}, reader.notes()
    )


class FrameReader:
    """The frames of a stream with their times in seconds from its beginning, in order of presentation.

    A packet that cannot be decoded is left out and counted; the rest goes on.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.container = container
        self.stream = stream
        self.count = 0
        self.bad = 0
        self.last = 0.0
        self.broken = ""
        # Threads of its own only where this process is not one of a pool that already fills the cores.
        stream.thread_type = "AUTO" if multiprocessing.parent_process() is None else "NONE"

    def __iter__(self) -> Iterator[tuple[float, av.VideoFrame]]:
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError as error:
                self.broken = _reason(error)
                return
            try:
                frames = self.stream.decode(packet)
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                self.bad += 1
                if self.bad > _MOST_BAD_PACKETS:
                    return
                continue
            for frame in frames:
                yield self._time(frame), frame
                self.count += 1

    def _time(self, frame: av.VideoFrame) -> float:
        start = self.stream.start_time or 0
        if frame.pts is not None and frame.time_base:
            seconds = float((frame.pts - start) * frame.time_base)
        else:
            seconds = self.count / float(self.stream.average_rate or 25)
        self.last = max(self.last, seconds)
        return seconds

    def notes(self) -> tuple[str, ...]:
        """What was wrong."""
        notes = []
        if self.bad:
            notes.append(f"damaged: {self.bad} packets could not be decoded")
        expected = _duration(self.container, self.stream)
        if self.broken or (expected is not None and self.last + 2 < expected):
            notes.append("truncated")
        return tuple(notes)


def hash_frame(frame: av.VideoFrame) -> pdq.PdqHash:
    """PDQ of a frame: of its Y plane where the pixel format has one of 8 bits, else of its RGB."""
    if frame.format.name.startswith(_GREY_FIRST) and frame.format.components[0].bits == 8:
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height]
        full = frame.color_range == 2 or frame.format.name.startswith(("yuvj", "gray"))
        return pdq.hash_video_luma(rows, frame.width, limited=not full)
    return pdq.hash_pixels(frame.to_ndarray(format="rgb24"))


def _video_stream(container: InputContainer) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not streams:
        raise NoVideo
    stream = streams[0]
    if getattr(stream, "codec_context", None) is None:
        raise Unreadable("the video stream ends before its parameters")
    return stream


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration is not None else None


def _reason(error: Exception) -> str:
    text = " ".join(str(getattr(error, "strerror", "") or error).split())[:200]
    return text or type(error).__name__
