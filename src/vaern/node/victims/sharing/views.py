"""Pages for sending a series to other desks: disseminate, accept, decline, give back, recall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.releases.pages import choose, end_sight
from vaern.node.casework.sheets import found_or_404, own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base.pages import about, at
from vaern.node.victims.clues.forms import WhyForm
from vaern.node.victims.models import Series
from vaern.node.victims.rules.series import TRANSITIONS, Event, State
from vaern.node.victims.rules.sharing import Answer
from vaern.node.victims.sharing import actions, presenters, queries
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.victims.models import Dissemination


@requires(Permission.SERIES_RELEASE)
def disseminate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask which desks of the country receive a series, show them, and disseminate once exactly these are confirmed."""
    viewer, series = viewer_of(request), own_or_404(Series, id)
    if (State(series.state), Event.DISSEMINATE) not in TRANSITIONS:
        messages.warning(request, _("Propose a country first: a series goes to the desks of that country."))
        return HttpResponseRedirect(at(series, "clues"))
    desks = actions.desks_of_country(viewer, series)
    return choose(
        request,
        series,
        **about(series),
        title=_("Disseminate %(code)s") % {"code": series.code},
        submit=_("Disseminate"),
        text=_(
            "It goes to desks of the country that was proposed. They see its files as hashes and metadata, and the "
            "clues that they may know of. Before anything is sent you see who receives it."
        ),
        prospects=desks,
        nobody=lambda: presenters.nobody_to_receive(series, all_have_it=bool(desks)),
        do=lambda form: actions.disseminate(viewer, form.reason, series, form.receivers, form.terms),
        done=lambda sent: _disseminated(series, sent),
    )


def _disseminated(series: Series, sent: list[Dissemination]) -> str:
    text = ngettext(
        "%(code)s went to %(n)s desk: %(names)s. It accepts or declines, and you are notified of the answer.",
        "%(code)s went to %(n)s desks: %(names)s. Each accepts or declines, and you are notified of the answers.",
        len(sent),
    )
    names = ", ".join(str(one.recipient.name) for one in sent)
    return text % {"code": series.code, "n": len(sent), "names": names}


def _received_or_404(request: HttpRequest, id: UUID) -> Dissemination:
    """Return what waits for an answer of the viewer's organisation."""
    viewer = viewer_of(request)
    found = or_404(queries.find(viewer, id))
    return or_404(found if found.recipient_id == viewer.organisation.id else None)


@requires(Permission.SERIES_WORK)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Accept a series for one's organisation."""
    found = _received_or_404(request, id)
    return decide(
        request,
        **about(found.series),
        title=_("Accept %(code)s") % {"code": found.series.code},
        submit=_("Accept"),
        text=_("Your desk works on it from now on, and others do not. %(owner)s is notified.")
        % {"owner": found.organisation.name},
        form=PlainReasonForm,
        do=lambda form: actions.accept(viewer_of(request), form.reason, found),
        done=_accepted,
    )


def _accepted(series: Series) -> str:
    text = _("Your desk works on %(code)s now, and other desks do not. %(owner)s is notified.")
    if series.is_copy:
        text = _("The acceptance of %(code)s is on its way to %(owner)s. It counts once it is taken in there.")
    return text % {"code": series.code, "owner": series.organisation.name}


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
        done=_("%(code)s is declined, and you no longer see it. %(owner)s reads your reason, and looks elsewhere.")
        % {"code": found.series.code, "owner": found.organisation.name},
    )


@requires(Permission.SERIES_WORK)
def give_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give back a series that one's organisation had accepted."""
    series = found_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Give %(code)s back") % {"code": series.code},
        submit=_("Give back"),
        text=_("Your sight of it ends, and its owner goes on. Say why."),
        form=WhyForm,
        do=lambda form: actions.give_back(viewer_of(request), form.reason, series, form.cleaned_data["because"]),
        then=reverse("victims:series-list"),
        done=_("%(code)s is given back, and you no longer see it. %(owner)s reads your reason, and goes on.")
        % {"code": series.code, "owner": series.organisation.name},
    )


@requires(Permission.SERIES_RELEASE)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a series back from a desk."""
    viewer = viewer_of(request)
    known = or_404(queries.find(viewer, id))
    found = or_404(known if known.organisation_id == viewer.organisation.id else None)

    def check() -> None:
        if Answer(found.answer) not in {Answer.AWAITED, Answer.ACCEPTED}:
            raise Refusal(_("It was answered already: there is nothing to recall."))

    return end_sight(
        request,
        found.recipient,
        **about(found.series),
        check=check,
        do=lambda reason: actions.recall(viewer_of(request), reason, found),
        done=_("%(name)s no longer sees %(code)s, and has to acknowledge within 7 days that copies are destroyed.")
        % {"name": found.recipient.name, "code": found.series.code},
    )


@requires(Permission.SERIES_VIEW)
def received(request: HttpRequest) -> HttpResponse:
    """Show series awaiting an answer, unread updates, and recalls to acknowledge."""
    viewer = viewer_of(request)
    return render(request, "victims/sharing/received.html", presenters.received_context(viewer, request.GET))


@requires(Permission.SERIES_WORK)
def read_updates(request: HttpRequest) -> HttpResponse:
    """Mark updates as read."""
    viewer, back = viewer_of(request), reverse("victims:received")
    if request.method != "POST":
        return HttpResponseRedirect(back)
    ids = _named(request)
    return at_once(
        request,
        lambda: actions.read_updates(viewer, presenters.TO_WORK, ids),
        back,
        done=lambda count: Result(
            ngettext(
                "%(n)s update is read, and no longer waits for anybody of your organisation.",
                "%(n)s updates are read, and no longer wait for anybody of your organisation.",
                count,
            )
            % {"n": count},
            Undo(reverse("victims:unread-tidings"), {"tiding": ids}) if count else None,
        ),
    )


@requires(Permission.SERIES_WORK)
@require_POST
def unread_updates(request: HttpRequest) -> HttpResponse:
    """Let updates wait again that somebody of one's organisation marked as read."""
    viewer, ids = viewer_of(request), _named(request)
    return at_once(
        request,
        lambda: actions.unread_updates(viewer, presenters.TO_WORK, ids),
        reverse("victims:received"),
        done=lambda count: ngettext("%(n)s update waits again.", "%(n)s updates wait again.", count) % {"n": count},
    )


def _named(request: HttpRequest) -> list[int]:
    """Return the updates that a form names."""
    return [int(one) for one in request.POST.getlist("tiding") if one.isdecimal() and len(one) < 18]
