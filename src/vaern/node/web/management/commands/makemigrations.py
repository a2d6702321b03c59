"""Django's `makemigrations`, but tables are created together with their indexes and constraints.

Django writes one operation for each of them and, before each, rebuilds all models related to the table. With a hundred
tables that takes most of a node's first start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.commands import makemigrations
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.operations.fields import FieldOperation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation


class Command(makemigrations.Command):
    """Writes migrations."""

    def write_migration_files(self, changes: dict[str, list[Migration]], *args: Any, **options: Any) -> None:
        """Fold each migration before writing it."""
        for label, migrations in changes.items():
            for migration in migrations:
                setattr(migration, "operations", folded(list(migration.operations), label))  # noqa: B010 - a class variable  # type: ignore[misc] # their own, not the class's
        super().write_migration_files(changes, *args, **options)


def folded(operations: Sequence[Operation], label: str) -> list[Operation]:
    """Return the operations with indexes and constraints moved into the creation of their table.

    Not for tables that get fields afterwards, as mutually related ones do: the indexes may need those fields.
    """
    later = {operation.model_name_lower for operation in operations if isinstance(operation, FieldOperation)}
    found: list[Operation] = []
    places: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, CreateModel) and operation.name_lower not in later:
            places[operation.name_lower] = len(found)
        place = places.get(operation.model_name_lower) if isinstance(operation, AddIndex | AddConstraint) else None
        if place is None:
            found.append(operation)
        else:
            made = found[place].reduce(operation, label)
            assert isinstance(made, list)
            (found[place],) = made
    return found
