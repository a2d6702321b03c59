"""Operations on whole series: absorb one, propose a merge, keep two apart, recount members."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.victims.base.queries import parts_of
from vaern.node.victims.elsewhere import sending
from vaern.node.victims.grouping import acts
from vaern.node.victims.grouping.attachments import follow
from vaern.node.victims.grouping.knowledge import take_over
from vaern.node.victims.models import Member, Merge, MergeProposal, Separation, Series

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from vaern.node.ledger.rules import Actor, Reason
    from vaern.node.organisations.models import Person
    from vaern.node.victims.grouping.links import SeriesLink


def older_first(one: Series, other: Series) -> tuple[Series, Series]:
    """Return two series in the order in which pairs are stored: the older first."""
    return (one, other) if (one.created_at, one.pk) <= (other.created_at, other.pk) else (other, one)


def absorb(
    absorbed: Series,
    kept: Series,
    by: Actor,
    reason: Reason,
    link: SeriesLink | None = None,
    member: Member | None = None,
    *,
    person: Person | None = None,
    proposal: MergeProposal | None = None,
) -> Merge:
    """Move all members of one series into another; the caller holds both locked.

    The caller counts anew (`recount`) and hands the keys over (`keys.settle`).
    """
    both = kept.identified_on is not None and absorbed.identified_on is not None
    moved = list(Member.of(series=absorbed).order_by("id").values_list("id", flat=True))
    Member.of(series=absorbed).update(series=kept)
    lives = take_over(kept, absorbed) | follow(absorbed, kept)
    merge = Merge.everywhere.create(
        organisation_id=kept.organisation_id,
        kept=kept,
        absorbed=absorbed,
        proposal=proposal,
        merged_by=person,
        member=member,
        met_id=link.member if link else None,
        rule=link.rule if link else "by_hand",
        distance=link.distance if link else None,
        moved=moved,
        lives=lives,
    )
    absorbed.absorbed_into = kept
    absorbed.members_total = absorbed.members_known = 0
    absorbed.first_taken = absorbed.last_taken = None
    absorbed.version += 1
    absorbed.save(
        update_fields=["absorbed_into", "members_total", "members_known", "first_taken", "last_taken", "version"]
    )
    between = Q(one=absorbed, other=kept) | Q(one=kept, other=absorbed)
    MergeProposal.everywhere.filter(between, answer="").update(
        answer="merged", answered_at=timezone.now(), answered_by=person
    )
    MergeProposal.everywhere.filter(Q(one=absorbed) | Q(other=absorbed), answer="").update(
        answer="void", answered_at=timezone.now()
    )
    record(acts.MERGED_BY_PERSON if person else acts.MERGED, kept.subject, by, reason, count=len(moved))
    record(acts.ABSORBED, absorbed.subject, by, reason, count=len(moved), tags={"twice": int(both)})
    return merge


def propose(home: Series, other: Series, member: Member, link: SeriesLink, reason: Reason) -> int:
    """Propose a merge of two series unless it is already proposed; return how many proposals were made."""
    one, two = older_first(home, other)
    values = {
        "organisation_id": home.organisation_id,
        "member": member,
        "met_id": link.member,
        "rule": link.rule,
        "distance": link.distance,
    }
    found, made = MergeProposal.everywhere.get_or_create(one=one, other=two, answer="", defaults=values)
    if made:
        record(acts.PROPOSED, found.one.subject, acts.NODE, reason)
        record(acts.PROPOSED, found.other.subject, acts.NODE, reason)
    return int(made)


def apart(ids: Collection[UUID]) -> set[frozenset[UUID]]:
    """Return the pairs of some series that a person keeps apart.

    What a series absorbed it stands for: a person's word about one of them holds for the whole.
    """
    if len(ids) < 2:
        return set()
    stands_for = {part: id for id in ids for part in parts_of(id)}
    found = Separation.everywhere.filter(one__in=stands_for).filter(other__in=stands_for, lifted_at=None)
    pairs = found.values_list("one_id", "other_id")
    return {frozenset({stands_for[one], stands_for[other]}) for one, other in pairs} & {
        frozenset(pair) for pair in combinations(ids, 2)
    }


def separate(one: Series, other: Series, person: Person) -> Separation:
    """Keep two series apart from now on; idempotent."""
    first, second = older_first(one, other)
    found, _made = Separation.everywhere.get_or_create(
        one=first,
        other=second,
        lifted_at=None,
        defaults={"organisation_id": one.organisation_id, "separated_by": person},
    )
    between = MergeProposal.of(one=first).filter(other=second, answer="")
    between.update(answer="refused", answered_at=timezone.now(), answered_by=person)
    return found


def lift(one: UUID, other: UUID, person: Person) -> int:
    """Lift the separations between two series and their absorbed parts; return how many were lifted."""
    ours, theirs = parts_of(one), parts_of(other)
    between = Q(one__in=ours, other__in=theirs) | Q(one__in=theirs, other__in=ours)
    return Separation.everywhere.filter(between, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=person)


def recount(ids: Iterable[UUID]) -> None:
    """Recount the members of some series, and mark these as changed; desks of other nodes get what came to them."""
    all_of_them = sorted(ids)
    for id in all_of_them:
        counted = Member.everywhere.filter(series=id).aggregate(
            members_total=Count("pk"),
            members_known=Count("pk", filter=Q(verdict="known")),
            first_taken=Min("taken"),
            last_taken=Max("taken"),
        )
        Series.everywhere.filter(pk=id).update(**counted, changed_at=timezone.now(), version=F("version") + 1)
    sending.follow_files(all_of_them)
