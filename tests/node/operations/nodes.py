"""A whole node for the tests: `vaern serve` in its own folder, on its own port."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

VAERN = [sys.executable, "-c", "from vaern.cli.main import main; main()"]
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 300.0


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what it says of a node."""
    ours = ("VAERN_", "DATABASE_URL", "DJANGO_", "PROMETHEUS_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | more


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def vaern(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*VAERN, *map(str, arguments)],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Node:
    """One node; `start` returns when all of it is well."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.host, self.port = home, "localhost", free_port()
        self.environment = clean_environment(VAERN_LOG="json", VAERN_SYNTHETIC="1", **environment)
        self.log = home.with_name(f"{home.name}.log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*VAERN, "serve", "--home", str(self.home), "--bind", f"127.0.0.1:{self.port}"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait()

    def wait(self) -> None:
        """Until `/health` says that all is well."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            if self.health()[0] == 200 and self.ready():
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-3000:])

    def ready(self) -> bool:
        return "The node is ready" in self.log.read_text()

    def get(
        self, path: str, method: str = "GET", body: str | bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask on a connection of its own; status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            named = {"Host": f"{self.host}:{self.port}"} | {
                key.replace("_", "-"): value for key, value in headers.items()
            }
            connection.request(method, path, body=body or None, headers=named)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def health(self) -> tuple[int, dict[str, bool]]:
        try:
            status, _, body = self.get("/health")
        except OSError:
            return 0, {}
        except http.client.HTTPException:
            return 0, {}
        return status, json.loads(body)

    def events(self) -> list[dict]:
        """What it has logged as JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def programs(self) -> dict[str, int]:
        """The processes that were started last, by name."""
        return {event["program"]: event["process"] for event in self.events() if event["event"] == "program_started"}

    def database_pid(self) -> int:
        return int((self.home / "database" / "postmaster.pid").read_text().split("\n", 1)[0])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def clean_up(self) -> None:
        """End whatever is left, also after a failed test."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with suppress(OSError, ValueError):
            os.kill(self.database_pid(), signal.SIGQUIT)


def alive(pid: int) -> bool:
    """Whether a process lives; a dead one that nobody has fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def wait_until(true, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)
