"""A gate on loopback, over lists and services that the tests write: real workers, real HTTP."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
import uvicorn
from tests.scanning.trees import encoded, picture

from vaern.gate.desk import Bounds, Desk
from vaern.gate.service import Service
from vaern.gate.verdicts import Policy
from vaern.hashing import HashOptions, hash_stream
from vaern.matching import List, publish
from vaern.records import Entry, Signal
from vaern.scanning import Hashers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.gate.asking import Asked

KNOWN, ALIKE, NEW = (encoded(picture(seed)) for seed in (1, 2, 3))
GOOD = encoded(picture(4))


def pdq_of(data: bytes) -> bytes:
    """Of a picture, upright."""
    signals = hash_stream(io.BytesIO(data), "x", len(data), None, HashOptions(orientations=1)).signals
    return next(signal.value for signal in signals if signal.kind == "pdq")


def write_lists(folder: Path) -> list[List]:
    """One list that has the bytes of `KNOWN` and the look of `ALIKE`, one of files that are known to be harmless."""
    known = [
        Entry("the same", (Signal("sha256", hashlib.sha256(KNOWN).digest()),)),
        Entry("alike", (Signal("pdq", pdq_of(ALIKE)),)),
    ]
    good = [Entry("good", (Signal("sha256", hashlib.sha256(GOOD).digest()),))]
    publish(folder / "known", known, name="known", release="r1")
    publish(folder / "good", good, name="good", release="r1", purpose="known-good")
    return [List.open(folder / name) for name in ("known", "good")]


class Running:
    """A gate that runs.

    Attributes:
        evidence: what it wrote down.
    """

    def __init__(self) -> None:
        self.port = 0
        self.evidence: list[dict[str, Any]] = []
        self.lines: list[bytes] = []

    def note(self, line: bytes) -> None:
        self.lines.append(line)
        self.evidence.append(msgspec.json.decode(line))

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        with contextlib.closing(self.connection()) as connection:
            connection.request(method, path, body, headers or {}, encode_chunked=not isinstance(body, bytes | None))
            answer = connection.getresponse()
            return answer.status, answer.read()

    def check(self, upload: bytes) -> dict[str, Any]:
        status, body = self.ask("POST", "/v1/uploads", upload)
        assert status == 200
        return msgspec.json.decode(body)


@contextlib.contextmanager
def running(
    asked: Asked, policy: Policy | None = None, bounds: Bounds | None = None, hashers: Hashers | None = None
) -> Iterator[Running]:
    """Serve a gate in a thread of this process."""
    found, bounds = Running(), bounds or Bounds()
    with contextlib.ExitStack() as opened:
        hashers = hashers or opened.enter_context(Hashers(bounds.options(1)))
        service = Service(Desk(hashers, asked, policy or Policy(), bounds, found.note), local=True)
        server = uvicorn.Server(
            uvicorn.Config(service, port=0, http="httptools", loop="uvloop", ws="none", log_level="error")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        found.port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield found
        finally:
            server.should_exit = True
            thread.join(30)
