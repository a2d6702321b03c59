"""Video: PDQ of frames by time, in the manner of vPDQ (facebook/ThreatExchange, `vpdq/README.md`)."""

from __future__ import annotations

import math
from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import av
import av.error
import av.logging
import numpy as np

from vaern.frames import FRAME
from vaern.hashing import pdq
from vaern.hashing.unreadable import UnreadableError, check_pixels, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from fractions import Fraction
    from typing import BinaryIO

    import numpy.typing as npt
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from vaern.hashing.options import HashOptions
    from vaern.records import Orientation

_GREY_FIRST = ("yuv4", "yuvj4", "yuva4", "nv1", "nv2", "gray")
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_MOST_BAD_PACKETS = 10_000
_MOST_WAITING = 64  # packets; H.264 and HEVC reorder 16 frames at most

PIXELS_PER_SECOND = 100e6
"""Decoded and hashed by a core, at a quarter of what was measured (H.264, 1280 × 720, AMD EPYC (Zen 4): 376 million):
what a video is given to take."""

DEMUXERS = (
    "mov,matroska,webm,avi,flv,asf,asf_o,mpeg,mpegvideo,m4v,h264,hevc,mpegts,rm,ogg,mxf,ivf,yuv4mpegpipe"  # one each
    ",amv,dv,flic,gxf,mjpeg,nut,wtv"
    ",mp3,aac,ac3,flac,wav"  # what a wrong name could hide: opened, and found to have no video
)
"""FFmpeg's demuxers that may open content. It chooses among them by content, as we do, but looks elsewhere: those that
follow an address or a name in the file (playlists, DASH, SDP, concat) are never tried."""

_UPRIGHT_BY: dict[int, Orientation] = {90: "rotated-90", 180: "rotated-180", 270: "rotated-270"}
"""The turn that the display matrix asks for, by degrees anticlockwise."""


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


class NoVideoError(Exception):
    """A container with sound alone."""


def hash_video(stream: BinaryIO, options: HashOptions, demuxer: str | None = None) -> Film:
    """Hash the first frame at or after each multiple of `video_interval` seconds.

    Args:
        stream: seekable.
        options: see `video_interval`, `max_pixels`, `videos`, `threads` and `patience`.
        demuxer: one of `DEMUXERS`, where FFmpeg would choose another; else it chooses by content.

    Raises:
        NoVideoError: there is no video stream.
        UnreadableError: with the reason.
    """
    av.logging.set_level(None)
    try:
        with _open(stream, demuxer) as container:
            return _hash_container(container, options)
    except (UnreadableError, NoVideoError, MemoryError):
        raise
    except Exception as error:  # FFmpeg's errors, and PyAV's own on malformed input
        raise UnreadableError(reason_of(error)) from error


OPENING: dict[str, Any] = {
    "options": {"format_whitelist": DEMUXERS, "protocol_whitelist": "pipe"},
    "buffer_size": 1 << 20,
    "metadata_errors": "replace",
}


def _open(stream: BinaryIO, demuxer: str | None) -> InputContainer:
    stream.seek(0)
    return cast("InputContainer", av.open(stream, format=demuxer, **OPENING))


class _Clock:
    """Chooses the first frame at or after each multiple of the interval, of frames in order of time."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.due = 0.0

    def is_due(self, seconds: float) -> bool:
        """Whether this frame is chosen; to be asked once for each."""
        seconds += 1e-6  # time stamps are rounded
        if seconds < self.due:
            return False
        self.due = (int(seconds / self.interval) + 1) * self.interval
        return True


def _hash_container(container: InputContainer, options: HashOptions) -> Film:
    stream = _video_stream(container)
    width, height = stream.codec_context.width, stream.codec_context.height
    check_pixels(width, height, options.max_pixels)
    is_over = options.patience(seconds_to_hash(_duration(container, stream), stream.average_rate, width * height))
    reader = FrameReader(
        container,
        stream,
        options.video_interval if options.videos == "frames" else None,
        keyframes=options.videos == "keyframes",
        threads=options.threads,
        is_over=is_over,
    )
    clock = _Clock(options.video_interval)
    turn: Orientation | None = None
    hashed: dict[Orientation, list[tuple[npt.NDArray[np.uint8], int, float]]] = {}
    for seconds, frame in reader:
        if not clock.is_due(seconds):
            continue
        check_pixels(frame.width, frame.height, options.max_pixels)
        turn = turn or _UPRIGHT_BY.get(frame.rotation % 360, "upright")
        # As with still pictures, the frames are also hashed as stored: that is what vPDQ's own tool does.
        for orientation, pdq_hash in hash_frame(frame, dict.fromkeys((turn, "upright"))).items():
            name = "upright" if orientation == turn else pdq.inverse(turn)
            values = hashed.setdefault(name, [])
            if pdq_hash.value:
                values.append((np.frombuffer(pdq_hash.value, np.uint8), pdq_hash.quality, seconds))
    if reader.count == 0:
        raise UnreadableError("no frame could be decoded")
    if turn in {"rotated-90", "rotated-270"}:
        width, height = height, width
    duration = max(_duration(container, stream) or 0.0, reader.last)  # some containers only guess
    frames = {name: np.array(values, FRAME) for name, values in hashed.items()}
    return Film(width, height, duration, frames, reader.notes())


class FrameReader:
    """The frames of a stream with their times in seconds from its beginning, in order of presentation.

    A packet that cannot be decoded is left out and counted; the rest goes on.

    Args:
        container, stream: to read from.
        interval: only the first frame at or after each multiple of these seconds matters. Others are left undecoded
            where no frame depends on them (B frames that are no reference), so that those that matter come out the
            same. `None` where all matter.
        keyframes: decode nothing else.
        threads: let the decoder have threads of its own.
        is_over: asked after each packet: whether to end with what there is, after the first frame.
    """

    def __init__(  # noqa: PLR0913 - how to read, besides what
        self,
        container: InputContainer,
        stream: VideoStream,
        interval: float | None = None,
        *,
        keyframes: bool = False,
        threads: bool = True,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self.container = container
        self.stream = stream
        self.interval = interval
        self.count = 0
        self.bad = 0
        self.last = 0.0
        self.broken = ""
        self.ended_at: float | None = None
        self._is_over, self._keyframes, self._shown = is_over, keyframes, 0.0
        stream.thread_type = "AUTO" if threads else "NONE"
        if keyframes:
            stream.codec_context.skip_frame = "NONKEY"

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """The packets up to damage of the container."""
        try:
            yield from self.container.demux(self.stream)
        except av.error.FFmpegError as error:
            self.broken = reason_of(error)

    def _marked(self, packets: Iterator[av.Packet[Any]], interval: float) -> Iterator[tuple[av.Packet[Any], bool]]:
        """Each packet, in order of decoding, and whether its frame may matter.

        A frame is shown no earlier than it is decoded: when a packet comes that is decoded at some time, all frames
        before it are known, and so is which of them is the first of its interval. Until then a packet waits, a dozen
        others at most in a sound stream. What a stream does not say, or says too late, matters.
        """
        clock = _Clock(interval)
        waiting: deque[tuple[av.Packet[Any], int]] = deque()
        unsure: list[int] = []
        chosen: set[int] = set()
        sure = -math.inf
        for packet in packets:
            if packet.pts is None or packet.dts is None:  # the last one, too, which holds no frame
                yield from ((other, True) for other, _ in waiting)
                waiting.clear()
                yield packet, True
                continue
            waiting.append((packet, packet.pts))
            if packet.pts <= sure:
                chosen.add(packet.pts)
            else:
                heappush(unsure, packet.pts)
            while unsure and unsure[0] <= packet.dts:
                sure = heappop(unsure)
                if clock.is_due(_seconds(self.stream, int(sure))):
                    chosen.add(int(sure))
            while waiting and (waiting[0][1] <= sure or len(waiting) > _MOST_WAITING):
                first, stamp = waiting.popleft()
                yield first, stamp > sure or stamp in chosen
        yield from ((other, True) for other, _ in waiting)

    def _read(self) -> Iterator[av.Packet[Any]]:
        """The packets, the decoder told before each whether it may skip it."""
        if self.interval is None:
            yield from self._packets()
            return
        for packet, matters in self._marked(self._packets(), self.interval):
            self.stream.codec_context.skip_frame = "DEFAULT" if matters else "NONREF"
            yield packet

    def __iter__(self) -> Iterator[tuple[float, av.VideoFrame]]:
        for packet in self._read():
            if packet.pts is not None:
                self.last = max(self.last, _seconds(self.stream, packet.pts))
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
                self._shown = self._time(frame)
                yield self._shown, frame
                self.count += 1
            if self.count and self._is_over():
                self.ended_at = self._shown
                return

    def _time(self, frame: av.VideoFrame) -> float:
        if frame.pts is not None:
            seconds = _seconds(self.stream, frame.pts)
        else:
            seconds = self.count / float(self.stream.average_rate or 25)
        self.last = max(self.last, seconds)
        return seconds

    def notes(self) -> tuple[str, ...]:
        """What was wrong."""
        notes = []
        if self.bad:
            notes.append(f"damaged: {self.bad} packets could not be decoded")
        if others := len(_shown(self.container)) - 1:
            notes.append(f"video streams that were not hashed: {others}")
        if self._keyframes:
            notes.append("keyframes only")
        expected = _duration(self.container, self.stream)
        if self.ended_at is not None:
            notes.append(_cut_short(self.ended_at, expected))
        elif self.broken or (expected is not None and self.last + 2 < expected):
            notes.append("truncated")
        return tuple(notes)


def seconds_to_hash(duration: float | None, rate: Fraction | None, pixels: int) -> float:
    """By how many seconds of processor time a video may take, as it describes itself; 0 where it does not.

    Args:
        duration: seconds.
        rate: frames a second; 25 where it is not known.
        pixels: of one frame.
    """
    return max(0.0, duration or 0.0) * float(rate or 25) * pixels / PIXELS_PER_SECOND


def _cut_short(done: float, whole: float | None) -> str:
    """The note of a video of which `done` of `whole` seconds were hashed: in minutes where these are fine enough.

    Where a container does not say how long it is, or says less than there was, nobody knows how much is missing.
    """
    length, unit = (60, "min") if max(done, whole or 0.0) >= 600 else (1, "s")
    if whole is None or whole < done:
        return f"truncated: time, {done / length:.0f} {unit} of an unknown length"
    return f"truncated: time, {done / length:.0f} of {whole / length:.0f} {unit}"


def hash_frame(
    frame: av.VideoFrame, orientations: Iterable[Orientation] = ("upright",)
) -> dict[Orientation, pdq.PdqHash]:
    """PDQ of a frame: of its Y plane where the pixel format has one of 8 bits, else of its RGB."""
    if frame.format.name.startswith(_GREY_FIRST) and frame.format.components[0].bits == 8:
        plane = frame.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height]
        full = frame.color_range == _FULL_RANGE or frame.format.name.startswith(("yuvj", "gray"))
        return pdq.hash_video_luma(rows, frame.width, orientations, limited=not full)
    return pdq.hash_turned(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False), orientations)


def _video_stream(container: InputContainer) -> VideoStream:
    streams = _shown(container)
    if not streams:
        raise NoVideoError
    stream = streams[0]
    if getattr(stream, "codec_context", None) is None:
        raise UnreadableError("the video stream ends before its parameters")
    return stream


def _shown(container: InputContainer) -> list[VideoStream]:
    """The video streams that are no cover."""
    return [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]


def _seconds(stream: VideoStream, stamp: int) -> float:
    return float((stamp - (stream.start_time or 0)) * (stream.time_base or 0))


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration is not None else None
