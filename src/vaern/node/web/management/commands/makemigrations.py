"""`makemigrations` as Django has it, but for one thing: a table is made with its indexes and constraints.

Django writes one operation for each of them and, before each, builds all models anew that hang together with the table.
With a hundred tables that is most of the time in which a node is ready for the first time.
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
        """Fold each migration before it is written."""
        for label, migrations in changes.items():
            for migration in migrations:
                setattr(migration, "operations", folded(list(migration.operations), label))  # noqa: B010 - a class variable  # type: ignore[misc] # their own, not the class's
        super().write_migration_files(changes, *args, **options)


def folded(operations: Sequence[Operation], label: str) -> list[Operation]:
    """Return the operations with indexes and constraints in the one that makes their table.

    Not where the table gets fields afterwards, which is how two tables point at each other: they may be about those.
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
