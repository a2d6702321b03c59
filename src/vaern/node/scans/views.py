"""Pages about scans: the list, one scan, and what its own organisation does with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for, remember
from vaern.node.casework.retention.views import keep_view
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, labels, presenters, queries
from vaern.node.scans.forms import BringInForm, ReviewForm, ScanFilters
from vaern.node.scans.models import Scan
from vaern.node.scans.rules import COUNTED, Event, ReviewOutcome, State, after
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lists import Button, list_page, one_of
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


LARGEST_RESULTS = 16_000_000
"""Bytes of a results file that the page takes at once: some 20,000 findings. Larger ones come in by the API."""


def at(scan: Scan) -> str:
    """Return the address of a scan's page."""
    return reverse("scans:scan", args=[scan.pk])


@listed("scans:scans", gettext_lazy("Scans"), Permission.SCAN_VIEW, kind=Scan.KIND)
def scans_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the scans that the viewer may see."""
    search = queries.Search(**ScanFilters(given).values)
    return presenters.scans_table(viewer, queries.scans(viewer, search, given), search)


@requires(Permission.SCAN_VIEW)
def scans(request: HttpRequest) -> HttpResponse:
    """Show the scans that the viewer may see, and let them search."""
    viewer, table = viewer_of(request), scans_table(request)
    bring = Button(_("Bring in a scan"), reverse("scans:bring-in"), primary=True)
    return list_page(request, title=_("Scans"), buttons=[bring] if viewer.may(Permission.SCAN_ADD) else [], table=table)


@requires(Permission.SCAN_VIEW)
def scan(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one scan; asks for the reason once in a session."""
    verdict = one_of(request.GET, "verdict", COUNTED)
    return record_page(
        request,
        found_or_404(Scan, id),
        "scans/scan.html",
        read=partial(queries.opened, verdict=verdict, parameters=request.GET),
        show=presenters.page_context,
    )


@takes_up_to(LARGEST_RESULTS)
@requires(Permission.SCAN_ADD)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take in a results file."""

    def do(form: Any) -> Scan:
        reference = form.cleaned_data["reference"]
        made, _fresh = actions.receive(
            viewer_of(request), form.reason, reference, form.header, form.rows, finished=True
        )
        remember(request, made.subject, form.reason)
        return made

    return decide(
        request,
        title=_("Bring in a scan"),
        subject=None,
        back=reverse("scans:scans"),
        crumbs=[(_("Scans"), reverse("scans:scans"))],
        submit=_("Bring in"),
        text=_("Hashes and metadata come in. Media, and the names of files, stay where they lie."),
        form=BringInForm,
        do=do,
        then=at,
        done=lambda made: (
            _("%(reference)s is here, with %(n)s findings. The names of files stayed behind. Decide on it next.")
            % {"reference": made.reference, "n": made.total}
        ),
    )


@requires(Permission.SCAN_ADD)
def finish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that all findings are there."""
    scan = own_or_404(Scan, id)
    return decide(
        request,
        **presenters.about(scan),
        title=_("Are all findings there?"),
        submit=_("All findings are there"),
        text=_("After this no findings can be added, and the scan can be reviewed and released."),
        check=lambda: after(State(scan.state), Event.FINISH),
        form=PlainReasonForm,
        do=lambda form: actions.finish(viewer_of(request), form.reason, scan),
        done=lambda made: (
            _("%(reference)s has all of its findings: it can be decided on and released.")
            % {"reference": made.reference}
        ),
    )


@requires(Permission.SCAN_ADD)
def review(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down what a person concluded."""
    viewer, scan = viewer_of(request), own_or_404(Scan, id)
    return decide(
        request,
        **presenters.about(scan),
        title=_("Decide on this scan"),
        submit=_("Decide"),
        text=_("A match sorts work. What it means, you decide, and the ledger records that it was you."),
        shown=lambda: presenters.said_table(viewer, scan),
        check=lambda: after(State(scan.state), Event.REVIEW),
        form=partial(ReviewForm, known=scan.known_or_same),
        do=lambda form: actions.review(viewer, form.reason, scan, ReviewOutcome(form.cleaned_data["outcome"])),
        done=lambda made: Result(
            _("%(reference)s is decided: %(outcome)s. The ledger records that it was you.")
            % {"reference": made.reference, "outcome": labels.OUTCOMES[ReviewOutcome(made.outcome)][0]},
            Undo(reverse("scans:reopen", args=[made.pk])),
        ),
    )


@requires(Permission.SCAN_ADD)
@require_POST
def same(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Take what a person says of a near finding: the same, or another."""
    viewer, scan = viewer_of(request), own_or_404(Scan, id)
    reason, is_same = reason_for(request, scan), request.POST.get("same") == "yes"
    return at_once(
        request,
        lambda: actions.say_same(viewer, reason, scan, number, same=is_same),
        f"{at(scan)}#near",
        done=_("It is noted that finding %(n)s is the same as the known entry. It counts as known.") % {"n": number}
        if is_same
        else _("It is noted that finding %(n)s is another. It counts as new.") % {"n": number},
    )


@requires(Permission.SCAN_ADD)
def reopen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the conclusion back."""
    scan = own_or_404(Scan, id)
    return decide(
        request,
        **presenters.about(scan),
        title=_("Open the decision again"),
        submit=_("Open again"),
        text=_("The scan will be to be reviewed again."),
        check=lambda: after(State(scan.state), Event.REOPEN),
        form=PlainReasonForm,
        do=lambda form: actions.reopen(viewer_of(request), form.reason, scan),
        done=lambda made: (
            _("The decision on %(reference)s is taken back. It waits to be decided anew.")
            % {"reference": made.reference}
        ),
    )


prolong = keep_view(
    Permission.SCAN_ADD,
    Scan,
    presenters.about,
    title=gettext_lazy("Keep this scan longer"),
    text=gettext_lazy("Every scan has an end date. Say until when this one is still needed, and why."),
)
