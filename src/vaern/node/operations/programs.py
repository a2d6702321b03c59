"""PostgreSQL's own programs for dumping and restoring, in a version that fits the server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vaern.node.runtime.configuration_texts import ConfigurationError
from vaern.node.runtime.embedded import binaries
from vaern.node.runtime.postgresql import MAJOR, installed

if TYPE_CHECKING:
    from pathlib import Path


class NoProgram(Exception):
    """No program fits the server; the message is one sentence that says what to install."""


def program(name: str, server_version: int) -> Path:
    """Return `pg_dump` or `pg_restore` for a server of this version (180004 is 18.4): never one older than it.

    Raises:
        NoProgram: there is none.
    """
    major = server_version // 10_000
    if major <= MAJOR:
        try:
            return binaries() / name
        except ConfigurationError:
            pass
    for found, path in sorted(installed(name)):
        if found >= major:
            return path
    raise NoProgram(
        f"The database is PostgreSQL {major}, and no {name} of this version is here: install its client programs, "
        f"such as the package postgresql-client-{major}."
    )


def connection_for(url: str) -> tuple[str, dict[str, str]]:
    """Return what a program is called with, and its environment: a password is seen in the latter only."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None) or unquote(urlsplit(url).password or "")
    environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/nonexistent"}
    if password:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parts), environment
