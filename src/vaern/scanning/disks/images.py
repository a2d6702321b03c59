"""What an image of a disk is by its bytes, and what stands in it, as the members of an archive."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, cast

from vaern.scanning.disks import aff4, ewf
from vaern.scanning.disks.files import files
from vaern.scanning.disks.volumes import FAULTS, Source, Volume, volumes
from vaern.scanning.members import Archive, DamagedError, Joined, Member
from vaern.scanning.remarks import IMAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RAW = {"application/x-raw-disk-image", "application/x-iso9660-image"}


def opened(stream: IO[bytes], head: bytes, mime: str, start: int, further: Sequence[IO[bytes]] = ()) -> Archive | None:
    """The image that this stream is, or `None` if it is none, or one in which nothing is found that can be read.

    Args:
        stream: seekable; must stay open while members are read.
        head: its first `HEAD_BYTES`.
        mime: what container it is by these.
        start: index of the first member to give.
        further: the files that stand beside it and go on with it by their names.

    Raises:
        DamagedError: it cannot be read as the image that it says it is.
    """
    disk: IO[bytes] | None
    if mime == aff4.MIME:
        disk = cast("IO[bytes] | None", aff4.opened(stream))
    elif mime == ewf.MIME and ewf.is_image(head):
        disk = ewf.opened(stream, further)
    elif mime in _RAW:
        disk = cast("IO[bytes]", Joined([stream, *further])) if further else stream
    else:
        disk = None
    if disk is None:
        return None
    size = disk.seek(0, io.SEEK_END)
    source = Source(disk, size)
    try:
        found = volumes(source)
    except FAULTS:
        raise DamagedError("the disk image is damaged or truncated") from None
    if further and mime in _RAW and max((volume.end for volume in found), default=0) <= stream.seek(0, io.SEEK_END):
        return opened(stream, head, mime, start)  # all of it is in this one: the others are of their own
    if not found and disk is stream:
        return None  # a boot sector alone, or a file system that nobody here reads: it is named already
    found = found or [Volume("", 0, size, "a disk of no partitions and no file system that is read here")]
    verify = disk.verify if isinstance(disk, ewf.Disk | aff4.Disk) else None
    return Archive(mime, _members(source, found, start), notes=(IMAGE,), size=size, verify=verify)


def _members(source: Source, found: list[Volume], start: int) -> Iterator[Member]:
    """What stands in each volume, one after another; a volume that is not looked into is one member."""
    index = 0
    for volume in found:
        if volume.system is None:
            if index >= start:
                yield Member(index, volume.name or "disk", volume.size, None, io.BytesIO, unopened=volume.unopened)
            index += 1
            continue
        index = yield from files(source, volume, index, start)
