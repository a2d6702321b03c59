"""What to compute of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

Videos = Literal["frames", "keyframes"]

Patience = Callable[[float], Callable[[], bool]]
"""Told by how many seconds of processor time a video will take, says how to ask whether its time is up."""


def endless(_seconds: float) -> Callable[[], bool]:
    """Patience without an end."""
    return lambda: False


class HashOptions(msgspec.Struct, frozen=True):
    """What to compute of a file.

    Attributes:
        perceptual: also decode pictures and videos; without it only digests.
        orientations: 1, or 8 for every turn and mirroring of a still picture.
        unborder: also hash a still picture without its uniform borders, when it has any.
        frames: of an animation, the first frame and up to `frames - 1` more, spread over it.
        video_interval: seconds between the hashed frames of a video.
        videos: which frames of a video are decoded: all that others depend on, or `keyframes` alone, which takes a
            tenth of the time; then the first of them at or after each interval is hashed, and there are fewer.
        threads: decoders of video may use threads of their own; not where processes fill the cores already.
        patience: see `Patience`. When the time is up, what was hashed of a video so far is its result.
        max_pixels: a picture or frame with more is not decoded.
    """

    perceptual: bool = True
    orientations: Literal[1, 8] = 1
    unborder: bool = True
    frames: int = 1
    video_interval: float = 1.0
    videos: Videos = "frames"
    threads: bool = True
    patience: Patience = endless
    max_pixels: int = 250_000_000

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ValueError: which option, and what it must be.
        """
        if self.frames < 1 or self.max_pixels < 1 or not self.video_interval > 0:
            raise ValueError(f"frames and max_pixels must be 1 or more, and video_interval more than 0: {self}")
