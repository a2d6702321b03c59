"""From any Pillow mode to 8-bit grey or RGB, by a rule for each: the tonal rows of the decoder contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

_ALPHA = {"RGBA", "LA", "PA", "La", "RGBa"}


def to_pixels(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """Grey [h, w] or RGB [h, w, 3], uint8.

    Transparency is laid on white. 16-bit values are scaled by 1/257; integers and floats of unknown range by
    `_scaled`; everything else is converted as Pillow does, without colour management, as other PDQ tools do.
    """
    mode = picture.mode
    if mode.startswith("I;16"):
        return _by_257(np.asarray(picture))
    if mode in ("I", "F"):
        return _scaled(np.asarray(picture))
    if mode in _ALPHA or "transparency" in picture.info:
        return _on_white(picture)
    if mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    return np.asarray(picture if mode == "RGB" else picture.convert("RGB"))


def _on_white(picture: Image.Image) -> npt.NDArray[np.uint8]:
    picture = picture.convert("RGBA")
    lowest, _ = picture.getchannel("A").getextrema()
    if lowest == 255:
        return np.asarray(picture.convert("RGB"))
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return np.asarray(white.convert("RGB"))


def _by_257(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """65,535 becomes 255, rounded."""
    wide = values.astype(np.uint32)
    return ((wide + 128) // 257).astype(np.uint8)


def _scaled(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """Numbers of unknown range: 0-1 (floats), 0-255 and 0-65,535 are taken for what they look like, any other range
    is stretched from its least to its greatest value. Not-a-number counts as the least.
    """
    numbers = values.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    low = 0.0 if least >= 0 and most <= 65535 else least
    high = most
    if low == 0.0 and least >= 0:
        whole = np.issubdtype(values.dtype, np.integer)
        steps = (255.0, 65535.0) if whole else (1.0, 255.0, 65535.0)
        high = next((step for step in steps if most <= step), most)
    numbers = np.nan_to_num(numbers, nan=low, posinf=high, neginf=low)
    return np.rint((numbers - low) * (255.0 / max(high - low, 1e-300))).clip(0, 255).astype(np.uint8)
