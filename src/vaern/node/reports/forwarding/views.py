"""Pages of forwards: forward, recall, return an outcome, and the list."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.pages import choose, end_sight
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.pages import about
from vaern.node.reports.forwarding import actions, presenters, queries
from vaern.node.reports.forwarding.forms import ForwardForm, OutcomeForm
from vaern.node.reports.forwarding.outcomes import codes
from vaern.node.reports.intake.queries import takes_reports
from vaern.node.reports.law import reviews
from vaern.node.reports.models import Report
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import Event, State, Who
from vaern.node.web.decisions import decide
from vaern.node.web.lists import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Forward
    from vaern.node.web.tables import Table


SHARE_OF = timedelta(days=365)


@requires(Permission.REPORT_FORWARD)
def forward(request: HttpRequest, id: UUID) -> HttpResponse:
    """Choose recipients, preview them, and forward once exactly that preview was confirmed."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    return choose(
        request,
        report,
        **about(report),
        title=_("Forward %(code)s") % {"code": report.code},
        submit=_("Forward"),
        text=_(
            "It arrives there as a report of their own: what the sender said, and whether it is urgent. What your "
            "organisation concluded, wrote or looked at stays here. Before anything leaves you see the list of "
            "recipients."
        ),
        check=lambda: life.after(State(report.state), Event.FORWARD, Who.FORWARDER),
        prospects=[one for one in recipients_preview(viewer, report) if takes_reports(one.organisation)],
        form=ForwardForm,
        do=lambda form: actions.forward(viewer, form.reason, report, form.receivers, form.terms),
        done=_forwarded,
        template="reports/forwarding/forward.html",
        more={"report": report, "law": reviews.stops(report, "forward") is not None},
    )


def _forwarded(made: Sequence[Forward]) -> str:
    """Return what came of forwarding a report: who has it, and what comes home."""
    names = ", ".join(forward.recipient.name for forward in made)
    return _("%(names)s received it as a report of their own. What comes of it stands here.") % {"names": names}


@listed("reports:forwarded", gettext_lazy("Forwarded"), Permission.REPORT_VIEW, kind=Report.KIND)
def forwards_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return what the viewer's organisation forwarded."""
    which = one_of(given, "which", ("waiting", "overdue", "home"))
    page = queries.forwarded(viewer, given, which)
    may_recall = viewer.may(Permission.REPORT_FORWARD)
    return presenters.forwards_table(page.rows, may_recall=may_recall, page=page, which=which)


@requires(Permission.REPORT_VIEW)
def forwarded(request: HttpRequest) -> HttpResponse:
    """List forwards with their outcomes, reports that await one, and the share with an outcome."""
    viewer, table = viewer_of(request), forwards_table(request)
    today = timezone.localdate()
    share = queries.share_home(viewer, today - SHARE_OF, today)
    context = {
        "table": table,
        "to_return": presenters.to_return_table(queries.to_return(viewer, request.GET)),
        "share": presenters.share_facts(share),
        "definition": _(share.definition),
    }
    return render(request, "reports/forwarding/forwarded.html", context)


@requires(Permission.REPORT_FORWARD)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """Recall a forward."""
    found = queries.find_forward(viewer_of(request), id)
    if found is None or found.report is None:
        raise Http404
    return end_sight(
        request,
        found.recipient,
        **about(found.report),
        text=_(
            "It has to acknowledge within 7 days. Its copy is erased at once if nobody there worked on it and it "
            "is not urgent; otherwise it decides what happens to its copy."
        ),
        do=lambda reason: actions.recall(viewer_of(request), reason, found),
        done=lambda erased: (
            (
                _("%(name)s no longer has the report: its copy is erased. It acknowledges within 7 days.")
                if erased
                else _("Recalled from %(name)s. Work there had begun: it decides on its copy, within 7 days.")
            )
            % {"name": found.recipient.name}
        ),
    )


@requires(Permission.REPORT_ASSESS)
def outcome(request: HttpRequest, id: UUID) -> HttpResponse:
    """Return the outcome of a report that was forwarded here."""
    viewer, report = viewer_of(request), own_or_404(Report, id)

    def check() -> None:
        if queries.sender_of(report) is None:
            raise Refusal(_("No other organisation sent this report, so nobody waits for an outcome."))

    return decide(
        request,
        **about(report),
        title=_("What came of it?"),
        submit=_("Return the outcome"),
        text=_("One coarse word goes home to the sender. Nothing of an investigation is told."),
        check=check,
        form=partial(OutcomeForm, history=codes(queries.told_of(viewer, report))),
        do=lambda form: actions.return_outcome(viewer, form.reason, report, Outcome(form.cleaned_data["outcome"])),
        done=lambda told: (
            ngettext(
                "The outcome of %(code)s went back to %(n)s organisation. A further one may follow.",
                "The outcome of %(code)s went back to %(n)s organisations. A further one may follow.",
                told,
            )
            % {"code": report.code, "n": told}
        ),
    )
