"""Members of an archive: what is told of each, its bytes as a stream, and the limits that guard against bombs."""

from __future__ import annotations

import bisect
import errno
import io
import itertools
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from vaern.hashing.unreadable import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vaern.scanning.options import ScanOptions

_CHUNK = 1 << 20


class DamagedError(Exception):
    """The archive cannot be read (on); the message completes the sentence *Could not be read: …*."""


class LimitError(Exception):
    """The archive is larger than the limits allow; the message says which."""


class Budget:
    """What one archive on disk may still unpack, with the archives in it: the guard against bombs."""

    def __init__(self, options: ScanOptions, packed: int) -> None:
        self._members = options.archive_members
        self._bytes = options.unpacked(packed)
        self._limit = self._bytes

    def count_member(self) -> None:
        """Note one more member.

        Raises:
            LimitError: there were too many.
        """
        self._members -= 1
        if self._members < 0:
            raise LimitError("the archive has more members than the limit allows; the rest was not read")

    def charge(self, amount: int) -> None:
        """Note bytes that were unpacked.

        Raises:
            LimitError: there were too many.
        """
        self._bytes -= amount
        if self._bytes < 0:
            raise LimitError(f"the archive unpacks to more than {self._limit} bytes (a bomb?); the rest was not read")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive.

    Attributes:
        index: its place among all headers, folders included.
        name: as the archive has it; `@` and the place in the archive for what has none.
        size: bytes unpacked, as the archive claims; 0 where it does not say.
        modified: ISO 8601; without offset where the archive has local time.
        mime: `inode/...` of a link or device, else empty.
        problem: why it cannot be opened, if so.
        direct: its bytes lie in the archive as they are, so that seeking costs nothing.
        open: gives its content.
        stray: no member at all: bytes before, between or behind the members.
        unopened: what it is, if it may hold pictures and is not looked into, as a volume of an image.
        notes: remarks on it, for its record.
    """

    index: int
    name: str
    size: int
    modified: str | None
    open: Callable[[], IO[bytes]]
    mime: str = ""
    problem: str = ""
    direct: bool = False
    stray: bool = False
    unopened: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was recognised: its type, and its members in order.

    Attributes:
        mime: of the archive.
        members: in order; bytes that belong to none come last.
        behind: it stands behind something else, which is not looked into by reading it.
        notes: remarks for its own record.
        shown: its members show what it does, which no decoder reads: the remark in place of that.
        size: bytes of the disk that it is an image of.
        verify: reads all of that and compares it with the hash that the image keeps; gives a remark, or raises
            `DamagedError` where they differ.

    Iterating `members` raises `DamagedError` where the archive breaks off.
    """

    mime: str
    members: Iterator[Member]
    behind: bool = False
    notes: tuple[str, ...] = ()
    shown: str = ""
    size: int = 0
    verify: Callable[[], str] | None = None


def content(member: Member, budget: Budget, spool: int) -> IO[bytes] | None:
    """A seekable stream of the member's bytes: in place where they lie unpacked, else in memory.

    Returns:
        `None` for a packed member that is larger than `spool`; what it unpacked until that was seen is paid for.

    Raises:
        LimitError: the archive has unpacked too much.
    """
    if member.direct:
        budget.charge(member.size)
        return member.open()
    if member.size > spool:
        return None
    memory = io.BytesIO()
    with member.open() as packed:
        while chunk := packed.read(_CHUNK):
            budget.charge(len(chunk))
            if memory.tell() + len(chunk) > spool:
                return None
            memory.write(chunk)
    memory.seek(0)
    return memory


class Metered(io.RawIOBase):
    """A packed member as a stream that pays for what it unpacks; going back is possible and slow."""

    def __init__(self, packed: IO[bytes], budget: Budget) -> None:
        super().__init__()
        self._packed, self._budget, self._paid = packed, budget, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, by unpacking again."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `io`."""
        return self._packed.seek(offset, whence)

    def tell(self) -> int:
        """As in `io`."""
        return self._packed.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        """As in `io`; raises `LimitError` when the archive has unpacked too much."""
        data = self._packed.read(len(buffer))
        buffer[: len(data)] = data
        if (reached := self._packed.tell()) > self._paid:
            self._budget.charge(reached - self._paid)
            self._paid = reached
        return len(data)


class Stretch(io.RawIOBase):
    """So many bytes that can be read at any place, as a stream.

    Args:
        size: bytes.
        ends: what to say where there are fewer.
    """

    def __init__(self, size: int, ends: str) -> None:
        super().__init__()
        self.size, self._ends, self._at = size, ends, 0

    def read_at(self, place: int, size: int) -> bytes:
        """Bytes at a place: at least one where `size` is not 0 and nothing is missing."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As in `io`."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, f"cannot seek to {base + offset}")  # as a file does: zipfile counts on it
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """As in `io`."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        """As in `io`; raises `EOFError` where bytes are missing, and what `read_at` raises."""
        wanted = max(0, min(len(buffer), self.size - self._at))
        data = self.read_at(self._at, wanted) if wanted else b""
        if wanted and not data:
            raise EOFError(self._ends)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Window(Stretch):
    """A stretch of another stream."""

    def __init__(self, stream: IO[bytes], start: int, size: int) -> None:
        super().__init__(size, "the archive ends within this member")
        self._stream, self._start = stream, start

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`."""
        self._stream.seek(self._start + place)
        return self._stream.read(size)


class Joined(Stretch):
    """Streams one behind the other, as one: what was cut into files."""

    def __init__(self, streams: Sequence[IO[bytes]]) -> None:
        bounds = [*itertools.accumulate((stream.seek(0, io.SEEK_END) for stream in streams), initial=0)]
        super().__init__(bounds[-1], "a file of it became shorter")
        self._streams, self._bounds = streams, bounds

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`; all of them, also where one file ends and the next begins."""
        pieces = []
        for number in range(bisect.bisect_right(self._bounds, place) - 1, len(self._streams)):
            wanted = min(size, self._bounds[number + 1] - place)
            self._streams[number].seek(place - self._bounds[number])
            pieces.append(self._streams[number].read(wanted))
            place, size = place + wanted, size - wanted
            if not size or len(pieces[-1]) < wanted:
                break
        return b"".join(pieces)


def joined(stream: IO[bytes], further: Sequence[IO[bytes]], size: int) -> IO[bytes]:
    """This stream, with those that go on with it if it has fewer than so many bytes."""
    goes_on = further and stream.seek(0, io.SEEK_END) < size
    return cast("IO[bytes]", Joined([stream, *further])) if goes_on else stream


def told(error: Exception) -> str:
    """What an error says, or at least what it is."""
    return reason_of(error)


def stray(stream: IO[bytes], index: int, start: int, end: int) -> Member:
    """Bytes of an archive that belong to no member, to be read as a file of their own: they may be one."""
    return Member(
        index=index,
        name=f"@{start}",
        size=end - start,
        modified=None,
        open=lambda: io.BufferedReader(Window(stream, start, end - start), _CHUNK),
        direct=True,
        stray=True,
    )


def first_used(stream: IO[bytes], start: int, end: int | None = None) -> int | None:
    """The place of the first byte from `start` on, before `end`, that is not zero; `None` if there is none."""
    stream.seek(start)
    while end is None or start < end:
        chunk = stream.read(_CHUNK if end is None else min(_CHUNK, end - start))
        if not chunk:
            return None
        if rest := chunk.lstrip(b"\0"):
            return start + len(chunk) - len(rest)
        start += len(chunk)
    return None
