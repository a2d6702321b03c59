"""Pages that state the outcome of a case, and decide that it stays silent for a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.base.absorbed import root_of
from vaern.node.cases.base.subjects import about
from vaern.node.cases.models import Case
from vaern.node.cases.outcomes import actions, presenters, queries
from vaern.node.cases.outcomes.forms import OutcomeForm, SilenceForm
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.forwarding.labels import OUTCOMES
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.cases.models import Said
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@requires(Permission.CASE_WORK)
def say(request: HttpRequest, id: UUID) -> HttpResponse:
    """State an outcome of a case."""
    case = own_or_404(Case, id)
    silent = _("The case is silent: it is kept, and told when the silence ends.")
    told = _("Each sender of a report that it came from learns the code, and from there it goes home step by step.")
    return decide(
        request,
        **about(case),
        title=_("What came of it?"),
        submit=_("Say it"),
        text=silent if actions.is_silent(case) else told,
        form=partial(OutcomeForm, history=actions.history(case)),
        do=lambda form: actions.say(viewer_of(request), form.reason, case, form.chosen),
        done=partial(_said, case),
    )


def _said(case: Case, made: Said) -> str:
    """Return what came of an outcome: who hears of it, and when."""
    words = _("%(outcome)s: said of %(code)s. Each sender of a report that it came from learns it now.")
    if actions.is_silent(case):
        words = _("%(outcome)s: said of %(code)s. Nobody is told of it before %(day)s.")
    until = root_of(case).silent_until
    return words % {
        "outcome": OUTCOMES[Outcome(made.outcome)][0],
        "code": case.code,
        "day": date_format(until) if until else "",
    }


@requires(Permission.CASE_WORK)
def silence(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide that nobody is told for a time."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Keep the case silent"),
        submit=_("Tell nobody until then"),
        text=_("For an investigation that must not be known of. Whoever reported goes on waiting."),
        form=SilenceForm,
        do=lambda form: actions.silence(viewer_of(request), form.reason, case, form.cleaned_data["until"]),
        done=lambda made: Result(
            _("Nobody is told of %(code)s before %(day)s. What is said until then waits.")
            % {"code": made.code, "day": date_format(made.silent_until)},
            Undo(reverse("cases:speak", args=[made.pk])) if case.silent_until is None else None,
        ),
    )


@requires(Permission.CASE_WORK)
def speak(request: HttpRequest, id: UUID) -> HttpResponse:
    """End the silence now."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("End the silence"),
        submit=_("Tell now"),
        text=_("Everything that waited goes home, in its order."),
        form=WorkForm,
        do=lambda form: actions.speak(viewer_of(request), form.reason, case),
        done=lambda made: (
            _("%(code)s is no longer silent. What waited went to the senders of its reports, in its order.")
            % {"code": made.code}
        ),
    )


@listed("cases:outcomes", gettext_lazy("Outcomes that wait"), Permission.CASE_VIEW, kind=Case.KIND)
def outcomes_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the outcomes that were stated and not reported yet."""
    return presenters.waiting_table(queries.waiting(viewer, given))


@requires(Permission.CASE_VIEW)
def outcomes(request: HttpRequest) -> HttpResponse:
    """Show the outcomes that were stated and not reported yet."""
    return list_page(request, title=_("Outcomes that wait"), table=outcomes_table(request))
