"""What to compute of a file."""

from __future__ import annotations

from typing import Literal

import msgspec


class HashOptions(msgspec.Struct, frozen=True):
    """What to compute of a file.

    Attributes:
        perceptual: also decode pictures and videos; without it only digests.
        orientations: 1, or 8 for every turn and mirroring of a still picture.
        unborder: also hash a still picture without its uniform borders, when it has any.
        frames: of an animation, the first frame and up to `frames - 1` more, spread over it.
        video_interval: seconds between the hashed frames of a video.
        max_pixels: a picture or frame with more is not decoded.
    """

    perceptual: bool = True
    orientations: Literal[1, 8] = 1
    unborder: bool = True
    frames: int = 1
    video_interval: float = 1.0
    max_pixels: int = 250_000_000

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ValueError: which option, and what it must be.
        """
        if self.frames < 1 or self.max_pixels < 1 or not self.video_interval > 0:
            raise ValueError(f"frames and max_pixels must be 1 or more, and video_interval more than 0: {self}")
