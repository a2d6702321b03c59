"""A member's reply to a round: taken as a whole or not at all, whether it came by a form or by a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction

from vaern.node.alliance.commitments import acts
from vaern.node.alliance.models import Commitment, Declared, RoundReply
from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules import contents as rules
from vaern.node.alliance.rules.commitments import ReplyEvent, ReplyState, State, Who
from vaern.node.alliance.rules.contents import DeclaredValue, Line
from vaern.node.alliance.rules.problems import MISSING, Problem, problems, problems_declared
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


class Faulty(Refusal):
    """A reply that cannot be taken, with every problem and its place.

    Attributes:
        problems: `lines.0.target.due` is a place in the first line, `declared.2.value` one in the third value.
    """

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = list(problems)


def lines_of(reply: RoundReply) -> list[Line]:
    """Return the lines of a reply as they were taken last."""
    return msgspec.convert(reply.contents, list[Line])


def declared_of(reply: RoundReply) -> list[DeclaredValue]:
    """Return the values of a reply as they were taken last, in their order."""
    return [
        DeclaredValue(row.indicator, row.period, row.value, row.why, row.source)
        for row in reply.declared.order_by("pk")
    ]


@transaction.atomic
def take(
    viewer: Viewer,
    reply: RoundReply,
    revision: int,
    contents: Sequence[Line],
    declared: Sequence[DeclaredValue],
    reason: Reason,
) -> RoundReply:
    """Take a member's whole reply in place of what was there; a draft, until it is submitted.

    Args:
        viewer: a rapporteur of the member.
        reply: of the member's round.
        revision: the one that the writer began from.
        contents: every commitment as it is to stand from now on.
        declared: every value that the member declares.
        reason: why.

    Raises:
        Refusal: why not: by another country, not in this state, on a revision that is not the latest.
        Faulty: something in it is refused in a draft too.
    """
    current = own(viewer, reply)
    state = commitments.after(commitments.REPLY, ReplyState(current.state), ReplyEvent.TAKE, Who.RAPPORTEUR)
    if revision != current.revision:
        raise Stale(commitments.STALE)
    lines = [msgspec.structs.replace(line, content=rules.tidy(line.content)) for line in contents]
    if current.round.secretariat_id is None:  # a secretariat on another node looks itself: the commitments are there
        refuse_foreign(current, lines)
    found = [problem for problem in problems_of(lines, declared) if problem.code != MISSING]
    found += [one for one in _placed("declared", problems_declared(declared)) if one.code == MISSING]
    if found:
        raise Faulty(commitments.FAULTY, found)
    current.state, current.revision = state.value, current.revision + 1
    current.contents = msgspec.to_builtins(lines)
    current.save(update_fields=["state", "revision", "contents"])
    current.declared.all().delete()
    Declared.objects.bulk_create(Declared(reply=current, **msgspec.structs.asdict(one)) for one in declared)
    record(acts.REPLY_TAKEN, current.subject, viewer.actor, reason, count=len(lines))
    return current


def problems_of(lines: Sequence[Line], declared: Sequence[DeclaredValue]) -> list[Problem]:
    """Return everything that stands in the way of submitting a reply; places as `Faulty` says them."""
    found = [problem for n, line in enumerate(lines) for problem in _placed(f"lines.{n}", problems(line.content))]
    return [*found, *_placed("declared", problems_declared(declared))]


def _placed(where: str, problems: Sequence[Problem]) -> list[Problem]:
    return [Problem(f"{where}.{one.path}", one.code) for one in problems]


def own(viewer: Viewer, reply: RoundReply) -> RoundReply:
    """Return a reply of the viewer's own country, locked; for actions.

    Raises:
        Refusal: it is another's.
    """
    allow(viewer, Permission.COMMITMENT_REPORT)
    current = RoundReply.objects.select_for_update(of=("self",)).select_related("round").get(pk=reply.pk)
    if current.member_id != viewer.organisation.member_id:
        raise Refusal(commitments.NOT_ONES_OWN)
    return current


def refuse_foreign(reply: RoundReply, lines: Sequence[Line]) -> None:
    """Refuse a line for another member's commitment or for a withdrawn one, and two lines for the same one."""
    named = [line.commitment for line in lines if line.commitment is not None]
    found = dict(
        Commitment.objects.filter(pk__in=named, member=reply.member_id)
        .exclude(state=State.WITHDRAWN.value)
        .values_list("pk", "goal")
    )
    if len(named) != len(set(named)) or set(named) - set(found):
        raise Refusal(commitments.FOREIGN)
    if any(line.commitment is not None and found[line.commitment] != line.content.goal for line in lines):
        raise Refusal(commitments.FOREIGN)
