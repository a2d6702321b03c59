"""Pages for the outcomes of a series: analysed, identified, safeguarded, closed, and later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import found_or_404, own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base import labels
from vaern.node.victims.base.pages import about
from vaern.node.victims.clues.forms import WhyForm
from vaern.node.victims.models import Series
from vaern.node.victims.rules.series import Event, State
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.sharing import outcomes
from vaern.node.victims.sharing.forms import DayForm, IdentifiedForm, LateForm
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.SERIES_WORK)
def analyse(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record that a series was analysed."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Was it analysed?"),
        submit=_("It was analysed"),
        text=_("A person has looked at why its files belong together. After this a country can be proposed."),
        form=PlainReasonForm,
        do=lambda form: outcomes.analyse(viewer_of(request), form.reason, series),
        done=Result(
            _("%(code)s counts as analysed. Next, propose the country that the clues point to.")
            % {"code": series.code},
            then=Button(_("Propose a country"), reverse("victims:propose-country", args=[series.pk])),
        ),
    )


@requires(Permission.SERIES_WORK)
def identify(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record that the child is identified."""
    series = found_or_404(Series, id)

    def do(form: Any) -> object:
        given = form.cleaned_data
        said = given["on"], given["reference"], given["children"], form.recorded
        return outcomes.identify(viewer_of(request), form.reason, series, *said)

    return decide(
        request,
        **about(series),
        title=_("The child is identified"),
        submit=_("The child is identified"),
        text=_("Everybody else stops searching and is notified. Next, before any arrest: the child is safe."),
        form=IdentifiedForm,
        do=do,
        done=Result(
            _("The child of %(code)s is identified. All who searched are notified to stop. Next: make sure it is safe.")
            % {"code": series.code},
            then=Button(_("The child is safe"), reverse("victims:safeguard", args=[series.pk])),
        ),
    )


@requires(Permission.SERIES_WORK)
def retract(request: HttpRequest, id: UUID) -> HttpResponse:
    """Retract an identification."""
    series = found_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Take the identification back"),
        submit=_("Take back"),
        danger=True,
        text=_("Everybody who was told to stop is notified that it was an error."),
        form=WhyForm,
        do=lambda form: outcomes.retract(viewer_of(request), form.reason, series, form.cleaned_data["because"]),
        done=_("The child of %(code)s is looked for again. Everybody who was to stop is notified that it was an error.")
        % {"code": series.code},
    )


@requires(Permission.SERIES_WORK)
def safeguard(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record that the child is safe."""
    series = found_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("The child is safe"),
        submit=_("The child is safe"),
        text=_("Somebody made sure that the child is out of reach of whoever hurt it. Who and where stays with you."),
        form=DayForm,
        do=lambda form: outcomes.safeguard(viewer_of(request), form.reason, series, form.cleaned_data["on"]),
        done=_("The child of %(code)s is safe, and every desk that holds the series is notified. It can be closed now.")
        % {"code": series.code},
    )


@requires(Permission.SERIES_WORK)
def close(request: HttpRequest, id: UUID) -> HttpResponse:
    """Close a series; without safeguarding or identification only for a reason in words."""
    series = own_or_404(Series, id)
    event = outcomes.closing(State(series.state))
    if event is Event.CLOSE:
        return decide(
            request,
            **about(series),
            title=_("Close this series"),
            submit=_("Close"),
            text=_("Nothing is left to do. What comes later can still be added, with its date."),
            form=PlainReasonForm,
            do=lambda form: outcomes.close(viewer_of(request), form.reason, series),
            done=_closed,
        )
    unsafe = event is Event.CLOSE_UNSAFEGUARDED
    return decide(
        request,
        **about(series),
        title=_("Close without safeguarding") if unsafe else _("Close without identification"),
        submit=_("Close"),
        danger=True,
        text=_("The child is known, and nobody has said that it is safe. Say why this is closed all the same.")
        if unsafe
        else _("Nobody knows the child yet. Say why the search ends, so that it can begin again."),
        form=WhyForm,
        do=lambda form: outcomes.close(viewer_of(request), form.reason, series, form.cleaned_data["because"]),
        done=_closed,
    )


def _closed(series: Series) -> str:
    text = _("%(code)s is closed, and whoever works with it is notified. Later outcomes can be added until %(day)s.")
    return text % {"code": series.code, "day": date_format(series.review_date)}


@requires(Permission.SERIES_WORK)
def reopen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Open a closed series again."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Open this series again"),
        submit=_("Open again"),
        text=_("It goes on where it had come to: nobody searches anew for a child who is known."),
        form=WhyForm,
        do=lambda form: outcomes.reopen(viewer_of(request), form.reason, series, form.cleaned_data["because"]),
        done=lambda made: (
            _("%(code)s is open again, as “%(state)s”. Whoever works with it is notified.")
            % {"code": made.code, "state": labels.STATES[State(made.state)][0]}
        ),
    )


@requires(Permission.SERIES_WORK)
def late(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a later outcome."""
    series = found_or_404(Series, id)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return outcomes.late_outcome(viewer_of(request), form.reason, series, Milestones(given["code"]), given["on"])

    return decide(
        request,
        **about(series),
        title=_("Add a late outcome"),
        submit=_("Add"),
        text=_("Outcomes come in for years. Each keeps its own day."),
        form=LateForm,
        do=do,
        done=_("The outcome stands in %(code)s with its own day, and every desk that holds the series is notified.")
        % {"code": series.code},
    )


@requires(Permission.SERIES_WORK)
def other_child(request: HttpRequest, id: UUID) -> HttpResponse:
    """Resume a series that was stopped."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("It is another child"),
        submit=_("Go on searching"),
        text=_("Another desk knows the child of a file that stands in this series too. Why is this another child?"),
        form=WhyForm,
        do=lambda form: outcomes.other_child(viewer_of(request), form.reason, series, form.cleaned_data["because"]),
        done=_("The search in %(code)s goes on, because it shows another child. Next, propose a country again.")
        % {"code": series.code},
    )
