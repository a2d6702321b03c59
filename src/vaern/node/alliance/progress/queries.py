"""What pages of progress read: published commitments of members, the values that they are held against, and replies.

The number of queries does not grow with the number of members. Everybody who is signed in sees the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.alliance.models import Commitment, Declared, Membership, Round, RoundReply, Value
from vaern.node.alliance.rules import contents as rules
from vaern.node.alliance.rules import frame, gap, periods
from vaern.node.alliance.rules.commitments import ReplyState, RoundState, State
from vaern.node.alliance.rules.readings import Counted, Point, Said, series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from vaern.node.alliance.rules.contents import Content
    from vaern.node.organisations.viewers import Viewer

YEARS = 8
"""How far back values are read."""


@dataclass(frozen=True)
class Held:
    """A published commitment, and where its member stands.

    Attributes:
        id: of the commitment.
        membership: whose.
        points: the values of its indicator; none for a number of the country's own.
    """

    id: UUID
    membership: Membership
    content: Content
    points: Sequence[Point]
    standing: gap.Standing


@dataclass(frozen=True)
class Overview:
    """The alliance on one page.

    Attributes:
        goals: of the declaration, in their order.
        held: by member and goal; a member may have several to one goal.
        round: the last that is or was open; None before the first.
        missing: members that have not handed in their reply to it.
        overdue: the round is over, so that these are late.
    """

    memberships: Sequence[Membership]
    goals: Sequence[frame.Goal]
    held: Mapping[tuple[UUID, str], Sequence[Held]]
    round: Round | None
    missing: frozenset[UUID]
    overdue: bool


def overview(_viewer: Viewer) -> Overview:
    """Return every member with every goal."""
    memberships = _members()
    held: dict[tuple[UUID, str], list[Held]] = {}
    for one in _held(memberships):
        held.setdefault((one.membership.member_id, one.content.goal), []).append(one)
    last = _last_round()
    return Overview(
        memberships,
        frame.declaration().goals,
        held,
        last,
        _missing(last, [one.member_id for one in memberships]),
        last is not None and _is_over(last),
    )


@dataclass(frozen=True)
class MemberSheet:
    """One member.

    Attributes:
        held: its published commitments, in the order of the goals.
        replies: to rounds that are or were open, the latest first.
        said: what it declared in published replies.
        without: goals to which it has published no commitment.
    """

    membership: Membership
    held: Sequence[Held]
    replies: Sequence[RoundReply]
    said: Sequence[Declared]
    without: Sequence[frame.Goal]


def member(_viewer: Viewer, id: UUID) -> MemberSheet | None:
    """Return one member; None for a country that is not a member now."""
    memberships = _members(id)
    if not memberships:
        return None
    held = sorted(_held(memberships), key=lambda one: one.content.goal)
    opened = RoundReply.objects.filter(member=id).exclude(round__state=RoundState.PLANNED.value)
    said = Declared.objects.filter(reply__member=id, reply__state=ReplyState.PUBLISHED.value)
    have = {one.content.goal for one in held}
    return MemberSheet(
        memberships[0],
        held,
        list(opened.select_related("round").order_by("-round__closes")),
        list(said.select_related("reply__round").order_by("indicator", "period", "-reply__round__closes")),
        [goal for goal in frame.declaration().goals if goal.code not in have],
    )


@dataclass(frozen=True)
class GoalSheet:
    """One goal, with all commitments to it by the names of members, and the members that have none."""

    goal: frame.Goal
    target: frame.Target
    held: Sequence[Held]
    without: Sequence[Membership]


def goal(_viewer: Viewer, code: str) -> GoalSheet | None:
    """Return one goal of the declaration; None if there is none."""
    declaration = frame.declaration()
    found = next((one for one in declaration.goals if one.code == code), None)
    if found is None:
        return None
    memberships = _members()
    held = _held(memberships, code)
    have = {one.membership.pk for one in held}
    return GoalSheet(found, declaration.target_of(code), held, [one for one in memberships if one.pk not in have])


def _members(id: UUID | None = None) -> list[Membership]:
    found = Membership.objects.filter(left=None, **({"member": id} if id else {}))
    return list(found.select_related("member").order_by("member__name"))


def _held(memberships: Sequence[Membership], goal: str = "") -> list[Held]:
    """Return the published commitments of members, in their order."""
    by_member = {one.member_id: one for one in memberships}
    rows = (
        Commitment.objects.filter(current__isnull=False, member__in=by_member, **({"goal": goal} if goal else {}))
        .exclude(state=State.WITHDRAWN.value)
        .order_by("goal", "pk")
        .values_list("pk", "member_id", "current__content")
    )
    contents = [(id, member, rules.loaded(content)) for id, member, content in rows]
    wanted = {content.target.indicator for _id, _member, content in contents if content.target.indicator}
    points, today = _points(by_member, wanted), timezone.localdate()
    order = {member: number for number, member in enumerate(by_member)}
    found = []
    for id, member, content in sorted(contents, key=lambda row: order[row[1]]):
        own = points.get((member, content.target.indicator or ""), [])
        readings = [one.reading for one in own]
        joined = by_member[member].joined
        found.append(Held(id, by_member[member], content, own, gap.standing(content.target, readings, today, joined)))
    return found


def _points(members: Iterable[UUID], indicators: set[str]) -> dict[tuple[UUID, str], list[Point]]:
    """Return the series of each member and indicator: two queries."""
    said: dict[tuple[UUID, str], list[Said]] = {}
    rows = Declared.objects.filter(
        reply__member__in=members, reply__state=ReplyState.PUBLISHED.value, indicator__in=indicators
    ).order_by("reply__round__closes", "pk")
    for member, code, period, value, why in rows.values_list("reply__member_id", "indicator", "period", "value", "why"):
        said.setdefault((member, code), []).append(Said(period, value, why))
    now = timezone.now()
    kinds = {periods.read(one.period)[0] for found in said.values() for one in found} | {"year"}
    counted: dict[tuple[UUID, str], list[Counted]] = {}
    values = Value.objects.filter(
        member__in=members, code__in=indicators, split="", period__in=kinds, start__gte=_first(now.date())
    )
    for row in values:
        kind: periods.Kind = row.period  # type: ignore[assignment]  # one of KINDS, as a constraint holds
        if periods.is_over(kind, row.start, now) and row.member_id is not None:
            found = Counted(kind, row.start, row.value, row.missing)
            counted.setdefault((row.member_id, row.code), []).append(found)
    return {key: series(said.get(key, []), counted.get(key, [])) for key in said.keys() | counted.keys()}


def _first(today: date) -> date:
    return today.replace(year=today.year - YEARS, month=1, day=1)


def _last_round() -> Round | None:
    return Round.objects.exclude(state=RoundState.PLANNED.value).order_by("-closes", "-opens").first()


def _is_over(one: Round) -> bool:
    return one.state == RoundState.CLOSED.value or timezone.localdate() > one.closes


def _missing(last: Round | None, members: Sequence[UUID]) -> frozenset[UUID]:
    """Return the members that were invited to a round and have not handed in."""
    if last is None:
        return frozenset()
    rows = RoundReply.objects.filter(round=last, member__in=members, submitted_at__isnull=True)
    return frozenset(rows.values_list("member_id", flat=True))
