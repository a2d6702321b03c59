"""The pages on which graded VICS comes back to a record: send it, see how far it is and what is wrong, decide.

GRADED = GradedPages(Scan, "scans/<uuid:id>", "scans", find=partial(own_or_404, Scan), about=about, text=…, done=…)
urlpatterns = [*addresses(GRADED), …]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.workstations import actions, presenters_graded, queries_graded
from vaern.node.casework.workstations.forms import LARGEST, PIECE, GradedForm, TakeGradesForm
from vaern.node.casework.workstations.kinds import kind_of
from vaern.node.casework.workstations.rules import GradedEvent, GradedState, after
from vaern.node.organisations.access import requires
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.forms import BaseForm
    from django.http import HttpRequest
    from django.urls import URLPattern

    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.models import GradedDocument


@dataclass(frozen=True)
class GradedPages:
    """What is different of the pages of one kind of record.

    Attributes:
        model: the kind, of which `kinds.register` knows the rest.
        base: the address of one, without the slash behind it.
        namespace: of its app's addresses.
        find: the record on which the viewer may work, or a 404.
        about: what `decide` says of a record.
        text: what becomes of a grade.
        done: what became of what was taken, out of its numbers.
        form: asks what is left to say; given the document. What was said of its categories is `form.chosen`.
        prefix: of the names of its addresses, where its app has several such kinds.
    """

    model: type[Casework]
    base: str
    namespace: str
    find: Callable[[UUID], Any]
    about: Callable[[Any], Mapping[str, Any]]
    text: object
    done: Callable[[Mapping[str, int]], str]
    form: Callable[..., BaseForm] = TakeGradesForm
    prefix: str = ""

    def route(self, name: str) -> str:
        """Return how a route is called, with its namespace."""
        return f"{self.namespace}:{self.prefix}{name}"


def addresses(pages: GradedPages) -> list[URLPattern]:
    """Return the addresses of a kind of record, for its app's own."""
    permission = kind_of(pages.model.KIND).permission

    @takes_up_to(LARGEST)
    @requires(permission)
    def send(request: HttpRequest, id: UUID) -> HttpResponse:
        return _send(request, pages, pages.find(id))

    @requires(permission)
    def document(request: HttpRequest, id: UUID, document: UUID) -> HttpResponse:
        record, found = _found_or_404(request, pages, id, document)
        faults = queries_graded.faults(found, request.GET)
        shown = presenters_graded.page_context(pages, record, found, faults)
        return render(request, "casework/graded.html", shown)

    @requires(permission)
    def progress(request: HttpRequest, id: UUID, document: UUID) -> HttpResponse:
        record, found = _found_or_404(request, pages, id, document)
        return HttpResponse(str(presenters_graded.progress(pages, record, found)))

    @require_POST
    @takes_up_to(PIECE)
    @requires(permission)
    def piece(request: HttpRequest, id: UUID, document: UUID, at: int) -> HttpResponse:
        return _piece(request, _found_or_404(request, pages, id, document)[1], at)

    @requires(permission)
    def take(request: HttpRequest, id: UUID, document: UUID) -> HttpResponse:
        return _take(request, pages, *_found_or_404(request, pages, id, document))

    @requires(permission)
    def reject(request: HttpRequest, id: UUID, document: UUID) -> HttpResponse:
        return _reject(request, pages, *_found_or_404(request, pages, id, document))

    one = f"{pages.base}/graded/<uuid:document>"
    return [
        path(f"{pages.base}/graded/", send, name=f"{pages.prefix}graded"),
        path(f"{one}/", document, name=f"{pages.prefix}graded-document"),
        path(f"{one}/progress/", progress, name=f"{pages.prefix}graded-progress"),
        path(f"{one}/pieces/<int:at>/", piece, name=f"{pages.prefix}graded-piece"),
        path(f"{one}/take/", take, name=f"{pages.prefix}take-graded"),
        path(f"{one}/reject/", reject, name=f"{pages.prefix}reject-graded"),
    ]


def _found_or_404(request: HttpRequest, pages: GradedPages, id: UUID, document: UUID) -> tuple[Any, GradedDocument]:
    record = pages.find(id)
    return record, or_404(queries_graded.find(viewer_of(request), record, document))


def _send(request: HttpRequest, pages: GradedPages, record: Any) -> HttpResponse:
    viewer, about = viewer_of(request), pages.about(record)
    if request.method != "POST" and (waits := queries_graded.under_way(viewer, record)):
        return HttpResponseRedirect(presenters_graded.at(pages, record, waits))

    def do(form: Any) -> GradedDocument:
        file = form.cleaned_data["file"]
        document = actions.begin(viewer, form.reason, record, file.size if file else form.cleaned_data["size"])
        if file:
            actions.add_piece(document, file.read(), 0)
        return document

    return decide(
        request,
        **about,
        title=_("Bring in graded VICS"),
        submit=_("Send"),
        text=pages.text,
        form=GradedForm,
        do=do,
        then=partial(presenters_graded.at, pages, record),
        done=_("The file is being read. This page says how far it is; nothing is taken before you decide."),
        template="casework/graded_send.html",
        more={"piece": PIECE},
    )


def _piece(request: HttpRequest, document: GradedDocument, at: int) -> HttpResponse:
    """Take a piece of a document, which a script of its page sends."""
    try:
        received = actions.add_piece(document, request.body, at)
    except Refusal as refusal:
        return JsonResponse({"why": str(refusal)}, status=409 if refusal.conflict else 422)
    return JsonResponse({"received": received})


def _take(request: HttpRequest, pages: GradedPages, record: Any, document: GradedDocument) -> HttpResponse:
    viewer = viewer_of(request)
    return decide(
        request,
        **presenters_graded.about(pages, record, document),
        title=_("Take these grades"),
        submit=_("Take these grades"),
        text=pages.text,
        check=lambda: after(GradedState(document.state), GradedEvent.TAKE),
        shown=lambda: presenters_graded.shown(document),
        form=partial(pages.form, document),
        do=lambda form: actions.take(viewer, form.reason, record, document, form.chosen),
        done=_("The grades are being taken. This page says how far that is."),
    )


def _reject(request: HttpRequest, pages: GradedPages, record: Any, document: GradedDocument) -> HttpResponse:
    viewer = viewer_of(request)
    return decide(
        request,
        **presenters_graded.about(pages, record, document),
        title=_("Reject this file"),
        submit=_("Reject"),
        text=_("What was read of it is erased. What was taken of it before stands."),
        check=lambda: after(GradedState(document.state), GradedEvent.REJECT),
        form=PlainReasonForm,
        do=lambda form: actions.reject(viewer, form.reason, record, document),
        done=_("The file is rejected and erased."),
    )
