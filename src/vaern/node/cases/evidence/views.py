"""Pages about evidence: the register of a case, one piece of it with its chain, and what happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.evidence import actions, presenting, queries, rules
from vaern.node.cases.evidence.actions import ACT_OF, EvidenceError
from vaern.node.cases.evidence.facts import opened
from vaern.node.cases.evidence.forms import CheckForm, FactsForm, HappenForm, RegisterForm
from vaern.node.cases.evidence.labels import EVENTS
from vaern.node.cases.evidence.rules import Event, Held, Kind
from vaern.node.cases.work.changing import CaseError
from vaern.node.cases.work.queries import own_or_404
from vaern.node.cases.work.subjects import about
from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import Case, Evidence
    from vaern.node.web.reasons import ReasonForm

ASKED = ("giver", "taker", "place", "condition", "seal", "happened_at")
FIELDS = {
    Event.RECEIVED: ASKED,
    Event.HANDED_OVER: ASKED,
    Event.MOVED: ("place", "seal", "happened_at"),
    Event.EXAMINED: ("taker", "condition", "seal", "happened_at"),
    Event.RESEALED: ("condition", "seal", "happened_at"),
    Event.RETURNED: ("taker", "condition", "happened_at"),
    Event.CAME_BACK: ("giver", "place", "condition", "seal", "happened_at"),
    Event.DESTROYED: ("taker", "happened_at"),
}
"""What is asked about each event."""


@requires(Permission.CASE_VIEW)
def evidence(request: HttpRequest, id: UUID, evidence: UUID) -> HttpResponse:
    """Show one piece of evidence with its chain, checked now; asks for the reason of its case once in a session."""
    viewer = viewer_of(request)
    found = queries.find_or_404(viewer, id, evidence)
    sheet = queries.sheet(viewer, found, reason_for(request, found.case.subject))
    return render(request, "cases/evidence/evidence.html", presenting.evidence_context(viewer, sheet))


@requires(Permission.CASE_WORK)
def register(request: HttpRequest, id: UUID) -> HttpResponse:
    """Enter evidence into the register."""
    viewer = viewer_of(request)
    case = own_or_404(viewer, id)
    form = RegisterForm(request.POST or None)
    if form.is_bound and form.is_valid():
        kind = Kind(form.cleaned_data["kind"])
        made: list[Evidence] = []
        if _attempt(request, form, lambda: made.append(actions.register(viewer, form.reason, case, kind, form.facts))):
            return HttpResponseRedirect(presenting.at(made[0]))
    back = reverse("cases:case", args=[case.pk])
    return _form(
        request,
        case,
        form,
        _("Register evidence"),
        _("Register"),
        back,
        _(
            "It stays where it lies: say where, and give its digests. What is entered becomes the first event of its "
            "chain of custody."
        ),
    )


@requires(Permission.CASE_WORK)
def event(request: HttpRequest, id: UUID, evidence: UUID, event: str) -> HttpResponse:
    """Write down what happened to evidence."""
    viewer, found = viewer_of(request), queries.find_or_404(viewer_of(request), id, evidence)
    if event not in {one.value for one in ACT_OF}:
        raise Http404
    what = Event(event)
    if (Held(found.held), what) not in rules.TRANSITIONS:
        messages.warning(request, _("The state of the evidence does not allow it."))
        return HttpResponseRedirect(presenting.at(found))
    form = HappenForm(request.POST or None)
    for name in set(ASKED) - set(FIELDS[what]):
        form.fields[name].disabled = True
        form.fields[name].widget = form.fields[name].hidden_widget()
    for name in ("giver", "taker") if what in actions.NAMES_BOTH else ():
        form.fields[name].required = True
    if (
        form.is_bound
        and form.is_valid()
        and _attempt(request, form, lambda: actions.happen(viewer, form.reason, found, what, form.said))
    ):
        return HttpResponseRedirect(presenting.at(found))
    return _form(
        request,
        found.case,
        form,
        str(EVENTS[what][1]),
        _("Write it down"),
        presenting.at(found),
        _("It becomes the next event of the chain of custody, which nobody can change or remove afterwards."),
        danger=what is Event.DESTROYED,
    )


@requires(Permission.CASE_WORK)
def check(request: HttpRequest, id: UUID, evidence: UUID) -> HttpResponse:
    """Compare a digest that was computed now with the registered one."""
    viewer, found = viewer_of(request), queries.find_or_404(viewer_of(request), id, evidence)
    form = CheckForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            _made, same = actions.check(viewer, form.reason, found, form.cleaned_data["text"])
        except EvidenceError as error:
            form.add_error("text", str(error))
        else:
            if same:
                messages.success(request, _("It is the same as registered. The check is in the chain."))
            else:
                messages.error(request, _("It is NOT what is registered. The check is in the chain: tell the lead."))
            return HttpResponseRedirect(presenting.at(found))
    return _form(
        request,
        found.case,
        form,
        _("Check its digest"),
        _("Compare"),
        presenting.at(found),
        _("The node never reads evidence. Compute the digest where it lies, and paste it here."),
    )


@requires(Permission.CASE_WORK)
def correct(request: HttpRequest, id: UUID, evidence: UUID) -> HttpResponse:
    """Correct what is registered."""
    viewer, found = viewer_of(request), queries.find_or_404(viewer_of(request), id, evidence)
    before = opened(found.facts)
    form = FactsForm(request.POST or None, initial=FactsForm.initial_of(before))
    if (
        form.is_bound
        and form.is_valid()
        and _attempt(request, form, lambda: actions.correct(viewer, form.reason, found, form.facts))
    ):
        return HttpResponseRedirect(presenting.at(found))
    return _form(
        request,
        found.case,
        form,
        _("Correct the register"),
        _("Correct"),
        presenting.at(found),
        _("The chain keeps that it was corrected, by whom and why. A registered digest stays."),
    )


def _form(
    request: HttpRequest, case: Case, form: Any, title: str, submit: str, back: str, text: str, *, danger: bool = False
) -> HttpResponse:
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": back,
        **about(case),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _attempt(request: HttpRequest, form: ReasonForm, do: Callable[[], object]) -> bool:
    """Do it, and say so; what is refused is said at the form."""
    try:
        do()
    except (CaseError, Refusal) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Done, and recorded."))
    return True
