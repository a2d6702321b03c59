"""vPDQ, the frames of a video, as its reference writes them: one text a frame, and a JSON list of these.

Source: facebook/ThreatExchange, `extensions/vpdq/vpdq_util.py` (a JSON list of `"<pdq>,<quality>,<seconds>"`) and
the samples of `vpdq/` (a line a frame: `frame,quality,hash,seconds`). ThreatExchange writes seconds with three
significant digits; here they are written as the shortest text that reads back as the same number.
"""

from __future__ import annotations

import json
import math
import re
import struct

from vaern.records import FRAME_BYTES

FRAME = struct.Struct("<32sIf")
"""One packed frame: see `records.Signal`."""

MAX_QUALITY = 100

_PDQ = re.compile(r"[0-9a-fA-F]{64}")


def pack(pdq: str, quality: str, seconds: str) -> bytes:
    """One frame out of its three texts.

    Raises:
        ValueError: it is no PDQ value of 64 digits, no quality of 0 to 100, or no time from 0 on.
    """
    if not _PDQ.fullmatch(pdq) or not (quality.isascii() and quality.isdigit() and len(quality) <= 3):
        raise ValueError("no PDQ value and quality")
    frame = (bytes.fromhex(pdq), int(quality), float(seconds))
    if frame[1] > MAX_QUALITY or not 0 <= frame[2] < math.inf:
        raise ValueError("a quality above 100, or no time")
    try:
        return FRAME.pack(*frame)
    except OverflowError as error:
        raise ValueError("a time that no video has") from error


def from_json(text: str) -> bytes:
    """The packed frames of ThreatExchange's JSON list.

    Raises:
        ValueError: it is no such list, or an empty one.
    """
    try:
        frames = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(frames, list) or not frames:
        raise ValueError("no list of frames")
    return b"".join(from_item(frame) for frame in frames)


def from_item(frame: object) -> bytes:
    """One packed frame out of an item of that list.

    Raises:
        ValueError: it is none.
    """
    parts = frame.split(",") if isinstance(frame, str) else []
    if len(parts) != 3:
        raise ValueError("no text of PDQ value, quality and seconds")
    return pack(*(part.strip() for part in parts))


def to_json(value: bytes) -> str:
    """ThreatExchange's JSON list of packed frames.

    Raises:
        ValueError: the length is no multiple of 40.
    """
    if len(value) % FRAME_BYTES:
        raise ValueError(f"{len(value)} bytes are no whole number of frames of {FRAME_BYTES}")
    return json.dumps([f"{pdq.hex()},{quality},{_shortest(time)}" for pdq, quality, time in FRAME.iter_unpack(value)])


def _shortest(seconds: float) -> str:
    """A number of 32 bits as the shortest decimal text that reads back as the same."""
    single = struct.pack("<f", seconds)
    texts = (repr(float(f"{seconds:.{digits}g}")) for digits in range(1, 10))
    return next(text for text in texts if math.isnan(seconds) or struct.pack("<f", float(text)) == single)
