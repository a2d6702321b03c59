"""Pages of reporting rounds: all, one with how far each member is, and what the secretariat does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.asking import attempt
from vaern.node.alliance.commitments import presenting_rounds as presenting
from vaern.node.alliance.commitments import round_queries as queries
from vaern.node.alliance.commitments import rounds as actions
from vaern.node.alliance.commitments.round_forms import ExtendForm, RoundForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.views import ask, done, found

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.alliance.models import Round
    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


def at(round: Round) -> str:
    """Return the address of a round's page."""
    return reverse("alliance:round", args=[round.pk])


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def rounds(request: Request) -> HttpResponse:
    """Show every round."""
    table = presenting.rounds_table(queries.rounds(request.viewer))
    return render(request, "alliance/commitments/rounds.html", {"table": table})


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def round(request: Request, id: UUID) -> HttpResponse:
    """Show one round, and how far each member is."""
    one = found(queries.round_of(request.viewer, id))
    context = presenting.round_context(request.viewer, one, queries.replies_of(request.viewer, one))
    return render(request, "alliance/commitments/round.html", context)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def plan(request: Request) -> HttpResponse:
    """Plan a round."""
    form, back = RoundForm(request.POST or None), reverse("alliance:rounds")
    if form.is_valid() and attempt(request, lambda: actions.plan(request.viewer, ADMINISTRATION, **form.cleaned_data)):
        return done(request, _("The round is planned. It opens on its day, or when you open it."), back)
    text = _("Every member is invited by mail when it opens, and reminded as you say.")
    return ask(request, form, _("Plan a reporting round"), text=text, submit=_("Plan"), back=back)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def change(request: Request, id: UUID) -> HttpResponse:
    """Change a round that is planned."""
    one = found(queries.round_of(request.viewer, id))
    form = RoundForm(request.POST or None, round=one)
    if form.is_valid():
        if attempt(request, lambda: actions.plan(request.viewer, ADMINISTRATION, **form.cleaned_data, round=one)):
            return done(request, _("The plan is changed."), at(one))
        form.show(actions.mark(found(queries.round_of(request.viewer, id))))
    subject = presenting.round_subject(one)
    return ask(request, form, _("Change the plan"), submit=_("Save"), back=at(one), subject=subject)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def open_now(request: Request, id: UUID) -> HttpResponse:
    """Open a planned round."""
    one = found(queries.round_of(request.viewer, id))
    if request.method == "POST" and attempt(request, lambda: actions.open_now(request.viewer, ADMINISTRATION, one)):
        return done(request, _("The round is open, and the members are invited."), at(one))
    text = _("The rapporteurs of every member get a mail now.")
    return ask(
        request,
        None,
        _("Open this round?"),
        text=text,
        submit=_("Open"),
        back=at(one),
        subject=presenting.round_subject(one),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def extend(request: Request, id: UUID) -> HttpResponse:
    """Give everybody more time."""
    one = found(queries.round_of(request.viewer, id))
    form = ExtendForm(request.POST or None, initial={"closes": one.closes})
    if form.is_valid() and attempt(
        request, lambda: actions.extend(request.viewer, ADMINISTRATION, one, form.cleaned_data["closes"])
    ):
        return done(request, _("Everybody has more time."), at(one))
    subject = presenting.round_subject(one)
    return ask(request, form, _("Give more time"), submit=_("Save"), back=at(one), subject=subject)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def close(request: Request, id: UUID) -> HttpResponse:
    """Close a round before its day."""
    one = found(queries.round_of(request.viewer, id))
    if request.method == "POST" and attempt(request, lambda: actions.close(request.viewer, ADMINISTRATION, one)):
        return done(request, _("The round is closed."), at(one))
    text = _("Replies are still taken. What comes after the last day is marked as late.")
    return ask(
        request,
        None,
        _("Close this round?"),
        text=text,
        submit=_("Close"),
        back=at(one),
        danger=True,
        subject=presenting.round_subject(one),
    )
