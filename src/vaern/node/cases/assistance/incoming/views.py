"""Pages about requests of other countries: the list, one of them, taking in, what is done to it, passing, answering."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import results
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.forms import WordsForm
from vaern.node.cases.assistance.forms_text import FieldsForm
from vaern.node.cases.assistance.incoming import actions, documents, intake, labels, presenters, queries
from vaern.node.cases.assistance.incoming.effects import NOTHING
from vaern.node.cases.assistance.incoming.forms import (
    AnswerForm,
    DelayForm,
    DocumentForm,
    ExecutedForm,
    GroundForm,
    HeadForm,
    PassForm,
    now_typed,
)
from vaern.node.cases.assistance.incoming.locks import side_of
from vaern.node.cases.assistance.incoming.offers import ANSWERS, ENDING
from vaern.node.cases.assistance.incoming.state import values_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.assistance.subjects import about_incoming
from vaern.node.cases.models import IncomingRequest
from vaern.node.cases.rules.incoming import Event, State, Who
from vaern.node.cases.rules.instruments import Kind
from vaern.node.cases.rules.term_files import Kind as GroundKind
from vaern.node.cases.rules.term_files import table
from vaern.node.casework.reasons import reason_for, remember
from vaern.node.casework.releases.preview import proof, show
from vaern.node.casework.sheets import found_or_404, record_page
from vaern.node.law.labels import said
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


BY_DESK = frozenset({Event.EXECUTE, Event.GIVE_BACK})


def acting_or_404(request: HttpRequest, id: UUID, *sides: Who) -> IncomingRequest:
    """Return a request on which the viewer acts as one of some sides."""
    found = found_or_404(IncomingRequest, id)
    if side_of(viewer_of(request), found) not in sides:
        raise Http404
    return found


@listed(
    "cases:incoming",
    gettext_lazy("Requests of other countries"),
    Permission.ASSISTANCE_VIEW,
    kind=IncomingRequest.KIND,
)
def requests_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the requests of other countries that the viewer may see."""
    state = one_of(given, "state", ("late", "all", *State))
    return presenters.requests_table(viewer, queries.requests(viewer, state, given), current(), state)


@requires(Permission.ASSISTANCE_VIEW)
def requests(request: HttpRequest) -> HttpResponse:
    """Show the requests of other countries that the viewer may see; urgent first."""
    viewer = viewer_of(request)
    take = Button(_("Take in a request"), reverse("cases:receive-incoming"), primary=True)
    return list_page(
        request,
        title=_("Requests of other countries"),
        crumbs=[(_("Legal assistance"), reverse("cases:assistance"))],
        lead=_(
            "What other countries ask of your authority, or what it passed to your desk to execute. Urgent ones stand "
            "first, then what is due first. Nobody else sees them."
        ),
        buttons=[take] if viewer.may(Permission.ASSISTANCE_SEND) else [],
        table=requests_table(request),
    )


@requires(Permission.ASSISTANCE_VIEW)
def request_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one request; asks for the reason once in a session."""
    found = found_or_404(IncomingRequest, id)
    show = partial(presenters.request_context, book=current())
    return record_page(request, found, "cases/assistance/incoming/request.html", read=queries.sheet, show=show)


@requires(Permission.ASSISTANCE_SEND)
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a request from a letter or a certificate."""

    def do(form: Any) -> IncomingRequest:
        made = intake.receive(viewer_of(request), form.reason, form.head)
        remember(request, made.subject, form.reason)
        return made

    return decide(
        request,
        title=_("Take in a request"),
        subject=None,
        crumbs=[(_("Requests of other countries"), reverse("cases:incoming"))],
        back=reverse("cases:incoming"),
        submit=_("Take in"),
        text=_("From a letter or a certificate. What it asks for comes on the next page. No names of victims."),
        form=partial(HeadForm, book=current(), initial={"received_at": now_typed()}),
        do=do,
        done=lambda made: (
            _("%(code)s is taken in. Write now what it asks for; then acknowledge its receipt.") % {"code": made.code}
        ),
        then=lambda made: reverse("cases:write-incoming", args=[made.pk]),
    )


@requires(Permission.ASSISTANCE_SEND)
def correct(request: HttpRequest, id: UUID) -> HttpResponse:
    """Correct what was typed of a request."""
    found = acting_or_404(request, id, Who.AUTHORITY)
    return decide(
        request,
        **about_incoming(found),
        title=_("Correct what it says of itself"),
        submit=_("Save"),
        text=_("Its periods are counted anew."),
        form=partial(HeadForm, book=current(), initial=HeadForm.initial_of(found)),
        do=lambda form: intake.correct(viewer_of(request), form.reason, found, form.head),
        done=lambda made: _("%(code)s is corrected, and its periods are counted anew.") % {"code": made.code},
    )


@requires(Permission.ASSISTANCE_SEND)
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Fill in what it asks for, by the instrument's form."""
    found = acting_or_404(request, id, Who.AUTHORITY)
    reason = reason_for(request, found)
    return decide(
        request,
        **about_incoming(found),
        title=said(read(found.pinned).instrument.name),
        submit=_("Save"),
        text=_("What the letter does not say stays empty: the page of the request names it as missing."),
        form=partial(FieldsForm, form=read(found.pinned).form, values=values_of(found)),
        do=lambda form: intake.write(viewer_of(request), reason, found, form.values),
        done=lambda made: _("%(code)s is saved. Its page names what the letter does not say.") % {"code": made.code},
    )


@requires(Permission.ASSISTANCE_SEND)
def attach(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a document in which it came."""
    found = acting_or_404(request, id, Who.AUTHORITY)

    def do(form: Any) -> object:
        file = form.cleaned_data["file"]
        return intake.attach(viewer_of(request), form.reason, found, file.content_type or "", file.read())

    return decide(
        request,
        **about_incoming(found),
        title=_("Add a document"),
        submit=_("Add"),
        text=_("It is kept sealed, as long as the request. The executing desk does not see it."),
        form=DocumentForm,
        do=do,
        done=_("The document is kept sealed with %(code)s. The executing desk does not see it.") % {"code": found.code},
    )


@requires(Permission.ASSISTANCE_SEND)
def fetch(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Take a document of a request out."""
    document = queries.find_document(viewer_of(request), id, number)
    if document is None:
        raise Http404
    data = intake.take_document(viewer_of(request), reason_for(request, document.request), document)
    headers = {
        "Content-Disposition": f'attachment; filename="{document.request.code}-{number}.txt"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


@requires(Permission.ASSISTANCE_SEND)
def event(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Write down what the authority decided, said or heard."""
    return _event(request, acting_or_404(request, id, Who.AUTHORITY), event, frozenset(labels.DO) - {Event.GIVE_BACK})


@requires(Permission.ASSISTANCE_WORK)
def desk_event(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Write down that the desk executed it, or gives it back."""
    return _event(request, acting_or_404(request, id, Who.DESK), event, BY_DESK)


def _event(request: HttpRequest, found: IncomingRequest, code: str, allowed: frozenset[Event]) -> HttpResponse:
    event = next((one for one in allowed if one.value == code), None)
    if event is None:
        raise Http404

    def do(form: Any) -> object:
        given = getattr(form, "said", NOTHING)
        return actions.happen(viewer_of(request), form.reason, found, event, form.cleaned_data["text"], given)

    return decide(
        request,
        **about_incoming(found),
        title=str(labels.DO[event]),
        submit=str(labels.DO[event]),
        danger=event in ENDING,
        form=_form_of(found, event),
        do=do,
        done=lambda made: results.incoming_happened(made, event),
    )


def _form_of(found: IncomingRequest, event: Event) -> Any:
    law = read(found.pinned).instrument
    if event in {Event.REFUSE, Event.POSTPONE}:
        waits = event is Event.POSTPONE
        grounds = table().grounds_of(law, GroundKind.POSTPONE if waits else GroundKind.REFUSE)
        return partial(GroundForm, grounds=grounds, waits=waits)
    if event is Event.EXTEND:
        return partial(DelayForm, duties=actions.extendable(found))
    if event is Event.EXECUTE:
        return partial(ExecutedForm, preserves=law.kind is Kind.PRESERVE, country=found.requested)
    return AnswerForm if event in ANSWERS else WordsForm


@requires(Permission.ASSISTANCE_SEND)
def pass_on(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask which desk executes, show who will see what, and pass it on when exactly that was confirmed."""
    viewer, found = viewer_of(request), acting_or_404(request, id, Who.AUTHORITY)

    def do(form: Any) -> HttpResponse | IncomingRequest:
        if request.POST.get("shown") != proof(found, form):
            return show(request, found, form, about_incoming(found)["crumbs"], _("Pass on"))
        chosen, *others = form.chosen
        if others:
            raise Refusal(_("One desk executes a request."), field="recipients")
        desk = chosen.organisation.id
        return actions.pass_on(viewer, form.reason, found, desk, form.terms, form.cleaned_data["text"])

    return decide(
        request,
        **about_incoming(found),
        title=_("Pass to a desk"),
        submit=_("Show the recipients"),
        text=_("It sees what is asked for and until when, and not the letters. Choose one."),
        form=partial(PassForm, record=found, prospects=actions.desks(viewer, found)),
        do=do,
        done=lambda made: (
            _("%(name)s has %(code)s now, and executes it or gives it back. You answer whoever asked.")
            % {"name": made.desk.name, "code": made.code}
        ),
    )


@requires(Permission.ASSISTANCE_WORK)
def correspond(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a letter, a call, or a word between authority and desk."""
    found = acting_or_404(request, id, Who.AUTHORITY, Who.DESK)
    return decide(
        request,
        **about_incoming(found),
        title=_("Add to the correspondence"),
        submit=_("Add"),
        text=_("Central authority and executing desk both read it. It goes to nobody abroad."),
        form=WordsForm,
        do=lambda form: actions.correspond(viewer_of(request), form.reason, found, form.cleaned_data["text"]),
        done=_("Added. Central authority and executing desk both read it; it goes to nobody abroad."),
    )


@requires(Permission.ASSISTANCE_SEND)
def confirmation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the confirmation of receipt out as a PDF."""
    viewer, found = viewer_of(request), acting_or_404(request, id, Who.AUTHORITY)
    content = documents.take_out(viewer, found, reason_for(request, found), get_language() or "en")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-receipt.pdf"'
    return response
