"""Every write to a reporting round: it is planned, opens and closes, and members that did not answer are reminded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.alliance.commitments import across, acts, mails
from vaern.node.alliance.models import Membership, Round, RoundReply
from vaern.node.alliance.rules import commitments, frame, round_clocks
from vaern.node.alliance.rules.commitments import RoundEvent, RoundState, Who
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.actions import allow, refuse_if
from vaern.node.organisations.rules import NAME_TAKEN, Permission
from vaern.node.web.versions import mark_of, overtaken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer

CLOCK = Reason(Why.ADMINISTRATION)


@transaction.atomic
def plan(
    viewer: Viewer,
    reason: Reason,
    *,
    name: str,
    opens: date,
    closes: date,
    reminders: Iterable[int],
    period: str,
    round: Round | None = None,
    shown: str = "",
) -> Round:
    """Plan a round, or change one that is planned.

    Args:
        viewer: of the secretariat.
        reason: why.
        name: under which all know it.
        opens, closes: its first and its last day.
        reminders: how many days before the close there is a reminder.
        period: for which values are declared (`rules.periods.read`).
        round: the one that is changed; None for a new one.
        shown: the `mark` of it that the page showed.

    Raises:
        Refusal: why not.
    """
    allow(viewer, Permission.ALLIANCE_MANAGE)
    days = tuple(sorted(set(reminders), reverse=True))
    refuse_if(commitments.problem_with_round(opens, closes, days))
    found = Round(frame_version=frame.declaration().version) if round is None else _locked(round, RoundEvent.CHANGE)
    if overtaken(shown, mark(found)):
        raise Stale(commitments.STALE)
    if Round.objects.filter(name=name).exclude(pk=found.pk).exists():
        raise Refusal(NAME_TAKEN, field="name")
    found.name, found.opens, found.closes, found.reminders, found.period = name, opens, closes, list(days), period
    found.save()
    record(acts.ROUND_CHANGED if round else acts.ROUND_PLANNED, found.subject, viewer.actor, reason)
    return found


def mark(round: Round) -> str:
    """Return the mark of what the form of a round shows (`web.versions`)."""
    return mark_of(round.name, round.opens, round.closes, round.reminders, round.period)


@transaction.atomic
def open_now(viewer: Viewer, reason: Reason, round: Round) -> Round:
    """Open a planned round today, whatever day was planned, and invite every member."""
    allow(viewer, Permission.ALLIANCE_MANAGE)
    found = _locked(round, RoundEvent.OPEN)
    found.opens = min(found.opens, timezone.localdate())
    found.save()
    record(acts.ROUND_OPENED, found.subject, viewer.actor, reason)
    _look(found, timezone.localdate())
    return found


@transaction.atomic
def extend(viewer: Viewer, reason: Reason, round: Round, closes: date) -> Round:
    """Give everybody more time.

    Raises:
        Refusal: the new day is not after the old one, or the round is not open.
    """
    allow(viewer, Permission.ALLIANCE_MANAGE)
    found = _locked(round, RoundEvent.EXTEND)
    if closes <= found.closes:
        raise Refusal(commitments.BACKWARDS, field="closes")
    found.closes = closes
    found.save()
    record(acts.ROUND_CHANGED, found.subject, viewer.actor, reason)
    across.tell_round(found)
    return found


@transaction.atomic
def close(viewer: Viewer, reason: Reason, round: Round) -> Round:
    """Close a round before its last day; what comes after that day is late, as before."""
    allow(viewer, Permission.ALLIANCE_MANAGE)
    found = _locked(round, RoundEvent.CLOSE)
    found.save()
    record(acts.ROUND_CLOSED, found.subject, viewer.actor, reason)
    across.tell_round(found)
    return found


def look_at_all(today: date | None = None) -> int:
    """Open and close what is due, and remind members that have not answered; return how many mails were written.

    Each round in a transaction of its own, and may run twice or at once: what was done is in the database with it.
    """
    today = today or timezone.localdate()
    written = 0
    for pk in Round.objects.order_by("opens", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = Round.objects.select_for_update().get(pk=pk)
            event = round_clocks.by_itself(RoundState(found.state), found.opens, found.closes, today)
            if event is not None:
                found.state = commitments.after(commitments.ROUND, RoundState(found.state), event, Who.NODE).value
                found.save(update_fields=["state"])
                act = acts.ROUND_OPENED if event is RoundEvent.OPEN else acts.ROUND_CLOSED
                record(act, found.subject, NODE, CLOCK)
            written += _look(found, today)
    return written


def _locked(round: Round, event: RoundEvent) -> Round:
    found = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if found.secretariat_id is not None:
        raise Refusal(commitments.ELSEWHERE)
    found.state = commitments.after(commitments.ROUND, RoundState(found.state), event, Who.SECRETARIAT).value
    return found


def _look(round: Round, today: date) -> int:
    """Invite members that have no reply yet, and remind those that have not answered. The round is locked."""
    if round.state == RoundState.PLANNED.value or round_clocks.over(round.closes, today):
        return 0
    waiting = round.replies.filter(state__in=[state.value for state in round_clocks.MISSING])
    if round.secretariat_id is None:
        members = set(Membership.objects.filter(left=None).values_list("member", flat=True))
        _invite(round, members)
        waiting = waiting.filter(member__in=members)
    return sum(mails.write_to_all(round, reply, today) for reply in waiting.select_related("member"))


def _invite(round: Round, members: set[UUID]) -> None:
    if round.state == RoundState.OPEN.value:
        there = set(round.replies.values_list("member", flat=True))
        RoundReply.objects.bulk_create(RoundReply(round=round, member_id=one) for one in sorted(members - there))
        across.invite(round)
