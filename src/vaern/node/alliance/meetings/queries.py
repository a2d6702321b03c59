"""What people see of ministerial meetings: everybody who is signed in sees them; nothing of casework is in them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from vaern.node.alliance.meetings.parts import PARTS
from vaern.node.alliance.models import Commitment, Decision, DecisionEffect, MinisterialMeeting, Minutes
from vaern.node.alliance.rules import meetings as rules
from vaern.node.alliance.rules import minutes
from vaern.node.alliance.rules.commitments import State as CommitmentState
from vaern.node.alliance.rules.meetings import Effect, How, State
from vaern.node.alliance.rules.minutes import Attended, Commits, Content, Decided, Item, Paper
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order, by_rank, words
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.alliance.rules.frame import Text
    from vaern.node.organisations.models import Member
    from vaern.node.organisations.viewers import Viewer


ORDER = Order("-first_day", "id", days="first_day", place=words("place"), state=by_rank("state", State))


def meetings(_viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[MinisterialMeeting]:
    """Return a page of meetings, the latest first."""
    return paginate(MinisterialMeeting.objects.all(), ORDER, parameters, size)


def decided(meetings: Sequence[MinisterialMeeting]) -> Counter[UUID]:
    """Return how many decisions each of these meetings made, by its id."""
    return Counter(Decision.objects.filter(meeting__in=meetings).values_list("meeting", flat=True))


def find(_viewer: Viewer, id: UUID) -> MinisterialMeeting | None:
    """Return a meeting."""
    return MinisterialMeeting.objects.select_related("host").filter(pk=id).first()


def row_of(meeting: MinisterialMeeting, part: str, id: int) -> Any | None:
    """Return a row of a part of a meeting, by the part's word in the address."""
    return PARTS[part].model.objects.filter(meeting=meeting, pk=id).first() if part in PARTS else None


def versions(meeting: MinisterialMeeting) -> list[Minutes]:
    """Return the approved minutes, the latest first."""
    return list(meeting.minutes.select_related("approved_by"))


def standing(meeting: MinisterialMeeting) -> rules.Standing:
    """Return what a move depends on besides the state."""
    return rules.Standing(
        items=meeting.agenda.count(),
        attended=meeting.attendance.exclude(how=How.EXCUSED.value).count(),
        first_day=meeting.first_day,
        today=timezone.localdate(),
    )


def approved(meeting: MinisterialMeeting) -> bool:
    """Whether the minutes are approved and nobody is correcting them."""
    return meeting.state == State.APPROVED.value


def mark_of_minutes(meeting: MinisterialMeeting) -> str:
    """Return the mark of what the minutes say now (`web.versions`)."""
    return mark_of(minutes.plain(content_of(meeting)))


def content_of(meeting: MinisterialMeeting) -> Content:
    """Return what the minutes say now: all that stands in the tables."""
    decisions = list(decisions_of(meeting))
    items = [
        Item(
            one.number,
            one.title,
            one.discussion,
            tuple(_decided(decision) for decision in decisions if decision.item_id == one.pk),
        )
        for one in meeting.agenda.all()
    ]
    return Content(
        name=meeting.name,
        place=meeting.place,
        first_day=meeting.first_day,
        last_day=meeting.last_day,
        host=named(meeting.host) if meeting.host else {},
        attendance=tuple(
            Attended(
                named(one.member) if one.member else {"en": one.body},
                one.office,
                How(one.how),
                one.name,
                one.represented_by,
            )
            for one in meeting.attendance.select_related("member").order_by("member__name", "body", "id")
        ),
        items=tuple(items),
        beside=tuple(_decided(decision) for decision in decisions if decision.item_id is None),
        papers=tuple(Paper(one.reference, one.title, one.sha256) for one in meeting.papers.all()),
        synthetic=meeting.synthetic,
    )


def named(member: Member) -> Text:
    """Return a member's name by language."""
    return {"en": member.name, "da": member.name_da}


def decisions_of(meeting: MinisterialMeeting) -> QuerySet[Decision]:
    """Return the decisions of a meeting with the commitments that they make or change."""
    effects = DecisionEffect.objects.select_related("commitment__member", "commitment__current")
    effects = effects.order_by("commitment__member__name", "commitment__goal", "id")
    return meeting.decisions.prefetch_related(Prefetch("effects", effects))  # type: ignore[no-any-return]


def decided_about(commitment: Commitment) -> list[DecisionEffect]:
    """Return what ministers decided about a commitment, the latest first."""
    found = DecisionEffect.objects.filter(commitment=commitment).select_related("decision__meeting")
    return list(found.order_by("-decision__meeting__first_day", "-decision__number"))


def choosable(chosen: Collection[UUID] = ()) -> QuerySet[Commitment]:
    """Return the commitments that a decision may make or change: those of which the secretariat knows, not withdrawn.

    Args:
        chosen: by their ids, those that it makes or changes already.
    """
    known = Q(current__isnull=False) | Q(state=CommitmentState.SUBMITTED.value) | Q(pk__in=chosen)
    found = Commitment.objects.filter(known).exclude(state=CommitmentState.WITHDRAWN.value).select_related("member")
    return found.order_by("member__name", "goal", "id")


def _decided(decision: Decision) -> Decided:
    return Decided(decision.number, decision.text, tuple(commits(one) for one in decision.effects.all()))


def commits(one: DecisionEffect) -> Commits:
    """Return what a decision does to a commitment, as the minutes say it."""
    commitment = one.commitment
    version = commitment.current.number if commitment.current else 0
    return Commits(named(commitment.member), commitment.goal, Effect(one.effect), version)
