"""Upgrades: every migration of ours runs forward over data that was there before it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel, RunSQL
from pgtrigger.migrations import AddTrigger

from vaern.node.base.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = sorted(config.label for config in apps.get_app_configs() if config.name.startswith("vaern."))


def steps() -> list[tuple[str, str]]:
    """Every migration of our apps, in an order in which they can be applied."""
    executor = MigrationExecutor(None)
    plan = executor.loader.graph
    ordered: list[tuple[str, str]] = []
    for leaf in plan.leaf_nodes():
        ordered += [node for node in plan.forwards_plan(leaf) if node not in ordered]
    return [node for node in ordered if node[0] in OURS]


def columns(table: str) -> list[tuple[str, str, str, bool, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, udt_name, is_nullable, column_default IS NOT NULL OR is_identity = 'YES' "
            "OR is_generated = 'ALWAYS', character_maximum_length "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
            [table],
        )
        return cursor.fetchall()


def value(kind: str, length: int | None, number: int) -> Any:
    """Something of a type, different for each number."""
    made: dict[str, Any] = {
        "uuid": str(uuid.UUID(int=number + 1)),
        "text": f"text {number}",
        "bool": False,
        "bytea": bytes([number]) * 32,
        "int2": number,
        "int4": number,
        "int8": number,
        "float8": 1.0,
        "numeric": 1,
        "jsonb": "{}",
        "inet": "192.0.2.1",
        "date": "2026-01-01",
        "timestamptz": f"2026-01-01 00:00:{number % 60:02}+00",
        "interval": "1 hour",
    }
    if kind == "varchar":
        return f"v{number}"[: length or 40]
    return [] if kind.startswith("_") else made[kind]


def seed(label: str) -> list[str]:
    """Put rows into the tables that an app has now, by what the database says of their columns; return those tables.

    Constraints and triggers of the app are off meanwhile: what is tested is that the next step takes rows, whatever
    rows they are that this step allowed to exist in shape.
    """
    taken = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE %s",
            [f"{label}\\_%"],
        )
        for (table,) in cursor.fetchall():
            given = [column for column in columns(table) if not column[3] and column[2] == "NO"]
            names = ", ".join(f'"{name}"' for name, *_ in given)
            marks = ", ".join(["%s"] * len(given))
            cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [table])
            if cursor.fetchone():
                continue  # rows that fit its rules are made by the real actions, in the demo's own test
            cursor.execute("SET session_replication_role = replica")
            for number in range(3):
                row = [value(kind, length, number) for _, kind, _, _, length in given]
                statement = (
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
                    if given
                    else f'INSERT INTO "{table}" DEFAULT VALUES'
                )
                cursor.execute(statement, row)
            cursor.execute("SET session_replication_role = origin")
            taken.append(table)
    return taken


@pytest.fixture
def empty_schema(django_db_blocker, django_db_setup) -> Iterator[None]:
    """The test database without tables, and with all of them again afterwards."""
    with django_db_blocker.unblock():
        try:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = origin")
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)


@pytest.mark.slow
def test_every_migration_runs_forward_over_rows(empty_schema: None) -> None:
    counts: dict[str, int] = {}
    for label, name in steps():
        executor = MigrationExecutor(connection)
        executor.migrate([(label, name)])
        with connection.cursor() as cursor:
            for table, before in counts.items():
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                assert cursor.fetchone()[0] >= before, f"{label}.{name} lost rows of {table}"
        if not any(table.startswith(f"{label}_") for table in counts):
            counts |= dict.fromkeys(seed(label), 3)
    assert counts
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert not MigrationExecutor(connection).migration_plan(executor.loader.graph.leaf_nodes())


def test_the_tables_of_an_app_are_created_in_one_operation() -> None:
    disk = MigrationLoader(None).disk_migrations
    for step in steps():
        if step[1] == "0001_initial":
            tables, *by_hand = disk[step].operations
            assert isinstance(tables, Tables), step
            assert {type(one) for one in tables.operations} <= {CreateModel, AddTrigger}, step
            assert {type(one) for one in by_hand} <= {RunSQL}, step


@pytest.mark.once
@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused() -> None:
    from vaern.node.runtime.serving.preparation import CannotStart, migrate

    said: list[str] = []
    migrate(said.append)
    assert said == []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_of_tomorrow', now())"
        )
    with pytest.raises(CannotStart, match="newer"):
        migrate(said.append)
