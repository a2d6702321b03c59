"""Pages of members: who belongs to the alliance, one country, and what the secretariat records of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.asking import attempt
from vaern.node.alliance.membership import actions, presenting, queries, rules
from vaern.node.alliance.membership.forms import BackingForm, JoinForm, LeaveForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.views import ask, done, found

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
        request, "alliance/membership/members.html", presenting.members_context(queries.memberships(request.viewer))
    )


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def member(request: Request, id: UUID) -> HttpResponse:
    """Show one country: how it joined, who backs it, whether it left."""
    rows = found(queries.of_country(request.viewer, id) or None)
    return render(request, "alliance/membership/member.html", presenting.member_context(rows))


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def join(request: Request) -> HttpResponse:
    """Record that a country joined."""
    form = JoinForm(request.POST or None)
    form.fields["member"].queryset = queries.could_join(request.viewer)  # type: ignore[attr-defined]
    back = reverse("alliance:members")
    if form.is_valid() and attempt(request, lambda: actions.join(request.viewer, ADMINISTRATION, **form.cleaned_data)):
        return done(request, _("The country is a member."), back)
    text = _("A country joins by endorsing the principles. It has to stand in the directory first.")
    return ask(request, form, _("A country joins"), text=text, submit=_("Record it"), back=back)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def leave(request: Request, id: UUID) -> HttpResponse:
    """Record that a country left."""
    membership = found(queries.active(id))
    form, back = LeaveForm(request.POST or None), reverse("alliance:member", args=[id])
    if form.is_valid() and attempt(
        request, lambda: actions.leave(request.viewer, ADMINISTRATION, membership, **form.cleaned_data)
    ):
        return done(request, _("It is recorded that the country left."), back)
    text = _("What it published stays. It is no longer invited to rounds.")
    title = _("%(country)s leaves") % {"country": membership.member}
    return ask(request, form, title, text=text, submit=_("Record it"), back=back, danger=True)


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def back(request: Request, id: UUID) -> HttpResponse:
    """Record political backing."""
    membership = found(queries.active(id))
    form, to = BackingForm(request.POST or None), reverse("alliance:member", args=[id])
    if form.is_valid():
        given = {**form.cleaned_data, "kind": rules.Backing(form.cleaned_data["kind"])}
        if attempt(request, lambda: actions.back(request.viewer, ADMINISTRATION, membership, **given)):
            return done(request, _("The backing is recorded."), to)
    title = _("Political backing of %(country)s") % {"country": membership.member}
    return ask(request, form, title, submit=_("Record it"), back=to)
