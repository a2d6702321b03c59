"""The directory: organisations and countries. Open to everybody who is signed in; no personal data, no ledger entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.organisations import actions, labels, queries
from vaern.node.organisations import facts as more
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.forms import (
    ChangeMemberForm,
    ChangeOrganisationForm,
    MemberForm,
    NewOrganisationForm,
)
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.views import ask, attempt, done, found
from vaern.node.web.components import Chip, Empty
from vaern.node.web.paging import paginate
from vaern.node.web.tables import Column, Filter, Row, Table
from vaern.node.web.versions import ShownForm, mark_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]
Shown = TypeVar("Shown", bound=ShownForm)


@requires(Permission.DIRECTORY_VIEW)
@require_safe
def directory(request: Request) -> HttpResponse:
    """Show the organisations, by name, filtered and searched."""
    search, kind, country = (request.GET.get(name, "") for name in ("q", "kind", "country"))
    wanted = queries.organisations(request.viewer, search=search, kind=kind, country=country)
    page = paginate(wanted, ("name", "id"), request.GET)
    rows = [
        Row(
            [
                row.name,
                labels.kind_label(row.kind),
                str(row.member or _("International")),
                "" if row.active else Chip(_("Closed"), "neutral"),
            ],
            url=reverse("organisations:organisation", args=[row.id]),
        )
        for row in page.rows
    ]
    table = Table(
        caption=_("Organisations"),
        columns=[Column(_("Name")), Column(_("Kind")), Column(_("Country")), Column(_("State"))],
        rows=rows,
        filters=[
            Filter("kind", _("Kind"), [(k.value, label) for k, label in labels.KINDS.items()], kind),
            Filter("country", _("Country"), [(m.code, str(m)) for m in queries.members(request.viewer)], country),
        ],
        search=search,
        search_label=_("Name"),
        next=page.next,
        previous=page.previous,
        empty=Empty(_("No organisation"), _("None has a name with these words.") if search else ""),
        id="organisations",
    )
    return render(request, "organisations/directory.html", {"table": table})


@requires(Permission.DIRECTORY_VIEW)
@require_safe
def organisation(request: Request, id: UUID) -> HttpResponse:
    """Show one organisation."""
    row = found(queries.organisation(request.viewer, id))
    facts: list[tuple[object, object]] = [
        (_("Kind"), labels.kind_label(row.kind)),
        (_("Country"), str(row.member or _("International"))),
        (_("Legal regime"), dict(labels.REGIMES)[row.regime]),  # type: ignore[index]  # a code of the enumeration
        (_("State"), Chip(_("Active"), "good") if row.active else Chip(_("Closed"), "neutral")),
    ]
    if row.runs_node:
        facts.append((_("Node"), _("Runs this node and keeps its directory")))
    facts += more.of(request.viewer, row)
    return render(request, "organisations/organisation.html", {"organisation": row, "facts": facts})


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def new_organisation(request: Request) -> HttpResponse:
    """Add an organisation, and invite its first administrator."""
    form = NewOrganisationForm(request.POST or None, initial={"language": "en", "regime": "gdpr"})
    if form.is_valid() and attempt(
        request, lambda: actions.add_organisation(request.viewer, ADMINISTRATION, **form.cleaned_data)
    ):
        return done(request, _("The organisation is in the directory."), reverse("organisations:directory"))
    return ask(request, form, _("New organisation"), submit=_("Add"), back=reverse("organisations:directory"))


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def change_organisation(request: Request, id: UUID) -> HttpResponse:
    """Change what is known of an organisation."""
    row = found(queries.organisation(request.viewer, id))
    back = reverse("organisations:organisation", args=[id])
    form = ChangeOrganisationForm(request.POST or None, organisation=row)
    if form.is_valid():
        given = form.cleaned_data
        if attempt(request, lambda: actions.change_organisation(request.viewer, ADMINISTRATION, row, **given)):
            return done(request, _("The organisation was changed."), back)
        form = _as_now(form, ChangeOrganisationForm(organisation=found(queries.organisation(request.viewer, id))))
    return ask(request, form, _("Change the organisation"), submit=_("Save"), back=back)


@requires(Permission.DIRECTORY_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def set_active(request: Request, id: UUID) -> HttpResponse:
    """Close an organisation, or open it again."""
    row = found(queries.organisation(request.viewer, id))
    back = reverse("organisations:organisation", args=[id])
    form = ShownForm(request.POST if request.method == "POST" else None, initial={"shown": mark_of(row.active)})
    if form.is_valid():
        active, shown = not row.active, form.cleaned_data["shown"]
        if attempt(
            request,
            lambda: actions.set_organisation_active(request.viewer, ADMINISTRATION, row, active=active, shown=shown),
        ):
            return done(request, _("The organisation is open.") if active else _("The organisation is closed."), back)
        form = ShownForm(initial={"shown": mark_of(row.active)})
    title = _("Close the organisation?") if row.active else _("Open the organisation again?")
    text = _("Its people and keys are out at once. What belongs to it stays.") if row.active else ""
    submit = _("Close") if row.active else _("Open again")
    return ask(request, form, title, text=text, submit=submit, back=back, danger=row.active)


@requires(Permission.DIRECTORY_VIEW)
@require_safe
def countries(request: Request) -> HttpResponse:
    """Show the countries of the alliance."""
    manages = request.viewer.may(Permission.DIRECTORY_MANAGE)
    rows = [
        Row(
            [str(row), row.code, row.joined_date or ""],
            url=reverse("organisations:country", args=[row.id])
            if manages
            else f"{reverse('organisations:directory')}?country={row.code}",
        )
        for row in queries.members(request.viewer)
    ]
    table = Table(
        caption=_("Countries"),
        columns=[Column(_("Name")), Column(_("Code")), Column(_("Joined on"))],
        rows=rows,
        empty=Empty(_("No country yet"), ""),
        id="countries",
    )
    return render(request, "organisations/countries.html", {"table": table})


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def new_country(request: Request) -> HttpResponse:
    """Add a country."""
    form = MemberForm(request.POST or None)
    back = reverse("organisations:countries")
    if form.is_valid() and attempt(
        request, lambda: actions.add_member(request.viewer, ADMINISTRATION, **form.cleaned_data)
    ):
        return done(request, _("The country is in the alliance."), back)
    return ask(request, form, _("New country"), submit=_("Add"), back=back)


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def change_country(request: Request, id: UUID) -> HttpResponse:
    """Change what is known of a country."""
    row = found(queries.member(request.viewer, id))
    back = reverse("organisations:countries")
    form = ChangeMemberForm(request.POST or None, instance=row)
    if form.is_valid():
        given = form.cleaned_data
        if attempt(request, lambda: actions.change_member(request.viewer, ADMINISTRATION, row, **given)):
            return done(request, _("The country was changed."), back)
        form = _as_now(form, ChangeMemberForm(instance=found(queries.member(request.viewer, id))))
    return ask(request, form, _("Change the country"), submit=_("Save"), back=back)


def _as_now(sent: Shown, now: Shown) -> Shown:
    """Return the form with what stands there now, if somebody else changed it meanwhile; else the one that was sent."""
    return now if sent.cleaned_data["shown"] != now.initial["shown"] else sent
