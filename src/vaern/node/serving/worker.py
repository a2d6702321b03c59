"""gunicorn's threaded worker, with an end to waiting: whoever sends a request too slowly is cut off.

gunicorn waits for the first byte without a thread, and for all others with one, for ever. A few connections that stop
in the middle of a line would take every thread of a node that has no proxy in front.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

LONGEST_ARRIVAL = 30.0
"""Seconds in which a request has to have arrived whole, its content too. The answer may take longer."""


class Deadlines(ThreadWorker):  # type: ignore[misc]
    """Stops reading from a connection whose request has not arrived in time; an answer under way goes on."""

    longest = LONGEST_ARRIVAL

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Answer one request, in a thread of the pool."""
        self._begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._begun.pop(conn, None)

    def murder_pending(self) -> None:
        """Close what waits for too long; gunicorn calls this about once a second."""
        super().murder_pending()
        late = time.monotonic() - self.longest
        for conn, begun in list(self._begun.items()):
            if begun < late:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)  # what reads finds the end; what writes does not notice
