"""What was packed as one stream: streams one behind the other, and where something else begins.

The readers of the standard library either pass over what stands behind the last stream, or fail because of it.
"""

from __future__ import annotations

import bz2
import io
import lzma
import sys
import zlib
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from vaern.scanning.members import first_used

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 1 << 16


class Unpacker(Protocol):
    """An unpacker of one stream, as those of `bz2`, `lzma` and `zstd` are."""

    @property
    def eof(self) -> bool:
        """Whether the stream has come to its end."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes of what it was given."""

    @property
    def unused_data(self) -> bytes:
        """What it was given and stands behind the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """What is in these bytes and those before, at most so much."""


class Inflater:
    """Deflate (RFC 1951): by default one member of a gzip file (RFC 1952), its check sum compared.

    Args:
        bits: as `zlib.decompressobj` takes them.
    """

    def __init__(self, bits: int = 16 + zlib.MAX_WBITS) -> None:
        self._unpacker, self._left = zlib.decompressobj(bits), b""

    @property
    def eof(self) -> bool:
        """As of `Unpacker`."""
        return self._unpacker.eof

    @property
    def needs_input(self) -> bool:
        """As of `Unpacker`."""
        return not self._left

    @property
    def unused_data(self) -> bytes:
        """As of `Unpacker`."""
        return self._unpacker.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """As of `Unpacker`."""
        unpacked = self._unpacker.decompress(self._left + data, max_length)
        self._left = self._unpacker.unconsumed_tail
        return unpacked


class Packing(NamedTuple):
    """A way to pack: how a stream may begin, its media type, and what unpacks it."""

    magic: tuple[bytes, ...]
    mime: str
    unpacker: Callable[[], Unpacker]


_SKIPPED = tuple(bytes([0x50 + number]) + b"\x2a\x4d\x18" for number in range(16))
"""Frames of Zstandard that hold nothing of the file (RFC 8878, 3.1.2)."""

PACKINGS = (
    Packing((b"\x1f\x8b",), "application/gzip", Inflater),
    Packing((b"BZh",), "application/x-bzip2", bz2.BZ2Decompressor),
    Packing((b"\xfd7zXZ\x00",), "application/x-xz", lzma.LZMADecompressor),
    Packing((b"\x28\xb5\x2f\xfd", *_SKIPPED), "application/zstd", zstd.ZstdDecompressor),
)

FAULTS = (OSError, EOFError, lzma.LZMAError, zlib.error, zstd.ZstdError, ValueError)
"""What unpacking raises where the stream is damaged."""


class Unpacked(io.RawIOBase):
    """The content of streams one behind the other; zeros may stand between them. Going back unpacks again.

    Attributes:
        ended: it was read to its end once.
        behind: where something begins that is no such stream, once it was read to its end.
    """

    def __init__(self, packed: IO[bytes], packing: Packing) -> None:
        super().__init__()
        self.ended = False
        self.behind: int | None = None
        self._packed, self._packing = packed, packing
        self._rewind()

    def _rewind(self) -> None:
        self._at = self._place = 0
        self._unpacker = self._packing.unpacker()
        self._is_over = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, by unpacking again."""
        return True

    def tell(self) -> int:
        """As in `io`."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `io`; a place behind the end is the end."""
        if whence == io.SEEK_END:
            while self.read(_CHUNK):
                pass
        target = offset + (0 if whence == io.SEEK_SET else self._at)
        if target < self._at:
            self._rewind()
        while self._at < target and self.read(min(_CHUNK, target - self._at)):
            pass
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        """As in `io`; raises one of `FAULTS` where a stream is damaged."""
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _next(self, most: int) -> bytes:
        while most and not self._is_over:
            if self._unpacker.eof:
                self._go_on()
                continue
            given, asked = b"", self._unpacker.needs_input
            if asked:
                self._packed.seek(self._place)  # others read from it meanwhile
                given = self._packed.read(_CHUNK)
                self._place += len(given)
            if data := self._unpacker.decompress(given, most):
                return data
            if asked and not given and not self._unpacker.eof:
                raise EOFError("Compressed file ended before the end-of-stream marker was reached")
        return b""

    def _go_on(self) -> None:
        """To the next stream, if there is one."""
        used = first_used(self._packed, self._place - len(self._unpacker.unused_data))
        if used is not None:
            self._packed.seek(used)
            if self._packed.read(max(map(len, self._packing.magic))).startswith(self._packing.magic):
                self._unpacker, self._place = self._packing.unpacker(), used
                return
        self.ended, self.behind, self._is_over = True, used, True
