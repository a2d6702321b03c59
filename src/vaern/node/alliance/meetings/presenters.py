"""What the pages of ministerial meetings show: tables, facts, and what the secretariat may do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.meetings import labels, queries
from vaern.node.alliance.meetings.documents import LANGUAGES, WITH_DRAFT, days
from vaern.node.alliance.meetings.parts import PARTS
from vaern.node.alliance.models import AgendaItem, Attendance, Decision, MeetingPaper
from vaern.node.alliance.rules import meetings
from vaern.node.alliance.rules.meetings import Effect, Event, How, State
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Definitions, Empty, Link, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.models import DecisionEffect, MinisterialMeeting, Minutes
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

_HOW_TONES = {How.PRESENT: "good", How.REPRESENTED: "info", How.EXCUSED: "neutral"}
SPOKEN = {"en": "English", "da": "Dansk"}


def meetings_table(page: Page[MinisterialMeeting]) -> Table:
    """Return the list of meetings."""
    decided = queries.decided(page.rows)
    rows = [
        Row(
            [
                worded(one.name),
                days(one.first_day, one.last_day),
                one.place,
                labels.state_chip(one.state),
                decided[one.pk],
            ],
            url=reverse("alliance:meeting", args=[one.pk]),
        )
        for one in page.rows
    ]
    columns = [
        Column(_("Ministerial meeting")),
        Column(_("Days"), sort="days"),
        Column(_("Place"), sort="place"),
        Column(_("State"), sort="state"),
        Column(_("Decisions"), numeric=True),
    ]
    empty = Empty(_("No meetings yet"), _("The secretariat plans them here."))
    return Table(_("Ministerial meetings"), columns, rows, page=page, empty=empty)


def subject(meeting: MinisterialMeeting) -> Definitions:
    """Return the facts that identify a meeting on a page that asks for a decision."""
    return Definitions(
        [
            (_("Ministerial meeting"), worded(meeting.name)),
            (_("Days"), days(meeting.first_day, meeting.last_day)),
        ]
    )


def about(meeting: MinisterialMeeting, part: str = "") -> dict[str, Any]:
    """Return the arguments of `decide` that say which meeting it is about, and lead back to a part of its page."""
    here = reverse("alliance:meeting", args=[meeting.pk])
    return {
        "subject": subject(meeting),
        "crumbs": [(_("Ministerial meetings"), reverse("alliance:meetings")), (worded(meeting.name), here)],
        "back": here + (f"#{part}" if part else ""),
    }


def sheet_context(viewer: Viewer, meeting: MinisterialMeeting) -> dict[str, Any]:
    """Return what the page of a meeting shows."""
    manages = viewer.may(Permission.ALLIANCE_MANAGE)
    events = set(meetings.allowed(State(meeting.state))) if manages else set()
    decisions = list(queries.decisions_of(meeting))
    facts = [
        (_("Place"), meeting.place),
        (_("Host"), meeting.host or "–"),
        (_("Days"), days(meeting.first_day, meeting.last_day)),
    ]
    return {
        "meeting": meeting,
        "name": worded(meeting.name),
        "state": labels.state_chip(meeting.state),
        "facts": Definitions(facts),
        "may_change": Event.CHANGE in events,
        "moves": [
            (
                labels.MOVES[event][0],
                _move(meeting, event),
                "danger" if event in labels.DANGER else "" if event is Event.CORRECT else "primary",
            )
            for event in meetings.MOVES
            if event in events
        ],
        "items": [_item(meeting, one, decisions, events) for one in meeting.agenda.all()],
        "beside": [_decision(meeting, one, events) for one in decisions if one.item_id is None],
        "attendance": _attendance(meeting, events),
        "papers": [_paper(meeting, one, events) for one in meeting.papers.select_related("item")],
        "adds": {
            part: (labels.PARTS[part][1], reverse("alliance:add-to-meeting", args=[meeting.pk, part]))
            for part, what in PARTS.items()
            if what.grows and what.event in events
        },
        "versions": _versions(meeting),
        "draft": _languages(meeting, 0) if meeting.state in WITH_DRAFT else [],
    }


def named(row: object) -> str:
    """Return how a row of a part is called."""
    if isinstance(row, AgendaItem):
        return f"{row.number}. {worded(row.title)}"
    if isinstance(row, Decision):
        return worded(row.text)
    if isinstance(row, MeetingPaper):
        return f"{row.reference}: {row.title}"
    assert isinstance(row, Attendance)
    return f"{row.member or row.body}: {row.office}"


def _move(meeting: MinisterialMeeting, event: Event) -> str:
    """Return the address of a step of a meeting; approving carries along which minutes were read."""
    at = reverse("alliance:move-meeting", args=[meeting.pk, event.value])
    return f"{at}?read={queries.mark_of_minutes(meeting)}" if event is Event.APPROVE else at


def _links(meeting: MinisterialMeeting, row: Any, part: str, events: set[Event]) -> list[Link]:
    """Return what can be done to a row now, as links."""
    if PARTS[part].event not in events:
        return []
    what = (_("Note what was said"), "edit") if part == "discussion" else (_("Change"), "edit")
    found = [Link(what[0], reverse("alliance:edit-in-meeting", args=[meeting.pk, part, row.pk]))]
    if PARTS[part].grows:
        found.append(Link(_("Remove"), reverse("alliance:remove-from-meeting", args=[meeting.pk, part, row.pk])))
    return found


def _item(
    meeting: MinisterialMeeting, one: AgendaItem, decisions: list[Decision], events: set[Event]
) -> dict[str, Any]:
    return {
        "title": named(one),
        "text": worded(one.discussion) if one.discussion else "",
        "links": [*_links(meeting, one, "agenda", events), *_links(meeting, one, "discussion", events)],
        "decisions": [_decision(meeting, decision, events) for decision in decisions if decision.item_id == one.pk],
    }


def _decision(meeting: MinisterialMeeting, one: Decision, events: set[Event]) -> dict[str, Any]:
    effects = [_effect(link) for link in one.effects.all()]
    links = _links(meeting, one, "decisions", events)
    return {"number": one.number, "text": worded(one.text), "effects": effects, "links": links}


def _effect(one: DecisionEffect) -> object:
    """What a decision does to a commitment, with a link where everybody may see that one."""
    words = labels.effect(queries.commits(one), get_language() or "en")
    published = one.commitment.current_id is not None
    return Link(words, reverse("alliance:commitment", args=[one.commitment_id])) if published else words


def decided_table(found: Sequence[DecisionEffect]) -> Table:
    """Return the decisions of ministers that made or changed a commitment, the latest first."""
    columns = [
        Column(_("Ministerial meeting")),
        Column(_("Day")),
        Column(_("What was decided")),
        Column(_("Commitment")),
    ]
    rows = [
        Row(
            [
                worded(one.decision.meeting.name),
                days(one.decision.meeting.first_day, one.decision.meeting.last_day),
                f"{one.decision.number}. {worded(one.decision.text)}",
                labels.DID[Effect(one.effect)],
            ],
            url=reverse("alliance:meeting", args=[one.decision.meeting_id]),
        )
        for one in found
    ]
    return Table(_("Decided by ministers"), columns, rows, id="decided")


def _paper(meeting: MinisterialMeeting, one: MeetingPaper, events: set[Event]) -> dict[str, Any]:
    return {"one": one, "item": named(one.item) if one.item else "", "links": _links(meeting, one, "papers", events)}


def _attendance(meeting: MinisterialMeeting, events: set[Event]) -> Table:
    edits = PARTS["attendance"].event in events
    columns = [Column(_("Of")), Column(_("Office")), Column(_("Name")), Column(_("How"))]
    columns += [Column(_("What you can do"), hidden_label=True)] * 2 if edits else []
    rows = [
        Row(
            [
                one.member or one.body,
                one.office,
                one.name or "–",
                _how(one),
                *_links(meeting, one, "attendance", events),
            ]
        )
        for one in meeting.attendance.select_related("member").order_by("member__name", "body", "id")
    ]
    empty = Empty(_("Nobody is noted yet"), _("Offices are noted from when the meeting is convened."))
    return Table(_("Attendance"), columns, rows, empty=empty, id="attendance-table")


def _how(one: Attendance) -> Any:
    how = How(one.how)
    label = labels.HOWS[how]
    if how is How.REPRESENTED:
        label = _("Represented by %(office)s") % {"office": one.represented_by}
    return Chip(label, _HOW_TONES[how])


def _languages(meeting: MinisterialMeeting, version: int) -> list[Link]:
    return [
        Link(f"PDF, {SPOKEN[language]}", reverse("alliance:minutes", args=[meeting.pk, version, language]))
        for language in LANGUAGES
    ]


def _versions(meeting: MinisterialMeeting) -> Table | None:
    found: list[Minutes] = queries.versions(meeting)
    rows = [
        Row(
            [
                _("Version %(n)s") % {"n": one.version},
                When(one.approved_at),
                one.why or "–",
                *_languages(meeting, one.version),
            ]
        )
        for one in found
    ]
    columns = [Column(_("Version")), Column(_("Approved")), Column(_("What it corrects"))]
    columns += [Column(_("As PDF"), hidden_label=True)] * len(LANGUAGES)
    return Table(_("Approved minutes"), columns, rows, id="versions") if found else None
