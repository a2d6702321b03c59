"""What the pages of rounds and replies show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.alliance.commitments import labels, reply_intake, round_queries
from vaern.node.alliance.commitments.presenters import content_facts, difference_table
from vaern.node.alliance.commitments.round_forms import value_label
from vaern.node.alliance.commitments.words import NOTHING, day, goal_label, number_words
from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules.commitments import ReplyEvent, ReplyState, RoundEvent, RoundState, Who
from vaern.node.casework.releases.presenters import progress_words
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Definitions, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.alliance.models import Round, RoundReply
    from vaern.node.alliance.rules.contents import DeclaredValue, Line
    from vaern.node.organisations.viewers import Viewer


def rounds_table(rows: Iterable[Round]) -> Table:
    """Return the list of rounds."""
    return Table(
        caption=_("Reporting rounds"),
        id="rounds",
        columns=[
            Column(_("Round")),
            Column(_("Opens on")),
            Column(_("Last day")),
            Column(_("Period")),
            Column(_("State")),
        ],
        rows=[
            Row(
                [str(row), day(row.opens), day(row.closes), row.period, labels.round_state(row.state)],
                url=reverse("alliance:round", args=[row.pk]),
            )
            for row in rows
        ],
        empty=Empty(_("No reporting round yet"), _("The secretariat plans one, and every member is invited.")),
    )


def round_subject(one: Round) -> Definitions:
    """Return the facts that identify a round on a page that asks for a decision."""
    return Definitions([(_("Round"), one), (_("Opens on"), day(one.opens)), (_("Last day"), day(one.closes))])


def about_round(one: Round) -> dict[str, Any]:
    """Return the arguments of `decide` that say which round it is about."""
    here = reverse("alliance:round", args=[one.pk])
    return {
        "subject": round_subject(one),
        "crumbs": [(_("Reporting rounds"), reverse("alliance:rounds")), (one, here)],
        "back": here,
    }


def reply_subject(reply: RoundReply) -> Definitions:
    """Return the facts that identify a reply on a page that asks for a decision."""
    return Definitions(
        [
            (_("Country"), reply.member),
            (_("Round"), reply.round),
            (_("Commitments"), len(reply_intake.lines_of(reply))),
            (_("Declared values"), len(reply_intake.declared_of(reply))),
        ]
    )


def about_reply(reply: RoundReply) -> dict[str, Any]:
    """Return the arguments of `decide` that say which reply it is about."""
    here, above = reverse("alliance:reply", args=[reply.pk]), reverse("alliance:round", args=[reply.round_id])
    return {
        "subject": reply_subject(reply),
        "crumbs": [(_("Reporting rounds"), reverse("alliance:rounds")), (reply.round, above), (reply.member, here)],
        "back": here,
    }


def round_context(viewer: Viewer, one: Round, replies: Sequence[RoundReply]) -> dict[str, Any]:
    """Return what the page of a round shows."""
    open_to = set(round_queries.readable(viewer).filter(round=one).values_list("pk", flat=True))
    came = sum(1 for reply in replies if reply.submitted_at)
    table = Table(
        caption=_("Replies"),
        id="replies",
        columns=[Column(_("Country")), Column(_("State")), Column(_("Handed in")), Column(_("In time"))],
        rows=[
            Row(
                [
                    str(reply.member),
                    labels.reply_state(reply.state),
                    When(reply.submitted_at),
                    punctuality(reply),
                ],
                url=reverse("alliance:reply", args=[reply.pk]) if reply.pk in open_to else "",
            )
            for reply in replies
        ],
        empty=Empty(_("Nobody is invited yet"), _("Every member is invited when the round opens.")),
    )
    manages = viewer.may(Permission.ALLIANCE_MANAGE) and one.secretariat_id is None
    return {
        "round": one,
        "state": labels.round_state(one.state),
        "table": table,
        "came": came,
        "all": len(replies),
        "opens": day(one.opens),
        "closes": day(one.closes),
        "may": {event.value for event in RoundEvent if manages and (RoundState(one.state), event) in commitments.ROUND},
    }


def punctuality(reply: RoundReply) -> object:
    """Return whether a reply came in time, as a chip."""
    if reply.submitted_at is None:
        return NOTHING
    return Chip(_("Late"), "warning") if reply.late else Chip(_("In time"), "good")


def reply_context(viewer: Viewer, reply: RoundReply) -> dict[str, Any]:
    """Return what the page of a reply shows."""
    lines, declared = reply_intake.lines_of(reply), reply_intake.declared_of(reply)
    own = round_queries.is_own(viewer, reply)
    return {
        "reply": reply,
        "round": reply.round,
        "state": labels.reply_state(reply.state),
        "own": own,
        "closes": day(reply.round.closes),
        "punctuality": punctuality(reply),
        "why": reply.why if own else "",
        "lines": _lines(reply, lines),
        "declared": declared_table(declared),
        "may": {event.value for event in ReplyEvent if _may(event, reply, viewer, own)},
        "progress": progress_words(round_queries.progress_of(reply)) if own else "",
    }


def _may(event: ReplyEvent, reply: RoundReply, viewer: Viewer, own: bool) -> bool:
    step = commitments.REPLY.get((ReplyState(reply.state), event))
    if step is None:
        return False
    if step.is_for(Who.RAPPORTEUR):
        return own
    return viewer.may(Permission.ALLIANCE_MANAGE) and reply.round.secretariat_id is None


def _lines(reply: RoundReply, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return each commitment with what is new in it; of a published reply, what it says."""
    before = {} if reply.state == ReplyState.PUBLISHED.value else round_queries.in_force(lines)
    found = []
    for number, line in enumerate(lines, 1):
        old = before.get(line.commitment) if line.commitment else None
        found.append(
            {
                "goal": goal_label(line.content.goal, line.content.frame_version),
                "says": content_facts(line.content, str(number)),
                "changes": difference_table(old, line.content, str(number)) if old else None,
                "same": old == line.content,
                "new": line.commitment is None,
            }
        )
    return found


def declared_table(values: Sequence[DeclaredValue]) -> Table:
    """Return the values of a reply."""
    rows = [
        Row(
            [
                value_label(one),
                NOTHING if one.value is None else number_words(one.value),
                one.source or NOTHING,
                one.why or NOTHING,
            ]
        )
        for one in values
    ]
    return Table(
        caption=_("Declared values"),
        id="declared",
        rows=rows,
        columns=[
            Column(_("Indicator")),
            Column(_("Value"), numeric=True),
            Column(_("Source")),
            Column(_("Not computable, because")),
        ],
        empty=Empty(_("No value is declared"), ""),
    )
