"""The tables of an app, created together: what the first migration of each app consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class Tables(Operation):
    """Operations that create tables, in any order, for which the models are built once.

    After each operation Django builds anew all models that are related to the one that it was about; with two hundred
    tables, most of which are related, that was most of a node's first start. Here the database sees the models as they
    are after the last operation. So no operation may change what an earlier one created: fields, indexes and
    constraints belong into the creation of their table, which may refer to one that is created later.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        """Take the operations."""
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what a migration file says of it."""
        return type(self).__name__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Say what there is afterwards; the models are built when they are asked for."""
        state.__dict__.pop("apps", None)  # a cached property
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Do all of it."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Undo all of it, the last first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what it does, for `migrate --plan`."""
        return f"Create the tables of the app, in {len(self.operations)} steps"
