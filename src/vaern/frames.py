"""The packed frames of a `vpdq` signal: see `records.Signal`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vaern.records import FRAME_BYTES

FRAME = np.dtype([("pdq", np.uint8, (32,)), ("quality", "<u4"), ("seconds", "<f4")])
"""One frame: its PDQ value, its quality 0-100, its time in seconds; 40 bytes."""


def pack_frames(frames: npt.NDArray[np.void]) -> bytes:
    """Bytes of frames [n] of dtype `FRAME`, as a signal's value.

    Raises:
        ValueError: another dtype or shape.
    """
    if frames.dtype != FRAME or frames.ndim != 1:
        raise ValueError(f"frames are an array [n] of {FRAME}, not {list(frames.shape)} of {frames.dtype}")
    return frames.tobytes()


def unpack_frames(value: bytes) -> npt.NDArray[np.void]:
    """Frames [n] of dtype `FRAME`, read-only, without a copy.

    Raises:
        ValueError: the length is no multiple of 40.
    """
    if len(value) % FRAME_BYTES:
        raise ValueError(f"a vpdq value has 40 bytes a frame; {len(value)} bytes are no whole number of frames")
    return np.frombuffer(value, FRAME)
