"""Pages about requests of other countries: the list, one of them, taking in, what is done to it, passing, answering."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.cases.assistance.asking import PROBLEMS, ask
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.forms import WordsForm
from vaern.node.cases.assistance.forms_writing import FieldsForm
from vaern.node.cases.assistance.incoming import actions, documents, labels, presenting, queries, taking
from vaern.node.cases.assistance.incoming.changing import NOTHING
from vaern.node.cases.assistance.incoming.forms import (
    DelayForm,
    DocumentForm,
    ExecutedForm,
    GroundForm,
    HeadForm,
    PassForm,
    now_typed,
)
from vaern.node.cases.assistance.incoming.locking import IncomingError, side_of
from vaern.node.cases.assistance.incoming.reading import Kind as GroundKind
from vaern.node.cases.assistance.incoming.reading import table
from vaern.node.cases.assistance.incoming.rules import Event, State, Who
from vaern.node.cases.assistance.incoming.state import values_of
from vaern.node.cases.assistance.pinning import read
from vaern.node.cases.assistance.records import Kind
from vaern.node.casework.reasons import reason_for, remember
from vaern.node.casework.releases.preview import proof, show
from vaern.node.law.labels import said
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.cases.models import IncomingRequest
    from vaern.node.organisations.viewers import Viewer

FORM = "cases/assistance/incoming/form.html"
BY_DESK = frozenset({Event.EXECUTE, Event.GIVE_BACK})


def seen_or_404(request: HttpRequest, id: UUID) -> IncomingRequest:
    """Return a request that the viewer may see."""
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def acting_or_404(request: HttpRequest, id: UUID, *sides: Who) -> IncomingRequest:
    """Return a request on which the viewer acts as one of some sides."""
    found = seen_or_404(request, id)
    if side_of(viewer_of(request), found) not in sides:
        raise Http404
    return found


def at(found: IncomingRequest) -> str:
    """Return the address of a request's page."""
    return reverse("cases:incoming-request", args=[found.pk])


@requires(Permission.ASSISTANCE_VIEW)
def requests(request: HttpRequest) -> HttpResponse:
    """Show the requests of other countries that the viewer may see; urgent first."""
    viewer, state = viewer_of(request), request.GET.get("state", "")
    state = state if state in {"late", "all", *State} else ""
    page = queries.requests(viewer, state, request.GET)
    context = {
        "table": presenting.requests_table(viewer, page, current(), state),
        "may_take": viewer.may(Permission.ASSISTANCE_SEND),
    }
    return render(request, "cases/assistance/incoming/requests.html", context)


@requires(Permission.ASSISTANCE_VIEW)
def request_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one request; asks for the reason once in a session."""
    viewer, found = viewer_of(request), seen_or_404(request, id)
    sheet = queries.sheet(viewer, found, reason_for(request, found.subject))
    context = presenting.request_context(viewer, sheet, current())
    return render(request, "cases/assistance/incoming/request.html", context)


@requires(Permission.ASSISTANCE_SEND)
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a request from a letter or a certificate."""
    form = HeadForm(request.POST or None, book=current(), initial={"received_at": now_typed()})
    if request.method == "POST" and form.is_valid():
        try:
            made = taking.receive(viewer_of(request), form.reason, form.head)
        except PROBLEMS as error:
            form.add_error(None, str(error))
        else:
            remember(request, made.subject, form.reason)
            return HttpResponseRedirect(reverse("cases:write-incoming", args=[made.pk]))
    return _form(
        request,
        form,
        _("Take in a request"),
        _("Take in"),
        reverse("cases:incoming"),
        _("From a letter or a certificate. What it asks for comes on the next page. No names of victims."),
    )


@requires(Permission.ASSISTANCE_SEND)
def correct(request: HttpRequest, id: UUID) -> HttpResponse:
    """Correct what was typed of a request."""
    found = acting_or_404(request, id, Who.AUTHORITY)
    form = HeadForm(request.POST or None, book=current(), initial=HeadForm.initial_of(found))
    return _do(
        request,
        form,
        lambda viewer, form: taking.correct(viewer, form.reason, found, form.head),
        found,
        _("Correct what it says of itself"),
        _("Save"),
        _("Its periods are counted anew."),
    )


@requires(Permission.ASSISTANCE_SEND)
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Fill in what it asks for, by the instrument's form."""
    found = acting_or_404(request, id, Who.AUTHORITY)
    reason = reason_for(request, found.subject)
    form = FieldsForm(request.POST or None, form=read(found.pinned).form, values=values_of(found))
    return _do(
        request,
        form,
        lambda viewer, form: taking.write(viewer, reason, found, form.values),
        found,
        said(read(found.pinned).instrument.name),
        _("Save"),
        _("What the letter does not say stays empty: the page of the request names it as missing."),
    )


@requires(Permission.ASSISTANCE_SEND)
def attach(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a document in which it came."""
    found = acting_or_404(request, id, Who.AUTHORITY)

    def do(viewer: Viewer, form: Any) -> object:
        file = form.cleaned_data["file"]
        return taking.attach(viewer, form.reason, found, file.content_type or "", file.read())

    form = DocumentForm(request.POST or None, request.FILES or None)
    return _do(
        request,
        form,
        do,
        found,
        _("Add a document"),
        _("Add"),
        _("It is kept sealed, as long as the request. The executing desk does not see it."),
    )


@requires(Permission.ASSISTANCE_SEND)
def fetch(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Take a document of a request out."""
    document = queries.find_document(viewer_of(request), id, number)
    if document is None:
        raise Http404
    data = taking.take_document(viewer_of(request), reason_for(request, document.request.subject), document)
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

    def do(viewer: Viewer, form: Any) -> object:
        given = getattr(form, "said", NOTHING)
        return actions.happen(viewer, form.reason, found, event, form.cleaned_data["text"], given)

    return ask(
        request,
        _form_of(found, event)(request.POST or None),
        do,
        title=str(labels.DO[event]),
        submit=str(labels.DO[event]),
        text=found.code,
        back=at(found),
        danger=event in presenting.DANGER,
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
    return WordsForm


@requires(Permission.ASSISTANCE_SEND)
def pass_on(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask which desk executes, show who will see what, and pass it on when exactly that was confirmed."""
    viewer, found = viewer_of(request), acting_or_404(request, id, Who.AUTHORITY)
    form = PassForm(request.POST or None, record=found, prospects=actions.desks(viewer, found))
    title, text = _("Pass to a desk"), _("It sees what is asked for and until when, and not the letters. Choose one.")
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, title, _("Show the recipients"), at(found), text)
    if request.POST.get("shown") != proof(found, form):
        way = [(_("Requests of other countries"), reverse("cases:incoming")), (found.code, at(found))]
        return show(request, found, form, way, _("Pass on"))

    def do(viewer: Viewer, form: Any) -> object:
        chosen, *others = form.chosen
        if others:
            raise IncomingError(_("One desk executes a request."))
        words = form.cleaned_data["text"]
        return actions.pass_on(viewer, form.reason, found, chosen.organisation.id, form.terms, words)

    return _do(request, form, do, found, title, _("Show the recipients"), text)


@requires(Permission.ASSISTANCE_WORK)
def correspond(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a letter, a call, or a word between authority and desk."""
    found = acting_or_404(request, id, Who.AUTHORITY, Who.DESK)
    return ask(
        request,
        WordsForm(request.POST or None),
        lambda viewer, form: actions.correspond(viewer, form.reason, found, form.cleaned_data["text"]),
        title=_("Add to the correspondence"),
        submit=_("Add"),
        back=at(found),
        text=_("Central authority and executing desk both read it. It goes to nobody abroad."),
    )


@requires(Permission.ASSISTANCE_SEND)
def confirmation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the confirmation of receipt out as a PDF."""
    viewer, found = viewer_of(request), acting_or_404(request, id, Who.AUTHORITY)
    content = documents.take_out(viewer, found, reason_for(request, found.subject), get_language() or "en")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-receipt.pdf"'
    return response


def _do(
    request: HttpRequest, form: Any, do: Any, found: IncomingRequest, title: str, submit: str, text: str
) -> HttpResponse:
    """Show a form, and do it when it was filled in; then go back to the request."""
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), form)
        except PROBLEMS as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(at(found))
    return _form(request, form, title, submit, at(found), text)


def _form(request: HttpRequest, form: Any, title: str, submit: str, back: str, text: str) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back": back, "text": text}
    return render(request, FORM, context, status=422 if form.errors else 200)
