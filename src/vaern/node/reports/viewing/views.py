"""Pages of viewing stations: list, sheet, registration, confirmation by a second person, key, revocation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from vaern.node.ledger.keys import verifier_key
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.viewing import presenters, queries, stations
from vaern.node.reports.viewing.forms import PseudonymForm, StationForm, StationReasonForm, TermsForm
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.STATION_KEEP)
def station_list(request: HttpRequest) -> HttpResponse:
    """Show the organisation's viewing stations."""
    return list_page(
        request,
        title=_("Viewing stations"),
        lead=_(
            "Material is looked at on licensed, separated stations and never here. A station is given addresses once a "
            "second person confirmed it, for as long as its licence holds."
        ),
        buttons=[Button(_("Register a station"), reverse("reports:new-station"), primary=True)],
        table=presenters.stations_table(queries.stations()),
    )


@requires(Permission.STATION_KEEP)
def station(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one station: its licence, what waits, its packages, its history."""
    found = or_404(queries.station(id))
    sheet = queries.sheet(viewer_of(request), found)
    context = presenters.station_context(viewer_of(request), sheet, str(verifier_key()))
    return render(request, "reports/viewing/station.html", context)


@requires(Permission.STATION_KEEP)
def new_station(request: HttpRequest) -> HttpResponse:
    """Register a station."""
    viewer, back = viewer_of(request), reverse("reports:stations")

    def do(form: Any) -> Any:
        given = form.cleaned_data
        return stations.register(viewer, form.reason, given["name"], given["operator"], form.terms)

    return decide(
        request,
        title=_("Register a viewing station"),
        subject=None,
        crumbs=[(_("Viewing stations"), back)],
        back=back,
        submit=_("Register"),
        text=_("Nothing leaves for it until a second person has compared licence and key, and confirmed them."),
        form=StationForm,
        do=do,
        then=lambda made: reverse("reports:station", args=[made.pk]),
        done=_("Registered. Another person of your organisation confirms it now."),
    )


@requires(Permission.STATION_KEEP)
def renew(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask for another licence, place or key of a station."""
    viewer, found = viewer_of(request), or_404(queries.station(id))
    names = ("authority", "number", "place", "recipient")
    initial = {name: getattr(found.terms, name) for name in names} if found.terms else None
    return decide(
        request,
        **presenters.about(found),
        title=_("Another licence or key"),
        submit=_("Ask for it"),
        text=_("What is in force holds until a second person has confirmed this."),
        form=partial(TermsForm, initial=initial),
        do=lambda form: stations.renew(viewer, form.reason, found, form.terms),
        done=_("Asked. Another person of your organisation confirms it now."),
    )


@requires(Permission.STATION_KEEP, step_up=True)
def confirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Confirm what waits, as the second person."""
    viewer, found = viewer_of(request), or_404(queries.station(id))
    waits = or_404(queries.waiting(found))
    return decide(
        request,
        **presenters.about(found),
        title=_("Confirm as the second person"),
        submit=_("Confirm"),
        text=_(
            "You have seen the licence, and compared the age recipient with the station by telephone. From now on "
            "exact addresses can leave for whoever holds its secret key."
        ),
        shown=lambda: presenters.terms_facts(waits),
        form=StationReasonForm,
        version=waits.pk,
        do=lambda form, seen: stations.confirm(viewer, form.reason, found, int(seen)),
        done=_("Confirmed: addresses can leave for it now."),
    )


@requires(Permission.STATION_KEEP)
def reject(request: HttpRequest, id: UUID) -> HttpResponse:
    """Do not confirm what waits, or take back one's own request."""
    viewer, found = viewer_of(request), or_404(queries.station(id))
    waits = or_404(queries.waiting(found))
    return decide(
        request,
        **presenters.about(found),
        title=_("Do not confirm it"),
        submit=_("Take it away"),
        text=_("What was asked is taken away. What was in force before stays."),
        shown=lambda: presenters.terms_facts(waits),
        form=StationReasonForm,
        version=waits.pk,
        do=lambda form, seen: stations.reject(viewer, form.reason, found, int(seen)),
        done=_("What was asked for %(name)s is taken away. What was in force before stays.") % {"name": found.name},
    )


@requires(Permission.STATION_KEEP)
def revoke(request: HttpRequest, id: UUID) -> HttpResponse:
    """Revoke a station at once."""
    viewer, found = viewer_of(request), or_404(queries.station(id))
    return decide(
        request,
        **presenters.about(found),
        title=_("Revoke this station"),
        submit=_("Revoke"),
        danger=True,
        text=_(
            "From now on no package is made for it or given out, and its key answers nothing. What it was given before "
            "lies there: ask it to destroy that. This cannot be undone."
        ),
        form=StationReasonForm,
        do=lambda form: stations.revoke(viewer, form.reason, found),
        done=_("Revoked: it is given nothing, and answers nothing."),
    )


@requires(Permission.STATION_KEEP, step_up=True)
@never_cache
def key(request: HttpRequest, id: UUID) -> HttpResponse:
    """Make the key with which a station answers, and show it once."""
    viewer, found = viewer_of(request), or_404(queries.station(id))

    def do(form: Any) -> HttpResponse:
        made, text = stations.make_key(viewer, form.reason, found)
        return render(request, "reports/viewing/key.html", {"station": made, "text": text})

    return decide(
        request,
        **presenters.about(found),
        title=_("A key for the station"),
        submit=_("Make the key"),
        text=_(
            "With it the station answers its own packages, and does nothing else. It ends with the licence. A key that "
            "it had before ends now."
        ),
        form=StationReasonForm,
        do=do,
        done=None,
    )


@requires(Permission.STATION_KEEP)
def called(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say how a station calls the viewer."""
    viewer, found = viewer_of(request), or_404(queries.station(id))
    initial = {"pseudonym": queries.sheet(viewer, found).called}
    return decide(
        request,
        **presenters.about(found),
        title=_("What this station calls you"),
        submit=_("Save"),
        text=_(
            "What you look at there is then counted in your own exposure, which you and your welfare lead see. It is "
            "never shown beside an answer, and measures no work."
        ),
        form=partial(PseudonymForm, initial=initial),
        do=lambda form: stations.call_me(viewer, found, form.cleaned_data["pseudonym"]),
        done=lambda counted: (
            ngettext(
                "Saved. %(n)s earlier answer of %(name)s counts in your own exposure now.",
                "Saved. %(n)s earlier answers of %(name)s count in your own exposure now.",
                counted,
            )
            % {"n": counted, "name": found.name}
        ),
    )
