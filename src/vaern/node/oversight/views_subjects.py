"""Requests of people without an account: take in, look what is held, answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission, Regime
from vaern.node.organisations.viewers import viewer_of
from vaern.node.oversight import acts, queries, subject_actions
from vaern.node.oversight.actions import looked, of_own
from vaern.node.oversight.labels import IDENTITIES, REPLIES, RIGHTS
from vaern.node.oversight.names import KINDS
from vaern.node.oversight.sight import Sight, end_of
from vaern.node.oversight.subject_forms import ReplyForm, SubjectForm
from vaern.node.oversight.subject_rules import Identity, Reply, Right
from vaern.node.oversight.subject_search import by_kind
from vaern.node.web.components import Chip, Clock, Definitions, Empty
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.paging import paginate
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.oversight.models import SubjectRequest


def _request(viewer: Viewer, id: UUID) -> SubjectRequest:
    return or_404(queries.subjects(Sight.of(viewer)).filter(id=id).first())


@requires(Permission.LEDGER_OVERSEE)
def subjects(request: HttpRequest) -> HttpResponse:
    """The requests of people without an account, the next due first."""
    viewer = viewer_of(request)
    page = paginate(queries.subjects(Sight.of(viewer)).order_by(), queries.SUBJECTS, request.GET)
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
        columns=[
            Column(_("File number"), sort="reference"),
            Column(_("What is asked for"), sort="right"),
            Column(_("State"), sort="answered"),
            Column(_("Due"), sort="due"),
        ],
        rows=rows,
        page=page,
        empty=Empty(
            _("No requests"),
            _("When a suspect, a victim or a reporter asks what is held about them, take the request in here."),
            reverse("oversight:new-subject"),
            _("Take in a request"),
        ),
    )
    return list_page(
        request,
        title=_("People without an account"),
        buttons=[Button(_("Take in a request"), reverse("oversight:new-subject"), primary=True)],
        table=table,
    )


@requires(Permission.LEDGER_OVERSEE)
def new_subject(request: HttpRequest) -> HttpResponse:
    """Take in a request of somebody without an account."""
    viewer = viewer_of(request)

    def do(form: Any) -> SubjectRequest:
        given = form.cleaned_data
        return subject_actions.open_subject(
            viewer,
            Right(given["right"]),
            Identity(given["identity"]),
            given["identifiers"],
            given["received_date"],
            given["reference"],
            given["language"],
        )

    back = reverse("oversight:subjects")
    return decide(
        request,
        title=_("Take in a request"),
        subject=None,
        crumbs=[(_("Data subjects"), reverse("oversight:requests")), (_("People without an account"), back)],
        back=back,
        submit=_("Take it in"),
        text=_("Of somebody without an account: a suspect, a victim, somebody who reported."),
        form=SubjectForm,
        do=do,
        then=lambda made: reverse("oversight:subject", args=[made.id]),
        done=lambda made: (
            _("The request is taken in, and has to be answered by %(day)s. Here is what is held of the person.")
            % {"day": date_format(made.due_date)}
        ),
    )


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

    def do(form: Any) -> HttpResponse:
        text = subject_actions.answer(viewer, found, *form.chosen)
        if request.POST.get("as") == "text":
            response = HttpResponse(text, content_type="text/plain; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="answer-{str(found.id)[:8]}.txt"'
            return response
        return render(request, "oversight/subject_answer.html", {"found": found, "parts": text.split("\n\n")})

    here = reverse("oversight:subject", args=[found.id])
    return decide(
        request,
        title=_("Produce the answer"),
        subject=Definitions([(_("File number"), found.reference), (_("What is asked for"), RIGHTS[right])]),
        crumbs=[(_("People without an account"), reverse("oversight:subjects")), (found.reference, here)],
        back=here,
        text=_(
            "Producing it is recorded as a disclosure, each time. The entry does not say whether anything was found."
        ),
        form=partial(ReplyForm, regime, right, initial={"identity": found.identity}),
        do=do,
        done=None,
        template="oversight/subject_produce.html",
    )
