"""To which kinds of record grades of a workstation come back, and what is different of each.

    register(Returning(Scan, Permission.SCAN_ADD, find, resolver, standing, sent, check, take, page))

An app makes its kinds known in its `ready()`; the pages of one are made by `views_graded.addresses`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.graded import Category
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

    Resolve = Callable[[Sequence[Entry]], Sequence[Iterable[str]]]


@dataclass(frozen=True)
class Taken:
    """What is taken of a document at once.

    Attributes:
        grades: keys of what is graded, by category.
        meanings: what a person said that each category means for the record; "" where nothing is asked.
        words: which document it is, and who graded by that.
        said: what is kept beside a grade (`said.kept_of`), by the key; most have nothing.
    """

    grades: Mapping[Category, Collection[str]]
    meanings: Mapping[Category, str]
    words: str
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Returning:
    """A kind of record to which grades come back.

    Attributes:
        model: the kind.
        permission: what somebody needs who brings them back.
        find: the record as the viewer in scope may work on it; None where they may not.
        resolver: makes what says of media what they are of a record: the keys of these, none for a stranger.
        standing: of keys, how each is graded now, for an organisation; what nobody graded is left out.
        sent: of keys, what the record sends to a workstation now; what is not there any more is left out.
        check: refuses where the record does not allow it now.
        take: takes grades; returns numbers of what became of them, which are added up.
        page: the route of a document's page, with `id` of the record and `document` for arguments.
        keeps: whether what an examiner says beside a category is kept with the grade, and goes out again.
    """

    model: type[Casework]
    permission: Permission
    find: Callable[[UUID], Any]
    resolver: Callable[[Any], Resolve]
    standing: Callable[[Any, UUID, Collection[str]], Mapping[str, str]]
    sent: Callable[[Any, Collection[str]], Mapping[str, Entry]]
    check: Callable[[Viewer, Any], object]
    take: Callable[[Viewer, Reason, Any, Taken], Mapping[str, int]]
    page: str
    keeps: bool = False

    @property
    def kind(self) -> str:
        """How releases and the ledger call it."""
        return self.model.KIND


_KINDS: dict[str, Returning] = {}


def register(kind: Returning) -> None:
    """Make a kind known."""
    _KINDS[kind.kind] = kind


def kind_of(kind: str) -> Returning:
    """Return what is known of a kind."""
    return _KINDS[kind]


def kinds() -> list[Returning]:
    """Return every kind that was made known."""
    return list(_KINDS.values())
