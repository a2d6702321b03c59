"""A process that loads the decoders once and forks a worker whenever one is wanted: a start takes milliseconds.

It is started clean, reads no file, holds no list and listens to the parent alone, so what a fork copies of it is
decoders. It speaks on the socket that it was started with: `Fork` comes with the socket of the worker to be, and each
worker's end is told with its exit status, which only the process that forked it is given. One that ends with `LACKS`
lacked a parser that is loaded late (`late`): it is loaded before that end is told, for all that are forked from then
on. When the parent hangs up or dies, all workers end.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import struct
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from vaern.scanning import late
from vaern.scanning.sandbox import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = struct.Struct(">BI")
"""What the parent says: `FORK` or `KILL`, and the number that it gives or gave the worker."""

FORK, KILL = 1, 2
"""Start a worker, whose socket comes along; end one."""

ENDED = struct.Struct(">Ii")
"""What the parent is told: the number of a worker, and its exit status, negative for the signal that ended it."""

LACKS = 69
"""Exit status of a worker that met a file whose parser it did not have (EX_UNAVAILABLE)."""

FAILED = 70
"""Exit status of a worker that an exception ended (EX_SOFTWARE of sysexits.h); standard error has its words."""


def fork_workers(control: socket.socket, work: Callable[[socket.socket], None]) -> None:
    """Do what the parent says, until it hangs up; then end all workers.

    Args:
        control: the socket to the parent.
        work: what a worker does with its socket, in a process of its own.
    """
    forks = _Forks(control, work)
    try:
        forks.run()
    finally:
        forks.end()


class _Forks:
    """The workers that live, by number: the process, and a descriptor that tells its end (pidfd)."""

    def __init__(self, control: socket.socket, work: Callable[[socket.socket], None]) -> None:
        self._control, self._work = control, work
        self._living: dict[int, tuple[int, int]] = {}
        self._orders = bytearray()
        self._channels: list[int] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def run(self) -> None:
        """Fork, kill and tell, until the parent hangs up."""
        while True:
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._tell_end(key.data)
                elif not self._obey():
                    return

    def end(self) -> None:
        """End all workers and wait until they are gone."""
        for process, _ in self._living.values():
            os.kill(process, signal.SIGKILL)
        for process, _ in self._living.values():
            os.waitpid(process, 0)

    def _obey(self) -> bool:
        """Take orders; false when no more will come."""
        try:
            data, channels, _, _ = socket.recv_fds(self._control, 4096, 4)
        except ConnectionError:
            return False
        self._channels += channels
        self._orders += data
        while len(self._orders) >= ORDER.size:
            order, number = ORDER.unpack_from(self._orders)
            del self._orders[: ORDER.size]
            if order == FORK:
                self._fork(number, self._channels.pop(0))
            elif number in self._living:
                os.kill(self._living[number][0], signal.SIGKILL)  # not waited for, so the number is still its own
        return bool(data)

    def _fork(self, number: int, channel: int) -> None:
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            self._become(parent, channel)
        os.close(channel)
        end = os.pidfd_open(process)
        self._living[number] = process, end
        self._selector.register(end, selectors.EVENT_READ, number)

    def _become(self, parent: int, channel: int) -> NoReturn:
        """Be a worker: keep nothing of the others, work, and never come back."""
        try:
            die_with_parent(parent)
            self._selector.close()
            self._control.close()
            for other in (*self._channels, *(end for _, end in self._living.values())):
                os.close(other)
            with socket.socket(fileno=channel) as theirs:
                self._work(theirs)
            os._exit(0)
        except late.MissingError:
            os._exit(LACKS)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(FAILED)

    def _tell_end(self, number: int) -> None:
        process, end = self._living.pop(number)
        self._selector.unregister(end)
        os.close(end)
        _, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) == LACKS:
            late.load()
        with suppress(ConnectionError):  # it hung up meanwhile
            self._control.sendall(ENDED.pack(number, os.waitstatus_to_exitcode(status)))
