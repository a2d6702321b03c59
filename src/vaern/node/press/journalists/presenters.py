"""Turn registrations into what pages show: the officer's, and a journalist's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.organisations.rules import Permission
from vaern.node.press.base import labels
from vaern.node.press.base.events import papers_of
from vaern.node.press.base.pages import event_facts
from vaern.node.press.base.times import in_place, short_in_place
from vaern.node.press.journalists import badges, decisions, queries
from vaern.node.press.models.registration import SEALED, opened
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.papers import may_read
from vaern.node.press.rules.states import Checked, Event, How, State, Who
from vaern.node.web.codes import grouped
from vaern.node.web.components import Chip, Definitions, Empty
from vaern.node.web.components import Event as Happened
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import Paper, PressEvent, Registration, Verification
    from vaern.node.web.paging import Page


def public_rows(events: Iterable[PressEvent]) -> list[tuple[PressEvent, str, str]]:
    """Return each event with its begin and its deadline in words."""
    return [(one, in_place(one.begins, one.zone), in_place(one.deadline, one.zone)) for one in events]


def own_context(registration: Registration, token: str) -> dict[str, Any]:
    """Return what a journalist's own page shows."""
    event, state = registration.event, State(registration.state)
    public = event.now in rules.PUBLIC
    accredited = state is State.ACCEPTED
    return {
        "event": event,
        "registration": registration,
        "state": labels.state(state),
        "token": token,
        "facts": event_facts(event),
        "says": said(registration, own=True),
        "late": registration.late,
        "open": public,
        "arrived": in_place(registration.arrived_at, event.zone),
        "words": _words(registration),
        "accredited": accredited,
        "code": grouped(badges.code_of(registration.pk)) if accredited else "",
        "may_withdraw": public and state in {State.WAITING, State.LISTED, State.ACCEPTED},
        "may_agree": public and accredited and registration.embargo_agreed_at is None,
        "papers": _papers(registration) if accredited else [],
        "waiting": state is State.WAITING,
        "listed": state is State.LISTED,
        "refused": state is State.REFUSED,
    }


def _papers(registration: Registration) -> list[tuple[Paper, str, bool]]:
    """Return the papers of an event: each with the end of its embargo while it holds, and whether it may be read."""
    now, event = timezone.now(), registration.event
    agreed = registration.embargo_agreed_at is not None
    return [
        (
            paper,
            "" if now >= paper.embargo else in_place(paper.embargo, event.zone),
            may_read(now, paper.embargo, accredited=True, agreed=agreed),
        )
        for paper in papers_of(event)
    ]


def said(registration: Registration, *, own: bool = False) -> Definitions:
    """Return what a journalist said of themselves; `own`: to themselves."""
    says = registration.says
    names = {
        **_to_verify(),
        "email": _("Mail address"),
        "phone": _("Telephone"),
        "needs": _("What you need") if own else _("What they need"),
    }
    return Definitions([(label, says[name] or "–") for name, label in names.items()])


def _to_verify() -> dict[str, str]:
    """Return by what somebody is verified, with its label."""
    return {
        "name": _("Name"),
        "medium": _("Medium"),
        "card": _("Number of the press card"),
        "issuer": _("Who issued the card"),
    }


def subject(viewer: Viewer, registration: Registration) -> Definitions:
    """Return whose registration it is, where a page asks what is to be done with it; recorded, as every read."""
    queries.consult(viewer, registration)
    says = registration.says
    facts = [(label, says[name] or "–") for name, label in _to_verify().items()]
    return Definitions([(_("Press event"), registration.event.title), *facts])


def about(viewer: Viewer, registration: Registration) -> dict[str, Any]:
    """Return what `decide` says of the registration that it is about; reading it is recorded, if it is shown."""
    event, here = registration.event, reverse("press:registration", args=[registration.pk])
    return {
        "subject": SimpleLazyObject(lambda: subject(viewer, registration)),
        "crumbs": [
            (_("Events for the press"), reverse("press:events")),
            (event.title, reverse("press:event", args=[event.pk])),
            (_("Registration"), here),
        ],
        "back": here,
    }


def registrations_table(event: PressEvent, page: Page[Registration], state: str) -> Table:
    """Return the registrations of an event."""
    return Table(
        caption=_("Registrations"),
        columns=[
            Column(_("Name")),
            Column(_("Medium")),
            Column(_("State"), sort="state"),
            Column(_("Came in"), sort="arrived"),
        ],
        rows=[_row(event, one) for one in page.rows],
        filters=[
            Filter("state", _("State"), [(code.value, label) for code, (label, _tone) in labels.STATES.items()], state)
        ],
        page=page,
        id="registrations",
        empty=Empty(_("No registrations"), _("Journalists register on the public page of the event, or by mail.")),
    )


def _row(event: PressEvent, one: Registration) -> Row:
    says = opened(one.sealed)
    marks = [Chip(_("Late"), "bad")] if not event.in_time(one.arrived_at) else []
    marks += [Chip(_("Came"), "good")] if one.came_at else []
    arrived = short_in_place(one.arrived_at, event.zone)
    came = format_html("{} {}", arrived, format_html_join(" ", "{}", zip(marks)))
    return Row(
        [says["name"] or "–", says["medium"] or "–", labels.state(one.state), came],
        url=reverse("press:registration", args=[one.pk]),
    )


def numbers(event: PressEvent) -> Definitions:
    """Return the numbers of an event."""
    found = queries.counts(event)
    pairs: list[tuple[object, object]] = [
        (_("Registrations"), found.get("registered", 0)),
        (_("of these late"), found.get("late", 0)),
        (_("of these by mail"), found.get("by_mail", 0)),
    ]
    pairs += [(label, found.get(state.value, 0)) for state, (label, _tone) in labels.STATES.items()]
    return Definitions([*pairs, (_("Came to the event"), found.get("came", 0))])


def registration_context(
    viewer: Viewer, registration: Registration, verifications: list[Verification]
) -> dict[str, Any]:
    """Return what the page of one registration shows to an officer."""
    event, state = registration.event, State(registration.state)
    stands = decisions.checked(registration)
    checks = [
        (label, Chip(_("Verified"), "good") if what in stands else Chip(_("Not verified"), "warning"))
        for what, label in labels.CHECKED.items()
    ]
    may = {event_.value: _may(state, event_) for event_ in Event} if event.now in _WORKED_ON else {}
    first = labels.PROBLEMS[rules.NOT_CHECKED] if may.get("accept") and stands != frozenset(Checked) else ""
    may["accept"] = may.get("accept", False) and not first
    return {
        "registration": registration,
        "event": event,
        "state": labels.state(state),
        "says": said(registration),
        "name": registration.says["name"] or str(registration),
        "late": registration.late,
        "arrived": in_place(registration.arrived_at, event.zone),
        "checks": checks,
        "words": _words(registration),
        "unconfirmed": state is State.UNCONFIRMED,
        "may": may,
        "first": first,
        "came": registration.came_at,
        "full": queries.counts(event)["accepted"] >= event.capacity,
        "history": [_happened(one) for one in verifications],
        "may_manage": viewer.may(Permission.PRESS_MANAGE),
        "by_mail": registration.channel == "mail",
    }


_WORKED_ON = rules.PUBLIC | {rules.EventState.OVER}


def _may(state: State, event: Event) -> bool:
    try:
        rules.after(state, event, Who.OFFICER)
    except Refusal:
        return False
    return True


def _happened(one: Verification) -> Happened:
    text = (
        labels.CHECKED[Checked(one.what)]
        if one.good
        else _("Not right: %(what)s") % {"what": labels.CHECKED[Checked(one.what)]}
    )
    return Happened(one.at, text, one.by.name, labels.HOW[How(one.how)], "good" if one.good else "bad")


def _words(registration: Registration) -> str:
    try:
        return unseal(registration.words, SEALED)
    except Unsealable:
        return ""
