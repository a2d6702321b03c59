"""Pages about requests: the list, one of them, drafting, filling in, handing over, sending, what follows, the PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import actions, documents, labels, presenting, presenting_router, queries, sight
from vaern.node.cases.assistance import question as assistance_question
from vaern.node.cases.assistance.asking import PROBLEMS, acting_or_404, ask, at, held_or_404, request_or_404
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.forms import (
    DecideForm,
    ExecuteForm,
    HandOverForm,
    ReceiveForm,
    SendForm,
    SightForm,
    WordsForm,
)
from vaern.node.cases.assistance.forms_writing import DraftForm, WriteForm
from vaern.node.cases.assistance.incoming import delivering
from vaern.node.cases.assistance.pinning import read
from vaern.node.cases.assistance.records import DataKind, Kind
from vaern.node.cases.assistance.router import route
from vaern.node.cases.assistance.rules import Event, State
from vaern.node.cases.work.views import own_or_404 as own_case_or_404
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for, remember
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.preview import proof, show
from vaern.node.casework.releases.terms import prospect
from vaern.node.law.labels import said
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import OrganisationKind, Permission, Regime
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.organisations.viewers import Viewer

AUTHORITY_EVENTS = {Event.RETURN, Event.ACKNOWLEDGE, Event.ASK, Event.CLARIFY, Event.EXECUTE, Event.REFUSE}


@requires(Permission.ASSISTANCE_VIEW)
def requests(request: HttpRequest) -> HttpResponse:
    """Show the requests that the viewer may see: those of their desk, or those that desks handed over."""
    viewer, state = viewer_of(request), request.GET.get("state", "")
    state = state if state == "open" or state in set(State) else ""
    page = queries.requests(viewer, state, request.GET)
    table = presenting.requests_table(viewer, page.rows, current(), page, state)
    return render(request, "cases/assistance/requests.html", {"table": table})


@requires(Permission.ASSISTANCE_VIEW)
def request_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one request; asks for the reason once in a session."""
    viewer, found = viewer_of(request), request_or_404(request, id)
    sheet = queries.sheet(viewer, found, reason_for(request, found.subject))
    return render(request, "cases/assistance/request.html", presenting.request_context(viewer, sheet, current()))


@requires(Permission.ASSISTANCE_WORK)
def draft(request: HttpRequest, id: UUID, data: UUID) -> HttpResponse:
    """Begin a request about held data, under one of the instruments that reach them today."""
    viewer, case, held = viewer_of(request), own_case_or_404(request, id), held_or_404(request, data)
    if held.case_id != case.pk:
        raise Http404
    back, urgent = presenting.case_url(case.pk), case.urgent or request.GET.get("urgent") == "1"
    now, book = timezone.now(), current()
    try:
        question = assistance_question.question_of(
            assistance_question.requesting_country(viewer),
            held.holder,
            DataKind(held.data),
            now=now,
            urgent=urgent,
            preserved=assistance_question.is_preserved(held, now),
            cybertip=held.cybertip,
        )
    except assistance_question.AssistanceError as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(back)
    found = route(question, book)
    offered = [(one.instrument.code, presenting.choice(one)) for one in found.asked]
    proposed = next((one.instrument.code for one in found.sequence), "")
    form = DraftForm(request.POST or None, choices=offered, initial={"instrument": proposed, "language": "English"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.draft(
                viewer,
                form.reason,
                case,
                given["instrument"],
                holder=held.holder,
                data=DataKind(held.data),
                held=held,
                urgent=urgent,
                language=given["language"],
            )
        except PROBLEMS as error:
            form.add_error(None, str(error))
        else:
            remember(request, made.subject, form.reason)
            return HttpResponseRedirect(reverse("cases:write-request", args=[made.pk]))
    context = {
        "form": form,
        "held": held,
        "case": case,
        "back": back,
        "route": presenting_router.route_context(found, book),
        "holder": labels.country(held.holder, book),
    }
    return render(request, "cases/assistance/draft.html", context, status=422 if form.errors else 200)


@requires(Permission.ASSISTANCE_WORK)
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Fill in what the instrument requires."""
    viewer, found = viewer_of(request), acting_or_404(request, id)
    reason = reason_for(request, found.subject)
    law = read(found.pinned)
    initial = {"language": found.language, "translation": found.translation}
    form = WriteForm(request.POST or None, form=law.form, values=assistance_question.values_of(found), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write(viewer, reason, found, form.values, form.cleaned_data["language"], form.translated)
        except PROBLEMS as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(at(found))
    context = {
        "form": form,
        "request_": found,
        "law": law,
        "title": said(law.instrument.name),
        "back": at(found),
    }
    return render(request, "cases/assistance/write.html", context, status=422 if form.errors else 200)


@requires(Permission.CASE_RELEASE)
def hand_over(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask which central authority takes over, show who will see what, and hand over when exactly that was confirmed."""
    viewer, found = viewer_of(request), acting_or_404(request, id)
    prospects = [
        one for one in releases.recipients_preview(viewer, found) if one.organisation.kind == OrganisationKind.AUTHORITY
    ]
    if found.authority_id is not None and any(one.until for one in prospects):
        return _hand_over_again(request, found)
    form = HandOverForm(request.POST or None, record=found, prospects=prospects)
    context = {"form": form, "request_": found, "back": at(found)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/assistance/hand_over.html", context, status=422 if form.errors else 200)
    if request.POST.get("shown") != proof(found, form):
        way = [(_("Legal assistance"), reverse("cases:assistance")), (found.code, at(found))]
        return show(request, found, form, way, _("Hand over"))
    chosen, *others = form.chosen
    try:
        if others:
            raise assistance_question.AssistanceError(_("A request is with one authority at a time."))
        actions.hand_over(viewer, form.reason, found, chosen.organisation.id, form.terms)
    except PROBLEMS as error:
        form.add_error(None, str(error))
        return render(request, "cases/assistance/hand_over.html", context, status=422)
    messages.success(request, _("Handed over, and recorded."))
    return HttpResponseRedirect(at(found))


@requires(Permission.CASE_RELEASE)
def prolong_sight(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let the central authority that has a request see it longer."""
    found = acting_or_404(request, id)
    if State(found.state) not in sight.WITH_AUTHORITY:
        messages.warning(request, _("No central authority has this request."))
        return HttpResponseRedirect(at(found))
    return ask(
        request,
        SightForm(request.POST or None),
        lambda viewer, form: sight.prolong(viewer, form.reason, found, form.until_at),
        title=_("Let the central authority see it longer"),
        submit=_("Prolong"),
        back=at(found),
        text=_("%(name)s goes on seeing this request, on the terms on which it was released.")
        % {"name": found.authority.name if found.authority else ""},
    )


def _hand_over_again(request: HttpRequest, found: AssistanceRequest) -> HttpResponse:
    """Give a request that came back to the authority that has sight of it already."""

    def do(viewer: Viewer, form: Any) -> object:
        assert found.authority_id is not None
        return actions.hand_over(viewer, form.reason, found, found.authority_id)

    return ask(
        request,
        PlainReasonForm(request.POST or None),
        do,
        title=_("Hand over again"),
        submit=_("Hand over"),
        text=_("%(name)s has sight of it already.") % {"name": found.authority.name if found.authority else ""},
        back=at(found),
    )


@requires(Permission.ASSISTANCE_SEND)
def send(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that it has left."""
    found = acting_or_404(request, id)
    organisation = viewer_of(request).organisation
    here = [prospect(organisation, one) for one in delivering.authorities(found, read(found.pinned))]

    def do(viewer: Viewer, form: Any) -> object:
        return actions.send(viewer, form.reason, found, form.delivery)

    form = SendForm(request.POST or None, prospects=here, regime=Regime(organisation.regime))
    return ask(
        request,
        form,
        do,
        title=_("Send %(code)s") % {"code": found.code},
        submit=_("It is sent"),
        back=at(found),
        text=_(
            "The node writes to nobody abroad: take the PDF out, send it by your own channel, and say here that it has "
            "left. From now on the answer is expected, under the law as it is today. A central authority that uses "
            "this node too can be handed it here: it sees what you sent, and its answers stand in the correspondence."
        ),
    )


@requires(Permission.ASSISTANCE_SEND)
def authority_event(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Write down what the central authority did, or heard from the other side."""
    return _event(request, id, event, AUTHORITY_EVENTS)


@requires(Permission.ASSISTANCE_WORK)
def event(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Write down that evidence came, its limits on use, or that the request is withdrawn; the others need more."""
    if event in {one.value for one in AUTHORITY_EVENTS}:
        return HttpResponseRedirect(reverse("cases:authority-event", args=[id, event]))
    return _event(request, id, event, {Event.RECEIVE, Event.NOTE_LIMITS, Event.WITHDRAW})


def _event(request: HttpRequest, id: UUID, code: str, allowed: set[Event]) -> HttpResponse:
    found = acting_or_404(request, id)
    event = next((one for one in allowed if one.value == code), None)
    if event is None:
        raise Http404
    form: WordsForm = WordsForm(request.POST or None)
    if event is Event.EXECUTE:
        preserves = read(found.pinned).instrument.kind is Kind.PRESERVE
        form = ExecuteForm(request.POST or None, preserves=preserves, initial={"since": timezone.localdate()})
    elif event is Event.RECEIVE:
        form = ReceiveForm(request.POST or None)

    def do(viewer: Viewer, form: Any) -> object:
        given = form.cleaned_data
        since = form.since_at(found.holder) if isinstance(form, ExecuteForm) else None
        return actions.happen(
            viewer, form.reason, found, event, given["text"], at=since, whole=bool(given.get("whole"))
        )

    return ask(
        request,
        form,
        do,
        title=str(labels.DO[event]),
        submit=str(labels.DO[event]),
        text=found.code,
        back=at(found),
        danger=event in {Event.WITHDRAW, Event.REFUSE},
    )


@requires(Permission.ASSISTANCE_WORK)
def correspond(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a letter or a call to the correspondence."""
    found = acting_or_404(request, id)
    return ask(
        request,
        WordsForm(request.POST or None),
        lambda viewer, form: actions.correspond(viewer, form.reason, found, form.cleaned_data["text"]),
        title=_("Add to the correspondence"),
        submit=_("Add"),
        back=at(found),
        text=_("Desk and central authority both read it. It goes to nobody abroad."),
    )


@requires(Permission.ASSISTANCE_WORK)
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide how a request goes on whose law has ended."""
    found = acting_or_404(request, id)
    return ask(
        request,
        DecideForm(request.POST or None),
        lambda viewer, form: actions.decide(viewer, form.reason, found, form.chosen),
        title=_("The law of %(code)s has ended") % {"code": found.code},
        submit=_("Decide"),
        back=at(found),
        text=_("It was sent under law that was in force. Say how it goes on."),
    )


@requires(Permission.ASSISTANCE_WORK, step_up=True)
def document(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a request out as a PDF, in the language of the page: for the addressee, or `?for=authority`."""
    viewer, found = viewer_of(request), acting_or_404(request, id)
    reason = reason_for(request, found.subject)
    whole = request.GET.get("for") == "authority"
    content = documents.take_out(viewer, found, reason, get_language() or "en", whole=whole)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{found.code}-authority" if whole else found.code
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
