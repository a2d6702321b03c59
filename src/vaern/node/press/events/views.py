"""Pages about events, for a press officer: all, one, plan, change, open and close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.press import labels
from vaern.node.press.events import actions, presenting, queries
from vaern.node.press.events.forms import EventForm, initial_of
from vaern.node.press.journalists import queries as journalists
from vaern.node.press.journalists.presenting import numbers, registrations_table
from vaern.node.press.papers.queries import of_event
from vaern.node.press.rules import PUBLIC, EventState, Move
from vaern.node.press.times import in_place

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.press.models import PressEvent


def event_or_404(request: HttpRequest, id: UUID) -> PressEvent:
    """Return an event of the viewer's organisation."""
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


@requires(Permission.PRESS_MANAGE)
def events(request: HttpRequest) -> HttpResponse:
    """Show the events of one's organisation."""
    page = queries.events(viewer_of(request), request.GET)
    return render(request, "press/events/events.html", {"table": presenting.events_table(page)})


@requires(Permission.PRESS_MANAGE)
def event(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one event, and what can be done with it."""
    viewer, found = viewer_of(request), event_or_404(request, id)
    state = request.GET.get("state", "")
    page = journalists.registrations(viewer, found, request.GET)
    context: dict[str, Any] = {
        "event": found,
        "state": labels.event_state(found.now),
        "facts": presenting.event_facts(found),
        "more": presenting.officer_facts(found),
        "steps": presenting.steps_of(found),
        "table": registrations_table(found, page, state),
        "numbers": numbers(found),
        "destroyed": found.now is EventState.DESTROYED,
        "papers": [(paper, in_place(paper.embargo, found.zone, exact=True)) for paper in of_event(found)],
        "may_door": viewer.may(Permission.PRESS_DOOR),
        "public": found.now in PUBLIC,
    }
    return render(request, "press/events/event.html", context)


@requires(Permission.PRESS_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Plan an event."""
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.plan(viewer_of(request), form.plan)
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Planned. Nobody sees it before you open registration."))
            return HttpResponseRedirect(_at(found))
    return _form(request, form, _("Plan an event"), _("Plan it"), reverse("press:events"))


@requires(Permission.PRESS_MANAGE)
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change an event."""
    found = event_or_404(request, id)
    form = EventForm(request.POST or None, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(viewer_of(request), found, form.plan, form.cleaned_data["seen"])
        except Refusal as refused:
            form.add_error(None, str(refused))
            form.data = {**request.POST.dict(), "seen": actions.mark(event_or_404(request, id))}  # to save it again
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(_at(found))
    return _form(request, form, _("Change the event"), _("Save"), _at(found))


@requires(Permission.PRESS_MANAGE)
@require_POST
def step(request: HttpRequest, id: UUID) -> HttpResponse:
    """Open or close registration."""
    found = event_or_404(request, id)
    try:
        actions.take_step(viewer_of(request), found, Move(request.POST.get("step", "")))
    except Refusal as refused:
        messages.warning(request, str(refused))
    except ValueError:
        messages.warning(request, _("No step was chosen."))
    else:
        messages.success(request, _("Done, and recorded."))
    return HttpResponseRedirect(_at(found))


def _form(request: HttpRequest, form: EventForm, title: str, submit: str, back: str) -> HttpResponse:
    context = {"title": title, "form": form, "submit": submit, "back": back}
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _at(event: PressEvent) -> str:
    return reverse("press:event", args=[event.pk])
