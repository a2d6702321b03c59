"""A case that becomes one with another, or goes to another organisation and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.evidence import arriving, presenting
from vaern.node.cases.models import Case
from vaern.node.cases.rules import Event, State, allows
from vaern.node.cases.work import handing_over, handover_queries, merging, presenting_passing, queries
from vaern.node.cases.work.asking import ask, at, version_of
from vaern.node.cases.work.changing import CaseError
from vaern.node.cases.work.forms import AcknowledgeForm, CodeForm, DropForm, HandOverForm
from vaern.node.cases.work.whole import whole
from vaern.node.casework.forms import PlainReasonForm, WorkForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases import preview
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import Evidence
    from vaern.node.casework.releases.terms import Prospect
    from vaern.node.organisations.viewers import Viewer


@requires(Permission.CASE_WORK)
def merge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Merge the case into another of the same organisation."""
    viewer = viewer_of(request)
    case = queries.own_or_404(viewer, id)
    proposed = _proposed(viewer, request.GET.get("with", ""))

    def do(viewer: Viewer, form: Any) -> None:
        into = queries.by_code(viewer, form.cleaned_data["code"])
        if into is None:
            raise CaseError(_("There is no such case of your organisation."))
        merging.merge(viewer, form.reason, case, into, version=version_of(request, case))

    return ask(
        request,
        case,
        CodeForm(request.POST or None, initial={"code": proposed}),
        do,
        title=_("Merge %(code)s into another case") % {"code": case.code},
        submit=_("Merge"),
        text=_("It keeps its code and all that it has, and is shown on the other's page. It can be separated again."),
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
    case = queries.own_or_404(viewer_of(request), id)
    return ask(
        request,
        case,
        WorkForm(request.POST or None),
        lambda viewer, form: merging.separate(viewer, form.reason, case),
        title=_("Separate the case again"),
        submit=_("Separate"),
        text=_("It is worked on by itself again, with all that it had. What was added since stays with the other."),
    )


@requires(Permission.CASE_RELEASE)
def hand_over(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask to whom, show who will receive, and hand over when exactly that was confirmed."""
    viewer = viewer_of(request)
    case = queries.own_or_404(viewer, id)
    prospects = [one for one in releases.recipients_preview(viewer, case) if handing_over.takes_cases(one.organisation)]
    if not allows(State(case.state), Event.HAND_OVER):
        messages.warning(request, _("The state of the case does not allow it."))
        return HttpResponseRedirect(at(case))

    def do(form: Any) -> None:
        handing_over.hand_over(
            viewer, form.reason, case, form.chosen[0].organisation.id, form.terms, version=version_of(request, case)
        )

    text = _(
        "It arrives there as a case of their own: persons, statements, identifiers and the register of evidence. "
        "Tasks, links and the history of your work stay here; so does the evidence, until it is received there. Your "
        "case stands still until they drop it, or you take it back."
    )
    limits = arriving.limits_of(whole(case))
    return _release(request, case, HandOverForm, prospects, do, (_("Hand over"), text), limits)


@requires(Permission.CASE_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let another organisation read the case: a prosecutor, a central authority."""
    viewer = viewer_of(request)
    case = queries.own_or_404(viewer, id)

    def do(form: Any) -> None:
        releases.release(viewer, case, [one.organisation.id for one in form.chosen], form.reason, form.terms)

    text = _(
        "They read persons as far as their work allows, statements and identifiers, as these are from day to day. They "
        "change nothing. Tasks, links, meetings and the history of your work are not shown."
    )
    return _release(request, case, ReleaseForm, releases.recipients_preview(viewer, case), do, (_("Release"), text))


def _release(
    request: HttpRequest,
    case: Case,
    form_class: type[ReleaseForm],
    prospects: Sequence[Prospect],
    do: Callable[[Any], None],
    said: tuple[str, str],
    limits: Sequence[tuple[Evidence, str]] = (),
) -> HttpResponse:
    form, (title, text) = form_class(request.POST or None, record=case, prospects=prospects), said
    context = {
        "title": f"{title} {case.code}",
        "text": text,
        "form": form,
        "submit": _("Show the recipients"),
        "case": case,
        "back": at(case),
        "version": version_of(request, case),
        "limits": [(presenting.number(one, case), words) for one, words in limits],
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/work/form.html", context, status=422 if form.errors else 200)
    if request.POST.get("shown") != preview.proof(case, form):
        way = [(_("Cases"), reverse("cases:cases")), (case.code, at(case))]
        return preview.show(request, case, form, way, title)
    try:
        do(form)
    except (CaseError, ReleaseError) as error:
        form.add_error(None, str(error))
        return render(request, "cases/work/form.html", {**context, "version": case.version}, status=409)
    messages.success(request, _("Done, and recorded."))
    return HttpResponseRedirect(at(case))


@requires(Permission.CASE_RELEASE)
def recall(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End the sight of one recipient."""
    case = queries.own_or_404(viewer_of(request), id)
    if State(case.state) is State.HANDED_OVER and any(
        one.recipient_id == recipient for one in handover_queries.handovers_of(viewer_of(request), case)
    ):
        return HttpResponseRedirect(reverse("cases:take-back", args=[case.pk]))
    return ask(
        request,
        case,
        PlainReasonForm(request.POST or None),
        lambda viewer, form: releases.recall(viewer, case, recipient, form.reason),
        title=_("Recall the case"),
        submit=_("Recall"),
        danger=True,
        text=_("They have to acknowledge within 7 days."),
    )


@requires(Permission.CASE_WORK)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a case that another organisation handed over."""
    case = queries.own_or_404(viewer_of(request), id)
    return ask(
        request,
        case,
        WorkForm(request.POST or None),
        lambda viewer, form: handing_over.accept(viewer, form.reason, case),
        title=_("Accept the case"),
        submit=_("Accept"),
        text=_("You lead it from now on. Its sender sees that."),
    )


@requires(Permission.CASE_WORK)
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decline a case that another organisation handed over."""
    case = queries.own_or_404(viewer_of(request), id)
    return ask(
        request,
        case,
        DropForm(request.POST or None),
        lambda viewer, form: handing_over.drop(viewer, form.reason, case, form.chosen),
        title=_("Drop the case"),
        submit=_("Drop it"),
        danger=True,
        text=_("Its sender sees that you dropped it and why, and works on it again. What came along is erased here."),
    )


@requires(Permission.CASE_RELEASE)
def take_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a case back from where it was handed over."""
    case = queries.own_or_404(viewer_of(request), id)
    return ask(
        request,
        case,
        PlainReasonForm(request.POST or None),
        lambda viewer, form: handing_over.take_back(viewer, form.reason, case),
        title=_("Take the case back"),
        submit=_("Take it back"),
        danger=True,
        text=_("A copy that nobody there accepted is erased at once. Where work began, they decide on their copy."),
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
    form = AcknowledgeForm(request.POST or None, has_copy=copy is not None)
    if request.method == "POST" and form.is_valid():
        try:
            handing_over.acknowledge(viewer, form.reason, id, keep=form.cleaned_data.get("copy") == "keep")
        except (ReleaseError, CaseError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(reverse("cases:recalls"))
    there = _("Work on your copy (%(code)s) had begun. You decide: erase it, or keep it for a reason of your own.")
    context = {
        "title": _("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        "form": form,
        "text": there % {"code": copy.code} if copy else _("You say that nothing of it is used any more."),
        "submit": _("Acknowledge"),
        "back": reverse("cases:recalls"),
    }
    return render(request, "cases/work/form.html", context, status=422 if form.errors else 200)
