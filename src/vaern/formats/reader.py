"""Reading a hash list in a process of its own, while what was read before is worked on here.

A file that makes its reader crash, or take more memory than there is, costs the reader and nobody else: not even its
beginning is looked at here.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import resource
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from vaern.formats.csv_mappings import CsvMapping
from vaern.formats.registry import read_for, read_list
from vaern.formats.source import FormatError
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.reading import Reading

PART = 100
"""Items that are sent at once."""

AHEAD = 1 << 20
"""Bytes that wait in the pipe until they are asked for; then the reader waits."""

MEMORY = 2 << 30
"""Bytes of memory that the reader may take; it needs 200 MB for the largest list."""

NO_MEMORY = 71
"""Its exit status where that was not enough."""

FROM_OUTSIDE = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP})
"""How it ends where somebody stops all that runs, before it can turn that down: no fault of the list."""

COMMAND = (sys.executable, "-I", "-m", "vaern.formats.reader")
"""How the process is started."""

_PR_SET_PDEATHSIG = 1
_LENGTH = struct.Struct("<I")
_Item = tuple[int, Entry | None, Problem | None]


class _Closing(msgspec.Struct, frozen=True):
    """What comes behind the items."""

    contacts: tuple[str, ...] = ()


_PARTS = msgspec.msgpack.Decoder(list[_Item] | _Closing)


class Task(msgspec.Struct, frozen=True):
    """What a reader is asked to read, and by whom: see `Reader`."""

    path: str
    parent: int
    format: str | None = None
    columns: dict[str, str] = {}
    mapping: CsvMapping | None = None
    tables: CsvMapping | None = None

    def open(self) -> Reading:
        """Open the list.

        Raises:
            FormatError: it cannot be read as a list at all.
        """
        if self.tables:
            return read_for(self.path, format=self.format, columns=self.columns, tables=self.tables)
        return read_list(self.path, format=self.format, columns=self.columns, mapping=self.mapping)


class _Opened(msgspec.Struct, frozen=True):
    """What comes before the items: as what the list is read, or why it is none."""

    format: str = ""
    why: str = ""


class ReaderStopped(Exception):
    """Somebody stopped the reader: the list can be read again."""


class Reader:
    """A list that a process of its own reads: an iterator over what `read_list` yields.

    It has begun when it is made. Who does not read it to its end closes it. It ends with the thread that made it.

    Args:
        path, format, columns, mapping: see `registry.read_list`.
        tables: of a source, how its tables are read: see `registry.read_for`.

    Attributes:
        format: the name of the list's format in `FORMATS`.
        line: the line, or the record's number, of what was given last.
        contacts: at the end, whom the cases of a document name as their contact.
        pid: of the process.

    Raises:
        FormatError: the file cannot be read as a list at all.
        ChildProcessError, ReaderStopped: as of `__next__`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,  # noqa: A002 - the word that the user knows
        columns: Mapping[str, str] | None = None,
        mapping: CsvMapping | None = None,
        tables: CsvMapping | None = None,
    ) -> None:
        self.line = 0
        self.contacts: tuple[str, ...] = ()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            COMMAND,
            env={"LANG": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it would say quotes the list
            cwd="/",
            start_new_session=True,  # Ctrl-C on the terminal is for the parent alone
        )
        assert self._process.stdin
        assert self._process.stdout
        with suppress(OSError, AttributeError):  # it may not be so large, or the system has no such setting
            fcntl.fcntl(self._process.stdout, fcntl.F_SETPIPE_SZ, AHEAD)
        task = Task(str(Path(path).absolute()), os.getpid(), format, dict(columns or {}), mapping, tables)
        with suppress(BrokenPipeError), self._process.stdin as pipe:  # it is gone, as its exit status will tell
            pipe.write(msgspec.msgpack.encode(task))
        self.pid = self._process.pid
        self._pipe = self._process.stdout
        self.format = self._opened()
        self._items = self._received()

    def __iter__(self) -> Iterator[Entry | Problem]:
        return self

    def __next__(self) -> Entry | Problem:
        """Return the next item.

        Raises:
            ChildProcessError: the reader ended before the list did; the text says how.
            ReaderStopped: somebody stopped it.
        """
        return next(self._items)

    def close(self) -> None:
        """End the reader, whatever it is at."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _opened(self) -> str:
        """Return the format in which the list is read; a list that cannot be leaves no process."""
        try:
            part = self._part()
            if part is None:
                self._ended()
                raise ChildProcessError(_why(0))
            said = msgspec.msgpack.decode(part, type=_Opened)
            if said.why:
                raise FormatError(said.why)
        except BaseException:
            self.close()
            raise
        return said.format

    def _received(self) -> Iterator[Entry | Problem]:
        try:
            while (part := self._part()) is not None:
                items = _PARTS.decode(part)
                if isinstance(items, _Closing):
                    self.contacts = items.contacts
                    continue
                for self.line, entry, problem in items:
                    if entry:
                        yield entry
                    elif problem:
                        yield problem
            self._ended()
        finally:
            self.close()

    def _part(self) -> bytes | None:
        """Return what the reader sends next; None where it ended."""
        if len(length := self._pipe.read(_LENGTH.size)) < _LENGTH.size:
            return None
        (size,) = _LENGTH.unpack(length)
        part = self._pipe.read(size)
        return part if len(part) == size else None

    def _ended(self) -> None:
        """Raise if the reader ended before the list did."""
        if (status := self._process.wait()) in FROM_OUTSIDE:
            raise ReaderStopped
        if status:
            raise ChildProcessError(_why(status))


def _why(status: int) -> str:
    if status in {NO_MEMORY, -signal.SIGKILL}:
        return "it takes more memory to read than there is"
    return f"its reader crashed ({signal.Signals(-status).name if status < 0 else f'exit status {status}'})"


def _send(task: Task, pipe: IO[bytes]) -> None:
    """Write as what the list is read, and then its items in parts of MessagePack, each behind its length."""
    try:
        reading = task.open()
    except FormatError as error:
        _write(_Opened(why=str(error)), pipe)
        return
    _write(_Opened(reading.format), pipe)
    items = _items(reading)
    while part := list(itertools.islice(items, PART)):
        _write(part, pipe)
    _write(_Closing(reading.contacts), pipe)


def _items(reading: Reading) -> Iterator[_Item]:
    """Yield the items as they are sent: each with its line."""
    for item in reading:
        yield (reading.line, item, None) if isinstance(item, Entry) else (reading.line, None, item)


def _write(said: _Opened | _Closing | list[_Item], pipe: IO[bytes]) -> None:
    part = msgspec.msgpack.encode(said)
    pipe.write(_LENGTH.pack(len(part)) + part)
    pipe.flush()


def _end_with_parent() -> None:
    """Let the kernel end this process with the thread that started it.

    A reader that hangs writes nothing, and so would not learn that nobody reads it.
    """
    import ctypes  # noqa: PLC0415 - here alone, and on Linux alone

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Read what stands on standard input, and write it to standard output."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # whoever asked for the list decides, and ends the pipe
    if sys.platform == "linux":
        _end_with_parent()
        _soft, most = resource.getrlimit(resource.RLIMIT_AS)
        allowed = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    try:
        task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
        if os.getppid() == task.parent:  # else it ended before the kernel was asked
            _send(task, sys.stdout.buffer)
    except MemoryError:
        sys.exit(NO_MEMORY)


if __name__ == "__main__":
    main()
