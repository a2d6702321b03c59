"""People of one's own organisation: the list, a page each, and what administrators change. Each look is recorded."""

from __future__ import annotations

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
from vaern.node.organisations.forms import ChangeRolesForm
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.organisations.views import ask, attempt, done, found
from vaern.node.web.components import Chip, Empty, When
from vaern.node.web.paging import paginate
from vaern.node.web.reasons import ReasonForm
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]
WHYS = (Why.ADMINISTRATION, Why.DATA_SUBJECT, Why.OTHER)
"""Why an account is changed."""


@requires(Permission.PEOPLE_VIEW)
@require_safe
def people(request: Request) -> HttpResponse:
    """Show the people of the viewer's organisation, and record that they were shown."""
    search, role, state = (request.GET.get(name, "") for name in ("q", "role", "state"))
    wanted = queries.people(request.viewer, search=search, role=role, state=state)
    page = paginate(wanted, ("name", "id"), request.GET)
    organisation = request.viewer.organisation
    act = acts.PEOPLE_SEARCHED if search else acts.PEOPLE_LISTED
    record_consultation(request.viewer, act, Subject("person", None, organisation.id), len(page.rows), details=search)
    here = [role for role in Role if OrganisationKind(organisation.kind) in rules.ROLES[role].kinds]
    table = Table(
        caption=_("People"),
        columns=[Column(_("Name")), Column(_("Roles")), Column(_("Mail address")), Column(_("State"))],
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
        next=page.next,
        previous=page.previous,
        empty=Empty(_("Nobody"), _("Nobody here has these words in name or mail address.") if search else ""),
        id="people",
    )
    return render(request, "organisations/people.html", {"table": table})


def _row(row: Person) -> Row:
    state = "" if row.is_active else Chip(_("Closed"), "neutral")
    cells = [row.name, ", ".join(labels.role_label(role) for role in row.roles), row.email, state]
    return Row(cells, url=reverse("organisations:person", args=[row.id]))


@requires(Permission.PEOPLE_VIEW)
@require_safe
def person(request: Request, id: UUID) -> HttpResponse:
    """Show somebody of the viewer's organisation, and record that they were shown."""
    row = found(queries.person(request.viewer, id))
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


@requires(Permission.PEOPLE_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def change_roles(request: Request, id: UUID) -> HttpResponse:
    """Give somebody other roles."""
    row = found(queries.person(request.viewer, id))
    kind = OrganisationKind(request.viewer.organisation.kind)
    form = ChangeRolesForm(request.POST or None, kind=kind, person=row)
    reason = ReasonForm(request.POST or None, whys=WHYS, prefix="reason", initial={"why": Why.ADMINISTRATION.value})
    back = reverse("organisations:person", args=[id])
    valid = form.is_valid() and reason.is_valid()
    if valid and attempt(
        request,
        lambda: people_actions.change_roles(
            request.viewer, reason.reason, row, form.cleaned_data["roles"], form.cleaned_data["shown"]
        ),
    ):
        return done(request, _("The roles were changed."), back)
    if valid:  # refused: the page shows the roles as they are now
        form = ChangeRolesForm(kind=kind, person=row)
    context = {"form": form, "reason_form": reason, "person": row, "back": back}
    status = 422 if form.is_bound and not valid else 200
    return render(request, "organisations/change_roles.html", context, status=status)


def _with_reason(
    act: Callable[..., None],
    title: Callable[[], str],
    text: Callable[[], str],
    submit: Callable[[], str],
    said: Callable[[], str],
    *,
    danger: bool = False,
    away: bool = False,
) -> Callable[[Request, UUID], HttpResponse]:
    """Return a view that asks why, and then does it to somebody."""

    @require_http_methods(GET_POST)
    def view(request: Request, id: UUID) -> HttpResponse:
        row = found(queries.person(request.viewer, id))
        form = ReasonForm(request.POST or None, whys=WHYS, initial={"why": Why.ADMINISTRATION.value})
        page = reverse("organisations:person", args=[id])
        if form.is_valid() and attempt(request, lambda: act(request.viewer, form.reason, row)):
            return done(request, said(), reverse("organisations:people") if away else page)
        return ask(request, form, title(), text=text(), submit=submit(), back=page, danger=danger)

    return view


deactivate = requires(Permission.PEOPLE_MANAGE, step_up=True)(
    _with_reason(
        people_actions.deactivate,
        lambda: _("Close the account?"),
        lambda: _("All sessions and API keys of this person end now. The account can be opened again."),
        lambda: _("Close the account"),
        lambda: _("The account is closed."),
        danger=True,
    )
)
reactivate = requires(Permission.PEOPLE_MANAGE, step_up=True)(
    _with_reason(
        people_actions.reactivate,
        lambda: _("Open the account again?"),
        lambda: _("Password and second factor are those of before. API keys stay revoked."),
        lambda: _("Open the account"),
        lambda: _("The account is open."),
    )
)
keep = requires(Permission.PEOPLE_MANAGE)(
    _with_reason(
        people_actions.keep_person,
        lambda: _("Keep the account?"),
        lambda: _("Its next review is in a year."),
        lambda: _("Keep"),
        lambda: _("The account is kept for another year."),
    )
)
reset_second_factor = requires(Permission.PEOPLE_MANAGE, step_up=True)(
    _with_reason(
        people_actions.reset_second_factor,
        lambda: _("Remove the second factor?"),
        lambda: _(
            "For somebody who lost it, and only after you have made sure who they are, by another way than mail. "
            "They set up a new one after their next sign-in; until then the password alone protects the account."
        ),
        lambda: _("Remove the second factor"),
        lambda: _("The second factor was removed and all sessions ended."),
        danger=True,
    )
)
erase = requires(Permission.PEOPLE_MANAGE, step_up=True)(
    _with_reason(
        people_actions.erase_person,
        lambda: _("Erase the personal data?"),
        lambda: _(
            "Name, mail address, password and second factors are erased for good. The ledger keeps that somebody "
            "acted, without the name. This cannot be undone."
        ),
        lambda: _("Erase"),
        lambda: _("The personal data was erased."),
        danger=True,
        away=True,
    )
)
