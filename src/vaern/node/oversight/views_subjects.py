"""Requests of people without an account: take in, look what is held, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission, Regime
from vaern.node.organisations.viewers import viewer_of
from vaern.node.oversight import acts, queries, subject_actions
from vaern.node.oversight.actions import looked, of_own
from vaern.node.oversight.labels import IDENTITIES, PROBLEMS, REPLIES, RIGHTS
from vaern.node.oversight.naming import KINDS
from vaern.node.oversight.sight import Sight, end_of
from vaern.node.oversight.subject_forms import ReplyForm, SubjectForm
from vaern.node.oversight.subject_rules import Identity, Reply, Right
from vaern.node.oversight.subject_searching import by_kind
from vaern.node.web.components import Chip, Clock, Empty
from vaern.node.web.paging import paginate
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.oversight.models import SubjectRequest


def _request(viewer: Viewer, id: UUID) -> SubjectRequest:
    found: SubjectRequest | None = queries.subjects(Sight.of(viewer)).filter(id=id).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.LEDGER_OVERSEE)
def subjects(request: HttpRequest) -> HttpResponse:
    """The requests of people without an account, the next due first."""
    viewer = viewer_of(request)
    page = paginate(queries.subjects(Sight.of(viewer)).order_by(), ("-due_date", "id"), request.GET)
    looked(
        viewer,
        acts.SUBJECTS_CONSULTED,
        of_own(viewer, "subject_request"),
        count=len(page.rows),
        reason=Reason(Why.DATA_SUBJECT),
    )
    rows = [
        Row(
            [
                found.reference,
                RIGHTS[Right(found.right)],
                Chip(_("Answered"), "good") if found.answered_at else Chip(_("Open"), "info"),
                Clock(end_of(found.due_date), found.answered_at),
            ],
            url=reverse("oversight:subject", args=[found.id]),
        )
        for found in page.rows
    ]
    table = Table(
        caption=_("Requests of people without an account"),
        columns=[Column(_("File number")), Column(_("What is asked for")), Column(_("State")), Column(_("Due"))],
        rows=rows,
        next=page.next,
        previous=page.previous,
        empty=Empty(
            _("No requests"),
            _("When a suspect, a victim or a reporter asks what is held about them, take the request in here."),
            reverse("oversight:new-subject"),
            _("Take in a request"),
        ),
    )
    return render(request, "oversight/subjects.html", {"table": table})


@requires(Permission.LEDGER_OVERSEE)
def new_subject(request: HttpRequest) -> HttpResponse:
    """Take in a request of somebody without an account."""
    viewer = viewer_of(request)
    form = SubjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = subject_actions.open_subject(
                viewer,
                Right(given["right"]),
                Identity(given["identity"]),
                given["identifiers"],
                given["received_date"],
                given["reference"],
                given["language"],
            )
        except Refusal as refused:
            form.add_error("right", PROBLEMS[str(refused)])
        else:
            return HttpResponseRedirect(reverse("oversight:subject", args=[made.id]))
    context = {
        "title": _("Take in a request"),
        "form": form,
        "submit": _("Take it in"),
        "back": reverse("oversight:subjects"),
        "text": _("Of somebody without an account: a suspect, a victim, somebody who reported."),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@requires(Permission.LEDGER_OVERSEE)
def subject(request: HttpRequest, id: UUID) -> HttpResponse:
    """What is held of the person, and how they are answered."""
    viewer = viewer_of(request)
    found = _request(viewer, id)
    held = by_kind(subject_actions.search(viewer, found))
    context = {
        "found": found,
        "due_at": end_of(found.due_date),
        "right": RIGHTS[Right(found.right)],
        "identity": IDENTITIES[Identity(found.identity)],
        "said": subject_actions.said_of(found).splitlines(),
        "held": [(KINDS.get(kind, _("account")), count) for kind, count in held],
        "reply": REPLIES[Reply(found.reply)] if found.reply else "",
    }
    return render(request, "oversight/subject.html", context)


@requires(Permission.LEDGER_EXPORT)
def answer_subject(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide the answer and produce it: a page to print, or text. Producing it is a disclosure."""
    viewer = viewer_of(request)
    found = _request(viewer, id)
    regime, right = Regime(found.organisation.regime), Right(found.right)
    posted = request.POST if request.method == "POST" else None
    form = ReplyForm(regime, right, posted, initial={"identity": found.identity})
    if posted is not None and form.is_valid():
        try:
            text = subject_actions.answer(viewer, found, *form.chosen)
        except Refusal as refused:
            form.add_error(None, PROBLEMS[str(refused)])
        else:
            if posted.get("as") == "text":
                response = HttpResponse(text, content_type="text/plain; charset=utf-8")
                response["Content-Disposition"] = f'attachment; filename="answer-{str(found.id)[:8]}.txt"'
                return response
            return render(request, "oversight/subject_answer.html", {"found": found, "parts": text.split("\n\n")})
    status = 422 if form.errors else 200
    return render(request, "oversight/subject_produce.html", {"found": found, "form": form}, status=status)
