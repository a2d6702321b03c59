"""What was answered, on disk before the answer leaves, until the node has entered it in the ledger.

A file holds frames: the length of a record (uint32, little endian), its CRC-32 (uint32, little endian) and the record
in MessagePack. One process writes one file at a time and holds a lock on it; it begins another each day, and when one
has grown large. Many records of one moment are written and synchronised together.

A writer that is killed leaves a frame that is not whole at the end of its file, at most. Nobody was answered on it: a
reader stops before it. After a fault of the disk a writer goes on in another file, so that what stands after a broken
frame is never a whole one.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import secrets
import struct
import time
import zlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = "spool"
ENDING = ".spool"
LARGE = 1 << 26
"""Bytes after which a file is left and another begun."""

MOST = 1 << 28
"""Bytes of one record that a reader takes."""

_HEAD = struct.Struct("<II")


class HitRow(msgspec.Struct, frozen=True, array_like=True):
    """A hit that an answer rests on.

    Attributes:
        number: of the signal in the call, from 0.
        list, release: which list.
        entry: the entry's id.
        kind, distance: how they met.
        act: what followed.
    """

    number: int
    list: str
    release: str
    entry: str
    kind: str
    distance: int
    act: str


class Answered(msgspec.Struct, frozen=True, tag="answered", omit_defaults=True):
    """A call that was answered.

    Attributes:
        at: when, ISO 8601 in UTC.
        call: its id, as the answer says it.
        key, organisation: of the caller.
        protocol: `vaern`, `hma`, `arachnid`, `ncmec`, `stopncii`, `threatexchange`; `page` of a person.
        purpose, reference: as the caller said them; where it did not say a purpose, that of its key, or
            the kind of its service.
        counts: signals by kind.
        digest: SHA-256 over the signals as they were taken and the index's digest: see `wire.digest`.
        index: the digest of the lists that it was answered from.
        hits: what it rests on; all that the caller was told, and that a coarse answer was made of.
        more: hits besides that were neither told nor weighed.
        entries: how many entries of lists were handed out, by a call that fetches content.
        coarse: the caller was told acts alone.
        most_distance: hits beyond it were not told; None in what was written before that was kept, and where nothing
            was asked.
        seconds: from the whole question to the answer.
    """

    at: str
    call: str
    key: str
    organisation: str
    protocol: str
    purpose: str = ""
    reference: str = ""
    counts: dict[str, int] = {}
    digest: str = ""
    index: str = ""
    hits: tuple[HitRow, ...] = ()
    more: int = 0
    entries: int = 0
    coarse: bool = False
    most_distance: int | None = None
    seconds: float = 0.0


class State(msgspec.Struct, frozen=True, tag="state"):
    """Which lists an index stands for: kept by each process before the first answer from it.

    Attributes:
        at: when.
        index: see `wire.index_of`.
        lists: of each its name, release and sequence, in the order in which they are asked.
    """

    at: str
    index: str
    lists: tuple[tuple[str, str, int], ...]


class Feedback(msgspec.Struct, frozen=True, tag="feedback", omit_defaults=True):
    """What a caller says of an entry or of a hash: for the curators, who decide.

    Attributes:
        at, call, key, organisation, protocol: as of `Answered`.
        list: which list; empty where the caller did not say.
        entry: the entry's id; empty where only a hash was given.
        kind, value: the signal, its value in hexadecimal.
        opinion: `positive`, `negative`, `unsure`, or empty for a hash that is handed in as new.
        reasons: codes or words of the caller.
    """

    at: str
    call: str
    key: str
    organisation: str
    protocol: str
    list: str = ""
    entry: str = ""
    kind: str = ""
    value: str = ""
    opinion: str = ""
    reasons: tuple[str, ...] = ()


class Alarm(msgspec.Struct, frozen=True, tag="alarm"):
    """Something that a person should look at: a key that hits as many distinct entries as one that enumerates a list.

    Attributes:
        at, key, organisation: as of `Answered`.
        code: `enumeration`, beyond which acts alone are told; `stopped`, beyond which the key is refused.
        text: what happened, in a sentence.
    """

    at: str
    key: str
    organisation: str
    code: str
    text: str


Record = Answered | State | Feedback | Alarm
_DECODER = msgspec.msgpack.Decoder(Record)
_ENCODER = msgspec.msgpack.Encoder()


def framed(record: Record) -> bytes:
    """A record as it stands in a file."""
    data = _ENCODER.encode(record)
    return _HEAD.pack(len(data), zlib.crc32(data)) + data


class Writer:
    """Writes the records of one process. Used by one thread at a time.

    Args:
        folder: the spool; made if it is not there, for its owner alone.
        large: see `LARGE`.
    """

    def __init__(self, folder: Path, *, large: int = LARGE) -> None:
        self.folder, self._large = folder, large
        self._file: int | None = None
        self._day, self._size = "", 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def append(self, records: Sequence[Record]) -> None:
        """Write records, all or none of which count, and return when they are on the disk.

        Raises:
            OSError: they are not; nobody may be answered on them.
        """
        data = b"".join(map(framed, records))
        try:
            file = self._current()
            written = 0
            while written < len(data):
                written += os.write(file, data[written:])
            os.fdatasync(file)
        except OSError:
            self.close()
            raise
        self._size += len(data)

    def close(self) -> None:
        """Leave the file; another is begun when more comes."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    def _current(self) -> int:
        day = dt.datetime.now(dt.UTC).date().isoformat()
        if self._file is not None and (day != self._day or self._size >= self._large):
            self.close()
        while self._file is None:
            path = self.folder / f"{day}-{time.time_ns():020d}-{secrets.token_hex(6)}{ENDING}"
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_nlink == 0:  # a reader came between, and took it for one that was left
                os.close(file)
                continue
            _sync_folder(self.folder)
            self._file, self._day, self._size = file, day, 0
        return self._file


class Page(NamedTuple):
    """Some records of a file.

    Attributes:
        records: whole ones.
        offset: where the next begins.
    """

    records: list[Record]
    offset: int


def waiting(folder: Path) -> list[Path]:
    """The files of a spool, the oldest first."""
    return sorted(folder.glob(f"*{ENDING}"))


def read(path: Path, offset: int = 0, most: int = 10_000) -> Page:
    """The records of a file from an offset on, up to the first that is not whole.

    Args:
        path: one of `waiting`.
        offset: 0, or where an earlier page ended.
        most: how many records.
    """
    records: list[Record] = []
    with path.open("rb") as file:
        file.seek(offset)
        while len(records) < most:
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                break
            length, checksum = _HEAD.unpack(head)
            data = file.read(length) if length <= MOST else b""
            if len(data) < length or zlib.crc32(data) != checksum:
                break
            try:
                records.append(_DECODER.decode(data))
            except msgspec.DecodeError:
                break
            offset += _HEAD.size + length
    return Page(records, offset)


def remove_if_left(path: Path, offset: int) -> bool:
    """Remove a file that was read up to an offset, if its writer has left it and nothing whole stands beyond.

    Returns:
        Whether it is gone.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if read(path, offset, 1).records:
            return False
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(file)


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
