"""Invitations: sent, sent again, withdrawn, and accepted by somebody who is not signed in yet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.contrib.auth import logout
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Subject
from vaern.node.organisations import account_actions, actions, acts, labels, queries
from vaern.node.organisations.access import public, requires
from vaern.node.organisations.actions import ADMINISTRATION, record_consultation
from vaern.node.organisations.forms import AcceptForm, FirstForm, InviteForm
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import LINK_DEAD, OrganisationKind, Permission, sees_casework
from vaern.node.web.components import Chip, Clock, Empty
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.errors import answer
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.paging import paginate
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.models import Invitation
    from vaern.node.organisations.views import Request


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request) -> HttpResponse:
    """Invite somebody."""
    kind = OrganisationKind(request.viewer.organisation.kind)
    language = account_actions.myself(request.viewer).language
    people = reverse("organisations:people")
    return decide(
        request,
        title=_("Invite somebody"),
        subject=None,
        crumbs=[(_("People"), people)],
        back=people,
        submit=_("Invite"),
        text=_("They get a mail with a link that is good once, for seven days."),
        form=partial(InviteForm, kind=kind, initial={"language": language}),
        do=lambda form: actions.invite(request.viewer, ADMINISTRATION, **form.cleaned_data),
        then=reverse("organisations:invitations"),
        done=lambda made: (
            _("%(name)s is invited by mail. The link in it is good once, until %(day)s.")
            % {"name": made.name, "day": date_format(timezone.localtime(made.expires_at))}
        ),
    )


@requires(Permission.PEOPLE_MANAGE)
@require_safe
def invitations(request: Request) -> HttpResponse:
    """Show the invitations that nobody has accepted yet, and record that they were shown."""
    page = paginate(queries.invitations(request.viewer), queries.INVITATIONS, request.GET)
    subject = Subject("invitation", None, request.viewer.organisation.id)
    record_consultation(request.viewer, acts.PEOPLE_LISTED, subject, len(page.rows))
    table = Table(
        caption=_("Open invitations"),
        columns=[
            Column(_("Name"), sort="name"),
            Column(_("Mail address"), sort="email"),
            Column(_("Roles"), sort="roles"),
            Column(_("Good until"), sort="until"),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[Row([row.name, row.email, _roles(row), _until(row), _buttons(request, row)]) for row in page.rows],
        page=page,
        empty=Empty(
            _("No open invitation"),
            _("Whoever was invited has come."),
            reverse("organisations:invite"),
            _("Invite somebody"),
        ),
        id="invitations",
    )
    return list_page(
        request,
        title=_("Open invitations"),
        crumbs=[(_("People"), reverse("organisations:people"))],
        buttons=[Button(_("Invite somebody"), reverse("organisations:invite"), primary=True)],
        table=table,
    )


def _roles(row: Invitation) -> str:
    return ", ".join(labels.role_label(role) for role in row.roles)


def _until(row: Invitation) -> object:
    return Clock(row.expires_at) if row.open else Chip(_("Ran out"), "warning")


def _buttons(request: HttpRequest, row: Invitation) -> str:
    from django.middleware.csrf import get_token

    hidden = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    form = f'<form method="post" novalidate action="{{}}">{hidden}<button>{{}}</button></form>'
    again = reverse("organisations:resend-invitation", args=[row.id])
    away = reverse("organisations:withdraw-invitation", args=[row.id])
    token = get_token(request)
    return format_html(
        f'<div class="buttons">{form}{form}</div>', again, token, _("Send again"), away, token, _("Withdraw")
    )


@requires(Permission.PEOPLE_MANAGE)
@require_POST
def resend(request: Request, id: UUID) -> HttpResponse:
    """Send an invitation again."""
    row = or_404(queries.invitation(request.viewer, id))
    return at_once(
        request,
        lambda: actions.resend_invitation(request.viewer, ADMINISTRATION, row),
        reverse("organisations:invitations"),
        done=_("%(name)s has a mail with a new link, which is good once, for 7 days; the older one is dead.")
        % {"name": row.name},
    )


@requires(Permission.PEOPLE_MANAGE)
@require_POST
def withdraw(request: Request, id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    row = or_404(queries.invitation(request.viewer, id))
    return at_once(
        request,
        lambda: actions.withdraw_invitation(request.viewer, ADMINISTRATION, row),
        reverse("organisations:invitations"),
        done=_(
            "The invitation of %(name)s is withdrawn: the link in their mail opens nothing. Invite them again if "
            "it was an error."
        )
        % {"name": row.name},
    )


@public("whoever was invited has no account yet; the link in their mail is the key")
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account from an invitation, sign in, and go on to the second factor."""
    if not ratelimit.consume(request, app="allauth.account", action="accept_invitation", limit_get=True):
        return answer(request, 429)
    invitation = actions.invitation_by(token)
    if invitation is None:
        return _dead(request)
    first = invitation.organisation.runs_node and queries.is_empty()
    form_class = FirstForm if first else AcceptForm
    person = Person(name=invitation.name, email=invitation.email, organisation=invitation.organisation)
    initial = {"name": invitation.name, "email": invitation.email, "organisation": invitation.organisation.name}
    if invitation.organisation.name == actions.UNNAMED:
        initial["organisation"] = ""
    initial |= {"kind": invitation.organisation.kind, "regime": invitation.organisation.regime}
    form = form_class(request.POST or None, person=person, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        extra: dict[str, Any] = {}
        if isinstance(form, FirstForm):
            extra = {"name": given["name"], "email": given["email"], "organisation": form.own_organisation}
        try:
            made = actions.accept_invitation(token, password=given["password"], **extra)
        except Refusal as refusal:
            if refusal.code == LINK_DEAD:
                return _dead(request)
            form.add_error(None, str(refusal))
        else:
            return _signed_in(request, made)
    context = {"form": form, "invitation": invitation, "first": first}
    return render(request, "organisations/accept.html", context, status=422 if form.is_bound else 200)


def _dead(request: HttpRequest) -> HttpResponse:
    return answer(request, 404, _("This link no longer works"), labels.PROBLEMS[LINK_DEAD])


def _signed_in(request: HttpRequest, person: Person) -> HttpResponse:
    """Sign in whoever made an account just now, in a session of their own."""
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, person, "password", email=person.email, reauthenticated=True)
    to = "organisations:second-factor" if sees_casework(person.role_set) else "organisations:account"
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=reverse(to)))
    return response
