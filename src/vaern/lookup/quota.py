"""How much a caller may ask: signals a second and a day, and how many distinct entries it may hit a day.

The last bound is against a key that enumerates a list: near hashes of many pictures, or of made-up ones, hit entry
after entry, where a platform's uploads hit few, and the same ones often. Beyond it answers become coarse, and a person
is told. A coarse answer still says that something is near, so those count too: beyond twice the bound the key is
refused until the day ends, and a person is told once more.

What was used lies in one small file a caller, mapped by every process of the service, so that the bounds hold for all
of them together and a restart forgives nothing. A file that is broken is begun anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from vaern.lookup.callers import Caller

FOLDER = "quota"
BURST = 1.0
"""Seconds of its rate that a caller may take at once."""

DAY = 86_400
MOST_ENTRIES = 1 << 20
"""The highest bound on distinct entries that is counted."""

ALARMS = ("", "enumeration", "stopped")
"""What a person is told, by how far beyond the bound a caller is."""

STOP = 2
"""Times the bound on distinct entries beyond which a caller is refused."""

_MAGIC = b"vaernq1\0"
_HEAD = struct.Struct("<8sdqqqq")  # magic, when the rate is free again, day, signals, distinct entries, alarmed
_SLOT = struct.Struct("<Q")


class Refusal(NamedTuple):
    """A call that is too much.

    Attributes:
        seconds: after which it may be tried again.
        text: which bound it met.
    """

    seconds: float
    text: str


class Standing(NamedTuple):
    """How a caller stands with the entries that it hit today.

    Attributes:
        distinct: how many.
        coarse: more than it may know of.
        alarm: this is the call that went beyond, and beyond what: `enumeration` or `stopped`, each once a day.
        stopped: it has hit so many that it is refused until the day ends.
    """

    distinct: int
    coarse: bool
    alarm: str = ""
    stopped: Refusal | None = None


def mark(list_: str, entry: str) -> int:
    """What an entry is counted by: 64 bits, never 0."""
    digest = hashlib.blake2b(f"{list_}\0{entry}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


class Quotas:
    """The bounds of all callers. Used by one thread of a process at a time.

    Args:
        folder: where the files lie; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: dict[str, _Used] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def take(self, caller: Caller, signals: int, now: float) -> Refusal | None:
        """Take a call's signals off what is left, or say why not. A refused call costs nothing.

        A call may be larger than what is left of the second; the caller then waits as much longer.
        """
        used = self._used_by(caller)
        used.begin(int(now // DAY))
        try:
            wait = used.free_at - now - BURST
            if wait > 0:
                return Refusal(wait, f"more than {caller.per_second} signals a second")
            if stopped := used.stopped(caller, now):
                return stopped
            if caller.per_day and used.signals + signals > caller.per_day:
                return Refusal(DAY - now % DAY, f"more than {caller.per_day} signals a day")
            used.free_at = max(used.free_at, now) + signals / caller.per_second
            used.signals += signals
        finally:
            used.end()
        return None

    def hit(self, caller: Caller, marks: Collection[int], now: float) -> Standing:
        """Count the entries that a call hit, each once a day."""
        if not caller.hits_per_day:
            return Standing(0, coarse=False)
        used = self._used_by(caller)
        used.begin(int(now // DAY))
        try:
            for one in marks:
                used.add(one)
            beyond = used.distinct > _bound(caller)
            stopped = used.stopped(caller, now)
            level = beyond + bool(stopped)
            alarm = ALARMS[level] if level > used.alarmed else ""
            used.alarmed = max(level, used.alarmed)
            return Standing(used.distinct, beyond, alarm, stopped)
        finally:
            used.end()

    def _used_by(self, caller: Caller) -> _Used:
        used = self._used.get(caller.key)
        if used is None or used.bound != caller.hits_per_day:
            used = self._used[caller.key] = _Used(self._folder / caller.key, caller.hits_per_day)
        return used


def _bound(caller: Caller) -> int:
    return min(caller.hits_per_day, MOST_ENTRIES)


class _Used:
    """What one caller has used."""

    def __init__(self, path: Path, bound: int) -> None:
        self.bound = bound
        self._slots = 1 << max(4, (2 * STOP * min(bound, MOST_ENTRIES) + 2).bit_length()) if bound else 0
        size = _HEAD.size + self._slots * _SLOT.size
        self._file = _of_size(path, size)
        self._map = mmap.mmap(self._file, size)
        self.free_at, self.signals, self.distinct, self.alarmed = 0.0, 0, 0, 0
        self._day = 0

    def __del__(self) -> None:
        if hasattr(self, "_map"):
            self._map.close()
        os.close(self._file)

    def begin(self, today: int) -> None:
        """Read what was used this day by all processes, none of which changes it until `end`."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        magic, self.free_at, day, self.signals, self.distinct, self.alarmed = _HEAD.unpack_from(self._map)
        self._day = today
        if magic != _MAGIC or day != today:
            self._map[_HEAD.size :] = bytes(len(self._map) - _HEAD.size)
            self.signals, self.distinct, self.alarmed = 0, 0, 0
            self.free_at = self.free_at if magic == _MAGIC else 0.0

    def end(self) -> None:
        """Write what is used then."""
        values = (_MAGIC, self.free_at, self._day, self.signals, self.distinct, self.alarmed)
        _HEAD.pack_into(self._map, 0, *values)
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def stopped(self, caller: Caller, now: float) -> Refusal | None:
        """Why a caller that has hit far too many entries is refused; None for any other."""
        most = STOP * _bound(caller)
        if not caller.hits_per_day or self.distinct <= most:
            return None
        text = (
            f"more than {most} distinct entries hit today, coarse answers counted: the key is stopped until midnight "
            "UTC, and its administrators are told"
        )
        return Refusal(DAY - now % DAY, text)

    def add(self, one: int) -> None:
        """Count an entry, if it was not; none once the table is half full, which is beyond the bound."""
        at = one % self._slots
        while (seen := _SLOT.unpack_from(self._map, _HEAD.size + at * _SLOT.size)[0]) != one:
            if seen == 0:
                if 2 * self.distinct < self._slots:
                    _SLOT.pack_into(self._map, _HEAD.size + at * _SLOT.size, one)
                    self.distinct += 1
                return
            at = (at + 1) % self._slots


def _of_size(path: Path, size: int) -> int:
    """Open a file of a size. One of another size is replaced, never cut: other processes have it mapped."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        status = os.fstat(file)
        current = path.exists() and path.stat().st_ino == status.st_ino
        if current and status.st_size == size:
            fcntl.flock(file, fcntl.LOCK_UN)
            return file
        if current:
            _replace(path, size, os.pread(file, _HEAD.size, 0))
        os.close(file)


def _replace(path: Path, size: int, head: bytes) -> None:
    """Put a new file in the place of one; of what it held, what was asked stays, what was hit is forgotten."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    with fresh.open("wb") as file:
        fresh.chmod(0o600)
        file.truncate(size)
        if len(head) == _HEAD.size and head.startswith(_MAGIC):
            magic, free_at, day, signals, _, _ = _HEAD.unpack(head)
            file.write(_HEAD.pack(magic, free_at, day, signals, 0, 0))
    fresh.replace(path)
