"""gunicorn's threaded worker with read deadlines: clients that send a request too slowly are disconnected.

gunicorn waits for the first byte without a thread, and for all others with one, for ever. A few connections that stop
in the middle of a line would take every thread of a node that has no proxy in front.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

LONGEST_ARRIVAL = 30.0
"""Seconds in which a request has to have arrived whole, its content too. The answer may take longer."""


REFUSED: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.InvalidResponseHeader, 500, "Internal Server Error"),
    (errors.InvalidResponseHeaderName, 500, "Internal Server Error"),
    (errors.ConfigurationProblem, 500, "Internal Server Error"),
    (errors.LimitRequestLine, 414, "URI Too Long"),
    (errors.LimitRequestHeaders, 431, "Request Header Fields Too Large"),
    (errors.UnsupportedTransferCoding, 501, "Not Implemented"),
    (errors.ExpectationFailed, 417, "Expectation Failed"),
    (errors.ForbiddenProxyRequest, 403, "Forbidden"),
    (errors.ParseException, 400, "Bad Request"),
)
"""What a request is answered that is no HTTP of ours, by the first kind of error that fits."""

ANSWER = (
    "HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n\r\n{reason}"
)


class Deadlines(ThreadWorker):  # type: ignore[misc]
    """Stops reading from a connection whose request has not arrived in time; an answer under way goes on.

    Attributes:
        longest: seconds in which a request has to arrive.
        settled: what its first pages loaded is no more searched for garbage (`web_server.post_request`).
    """

    longest = LONGEST_ARRIVAL
    settled = False

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

    def handle_error(self, _request: Any, client: Any, _address: Any, error: Exception) -> None:
        """Answer what could not be read. Neither the answer nor the log says who sent it, or what: gunicorn's do."""
        status, reason = next(
            ((status, reason) for kind, status, reason in REFUSED if isinstance(error, kind)),
            (500, "Internal Server Error"),
        )
        if status == 500:
            self.log.error("a request failed before the node had it: %s", type(error).__name__)
        with suppress(OSError):
            answer = ANSWER.format(status=status, reason=reason, length=len(reason))
            util.write_nonblock(client, answer.encode("ascii"))

    def murder_pending(self) -> None:
        """Close what waits for too long; gunicorn calls this about once a second."""
        super().murder_pending()
        late = time.monotonic() - self.longest
        for conn, begun in list(self._begun.items()):
            if begun < late:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)  # what reads finds the end; what writes does not notice
