"""The embedded server: made once, shared, started again after any death, stopped by whoever leaves last."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.node.operations.nodes import alive, wait_until

from vaern.node.runtime import database, postgresql
from vaern.node.runtime.configuration import ConfigurationError
from vaern.node.runtime.database import connection_settings
from vaern.node.runtime.embedded import DatabaseError, Embedded
from vaern.node.runtime.serving.lifecycle import keeper

pytestmark = pytest.mark.once

USE = """
import sys, psycopg
from pathlib import Path
from vaern.node.runtime.embedded import Embedded
server = Embedded(Path(sys.argv[1]))
with psycopg.connect(server.start()) as c:
    c.execute("INSERT INTO used VALUES (%s)", [int(sys.argv[2])])
print("up", flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="session")
def made(folder: Path) -> Path:
    """A data folder with an empty cluster, to copy: making one takes longest."""
    server = Embedded(folder / "cluster")
    server.start()
    server.stop()
    return server.folder


@pytest.fixture
def server(folder: Path, made: Path):
    home = Path(tempfile.mkdtemp(dir=folder))
    subprocess.run(["cp", "-a", made, home / "database"], check=True)
    found = Embedded(home / "database")
    yield found
    found.stop()


def count(server: Embedded) -> int:
    with psycopg.connect(server.url) as connection:
        return connection.execute("SELECT count(*) FROM used").fetchone()[0]


def test_the_last_to_leave_stops_it(server: Embedded) -> None:
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE used (by int)")
    server.stop()

    def user(number: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", USE, server.folder, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    users = [user(number) for number in range(3)]  # all at once: one starts it, the others join
    assert [one.stdout.readline() for one in users] == ["up\n"] * 3
    pid = server.pid()
    users[0].kill()  # without a goodbye
    users[0].wait()
    users[1].communicate("")
    assert server.pid() == pid
    assert alive(pid)
    assert count(server) == 3
    users[2].communicate("")
    assert not alive(pid)
    assert not server.running()
    users[0].stdout.close()
    users[0].stdin.close()


def test_after_a_kill_it_starts_again_with_all_that_was_committed(server: Embedded) -> None:
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE used AS SELECT generate_series(1, 1000)")
    idle = psycopg.connect(server.url)  # holds a process of the killed server for a moment
    os.kill(server.pid(), signal.SIGKILL)
    wait_until(lambda: not server.running())
    server.start()
    assert count(server) == 1000
    idle.close()


def test_a_server_that_the_node_started_again_is_stopped_with_the_node(server: Embedded) -> None:
    address = database.start_embedded(server.folder)
    keep = keeper(dataclasses.replace(settings.CONFIGURATION, home=server.folder.parent, database_url=""))
    os.kill(server.pid(), signal.SIGKILL)
    wait_until(lambda: not server.running())
    keep()
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert database.stop_embedded(server.folder)
    assert not server.running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_data_of_a_user_whom_the_machine_does_not_know_say_what_to_do(server: Embedded) -> None:
    subprocess.run(["chown", "-R", "3999999", server.folder], check=True)
    with pytest.raises(DatabaseError, match=r"number 3999999.*chown -R"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_data_that_somebody_else_copied_say_what_to_do(server: Embedded) -> None:
    subprocess.run(["chown", "-R", "0", server.folder], check=True)
    with pytest.raises(DatabaseError, match=r"do not belong.*chown -R"):
        server.start()


@pytest.mark.parametrize("text", ["", "nonsense", "1\n", "{here}\n", "4194304\n"])
def test_a_stale_file_of_the_servers_number_is_no_obstacle(server: Embedded, text: str) -> None:
    (server.folder / "postmaster.pid").write_text(text.format(here=os.getpid()))
    assert not server.running()
    server.start()
    assert server.running()


def test_a_folder_that_was_half_made_is_made_anew(folder: Path) -> None:
    home = Path(tempfile.mkdtemp(dir=folder))
    (home / "database.new").mkdir()
    (home / "database.new" / "PG_VERSION").write_text("18")
    server = Embedded(home / "database")
    try:
        server.start()
        assert server.running()
        assert not (home / "database.new").exists()
    finally:
        server.stop()


def test_a_folder_with_something_else_in_it_is_refused(folder: Path) -> None:
    home = Path(tempfile.mkdtemp(dir=folder))
    (home / "database").mkdir()
    (home / "database" / "photos").mkdir()
    server = Embedded(home / "database")
    with pytest.raises(DatabaseError, match="not a database"):
        server.start()
    server.stop()
    assert (home / "database" / "photos").exists()


def test_a_long_path_gets_a_socket_of_the_servers_own(folder: Path, made: Path) -> None:
    home = Path(tempfile.mkdtemp(dir=folder)) / ("long" * 30)
    home.mkdir()
    subprocess.run(["cp", "-a", made, home / "database"], check=True)
    server = Embedded(home / "database")
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.sockets != server.folder
        assert server.sockets.stat().st_mode & 0o077 == 0
    finally:
        server.stop()
        if server.sockets != server.folder:
            server.sockets.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_refused(folder: Path) -> None:
    server = Embedded(Path(tempfile.mkdtemp(dir=folder)) / ("long" * 30) / "database")
    server.sockets.mkdir(mode=0o777)
    server.sockets.chmod(0o777)
    try:
        with pytest.raises(DatabaseError, match="somebody else"):
            server.start()
    finally:
        server.stop()
        server.sockets.rmdir()


def test_no_port_is_open_and_nothing_typed_reaches_the_servers_log(server: Embedded) -> None:
    with psycopg.connect(server.start(), autocommit=True) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        connection.execute("CREATE TABLE people (email text UNIQUE)")
        for value in ("tagged", "tagged"):
            with contextlib.suppress(psycopg.Error):
                connection.execute("INSERT INTO people VALUES (%s)", [value])
        for statement in ("SELECT 'tagged'::uuid", "SELECT tagged", "DO $$ BEGIN RAISE WARNING 'tagged'; END $$"):
            with contextlib.suppress(psycopg.Error):
                connection.execute(statement)
    assert "tagged" not in (server.folder / "server.log").read_text()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://postgres@/postgres?host=%2Ftmp%2Fx", {"HOST": "/tmp/x", "NAME": "postgres", "USER": "postgres"}),
        ("postgres://a%40b:p%2Fw@db.example:6432/v%C3%A6rn", {"HOST": "db.example", "PORT": "6432", "USER": "a@b"}),
        (
            "postgresql://h/d?sslmode=verify-full",
            {"OPTIONS": {"connect_timeout": 10, "options": "-c jit=off", "sslmode": "verify-full"}},
        ),
        (
            "postgresql://h/d?port=6432&connect_timeout=3&options=",
            {"PORT": "6432", "OPTIONS": {"connect_timeout": "3", "options": ""}},
        ),
        ("postgresql://h/d?options=-c%20jit%3Don", {"OPTIONS": {"connect_timeout": 10, "options": "-c jit=on"}}),
    ],
)
def test_an_address_becomes_settings(url: str, expected: dict[str, object]) -> None:
    assert connection_settings(url).items() >= expected.items()


@pytest.mark.django_db
def test_no_query_is_compiled_whatever_server_it_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_without_the_wheel_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    postgresql.server.cache_clear()
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        Embedded(folder / "nothing" / "database").start()
