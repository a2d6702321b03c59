"""From a configuration to a running node: database, preparation, programs, and all of it back again in order."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from vaern.node import database, logs
from vaern.node.embedded import DatabaseError, Embedded
from vaern.node.preparing import CannotStart, prepare
from vaern.node.programs import programs
from vaern.node.serving import Supervisor, alone, wait_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.configuration import Configuration

READY_SECONDS = 60.0
"""For all parts to say that they are well."""

log = structlog.get_logger()


def run(configuration: Configuration, say: Callable[[str], None], ready: Callable[[str | None], None]) -> None:
    """Run a node until it is told to stop.

    Args:
        configuration: the node's.
        say: is told what is being done.
        ready: is called once requests are answered, with the first sign-in link of a new node.

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
        folder = configuration.home / "database"
        if not configuration.database_url and not (folder / "PG_VERSION").exists():
            say(f"Making a new node in {configuration.home}.")
        database.provide(configuration)
        try:
            link = prepare(configuration, say)

            def answers() -> None:
                wait_until_well(configuration)
                log.info("node_started", seconds=round(time.monotonic() - begun, 3))
                ready(link)

            supervisor = Supervisor(programs(), _environment(configuration), _keeper(configuration))
            supervisor.run(answers)
        finally:
            if database.stop_embedded(folder):
                log.info("database_stopped")
            log.info("node_stopped", seconds=round(time.monotonic() - begun, 3))


def _environment(configuration: Configuration) -> dict[str, str]:
    """Return what the programs find in their environment; the folder for their counters is empty at each start."""
    counters = configuration.home / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(mode=0o700)
    return {
        **os.environ,
        "VAERN_HOME": str(configuration.home),
        "DJANGO_SETTINGS_MODULE": "vaern.node.settings",
        "PROMETHEUS_MULTIPROC_DIR": str(counters),
    }


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


def _keeper(configuration: Configuration) -> Callable[[], None]:
    """Return what the supervisor calls every second: it starts an embedded database that died, with growing waits."""
    if configuration.database_url:
        return lambda: None
    server = Embedded(configuration.home / "database")
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


def wait_until_well(configuration: Configuration, seconds: float = READY_SECONDS) -> bool:
    """Wait until `/health` says that all is well, and return whether it did in time; the node goes on in any case."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ask_health(configuration) == http.client.OK:
            return True
        time.sleep(0.05)
    return False


def ask_health(configuration: Configuration) -> int | None:
    """Return the status of `/health`, asked where the node listens; None if nobody answers."""
    host, port = configuration.bind
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(here, port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": urlsplit(configuration.address).netloc})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
