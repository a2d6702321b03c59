"""A node for the tests: real PostgreSQL (embedded, or what DATABASE_URL names), one data folder a process."""

from __future__ import annotations

import os
import tempfile

import pytest

# Before anything reads the settings.
_home = tempfile.TemporaryDirectory(prefix="vaern-", ignore_cleanup_errors=True)
os.environ["VAERN_HOME"] = _home.name
os.environ["VAERN_SYNTHETIC"] = "1"
os.environ["VAERN_ADDRESS"] = "http://localhost"
os.environ["DJANGO_SETTINGS_MODULE"] = "vaern.node.settings"

from vaern.node.configuration import read_configuration  # noqa: E402
from vaern.node.database import URL_FROM_PARENT, provide  # noqa: E402

provide(read_configuration())

import django  # noqa: E402

django.setup()


def pytest_xdist_setupnodes() -> None:
    """Let each worker of pytest-xdist have a folder and a database of its own, and inherit none of this process."""
    for name in ("DJANGO_SETTINGS_MODULE", "VAERN_HOME", URL_FROM_PARENT):
        os.environ.pop(name, None)


from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: E402

_flush = DatabaseOperations.execute_sql_flush


def _flush_append_only(operations: DatabaseOperations, sql_list: list[str]) -> None:
    """Empty the tables after a test with real transactions: the ledger's triggers refuse it, so they are off for it."""
    _flush(operations, ["SET LOCAL session_replication_role = replica", *sql_list])


DatabaseOperations.execute_sql_flush = _flush_append_only  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """The styles and scripts in the data folder, as a started node has them."""
    from django.conf import settings
    from django.core.management import call_command

    if not (settings.STATIC_ROOT / "staticfiles.json").exists():  # tests/browser/node asks for it too
        call_command("collectstatic", interactive=False, verbosity=0)
