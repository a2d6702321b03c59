"""One's own account: profile, second factors, browsers, and, for administrators, the session that shows casework."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaern.node.organisations import account_actions, labels, queries
from vaern.node.organisations import second_factor as factor
from vaern.node.organisations.access import requires
from vaern.node.organisations.forms import AdminSessionForm, ProfileForm
from vaern.node.organisations.rules import Permission
from vaern.node.web.browsers import in_words
from vaern.node.web.components import Chip, Definitions, When
from vaern.node.web.decisions import decide
from vaern.node.web.lists import LARGEST_ID, number
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from allauth.usersessions.models import UserSession
    from django.http import HttpResponse

    from vaern.node.organisations.views import Request


@requires(Permission.ACCOUNT)
@require_safe
def account(request: Request) -> HttpResponse:
    """Show one's own account."""
    person = account_actions.myself(request.viewer)
    facts = [
        (_("Name"), person.name),
        (_("Mail address"), person.email),
        (_("Organisation"), person.organisation.name),
        (_("Roles"), ", ".join(labels.role_label(role) for role in person.roles)),
        (_("Language"), dict(labels.LANGUAGES).get(person.language, person.language)),
    ]
    factors = queries.factors_of(person)
    try:
        activity = reverse("oversight:own")
    except NoReverseMatch:  # of an app above this one
        activity = ""
    try:
        mail = reverse("today:mail")
    except NoReverseMatch:  # likewise
        mail = ""
    context = {
        "facts": facts,
        "factors": [(str(f), When(f.created_at), When(f.last_used_at, none=_("never"))) for f in factors],
        "must_have": factor.must_have(person),
        "sessions": _sessions(request),
        "activity": activity,
        "mail": mail,
    }
    return render(request, "organisations/account.html", context)


def _sessions(request: Request) -> Table:
    current = request.session.session_key
    return Table(
        caption=_("Where you are signed in"),
        columns=[
            Column(_("Browser")),
            Column(_("From")),
            Column(_("Signed in")),
            Column(_("Last used")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    in_words(row.user_agent),
                    row.ip,
                    When(row.created_at),
                    When(row.last_seen_at),
                    _end(request, row, current),
                ]
            )
            for row in queries.own_sessions(request.viewer)
        ],
        id="sessions",
    )


def _end(request: Request, row: UserSession, current: str | None) -> object:
    from django.middleware.csrf import get_token

    if row.session_key == current:
        return Chip(_("This one"), "good")
    form = (
        '<form method="post" novalidate action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="only" value="{}"><button>{}</button></form>'
    )
    return format_html(form, reverse("organisations:end-sessions"), get_token(request), row.pk, _("End"))


@requires(Permission.ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """Change one's own name and language."""
    person = account_actions.myself(request.viewer)
    back = reverse("organisations:account")
    response = decide(
        request,
        title=_("Profile"),
        subject=Definitions([(_("Mail address"), person.email), (_("Organisation"), person.organisation.name)]),
        crumbs=[(_("My account"), back)],
        back=back,
        submit=_("Save"),
        form=partial(ProfileForm, initial={"name": person.name, "language": person.language}),
        do=lambda form: account_actions.change_profile(request.viewer, **form.cleaned_data),
        done=_(
            "Your profile is saved: colleagues read your name so, and pages and mails come in the language that "
            "you chose."
        ),
    )
    if response.status_code == 302:
        response.delete_cookie(labels.LANGUAGE_COOKIE)  # the profile decides from now on
    return response


@requires(Permission.ACCOUNT)
@require_POST
def single_keys(request: Request) -> HttpResponse:
    """Switch one's own single-key shortcuts on or off."""
    account_actions.choose_single_keys(request.viewer, on="single_keys" in request.POST)
    on = "single_keys" in request.POST
    messages.success(
        request,
        _("Single keys are shortcuts on your pages now.")
        if on
        else _("Single keys are no shortcuts on your pages any more."),
    )
    return HttpResponseRedirect(f"{reverse('organisations:account')}#keyboard")


@requires(Permission.ACCOUNT)
@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """End one's own sessions in other browsers: one, or all of them."""
    # What is no number is no session: it does not end all of them.
    only = number(request.POST["only"], 0, most=LARGEST_ID) if "only" in request.POST else None
    ended = account_actions.end_sessions(request.viewer, current=request.session.session_key or "", only=only)
    said = ngettext("%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", ended)
    messages.success(request, said % {"n": ended})
    return HttpResponseRedirect(reverse("organisations:account"))


@requires(Permission.ACCOUNT, before_second_factor=True)
@require_safe
def second_factor(request: Request) -> HttpResponse:
    """Say why a second factor is needed, and lead to the ways of setting one up."""
    person = account_actions.myself(request.viewer)
    context = {"must_have": factor.must_have(person), "has": bool(factor.types_of(person.id))}
    return render(request, "organisations/second_factor.html", context)


@requires(Permission.ADMIN_SESSION, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def admin_session(request: Request) -> HttpResponse:
    """Open an administrator's session, or close the one that is open."""
    session = request.viewer.admin_session
    words: dict[str, Any] = {
        "subject": request.viewer.organisation.name,
        "crumbs": [(_("My account"), reverse("organisations:account"))],
        "back": reverse("organisations:account"),
        "then": reverse("organisations:admin-session"),
    }
    if session is not None:
        return decide(
            request,
            **words,
            title=_("An administrator’s session is open"),
            submit=_("Close the session"),
            text=_("You see casework of your organisation, and each look at it is recorded with this session."),
            do=lambda _form: account_actions.close_admin_session(request.viewer, session),
            done=_(
                "The administrator’s session is closed: you no longer see casework. Oversight reads what you looked at."
            ),
        )
    return decide(
        request,
        **words,
        title=_("Administrator’s session"),
        submit=_("Open the session"),
        text=_("You have no standing view of casework. Open a session when you need one; oversight is told at once."),
        form=AdminSessionForm,
        do=lambda form: account_actions.open_admin_session(
            request.viewer, reason=form.cleaned_data["reason"], lasts=form.lasts
        ),
        done=lambda opened: (
            _("The administrator’s session is open until %(time)s. Oversight was notified, with your reason.")
            % {"time": time_format(timezone.localtime(opened.until))}
        ),
    )
