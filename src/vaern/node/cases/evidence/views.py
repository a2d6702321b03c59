"""Pages about evidence: the register of a case, one piece of it with its chain, and what happens to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.base.subjects import about
from vaern.node.cases.evidence import actions, presenters, queries
from vaern.node.cases.evidence.actions import ACT_OF
from vaern.node.cases.evidence.facts import opened
from vaern.node.cases.evidence.forms import CheckForm, FactsForm, HappenForm, RegisterForm
from vaern.node.cases.evidence.labels import EVENTS
from vaern.node.cases.models import Case
from vaern.node.cases.rules import evidence as rules
from vaern.node.cases.rules.evidence import Event, Held, Kind
from vaern.node.casework.sheets import own_or_404, record_page
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


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
    found, show = or_404(queries.find(viewer_of(request), id, evidence)), presenters.evidence_context
    return record_page(request, found, "cases/evidence/evidence.html", of=found.case, read=queries.sheet, show=show)


@requires(Permission.CASE_WORK)
def register(request: HttpRequest, id: UUID) -> HttpResponse:
    """Enter evidence into the register."""
    viewer, case = viewer_of(request), own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Register evidence"),
        submit=_("Register"),
        text=_(
            "It stays where it lies: say where, and give its digests. What is entered becomes the first event of "
            "its chain of custody."
        ),
        form=RegisterForm,
        do=lambda form: actions.register(viewer, form.reason, case, Kind(form.cleaned_data["kind"]), form.facts),
        done=lambda made: (
            _("%(evidence)s is in the register, and its chain of custody has begun. Note here whatever happens to it.")
            % {"evidence": made}
        ),
        then=presenters.at,
    )


@requires(Permission.CASE_WORK)
def event(request: HttpRequest, id: UUID, evidence: UUID, event: str) -> HttpResponse:
    """Record what happened to evidence."""
    viewer = viewer_of(request)
    found = or_404(queries.find(viewer, id, evidence))
    if event not in {one.value for one in ACT_OF}:
        raise Http404
    what = Event(event)
    return decide(
        request,
        **presenters.about_evidence(found),
        title=EVENTS[what][1],
        submit=_("Save"),
        text=_("It becomes the next event of the chain of custody, which nobody can change or remove afterwards."),
        danger=what is Event.DESTROYED,
        check=lambda: rules.after(Held(found.held), what),
        form=partial(_asking, what),
        do=lambda form: actions.happen(viewer, form.reason, found, what, form.said),
        done=lambda made: (
            _("%(evidence)s: event %(n)s is in the chain of custody. Nobody can change or remove it.")
            % {"evidence": found, "n": made.number}
        ),
    )


def _asking(what: Event, *given: Any) -> HappenForm:
    """Return the form of an event, with what is asked about it."""
    form = HappenForm(*given)
    for name in set(ASKED) - set(FIELDS[what]):
        form.fields[name].disabled = True
        form.fields[name].widget = form.fields[name].hidden_widget()
    for name in ("giver", "taker") if what in actions.NAMES_BOTH else ():
        form.fields[name].required = True
    return form


@requires(Permission.CASE_WORK)
def check(request: HttpRequest, id: UUID, evidence: UUID) -> HttpResponse:
    """Compare a digest that was computed now with the registered one."""
    viewer = viewer_of(request)
    found = or_404(queries.find(viewer, id, evidence))

    def do(form: Any) -> HttpResponse:
        _made, same = actions.check(viewer, form.reason, found, form.cleaned_data["text"])

        def told() -> None:
            if not same:
                raise Refusal(_("It is NOT what is registered. The check is in the chain: tell the lead."))

        done = _("It is the same as registered. The check is in the chain.")
        return at_once(request, told, presenters.at(found), done=done)

    return decide(
        request,
        **presenters.about_evidence(found),
        title=_("Check its digest"),
        submit=_("Compare"),
        text=_("The node never reads evidence. Compute the digest where it lies, and paste it here."),
        form=CheckForm,
        do=do,
        done=None,
    )


@requires(Permission.CASE_WORK)
def correct(request: HttpRequest, id: UUID, evidence: UUID) -> HttpResponse:
    """Correct what is registered."""
    viewer = viewer_of(request)
    found = or_404(queries.find(viewer, id, evidence))
    return decide(
        request,
        **presenters.about_evidence(found),
        title=_("Correct the register"),
        submit=_("Correct"),
        text=_("The chain keeps that it was corrected, by whom and why. A registered digest stays."),
        form=partial(FactsForm, initial=FactsForm.initial_of(opened(found.facts))),
        do=lambda form: actions.correct(viewer, form.reason, found, form.facts),
        done=_("%(evidence)s is corrected. The chain keeps what stood there before, by whom and why.")
        % {"evidence": found},
    )
