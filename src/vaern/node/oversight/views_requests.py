"""Requests of data subjects: take in, look, decide what is left out, produce the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission, Regime
from vaern.node.organisations.viewers import viewer_of
from vaern.node.oversight import actions, acts, queries
from vaern.node.oversight.answers import answer, ground_of
from vaern.node.oversight.forms import RequestForm, RestrictForm
from vaern.node.oversight.labels import PARTS
from vaern.node.oversight.rules import Part
from vaern.node.oversight.sight import Sight, end_of
from vaern.node.web.components import Chip, Clock, Definitions, Empty
from vaern.node.web.decisions import decide, refuse
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.paging import paginate
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.oversight.models import AccessRequest

DATA_SUBJECT = Reason(Why.DATA_SUBJECT)


def _request(viewer: Viewer, id: UUID) -> AccessRequest:
    return or_404(queries.requests(Sight.of(viewer)).filter(id=id).first())


def name_of(request: AccessRequest) -> str:
    """Return how the person is called, also after their data was erased."""
    return request.person.name or _("a person whose data was erased (id %s)") % str(request.person_id)[:8]


@requires(Permission.LEDGER_OVERSEE)
def requests(request: HttpRequest) -> HttpResponse:
    """The requests of data subjects, the next due first."""
    viewer = viewer_of(request)
    page = paginate(queries.requests(Sight.of(viewer)).order_by(), queries.REQUESTS, request.GET)
    actions.looked(
        viewer,
        acts.REQUESTS_CONSULTED,
        actions.of_own(viewer, "access_request"),
        count=len(page.rows),
        reason=DATA_SUBJECT,
    )
    rows = [
        Row(
            [
                name_of(found),
                Chip(_("Answered"), "good") if found.answered_at else Chip(_("Open"), "info"),
                Clock(end_of(found.due_date), found.answered_at),
            ],
            url=reverse("oversight:request", args=[found.id]),
        )
        for found in page.rows
    ]
    table = Table(
        caption=_("Requests of data subjects"),
        columns=[
            Column(_("Data subject"), sort="name"),
            Column(_("State"), sort="answered"),
            Column(_("Due"), sort="due"),
        ],
        rows=rows,
        page=page,
        empty=Empty(
            _("No requests"),
            _("When a person asks what is held about them, take the request in here; the clock of one month begins."),
            reverse("oversight:new-request"),
            _("Take in a request"),
        ),
    )
    buttons = [
        Button(_("People without an account"), reverse("oversight:subjects")),
        Button(_("Take in a request"), reverse("oversight:new-request"), primary=True),
    ]
    return list_page(request, title=_("Data subjects"), buttons=buttons, table=table)


@requires(Permission.LEDGER_OVERSEE)
def new_request(request: HttpRequest) -> HttpResponse:
    """Find one person, by the exact address or id, and take their request in."""
    viewer = viewer_of(request)
    sight = Sight.of(viewer)
    form = RequestForm(sight, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        actions.looked(
            viewer,
            acts.REQUEST_SEARCHED,
            actions.of_own(viewer, "person"),
            count=1 if form.cleaned_data.get("person") else 0,
            reason=DATA_SUBJECT,
            details=form.cleaned_data.get("who", ""),
        )

    def do(form: Any) -> AccessRequest:
        data = form.cleaned_data
        return actions.open_request(viewer, data["person"], data["received_date"], data["reference"])

    back = reverse("oversight:requests")
    return decide(
        request,
        title=_("Take in a request"),
        subject=None,
        crumbs=[(_("Data subjects"), back)],
        back=back,
        submit=_("Find the person"),
        text=_("Of a person who asks what this node holds about them."),
        form=lambda *_sent: form,
        do=do,
        then=lambda made: reverse("oversight:request", args=[made.id]),
        done=lambda made: (
            _("The request is taken in, and has to be answered by %(day)s. Next: what the answer leaves out.")
            % {"day": date_format(made.due_date)}
        ),
    )


@requires(Permission.LEDGER_OVERSEE)
def request_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """What the node holds about the person, and what the answer leaves out."""
    viewer = viewer_of(request)
    found = _request(viewer, id)
    held = answer(found)
    actions.looked(viewer, acts.REQUEST_CONSULTED, found.subject, count=held.count, reason=DATA_SUBJECT)
    return _page(request, found, _restrict_form(found))


def _restrict_form(found: AccessRequest) -> RestrictForm:
    names = ("parts", "ground", "provision", "words", "unsaid")
    return RestrictForm(Regime(found.organisation.regime), initial={name: getattr(found, name) for name in names})


def _page(request: HttpRequest, found: AccessRequest, form: RestrictForm, status: int = 200) -> HttpResponse:
    held = answer(found)
    context = {
        "found": found,
        "name": name_of(found),
        "due_at": end_of(found.due_date),
        "form": form,
        "held": [
            (_("Entries of what the person did"), len(held.did) if held.did is not None else _("left out")),
            (
                _("Entries of what was done with their data"),
                len(held.done_to) if held.done_to is not None else _("left out"),
            ),
            *((name, len(rows)) for name, rows in held.records.items()),
        ],
        "left_out": [PARTS[Part(part)] for part in found.parts],
        "ground": ground_of(found),
    }
    return render(request, "oversight/request.html", context, status=status)


@requires(Permission.LEDGER_OVERSEE)
@require_POST
def restrict(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide what the answer leaves out."""
    viewer = viewer_of(request)
    found = _request(viewer, id)
    form = RestrictForm(Regime(found.organisation.regime), request.POST)
    if form.is_valid():
        try:
            actions.restrict(viewer, found, form.chosen)
        except Refusal as refusal:
            return refuse(refusal, form, lambda _said, status: _page(request, found, form, status))
        messages.success(
            request, _("It is decided what the answer leaves out. Next, produce the answer: that is a disclosure.")
        )
        return HttpResponseRedirect(reverse("oversight:request", args=[found.id]))
    return _page(request, found, form, status=422)


@requires(Permission.LEDGER_EXPORT)
def answer_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Produce the answer: a page to print, or JSON. Producing it is a disclosure."""
    viewer = viewer_of(request)
    found = _request(viewer, id)

    def do(_form: object) -> HttpResponse:
        made = actions.produce_answer(viewer, found)
        if request.POST.get("as") == "json":
            text = json.dumps(made.document(), ensure_ascii=False, indent=2)
            response = HttpResponse(text, content_type="application/json; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="answer-{str(found.id)[:8]}.json"'
            return response
        context = {
            "made": made,
            "found": found,
            "name": name_of(found),
            "under_led": found.organisation.regime == Regime.LED,
        }
        return render(request, "oversight/answer.html", context)

    here = reverse("oversight:request", args=[found.id])
    return decide(
        request,
        title=_("Produce the answer"),
        subject=Definitions([(_("Data subject"), name_of(found)), (_("Due"), Clock(end_of(found.due_date)))]),
        crumbs=[(_("Data subjects"), reverse("oversight:requests")), (name_of(found), here)],
        back=here,
        text=_("The answer goes to %(name)s and to nobody else.") % {"name": name_of(found)},
        do=do,
        done=None,
        template="oversight/produce.html",
    )
