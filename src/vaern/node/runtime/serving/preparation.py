"""Preparation before the first request: checks, migrations, static files, and the first sign-in link."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import vaern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.node.runtime.configuration import Configuration

MIGRATING = 0x7661_6572_6E
"""The advisory lock under which one process at a time migrates: "vaern"."""


class CannotStart(Exception):
    """The node cannot start; the message is one sentence that says what to do."""


def prepare(configuration: Configuration, say: Callable[[str], None]) -> str | None:
    """Bring the database and the data folder to this version, and return the first sign-in link of a new node.

    Args:
        configuration: the node's; its database runs.
        say: is told what is being done, a line each.

    Raises:
        CannotStart: the database is newer than this program, cannot be reached, or a route declares no permission.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")
    import django

    django.setup()
    from django.core.checks import ERROR, run_checks
    from django.db import OperationalError, connections

    problems = [problem for problem in run_checks() if problem.level >= ERROR]
    if problems:
        raise CannotStart(" ".join(str(problem.msg) for problem in problems[:3]))
    try:
        migrate(say)
    except OperationalError as error:
        raise CannotStart("The database does not answer: see that it runs and that DATABASE_URL names it.") from error
    bring_law(say)
    collect_static(configuration)
    link = first_link(configuration)
    connections.close_all()
    return link


def migrate(say: Callable[[str], None]) -> None:
    """Apply the migrations that are missing, one process at a time.

    Raises:
        CannotStart: the database holds migrations that this program does not know.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with _one_at_a_time():
        executor = MigrationExecutor(connection)
        unknown = set(executor.loader.applied_migrations or ()) - set(executor.loader.disk_migrations or ())
        ours = {app for app, _ in executor.loader.disk_migrations or ()}
        newer = sorted(f"{app}.{name}" for app, name in unknown if app in ours)
        if newer:
            raise CannotStart(f"The database was made by a newer Værn ({newer[0]}): install that version.")
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            say(f"Bringing the database to this version: {len(plan)} step{'s' * (len(plan) > 1)}.")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def bring_law(say: Callable[[str], None]) -> None:
    """Load the law files into the database, and report countries without a legal ground.

    Raises:
        CannotStart: a file changes a scheme that was used.
    """
    from vaern.node.law.data import load_all
    from vaern.node.reports.law import data, gaps

    with _one_at_a_time():
        try:
            load_all()
            data.load()
        except data.SchemeUsed as error:
            raise CannotStart(f"{error}.") from error
    if sentence := gaps.at_the_start():
        say(sentence)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def collect_static(configuration: Configuration) -> bool:
    """Copy static files into the data folder if they changed; return whether they did."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(vaern.__version__.encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    stamp = configuration.home / "static" / ".made-of"
    if stamp.exists() and stamp.read_text("ascii") == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest(), "ascii")
    return True


def first_link(configuration: Configuration) -> str | None:
    """Return a one-time sign-in link if nobody has an account yet."""
    from vaern.node.organisations import actions, queries

    if not queries.is_empty():
        return None
    return f"{configuration.address}{actions.begin_node()}"
