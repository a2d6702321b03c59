"""A service on loopback, over lists that the tests write: real packages, real HTTP."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import uvicorn

from vaern.lookup.callers import ASK, FEEDBACK, FILE, LISTS, Asker, Caller, Callers, make_key, write
from vaern.lookup.grounds import Ground
from vaern.lookup.policy import Need
from vaern.lookup.quota import DAY
from vaern.lookup.serving import application
from vaern.lookup.spool import FOLDER, Record, read, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAWFUL = Ground("hosting", "DK", "2020-01-01", "lawful", "It may.", "a law", day="2026-11-01")
POLICY = {
    "log": Need(),
    "queue": Need(),
    "block": Need(votes=2, countries=1, independent=1),
    "report": Need(votes=2, countries=2, independent=2),
}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class Running:
    """A service that runs."""

    lists: Path
    port: int
    keys: dict[str, str] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | object = b"",
        *,
        who: str | None = "hosting",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if not isinstance(body, bytes):
            body = msgspec.json.encode(body)
            sent.setdefault("content-type", "application/json")
        if who:
            sent["authorization"] = f"Bearer {self.keys[who]}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def look_up(self, *signals: dict[str, Any], who: str = "hosting", **more: Any) -> Answer:
        return self.ask("POST", "/api/lookups", {"signals": signals, **more}, who=who)

    def spool(self) -> list[Record]:
        """All records that wait, however many pages of a file they are."""
        found: list[Record] = []
        for path in waiting(self.lists / FOLDER):
            page = read(path)
            while page.records:
                found += page.records
                page = read(path, page.offset)
        return found

    def admit(self, name: str, **change: Any) -> str:
        """Let another caller in, at once."""
        text, caller = make_key()
        usual: dict[str, Any] = {
            "organisation": Asker(id=f"id of {name}", name=name, country="DK"),
            "service": "hosting",
            "country": "DK",
            "lists": ("*",),
            "scopes": (ASK,),
            "per_second": 1_000_000,
            "policy": POLICY,
        }
        self.callers[name] = msgspec.structs.replace(caller, **{**usual, **change})
        self.keys[name] = text
        write(self.lists / FILE, Callers(callers=tuple(self.callers.values()), grounds=(LAWFUL,)))
        return text


@contextlib.contextmanager
def running(lists: Path) -> Iterator[Running]:
    """Serve a folder of lists in a thread of this process."""
    found = Running(lists, 0)
    found.admit("hosting")
    found.admit("holder", scopes=(ASK, LISTS, FEEDBACK), holds=("known",))
    found.admit("mail", service="communication")
    found.admit("coarse", coarse=True)
    config = uvicorn.Config(
        application(lists), port=0, http="httptools", loop="uvloop", ws="none", access_log=False, log_level="error"
    )
    server = uvicorn.Server(config)
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


def within_a_day(seconds: float = 60.0) -> None:
    """Wait for the next day, UTC, where this one ends too soon for a test of what a key may in a day."""
    left = DAY - time.time() % DAY
    if left < seconds:
        time.sleep(left)


def until(wanted: Any, seconds: float = 20.0) -> None:
    """Wait until something holds; fail if it does not."""
    ends = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < ends, "it did not come to hold"
        time.sleep(0.01)
