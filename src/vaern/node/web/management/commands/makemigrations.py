"""Django's `makemigrations`, but the tables of an app are created together, with all that belongs to them.

Django writes one operation for each table, field, index and constraint, and after each it rebuilds all models related
to the table. With two hundred tables that takes most of a node's first start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.commands import makemigrations
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

from vaern.node.base.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation


class Command(makemigrations.Command):
    """Writes migrations."""

    def write_migration_files(self, changes: dict[str, list[Migration]], *args: Any, **options: Any) -> None:
        """Fold the first migration of an app before writing it."""
        for label, migrations in changes.items():
            for migration in migrations:
                if migration.initial:
                    setattr(migration, "operations", [Tables(folded(migration.operations, label))])  # noqa: B010 - a class variable  # type: ignore[misc] # their own, not the class's
        super().write_migration_files(changes, *args, **options)


def folded(operations: Sequence[Operation], label: str) -> list[Operation]:
    """Return the operations with fields, indexes and constraints moved into the creation of their table."""
    found: list[Operation] = []
    places: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, CreateModel):
            places[operation.name_lower] = len(found)
        if isinstance(operation, AddField | AddIndex | AddConstraint) and operation.model_name_lower in places:
            place = places[operation.model_name_lower]
            made = found[place].reduce(operation, label)
            assert isinstance(made, list)
            (found[place],) = made
        else:
            found.append(operation)
    return found
