"""Pages by which a series goes to another desk and comes home: disseminate, accept, decline, give back, recall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.casework.releases.preview import proof, show
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.clues.forms import WhyForm
from vaern.node.victims.models import Series
from vaern.node.victims.rules.series import TRANSITIONS, Event, State
from vaern.node.victims.rules.sharing import Answer
from vaern.node.victims.sharing import actions, presenting, queries
from vaern.node.victims.sheet.pages import about, at, found_or_404, own_or_404
from vaern.node.web.decisions import at_once, decide, refuse

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.victims.models import Dissemination


@requires(Permission.SERIES_RELEASE)
def disseminate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask which desks of the country shall receive it, show who will, and do it when exactly that was confirmed."""
    viewer, series = viewer_of(request), own_or_404(request, id)
    if (State(series.state), Event.DISSEMINATE) not in TRANSITIONS:
        messages.warning(request, _("Propose a country first: a series goes to the desks of that country."))
        return HttpResponseRedirect(at(series, "clues"))
    desks = actions.desks_of_country(viewer, series)
    form = ReleaseForm(request.POST or None, record=series, prospects=desks)
    context: dict[str, Any] = {"form": form, "series": series, "back": at(series)}
    if not form.prospects:
        context["nobody"] = presenting.nobody_to_receive(series, all_have_it=bool(desks))
    if request.method != "POST" or not form.is_valid():
        return render(request, "victims/sharing/disseminate.html", context, status=422 if form.errors else 200)
    if request.POST.get("shown") != proof(series, form):
        way = [(_("Series"), reverse("victims:series-list")), (series.code, at(series))]
        return show(request, series, form, way, _("Disseminate"))
    try:
        actions.disseminate(viewer, form.reason, series, [one.organisation.id for one in form.chosen], form.terms)
    except Refusal as refusal:
        return refuse(
            refusal,
            form,
            lambda _said, status: render(request, "victims/sharing/disseminate.html", context, status=status),
        )
    messages.success(request, _("Disseminated, and recorded."))
    return HttpResponseRedirect(at(series))


def _received_or_404(request: HttpRequest, id: UUID) -> Dissemination:
    """Return what waits for an answer of the viewer's organisation."""
    found = queries.find(viewer_of(request), id)
    if found is None or found.recipient_id != viewer_of(request).organisation.id:
        raise Http404
    return found


@requires(Permission.SERIES_WORK)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Accept a series for one's organisation."""
    found = _received_or_404(request, id)
    return decide(
        request,
        **about(found.series),
        title=_("Accept %(code)s") % {"code": found.series.code},
        submit=_("Accept"),
        text=_("Your desk works on it from now on, and others do not. %(owner)s is told.")
        % {"owner": found.organisation.name},
        form=PlainReasonForm,
        do=lambda form: actions.accept(viewer_of(request), form.reason, found),
    )


@requires(Permission.SERIES_WORK)
def decline(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decline a series with a reason."""
    found = _received_or_404(request, id)
    return decide(
        request,
        **about(found.series),
        title=_("Decline %(code)s") % {"code": found.series.code},
        submit=_("Decline"),
        text=_("Your sight of it ends. Say why, so that its owner looks elsewhere: what does not fit your country?"),
        form=WhyForm,
        do=lambda form: actions.decline(viewer_of(request), form.reason, found, form.cleaned_data["because"]),
        then=reverse("victims:series-list"),
    )


@requires(Permission.SERIES_WORK)
def give_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give back a series that one's organisation had accepted."""
    series = found_or_404(request, id)
    return decide(
        request,
        **about(series),
        title=_("Give %(code)s back") % {"code": series.code},
        submit=_("Give back"),
        text=_("Your sight of it ends, and its owner goes on. Say why."),
        form=WhyForm,
        do=lambda form: actions.give_back(viewer_of(request), form.reason, series, form.cleaned_data["because"]),
        then=reverse("victims:series-list"),
    )


@requires(Permission.SERIES_RELEASE)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a series back from a desk."""
    found = queries.find(viewer_of(request), id)
    if found is None or found.organisation_id != viewer_of(request).organisation.id:
        raise Http404

    def check() -> None:
        if Answer(found.answer) not in {Answer.AWAITED, Answer.ACCEPTED}:
            raise Refusal(_("It was answered already: there is nothing to recall."))

    return decide(
        request,
        **about(found.series),
        title=_("Recall from %(name)s") % {"name": found.recipient.name},
        submit=_("Recall"),
        danger=True,
        text=_("Its sight ends at once. It has to acknowledge within 7 days that copies are destroyed."),
        check=check,
        form=PlainReasonForm,
        do=lambda form: actions.recall(viewer_of(request), form.reason, found),
    )


@requires(Permission.SERIES_VIEW)
def received(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer here, what we were told, and recalls to acknowledge."""
    viewer = viewer_of(request)
    return render(request, "victims/sharing/received.html", presenting.received_context(viewer, request.GET))


@requires(Permission.SERIES_WORK)
def read_tidings(request: HttpRequest) -> HttpResponse:
    """Say that what we were told was read."""
    viewer, back = viewer_of(request), reverse("victims:received")
    if request.method != "POST":
        return HttpResponseRedirect(back)
    ids = [int(one) for one in request.POST.getlist("tiding") if one.isdecimal() and len(one) < 18]
    return at_once(request, lambda: actions.read_tidings(viewer, presenting.TO_WORK, ids), back)


@requires(Permission.SERIES_WORK)
def acknowledge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Acknowledge the recall of a series."""
    viewer = viewer_of(request)
    waiting = releases.to_acknowledge(viewer, Series.KIND).filter(pk=id).first()
    if waiting is None:
        raise Http404
    received = reverse("victims:received")
    return decide(
        request,
        title=_("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        subject=None,
        crumbs=[(_("Series"), reverse("victims:series-list")), (_("Series received"), received)],
        back=received,
        submit=_("Acknowledge"),
        text=_("You say for your organisation that it is no longer used and that copies were destroyed."),
        form=PlainReasonForm,
        do=lambda form: releases.acknowledge(viewer, id, Series.KIND, form.reason),
    )
