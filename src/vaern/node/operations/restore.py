"""Restoring a backup into an empty folder: complete and verified, or not at all."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import psycopg

from vaern.node.operations import age, signed
from vaern.node.operations.backup import DUMP, EXCHANGE, FORMAT, MANIFEST, BackupError
from vaern.node.operations.contents import measured, tables
from vaern.node.operations.programs import connection_for, program
from vaern.node.operations.unfinished import building
from vaern.node.runtime.embedded import Embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.node.operations.backup import Progress

LARGEST_MANIFEST = 16 << 20
LARGEST_KEY = 1 << 20
_KEY = re.compile(rf"keys/({EXCHANGE}/)?[A-Za-z0-9][A-Za-z0-9._-]{{0,100}}\Z")


Verify: TypeAlias = "Callable[[str, Path], int]"
"""Verifies the ledger of the database at an address with the keys of a data folder, and returns how many entries it
has, or raises `BackupError`."""


GoOn: TypeAlias = "Callable[[str, Path], None]"
"""Readies the node of a database and a data folder to speak with others again, or raises `BackupError`."""


def alone(_url: str, _home: Path) -> None:
    """Go on as a node that has no peers."""


@dataclass(frozen=True)
class Target:
    """Where a backup is restored to.

    Attributes:
        home: the data folder to make; it may exist if it is empty.
        database_url: an empty database of one's own; empty for the embedded server.
    """

    home: Path
    database_url: str = ""


@dataclass(frozen=True)
class Restored:
    """A backup that was restored and checked.

    Attributes:
        home: the data folder.
        tables, rows: how many were compared.
        made_at: when the backup was made.
        entries: of the ledger, all verified.
    """

    home: Path
    tables: int
    rows: int
    made_at: str
    entries: int


def restore(
    source: Path,
    target: Target,
    opener: age.Opener,
    verify_ledger: Verify,
    progress: Progress,
    *,
    go_on: GoOn = alone,
) -> Restored:
    """Restore a backup into a new data folder, and check it against what was there when it was made.

    It is built in a folder beside the new one and takes its name at the end; whatever goes wrong, nothing is left. If
    the process is killed the folder is, until the next `restore` or `serve` (`unfinished.clear`).
    Into a database of one's own, which must be empty, the dump goes as one transaction.

    Args:
        source: the backup.
        target: where to.
        opener: the key or the passphrase.
        verify_ledger: verifies the ledger.
        progress: is told how far it is.
        go_on: runs last, on what was found to be the same.

    Raises:
        BackupError: the folder or database is not empty, the file is no backup, or what came out is not the same.
        AgeError: the file cannot be opened, or was damaged.
        NoProgram: no `pg_restore` fits the server.
    """
    home = target.home
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupError(f"{home} is not empty: a backup is restored into an empty folder only.")
    try:
        with building(home) as staging:
            server = Embedded(staging / "database")
            url = target.database_url or server.start()
            try:
                manifest = _read(source, Target(staging, url), opener, progress)
                try:
                    rows = _same(url, manifest, progress)
                    entries = verify_ledger(url, staging)
                    go_on(url, staging)
                except BaseException:
                    _empty(target.database_url)  # it was empty before: `_read` has looked
                    raise
            finally:
                server.stop()
            if home.exists():
                home.rmdir()
            staging.rename(home)
    except psycopg.Error as error:
        raise BackupError(f"The database cannot be written ({type(error).__name__}): see that it runs.") from error
    return Restored(home, len(manifest["tables"]), rows, manifest["made_at"], entries)


def _read(source: Path, target: Target, opener: age.Opener, progress: Progress) -> dict[str, Any]:
    """Read the file to its end: the manifest, the keys into their folder, the dump into the database."""
    url, size = target.database_url, source.stat().st_size
    with source.open("rb") as file, age.opened(file, opener) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r|") as archive:
                members = iter(archive)
                manifest = _manifest(archive, next(members, None))
                with psycopg.connect(url) as connection:
                    version = connection.info.server_version
                    if tables(connection):
                        raise BackupError("The database is not empty: a backup is restored into an empty one only.")
                first = _signed(archive, members, _keys(archive, members, target.home), target.home)
                pieces = _pieces(archive, members, first)
                _not_newer(manifest, target.home)
                _restore_dump(pieces, version, url, lambda: progress("Restoring", file.tell(), size))
        except (tarfile.TarError, EOFError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise BackupError("This is no backup of Værn, or it was cut short.") from error
        while plain.read(1 << 20):  # to the last byte: only then is the file known to be whole
            pass
    return manifest


def _manifest(archive: tarfile.TarFile, info: tarfile.TarInfo | None) -> dict[str, Any]:
    if info is None or info.name != MANIFEST or info.size > LARGEST_MANIFEST:
        raise BackupError("This is no backup of Værn, or it was cut short.")
    found = json.loads(_bytes(archive, info))
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BackupError(f"This is no backup in the format {FORMAT}: it may come from another version of Værn.")
    return found


def _not_newer(manifest: dict[str, Any], home: Path) -> None:
    """Refuse what a newer program wrote. The settings are read with the restored keys, so no new ones are made."""
    from django.apps import apps

    if not apps.ready:
        os.environ |= {"VAERN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vaern.node.settings"}
        import django

        django.setup()
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or ()}
    if set(manifest["migrations"]) - known:
        version = manifest["vaern"]
        raise BackupError(f"The backup was made by Værn {version}, newer than this one: install that version.")


def _keys(archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], staging: Path) -> tarfile.TarInfo | None:
    """Write the keys, and return the first member that is none."""
    folder = staging / "keys"
    for made in (folder, folder / EXCHANGE):
        made.mkdir(mode=0o700)
    for info in members:
        if not info.name.startswith("keys/"):
            return info
        if not _KEY.match(info.name) or not info.isreg() or info.size > LARGEST_KEY:
            raise BackupError("The backup holds something that is no key where its keys are.")
        path = folder / info.name.removeprefix("keys/")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_bytes(archive, info))
    return None


def _signed(
    archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], first: tarfile.TarInfo | None, home: Path
) -> tarfile.TarInfo | None:
    """Write the repository of signed releases, and return the first member that is none of it."""
    try:
        return signed.take(archive, members, first, home)
    except (ValueError, FileExistsError) as error:
        raise BackupError("The backup holds something that is no signed release where these are.") from error


def _pieces(
    archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], first: tarfile.TarInfo | None
) -> Iterator[bytes]:
    """Yield the pieces of the dump, which must come in order and be all there is."""
    number, info = 0, first
    while info is not None:
        if info.name != f"{DUMP}/{number:06d}" or not info.isreg():
            raise BackupError("The backup holds something that it should not, or not in its order.")
        yield _bytes(archive, info)
        number, info = number + 1, next(members, None)
    if not number:
        raise BackupError("The backup holds no database.")


def _bytes(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file: IO[bytes] | None = archive.extractfile(info)
    data = file.read() if file is not None else b""
    if len(data) != info.size:
        raise tarfile.ReadError("cut short")
    return data


def _restore_dump(pieces: Iterator[bytes], version: int, url: str, tick: Callable[[], None]) -> None:
    target, environment = connection_for(url)
    command: list[str | Path] = [
        program("pg_restore", version),
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        f"--dbname={target}",
    ]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=-3, stderr=-3) as process:  # noqa: S603
        assert process.stdin is not None
        try:
            for piece in pieces:
                process.stdin.write(piece)
                tick()
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended; why, its status says
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise BackupError("PostgreSQL's pg_restore failed: the backup is damaged, or the disk is full.")


def _same(url: str, manifest: dict[str, Any], progress: Progress) -> int:
    """Compare every table with the manifest, and return the number of rows."""
    with psycopg.connect(url) as connection:
        found = measured(connection, lambda done, of: progress("Comparing", done, of))
    wanted = manifest["tables"]
    different = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if different:
        raise BackupError(f"What was restored is not what was backed up (table {different[0]}).")
    return sum(int(rows) for rows, _ in found.values())


def _empty(database_url: str) -> None:
    """Leave nothing half restored in a database of one's own either; it was empty before."""
    if not database_url:
        return
    try:
        with psycopg.connect(database_url) as connection:
            connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
            connection.execute("CREATE SCHEMA public")
    except psycopg.Error:
        return
