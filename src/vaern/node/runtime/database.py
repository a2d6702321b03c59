"""The database: the server named by `DATABASE_URL`, or our own PostgreSQL 18 in the data folder.

`is_down` tells a database that does not answer from an error of ours.
"""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from vaern.node.runtime.embedded import Embedded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.node.runtime.configuration import Configuration

URL_FROM_PARENT = "VAERN_EMBEDDED_URL"
"""Set by the process that started the embedded server, so that its children connect and never start a second."""

SERVER_OPTIONS = "-c jit=off"
"""For each connection, as the embedded server has it: to compile a query takes seconds, and ours take milliseconds.

A server of Debian's compiles whatever its planner thinks dear, and the folds of indicators look dear to it: they forbid
sequential scans, which before PostgreSQL 18 costs 10^10. `?options=` in the address replaces it, with nothing for a
pooler that takes no options.
"""

CONNECT_SECONDS = 10
"""For one try to connect; an address behind which nobody answers would hold a thread for minutes."""

_SERVERS: dict[Path, Embedded] = {}


def provide(configuration: Configuration) -> str:
    """Return the URL of a running server: the configured one, the parent process's, or our own, started now."""
    given = configuration.database_url or os.environ.get(URL_FROM_PARENT)
    return given or start_embedded(configuration.home / "database")


def start_embedded(folder: Path) -> str:
    """Start the embedded server in this folder, or join the one that runs there, and return its address.

    It listens on a Unix socket only. It stops when the last process that asked for it ends, or calls `stop_embedded`.

    Raises:
        vaern.node.runtime.embedded.DatabaseError: it does not start.
    """
    url = embedded(folder).start()
    os.environ[URL_FROM_PARENT] = url
    return url


def embedded(folder: Path) -> Embedded:
    """Return the embedded server of this folder as this process sees it.

    There is one object per process, because it holds the lock that marks the server as used: a second object would hold
    another lock, and `stop_embedded`, which releases only this one, would leave the server running.
    """
    folder = folder.absolute()
    if folder not in _SERVERS:
        _SERVERS[folder] = Embedded(folder)
        atexit.register(_stop_in, os.getpid(), folder)
    return _SERVERS[folder]


def stop_embedded(folder: Path) -> bool:
    """Release the embedded server of this folder; return whether that stopped it, as nobody else uses it."""
    server = _SERVERS.pop(folder.absolute(), None)
    os.environ.pop(URL_FROM_PARENT, None)
    return server is not None and server.stop()


def _stop_in(process: int, folder: Path) -> None:
    """At the end of the process that started it; a fork of it ends without a word."""
    if os.getpid() == process:
        stop_embedded(folder)


def connection_settings(url: str) -> dict[str, Any]:
    """Turn a PostgreSQL address into an entry of Django's `DATABASES`."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
    host = query.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, "options": SERVER_OPTIONS, **query},
    }


def is_down(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, says that the database does not answer; Django's own errors name theirs.

    That is: no connection, one that broke, and what a server says that starts, stops or takes no more connections
    or one whose disk is full (PostgreSQL 18, appendix A: class 08, 57P01 to 57P05, 53300, 53100). A deadlock or a time
    limit is not it.
    """
    for one in causes(error):
        if isinstance(one, psycopg.OperationalError | psycopg.InterfaceError):
            code = one.sqlstate
            if code is None or code in {"53100", "53300"} or code.startswith(("08", "57P")):
                return True
    return False


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, what it came from, and so on; each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
