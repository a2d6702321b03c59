"""TIFF (revision 6.0) around one strip of samples or of a fax, so that a decoder of pictures can read them."""

from __future__ import annotations

import struct
from typing import NamedTuple

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, CMYK, LAB = 0, 1, 2, 5, 8
"""What samples mean (PhotometricInterpretation)."""

PLAIN, GROUP_3, GROUP_4 = 1, 3, 4
"""How they are packed (Compression)."""

_SHORT, _LONG = 3, 4
_HEADER = struct.Struct("<2sHI")


class Layout(NamedTuple):
    """What the tags of a TIFF say.

    Attributes:
        width, height: pixels.
        photometric: what the samples mean.
        samples: of each pixel.
        bits: of each sample.
        compression: how they are packed.
        options: of a fax of group 3 (T4Options): 1 for two dimensions, 4 for lines that end with a byte.
    """

    width: int
    height: int
    photometric: int
    samples: int = 1
    bits: int = 8
    compression: int = PLAIN
    options: int = 0

    @property
    def size(self) -> int:
        """Bytes of all plain samples."""
        return (self.width * self.samples * self.bits + 7) // 8 * self.height


def tiff(layout: Layout, data: bytes) -> bytes:
    """A TIFF file.

    Args:
        layout: of the picture.
        data: the strip; of plain samples there may be too few, and the file then ends too early.
    """
    size = layout.size if layout.compression == PLAIN else len(data)
    fields = {
        256: (_LONG, (layout.width,)),
        257: (_LONG, (layout.height,)),
        258: (_SHORT, (layout.bits,) * layout.samples),
        259: (_SHORT, (layout.compression,)),
        262: (_SHORT, (layout.photometric,)),
        273: (_LONG, (0,)),  # where the strip begins: said below
        277: (_SHORT, (layout.samples,)),
        278: (_LONG, (layout.height,)),
        279: (_LONG, (size,)),
    }
    if layout.compression == GROUP_3:
        fields[292] = _LONG, (layout.options,)
    further = _HEADER.size + 2 + 12 * len(fields) + 4
    begin = further + 2 * layout.samples
    fields[273] = _LONG, (begin,)
    out = bytearray(_HEADER.pack(b"II", 42, _HEADER.size) + struct.pack("<H", len(fields)))
    for tag, (kind, values) in fields.items():
        packed = struct.pack(f"<{len(values)}{'HI'[kind == _LONG]}", *values)
        value = packed.ljust(4, b"\0") if len(packed) <= 4 else struct.pack("<I", further)
        out += struct.pack("<HHI", tag, kind, len(values)) + value
    out += bytes(4) + struct.pack(f"<{layout.samples}H", *fields[258][1])
    return bytes(out) + data
