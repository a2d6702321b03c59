"""The life of a running node: start database, preparation and programs, and stop them in reverse order."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from vaern.node.operations.unfinished import clear
from vaern.node.runtime import database, logs
from vaern.node.runtime.embedded import DatabaseError
from vaern.node.runtime.serving.preparation import CannotStart, prepare
from vaern.node.runtime.serving.programs import programs
from vaern.node.runtime.serving.supervisor import Supervisor, alone, wait_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.runtime.configuration import Configuration

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of ours is made in it, or it is not used: `fresh_counters`
"""Linux's file system in memory."""

LATE_SECONDS = 20.0
"""After so long it is said what a start waits for."""

log = structlog.get_logger()


def run(configuration: Configuration, say: Callable[[str], None], ready: Callable[[str | None], None]) -> None:
    """Run a node until it is told to stop.

    Args:
        configuration: the node's.
        say: called with progress messages.
        ready: called once requests are answered, with a new node's first sign-in link.

    Raises:
        AlreadyServed: another process serves the folder.
        CannotStart: the port is taken, or the database cannot be brought to this version.
        DatabaseError: the embedded server does not start.
    """
    begun = time.monotonic()
    logs.configure(configuration.log)
    logs.take_over()
    with alone(configuration.home):
        _port_is_free(configuration)
        clear(configuration.home, say)
        folder = configuration.home / "database"
        if not configuration.database_url and not (folder / "PG_VERSION").exists():
            say(f"Making a new node in {configuration.home}.")
        database.provide(configuration)
        try:
            link = prepare(configuration, say)

            def answers() -> None:
                log.info("node_started", seconds=round(time.monotonic() - begun, 3))
                ready(link)

            supervisor = Supervisor(
                programs(press_mail=bool(configuration.press_smtp), lookup=bool(configuration.lookup_bind)),
                _environment(configuration),
                keeper(configuration),
            )
            supervisor.run(_all_well(configuration, say), answers)
        finally:
            if database.stop_embedded(folder):
                log.info("database_stopped")
            for counters in _counters(configuration.home):
                shutil.rmtree(counters, ignore_errors=True)
            log.info("node_stopped", seconds=round(time.monotonic() - begun, 3))


def _environment(configuration: Configuration) -> dict[str, str]:
    """Return what the programs find in their environment."""
    return {
        **os.environ,
        "VAERN_HOME": str(configuration.home),
        "DJANGO_SETTINGS_MODULE": "vaern.node.settings",
        "PROMETHEUS_MULTIPROC_DIR": str(fresh_counters(configuration.home)),
    }


def _counters(home: Path) -> tuple[Path, Path]:
    """Return where the folder of the programs' counters may lie, the better place first."""
    name = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    return MEMORY / f"vaern-{name}", home / "metrics"


def fresh_counters(home: Path) -> Path:
    """Make the folder for the programs' counters, empty at each start, and return it.

    The counters are files mapped into memory: on a full disk, a program that counts is killed (SIGBUS). So they lie in
    the machine's memory, or beside the database where there is no such place, or it is not ours to make.
    """
    best, usual = _counters(home)
    for folder in (best, usual):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        best.mkdir(mode=0o700)
    except OSError:
        usual.mkdir(mode=0o700)
        return usual
    return best


def _port_is_free(configuration: Configuration) -> None:
    host, port = configuration.bind
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Nothing can listen on {host}:{port} ({(error.strerror or str(error)).lower()}): "
                "set VAERN_BIND to another address and port."
            ) from error


def keeper(configuration: Configuration) -> Callable[[], None]:
    """Return what the supervisor calls every second: it starts an embedded database that died, with growing waits."""
    if configuration.database_url:
        return lambda: None
    server = database.embedded(configuration.home / "database")
    failures, due = 0, 0.0

    def keep() -> None:
        nonlocal failures, due
        if time.monotonic() < due or server.running():
            return
        lost = time.monotonic()
        log.error("database_lost")
        try:
            server.start()
        except DatabaseError as error:
            failures += 1
            due = time.monotonic() + wait_before(failures)
            log.error("error", **logs.described(error))  # noqa: TRY400 - its words quote paths and the server
        else:
            failures = 0
            log.info("database_started", seconds=round(time.monotonic() - lost, 3))

    return keep


def _all_well(configuration: Configuration, say: Callable[[str], None]) -> Callable[[], bool]:
    """Return what asks whether all parts work, and says once which does not after a while."""
    late = time.monotonic() + LATE_SECONDS

    def well() -> bool:
        nonlocal late
        status, parts = ask_health(configuration)
        if status != http.client.OK and time.monotonic() > late:
            late = float("inf")
            missing = [name for name, works in parts.items() if not works and name != "well"] or ["the site"]
            say(f"Still waiting for {' and '.join(missing)}; see the log.")
        return status == http.client.OK

    return well


def ask_health(configuration: Configuration) -> tuple[int, dict[str, bool]]:
    """Return the status of `/health` and which parts work, asked where the node listens; 0 if nobody answers."""
    host, port = configuration.bind
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(here, port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": urlsplit(configuration.address).netloc})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()
