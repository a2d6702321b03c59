"""A worker as the parent sees it: a child with an empty environment, a socket, and a reason when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from vaern.scanning.protocol import Job, Setup, send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.scanning.options import ScanOptions

WORKER = (sys.executable, "-I", "-m", "vaern.scanning.worker")
"""How a worker is started; the number of its socket is added."""

CRASH = "the decoder crashed"
"""How causes begin for which a file is tried again."""

KILLED = "the system killed the decoder, most likely for its use of memory"
"""The cause when somebody else ended the worker: seldom the file's fault."""

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",  # each arena reserves 64 MB of the address space that is limited
    "OMP_NUM_THREADS": "1",  # there is a worker for each core already
    "OPENBLAS_NUM_THREADS": "1",
}
_SECONDS_TO_EXIT = 5.0


class WorkerProcess:
    """A running worker.

    Attributes:
        channel: the socket to it.
        cpu_allowed: seconds of processor time that it has for what it is at.
    """

    def __init__(self, options: ScanOptions, command: Sequence[str]) -> None:
        self.cpu_allowed = options.cpu_seconds
        self._errors = os.memfd_create("worker-errors")
        self.channel, theirs = socket.socketpair()
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
        self._send(Setup(options))

    def give(self, job: Job, descriptor: int) -> None:
        """Send a job with its file."""
        os.lseek(descriptor, 0, os.SEEK_SET)  # the worker shares this position, and an earlier one may have moved it
        self._send(job, descriptor)

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
        if not cause:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_SECONDS_TO_EXIT)
        self._process.kill()
        status = self._process.wait()
        return cause or self._cause(status)

    def complaint(self) -> str:
        """The last lines of what it wrote to standard error before it was locked in."""
        size = os.fstat(self._errors).st_size
        return os.pread(self._errors, 4096, max(0, size - 4096)).decode(errors="replace").strip()

    def __del__(self) -> None:
        os.close(self._errors)

    def _send(self, message: Setup | Job, descriptor: int | None = None) -> None:
        with contextlib.suppress(ConnectionError):  # it is gone, as `receive` will tell
            send(self.channel, message, descriptor)

    def _cause(self, status: int) -> str:
        if status == -signal.SIGXCPU:
            return f"the decoder took more than {round(self.cpu_allowed, 1):g} s of processor time"
        if status == -signal.SIGKILL:
            return KILLED
        if status < 0:
            return f"{CRASH} ({signal.Signals(-status).name})"
        return f"{CRASH} (exit status {status})"
