"""Which kinds of record carry external identifiers: each app makes its own known, and the rest is one mechanism.

kinds.register(Kind(Case, lock, touch, Permission.CASE_WORK, READS))    # in a room's `register()`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vaern.node.external.models import ExternalIdentifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer


def _absorbs_nothing(_ids: Any) -> Mapping[UUID, UUID]:
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of record that carries external identifiers.

    Attributes:
        lock: a record of the viewer's organisation, locked for a change of what is noted of it; raises a `Refusal`
            that says why not.
        touch: notes that somebody added to a locked record.
        work: what somebody needs who adds, corrects or withdraws.
        reads: whoever has one of these reads the values; others read of which systems there are some.
        absorbed: of some records, what they absorbed, directly or not, each with the one of them that absorbed it: what
            is noted there is shown on the page of the one that absorbed it.
        absorbed_into: of records that were absorbed, the one that did at last.
    """

    model: type[Casework]
    lock: Callable[[Viewer, Any], Any]
    touch: Callable[[Any], object]
    work: Permission
    reads: frozenset[Permission]
    absorbed: Callable[[Any], Mapping[UUID, UUID]] = _absorbs_nothing
    absorbed_into: Callable[[Any], Mapping[UUID, UUID]] = _absorbs_nothing

    @property
    def kind(self) -> str:
        """How the ledger calls it."""
        return self.model.KIND

    def parts(self, record: Casework) -> list[UUID]:
        """Return a record and all that it absorbed."""
        return [record.pk, *self.absorbed([record.pk])]

    def may_read(self, viewer: Viewer) -> bool:
        """Whether somebody reads the values."""
        return bool(self.reads & viewer.permissions)


_KINDS: dict[str, Kind] = {}


def register(given: Kind) -> None:
    """Make a kind known; doing it again changes nothing."""
    _KINDS[given.kind] = given


def of(kind: str) -> Kind:
    """Return a kind that was made known."""
    return _KINDS[kind]


def identifiers(record: Casework, *, absorbed: bool = False) -> QuerySet[ExternalIdentifier]:
    """Return what was noted of a record, and what was withdrawn since.

    Args:
        record: that somebody found or holds.
        absorbed: with what was noted of the records that it absorbed.
    """
    parts = of(record.KIND).parts(record) if absorbed else [record.pk]
    found: QuerySet[ExternalIdentifier] = ExternalIdentifier.everywhere.filter(kind=record.KIND, record__in=parts)
    return found


def codes() -> frozenset[str]:
    """Return the kinds that were made known."""
    return frozenset(_KINDS)
