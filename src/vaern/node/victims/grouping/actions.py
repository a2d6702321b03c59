"""Decisions about series that people make: confirm, merge and undo, refuse, keep apart, split, move a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules.registry import State as Standing
from vaern.node.ledger.record import record
from vaern.node.reports.base.codes import fresh_code
from vaern.node.victims.appeals.actions import withdraw_all
from vaern.node.victims.base.life import locked, own_or_refuse
from vaern.node.victims.base.queries import recipients_of
from vaern.node.victims.grouping import acts, keys
from vaern.node.victims.grouping.attachments import follow
from vaern.node.victims.grouping.knowledge import give_back
from vaern.node.victims.grouping.member_keys import keys_of_members, shared_keys
from vaern.node.victims.grouping.merges import absorb, lift, older_first, recount, separate
from vaern.node.victims.grouping.placement import lock
from vaern.node.victims.models import Member, Merge, MergeProposal, Separation, Series
from vaern.node.victims.rules import grouping as rules
from vaern.node.victims.rules.series import KEPT_FOR
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.sharing import updates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


def _two(viewer: Viewer, one: Series, other: Series) -> tuple[Series, Series, Person]:
    """Lock the organisation and two of its series, the older first; return who acts, too."""
    lock(viewer.organisation)
    first, second = (locked(viewer, each) for each in sorted((one, other), key=lambda each: each.pk))
    if first.pk == second.pk:
        raise Refusal(_("Choose another series."))
    own_or_refuse(viewer, first)
    own_or_refuse(viewer, second)
    assert viewer.person is not None  # `locked` has seen to it
    return (*older_first(first, second), viewer.person)


def _one(viewer: Viewer, series: Series, version: int | None) -> tuple[Series, Person]:
    lock(viewer.organisation)
    current = locked(viewer, series)
    own_or_refuse(viewer, current)
    if version is not None and version != current.version:
        raise Stale(_("It was changed meanwhile: look at it again."))
    assert viewer.person is not None
    return current, viewer.person


@transaction.atomic
def confirm(viewer: Viewer, reason: Reason, series: Series, version: int | None = None) -> Series:
    """Confirm that the files of a series belong together: from now on only a person merges anything into it.

    Raises:
        Refusal: it is not theirs, has no files, or was changed since it was looked at.
    """
    current, person = _one(viewer, series, version)
    if not current.members_total:
        raise Conflict(_("It has no files."))
    current.confirmed, current.confirmed_by, current.confirmed_at = True, person, timezone.now()
    current.version += 1
    current.save(update_fields=["confirmed", "confirmed_by", "confirmed_at", "version"])
    record(acts.CONFIRMED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def unconfirm(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Withdraw the confirmation."""
    current, _person = _one(viewer, series, None)
    current.confirmed, current.confirmed_by, current.confirmed_at = False, None, None
    current.version += 1
    current.save(update_fields=["confirmed", "confirmed_by", "confirmed_at", "version"])
    record(acts.UNCONFIRMED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def merge(viewer: Viewer, reason: Reason, one: Series, other: Series) -> Merge:
    """Merge two series into the older one on a person's word; separations between them are lifted.

    If only the younger is with another desk, it takes over the older one, so that the desk goes on with the whole. If
    either is confirmed, the merged one is. If the child of either is known, everybody who has the whole is told.

    Raises:
        Refusal: they are not theirs, one was absorbed already, or both are with other desks.
    """
    older, younger, person = _two(viewer, one, other)
    kept, absorbed = _which_stays(older, younger)
    lift(kept.pk, absorbed.pk, person)
    waiting = MergeProposal.of(one=older).filter(other=younger, answer="")
    proposal = waiting.select_related("member").first()
    knew, told = kept.identified_on is not None, _told_of(kept, absorbed)
    made = absorb(absorbed, kept, viewer.actor, reason, None, None, person=person, proposal=proposal)
    if proposal is not None:
        made.rule, made.distance = proposal.rule, proposal.distance
        made.member_id, made.met_id = proposal.member_id, proposal.met_id
        made.save(update_fields=["rule", "distance", "member", "met"])
    if absorbed.confirmed and not kept.confirmed:
        kept.confirmed, kept.confirmed_by, kept.confirmed_at = True, person, timezone.now()
        kept.save(update_fields=["confirmed", "confirmed_by", "confirmed_at"])
    if absorbed.review_date > kept.review_date:  # somebody may have decided that it is needed for longer
        kept.review_date = absorbed.review_date
        kept.save(update_fields=["review_date"])
    recount([kept.pk])
    keys.settle({kept.pk: kept}, {}, [(absorbed, kept)])
    if kept.identified_on is not None:
        updates.tell_of_merge(viewer, kept, told, new=not knew)
        withdraw_all(kept)
    return made


def _which_stays(older: Series, younger: Series) -> tuple[Series, Series]:
    """Return which of two series takes over the other: the older, or the one that another desk has."""
    with_others = [bool(recipients_of(one)) for one in (older, younger)]
    if all(with_others):
        raise Conflict(_("Both series are with other desks: recall one of them first."))
    return (younger, older) if with_others[1] else (older, younger)


def _told_of(*halves: Series) -> set[UUID]:
    """Return the series whose owners were told that the child of a half is known."""
    return {one.pk for half in halves if half.identified_on for one, _kinds in updates.sharing_keys(half)}


@transaction.atomic
def refuse(viewer: Viewer, reason: Reason, proposal: MergeProposal) -> Separation:
    """Refuse a proposed merge: the two are kept apart, so that the next file does not propose it again.

    Raises:
        Refusal: it was answered already, or is not theirs.
    """
    if not MergeProposal.of(one=proposal.one).filter(pk=proposal.pk, answer="").exists():
        raise Conflict(_("The proposal was answered already."))
    one, other, person = _two(viewer, proposal.one, proposal.other)
    found = separate(one, other, person)
    record(acts.REFUSED, one.subject, viewer.actor, reason)
    record(acts.REFUSED, other.subject, viewer.actor, reason)
    return found


@transaction.atomic
def keep_apart(viewer: Viewer, reason: Reason, one: Series, other: Series) -> Separation:
    """Keep two series apart, whatever links them."""
    older, younger, person = _two(viewer, one, other)
    found = separate(older, younger, person)
    record(acts.SEPARATED, older.subject, viewer.actor, reason)
    record(acts.SEPARATED, younger.subject, viewer.actor, reason)
    return found


@transaction.atomic
def lift_separation(viewer: Viewer, reason: Reason, one: Series, other: Series) -> None:
    """Lift a separation. This merges nothing; the next link or a person does."""
    older, younger, person = _two(viewer, one, other)
    if not lift(older.pk, younger.pk, person):
        raise Conflict(_("Nobody keeps them apart."))
    record(acts.LIFTED, older.subject, viewer.actor, reason)
    record(acts.LIFTED, younger.subject, viewer.actor, reason)


@transaction.atomic
def undo(viewer: Viewer, reason: Reason, merge: Merge) -> Series:
    """Undo a merge: its files go back, with later ones that joined because of them; the two are then kept apart.

    Raises:
        Refusal: it was undone already, or what it merged into was itself merged: that merge is undone first.
    """
    kept, person = _one(viewer, merge.kept, None)
    found = Merge.everywhere.select_for_update(of=("self",)).filter(pk=merge.pk, undone_at=None)
    current = found.select_related("absorbed").first()
    if current is None:
        raise Conflict(_("That merge was undone already."))
    restored: Series = Series.everywhere.select_for_update(of=("self",)).get(pk=current.absorbed_id)
    back = _returning(current, kept)
    Member.everywhere.filter(pk__in=back).update(series=restored)
    current.undone_at, current.undone_by = timezone.now(), person
    current.save(update_fields=["undone_at", "undone_by"])
    restored.absorbed_into = None
    restored.save(update_fields=["absorbed_into"])
    knew = kept.identified_on is not None
    give_back(kept, current.lives)
    follow(kept, restored, current.lives)
    _void_empty(kept)
    separate(kept, restored, person)
    recount([kept.pk, restored.pk])
    keys.hand_back(kept, restored, keys_of_members(restored), shared_keys(kept, restored))
    if restored.identified_on is not None:
        registry.change(restored, Standing.IDENTIFIED)
    if knew and kept.identified_on is None:
        updates.tell(viewer, kept, Milestones.RETRACTED)
    record(acts.UNDONE, kept.subject, viewer.actor, reason, count=len(back))
    record(acts.RESTORED, restored.subject, viewer.actor, reason, count=len(back), tags={"twice": 0})
    restored.refresh_from_db()
    return restored


def _returning(merge: Merge, kept: Series) -> list[int]:
    moved = list(Member.of(series=kept).filter(pk__in=merge.moved).order_by("id").values_list("id", flat=True))
    later = Member.of(series=kept).filter(id__gte=_first_after(merge, kept), added_by=None).exclude(pk__in=merge.moved)
    others = Merge.of(kept=kept).filter(undone_at=None).exclude(pk=merge.pk)
    elsewhere = {id for each in others.values_list("moved", flat=True) for id in each}
    return rules.returning(moved, list(later.order_by("id").values_list("id", "because_id")), elsewhere)


def _first_after(merge: Merge, kept: Series) -> int:
    """The smallest number of the members that came with or after a merge: the node merges for the sake of one."""
    if merge.merged_by_id is None and merge.member_id is not None:
        return merge.member_id
    before = Member.of(organisation=kept.organisation).filter(added_at__lt=merge.merged_at)
    last = before.order_by("-id").values_list("id", flat=True).first()
    return (last or 0) + 1


def _void_empty(series: Series) -> None:
    """A series that has no files any more proposes nothing."""
    if not Member.of(series=series).exists():
        proposed = MergeProposal.of(one=series) | MergeProposal.of(other=series)
        proposed.filter(answer="").update(answer="void", answered_at=timezone.now())


@transaction.atomic
def split(viewer: Viewer, reason: Reason, series: Series, members: Sequence[int], version: int | None = None) -> Series:
    """Take files out of a series into a new one; the two are kept apart from now on.

    Raises:
        Refusal: none of them, or all of them, are its files; or it was changed since it was looked at.
    """
    current, person = _one(viewer, series, version)
    chosen = Member.of(series=current).filter(pk__in=list(members))
    count = chosen.count()
    if not 0 < count < current.members_total:
        raise Refusal(_("Choose some of its files, and not all of them."))
    made = Series(
        organisation=current.organisation,
        code=fresh_code(),
        synthetic=current.synthetic,
        review_date=timezone.localdate() + KEPT_FOR,
    )
    made.save(force_insert=True)
    record(acts.OPENED, made.subject, viewer.actor, reason)
    _take_out(current, made, list(chosen.values_list("pk", flat=True)), "split", person)
    record(acts.SPLIT, current.subject, viewer.actor, reason, count=count)
    record(acts.CAME, made.subject, viewer.actor, reason, count=count)
    made.refresh_from_db()
    return made


@transaction.atomic
def move_member(viewer: Viewer, reason: Reason, member: Member, to: Series) -> Member:
    """Move one file to another series; the two are then kept apart, so that no link moves it back.

    Raises:
        Refusal: it is there already, or is the only file of its series: merge the two.
    """
    held = Member.of(organisation=viewer.organisation).filter(pk=member.pk).select_related("series").first()
    if held is None:
        raise Conflict(_("The file is not there any more."))
    one, other, person = _two(viewer, held.series, to)
    source, target = (one, other) if one.pk == held.series_id else (other, one)
    if Member.of(series=source).filter(pk=member.pk).first() is None:
        raise Stale(_("It was changed meanwhile: look at it again."))
    if source.members_total < 2:
        raise Conflict(_("It is the only file: merge the two series."))
    _take_out(source, target, [member.pk], "moved", person)
    record(acts.MOVED, source.subject, viewer.actor, reason)
    record(acts.CAME, target.subject, viewer.actor, reason, count=1)
    moved: Member = Member.of(series=target).select_related("series").get(pk=member.pk)
    return moved


def _take_out(source: Series, target: Series, members: list[int], rule: str, person: Person) -> None:
    Member.everywhere.filter(pk__in=members).update(
        series=target, rule=rule, because=None, distance=None, added_by=person
    )
    separate(source, target, person)
    recount([source.pk, target.pk])
    keys.hand_back(source, target, keys_of_members(target, members), shared_keys(source, target, members))
