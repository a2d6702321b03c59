"""From content to perceptual signals: the decoder contract (`docs/reference/decoder-contract.md`).

Notes that a `Media` may carry:
    `truncated`: the file ends too early; hashed is what could be decoded.
    `damaged: …`: parts could not be decoded.
    `no signal: featureless`: a blank picture, whose bits would be noise.
    `no signal: too small`: fewer than 5 pixels on a side.
    `decoder: …`: what a decoder remarked.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from vaern.hashing import jpeg, pdq
from vaern.hashing.borders import find_inside
from vaern.hashing.exif import read_exif
from vaern.hashing.frames import pack_frames
from vaern.hashing.stills import Picture, decode_still
from vaern.hashing.unreadable import UnreadableError, check_pixels
from vaern.hashing.video import NoVideoError, hash_video
from vaern.records import Signal

if TYPE_CHECKING:
    from typing import BinaryIO

    import numpy as np
    import numpy.typing as npt

    from vaern.hashing.options import HashOptions
    from vaern.records import Orientation, Region

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


def _as_stream(content: bytes | BinaryIO) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _perceive_still(content: bytes | BinaryIO, mime: str, options: HashOptions) -> Perception:
    picture = _decode(content, mime, options)
    upright_by = UPRIGHT_BY[picture.exif.orientation - 1]
    width, height = picture.width, picture.height
    if picture.exif.orientation >= 5:
        width, height = height, width
    signals: list[Signal] = []
    notes = dict.fromkeys(picture.notes)
    for index, pixels in enumerate(picture.frames):
        found, note = _signals_of(pixels, upright_by, index, options)
        signals += found
        if note:
            notes[note] = None
    return Perception(
        mime,
        tuple(signals),
        width,
        height,
        taken=picture.exif.taken,
        camera=picture.exif.camera,
        notes=tuple(notes),
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
                pixels, note = jpeg.decode_jpeg(content, header)
                notes = (note,) if note else ()
                return Picture(header.width, header.height, [pixels], read_exif(header.exif), notes)
    return decode_still(_as_stream(content), mime, options.frames, options.max_pixels)


def _read_again(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _signals_of(
    pixels: npt.NDArray[np.uint8], upright_by: Orientation, frame: int, options: HashOptions
) -> tuple[list[Signal], str]:
    """PDQ signals of one frame, upright first, whole before unbordered; and a note if there is none."""
    # Orientations as seen from the upright picture; the last is that of the pixels as stored, which other
    # tools hash (decision 0003).
    seen: tuple[Orientation, ...] = pdq.ORIENTATIONS if options.orientations == 8 else ("upright",)
    turns = {name: pdq.THEN[upright_by, name] for name in (*seen, pdq.inverse(upright_by))}
    regions: list[tuple[Region, npt.NDArray[np.uint8]]] = [("whole", pixels)]
    if options.unborder and (box := find_inside(pixels)):
        regions.append(("unbordered", pixels[box.top : box.bottom, box.left : box.right]))
    signals: list[Signal] = []
    for region, part in regions:
        hashes = pdq.hash_turned(part, turns.values())
        for orientation, turned in turns.items():
            value, quality = hashes[turned]
            if value:
                signals.append(Signal("pdq", value, quality, orientation, region, frame))
    if signals:
        return signals, ""
    small = min(pixels.shape[:2]) < pdq.SMALLEST_SIDE
    return signals, "no signal: too small" if small else "no signal: featureless"


def _perceive_video(stream: BinaryIO, mime: str, options: HashOptions) -> Perception:
    try:
        film = hash_video(stream, options.video_interval, options.max_pixels)
    except NoVideoError:
        return Perception("audio/" + mime.partition("/")[2])
    signals = tuple(
        Signal("vpdq", pack_frames(frames), orientation=orientation)
        for orientation, frames in film.frames.items()
        if len(frames)
    )
    notes = film.notes if signals else (*film.notes, "no signal: featureless")
    return Perception(mime, signals, film.width, film.height, film.duration, notes=notes)
