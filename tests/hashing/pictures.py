"""Synthetic pictures for the tests of hashing: seeded, smooth enough to be like photographs, of nothing."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def landscape(width: int = 960, height: int = 720, seed: int = 1) -> Image.Image:
    """Random hills of colour with finer detail on top: PDQ quality 100, no symmetry."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width, 3))
    for cells, weight in ((6, 1.0), (14, 0.5), (40, 0.2)):
        coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        total += weight * np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), float)
    return Image.fromarray((total / 1.7).clip(0, 255).astype(np.uint8))


def encoded(picture: Image.Image, plugin: str, **options: object) -> bytes:
    """The bytes of a file of that format."""
    stream = io.BytesIO()
    picture.save(stream, plugin, **options)
    return stream.getvalue()
