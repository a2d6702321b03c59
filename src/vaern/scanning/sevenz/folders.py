"""What is packed as one in a 7z archive, as a stream that is unpacked as it is read; and one file out of it."""

from __future__ import annotations

import io
import zlib
from typing import IO, TYPE_CHECKING

from vaern.scanning.members import DamagedError, Stretch, told
from vaern.scanning.sevenz.methods import step
from vaern.scanning.unpacker import FAULTS

if TYPE_CHECKING:
    from vaern.scanning.sevenz.header import Folder
    from vaern.scanning.sevenz.methods import Source

_CHUNK = 1 << 16


class _Packed:
    """A stretch of the file, read once; others read from it meanwhile."""

    def __init__(self, stream: IO[bytes], at: int, size: int) -> None:
        self._stream, self._at, self._end = stream, at, at + size

    def read(self, most: int, /) -> bytes:
        """As of `Source`."""
        self._stream.seek(self._at)
        data = self._stream.read(min(most, self._end - self._at))
        self._at += len(data)
        return data


class Unpacking:
    """A folder, unpacked forwards; going back begins anew. Where it is damaged is kept, and not tried again.

    Args:
        stream: the archive.
        base: where places of packed bytes count from.
    """

    def __init__(self, stream: IO[bytes], folder: Folder, base: int) -> None:
        self._stream, self._folder, self._base = stream, folder, base
        self._damage: tuple[int, str] | None = None
        self._source: Source | None = None
        self._at = 0

    def read_at(self, place: int, size: int) -> bytes:
        """Up to so many bytes at a place.

        Raises:
            DamagedError: they cannot be unpacked.
        """
        if self._damage is not None and place >= self._damage[0]:
            raise DamagedError(self._damage[1])
        try:
            if self._source is None or place < self._at:
                self._begin()
            while self._at < place:
                self._next(min(_CHUNK, place - self._at))
            return self._next(size)
        except (*FAULTS, OverflowError) as error:
            self._damage = self._at, f"what is packed is damaged or truncated ({told(error)})"
            raise DamagedError(self._damage[1]) from None

    def _begin(self) -> None:
        folder, self._at = self._folder, 0
        source: Source = _Packed(self._stream, self._base + folder.begin, folder.packed)
        for coder in folder.coders:
            source = step(coder, source)
        self._source = source

    def _next(self, size: int) -> bytes:
        data = self._source.read(size) if self._source else b""
        if not data:
            raise EOFError("it ends too early")
        self._at += len(data)
        return data


class File(Stretch):
    """One file of a folder. Read from its beginning to its end, its check sum is compared."""

    def __init__(self, unpacking: Unpacking, begin: int, size: int, crc: int) -> None:
        super().__init__(size, "the archive ends within this member")
        self._unpacking, self._begin, self._crc = unpacking, begin, crc
        self._seen = self._sum = 0

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`; raises `DamagedError`."""
        data = self._unpacking.read_at(self._begin + place, size)
        if place == self._seen:
            self._seen, self._sum = place + len(data), zlib.crc32(data, self._sum)
            if self._seen == self.size and self._crc not in {self._sum, -1}:
                raise DamagedError("its check sum is wrong")
        return data


def whole(stream: IO[bytes], folder: Folder, base: int) -> bytes:
    """All of a small folder.

    Raises:
        DamagedError: it cannot be unpacked, or its check sum is wrong.
    """
    file = File(Unpacking(stream, folder, base), 0, folder.size, -1 if folder.crc is None else folder.crc)
    return io.BufferedReader(file, _CHUNK).read()
