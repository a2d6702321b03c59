"""From content to perceptual signals: the decoder contract (`docs/reference/decoder-contract.md`).

Notes that a `Media` may carry:
    `truncated`: the file ends too early; hashed is what could be decoded.
    `truncated: time, …`: a video took longer than it may; hashed is what came before.
    `keyframes only`: other frames of a video were not decoded, as it was asked.
    `damaged: …`: parts could not be decoded.
    `no signal: featureless`: a blank picture, whose bits would be noise.
    `no signal: too small`: fewer than 5 pixels on a side.
    `raw data is not developed: …`: what was hashed in place of a camera's raw data, see `raws`.
    `decoder: …`: what a decoder remarked.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from vaern.frames import pack_frames
from vaern.hashing import jpeg, pdq
from vaern.hashing.borders import find_inside
from vaern.hashing.exif import read_exif
from vaern.hashing.jxl import decode_jxl
from vaern.hashing.stills import Picture, decode_still
from vaern.hashing.unreadable import UnreadableError, check_pixels
from vaern.hashing.video import NoVideoError, hash_video
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import numpy as np
    import numpy.typing as npt

    from vaern.hashing.options import HashOptions
    from vaern.records import Orientation, Region, Traits

UPRIGHT_BY: tuple[Orientation, ...] = (
    "upright",
    "mirrored",
    "rotated-180",
    "flipped",
    "transposed",
    "rotated-270",
    "transverse",
    "rotated-90",
)
"""EXIF orientation 1-8: the turn that makes the stored picture upright (EXIF 2.32, tag 0x0112)."""


class Perception(NamedTuple):
    """What decoding adds to a `Media`; the fields have its names."""

    mime: str
    signals: tuple[Signal, ...] = ()
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    taken: str | None = None
    camera: str | None = None
    traits: Traits | None = None
    unreadable: str = ""
    notes: tuple[str, ...] = ()


def perceive(content: bytes | BinaryIO, mime: str, options: HashOptions) -> Perception:
    """Perceptual signals and metadata of content of that type.

    Never raises for bad content: the reason is in `unreadable`.

    Raises:
        MemoryError: the content asks for more than there is.
    """
    try:
        if mime.startswith("image/"):
            return _perceive_still(content, mime, options)
        if mime.startswith("video/"):
            return _perceive_video(_as_stream(content), mime, options)
    except UnreadableError as reason:
        return Perception(mime, unreadable=str(reason))
    return Perception(mime)


_DEMUXER = {"video/x-mjpeg": "mjpeg"}
"""Of types that FFmpeg, asked openly, takes for a row of still pictures."""


def _as_stream(content: bytes | BinaryIO) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _perceive_still(content: bytes | BinaryIO, mime: str, options: HashOptions) -> Perception:
    picture = _decode(content, mime, options)
    width, height = picture.width, picture.height
    if picture.exif.orientation >= 5:
        width, height = height, width
    signals: list[Signal] = []
    notes = dict.fromkeys(picture.notes)
    for index, pixels in enumerate(picture.frames):
        found = _signals_of(pixels, picture, index, options)
        signals += found
        if not found:
            small = min(pixels.shape[:2]) < pdq.SMALLEST_SIDE
            notes["no signal: too small" if small else "no signal: featureless"] = None
    exif = picture.exif
    return Perception(
        mime, tuple(signals), width, height, None, exif.taken, exif.camera, exif.traits, notes=tuple(notes)
    )


def _decode(content: bytes | BinaryIO, mime: str, options: HashOptions) -> Picture:
    if mime == "image/jpeg":
        content = content if isinstance(content, bytes) else _read_again(content)
        header = jpeg.read_header(content)
        if header.bits not in (0, 8):
            raise UnreadableError(f"no decoder for JPEG of {header.bits} bits a sample")
        if header.direct and not (header.pictures and options.frames > 1):
            check_pixels(header.width, header.height, options.max_pixels)
            with suppress(ValueError):  # a header too odd for libjpeg-turbo's simple interface
                factor = jpeg.reduction(header.width, header.height)
                pixels, note = jpeg.decode_jpeg(content, header, factor)
                notes = (note,) if note else ()
                return Picture(header.width, header.height, [pixels], read_exif(header.exif), notes, factor)
    if mime == "image/jxl":
        picture = decode_jxl(content if isinstance(content, bytes) else _read_again(content), options.max_pixels)
        return _decode(picture, "image/jpeg", options) if isinstance(picture, bytes) else picture
    return decode_still(_as_stream(content), mime, options.frames, options.max_pixels)


def _read_again(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _signals_of(pixels: npt.NDArray[np.uint8], picture: Picture, frame: int, options: HashOptions) -> list[Signal]:
    """PDQ signals of one frame, whole before unbordered, upright first."""
    # Orientations as seen from the upright picture; the last is that of the pixels as stored, which other
    # tools hash (decision 0003).
    upright_by = UPRIGHT_BY[picture.exif.orientation - 1]
    seen: tuple[Orientation, ...] = pdq.ORIENTATIONS if options.orientations == 8 else ("upright",)
    turns = {name: pdq.THEN[upright_by, name] for name in (*seen, pdq.inverse(upright_by))}
    signals: list[Signal] = []
    for region, part, grid in _regions(pixels, picture, options):
        hashes = pdq.hash_turned(part, turns.values(), grid)
        for orientation, turned in turns.items():
            value, quality = hashes[turned]
            if value:
                signals.append(Signal("pdq", value, quality, orientation, region, frame))
    return signals


def _regions(
    pixels: npt.NDArray[np.uint8], picture: Picture, options: HashOptions
) -> Iterator[tuple[Region, npt.NDArray[np.uint8], pdq.Grid | None]]:
    """The whole frame and, where it has borders, what is within them."""
    factor = picture.factor
    yield "whole", pixels, pdq.Grid(picture.height, picture.width, factor) if factor > 1 else None
    if options.unborder and (box := find_inside(pixels)):
        inside = pixels[box.top : box.bottom, box.left : box.right]
        yield "unbordered", inside, pdq.Grid(inside.shape[0] * factor, inside.shape[1] * factor, factor)


def _perceive_video(stream: BinaryIO, mime: str, options: HashOptions) -> Perception:
    try:
        film = hash_video(stream, options, _DEMUXER.get(mime))
    except NoVideoError:
        return Perception("audio/" + mime.partition("/")[2])
    signals = tuple(
        Signal("vpdq", pack_frames(frames), orientation=orientation)
        for orientation, frames in film.frames.items()
        if len(frames)
    )
    notes = film.notes if signals else (*film.notes, "no signal: featureless")
    return Perception(mime, signals, film.width, film.height, film.duration, notes=notes)
