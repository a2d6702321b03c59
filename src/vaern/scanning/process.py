"""Workers as the parent sees them: the process that forks them, and of each a socket, and a reason when it ends."""

from __future__ import annotations

import contextlib
import itertools
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from vaern.scanning.forks import ENDED, FORK, KILL, LACKS, ORDER
from vaern.scanning.protocol import Job, Setup, packed, send

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.scanning.options import ScanOptions

WORKER = (sys.executable, "-I", "-m", "vaern.scanning.worker")
"""How the process is started that forks workers; the number of its socket is added."""

CRASH = "the decoder crashed"
"""How causes begin for which a file is tried again."""

KILLED = "the system killed the decoder, most likely for its use of memory"
"""The cause when somebody else ended the worker: seldom the file's fault."""

LACKED = "the worker lacked a parser"
"""The cause when a worker met a file whose parser is loaded late: those that are forked from now on have it."""

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",  # each arena reserves 64 MB of the address space that is limited
    "OMP_NUM_THREADS": "1",  # there is a worker for each core already
    "OPENBLAS_NUM_THREADS": "1",
    "TZ": "UTC",  # libtsk takes the times of a FAT for those of this zone; here they stay as they are
}
_SECONDS_TO_EXIT = 5.0


class ForkServer:
    """The process that loads the decoders and forks workers (`forks`), with an empty environment.

    Attributes:
        is_mourned: its end was counted: it is one death, however many workers it took with it.
    """

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self.is_mourned = False
        self._errors = os.memfd_create("worker-errors")
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(theirs.fileno())],
                env=_ENVIRONMENT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd="/",
                start_new_session=True,  # Ctrl-C on the terminal is for the parent alone
            )
        self._numbers = itertools.count()
        self._told = bytearray()
        self._statuses: dict[int, int] = {}
        self._status: int | None = None
        self._has_all = False

    @property
    def has_all(self) -> bool:
        """Whether workers that are forked from now on have the parsers that are loaded late."""
        return self._has_all

    @property
    def is_gone(self) -> bool:
        """Whether it was found to have ended, and all its workers with it."""
        return self._status is not None

    def fork(self, channel: socket.socket) -> int:
        """Start a worker on the other side of a socket; the number that it has from now on."""
        number = next(self._numbers)
        with contextlib.suppress(ConnectionError):  # it is gone, as `status` will tell
            socket.send_fds(self._control, [ORDER.pack(FORK, number)], [channel.fileno()])
        return number

    def kill(self, number: int) -> None:
        """End a worker, if it has not ended."""
        with contextlib.suppress(ConnectionError):
            self._control.sendall(ORDER.pack(KILL, number))

    def status(self, number: int, seconds: float) -> int | None:
        """The exit status of a worker that has ended or ends within so many seconds, else `None`.

        A server that is gone took its workers with it: their status is its own.
        """
        until = time.monotonic() + seconds
        while number not in self._statuses and not self.is_gone:
            if not self._listen(until - time.monotonic()):
                return None
        return self._statuses.pop(number, self._status)

    def end(self) -> None:
        """End it and all its workers."""
        self._control.close()
        if self._status is None:
            self._wait()
        os.close(self._errors)

    def complaint(self) -> str:
        """The last lines that it wrote to standard error, or its workers before they were locked in."""
        size = os.fstat(self._errors).st_size
        return os.pread(self._errors, 4096, max(0, size - 4096)).decode(errors="replace").strip()

    def _listen(self, seconds: float) -> bool:
        """Take in who has ended; false when nothing was told for so long."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            if not selector.select(max(0.0, seconds)):
                return False
        told = b""
        with contextlib.suppress(ConnectionError):
            told = self._control.recv(1 << 16)
        if not told:
            self._wait()
        self._told += told
        while len(self._told) >= ENDED.size:
            number, status = ENDED.unpack_from(self._told)
            del self._told[: ENDED.size]
            self._statuses[number] = status
            self._has_all = self._has_all or status == LACKS
        return True

    def _wait(self) -> None:
        """Wait until it has ended, and end it if that takes too long."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_EXIT)
        self._process.kill()
        self._status = self._process.wait()


class WorkerProcess:
    """A running worker.

    Attributes:
        channel: the socket to it.
        cpu_allowed: seconds of processor time that it has for what it is at.
    """

    def __init__(self, options: ScanOptions, server: ForkServer) -> None:
        self.cpu_allowed = options.cpu_seconds
        self.channel, theirs = socket.socketpair()
        self._server = server
        self._may_lack = not server.has_all
        with theirs:
            self._number = server.fork(theirs)
        self._send(packed(Setup(options)))

    def give(self, jobs: Iterable[Job], descriptors: Sequence[int]) -> None:
        """Send jobs with their files, and those that go on with these, all in one order."""
        for descriptor in descriptors:
            os.lseek(descriptor, 0, os.SEEK_SET)  # the worker shares the position, and an earlier one may have moved it
        self._send(b"".join(map(packed, jobs)), descriptors)

    def receive(self) -> bytes:
        """Bytes from the worker; blocks until there are some.

        Raises:
            EOFError: it is gone.
        """
        with contextlib.suppress(ConnectionError):
            if data := self.channel.recv(1 << 20):
                return data
        raise EOFError

    def end(self, cause: str = "") -> str:
        """End it, if it has not ended by itself, and say why it did: `cause`, or what its exit status tells."""
        self.channel.close()
        status = None if cause else self._server.status(self._number, _SECONDS_TO_EXIT)
        if status is None:
            self._server.kill(self._number)
            status = self._server.status(self._number, _SECONDS_TO_EXIT)
        return cause or self._cause(-signal.SIGKILL if status is None else status)

    def _send(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        with contextlib.suppress(ConnectionError):  # it is gone, as `receive` will tell
            send(self.channel, data, descriptors)

    def _cause(self, status: int) -> str:
        if status == LACKS and self._may_lack:
            return LACKED
        if status == -signal.SIGXCPU:
            return f"the decoder took more than {round(self.cpu_allowed, 1):g} s of processor time"
        if status == -signal.SIGKILL:
            return KILLED
        if status < 0:
            return f"{CRASH} ({signal.Signals(-status).name})"
        return f"{CRASH} (exit status {status})"
