"""A line to a node that breaks as it is told: a proxy that loses, cuts, doubles, replays, reorders and delays calls."""

from __future__ import annotations

import http.client
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

SLOW = 0.2
"""Seconds that a slow call takes longer, at most."""

HELD = 3.0
"""Seconds for which a call is held back, at most, so that later ones overtake it."""

HOP = frozenset({"transfer-encoding", "connection", "content-length", "date", "server"})
"""Headers of an answer that belong to one connection."""


@dataclass(frozen=True)
class Faults:
    """How often something befalls a call, of a hundred each.

    Attributes:
        drops: the call is lost.
        cuts: the call is heard, and its answer lost.
        halves: half of the answer comes, then the connection breaks.
        doubles: the call is heard twice.
        replays: an older call is heard once more, before it.
        reorders: it is given up, and heard later, behind others.
        slow: it takes longer.
    """

    drops: int = 0
    cuts: int = 0
    halves: int = 0
    doubles: int = 0
    replays: int = 0
    reorders: int = 0
    slow: int = 0


class Request(NamedTuple):
    """What was asked of a node."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class Answer(NamedTuple):
    """What it said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Faulty:
    """A proxy before a node.

    Attributes:
        target: the port of the node.
        seed: of what is left to chance.
        faults: what befalls calls from now on.
        counted: how often what befell.
        down: nobody is reached.
    """

    target: int
    seed: int
    faults: Faults = Faults()
    counted: dict[str, int] = field(default_factory=dict)
    down: bool = False

    def __post_init__(self) -> None:
        self._chance, self._kept, self._lock = random.Random(self.seed), list[Request](), threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                proxy.carry(self)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def carry(self, call: BaseHTTPRequestHandler) -> None:
        """Carry a call to the node and its answer back, or not."""
        call.close_connection = True
        body = call.rfile.read(int(call.headers.get("Content-Length", 0)))
        request = Request(call.command, call.path, body, dict(call.headers))
        if self.down or self._befalls("drops"):
            return
        if self._befalls("reorders"):
            threading.Timer(self._seconds(HELD), self._ask, [request]).start()
            return
        if self._befalls("slow"):
            time.sleep(self._seconds(SLOW))
        if self._kept and self._befalls("replays"):
            self._ask(self._kept[self._below(len(self._kept))])
        if self._befalls("doubles"):
            self._ask(request)
        answer = self._ask(request)
        with self._lock:
            self._kept = [*self._kept[-20:], request]
        if answer is None or self.down or self._befalls("cuts"):
            return
        with suppress(OSError):
            _reply(call, answer, cut=self._befalls("halves"))

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()

    def _befalls(self, what: str) -> bool:
        with self._lock:
            if self._chance.randrange(100) >= getattr(self.faults, what):
                return False
            self.counted[what] = self.counted.get(what, 0) + 1
            return True

    def _seconds(self, most: float) -> float:
        with self._lock:
            return self._chance.uniform(0, most)

    def _below(self, most: int) -> int:
        with self._lock:
            return self._chance.randrange(most)

    def _ask(self, request: Request) -> Answer | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=60)
        try:
            connection.request(request.method, request.path, body=request.body, headers=request.headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _reply(call: BaseHTTPRequestHandler, answer: Answer, *, cut: bool) -> None:
    call.send_response(answer.status)
    for name, value in answer.headers:
        if name.lower() not in HOP:
            call.send_header(name, value)
    call.send_header("Content-Length", str(len(answer.body)))
    call.send_header("Connection", "close")
    call.end_headers()
    call.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
