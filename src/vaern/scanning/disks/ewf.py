"""Images of EnCase (Expert Witness Compression Format, E01), as a stream of the bytes of the disk."""

from __future__ import annotations

import io
from typing import IO, cast

import pyewf

from vaern.scanning.members import DamagedError, told

MIME = "application/x-ewf"

_SEGMENT = slice(9, 11)
"""Where the number of the segment stands: after the signature and a byte that is 1 (libewf, *EWF specification*)."""

_SIGNATURES = (b"EVF\x09\r\n\xff\x00", b"EVF2\r\n\x81\x00")


def is_image(head: bytes) -> bool:
    """Whether it is the image of a disk, and the first segment of it; a *logical* one holds no disk."""
    return head.startswith(_SIGNATURES) and (head[0:4] == b"EVF2" or segment(head) == 1)


def segment(head: bytes) -> int:
    """Number of the segment that begins so; 1 is E01."""
    return int.from_bytes(head[_SEGMENT], "little")


def opened(stream: IO[bytes]) -> IO[bytes]:
    """The disk of this image.

    Raises:
        DamagedError: libewf cannot read it, or it goes on in other files.
    """
    if goes_on(stream):
        raise DamagedError(
            "the image goes on in further files, which are not read together yet: export it as one file, or mount it "
            "and scan what stands there"
        )
    handle = pyewf.handle()
    try:
        handle.open_file_objects([_Whole(stream)], "r")
        size = handle.get_media_size()
    except OSError as error:
        raise DamagedError(f"the EnCase image is damaged or truncated ({told(error)})") from None
    return cast("IO[bytes]", _Disk(handle, size))


def goes_on(stream: IO[bytes]) -> bool:
    """Whether the last section of this segment is `next`, not `done`: another file goes on."""
    stream.seek(max(0, stream.seek(0, io.SEEK_END) - 76))
    return stream.read(16).rstrip(b"\0") == b"next"


class _Whole:
    """A stream as libewf wants it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._size = stream.seek(0, io.SEEK_END)

    def get_size(self) -> int:
        return self._size

    def read(self, size: int) -> bytes:
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def get_offset(self) -> int:
        return self._stream.tell()

    tell = get_offset


class _Disk(io.RawIOBase):
    """The bytes of the disk that an image holds."""

    def __init__(self, handle: pyewf.handle, size: int) -> None:
        super().__init__()
        self._handle, self._size, self._at = handle, size, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `io`."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """As in `io`."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        """As in `io`; raises `OSError` where the image is damaged."""
        wanted = max(0, min(len(buffer), self._size - self._at))
        data = self._handle.read_buffer_at_offset(wanted, self._at) if wanted else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
