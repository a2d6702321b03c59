"""Backups: one encrypted file with a database snapshot, the keys, and the numbers that a restore must reproduce.

The file is a tar inside age: `manifest.json`, `keys/…`, the signed releases of lists (`releases/…`), and the dump
(PostgreSQL's custom format) in numbered pieces, because a tar wants to know the size of a member before it is written,
and nothing unencrypted ever touches a disk.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from subprocess import DEVNULL as NULL
from subprocess import PIPE
from typing import IO, TYPE_CHECKING, TypeAlias

import psycopg

import vaern
from vaern.node.ledger.keys import LAST
from vaern.node.operations import age, signed
from vaern.node.operations.contents import measured
from vaern.node.operations.programs import connection_for, program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.node.runtime.configuration import Configuration

FORMAT = "vaern-backup-1"
PIECE = 8 << 20
"""Bytes of the dump in one member of the tar."""

MANIFEST = "manifest.json"
DUMP = "database"
EXCHANGE = "exchange"
"""The folder, among the keys, of those of the exchange."""


class BackupError(Exception):
    """The backup cannot be made or restored; the message is one sentence."""


Progress: TypeAlias = "Callable[[str, int, int], None]"
"""Is told how far the work is: what is being done, how much, of how much (0: not known)."""


@dataclass(frozen=True)
class Made:
    """A backup that was made.

    Attributes:
        path: where it lies.
        size: bytes.
        rows: in all tables.
        has_secret: whether the node's secret is in it; else it is set in the environment and is kept by the operator.
    """

    path: Path
    size: int
    rows: int
    has_secret: bool


def back_up(
    configuration: Configuration,
    url: str,
    out: Path,
    lock: age.Lock,
    progress: Progress,
) -> Made:
    """Write a backup of a node, running or not; writers go on meanwhile.

    Args:
        configuration: the node's.
        url: of its database.
        out: the file; it appears when it is complete.
        lock: who can open it.
        progress: is told how far it is.

    Raises:
        BackupError: it cannot be written, or the database cannot be read.
        NoProgram: no `pg_dump` fits the server.
    """
    if out.exists():
        raise BackupError(f"{out} is there already: name another file.")
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with (
                age.encrypted(file, lock) as sink,
                tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive,
            ):
                rows = _write(archive, configuration, url, progress)
            file.flush()
            os.fsync(file.fileno())
            size = file.seek(0, io.SEEK_END)
        try:
            out.hardlink_to(partial)  # never over another file
        except FileExistsError:
            raise BackupError(f"{out} is there already: name another file.") from None
    except psycopg.Error as error:
        raise BackupError(f"The database cannot be read ({type(error).__name__}): see that it runs.") from error
    finally:
        partial.unlink(missing_ok=True)
    _fsync(out.parent)
    return Made(out, size, rows, has_secret=(configuration.home / "keys" / "secret").exists())


def _write(archive: tarfile.TarFile, configuration: Configuration, url: str, progress: Progress) -> int:
    """Write all members, of one snapshot of the database, and return the number of rows."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        tables = measured(connection, lambda done, of: progress("Counting", done, of))
        migrations = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        manifest = {
            "format": FORMAT,
            "vaern": vaern.__version__,
            "postgresql": connection.info.server_version,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "address": configuration.address,
            "synthetic": configuration.synthetic,
            "tables": tables,
            "migrations": [f"{app}.{name}" for app, name in migrations],
        }
        _add(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
        keys = configuration.home / "keys"
        for path in sorted([*keys.glob("*"), *(keys / EXCHANGE).glob("*")]):
            if path.is_file() and not path.name.startswith(LAST):
                _add(archive, f"keys/{path.relative_to(keys)}", path.read_bytes())
        signed.add(archive, configuration.home)
        _dump(archive, connection.info.server_version, url, str(snapshot[0]), progress)
    return sum(int(rows) for rows, _ in tables.values())


def _dump(archive: tarfile.TarFile, version: int, url: str, snapshot: str, progress: Progress) -> None:
    target, environment = connection_for(url)
    command: list[str | Path] = [
        program("pg_dump", version),
        "--format=custom",
        "--compress=gzip:3",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        f"--dbname={target}",
    ]
    done = 0
    dump = subprocess.Popen(command, env=environment, stdin=NULL, stdout=PIPE, stderr=NULL)  # noqa: S603 - our own arguments
    with dump:
        assert dump.stdout is not None
        try:
            for number, piece in enumerate(iter(lambda: _piece(dump.stdout), b"")):
                _add(archive, f"{DUMP}/{number:06d}", piece)
                done += len(piece)
                progress("Dumping", done, 0)
        except BaseException:
            with suppress(ProcessLookupError):
                dump.kill()
            raise
    if dump.returncode:
        raise BackupError("PostgreSQL's pg_dump failed: see that the disk has room and the database runs.")


def _piece(stream: IO[bytes] | None) -> bytes:
    """Return the next full piece, or what is left."""
    assert stream is not None
    parts, missing = [], PIECE
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(data), 0o600, int(time.time())
    archive.addfile(info, io.BytesIO(data))


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
