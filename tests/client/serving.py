"""A real HTTP server in the test's process, on this machine, that answers what a function says."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Said:
    """One answer; `declared` where its length is to be a lie."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None


@dataclass
class Server:
    """A server that runs.

    Attributes:
        base: its address.
        asked: all requests, in their order.
    """

    base: str
    asked: list[Asked]


@contextmanager
def serving(answer: Callable[[Asked], Said | bytes | str]) -> Iterator[Server]:
    """Serve until the block ends."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together: a body alone waits 40 ms until the head is acknowledged

        def do_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            one = Asked(self.command, parts.path, query, headers, body)
            asked.append(one)
            said = answer(one)
            if isinstance(said, str):
                said = said.encode()
            if isinstance(said, bytes):
                said = Said(said)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body) if said.declared is None else said.declared))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)
            if said.declared is not None:
                self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PUT = do_any  # noqa: N815 - the names that http.server calls

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
