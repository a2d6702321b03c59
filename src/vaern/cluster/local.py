"""Machines of a cluster that are processes of this one: the same protocol, and nothing to set up.

`python -m vaern.cluster.local FOLDER [SCRATCH]` is one of them. It ends when its standard input does, which is when the
process ends that started it, however that ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.cluster.folder import Folder
from vaern.cluster.machine import Machine
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

LEASE = 15.0
"""Seconds after which one that was not heard of has lost its shares."""

NAME = "shares"
"""Folder in the results where shares are handed out meanwhile."""

_RESTARTS = 20
_SECONDS_TO_END = 10.0
_CANNOT_RUN = 2


class LocalMachines:
    """Some processes that read with one worker each. One that dies is started again.

    Args:
        folder: where shares are handed out; made for this, and gone at the end if nothing is in it.
        number: how many.
        scratch: as of `Machine`.
        note: is told of one that died.
    """

    def __init__(
        self, folder: Path, number: int, scratch: Path | None = None, note: Callable[[str], None] = lambda _: None
    ) -> None:
        self._folder, self._scratch, self._note = folder, scratch, note
        self._number, self._died = number, 0
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
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes = []
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1
        with suppress(OSError):
            self._folder.rmdir()

    def _start(self) -> subprocess.Popen[bytes]:
        scratch = [str(self._scratch)] if self._scratch else []
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "vaern.cluster.local", str(self._folder), *scratch],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C is for the scan, which ends them
        )


def main() -> None:
    """One such process."""
    stop = threading.Event()

    def follow() -> None:
        sys.stdin.buffer.read()
        stop.set()

    threading.Thread(target=follow, daemon=True).start()
    folder, *scratch = map(Path, sys.argv[1:])
    try:
        Machine(Folder(folder), 1, *scratch, stop=stop).run(stay=True)
    except Refusal as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_CANNOT_RUN)


if __name__ == "__main__":
    main()
