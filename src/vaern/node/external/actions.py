"""Every write of a person to external identifiers: one function, one transaction, one entry about the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.base.sealing import Unsealable
from vaern.node.external import acts, kinds, rules
from vaern.node.external.models import ExternalChange, ExternalIdentifier
from vaern.node.external.rules import Change, Source
from vaern.node.external.sealed_values import Given, opened, sealed
from vaern.node.external.systems import open_on
from vaern.node.ledger.record import record as write

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.external.kinds import Carrier
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def add(viewer: Viewer, reason: Reason, record: Carrier, given: Given) -> ExternalIdentifier:
    """Note what another system calls a record.

    Raises:
        Refusal: it is none of its system, stands there already, or the record does not take it.
    """
    current = _locked(viewer, record)
    columns = _checked(current, given)
    made: ExternalIdentifier = ExternalIdentifier.everywhere.create(
        organisation_id=current.subject.owner,
        kind=current.KIND,
        record=current.subject.id,
        number=next_number(current),
        source=Source.TYPED.value,
        noted_by=viewer.person,
        **columns,
    )
    changed(made, Change.ADDED, viewer.person)
    return _done(viewer, reason, current, made, acts.ADDED)


@transaction.atomic
def correct(
    viewer: Viewer, reason: Reason, record: Carrier, id: UUID, given: Given, version: int | None = None
) -> ExternalIdentifier:
    """Correct an identifier; how it stood before is kept.

    Args:
        viewer, reason, record: who, why, of what.
        id: of the identifier.
        given: as it shall stand.
        version: that was on the page; None where nobody looked at one.

    Raises:
        Refusal: as of `add`; it was withdrawn, or somebody changed it meanwhile.
    """
    current = _locked(viewer, record)
    found = _of(current, id, withdrawn=False)
    if version is not None and version != found.version:
        raise Stale(_("Somebody changed it since you opened this page: look at it again."))
    columns = _checked(current, given, found)
    for name, value in columns.items():
        setattr(found, name, value)
    found.version += 1
    found.save(update_fields=[*columns, "version"])
    changed(found, Change.CORRECTED, viewer.person)
    return _done(viewer, reason, current, found, acts.CORRECTED)


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, record: Carrier, id: UUID, because: str) -> ExternalIdentifier:
    """Withdraw an identifier that does not belong there; it is found and exported no more, and can be put back.

    Raises:
        Refusal: it was withdrawn before, nothing says why, or the record does not allow it.
    """
    current = _locked(viewer, record)
    found = _of(current, id, withdrawn=False)
    if not because.strip():
        raise Refusal(_("Say why it is withdrawn."))
    found.withdrawn_at, found.version = timezone.now(), found.version + 1
    found.save(update_fields=["withdrawn_at", "version"])
    changed(found, Change.WITHDRAWN, viewer.person, rules.said(because)[: rules.LONGEST_NOTE])
    return _done(viewer, reason, current, found, acts.WITHDRAWN)


@transaction.atomic
def restore(viewer: Viewer, reason: Reason, record: Carrier, id: UUID) -> ExternalIdentifier:
    """Put an identifier back that was withdrawn.

    Raises:
        Refusal: it was not, the same stands there meanwhile, or the record does not allow it.
    """
    current = _locked(viewer, record)
    found = _of(current, id, withdrawn=True)
    if _holds(current, bytes(found.same_key)):
        raise Conflict(_("The same identifier was added meanwhile: there is nothing to put back."))
    found.withdrawn_at, found.version = None, found.version + 1
    found.save(update_fields=["withdrawn_at", "version"])
    changed(found, Change.RESTORED, viewer.person)
    return _done(viewer, reason, current, found, acts.RESTORED)


def changed(row: ExternalIdentifier, change: Change, by: Person | None, because: str = "") -> ExternalChange:
    """Keep what was done to an identifier and how it stands since, in the caller's transaction."""
    text = bytes(row.sealed)
    if because:
        try:
            text = sealed(msgspec.structs.replace(opened(row), because=because))
        except Unsealable:  # what was written is lost; that it was withdrawn is not
            text = bytes(row.sealed)
    made: ExternalChange = ExternalChange.everywhere.create(
        identifier=row,
        organisation_id=row.organisation_id,
        number=row.version,
        change=change.value,
        system=row.system,
        country=row.country,
        along=row.along,
        sealed=text,
        by=by,
    )
    return made


def next_number(record: Carrier) -> int:
    """Return the number of the next identifier of a locked record."""
    return (kinds.identifiers(record).aggregate(last=Max("number"))["last"] or 0) + 1


def _locked(viewer: Viewer, record: Carrier) -> Any:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if record.subject.owner != viewer.organisation.id:
        raise Conflict(_("The record is not your organisation's, or it was erased."))
    return kinds.of(record.KIND).lock(viewer, record)


def _checked(record: Carrier, given: Given, but: ExternalIdentifier | None = None) -> dict[str, Any]:
    """Return the columns of an identifier that may stand on a record."""
    system = open_on().get(given.system)
    if system is None:
        raise Refusal(_("Identifiers of this system are not noted."))
    if given.along not in {rules.STAYS, *rules.WIDTHS}:
        raise Refusal(_("Say with which releases it goes along."))
    written = given.written
    if wrong := rules.problem(system, written.value, given.country, written.holder):
        raise Refusal(wrong)
    columns = given.columns(system)
    if _holds(record, columns["same_key"], but):
        raise Refusal(_("This identifier stands there already."))
    if but is None and next_number(record) > rules.MOST:
        raise Refusal(_("A record carries at most %(n)s of them.") % {"n": rules.MOST})
    return columns


def _holds(record: Carrier, same_key: object, but: ExternalIdentifier | None = None) -> bool:
    """Whether the same identifier stands on a record, or on what it absorbed."""
    rows = kinds.identifiers(record, absorbed=True).filter(same_key=same_key, withdrawn_at=None)
    return bool((rows.exclude(pk=but.pk) if but else rows).exists())


def _of(record: Carrier, id: UUID, *, withdrawn: bool) -> ExternalIdentifier:
    parts = kinds.of(record.KIND).parts(record)
    rows = ExternalIdentifier.everywhere.select_for_update(of=("self",))
    found = rows.filter(pk=id, kind=record.KIND, record__in=parts, withdrawn_at__isnull=not withdrawn).first()
    if found is None:
        raise Conflict(_("It is not there any more, or somebody changed it: look at the record again."))
    return found


def _done(viewer: Viewer, reason: Reason, record: Carrier, row: ExternalIdentifier, act: Act) -> ExternalIdentifier:
    write(act, record.subject, viewer.actor, reason, count=row.number)
    kinds.of(record.KIND).touch(record)
    return row
