"""Pages about clues and the countries that they point to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import found_or_404, own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base.pages import about, at
from vaern.node.victims.base.queries import holders
from vaern.node.victims.clues import actions, presenters, queries
from vaern.node.victims.clues.forms import ClueForm, CountryForm, WhyForm
from vaern.node.victims.models import Series
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.weights import weights_on
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import SLIP, Result, Undo

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.models import Member as Country
    from vaern.node.victims.models import Clue, Hypothesis


@requires(Permission.SERIES_WORK)
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down a clue."""
    series, viewer = found_or_404(Series, id), viewer_of(request)

    def do(form: Any) -> Clue:
        given = form.cleaned_data
        return actions.add(
            viewer,
            form.reason,
            series,
            ClueKind(given["kind"]),
            given["observed"],
            nature=Nature(given["nature"]),
            confidence=Confidence(given["confidence"]),
            circle=Circle(given["circle"]),
            known_to=[UUID(one) for one in given.get("known_to", [])],
            countries=given["countries"],
            against=given["against"],
        )

    return decide(
        request,
        **about(series),
        title=_("Add a clue"),
        submit=_("Add the clue"),
        text=_("A clue is local knowledge: obvious in one country, invisible in another. The points only sort."),
        form=partial(ClueForm, holders=holders(series) - {viewer.organisation.id}),
        do=do,
        then=at(series, "clues"),
        done=_clue_added,
    )


def _clue_added(clue: Clue) -> Result:
    """Say what a clue does; one that only its own organisation knows has not left the house."""
    words = {"code": clue.series.code}
    if Circle(clue.circle) is Circle.OWN:
        back = Undo(reverse("victims:withdraw-clue", args=[clue.pk]), {"because": SLIP})
        text = _("The clue stands in %(code)s, for your organisation alone, and the countries are weighed anew.")
        return Result(text % words, back)
    text = _("The clue stands in %(code)s: those whom you chose read it now, and the countries are weighed anew.")
    return Result(text % words)


@requires(Permission.SERIES_WORK)
def withdraw(request: HttpRequest, clue: int) -> HttpResponse:
    """Withdraw a clue of one's own organisation."""
    found = or_404(queries.find(viewer_of(request), clue))
    return decide(
        request,
        **about(found.series),
        title=_("Withdraw this clue"),
        submit=_("Withdraw"),
        text=_("It stays readable as withdrawn, with your reason, and weighs nothing any more."),
        form=WhyForm,
        do=lambda form: actions.withdraw(viewer_of(request), form.reason, found, form.cleaned_data["because"]),
        then=at(found.series, "clues"),
        done=_("The clue is withdrawn: it weighs nothing in %(code)s any more, and stays readable with your reason.")
        % {"code": found.series.code},
    )


@requires(Permission.SERIES_WORK)
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Propose a country."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Propose a country"),
        submit=_("Propose"),
        text=_("The points sort the countries. You propose one, and answer for it until somebody takes over."),
        form=partial(CountryForm, initial={"country": request.GET.get("country", "")}),
        do=lambda form: actions.propose(viewer_of(request), form.reason, series, form.cleaned_data["country"]),
        then=at(series, "clues"),
        done=lambda made: _proposed(request, made, series.country),
    )


def _proposed(request: HttpRequest, made: Hypothesis, before: Country | None) -> Result:
    """Say which country is proposed, and what follows; nothing has gone there yet, so it can be another one again."""
    series, words = made.series, {"country": presenters.named(made.country), "code": made.series.code}
    back = (
        Undo(reverse("victims:propose-country", args=[series.pk]), {"country": before.code})
        if before
        else Undo(reverse("victims:drop-country", args=[series.pk]))
    )
    if not viewer_of(request).may(Permission.SERIES_RELEASE):
        text = _("%(country)s is proposed for %(code)s, and you answer for it. Who may disseminate sends it next.")
        return Result(text % words, back)
    return Result(
        _("%(country)s is proposed for %(code)s, and you answer for it. Next it goes to the desks there.") % words,
        back,
        Button(_("Disseminate"), reverse("victims:disseminate", args=[series.pk])),
    )


@requires(Permission.SERIES_WORK)
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the proposed country back."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Take the country back"),
        submit=_("Take back"),
        form=PlainReasonForm,
        do=lambda form: actions.drop_country(viewer_of(request), form.reason, series),
        then=at(series, "clues"),
        done=_country_dropped(series),
    )


def _country_dropped(series: Series) -> Result:
    text = _("No country is proposed for %(code)s any more. The clues and their points stay.") % {"code": series.code}
    if series.country is None:
        return Result(text)
    return Result(text, Undo(reverse("victims:propose-country", args=[series.pk]), {"country": series.country.code}))


@requires(Permission.SERIES_WORK)
def take_over(request: HttpRequest, hypothesis: int) -> HttpResponse:
    """Become the owner of a hypothesis."""
    found = or_404(queries.find_hypothesis(viewer_of(request), hypothesis))
    return decide(
        request,
        **about(found.series),
        title=_("Take over %(country)s") % {"country": presenters.named(found.country)},
        submit=_("Take over"),
        text=_("From now on you follow it up."),
        form=PlainReasonForm,
        do=lambda form: actions.take_over(viewer_of(request), form.reason, found),
        then=at(found.series, "clues"),
        done=_("You follow up %(country)s in %(code)s now: your name stands beside it.")
        % {"country": presenters.named(found.country), "code": found.series.code},
    )


@requires(Permission.SERIES_VIEW)
def weights(request: HttpRequest) -> HttpResponse:
    """Show how clues are weighed."""
    found = weights_on(timezone.localdate())
    return render(request, "victims/clues/weights.html", presenters.weights_context(found))
