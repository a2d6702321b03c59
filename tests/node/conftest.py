"""A node for the tests: real PostgreSQL (embedded, or what DATABASE_URL names), one data folder a process."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

# Before anything reads the settings.
_home = tempfile.TemporaryDirectory(prefix="vaern-", ignore_cleanup_errors=True)
os.environ["VAERN_HOME"] = _home.name
os.environ["VAERN_SYNTHETIC"] = "1"
os.environ["VAERN_ADDRESS"] = "http://localhost"
os.environ["DJANGO_SETTINGS_MODULE"] = "vaern.node.settings"
os.environ["AIOSMTPD_CONTROLLER_TIMEOUT"] = "60"  # seconds until a mail server answers: 5 are few on a busy machine

from tests.node import prepared  # noqa: E402

from vaern.node.runtime.configuration import read_configuration  # noqa: E402
from vaern.node.runtime.database import URL_FROM_PARENT, provide  # noqa: E402

if not os.environ.get("DATABASE_URL"):
    prepared.place(Path(_home.name) / "database")
with prepared.forgetful():
    _url = provide(read_configuration())

import django  # noqa: E402

django.setup()

from django.core.management.commands import flush  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: E402
from tests.node.inbox import inbox  # noqa: E402, F401 - the fixture

connection.settings_dict["TEST"]["TEMPLATE"] = prepared.template(_url)
DatabaseOperations.execute_sql_flush = prepared.empty  # type: ignore[method-assign]
flush.emit_post_migrate_signal = lambda *_args, **_options: None  # what it would load again is remembered


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database for tests, a copy of the migrated one."""
    with django_db_blocker.unblock():
        prepared.remember(connection)


def pytest_xdist_setupnodes() -> None:
    """Let each worker of pytest-xdist have a folder and a database of its own, and inherit none of this process."""
    for name in ("DJANGO_SETTINGS_MODULE", "VAERN_HOME", URL_FROM_PARENT):
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """The styles and scripts in the data folder, as a started node has them."""
    from django.conf import settings
    from django.core.management import call_command

    if not (settings.STATIC_ROOT / "staticfiles.json").exists():  # tests/browser/node asks for it too
        call_command("collectstatic", interactive=False, verbosity=0)
    prepared.look_once()


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Begin every test in English: a page that the test before opened in Danish leaves its language behind."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture(autouse=True)
def nobody_before() -> None:
    """Begin every test as if no place had sent anything within the hour: the count is in this process's memory."""
    from vaern.node.web.places import PLACES

    PLACES.forget()


@pytest.fixture(autouse=True)
def today_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the front page count at each look: most tests do by actions, not by pages, what it is to show."""
    from vaern.node.today import kept

    monkeypatch.setattr(kept, "SECONDS", 0.0)
