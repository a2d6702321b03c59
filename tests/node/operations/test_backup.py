"""Backup and restore: what comes out is what went in, table by table; whatever is wrong, nothing is left."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from pyrage import x25519
from tests.node.operations.nodes import Node, clean_environment, vaern

from vaern.cli.backup import verify_ledger
from vaern.node.ledger.keys import LAST
from vaern.node.operations import age
from vaern.node.operations.backup import MANIFEST, BackupError, back_up
from vaern.node.operations.contents import measured
from vaern.node.operations.programs import NoProgram, connection_for, program
from vaern.node.operations.restore import Target, restore
from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.embedded import Embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.once

WRITE = """
import django; django.setup()
import uuid, sys
from django.db import transaction
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Act, Reason, Subject, Verb, Why
from vaern.node.organisations.models import Organisation
act = Act("tests.backup.written", Verb.CONSULTATION, "{person} opened {subject}")
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        made = Organisation.objects.create(name=f"{sys.argv[2]} {number}", kind="hotline", regime="gdpr")
        record(act, Subject("organisation", made.id), NODE, Reason(Why.OTHER, f"words æøå {number}"))
"""
KEY = x25519.Identity.generate()
LOCK = age.Lock((KEY.to_public(),))
OPENER = age.Opener((KEY,))


def silent(_doing: str, _done: int, _of: int) -> None:
    pass


def contents(url: str) -> dict[str, list[str]]:
    with psycopg.connect(url) as connection:
        return measured(connection)


def writing(node: Path, url: str, count: int, name: str) -> subprocess.Popen[bytes]:
    environment = clean_environment(
        VAERN_HOME=str(node), VAERN_EMBEDDED_URL=url, DJANGO_SETTINGS_MODULE="vaern.node.settings"
    )
    return subprocess.Popen([sys.executable, "-c", WRITE, str(count), name], env=environment)


def written_beyond(url: str, before: int) -> int:
    """Wait until the writers have written more than this; return how many they have."""
    until = time.monotonic() + 60
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < until:
            row = connection.execute("SELECT count(*) FROM ledger_entry WHERE act = 'tests.backup.written'").fetchone()
            if row is not None and row[0] > before:
                return row[0]
            time.sleep(0.05)
    raise AssertionError("the writers do not write")


@pytest.fixture(scope="session")
def home(folder: Path, fresh: Path) -> Path:
    """A node with something in it, that does not run."""
    subprocess.run(["cp", "-a", fresh, folder / "full"], check=True)
    server = Embedded(folder / "full" / "database")
    try:
        assert writing(folder / "full", server.start(), 20, "Hotline").wait() == 0
    finally:
        server.stop()
    metadata = folder / "full" / "releases" / "metadata"
    metadata.mkdir(parents=True)
    (metadata / "1.root.json").write_text("{}")
    return folder / "full"


@pytest.fixture
def place(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


@pytest.fixture(scope="session")
def backup_file(folder: Path, home: Path) -> Iterator[Path]:
    configuration = read_configuration({"VAERN_HOME": str(home)})
    server = Embedded(home / "database")
    try:
        back_up(configuration, server.start(), folder / "module.age", LOCK, silent)
    finally:
        server.stop()
    return folder / "module.age"


@pytest.mark.slow
def test_every_table_comes_back_and_the_ledger_verifies(home: Path, place: Path) -> None:
    """By the commands, as an operator would."""
    (place / "key").write_text(f"# made by a test\n{KEY}\n")
    made = vaern("backup", "--home", home, "--to", str(KEY.to_public()), place / "out.age")
    assert made.returncode == 0, made.stderr
    assert (place / "out.age").stat().st_mode & 0o077 == 0
    done = vaern("restore", place / "out.age", "--home", place / "new", "--identity", place / "key")
    assert done.returncode == 0, done.stderr
    assert "they are the same" in done.stdout
    assert sorted(path.name for path in place.iterdir()) == ["key", "new", "out.age"]

    first, second = Embedded(home / "database"), Embedded(place / "new" / "database")
    try:
        before, after = contents(first.start()), contents(second.start())
    finally:
        first.stop()
        second.stop()
    for table in ("ledger_leaf", "ledger_checkpoint", "ledger_subtree", "ledger_pending"):
        del before[table], after[table]  # entries that waited have got their place since restore compared them
    assert before == after
    assert int(before["organisations_organisation"][0]) >= 20
    for key in ("secret", "ledger.key"):
        assert (place / "new/keys" / key).read_bytes() == (home / "keys" / key).read_bytes()
        assert (place / "new/keys" / key).stat().st_mode & 0o077 == 0
    assert (place / "new/releases/metadata/1.root.json").read_text() == "{}"
    assert (home / "keys" / LAST).exists()
    assert not (place / "new/keys" / LAST).exists(), "the ledger goes on from what the backup holds"


@pytest.mark.slow
def test_a_restored_node_starts_and_goes_on(backup_file: Path, place: Path) -> None:
    restore(backup_file, Target(place / "new"), OPENER, verify_ledger, silent)
    node = Node(place / "new")
    try:
        node.start()
        assert writing(node.home, Embedded(node.home / "database").url, 3, "Later").wait() == 0
        assert vaern("ledger", "verify", "--home", node.home).returncode == 0
    finally:
        node.clean_up()


@pytest.mark.slow
def test_a_backup_while_writers_write_is_of_one_moment(own_node: Node, place: Path) -> None:
    own_node.start()
    url = Embedded(own_node.home / "database").url
    writers = [writing(own_node.home, url, 100_000, f"Writer {number}") for number in range(3)]
    try:
        written = 0
        for number in range(3):
            written = written_beyond(url, written)
            made = vaern("backup", "--home", own_node.home, "--to", str(KEY.to_public()), place / f"{number}.age")
            assert made.returncode == 0, made.stderr
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    sizes = []
    for number in range(3):
        found = restore(place / f"{number}.age", Target(place / f"new-{number}"), OPENER, verify_ledger, silent)
        server = Embedded(found.home / "database")
        try:
            with psycopg.connect(server.start()) as connection:
                row = connection.execute(
                    "SELECT (SELECT count(*) FROM organisations_organisation WHERE name LIKE 'Writer%'), "
                    "(SELECT count(*) FROM ledger_entry WHERE act = 'tests.backup.written')"
                ).fetchone()
        finally:
            server.stop()
        assert row[0] == row[1], "an act without its entry, or an entry without its act"
        sizes.append(row[0])
    assert sizes == sorted(set(sizes)), "the writers did not write"


@pytest.mark.parametrize("kind", ["key", "passphrase"])
@pytest.mark.skipif(not shutil.which("age") and not os.environ.get("CI"), reason="Debian's program age is not here")
def test_the_ordinary_program_age_opens_it(kind: str, home: Path, backup_file: Path, place: Path) -> None:
    (place / "key").write_text(f"{KEY}\n")
    source = backup_file
    if kind == "passphrase":
        (place / "words").write_text("correct horse\n")
        made = vaern("backup", "--home", home, "--passphrase-file", place / "words", place / "out.age")
        assert made.returncode == 0, made.stderr
        subprocess.run(["tar", "xf", place / "out.age"], cwd=place, check=True)
        source = place / "backup.age"
        (place / "key").write_text(age.passphrase.decrypt((place / "key.age").read_bytes(), "correct horse").decode())
    opened = subprocess.run(["age", "-d", "-i", place / "key", source], capture_output=True, check=True).stdout
    (place / "out").mkdir()
    subprocess.run(["tar", "x"], input=opened, cwd=place / "out", check=True)
    manifest = json.loads((place / "out" / MANIFEST).read_text())
    assert manifest["tables"]["organisations_organisation"][0] >= "20"
    dump = b"".join(path.read_bytes() for path in sorted((place / "out/database").iterdir()))
    listed = subprocess.run([program("pg_restore", 180000), "--list"], input=dump, capture_output=True, check=True)
    assert b"TABLE DATA public ledger_entry" in listed.stdout


def test_what_age_encrypted_opens_here(backup_file: Path, place: Path) -> None:
    """The other way round: our reader keeps to the format."""
    if not shutil.which("age"):
        pytest.skip("Debian's program age is not here")
    text = os.urandom(300_000)
    done = subprocess.run(["age", "-r", str(KEY.to_public())], input=text, capture_output=True, check=True)
    (place / "x").write_bytes(done.stdout)
    with (place / "x").open("rb") as file, age.opened(file, OPENER) as plain:
        assert plain.read() == text


def damaged(data: bytes) -> dict[str, bytes]:
    middle = len(data) // 2
    return {
        "empty": b"",
        "its header only": data[:150],
        "cut in the middle": data[:middle],
        "without its last byte": data[:-1],
        "a bit changed": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "something appended": data + b"x",
        "another file": b"PK\x03\x04" + bytes(1000),
    }


QUICK = {"empty", "a bit changed", "something appended"}
DAMAGED = [pytest.param(kind, marks=() if kind in QUICK else pytest.mark.slow) for kind in damaged(bytes(1000))]


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_backup_is_refused_and_leaves_nothing(kind: str, backup_file: Path, place: Path) -> None:
    (place / "bad.age").write_bytes(damaged(backup_file.read_bytes())[kind])
    with pytest.raises((age.AgeError, BackupError)) as caught:
        restore(place / "bad.age", Target(place / "new"), OPENER, verify_ledger, silent)
    assert str(caught.value).endswith(".")
    assert [path.name for path in place.iterdir()] == ["bad.age"]


def test_the_wrong_key_is_refused_in_one_sentence(backup_file: Path, place: Path) -> None:
    (place / "key").write_text(f"{x25519.Identity.generate()}\n")
    done = vaern("restore", backup_file, "--home", place / "new", "--identity", place / "key")
    assert done.returncode == 2
    assert done.stderr.strip() == "Error: The key does not open this backup, or its beginning was changed."
    assert [path.name for path in place.iterdir()] == ["key"]


@pytest.mark.parametrize("occupied", ["something", ".hidden"])
def test_a_folder_that_is_not_empty_is_refused_and_untouched(occupied: str, backup_file: Path, place: Path) -> None:
    (place / occupied).write_text("mine")
    with pytest.raises(BackupError, match="not empty"):
        restore(backup_file, Target(place), OPENER, verify_ledger, silent)
    assert (place / occupied).read_text() == "mine"


def test_a_database_of_ones_own_that_is_not_empty_is_refused_and_untouched(backup_file: Path, place: Path) -> None:
    server = Embedded(place / "theirs")
    try:
        with psycopg.connect(server.start()) as connection:
            connection.execute("CREATE TABLE mine AS SELECT 1 AS x")
        with pytest.raises(BackupError, match="not empty"):
            restore(backup_file, Target(place / "new", server.url), OPENER, verify_ledger, silent)
        assert contents(server.url)["mine"][0] == "1"
    finally:
        server.stop()
    assert not (place / "new").exists()


@pytest.mark.slow
def test_a_database_of_ones_own_takes_it_or_stays_empty(backup_file: Path, home: Path, place: Path) -> None:
    server = Embedded(place / "own")

    def refuse(_url: str, _home: Path) -> int:
        raise BackupError("The ledger does not verify.")

    try:
        server.start()
        with pytest.raises(BackupError, match="does not verify"):
            restore(backup_file, Target(place / "new", server.url), OPENER, refuse, silent)
        assert contents(server.url) == {}
        restore(backup_file, Target(place / "new", server.url), OPENER, verify_ledger, silent)
        assert int(contents(server.url)["organisations_organisation"][0]) >= 20
    finally:
        server.stop()
    assert (place / "new" / "keys" / "secret").exists()
    assert not (place / "new" / "database").exists()


def test_a_backup_overwrites_nothing_and_leaves_no_half(home: Path, place: Path) -> None:
    (place / "out.age").write_text("mine")
    done = vaern("backup", "--home", home, "--to", str(KEY.to_public()), place / "out.age")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    configuration = read_configuration({"VAERN_HOME": str(home)})
    with pytest.raises(BackupError, match="cannot be read"):
        back_up(configuration, "postgresql://x@127.0.0.1:1/x?connect_timeout=2", place / "other.age", LOCK, silent)
    assert [path.name for path in place.iterdir()] == ["out.age"]


@pytest.mark.parametrize("arguments", [[], ["--to", "age1wrong"], ["--passphrase-file", "/nonexistent"]])
def test_what_is_missing_is_named(arguments: list[str], home: Path, place: Path) -> None:
    done = vaern("backup", "--home", home, *arguments, place / "out.age")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1
    assert not list(place.iterdir())


def test_a_server_that_is_newer_than_all_programs_is_named() -> None:
    with pytest.raises(NoProgram, match="postgresql-client-99"):
        program("pg_dump", 990001)


def test_a_password_is_not_seen_among_the_processes() -> None:
    target, environment = connection_for("postgresql://user:tagged%20word@db.example:5433/vaern")
    assert "tagged" not in target
    assert environment["PGPASSWORD"] == "tagged word"
