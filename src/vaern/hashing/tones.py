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
    """Numbers of unknown range.

    What fits 0-1 (floats only), 0-255 or 0-65,535 is taken to have that range; any other is stretched from
    its least to its greatest value. Not-a-number counts as the least.
    """
    numbers = values.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if least < 0 or most > 65535:
        low, high = least, most
    else:
        ranges = (255.0, 65535.0) if np.issubdtype(values.dtype, np.integer) else (1.0, 255.0, 65535.0)
        low, high = 0.0, next(top for top in ranges if most <= top)
    numbers = np.nan_to_num(numbers, nan=low, posinf=high, neginf=low)
    scaled = (numbers - low) / max(high - low, np.finfo(np.float64).tiny) * 255.0
    return np.rint(scaled).clip(0, 255).astype(np.uint8)
