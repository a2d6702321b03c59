"""Registry of apps that hold identifiers outside the cross-check, and how each finds them.

The cross-check's own keys are of what somebody concluded. What an app keys for itself before that is found by it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from vaern.node.crosscheck.rules.identifiers import Identifier

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Held:
    """A record that contains an identifier.

    Attributes:
        kind: of record.
        day: since when it is there.
        organisation: whose it is.
        record: its id.
    """

    kind: str
    day: date
    organisation: UUID
    record: UUID


Holder: TypeAlias = Callable[[list[Identifier], UUID | None], Iterable[Held]]
"""Finds the records in which any of some identifiers stands, of an organisation; of all where none is given."""

HOLDERS: list[Holder] = []


def register(holder: Holder) -> None:
    """Register an app's look-up when the node starts."""
    HOLDERS.append(holder)
