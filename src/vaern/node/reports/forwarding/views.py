"""Pages about what goes to another organisation and comes home: forward, recall, outcome, end date."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import KeepForm, PlainReasonForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.casework.releases.preview import proof, show
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.assessment.grounds import GroundMissing
from vaern.node.reports.desk.subjects import about
from vaern.node.reports.forwarding import actions, closing, erasing, presenting, queries
from vaern.node.reports.forwarding.forms import AcknowledgeForm, ForwardForm, OutcomeForm
from vaern.node.reports.forwarding.telling import codes
from vaern.node.reports.intake.queries import takes_reports
from vaern.node.reports.models import Report
from vaern.node.reports.outcomes import Outcome
from vaern.node.reports.rules import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.reasons import ReasonForm

SHARE_OF = timedelta(days=365)


def own_or_404(request: HttpRequest, id: UUID) -> Report:
    """Return a report of the viewer's own organisation."""
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def at(report: Report) -> str:
    """Return the address of a report's page."""
    return reverse("reports:report", args=[report.pk])


@requires(Permission.REPORT_FORWARD)
def forward(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask who shall receive, show who will receive, and forward when exactly that was confirmed."""
    viewer, report = viewer_of(request), own_or_404(request, id)
    if not presenting.possible(report, Event.FORWARD):
        messages.warning(request, _("The state of the report does not allow it."))
        return HttpResponseRedirect(at(report))
    prospects = [one for one in releases.recipients_preview(viewer, report) if takes_reports(one.organisation)]
    form = ForwardForm(request.POST or None, record=report, prospects=prospects)
    context: dict[str, Any] = {"form": form, "report": report, "back": at(report)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "reports/forwarding/forward.html", context, status=422 if form.errors else 200)
    if request.POST.get("shown") != proof(report, form):
        way = [(_("Reports"), reverse("reports:worklist")), (report.code, at(report))]
        return show(request, report, form, way, _("Forward"))
    try:
        actions.forward(viewer, form.reason, report, [prospect.organisation.id for prospect in form.chosen], form.terms)
    except GroundMissing as missing:
        form.add_error(None, str(missing))
        return render(request, "reports/forwarding/forward.html", {**context, "law": True}, status=422)
    except (actions.ForwardingError, ReleaseError, Refusal) as error:
        form.add_error(None, str(error))
        return render(request, "reports/forwarding/forward.html", context, status=422)
    messages.success(request, _("Forwarded, and recorded."))
    return HttpResponseRedirect(at(report))


@requires(Permission.REPORT_VIEW)
def forwarded(request: HttpRequest) -> HttpResponse:
    """Show what was forwarded with its outcome, whose outcome others wait for, and the share that came home."""
    viewer, which = viewer_of(request), request.GET.get("which", "")
    which = which if which in {"waiting", "overdue", "home"} else ""
    page = queries.forwarded(viewer, request.GET, which)
    today = timezone.localdate()
    share = queries.share_home(viewer, today - SHARE_OF, today)
    context = {
        "table": presenting.forwards_table(
            page.rows, may_recall=viewer.may(Permission.REPORT_FORWARD), page=page, which=which
        ),
        "to_return": presenting.to_return_table(queries.to_return(viewer, request.GET)),
        "share": presenting.share_facts(share),
        "definition": _(share.definition),
    }
    return render(request, "reports/forwarding/forwarded.html", context)


@requires(Permission.REPORT_FORWARD)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a forward back."""
    found = queries.find_forward(viewer_of(request), id)
    if found is None or found.report is None:
        raise Http404
    return _ask(
        request,
        found.report,
        PlainReasonForm,
        lambda viewer, form: actions.recall(viewer, form.reason, found),
        title=_("Recall from %(name)s") % {"name": found.recipient.name},
        submit=_("Recall"),
        danger=True,
        text=_(
            "It has to acknowledge within 7 days. Its copy is erased at once if nobody there worked on it and it is "
            "not urgent; otherwise it decides what happens to its copy."
        ),
    )


@requires(Permission.REPORT_ASSESS)
def outcome(request: HttpRequest, id: UUID) -> HttpResponse:
    """Return what came of a report that was forwarded here."""
    report = own_or_404(request, id)
    if queries.sender_of(report) is None:
        messages.warning(request, _("No other organisation sent this report, so nobody waits for an outcome."))
        return HttpResponseRedirect(at(report))
    history = codes(queries.told_of(viewer_of(request), report))
    return _ask(
        request,
        report,
        partial(OutcomeForm, history=history),
        lambda viewer, form: actions.return_outcome(viewer, form.reason, report, Outcome(form.cleaned_data["outcome"])),
        title=_("What came of it?"),
        submit=_("Return the outcome"),
        text=_("One coarse word goes home to the sender. Nothing of an investigation is told."),
    )


@requires(Permission.REPORT_VIEW)
def recalls(request: HttpRequest) -> HttpResponse:
    """Show the recalls of reports that wait for the viewer's organisation."""
    found = queries.recalls(viewer_of(request))
    late = timezone.now() - releases.ACKNOWLEDGED_WITHIN
    return render(request, "reports/forwarding/recalls.html", {"found": found, "late": late})


@requires(Permission.REPORT_ASSESS)
def acknowledge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Acknowledge a recall, and decide on a copy that work had begun on."""
    viewer = viewer_of(request)
    waiting = releases.to_acknowledge(viewer, Report.KIND).filter(pk=id).first()
    if waiting is None:
        raise Http404
    copy = queries.copy_of(viewer, waiting)
    form = AcknowledgeForm(request.POST or None, has_copy=copy is not None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.acknowledge(viewer, form.reason, id, keep=form.cleaned_data.get("copy") == "keep")
        except (ReleaseError, erasing.RetentionError) as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
        return HttpResponseRedirect(reverse("reports:recalls"))
    gone = _("Nobody had worked on your copy, so it was erased. You say that nothing of it is used any more.")
    there = _(
        "Somebody here had worked on your copy (%(code)s), or it is urgent, so it is still there. You decide: erase "
        "it, or keep it for a reason of your own, as a report of your own. The sender is not told which."
    )
    context = {
        "title": _("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        "text": there % {"code": copy.code} if copy else gone,
        "form": form,
        "submit": _("Acknowledge"),
        "back": reverse("reports:recalls"),
        **(about(copy) if copy else {}),
        "crumbs": [(_("Forwarded"), reverse("reports:forwarded")), (_("Recalls"), reverse("reports:recalls"))],
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@requires(Permission.REPORT_ASSESS)
def finish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Close a report on which everything is done; said only where it is."""
    report = own_or_404(request, id)
    if not presenting.possible(report, Event.FINISH):
        messages.warning(request, _("The state of the report does not allow it."))
        return HttpResponseRedirect(at(report))
    try:
        actions.home_or_refuse(report)
    except Refusal as refused:
        messages.warning(request, str(refused))
        return HttpResponseRedirect(at(report))
    if presenting.still_up(report):
        messages.warning(request, _("A location of it is still up: each has to be offline, blocked or given up first."))
        return HttpResponseRedirect(at(report))
    return _ask(
        request,
        report,
        PlainReasonForm,
        lambda viewer, form: closing.finish(viewer, form.reason, report),
        title=_("Close this report"),
        submit=_("Close"),
        text=presenting.done(report),
    )


@requires(Permission.REPORT_ASSESS)
def reopen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put a report of which something was concluded back on the work list, and say what has left the house."""
    report = own_or_404(request, id)
    return _ask(
        request,
        report,
        PlainReasonForm,
        lambda viewer, form: closing.reopen(viewer, form.reason, report),
        title=_("Open this report again"),
        submit=_("Open again"),
        text=_(
            "It comes back to the work list and is assessed anew. Whoever was told stays told, and nothing more is "
            "sent until it is concluded. Say in your own words why."
        ),
        shown={"shown": presenting.left_table(viewer_of(request), report)},
    )


@requires(Permission.REPORT_ASSESS)
def keep(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide that a report is still needed."""
    report = own_or_404(request, id)
    return _ask(
        request,
        report,
        KeepForm,
        lambda viewer, form: erasing.prolong(viewer, form.reason, report, form.cleaned_data["until"]),
        title=_("Keep this report longer"),
        submit=_("Keep until that day"),
        text=_("Every report has an end date. Say until when this one is still needed, and why."),
    )


@requires(Permission.REPORT_ERASE)
def erase(request: HttpRequest, id: UUID) -> HttpResponse:
    """Erase a report with all that hangs on it."""
    report = own_or_404(request, id)
    return _ask(
        request,
        report,
        PlainReasonForm,
        lambda viewer, form: erasing.erase(viewer, form.reason, report),
        title=_("Erase this report"),
        submit=_("Erase"),
        danger=True,
        to=reverse("reports:worklist"),
        text=_(
            "The report and all that hangs on it are erased and cannot be brought back. The ledger keeps that it was "
            "there, the statistics keep their numbers, and every recipient has to acknowledge."
        ),
    )


def _ask(
    request: HttpRequest,
    report: Report,
    form_class: Callable[..., ReasonForm],
    do: Callable[[Viewer, Any], object],
    *,
    title: str,
    submit: str,
    text: str,
    danger: bool = False,
    to: str = "",
    shown: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in."""
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), form)
        except (actions.ForwardingError, erasing.RetentionError, ReleaseError, Refusal) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(to or at(report))
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": at(report),
        **about(report),
        **(shown or {}),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
