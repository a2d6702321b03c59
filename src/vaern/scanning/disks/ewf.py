"""Images of EnCase (Expert Witness Compression Format, E01), as a stream of the bytes of the disk."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, cast

import pyewf

from vaern.scanning.disks import kept_hashes
from vaern.scanning.members import DamagedError, Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

MIME = "application/x-ewf"

_KEPT = ("MD5", "SHA1")
"""Hashes of a disk that an image may keep."""

_SIGNATURES = (b"EVF\x09\r\n\xff\x00", b"EVF2\r\n\x81\x00")


def is_image(head: bytes) -> bool:
    """Whether it is the image of a disk, and the first segment of it; a *logical* one holds no disk."""
    return head.startswith(_SIGNATURES) and segment(head) == 1


def segment(head: bytes) -> int:
    """Number of the segment that begins so; 1 is E01 (libewf, *EWF specification* and *EWF2 specification*, header)."""
    return int.from_bytes(head[12:16] if head.startswith(b"EVF2") else head[9:11], "little")


def opened(stream: IO[bytes], further: Sequence[IO[bytes]] = ()) -> IO[bytes]:
    """The disk of this image.

    Args:
        stream: the first file of the image.
        further: those that stand beside it by the names of such files (`segments`), in order.

    Raises:
        DamagedError: libewf cannot read it, or a file of it is missing.
    """
    files = [stream]
    for one in further:
        if not goes_on(files[-1]):
            break
        files.append(one)
    if goes_on(files[-1]):
        raise DamagedError(
            f"the image goes on behind its file {len(files)}, and the next one does not stand beside it: bring all "
            "its files into one folder, under their names"
        )
    handle = pyewf.handle()
    try:
        handle.open_file_objects([_Whole(one) for one in files], "r")
        size = handle.get_media_size()
    except OSError:
        raise DamagedError("the EnCase image is damaged or truncated") from None
    return cast("IO[bytes]", Disk(handle, size))


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


class Disk(Stretch):
    """The bytes of the disk that an image holds."""

    def __init__(self, handle: pyewf.handle, size: int) -> None:
        super().__init__(size, "the image ends within its disk")
        self._handle = handle

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`; raises `OSError` where the image is damaged."""
        data: bytes = self._handle.read_buffer_at_offset(size, place)
        return data

    def verify(self) -> str:
        """As of `members.Archive`: each hash of the disk that whoever made the image wrote into it."""
        kept = {name: value for name in _KEPT if (value := self._handle.get_hash_value(name))}
        kept_hashes.compare(cast("IO[bytes]", self), kept)
        return kept_hashes.remark(kept)
