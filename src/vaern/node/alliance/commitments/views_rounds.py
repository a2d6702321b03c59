"""Pages of reporting rounds: all, one with how far each member is, and what the secretariat does with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.commitments import presenters_rounds
from vaern.node.alliance.commitments import round_queries as queries
from vaern.node.alliance.commitments import rounds as actions
from vaern.node.alliance.commitments.round_forms import ExtendForm, RoundForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def rounds(request: Request) -> HttpResponse:
    """Show every round."""
    plan = Button(_("Plan a reporting round"), reverse("alliance:plan-round"), primary=True)
    return list_page(
        request,
        title=_("Reporting rounds"),
        lead=_("In a round each member says how far it is: its commitments anew, and the values that it declares."),
        buttons=[plan] if request.viewer.may(Permission.ALLIANCE_MANAGE) else [],
        table=presenters_rounds.rounds_table(queries.rounds(request.viewer)),
    )


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def round(request: Request, id: UUID) -> HttpResponse:
    """Show one round, and how far each member is."""
    one = or_404(queries.round_of(request.viewer, id))
    context = presenters_rounds.round_context(request.viewer, one, queries.replies_of(request.viewer, one))
    return render(request, "alliance/commitments/round.html", context)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def plan(request: Request) -> HttpResponse:
    """Plan a round."""
    back = reverse("alliance:rounds")
    return decide(
        request,
        title=_("Plan a reporting round"),
        subject=None,
        crumbs=[(_("Reporting rounds"), back)],
        back=back,
        submit=_("Plan"),
        text=_("Every member is invited by mail when it opens, and reminded as you say."),
        form=RoundForm,
        do=lambda form: actions.plan(request.viewer, ADMINISTRATION, **form.cleaned_data),
        done=lambda made: (
            _("%(round)s is planned. On %(day)s it opens and every member is invited, or when you open it.")
            % {"round": made, "day": date_format(made.opens)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def change(request: Request, id: UUID) -> HttpResponse:
    """Change a round that is planned."""
    one = or_404(queries.round_of(request.viewer, id))

    def now() -> tuple[str, object]:
        current = or_404(queries.round_of(request.viewer, id))
        return actions.mark(current), presenters_rounds.round_subject(current)

    return decide(
        request,
        **presenters_rounds.about_round(one),
        title=_("Change the plan"),
        submit=_("Save"),
        form=partial(RoundForm, round=one),
        do=lambda form, seen: actions.plan(request.viewer, ADMINISTRATION, **form.cleaned_data, round=one, shown=seen),
        done=lambda made: (
            _("The plan of %(round)s is changed: it opens on %(opens)s and closes on %(closes)s.")
            % {"round": made, "opens": date_format(made.opens), "closes": date_format(made.closes)}
        ),
        version=actions.mark(one),
        now=now,
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def open_now(request: Request, id: UUID) -> HttpResponse:
    """Open a planned round."""
    one = or_404(queries.round_of(request.viewer, id))
    return decide(
        request,
        **presenters_rounds.about_round(one),
        title=_("Open this round?"),
        submit=_("Open"),
        text=_("The rapporteurs of every member get a mail now."),
        do=lambda _form: actions.open_now(request.viewer, ADMINISTRATION, one),
        done=lambda made: (
            _("%(round)s is open, and the rapporteurs of every member are invited by mail. Replies are due by %(day)s.")
            % {"round": made, "day": date_format(made.closes)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def extend(request: Request, id: UUID) -> HttpResponse:
    """Give everybody more time."""
    one = or_404(queries.round_of(request.viewer, id))
    return decide(
        request,
        **presenters_rounds.about_round(one),
        title=_("Give more time"),
        submit=_("Save"),
        form=partial(ExtendForm, initial={"closes": one.closes}),
        do=lambda form: actions.extend(request.viewer, ADMINISTRATION, one, form.cleaned_data["closes"]),
        done=lambda made: (
            _("%(round)s closes on %(day)s now. The reminders move with it; no other mail is sent.")
            % {"round": made, "day": date_format(made.closes)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def close(request: Request, id: UUID) -> HttpResponse:
    """Close a round before its day."""
    one = or_404(queries.round_of(request.viewer, id))
    return decide(
        request,
        **presenters_rounds.about_round(one),
        title=_("Close this round?"),
        submit=_("Close"),
        danger=True,
        text=_("Replies are still taken. What comes after the last day is marked as late."),
        do=lambda _form: actions.close(request.viewer, ADMINISTRATION, one),
        done=_("%(round)s is closed. Replies are still taken; what comes after its last day is marked as late.")
        % {"round": one},
    )
