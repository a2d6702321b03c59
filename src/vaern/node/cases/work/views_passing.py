"""A case that becomes one with another, or goes to another organisation and comes back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.lookups import own_or_404
from vaern.node.cases.base.subjects import about
from vaern.node.cases.evidence import arrivals, presenting
from vaern.node.cases.models import Case
from vaern.node.cases.rules.case import Event, State, after
from vaern.node.cases.work import handover_queries, handovers, merges, presenting_passing, queries
from vaern.node.cases.work.forms import AcknowledgeForm, CodeForm, DropForm, HandOverForm
from vaern.node.cases.work.views import overtakable
from vaern.node.casework.forms import PlainReasonForm, WorkForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases import preview
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.versions import given_number

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer


@requires(Permission.CASE_WORK)
def merge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Merge the case into another of the same organisation."""
    viewer = viewer_of(request)
    case = own_or_404(request, id)
    proposed = _proposed(viewer, request.GET.get("with", ""))

    def do(form: Any) -> None:
        into = queries.by_code(viewer, form.cleaned_data["code"])
        if into is None:
            raise Refusal(_("There is no such case of your organisation."))
        merges.merge(viewer, form.reason, case, into, version=given_number(request, case.version))

    return decide(
        request,
        **about(case),
        **overtakable(request, case),
        title=_("Merge %(code)s into another case") % {"code": case.code},
        submit=_("Merge"),
        text=_("It keeps its code and all that it has, and is shown on the other's page. It can be separated again."),
        form=partial(CodeForm, initial={"code": proposed}),
        do=do,
    )


def _proposed(viewer: Viewer, id: str) -> str:
    from uuid import UUID

    try:
        found = queries.own(viewer).filter(pk=UUID(id)).first()
    except ValueError:
        return ""
    return found.code if found else ""


@requires(Permission.CASE_WORK)
def separate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Undo a merge."""
    case = own_or_404(request, id)
    return decide(
        request,
        **about(case),
        title=_("Separate the case again"),
        submit=_("Separate"),
        text=_("It is worked on by itself again, with all that it had. What was added since stays with the other."),
        form=WorkForm,
        do=lambda form: merges.separate(viewer_of(request), form.reason, case),
    )


@requires(Permission.CASE_RELEASE)
def hand_over(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask to whom, show who will receive, and hand over when exactly that was confirmed."""
    viewer = viewer_of(request)
    case = own_or_404(request, id)
    prospects = [one for one in releases.recipients_preview(viewer, case) if handovers.takes_cases(one.organisation)]

    def do(form: Any) -> HttpResponse | None:
        if request.POST.get("shown") != preview.proof(case, form):
            return preview.show(request, case, form, about(case)["crumbs"], _("Hand over"))
        version, recipient = given_number(request, case.version), form.chosen[0].organisation
        handovers.hand_over(viewer, form.reason, case, recipient.id, form.terms, version=version)
        return None

    return decide(
        request,
        **about(case),
        **overtakable(request, case),
        title=_("Hand over %(code)s") % {"code": case.code},
        submit=_("Show the recipients"),
        text=_(
            "It arrives there as a case of their own: persons, statements, identifiers and the register of "
            "evidence. Tasks, links and the history of your work stay here; so does the evidence, until it is "
            "received there. Your case stands still until they drop it, or you take it back."
        ),
        shown=lambda: presenting.limits(case, arrivals.limits_of(whole(case))),
        check=lambda: after(State(case.state), Event.HAND_OVER),
        form=partial(HandOverForm, record=case, prospects=prospects),
        do=do,
    )


@requires(Permission.CASE_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let another organisation read the case: a prosecutor, a central authority."""
    viewer = viewer_of(request)
    case = own_or_404(request, id)

    def do(form: Any) -> HttpResponse | None:
        if request.POST.get("shown") != preview.proof(case, form):
            return preview.show(request, case, form, about(case)["crumbs"], _("Release"))
        releases.release(viewer, case, [one.organisation.id for one in form.chosen], form.reason, form.terms)
        return None

    return decide(
        request,
        **about(case),
        title=_("Release %(code)s") % {"code": case.code},
        submit=_("Show the recipients"),
        text=_(
            "They read persons as far as their work allows, statements and identifiers, as these are from day to "
            "day. They change nothing. Tasks, links, meetings and the history of your work are not shown."
        ),
        form=partial(ReleaseForm, record=case, prospects=releases.recipients_preview(viewer, case)),
        do=do,
    )


@requires(Permission.CASE_RELEASE)
def recall(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End the sight of one recipient."""
    case = own_or_404(request, id)
    if State(case.state) is State.HANDED_OVER and any(
        one.recipient_id == recipient for one in handover_queries.handovers_of(viewer_of(request), case)
    ):
        return HttpResponseRedirect(reverse("cases:take-back", args=[case.pk]))
    return decide(
        request,
        **about(case),
        title=_("Recall the case"),
        submit=_("Recall"),
        danger=True,
        text=_("They have to acknowledge within 7 days."),
        form=PlainReasonForm,
        do=lambda form: releases.recall(viewer_of(request), case, recipient, form.reason),
    )


@requires(Permission.CASE_WORK)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a case that another organisation handed over."""
    case = own_or_404(request, id)
    return decide(
        request,
        **about(case),
        title=_("Accept the case"),
        submit=_("Accept"),
        text=_("You lead it from now on. Its sender sees that."),
        form=WorkForm,
        do=lambda form: handovers.accept(viewer_of(request), form.reason, case),
    )


@requires(Permission.CASE_WORK)
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decline a case that another organisation handed over."""
    case = own_or_404(request, id)
    return decide(
        request,
        **about(case),
        title=_("Drop the case"),
        submit=_("Drop it"),
        danger=True,
        text=_("Its sender sees that you dropped it and why, and works on it again. What came along is erased here."),
        form=DropForm,
        do=lambda form: handovers.drop(viewer_of(request), form.reason, case, form.chosen),
    )


@requires(Permission.CASE_RELEASE)
def take_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a case back from where it was handed over."""
    case = own_or_404(request, id)
    return decide(
        request,
        **about(case),
        title=_("Take the case back"),
        submit=_("Take it back"),
        danger=True,
        text=_("A copy that nobody there accepted is erased at once. Where work began, they decide on their copy."),
        form=PlainReasonForm,
        do=lambda form: handovers.take_back(viewer_of(request), form.reason, case),
    )


@requires(Permission.CASE_VIEW)
def handed_over(request: HttpRequest) -> HttpResponse:
    """Show what was handed over with its answer, and what came of it."""
    page = handover_queries.handed_over(viewer_of(request), request.GET)
    context = {"table": presenting_passing.handovers_table(page.rows, page=page)}
    return render(request, "cases/work/handed_over.html", context)


@requires(Permission.CASE_VIEW)
def recalls(request: HttpRequest) -> HttpResponse:
    """Show the recalls of cases that wait for the viewer's organisation."""
    return render(request, "cases/work/recalls.html", {"found": handover_queries.recalls(viewer_of(request))})


@requires(Permission.CASE_VIEW)
def acknowledge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Acknowledge a recall, and decide on a copy that work had begun on."""
    viewer = viewer_of(request)
    waiting = releases.to_acknowledge(viewer, Case.KIND).filter(pk=id).first()
    if waiting is None:
        raise Http404
    copy = handover_queries.copy_of(viewer, waiting)
    there = _("Work on your copy (%(code)s) had begun. You decide: erase it, or keep it for a reason of your own.")

    def do(form: Any) -> None:
        handovers.acknowledge(viewer, form.reason, id, keep=form.cleaned_data.get("copy") == "keep")

    return decide(
        request,
        title=_("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        subject=None,
        crumbs=[(_("Cases"), reverse("cases:cases")), (_("Recalls"), reverse("cases:recalls"))],
        back=reverse("cases:recalls"),
        submit=_("Acknowledge"),
        text=there % {"code": copy.code} if copy else _("You say that nothing of it is used any more."),
        form=partial(AcknowledgeForm, has_copy=copy is not None),
        do=do,
    )
