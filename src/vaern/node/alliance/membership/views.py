"""Pages of members: who belongs to the alliance, one country, and what the secretariat records of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.membership import actions, presenters, queries
from vaern.node.alliance.membership.forms import BackingForm, JoinForm, LeaveForm
from vaern.node.alliance.rules import membership as rules
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def members(request: Request) -> HttpResponse:
    """Show the members of now, and those that were."""
    return render(
        request, "alliance/membership/members.html", presenters.members_context(queries.memberships(request.viewer))
    )


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def member(request: Request, id: UUID) -> HttpResponse:
    """Show one country: how it joined, who backs it, whether it left."""
    rows = or_404(queries.of_country(request.viewer, id) or None)
    return render(request, "alliance/membership/member.html", presenters.member_context(rows))


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def join(request: Request) -> HttpResponse:
    """Record that a country joined."""
    back = reverse("alliance:members")
    return decide(
        request,
        title=_("A country joins"),
        subject=None,
        crumbs=[(_("Members"), back)],
        back=back,
        submit=_("Record it"),
        text=_("A country joins by endorsing the principles. It has to stand in the directory first."),
        form=partial(JoinForm, countries=queries.could_join(request.viewer)),
        do=lambda form: actions.join(request.viewer, ADMINISTRATION, **form.cleaned_data),
        done=lambda made: Result(
            _("%(country)s is a member since %(day)s, and is invited to the next round. Next, record who backs it.")
            % {"country": made.member, "day": date_format(made.joined)},
            then=Button(_("Political backing"), reverse("alliance:back", args=[made.pk])),
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def leave(request: Request, id: UUID) -> HttpResponse:
    """Record that a country left."""
    membership = or_404(queries.active(id))
    return decide(
        request,
        **presenters.about(membership),
        title=_("%(country)s leaves") % {"country": membership.member},
        submit=_("Record it"),
        danger=True,
        text=_("What it published stays. It is no longer invited to rounds."),
        form=LeaveForm,
        do=lambda form: actions.leave(request.viewer, ADMINISTRATION, membership, **form.cleaned_data),
        done=lambda made: (
            _("%(country)s is no member since %(day)s. What it published stays, and no round invites it.")
            % {"country": made.member, "day": date_format(made.left)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def back(request: Request, id: UUID) -> HttpResponse:
    """Record political backing."""
    membership = or_404(queries.active(id))

    def do(form: Any) -> object:
        given = {**form.cleaned_data, "kind": rules.Backing(form.cleaned_data["kind"])}
        return actions.back(request.viewer, ADMINISTRATION, membership, **given)

    return decide(
        request,
        **presenters.about(membership),
        title=_("Political backing of %(country)s") % {"country": membership.member},
        submit=_("Record it"),
        form=BackingForm,
        do=do,
        done=_("The backing of %(country)s is recorded: everybody who signs in reads it on its page.")
        % {"country": membership.member},
    )
