"""A database that is migrated already, and how it is emptied: what every test of the node stands on, made once.

To migrate takes some twenty seconds of a processor. So it is done once for a state of the code that decides its
outcome, and each process of the tests copies the result: the folder of a stopped embedded server, or on the server that
`DATABASE_URL` names a database that serves as template.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock
from urllib.parse import urlsplit

import psycopg

from vaern.node.runtime import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from django.db.backends.postgresql.base import DatabaseWrapper
    from django.db.backends.postgresql.operations import DatabaseOperations
    from whitenoise.base import WhiteNoise

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".pytest_cache" / "node"

FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""A server for tests need not survive a loss of power. The nodes that tests start as programs have none of it."""

KEPT = ("django_content_type", "auth_permission", "django_migrations")
"""Tables that no test changes."""

UNMANAGED = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs")
"""Tables that Django does not know of: a mail that one test leaves must not be sent in the next."""


NODE = ROOT / "src" / "vaern" / "node"


def state() -> str:
    """Return what the outcome of migrating depends on, as a name: our code, and everybody else's pinned versions."""
    wanted = {*NODE.rglob("migrations/*.py"), *NODE.rglob("triggers.py"), *NODE.rglob("models.py")}
    wanted |= {*NODE.rglob("schemes/*.json"), *NODE.rglob("provisions/*.json"), *NODE.rglob("rules/data/*.toml")}
    return _hashed({*wanted, *NODE.rglob("models/*.py"), NODE / "runtime/embedded.py"})


def _hashed(paths: Iterable[Path]) -> str:
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(paths):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def place(database: Path) -> None:
    """Put a migrated cluster where the embedded server of this process will look for its data."""
    with _alone():
        ready = _cluster()
    subprocess.run(["/bin/cp", "-a", ready, database], check=True)


def started(begin: Callable[[Path], object]) -> Path:
    """Return the data folder of a node that was started once and stopped, for others to copy.

    Args:
        begin: starts and stops one in a folder whose database is migrated; called once for a state of the node's code.
    """
    ready = FOLDER / f"started-{_hashed(NODE.rglob('*.py'))}"
    with _alone():
        if not ready.exists():
            for old in FOLDER.glob("started-*"):
                shutil.rmtree(old)
            # Not in our cache: as root, the database's user must be let through.
            with tempfile.TemporaryDirectory(prefix="vaern-", ignore_cleanup_errors=True) as folder:
                home = Path(folder) / "home"
                home.mkdir(mode=0o711)  # as a node makes it: the database's user passes through
                subprocess.run(["/bin/cp", "-a", _cluster(), home / "database"], check=True)
                begin(home)
                _keep(home, ready)
    return ready


def template(url: str) -> str:
    """Return the name of the migrated database on this server, made now if there is none."""
    with _alone():
        return _template(url)


@contextmanager
def forgetful() -> Iterator[None]:
    """Start embedded servers meanwhile that do not wait for the disk."""
    with mock.patch.dict(embedded.SETTINGS, FORGETFUL):
        yield


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time; the others wait for what it makes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cluster() -> Path:
    ready = FOLDER / state()
    if not ready.exists():
        _make(ready)
    return ready


def _make(ready: Path) -> None:
    for old in FOLDER.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    with tempfile.TemporaryDirectory(prefix="vaern-") as home, forgetful():
        server = embedded.Embedded(Path(home) / "database")
        try:
            _serve_too(server.start())
        finally:
            server.stop()
        _keep(server.folder, ready)


def _keep(made: Path, ready: Path) -> None:
    """Copy a folder to its place, with its owners: the database's user may be another than ours."""
    half = ready.with_name(f"{ready.name}.half")
    subprocess.run(["/bin/cp", "-a", made, half], check=True)
    half.rename(ready)


def _template(url: str) -> str:
    name = f"migrated_{state()}"
    with psycopg.connect(url, autocommit=True) as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount == 0:
            server.execute("DROP DATABASE IF EXISTS migrating")
            server.execute("CREATE DATABASE migrating")
            _migrate(urlsplit(url)._replace(path="/migrating").geturl())
            server.execute(f"ALTER DATABASE migrating RENAME TO {name}")
    return name


def _serve_too(url: str) -> None:
    """Migrate the database that an embedded server's node works in too, for the nodes that tests start as programs."""
    migrated = _template(url)
    with psycopg.connect(urlsplit(url)._replace(path="/template1").geturl(), autocommit=True) as server:
        server.execute("DROP DATABASE postgres")
        server.execute(f"CREATE DATABASE postgres TEMPLATE {migrated}")


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="vaern-") as home:
        ours = {"VAERN_HOME": home, "VAERN_SYNTHETIC": "1", "VAERN_ADDRESS": "http://localhost", "DATABASE_URL": url}
        command = [sys.executable, "-m", "vaern.node.manage", "migrate", "--verbosity", "0", "--skip-checks"]
        others = {key: value for key, value in os.environ.items() if not key.startswith(("VAERN_", "DJANGO_"))}
        subprocess.run(command, env=others | ours, check=True, cwd=home)


def look_once() -> None:
    """Let WhiteNoise look through the static files once a process.

    It does so for each handler that is made, and every client of a test makes one: a quarter of what a test of pages
    took. Nothing changes these files while the tests run.
    """
    from whitenoise.base import WhiteNoise

    WhiteNoise.update_files_dictionary = _remembering(WhiteNoise.update_files_dictionary)


def _remembering(look: Callable[..., None]) -> Callable[..., None]:
    seen: dict[tuple[str, str], dict[str, Any]] = {}

    def looked(noise: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in seen:
            others, noise.files = noise.files, {}
            look(noise, root, prefix)
            seen[root, prefix], noise.files = noise.files, others
        noise.files.update(seen[root, prefix])

    return looked


def remember(connection: DatabaseWrapper) -> None:
    """Note what stands in the tables before the first test: the data that comes with the migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_namespace WHERE nspname = 'remembered'")
        if cursor.rowcount:  # the tests of pages begin in a process that has run others
            return
        cursor.execute("CREATE SCHEMA remembered")
        for table in _filled(connection):
            cursor.execute(f'CREATE TABLE remembered."{table}" AS TABLE public."{table}"')


def empty(operations: DatabaseOperations, _truncations: list[str]) -> None:
    """Bring every table back to what it was before the first test.

    To truncate a hundred tables takes longer than most tests do, so only those that hold something are emptied. The
    ledger's triggers refuse it, and foreign keys want an order: both are off for this transaction.
    """
    from django.db import transaction

    connection = operations.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _filled(connection):
            cursor.execute(f'DELETE FROM public."{table}"')
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'remembered'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'INSERT INTO public."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM remembered."{table}"')


def _filled(connection: DatabaseWrapper) -> list[str]:
    """The tables that hold a row, but for those that no test changes."""
    names = [*connection.introspection.django_table_names(only_existing=True, include_views=False), *UNMANAGED]
    asked = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.\"{name}\")" for name in names if name not in KEPT]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]
