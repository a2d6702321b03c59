"""A relay on loopback that hands bytes on and keeps what the one who asks sends."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Relay:
    """A relay that runs.

    Attributes:
        sent: all bytes that came from those who ask, of all connections.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.sent = bytearray()
        self._sockets = [self._listening]
        self._threads: list[threading.Thread] = []
        self._start(self._run)

    def close(self) -> None:
        """End all connections, and wait for those who handed on."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()  # from here on there are no more
        for one in self._sockets[1:]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # it was closed
            while True:
                asking = self._listening.accept()[0]
                self._sockets.append(asking)
                answering = socket.create_connection(("127.0.0.1", self._to))
                self._sockets.append(answering)
                self._start(self._hand_on, asking, answering, self.sent)
                self._start(self._hand_on, answering, asking, bytearray())

    def _hand_on(self, come: socket.socket, go: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):
            while piece := come.recv(1 << 16):
                kept += piece
                go.sendall(piece)
        with contextlib.suppress(OSError):
            go.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def recorded(port: int) -> Iterator[Relay]:
    """A relay to a port of this machine."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
