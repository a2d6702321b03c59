"""What the links are computed from: one finding by its values, or many as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vaern.formats.signals import KNOWN_JUNK
from vaern.frames import unpack_frames
from vaern.matching.grouping.rules import EXACT, comparable
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from vaern.records import Signal


class Values(NamedTuple):
    """By what one finding is linked.

    Attributes:
        exact: pairs of a code of `rules.EXACT` and a value, none twice.
        upright, turned: PDQ values of 32 bytes that may be compared: of the picture as it stands (whole, without its
            borders, each frame of an animation), and of its other seven orientations.
        videos: `vpdq` signals: frames of 40 bytes.
    """

    exact: tuple[tuple[str, bytes], ...] = ()
    upright: tuple[bytes, ...] = ()
    turned: tuple[bytes, ...] = ()
    videos: tuple[bytes, ...] = ()


def values_of(signals: Iterable[Signal], camera: bytes = b"") -> Values:
    """Return by what a file with these signals is linked.

    Args:
        signals: of the file; those that say nothing (`rules.comparable`, the digest of an empty file, one byte
            repeated) are left out.
        camera: stands for make, model and body serial; empty where one of them is not known.
    """
    exact = {
        (signal.kind, signal.value)
        for signal in signals
        if signal.kind in EXACT and len(set(signal.value)) > 1 and not KNOWN_JUNK.has(signal.kind, signal.value)
    }
    if camera:
        exact.add(("camera", camera))
    pdq = [signal for signal in signals if signal.kind == "pdq" and comparable(signal.value, signal.quality)]
    upright = dict.fromkeys(signal.value for signal in pdq if signal.orientation == "upright")
    turned = dict.fromkeys(signal.value for signal in pdq if signal.value not in upright)
    videos = dict.fromkeys(signal.value for signal in signals if signal.kind == "vpdq" and len(frames_of(signal.value)))
    return Values(tuple(sorted(exact)), tuple(upright), tuple(turned), tuple(videos))


def frames_of(video: bytes) -> npt.NDArray[np.uint8]:
    """Return the PDQ values of the frames of a `vpdq` signal that may be compared: uint8 [n, 32].

    Raises:
        ValueError: no whole number of frames.
    """
    frames = unpack_frames(video)
    usable = [comparable(bytes(frame["pdq"]), int(frame["quality"])) for frame in frames]
    return np.ascontiguousarray(frames["pdq"][usable]).reshape(-1, PDQ_BYTES)


@dataclass
class Batch:
    """Many findings, as arrays; findings are numbers from 0.

    Attributes:
        count: how many findings.
        exact: by code: the findings, int64 [n], and their values, uint8 [n, length].
        upright, turned: the findings, int64 [n], and their PDQ values, uint8 [n, 32].
        videos: the finding of each video, and its comparable frames, uint8 [n, 32], at least one.
    """

    count: int
    exact: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]] = field(default_factory=dict)
    upright: tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]] = field(default_factory=lambda: _pairs([]))
    turned: tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]] = field(default_factory=lambda: _pairs([]))
    videos: list[tuple[int, npt.NDArray[np.uint8]]] = field(default_factory=list)

    @classmethod
    def of(cls, findings: Sequence[Values]) -> Batch:
        """Return findings as arrays."""
        exact = {}
        for code in EXACT:
            held = [(at, value) for at, one in enumerate(findings) for kind, value in one.exact if kind == code]
            if held:
                exact[code] = _pairs(held)
        return cls(
            len(findings),
            exact,
            _pairs([(at, value) for at, one in enumerate(findings) for value in one.upright]),
            _pairs([(at, value) for at, one in enumerate(findings) for value in one.turned]),
            [(at, frames_of(video)) for at, one in enumerate(findings) for video in one.videos],
        )


def _pairs(held: Sequence[tuple[int, bytes]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Numbers and values of one length as two arrays."""
    width = len(held[0][1]) if held else PDQ_BYTES
    values = np.frombuffer(b"".join(value for _, value in held), np.uint8).reshape(-1, width)
    return np.array([at for at, _ in held], np.int64), values
