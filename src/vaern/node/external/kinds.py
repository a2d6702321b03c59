"""Which kinds of record carry external identifiers: each app makes its own known, and the rest is one mechanism.

kinds.register(Kind(Case, lock, touch, Permission.CASE_WORK, READS))    # in a room's `register()`

What carries them is a record of casework, or hangs on one and has an id of its own in the ledger (`Part`): an entry of
a hash list. What they have in common is that the ledger can speak of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.db.models import OuterRef

from vaern.node.casework import kinds as records
from vaern.node.casework.releases.queries import given_sight
from vaern.node.external.models import ExternalIdentifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.kinds import RecordKind
    from vaern.node.casework.models import Casework, Release
    from vaern.node.ledger.rules import Subject
    from vaern.node.organisations.rules import Permission
    from vaern.node.organisations.viewers import Viewer


class Carrier(Protocol):
    """What carries external identifiers."""

    KIND: ClassVar[str]

    @property
    def subject(self) -> Subject:
        """What the ledger calls it: kind, id and owner."""


@dataclass(frozen=True)
class Part:
    """How what hangs on a record of casework, and is none itself, is found, shown and released.

    Attributes:
        of: the `KIND` of the record that it hangs on, whose releases give sight of it.
        record: that record, of one that was found.
        records: of the id of one, as the row of an outer query has it, the ids of that record.
        page: how people call it, where its page is, and who may open it; it answers for ids of those that have
            external identifiers, or had one.
        find: one of the viewer's own organisation by the arguments of its address, or a 404.
        at: the arguments of its addresses.
        crumbs: the pages above a page about it, the last its own.
    """

    of: str
    record: Callable[[Any], Casework]
    records: Callable[[OuterRef], QuerySet[Any]]
    page: RecordKind
    find: Callable[..., Any]
    at: Callable[[Any], list[object]]
    crumbs: Callable[[Any], list[tuple[object, str]]]


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
        part: for a kind that is no record of casework.
    """

    model: type[Any]
    lock: Callable[[Viewer, Any], Any]
    touch: Callable[[Any], object]
    work: Permission
    reads: frozenset[Permission]
    absorbed: Callable[[Any], Mapping[UUID, UUID]] = _absorbs_nothing
    absorbed_into: Callable[[Any], Mapping[UUID, UUID]] = _absorbs_nothing
    part: Part | None = None

    @property
    def kind(self) -> str:
        """How the ledger calls it."""
        return str(self.model.KIND)

    @property
    def page(self) -> RecordKind:
        """How people call such records, where their pages are, and who may open them."""
        return self.part.page if self.part else records.kinds()[self.kind]

    def parts(self, record: Carrier) -> list[Any]:
        """Return the ids of a record and of all that it absorbed."""
        id = record.subject.id
        return [id, *self.absorbed([id])]

    def sight(self, viewer: Viewer, record: Any) -> Release | None:
        """Return the release by which the viewer sees a record of another organisation."""
        return given_sight(viewer, self.part.record(record) if self.part else record)

    def released(self, given: QuerySet[Release]) -> QuerySet[Release]:
        """Return of releases those of the record that the row of an outer query is an identifier of."""
        if self.part is None:
            return given.filter(record=OuterRef("record"))
        return given.filter(record__in=self.part.records(OuterRef(OuterRef("record"))))

    def at(self, record: Any) -> list[object]:
        """Return the arguments of a record's addresses."""
        return self.part.at(record) if self.part else [record.pk]

    def crumbs(self, record: Any) -> list[tuple[object, str]]:
        """Return the pages above a page about a record, the last its own."""
        return self.part.crumbs(record) if self.part else [(str(record), self.page.url(record.subject))]

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


def identifiers(record: Carrier, *, absorbed: bool = False) -> QuerySet[ExternalIdentifier]:
    """Return what was noted of a record, and what was withdrawn since.

    Args:
        record: that somebody found or holds.
        absorbed: with what was noted of the records that it absorbed.
    """
    parts = of(record.KIND).parts(record) if absorbed else [record.subject.id]
    return identifiers_of(record.KIND, parts)


def identifiers_of(kind: str, ids: Any) -> QuerySet[ExternalIdentifier]:
    """Return what was noted of many records that somebody found or holds, and what was withdrawn since.

    Args:
        kind: of the records.
        ids: theirs; a query of them, where they are many.
    """
    found: QuerySet[ExternalIdentifier] = ExternalIdentifier.everywhere.filter(kind=kind, record__in=ids)
    return found


def codes() -> frozenset[str]:
    """Return the kinds that were made known."""
    return frozenset(_KINDS)


def open_to(viewer: Viewer) -> list[str]:
    """Return the kinds whose pages somebody may open."""
    return sorted(code for code, kind in _KINDS.items() if viewer.may(kind.page.permission))


def called(subjects: Iterable[Subject]) -> dict[UUID, str]:
    """Return how people call records of these kinds, by id; what is gone is left out."""
    by_kind: dict[str, list[UUID]] = {}
    for subject in subjects:
        if subject.id is not None:
            by_kind.setdefault(subject.kind, []).append(subject.id)
    pages = [(of(kind).page, ids) for kind, ids in by_kind.items()]
    return {id: f"{page.label} {code}" for page, ids in pages for id, code in page.codes(ids).items()}


def url_for(viewer: Viewer, subject: Subject) -> str:
    """Return the address of a record's page, or "" for somebody who may not open pages of its kind."""
    page = of(subject.kind).page
    return page.url(subject) if viewer.may(page.permission) else ""
