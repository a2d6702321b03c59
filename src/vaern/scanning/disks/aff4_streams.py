"""What an AFF4 volume stores of a disk, as bytes that can be read at any place (AFF4 Standard v1.0, 3 and 4).

An *image stream* is cut into chunks of one size, each packed by itself, some 2,048 of them in a segment (*bevy*) with
an index. A *map* puts a disk together of stretches of such streams and of symbolic ones, which repeat a byte or a word.
"""

from __future__ import annotations

import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

import cramjam
import numpy as np

from vaern.scanning.members import DamagedError, Stretch
from vaern.scanning.zips import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

MOST_CHUNK = 16 << 20
"""Bytes of a chunk, at most; writers use 32 KiB to 1 MiB."""

RANGE = np.dtype([("at", "<u8"), ("length", "<u8"), ("there", "<u8"), ("target", "<u4")])
"""An entry of a map: so many bytes of the disk from `at` lie in a target from `there` on; packed, 28 bytes."""

_ENTRY = struct.Struct("<QI")  # offset and length of a chunk in its segment
_KEPT_BYTES = 8 << 20  # of chunks that were unpacked
_DAMAGED = "a part of the image is damaged"
_TILE = 1 << 20  # bytes after which a word begins anew


class Place(Protocol):
    """Bytes that can be read at any place."""

    def read_at(self, place: int, size: int) -> bytes:
        """Bytes at a place: at least one where nothing is missing.

        Raises:
            OSError: they are missing or damaged.
        """


def _snappy(data: bytes, size: int) -> bytes:
    if cramjam.snappy.decompress_raw_len(data) > size:
        raise OSError(_DAMAGED)
    return bytes(cramjam.snappy.decompress_raw(data))


def _zlib(data: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(data, size)
    if not unpacker.eof and unpacker.decompress(unpacker.unconsumed_tail, 1):
        raise OSError(_DAMAGED)
    return unpacked


METHODS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "http://aff4.org/Schema#NullCompressor": lambda data, _: data,
    "http://aff4.org/Schema#compression/stored": lambda data, _: data,
    "http://code.google.com/p/snappy/": _snappy,
    "https://github.com/google/snappy": _snappy,
    "https://www.ietf.org/rfc/rfc1950.txt": _zlib,
    "https://code.google.com/p/lz4/": lambda data, size: bytes(cramjam.lz4.decompress_block(data, output_len=size)),
}
"""How chunks are unpacked, by the names of the standard and of pyaff4: the packed bytes and the size of a chunk."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an image stream is stored.

    Attributes:
        size: bytes of it.
        chunk: bytes of a chunk.
        chunks: in a segment.
        unpack: one of `METHODS`.
    """

    size: int
    chunk: int
    chunks: int
    unpack: Callable[[bytes, int], bytes]


class ImageStream(Stretch):
    """A stream of chunks.

    Args:
        shape: how it is stored.
        part: gives a segment by its number, and its index; raises `OSError` where there is none.
    """

    def __init__(self, shape: Shape, part: Callable[[int], tuple[IO[bytes], bytes]]) -> None:
        super().__init__(shape.size, "the image ends within its disk")
        self._shape, self._part = shape, part
        self._segment: tuple[int, IO[bytes], bytes] | None = None
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        self._most = max(2, _KEPT_BYTES // shape.chunk)

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Place`, to the end of a chunk at most."""
        number, within = divmod(place, self._shape.chunk)
        data = self._chunk(number)[within : within + min(size, self.size - place)]
        if not data:
            raise OSError(_DAMAGED)
        return data

    def _chunk(self, number: int) -> bytes:
        if number in self._chunks:
            self._chunks.move_to_end(number)
            return self._chunks[number]
        segment, within = divmod(number, self._shape.chunks)
        if self._segment is None or self._segment[0] != segment:
            self._segment = (segment, *self._part(segment))
        _, stream, index = self._segment
        if len(index) < (within + 1) * _ENTRY.size:
            raise OSError(_DAMAGED)
        offset, length = _ENTRY.unpack_from(index, within * _ENTRY.size)
        if length > 2 * self._shape.chunk + 1024:
            raise OSError(_DAMAGED)
        try:
            stream.seek(offset)
            data = stream.read(length)
            if len(data) < length:
                raise OSError(_DAMAGED)
            if length != self._shape.chunk:  # else it is not packed, for it would have become no smaller
                data = self._shape.unpack(data, self._shape.chunk)
        except (cramjam.DecompressionError, *FAULTS):
            raise OSError(_DAMAGED) from None
        if len(data) > self._shape.chunk:
            raise OSError(_DAMAGED)
        self._chunks[number] = data
        if len(self._chunks) > self._most:
            self._chunks.popitem(last=False)
        return data


class Symbol:
    """A word again and again, from the beginning of each mebibyte on, as far as one likes."""

    def __init__(self, word: bytes) -> None:
        self._tile = (word * (_TILE // len(word) + 1))[:_TILE]

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Place`."""
        within = place % _TILE
        return self._tile[within : within + size]


class Map(Stretch):
    """A disk that is put together.

    Args:
        size: bytes of the disk.
        ranges: its stretches.
        targets: what these lie in.
        gap: what lies between them.

    Raises:
        DamagedError: two stretches overlap, or one is of no target.
    """

    def __init__(self, size: int, ranges: npt.NDArray[np.void], targets: Sequence[Place], gap: Place) -> None:
        super().__init__(size, "the image ends within its disk")
        ranges = ranges[ranges["length"] > 0]
        ranges = ranges[np.argsort(ranges["at"], kind="stable")]
        at, length = ranges["at"], ranges["length"]
        far = np.uint64(1 << 62) * np.uint64(2) - np.uint64(1)
        if (at > far).any() or (length > far).any() or (at[1:] < at[:-1] + length[:-1]).any():
            raise DamagedError("the map of the image says of some of the disk twice where it lies")
        if (ranges["target"] >= len(targets)).any():
            raise DamagedError("the map of the image names a stream that it does not have")
        self._starts, self._ranges, self._targets, self._gap = np.ascontiguousarray(at), ranges, targets, gap

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Place`, all of them."""
        pieces = []
        following = int(np.searchsorted(self._starts, np.uint64(place), "right"))
        while size:
            piece = self._piece(following - 1, place, size)
            pieces.append(piece)
            place, size = place + len(piece), size - len(piece)
            following += following < len(self._starts) and place >= self._starts[following]
        return b"".join(pieces)

    def _piece(self, number: int, place: int, size: int) -> bytes:
        """Bytes from the stretch of this number, or from the gap behind it."""
        if number >= 0:
            at, length, there, target = self._ranges[number].item()
            if place < at + length:
                return self._targets[int(target)].read_at(int(there + place - at), int(min(size, at + length - place)))
        end = int(self._starts[number + 1]) if number + 1 < len(self._starts) else self.size
        return self._gap.read_at(place, min(size, end - place))
