"""What a viewer may know of external identifiers: on a record's page, in a list, by a search.

One's own organisation's, and those that go along with a release of their record to it. What withdrawn is, is found by
nobody. No function records by itself but `found`: the pages and lists that show the rest do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from vaern.node.casework.models import Release
from vaern.node.external import acts, kinds
from vaern.node.external.models import ExternalChange, ExternalIdentifier
from vaern.node.external.rules import goes, normal
from vaern.node.external.sealed_values import opened_or_none, value_key
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.external.kinds import Carrier
    from vaern.node.external.sealed_values import Written
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

MOST_OTHERS = 20
"""Other records with the same identifier that a page names."""

SHOWN = (
    *("organisation", "record", "system", "country", "sealed", "same_key", "along", "source", "noted_at"),
    *("withdrawn_at", "sent_by__name", "noted_by__name"),
)
"""What the page of a record says of an identifier."""

MOST_FOUND = 200
"""Records that one search by the API returns."""


@dataclass(frozen=True)
class Line:
    """One identifier on the page of a record.

    Attributes:
        written: None for those who may not read it, and where it does not open.
        others: records of the viewer's organisation on which the same stands.
        history: what was done to it, the latest first; for its owner only.
    """

    row: ExternalIdentifier
    written: Written | None
    others: list[Subject] = field(default_factory=list)
    history: list[tuple[ExternalChange, Written | None]] = field(default_factory=list)


def lines(viewer: Viewer, record: Carrier) -> list[Line]:
    """Return the identifiers of a record, and of what it absorbed, as far as the viewer may know of them."""
    kind = kinds.of(record.KIND)
    rows = (
        kinds.identifiers(record, absorbed=True)
        .select_related("noted_by", "sent_by")
        .only(*SHOWN)
        .order_by("noted_at", "number", "id")
    )
    reads = kind.may_read(viewer)
    if record.subject.owner != viewer.organisation.id:
        sight = kind.sight(viewer, record)
        found = [one for one in rows.filter(withdrawn_at=None) if sight and goes(one.along, sight.handling)]
        return [Line(one, opened_or_none(one) if reads else None) for one in found]
    found = list(rows)
    if not found:
        return []
    others = _others(viewer, found)
    history = _history(found) if reads else {}
    return [
        Line(one, opened_or_none(one) if reads else None, others.get(one.pk, []), history.get(one.pk, []))
        for one in found
    ]


def _history(rows: Iterable[ExternalIdentifier]) -> dict[UUID, list[tuple[ExternalChange, Written | None]]]:
    found: dict[UUID, list[tuple[ExternalChange, Written | None]]] = {}
    changes = ExternalChange.of(identifier__in=list(rows)).select_related("by")
    for change in changes.order_by("-number"):
        found.setdefault(change.identifier_id, []).append((change, opened_or_none(change)))
    return found


def _others(viewer: Viewer, rows: list[ExternalIdentifier]) -> dict[UUID, list[Subject]]:
    """Return the other records of the viewer's organisation, of kinds that they may open, with the same identifiers."""
    live = [one for one in rows if one.withdrawn_at is None]
    parts = {one.record for one in rows}
    same = _of_own(viewer).filter(same_key__in=[one.same_key for one in live]).exclude(record__in=parts)
    by_key: dict[bytes, list[Subject]] = {}
    for other in same.order_by("noted_at", "id"):
        found = by_key.setdefault(bytes(other.same_key), [])
        if len(found) < MOST_OTHERS:
            found.append(Subject(other.kind, other.record, other.organisation_id))
    return {one.pk: by_key.get(bytes(one.same_key), []) for one in live}


def _of_own(viewer: Viewer) -> QuerySet[ExternalIdentifier]:
    """Return what stands on records of the viewer's organisation that they may open."""
    return ExternalIdentifier.objects.filter(kind__in=kinds.open_to(viewer), withdrawn_at=None)


def shared(viewer: Viewer, kind: str, ids: Collection[UUID]) -> dict[UUID, list[Subject]]:
    """Return of records of a list those of which an identifier stands on another record too, with these others."""
    own = _of_own(viewer)
    rows = list(own.filter(kind=kind, record__in=list(ids)).values_list("record", "same_key"))
    if not rows:
        return {}
    same = own.filter(same_key__in=[key for _record, key in rows])
    by_key: dict[bytes, list[Subject]] = {}
    for other in same.order_by("noted_at", "id"):
        by_key.setdefault(bytes(other.same_key), []).append(Subject(other.kind, other.record, other.organisation_id))
    found: dict[UUID, list[Subject]] = {}
    for record, key in rows:
        others = [one for one in by_key.get(bytes(key), []) if one.id != record]
        if others:
            kept = found.setdefault(record, [])
            kept += [one for one in others if one not in kept]
    return {record: others[:MOST_OTHERS] for record, others in found.items()}


def having(viewer: Viewer, kind: str, which: str) -> Q:
    """Return the condition of a list's filter: `any` has an identifier, `shared` one that another record has too."""
    own = _of_own(viewer)
    of_it = own.filter(kind=kind, record=OuterRef("pk"))
    if which == "shared":
        others = own.filter(same_key=OuterRef("same_key")).exclude(record=OuterRef("record"))
        of_it = of_it.filter(Exists(others))
    return Q(Exists(of_it))


def matching(viewer: Viewer, kind: str, text: str) -> Q:
    """Return the condition that a record carries an identifier with this value, as far as the viewer may know.

    The whole value counts, case, spaces and dashes aside; nothing where the text says nothing.
    """
    return Q(pk__in=_carrying(viewer, kind, text))


def roots(viewer: Viewer, kind: str, text: str) -> set[UUID]:
    """Return what `matching` finds, and for what was absorbed also the record that absorbed it."""
    found = _carrying(viewer, kind, text)
    return found | set(kinds.of(kind).absorbed_into(found).values())


def _carrying(viewer: Viewer, kind: str, text: str) -> set[UUID]:
    """Return the records of a kind with an identifier of this value, as far as the viewer may know.

    The same statements are asked whatever there is, so that their time tells nobody of what they may not see.
    """
    if not normal(text):
        return set()
    known = kinds.of(kind)
    given = Release.valid().filter(kind=known.part.of if known.part else kind, recipient=viewer.organisation.id)
    parts = known.absorbed(given.values("record"))
    under = dict(given.filter(record__in=set(parts.values())).values_list("record", "handling")) if parts else {}
    here = known.released(given).values("handling")[:1]
    rows = ExternalIdentifier.everywhere.filter(kind=kind, value_key=value_key(text), withdrawn_at=None)
    rows = rows.annotate(handling=Subquery(here)).filter(
        Q(organisation=viewer.organisation.id) | Q(handling__isnull=False) | Q(record__in=list(parts))
    )
    found = set()
    for id, organisation, along, handling in rows.values_list("record", "organisation", "along", "handling"):
        labels = (handling, under[parts[id]] if id in parts else None)
        if organisation == viewer.organisation.id or any(label and goes(along, label) for label in labels):
            found.add(id)
    return found


@dataclass(frozen=True)
class Found:
    """A record that a program found by an identifier."""

    id: UUID
    code: str
    identifiers: list[Line]


@transaction.atomic
def found(viewer: Viewer, kind: str, text: str, system: str, reason: Reason) -> list[Found]:
    """Return the records of a kind of the viewer's own organisation with an identifier, and all of theirs; recorded.

    Whoever asks may see records of this kind: a program has no page of them.
    """
    own = ExternalIdentifier.objects.filter(kind=kind, withdrawn_at=None)
    rows = own.filter(value_key=value_key(text), **({"system": system} if system else {}))
    ids = list(dict.fromkeys(rows.order_by("noted_at", "id").values_list("record", flat=True)))[:MOST_FOUND]
    write(acts.SEARCHED, Subject(kind), viewer.actor, reason, count=len(ids))
    of_them = own.filter(record__in=ids)
    by_record: dict[UUID, list[Line]] = {}
    for one in of_them.order_by("number"):
        by_record.setdefault(one.record, []).append(Line(one, opened_or_none(one)))
    codes = kinds.of(kind).page.codes(ids)
    return [Found(id, codes[id], by_record[id]) for id in ids if id in codes]
