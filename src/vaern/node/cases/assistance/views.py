"""Pages about requests: the list, one of them, drafting, filling in, handing over, sending, what follows, the PDF."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import (
    actions,
    documents,
    labels,
    presenters,
    presenters_router,
    queries,
    results,
    sight,
)
from vaern.node.cases.assistance import question as assistance_question
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
from vaern.node.cases.assistance.forms_text import DraftForm, WriteForm
from vaern.node.cases.assistance.incoming import delivery
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.assistance.question import side_of
from vaern.node.cases.assistance.subjects import about_request
from vaern.node.cases.base.subjects import about
from vaern.node.cases.models import AssistanceRequest, Case
from vaern.node.cases.rules.assistance import Event, State
from vaern.node.cases.rules.instruments import DataKind, Kind
from vaern.node.cases.rules.router import route
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for, remember
from vaern.node.casework.releases.pages import choose
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.casework.releases.terms import prospect
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.law.labels import said
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import OrganisationKind, Permission, Regime
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.lists import Button, list_page, one_of
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


AUTHORITY_EVENTS = {Event.RETURN, Event.ACKNOWLEDGE, Event.ASK, Event.CLARIFY, Event.EXECUTE, Event.REFUSE}


def acting_or_404(request: HttpRequest, id: UUID) -> AssistanceRequest:
    """Return a request on which the viewer acts, as desk or as authority."""
    found = found_or_404(AssistanceRequest, id)
    return or_404(found if side_of(viewer_of(request), found) else None)


@listed("cases:assistance", gettext_lazy("Legal assistance"), Permission.ASSISTANCE_VIEW, kind=AssistanceRequest.KIND)
def requests_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the requests that the viewer may see."""
    state = one_of(given, "state", ("open", *State))
    page = queries.requests(viewer, state, given)
    return presenters.requests_table(viewer, page.rows, current(), page, state)


@requires(Permission.ASSISTANCE_VIEW)
def requests(request: HttpRequest) -> HttpResponse:
    """Show the requests that the viewer may see: those of their desk, or those that desks handed over."""
    return list_page(
        request,
        title=_("Legal assistance"),
        lead=_(
            "Requests of your desk, and those that desks handed over to you. A central authority sees a request and "
            "what it rests on, never the case."
        ),
        buttons=[
            Button(_("Clocks"), reverse("cases:assistance-clocks")),
            Button(_("Router"), reverse("cases:router")),
        ],
        table=requests_table(request),
    )


@requires(Permission.ASSISTANCE_VIEW)
def request_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one request; asks for the reason once in a session."""
    found = found_or_404(AssistanceRequest, id)
    book = current()
    read, show = partial(queries.sheet, book=book), partial(presenters.request_context, book=book)
    return record_page(request, found, "cases/assistance/request.html", read=read, show=show)


@requires(Permission.ASSISTANCE_WORK)
def draft(request: HttpRequest, id: UUID, data: UUID) -> HttpResponse:
    """Begin a request about held data, under one of the instruments that reach them today."""
    viewer, case = viewer_of(request), own_or_404(Case, id)
    held = or_404(queries.find_held(viewer, data))
    if held.case_id != case.pk:
        raise Http404
    back, urgent = presenters.case_url(case.pk), case.urgent or request.GET.get("urgent") == "1"
    if viewer.organisation.member is None:
        return at_once(request, lambda: assistance_question.requesting_country(viewer), back, done=None)
    now, book = timezone.now(), current()
    question = assistance_question.question_of(
        assistance_question.requesting_country(viewer),
        held.holder,
        DataKind(held.data),
        now=now,
        urgent=urgent,
        preserved=assistance_question.is_preserved(held, now),
        cybertip=held.cybertip,
    )
    found, holder = route(question, book), labels.country(held.holder, book)

    def do(form: Any) -> AssistanceRequest:
        made = actions.draft(
            viewer,
            form.reason,
            case,
            form.cleaned_data["instrument"],
            holder=held.holder,
            data=question.data,
            held=held,
            urgent=urgent,
            language=form.cleaned_data["language"],
        )
        remember(request, made.subject, form.reason)
        return made

    return decide(
        request,
        **about(case),
        title=_("Ask for %(label)s") % {"label": held.label},
        submit=_("Begin the request"),
        text=_("These instruments reach %(holder)s today. What it rests on is kept with the request.")
        % {"holder": holder},
        form=partial(
            DraftForm,
            choices=[(one.instrument.code, presenters.choice(one)) for one in found.asked],
            initial={
                "instrument": next((one.instrument.code for one in found.sequence), ""),
                "language": "English",
            },
        ),
        do=do,
        done=results.drafted,
        then=lambda made: reverse("cases:write-request", args=[made.pk]),
        template="cases/assistance/draft.html",
        more={"route": presenters_router.route_context(found, book), "holder": holder},
    )


@requires(Permission.ASSISTANCE_WORK)
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Fill in what the instrument requires."""
    viewer, found = viewer_of(request), acting_or_404(request, id)
    reason, law = reason_for(request, found), read(found.pinned)
    initial = {"language": found.language, "translation": found.translation}
    values = assistance_question.values_of(found)
    return decide(
        request,
        **about_request(found),
        title=said(law.instrument.name),
        submit=_("Save"),
        text=_(
            "A draft may be saved with gaps; it is not handed over with them. No names of victims, and no "
            "description of material."
        ),
        form=partial(WriteForm, form=law.form, values=values, initial=initial),
        do=lambda form: actions.write(
            viewer, reason, found, form.values, form.cleaned_data["language"], form.translated
        ),
        done=results.written,
    )


@requires(Permission.CASE_RELEASE)
def hand_over(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask which central authority takes over, show who will see what, and hand over when exactly that was confirmed."""
    viewer, found = viewer_of(request), acting_or_404(request, id)
    prospects = [
        one for one in recipients_preview(viewer, found) if one.organisation.kind == OrganisationKind.AUTHORITY
    ]
    if found.authority_id is not None and any(one.until for one in prospects):
        return _hand_over_again(request, found)

    def do(form: Any) -> object:
        chosen, *others = form.receivers
        if others:
            raise Refusal(_("A request is with one authority at a time."), field="recipients")
        return actions.hand_over(viewer, form.reason, found, chosen, form.terms)

    return choose(
        request,
        found,
        **about_request(found),
        title=_("Hand %(code)s over to a central authority") % {"code": found.code},
        submit=_("Hand over"),
        text=_(
            "It sees this request, its correspondence and the clocks of the data, and nothing of the case. Choose one."
        ),
        prospects=prospects,
        form=HandOverForm,
        do=do,
        done=results.handed_over,
    )


@requires(Permission.CASE_RELEASE)
def prolong_sight(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let the central authority that has a request see it longer."""
    found = acting_or_404(request, id)
    return decide(
        request,
        **about_request(found),
        title=_("Let the central authority see it longer"),
        check=lambda: sight.with_an_authority(viewer_of(request), found),
        submit=_("Prolong"),
        text=_("%(name)s goes on seeing this request, on the terms on which it was released.")
        % {"name": found.authority.name if found.authority else ""},
        form=SightForm,
        do=lambda form: sight.prolong(viewer_of(request), form.reason, found, form.until_at),
        done=lambda made: (
            _("%(name)s sees it until %(day)s.") % {"name": made.recipient.name, "day": date_format(made.expires_at)}
        ),
    )


def _hand_over_again(request: HttpRequest, found: AssistanceRequest) -> HttpResponse:
    """Give a request that came back to the authority that has sight of it already."""

    def do(form: Any) -> object:
        assert found.authority_id is not None
        return actions.hand_over(viewer_of(request), form.reason, found, found.authority_id)

    return decide(
        request,
        **about_request(found),
        title=_("Hand over again"),
        submit=_("Hand over"),
        text=_("%(name)s has sight of it already.") % {"name": found.authority.name if found.authority else ""},
        form=PlainReasonForm,
        do=do,
        done=results.handed_over,
    )


@requires(Permission.ASSISTANCE_SEND)
def send(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that it has left."""
    found = acting_or_404(request, id)
    organisation = viewer_of(request).organisation
    here = [prospect(organisation, one) for one in delivery.authorities(found, read(found.pinned))]

    def do(form: Any) -> object:
        return actions.send(viewer_of(request), form.reason, found, form.delivery)

    return decide(
        request,
        **about_request(found),
        title=_("Send %(code)s") % {"code": found.code},
        submit=_("It is sent"),
        text=_(
            "Download the PDF, send it by your own channel, and say here that it has left. From now on the answer is "
            "expected, under the law as it is today. A central authority of this node, or of one with which requests "
            "are exchanged, can be handed it here: it sees what you sent, and its answers stand in the correspondence."
        ),
        form=partial(SendForm, prospects=here, regime=Regime(organisation.regime)),
        do=do,
        done=results.sent,
    )


@requires(Permission.ASSISTANCE_SEND)
def authority_event(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Write down what the central authority did, or heard from the other side."""
    return _event(request, id, event, AUTHORITY_EVENTS)


@requires(Permission.ASSISTANCE_WORK)
def event(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Write down that evidence came, its limits on use, or that the request is withdrawn."""
    return _event(request, id, event, {Event.RECEIVE, Event.NOTE_LIMITS, Event.WITHDRAW})


def _event(request: HttpRequest, id: UUID, code: str, allowed: set[Event]) -> HttpResponse:
    found = acting_or_404(request, id)
    event = next((one for one in allowed if one.value == code), None)
    if event is None:
        raise Http404

    def do(form: Any) -> object:
        given = form.cleaned_data
        since = form.since_at(found.holder) if isinstance(form, ExecuteForm) else None
        return actions.happen(
            viewer_of(request), form.reason, found, event, given["text"], at=since, whole=bool(given.get("whole"))
        )

    return decide(
        request,
        **about_request(found),
        title=str(labels.DO[event]),
        submit=str(labels.DO[event]),
        danger=event in {Event.WITHDRAW, Event.REFUSE},
        form=_form_of(found, event),
        do=do,
        done=lambda made: results.happened(made, event),
    )


def _form_of(found: AssistanceRequest, event: Event) -> Any:
    if event is Event.EXECUTE:
        preserves = read(found.pinned).instrument.kind is Kind.PRESERVE
        return partial(ExecuteForm, preserves=preserves, initial={"since": timezone.localdate()})
    if event is Event.NOTE_LIMITS:
        return partial(WordsForm, initial={"text": assistance_question.limits_said(found)})
    return ReceiveForm if event is Event.RECEIVE else WordsForm


@requires(Permission.ASSISTANCE_WORK)
def correspond(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a letter or a call to the correspondence."""
    found = acting_or_404(request, id)
    return decide(
        request,
        **about_request(found),
        title=_("Add to the correspondence"),
        submit=_("Add"),
        text=_("Desk and central authority both read it. It goes to nobody abroad."),
        form=WordsForm,
        do=lambda form: actions.correspond(viewer_of(request), form.reason, found, form.cleaned_data["text"]),
        done=_("Added. Desk and central authority both read it; it goes to nobody abroad."),
    )


@requires(Permission.ASSISTANCE_WORK)
def decide_law(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide how a request goes on whose law has ended."""
    found = acting_or_404(request, id)
    return decide(
        request,
        **about_request(found),
        title=_("The law of %(code)s has ended") % {"code": found.code},
        submit=_("Decide"),
        text=_("It was sent under law that was in force. Say how it goes on."),
        form=DecideForm,
        do=lambda form: actions.decide(viewer_of(request), form.reason, found, form.chosen),
        done=results.decided,
    )


@requires(Permission.ASSISTANCE_WORK, step_up=True)
def document(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a request out as a PDF, in the language of the page: for the addressee, or `?for=authority`."""
    viewer, found = viewer_of(request), acting_or_404(request, id)
    reason = reason_for(request, found)
    whole = request.GET.get("for") == "authority"
    content = documents.take_out(viewer, found, reason, get_language() or "en", whole=whole)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{found.code}-authority" if whole else found.code
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
