"""People of one's own organisation: the list, a page each, and what administrators change. Each look is recorded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.ledger.rules import Subject, Why
from vaern.node.organisations import acts, labels, people_actions, queries, rules, second_factor
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import record_consultation
from vaern.node.organisations.forms import WHYS, ChangeRolesForm, PeopleFilters
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.web.components import Chip, Definitions, Empty, When
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.paging import paginate
from vaern.node.web.reasons import ReasonForm
from vaern.node.web.results import Result, Undo
from vaern.node.web.tables import Column, Filter, Row, Table
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


@requires(Permission.PEOPLE_VIEW)
@require_safe
def people(request: Request) -> HttpResponse:
    """Show the people of the viewer's organisation, and record that they were shown."""
    asked = PeopleFilters(request.GET).values
    search, role, state = asked["text"], asked["role"], asked["state"]
    wanted = queries.people(request.viewer, search=search, role=role, state=state)
    page = paginate(wanted, queries.PEOPLE, request.GET)
    organisation = request.viewer.organisation
    act = acts.PEOPLE_SEARCHED if search else acts.PEOPLE_LISTED
    record_consultation(request.viewer, act, Subject("person", None, organisation.id), len(page.rows), details=search)
    here = [role for role in Role if OrganisationKind(organisation.kind) in rules.ROLES[role].kinds]
    table = Table(
        caption=_("People"),
        columns=[
            Column(_("Name"), sort="name"),
            Column(_("Roles"), sort="roles"),
            Column(_("Mail address"), sort="email"),
            Column(_("State"), sort="state"),
        ],
        rows=[_row(row) for row in page.rows],
        filters=[
            Filter("role", _("Role"), [(role.value, labels.ROLES[role]) for role in here], role),
            Filter(
                "state",
                _("State"),
                [("active", _("Active")), ("closed", _("Closed")), ("review", _("Due for review"))],
                state,
            ),
        ],
        search=search,
        search_label=_("Name or mail address"),
        page=page,
        empty=Empty(_("Nobody"), _("Nobody here has these words in name or mail address.") if search else ""),
        id="people",
    )
    buttons = [
        Button(_("Open invitations"), reverse("organisations:invitations")),
        Button(_("Invite somebody"), reverse("organisations:invite"), primary=True),
    ]
    return list_page(
        request,
        title=_("People"),
        buttons=buttons if request.viewer.may(Permission.PEOPLE_MANAGE) else [],
        note=_("Each look at this list is recorded."),
        table=table,
    )


def _row(row: Person) -> Row:
    state = "" if row.is_active else Chip(_("Closed"), "neutral")
    cells = [row.name, ", ".join(labels.role_label(role) for role in row.roles), row.email, state]
    return Row(cells, url=reverse("organisations:person", args=[row.id]))


@requires(Permission.PEOPLE_VIEW)
@require_safe
def person(request: Request, id: UUID) -> HttpResponse:
    """Show somebody of the viewer's organisation, and record that they were shown."""
    row = or_404(queries.person(request.viewer, id))
    record_consultation(request.viewer, acts.PERSON_CONSULTED, row.subject)
    kinds = second_factor.types_of(row.id)
    facts: list[tuple[str, Any]] = [
        (_("Roles"), format_html_join(", ", "{}", ((labels.role_label(role),) for role in row.roles))),
        (_("Mail address"), row.email),
        (_("State"), Chip(_("Active"), "good") if row.is_active else Chip(_("Closed"), "neutral")),
        (_("Second factor"), Chip(_("set up"), "good") if kinds else Chip(_("not set up"), "warning")),
        (_("Last signed in"), When(row.last_login)),
        (_("Review on"), row.review_date),
    ]
    own = request.viewer.person is not None and row.pk == request.viewer.person.pk
    context = {
        "person": row,
        "facts": facts,
        "own": own,
        "activity": _own_activity() if own else "",
        "manages": request.viewer.may(Permission.PEOPLE_MANAGE) and not own and not row.erased_at,
        "has_factor": bool(kinds),
    }
    return render(request, "organisations/person.html", context)


def _own_activity() -> str:
    """Return the page where people read what the ledger says of them; it is of an app above this one."""
    try:
        return reverse("oversight:own")
    except NoReverseMatch:
        return ""


def _about(row: Person) -> dict[str, Any]:
    """Return what `decide` says of the person that it is about: as the list tells it, without the address."""
    here = reverse("organisations:person", args=[row.pk])
    roles = ", ".join(labels.role_label(role) for role in row.roles)
    return {
        "subject": Definitions([(_("Name"), row.name), (_("Roles"), roles)]),
        "crumbs": [(_("People"), reverse("organisations:people")), (row, here)],
        "back": here,
    }


def _why(*data: Any) -> ReasonForm:
    return ReasonForm(*data, whys=WHYS, initial={"why": Why.ADMINISTRATION.value})


def _result(row: Person, text: str, inverse: str) -> Result:
    """Say what became of an account; the inverse is an act of its own, with the same kind of reason."""
    return Result(text % {"name": row.name}, Undo(reverse(inverse, args=[row.pk]), {"why": Why.ADMINISTRATION.value}))


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def change_roles(request: Request, id: UUID) -> HttpResponse:
    """Give somebody other roles."""
    row = or_404(queries.person(request.viewer, id))
    kind = OrganisationKind(request.viewer.organisation.kind)
    version = mark_of(*sorted(row.roles))

    def do(form: Any, seen: str) -> list[str]:
        roles = form.cleaned_data["roles"]
        people_actions.change_roles(request.viewer, form.reason, row, roles, seen)
        return sorted(role.value for role in roles)

    def now() -> tuple[str, object]:
        current = or_404(queries.person(request.viewer, id))
        return mark_of(*sorted(current.roles)), _about(current)["subject"]

    return decide(
        request,
        **_about(row),
        title=_("Change roles"),
        submit=_("Save"),
        form=partial(ChangeRolesForm, kind=kind, person=row),
        do=do,
        done=lambda roles: Result(
            _("%(name)s has these roles now: %(roles)s. They hold from their next page on.")
            % {"name": row.name, "roles": ", ".join(labels.role_label(role) for role in roles)},
            Undo(
                reverse("organisations:change-roles", args=[row.pk]),
                {"roles": list(row.roles), "why": Why.ADMINISTRATION.value, "version": mark_of(*roles)},
            ),
        ),
        version=version,
        now=now,
    )


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def deactivate(request: Request, id: UUID) -> HttpResponse:
    """Close an account."""
    row = or_404(queries.person(request.viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Close the account?"),
        submit=_("Close the account"),
        danger=True,
        text=_("All sessions and API keys of this person end now. The account can be opened again."),
        form=_why,
        do=lambda form: people_actions.deactivate(request.viewer, form.reason, row),
        done=_result(
            row,
            _(
                "The account of %(name)s is closed: they are signed out everywhere, and their API keys are "
                "revoked for good."
            ),
            "organisations:reactivate",
        ),
    )


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def reactivate(request: Request, id: UUID) -> HttpResponse:
    """Open an account again."""
    row = or_404(queries.person(request.viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Open the account again?"),
        submit=_("Open the account"),
        text=_("Password and second factor are those of before. API keys stay revoked."),
        form=_why,
        do=lambda form: people_actions.reactivate(request.viewer, form.reason, row),
        done=_result(
            row,
            _("The account of %(name)s is open: they sign in as before. API keys stay revoked; new ones can be made."),
            "organisations:deactivate",
        ),
    )


@requires(Permission.PEOPLE_MANAGE)
@require_http_methods(GET_POST)
def keep(request: Request, id: UUID) -> HttpResponse:
    """Keep an account after its review."""
    row = or_404(queries.person(request.viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Keep the account?"),
        submit=_("Keep"),
        text=_("Its next review is in a year."),
        form=_why,
        do=lambda form: people_actions.keep_person(request.viewer, form.reason, row),
        done=lambda _made: _("The account of %(name)s is kept. It is reviewed again in a year.") % {"name": row.name},
    )


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def reset_second_factor(request: Request, id: UUID) -> HttpResponse:
    """Take somebody's second factor away."""
    row = or_404(queries.person(request.viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Remove the second factor?"),
        submit=_("Remove the second factor"),
        danger=True,
        text=_(
            "For somebody who lost it, and only after you have made sure who they are, by another way than mail. "
            "They set up a new one after their next sign-in; until then the password alone protects the account."
        ),
        form=_why,
        do=lambda form: people_actions.reset_second_factor(request.viewer, form.reason, row),
        done=_(
            "The second factor of %(name)s is removed, and they are signed out everywhere. They set up a new one "
            "at the next sign-in."
        )
        % {"name": row.name},
    )


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def erase(request: Request, id: UUID) -> HttpResponse:
    """Erase somebody's personal data."""
    row = or_404(queries.person(request.viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Erase the personal data?"),
        submit=_("Erase"),
        danger=True,
        text=_(
            "Name, mail address, password and second factors are erased for good. The ledger keeps that somebody "
            "acted, without the name. This cannot be undone."
        ),
        form=_why,
        do=lambda form: people_actions.erase_person(request.viewer, form.reason, row),
        then=reverse("organisations:people"),
        done=_(
            "Name, address and second factors of one account are erased for good. The ledger keeps what was "
            "done, without a name."
        ),
    )
