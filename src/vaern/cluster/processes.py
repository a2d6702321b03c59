"""Processes that a scan starts beside itself, which end when it ends, however that ends.

Each runs a module of ours. It ends when its standard input does (`until_input_ends`), and says on standard error, in
one line, why it cannot run (`refused`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LEASE = 15.0
"""Seconds after which one that was not heard of has lost its shares."""

NAME = "shares"
"""Folder in the results where shares are handed out meanwhile."""

_RESTARTS = 20
_CANNOT_RUN = 2


class Processes:
    """Some processes of one kind. One that dies is started again.

    Args:
        module: what each runs.
        words: arguments of each.
        number: how many.
        folder: where shares are handed out, if it was made for this: gone at the end if nothing is in it.
        seconds: for one to end in, before it is killed.
        note: is told of one that died.
    """

    def __init__(  # noqa: PLR0913
        self,
        module: str,
        words: Sequence[str],
        *,
        number: int = 1,
        folder: Path | None = None,
        seconds: float = 10.0,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._command = [sys.executable, "-m", module, *words]
        self._number, self._folder, self._seconds, self._note = number, folder, seconds, note
        self._died = 0
        self._errors = -1
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start them."""
        self._errors = os.memfd_create("machine-errors")
        self._processes = [self._start() for _ in range(self._number)]

    def look(self) -> None:
        """Start again what died.

        Raises:
            Refusal: one cannot run, or too many died.
        """
        for place, process in enumerate(self._processes):
            if process.poll() is None:
                continue
            said = os.pread(self._errors, 1 << 16, 0).decode(errors="replace").strip().rpartition("\n")[2]
            self._died += 1
            if process.returncode == _CANNOT_RUN or self._died > _RESTARTS:
                raise Refusal(said or f"processes that read end again and again ({process.returncode})")
            self._note(f"A process that read ended ({process.returncode}); another is started")
            self._processes[place] = self._start()

    def end(self) -> None:
        """End them, and wait until they have."""
        for process in self._processes:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
        for process in self._processes:
            try:
                process.wait(self._seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes = []
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1
        if self._folder is not None:
            with suppress(OSError):
                self._folder.rmdir()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C is for the scan, which ends them
        )


def until_input_ends() -> threading.Event:
    """What is set when the standard input of this process ends."""
    ended = threading.Event()

    def follow() -> None:
        while os.read(0, 1):  # not `sys.stdin`, whose lock would keep this process from ending
            pass
        ended.set()

    threading.Thread(target=follow, name="input", daemon=True).start()
    return ended


@contextmanager
def refused() -> Iterator[None]:
    """What is refused within is said as the last line of standard error, and ends this process."""
    try:
        yield
    except Refusal as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        sys.stderr.flush()
        sys.exit(_CANNOT_RUN)
