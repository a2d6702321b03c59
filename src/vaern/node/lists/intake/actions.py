"""Every change to intakes by people and programs; what takes long is a job that commits with it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.losing import WITHIN, Bounds, too_many
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.intake import acts, pieces
from vaern.node.lists.models import ListIntake, ListSource, StagedEntry
from vaern.node.lists.rules.intake import WAITING, IntakeEvent, IntakeState, after
from vaern.node.lists.rules.sources import Outcome, SourceKind
from vaern.node.lists.survivors.following import check_by_hand
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.formats.csv_mappings import CsvMapping
    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def begin(
    viewer: Viewer,
    reason: Reason,
    hash_list: HashList,
    size: int,
    *,
    whole: bool,
    format: str = "",
    columns: Mapping[str, str] | None = None,
) -> ListIntake:
    """Begin an intake: its file comes in pieces.

    Args:
        viewer: of the organisation that keeps the list.
        reason: why.
        hash_list: into which it goes.
        size: bytes of the file.
        whole: the file is all of the list: what it does not have is withdrawn.
        format: how it is read; "" to find out by its content.
        columns: for tables, which column holds what.

    Raises:
        Refusal: it is too large, the list is not theirs or follows wishes, or another intake of it is under way.
    """
    if not 0 < size <= pieces.LARGEST:
        raise Refusal(_("A file has between 1 byte and 64 GiB."), field="size")
    current = releases.locked(viewer, hash_list)
    check_by_hand(current)
    busy = [state.value for state in (IntakeState.RECEIVING, IntakeState.READING, *WAITING, IntakeState.TAKING)]
    if ListIntake.of(list=current).filter(state__in=busy).exists():
        raise Conflict(_("Another intake of this list waits: take it or reject it first."))
    intake = ListIntake(
        list=current,
        size=size,
        whole=whole,
        format=format,
        columns=dict(columns or {}),
        started_by=viewer.person,
    )
    intake.save(force_insert=True)
    record(acts.BEGUN, intake.subject, viewer.actor, reason)
    return intake


@transaction.atomic
def save_mapping(viewer: Viewer, reason: Reason, hash_list: HashList, mapping: CsvMapping) -> None:
    """Save how tables for a list are read from now on.

    Raises:
        Refusal: a key saves it, the list is not theirs, or follows wishes.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = releases.locked(viewer, hash_list)
    check_by_hand(current)
    current.csv_mapping = msgspec.to_builtins(mapping)
    current.save(update_fields=["csv_mapping"])
    # what was fetched of a table was read otherwise: it is fetched again, whatever its source says of its version
    tables = ListSource.of(list=current).filter(kind=SourceKind.TABLE.value)
    tables.update(checkpoint=None, ahead=None, beginning=uuid4(), next_at=timezone.now())
    record(acts.MAPPED, current.subject, viewer.actor, reason)


def add_piece(intake: ListIntake, piece: bytes, at: int) -> int:
    """Add a piece of the file; return how many bytes there are. The last piece lets the reading begin.

    Raises:
        Refusal: bytes before it are missing, it reaches beyond the size that was said, or the file is complete.
    """
    with transaction.atomic():
        rows = ListIntake.objects.select_for_update(of=("self",), no_key=True).select_related("list__organisation")
        current: ListIntake = rows.get(pk=intake.pk)
        after(IntakeState(current.state), IntakeEvent.ADD_PIECE)
        if at + len(piece) > current.size:
            raise Refusal(_("It reaches beyond the %(size)s bytes that were announced.") % {"size": current.size})
        try:
            current.received = pieces.append(current.pk, piece, at)
        except ValueError as error:
            raise Conflict(str(error)) from None
        if current.received == current.size:
            _read(current)
        current.save(update_fields=["received", "state", "sha256"])
    intake.state, intake.received = current.state, current.received
    return current.received


def _read(intake: ListIntake) -> None:
    from vaern.node.lists.intake.jobs import read

    intake.sha256 = pieces.digest(intake.pk)
    intake.state = after(IntakeState(intake.state), IntakeEvent.READ).value
    read.defer(intake=str(intake.pk))


@transaction.atomic
def take(viewer: Viewer, reason: Reason, intake: ListIntake) -> ListIntake:
    """Decide that a compared intake becomes the list; a job does it, all or nothing.

    Where it takes many entries away it waits for a second person instead, and nothing of the list changes.

    Raises:
        Refusal: a key decides, or it is not the time.
    """
    held = second_needed(intake)
    current = _locked(viewer, intake, IntakeEvent.HOLD if held else IntakeEvent.TAKE)
    current.ended_by = viewer.person
    current.save(update_fields=["state", "ended_by"])
    if held:
        record(acts.HELD, current.subject, viewer.actor, reason, count=current.lost)
    else:
        _take_soon(current)
    return current


def second_needed(intake: ListIntake) -> bool:
    """Whether a second person has to agree to an intake, by what it and others of the last day take away."""
    taken = ListIntake.of(list=intake.list).filter(
        state=IntakeState.TAKEN.value, confirmed_by=None, ended_at__gt=timezone.now() - WITHIN
    )
    before = taken.aggregate(lost=Sum("lost"))["lost"] or 0
    bounds = Bounds(intake.list.lost_count, intake.list.lost_percent)
    return too_many(intake.lost, intake.list.matched, before, bounds)


@transaction.atomic
def confirm(viewer: Viewer, reason: Reason, intake: ListIntake) -> ListIntake:
    """Agree, as a second person, that an intake takes many entries away; a job does it.

    Raises:
        Refusal: a key agrees, whoever took it does, or it is not the time.
    """
    allow(viewer, Permission.HASHLIST_RELEASE)
    current = _locked(viewer, intake, IntakeEvent.CONFIRM)
    if viewer.person is None or viewer.person.pk == current.ended_by_id:
        raise Refusal(_("You took it yourself. A second person has to look, and agree."))
    current.confirmed_by = viewer.person
    current.save(update_fields=["state", "confirmed_by"])
    record(acts.CONFIRMED, current.subject, viewer.actor, reason, count=current.lost)
    _take_soon(current)
    return current


def _take_soon(intake: ListIntake) -> None:
    from vaern.node.lists.intake.jobs import take as take_job

    take_job.defer(intake=str(intake.pk))


@transaction.atomic
def reject(viewer: Viewer, reason: Reason, intake: ListIntake) -> ListIntake:
    """Decide that an intake does not become the list: what was read of it is erased."""
    current = _locked(viewer, intake, IntakeEvent.REJECT)
    erase_staged(current)
    current.ended_by = viewer.person
    current.save(update_fields=["state", "ended_at", "ended_by"])
    if current.fetched:  # the source would give the same again: only what it withdraws is asked for from there on
        ListSource.everywhere.filter(list=current.list, beginning=current.beginning).update(
            outcome=Outcome.REJECTED.value
        )
    record(acts.REJECTED, current.subject, viewer.actor, reason)
    return current


def erase_staged(intake: ListIntake) -> None:
    """Erase what was read of an intake, and its file once that is committed."""
    StagedEntry.erase(intake=intake)
    intake.ended_at = timezone.now()
    transaction.on_commit(lambda: pieces.remove(intake.pk), robust=True)


def _locked(viewer: Viewer, intake: ListIntake, event: IntakeEvent) -> ListIntake:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    hash_list = releases.locked(viewer, intake.list)
    current: ListIntake = ListIntake.of(list=hash_list).select_for_update(of=("self",), no_key=True).get(pk=intake.pk)
    current.list = hash_list
    current.state = after(IntakeState(current.state), event).value
    return current


def erase_old(id: UUID) -> int:
    """Erase an intake that nobody decided on, or whose file never came; return whether one went."""
    from vaern.node.ledger.rules import NODE
    from vaern.node.lists.intake.taking import QUALITY

    current: ListIntake | None = (
        ListIntake.everywhere.select_for_update(of=("self",), no_key=True).select_related("list").filter(pk=id).first()
    )
    if current is None or current.state not in {IntakeState.RECEIVING, *WAITING}:
        return 0
    erase_staged(current)
    current.state = after(IntakeState(current.state), IntakeEvent.REJECT).value
    current.save(update_fields=["state", "ended_at"])
    if current.fetched:
        ListSource.everywhere.filter(list=current.list, beginning=current.beginning).update(ahead=None)
    record(acts.EXPIRED, current.subject, NODE, QUALITY)
    return 1
