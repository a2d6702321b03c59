"""The directory: organisations and countries. Open to everybody who is signed in; no personal data, no ledger entry."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.organisations import actions, labels, queries
from vaern.node.organisations import facts as more
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.forms import DirectoryFilters, MemberForm, NewOrganisationForm, OrganisationForm
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Definitions, Empty
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button as ItemButton
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.paging import paginate
from vaern.node.web.results import Result, Undo
from vaern.node.web.tables import Column, Filter, Row, Table
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.models import Member, Organisation
    from vaern.node.organisations.views import Request

GET_POST = ["GET", "HEAD", "POST"]


@requires(Permission.DIRECTORY_VIEW)
@require_safe
def directory(request: Request) -> HttpResponse:
    """Show the organisations, by name, filtered and searched."""
    asked = DirectoryFilters(request.GET).values
    search, kind, country, node = asked["text"], asked["kind"], asked["country"], asked["node"]
    wanted = queries.organisations(request.viewer, search=search, kind=kind, country=country, node=node)
    others = queries.other_nodes(request.viewer)
    page = paginate(wanted, queries.DIRECTORY, request.GET)
    rows = [
        Row(
            [
                row.name,
                labels.kind_label(row.kind),
                str(row.member or _("International")),
                "" if row.active else Chip(_("Closed"), "neutral"),
            ],
            url=reverse("organisations:organisation", args=[row.id]),
            marks=[Chip(row.node, "info")] if row.node else [],
        )
        for row in page.rows
    ]
    table = Table(
        caption=_("Organisations"),
        columns=[
            Column(_("Name"), sort="name"),
            Column(_("Kind"), sort="kind"),
            Column(_("Country"), sort="country"),
            Column(_("State"), sort="state"),
        ],
        rows=rows,
        filters=[
            Filter("kind", _("Kind"), [(k.value, label) for k, label in labels.KINDS.items()], kind),
            Filter("country", _("Country"), [(m.code, str(m)) for m in queries.members(request.viewer)], country),
            *([Filter("node", _("Node"), _nodes(others), node)] if others or node else []),
        ],
        search=search,
        search_label=_("Name"),
        page=page,
        marks=_("Other node") if others else "",
        empty=Empty(_("No organisation"), _("None has a name with these words.") if search else ""),
        id="organisations",
    )
    buttons = [Button(_("Countries"), reverse("organisations:countries"))]
    if request.viewer.may(Permission.DIRECTORY_MANAGE):
        buttons.append(Button(_("New organisation"), reverse("organisations:new-organisation"), primary=True))
    return list_page(request, title=_("Directory"), buttons=buttons, table=table)


def _nodes(others: Sequence[str]) -> list[tuple[str, object]]:
    return [(queries.HERE, _("This node")), *((name, name) for name in others)]


@requires(Permission.DIRECTORY_VIEW)
@require_safe
def organisation(request: Request, id: UUID) -> HttpResponse:
    """Show one organisation."""
    row = or_404(queries.organisation(request.viewer, id))
    facts: list[tuple[object, object]] = [
        (_("Kind"), labels.kind_label(row.kind)),
        (_("Country"), str(row.member or _("International"))),
        (_("Legal regime"), dict(labels.REGIMES)[row.regime]),  # type: ignore[index]  # a code of the enumeration
        (_("State"), Chip(_("Active"), "good") if row.active else Chip(_("Closed"), "neutral")),
    ]
    if row.runs_node:
        facts.append((_("Node"), _("Runs this node and keeps its directory")))
    if row.node:
        facts.append((_("Node"), _("%(node)s, which alone changes what is known of it") % {"node": row.node}))
    facts += more.of(request.viewer, row)
    return render(request, "organisations/organisation.html", {"organisation": row, "facts": facts})


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def new_organisation(request: Request) -> HttpResponse:
    """Add an organisation, and invite its first administrator."""
    back = reverse("organisations:directory")
    return decide(
        request,
        title=_("New organisation"),
        subject=None,
        crumbs=[(_("Directory"), back)],
        back=back,
        submit=_("Add"),
        form=partial(NewOrganisationForm, initial={"language": "en", "regime": "gdpr"}),
        do=lambda form: actions.add_organisation(request.viewer, ADMINISTRATION, **form.cleaned_data),
        done=_organisation_added,
    )


def _organisation_added(made: Organisation) -> Result:
    """Say that it is there, and how its people come in."""
    to = ItemButton(_("Open its page"), reverse("organisations:organisation", args=[made.pk]))
    if hasattr(made, "invitation"):
        text = _(
            "%(name)s is in the directory. Its first administrator has a mail with a link that is good for 7 days."
        )
    else:
        text = _("%(name)s is in the directory. Nobody of it can sign in before its first administrator is invited.")
    return Result(text % {"name": made.name}, then=to)


def _about(row: Organisation) -> dict[str, Any]:
    here = reverse("organisations:organisation", args=[row.pk])
    facts = [
        (_("Name"), row.name),
        (_("Kind"), labels.kind_label(row.kind)),
        (_("Country"), str(row.member or _("International"))),
        (_("Legal regime"), dict(labels.REGIMES)[row.regime]),  # type: ignore[index]  # a code of the enumeration
        (_("State"), Chip(_("Active"), "good") if row.active else Chip(_("Closed"), "neutral")),
    ]
    return {
        "subject": Definitions(facts),
        "crumbs": [(_("Directory"), reverse("organisations:directory")), (row.name, here)],
        "back": here,
    }


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def change_organisation(request: Request, id: UUID) -> HttpResponse:
    """Change what is known of an organisation."""
    row = or_404(queries.organisation(request.viewer, id))
    version = actions.directory_mark(row)

    def now() -> tuple[str, object]:
        current = or_404(queries.organisation(request.viewer, id))
        return actions.directory_mark(current), _about(current)["subject"]

    initial = {"name": row.name, "regime": row.regime, "member": row.member_id}
    return decide(
        request,
        **_about(row),
        title=_("Change the organisation"),
        submit=_("Save"),
        check=partial(actions.refuse_of_other_node, row),
        form=partial(OrganisationForm, initial=initial),
        do=lambda form, seen: actions.change_organisation(
            request.viewer, ADMINISTRATION, row, **form.cleaned_data, shown=seen
        ),
        done=lambda _made: _changed(row, initial, request),
        version=version,
        now=now,
    )


def _changed(row: Organisation, before: Mapping[str, Any], request: Request) -> Result:
    """Say what everybody reads of it now; the same form brings back what stood there."""
    current = or_404(queries.organisation(request.viewer, row.pk))
    given = {**before, "member": before["member"] or "", "version": actions.directory_mark(current)}
    text = _("%(name)s is changed: everybody who looks it up in the directory reads it so.") % {"name": current.name}
    return Result(text, Undo(reverse("organisations:change-organisation", args=[row.pk]), given))


@requires(Permission.DIRECTORY_MANAGE, step_up=True)
@require_http_methods(GET_POST)
def set_active(request: Request, id: UUID) -> HttpResponse:
    """Close an organisation, or open it again."""
    row = or_404(queries.organisation(request.viewer, id))
    active, version = not row.active, mark_of(row.active)
    return decide(
        request,
        **_about(row),
        title=_("Open the organisation again?") if active else _("Close the organisation?"),
        submit=_("Open again") if active else _("Close"),
        check=partial(actions.refuse_of_other_node, row),
        danger=not active,
        text="" if active else _("Its people and keys are out at once. What belongs to it stays."),
        do=lambda _form, seen: actions.set_organisation_active(
            request.viewer, ADMINISTRATION, row, active=active, shown=seen
        ),
        done=Result(
            (
                _("%(name)s is open again: its people sign in as before, and records can be released to it.")
                if active
                else _("%(name)s is closed: its people and keys are out. What belongs to it stays.")
            )
            % {"name": row.name},
            Undo(reverse("organisations:organisation-active", args=[row.pk]), {"version": mark_of(active)}),
        ),
        version=version,
        now=lambda: (version, None),
    )


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
    new = Button(_("New country"), reverse("organisations:new-country"), primary=True)
    return list_page(
        request,
        title=_("Countries"),
        crumbs=[(_("Directory"), reverse("organisations:directory"))],
        buttons=[new] if manages else [],
        table=table,
    )


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def new_country(request: Request) -> HttpResponse:
    """Add a country."""
    back = reverse("organisations:countries")
    return decide(
        request,
        title=_("New country"),
        subject=None,
        crumbs=[(_("Directory"), reverse("organisations:directory")), (_("Countries"), back)],
        back=back,
        submit=_("Add"),
        form=MemberForm,
        do=lambda form: actions.add_member(request.viewer, ADMINISTRATION, **form.cleaned_data),
        done=lambda made: Result(
            _("%(country)s is among the countries: its organisations can be added to the directory now.")
            % {"country": made},
            then=ItemButton(_("New organisation"), reverse("organisations:new-organisation")),
        ),
    )


@requires(Permission.DIRECTORY_MANAGE)
@require_http_methods(GET_POST)
def change_country(request: Request, id: UUID) -> HttpResponse:
    """Change what is known of a country."""
    row = or_404(queries.member(request.viewer, id))
    back, version = reverse("organisations:countries"), actions.directory_mark(row)

    def now() -> tuple[str, object]:
        current = or_404(queries.member(request.viewer, id))
        return actions.directory_mark(current), _country(current)

    return decide(
        request,
        title=_("Change the country"),
        subject=_country(row),
        crumbs=[(_("Directory"), reverse("organisations:directory")), (_("Countries"), back)],
        back=back,
        submit=_("Save"),
        form=partial(MemberForm, instance=row),
        do=lambda form, seen: actions.change_member(
            request.viewer, ADMINISTRATION, row, **form.cleaned_data, shown=seen
        ),
        done=_("%(country)s is changed: every list and form of the node names it so from now on.") % {"country": row},
        version=version,
        now=now,
    )


def _country(row: Member) -> Definitions:
    return Definitions([(_("Code"), row.code), (_("Name in English"), row.name), (_("Name in Danish"), row.name_da)])
