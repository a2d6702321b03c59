"""Pages about events, for a press officer: all, one, plan, change, open and close."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.press.base import labels
from vaern.node.press.base.events import papers_of
from vaern.node.press.base.pages import about, event_facts, event_or_404
from vaern.node.press.base.times import in_place
from vaern.node.press.events import actions, presenters, queries
from vaern.node.press.events.forms import EventForm, initial_of
from vaern.node.press.journalists import queries as journalists
from vaern.node.press.journalists.presenters import numbers, registrations_table
from vaern.node.press.rules.states import PUBLIC, EventState, Move
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.press.models import PressEvent


@requires(Permission.PRESS_MANAGE)
def events(request: HttpRequest) -> HttpResponse:
    """Show the events of one's organisation."""
    page = queries.events(viewer_of(request), request.GET)
    return list_page(
        request,
        title=_("Events for the press"),
        lead=_(
            "Accredited journalists register, you verify them, they come with a badge. Each list is destroyed 30 days "
            "after its event."
        ),
        buttons=[Button(_("Plan an event"), reverse("press:new-event"), primary=True)],
        table=presenters.events_table(page),
    )


@requires(Permission.PRESS_MANAGE)
def event(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one event, and what can be done with it."""
    viewer, found = viewer_of(request), event_or_404(request, id)
    state = request.GET.get("state", "")
    page = journalists.registrations(viewer, found, request.GET)
    context: dict[str, Any] = {
        "event": found,
        "state": labels.event_state(found.now),
        "facts": event_facts(found),
        "more": presenters.officer_facts(found),
        "steps": presenters.steps_of(found),
        "table": registrations_table(found, page, state),
        "numbers": numbers(found),
        "destroyed": found.now is EventState.DESTROYED,
        "papers": [(paper, in_place(paper.embargo, found.zone)) for paper in papers_of(found)],
        "may_door": viewer.may(Permission.PRESS_DOOR),
        "public": found.now in PUBLIC,
    }
    return render(request, "press/events/event.html", context)


@requires(Permission.PRESS_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Plan an event."""
    back = reverse("press:events")
    return decide(
        request,
        title=_("Plan an event"),
        subject=None,
        crumbs=[(_("Events for the press"), back)],
        back=back,
        submit=_("Plan it"),
        form=EventForm,
        do=lambda form: actions.plan(viewer_of(request), form.plan),
        then=lambda found: reverse("press:event", args=[found.pk]),
        done=lambda made: (
            _("%(event)s is planned. Nobody outside sees it before you open registration: look it over first.")
            % {"event": made.title}
        ),
    )


@requires(Permission.PRESS_MANAGE)
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change an event."""
    found = event_or_404(request, id)

    def now() -> tuple[str, object]:
        current = event_or_404(request, id)
        return actions.mark(current), event_facts(current)

    return decide(
        request,
        **about(found),
        title=_("Change the event"),
        submit=_("Save"),
        form=partial(EventForm, initial=initial_of(found)),
        do=lambda form, seen: actions.change(viewer_of(request), found, form.plan, seen),
        version=actions.mark(found),
        now=now,
        done=lambda made: (
            (
                _(
                    "%(event)s is changed, and its public page says so. No mail says what changed: tell those "
                    "who registered."
                )
                if made.now in PUBLIC
                else _("%(event)s is changed.")
            )
            % {"event": made.title}
        ),
    )


@requires(Permission.PRESS_MANAGE)
@require_POST
def step(request: HttpRequest, id: UUID) -> HttpResponse:
    """Open or close registration."""
    found = event_or_404(request, id)

    def do() -> object:
        chosen = request.POST.get("step", "")
        if chosen not in set(Move):
            raise Refusal(_("No step was chosen."))
        return actions.take_step(viewer_of(request), found, Move(chosen))

    return at_once(request, do, reverse("press:event", args=[found.pk]), done=_stepped)


def _stepped(event: PressEvent) -> Result:
    """Say what the public can do now; what was closed is opened again at once, and the other way round."""
    if event.now is EventState.OPEN:
        text = _("Registration for %(event)s is open: journalists register on its public page until %(deadline)s.")
        inverse = Move.CLOSE
    else:
        text = _(
            "Registration for %(event)s is closed, and its public page says so. You can open it again until "
            "%(deadline)s."
        )
        inverse = Move.REOPEN
    words = {"event": event.title, "deadline": in_place(event.deadline, event.zone)}
    return Result(text % words, Undo(reverse("press:step", args=[event.pk]), {"step": inverse.value}))
