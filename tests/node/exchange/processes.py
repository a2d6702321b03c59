"""Whole nodes as processes (`vaern serve`), each with its own database, keys and ledger, and a proxy before each.

What people do on a node its servant does: one process more, with the node's own code on the node's database, which
stays and takes orders as lines of JSON (`servants.py`). A servant is nobody's victim: acts are what is being tested
for getting there, and each is one transaction.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import psycopg
from tests.node import prepared
from tests.node.exchange.proxies import Faulty
from tests.node.operations.nodes import ROOT, Node, clean_environment, free_port, vaern

from vaern.node.runtime.embedded import Embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VICTIMS = ("courier", "web", "worker", "sequencer", "database")
PATIENCE = 600.0


class Side:
    """A node with the proxy before it, of a name of its own: ledgers and witnesses are told apart by the host.

    Attributes:
        code: how it is called here.
        country: of its desks; "" for a node that has none.
        proxy: by which the others reach it.
        node: the processes of it.
    """

    def __init__(self, folder: Path, code: str, country: str, seed: int, **environment: str) -> None:
        self.code, self.country, port = code, country, free_port()
        self.proxy = Faulty(port, seed)
        self.environment = {"VAERN_ADDRESS": f"http://{self.name}", "VAERN_WORKERS": "1", **environment}
        self.node = Node(folder / code, **self.environment)
        self.node.host, self.node.port = f"{code}.localhost", port
        self.card = self.digits = ""
        self._servant: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._one = threading.Lock()

    @property
    def name(self) -> str:
        """Of the node in the exchange."""
        return f"{self.code}.localhost:{self.proxy.port}"

    @property
    def url(self) -> str:
        """The address of its database."""
        return Embedded(self.node.home / "database").url

    def begin(self) -> None:
        """Start the node and its servant, and make its organisations."""
        self.node.home.mkdir(mode=0o711, exist_ok=True)  # as a node makes it: the database's user passes through
        prepared.place(self.node.home / "database")
        self.node.start()
        self._log = self.node.home.with_name(f"{self.code}-servant.log").open("a")
        self._servant = subprocess.Popen(
            [sys.executable, "-m", "tests.node.exchange.servants"],
            env=clean_environment(
                VAERN_HOME=str(self.node.home),
                VAERN_SYNTHETIC="1",
                VAERN_EMBEDDED_URL=self.url,
                DJANGO_SETTINGS_MODULE="vaern.node.settings",
                PYTHONPATH=str(ROOT),
                **self.environment,
            ),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        made = self.do("begin", country=self.country)
        self.card, self.digits = made["card"], made["digits"]

    def do(self, step: str, **given: Any) -> Any:
        """Let people of this node do something, and return what came of it."""
        assert self._servant is not None
        assert self._servant.stdin is not None  # both are pipes
        assert self._servant.stdout is not None
        with self._one:
            with suppress(BrokenPipeError):  # its answer is that it ended
                self._servant.stdin.write(json.dumps({"do": step, "given": given}) + "\n")
                self._servant.stdin.flush()
            line = self._servant.stdout.readline()
        answer = json.loads(line) if line else {"problem": "its process ended"}
        if "problem" in answer:
            raise AssertionError(f"{step} {given.get('deed', '')} on {self.code}: {answer['problem']}")
        return answer["said"]

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask its database, beside the node."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[call-overload,no-any-return]

    def kill(self, program: str) -> bool:
        """`kill -9` a process of the node, which its supervisor starts again. Say whether there was one."""
        with suppress(ProcessLookupError, KeyError, OSError, ValueError):
            os.kill(self.pid(program), signal.SIGKILL)
            return True
        return False

    def pid(self, program: str) -> int:
        """Which process it is."""
        return self.node.database_pid() if program == "database" else self.node.programs()[program]

    @contextmanager
    def held(self, program: str) -> Iterator[None]:
        """Let a program of the node stand still, between two transactions."""
        pid = self.pid(program)
        while True:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.1)
            if not self.ask("SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'"):
                break
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def verifies(self, *options: str | Path) -> str:
        """What `ledger verify` finds wrong with its ledger, given options; "" for nothing."""
        environment = {**self.environment, "VAERN_SYNTHETIC": "1", "VAERN_EMBEDDED_URL": self.url}
        done = vaern("ledger", "verify", *options, "--home", self.node.home, **environment)
        return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}"[-1_500:]

    def end(self) -> None:
        """End all of it."""
        if self._servant is not None:
            self._servant.terminate()
            self._servant.wait()
        if self._log is not None:
            self._log.close()
        self.node.clean_up()
        self.proxy.close()


def introduce(first: Side, second: Side, hub: Side | None = None) -> None:
    """Let two nodes become peers, for everything that organisations send; one of them may be a hub to the other."""
    for one, other in ((first, second), (second, first)):
        countries = [other.country] if other.country else []
        hubs = {"to_hub": other is hub, "from_hub": one is hub}
        one.do("meet", card=other.card, digits=other.digits, countries=countries, **hubs)


def until(true: Callable[[], Any], seconds: float = PATIENCE, every: float = 0.2, what: str = "it") -> float:
    """Wait until something is so, looking at what is recorded; return how long it took."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"{what} did not come about")
        time.sleep(every)
    return time.monotonic() - begun
