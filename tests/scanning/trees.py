"""Synthetic pictures, films and archives, for trees of files to scan."""

from __future__ import annotations

import io
import zipfile

import av
import numpy as np
from PIL import Image


def picture(seed):
    """A picture with structure, synthetic."""
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((256, 256), Image.Resampling.BICUBIC)


def encoded(image, kind="PNG", **more):
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def short_film():
    """A short film, synthetic."""
    out = io.BytesIO()
    with av.open(out, "w", "mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height = 256, 256
        for seed in range(5):
            container.mux(stream.encode(av.VideoFrame.from_image(picture(seed))))
        container.mux(stream.encode())
    return out.getvalue()


def write(path, data):
    path.write_bytes(data)
    return path
