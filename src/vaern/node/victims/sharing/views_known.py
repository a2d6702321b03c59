"""The page for hash checks, and the setting whether one's organisation is named in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.sharing import actions, presenters, presenters_known, queries, questions
from vaern.node.victims.sharing.forms import KnownForm, OpennessForm
from vaern.node.victims.sharing.hash_checks import known
from vaern.node.victims.sharing.presenters import TO_WORK
from vaern.node.web.decisions import decide
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from vaern.node.ledger.rules import Why
    from vaern.node.victims.models import Question

LONGEST_ASKED = 200
"""Characters of a hash that the search hands over in the address."""


@requires(Permission.SERIES_VIEW)
def ask_known(request: HttpRequest) -> HttpResponse:
    """Check whether hashes are known on this node and, where that was asked, on others; those answer within seconds."""
    viewer = viewer_of(request)
    initial = {"hashes": request.GET.get("hash", "")[:LONGEST_ASKED]}
    form = KnownForm(request.POST or None, initial=initial, nodes=list(questions.to_ask()))
    table, question = None, _question(request)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                table = presenters.answers_table(known(viewer, form.reason, form.signals))
                elsewhere = form.cleaned_data.get("elsewhere")
                question = questions.ask(viewer, form.reason, form.signals) if elsewhere else None
        except Refusal as refusal:
            table = None
            form.add_error(None, str(refusal))
    answers = presenters_known.elsewhere(question, questions.read(viewer, TO_WORK, question)) if question else None
    context = {"form": form, "table": table, "answers": answers, "named": queries.is_named(viewer)}
    return render(request, "victims/sharing/known.html", context, status=422 if form.errors else 200)


def _question(request: HttpRequest) -> Question | None:
    """Return the question to other nodes that the address names, of the viewer's organisation."""
    try:
        return questions.find(UUID(request.GET.get("question", "")))
    except ValueError:
        return None


@requires(Permission.DESK_MANAGE)
def openness(request: HttpRequest) -> HttpResponse:
    """Decide whether hash checks by others name one's organisation."""
    viewer = viewer_of(request)
    named = queries.is_named(viewer)

    def do(form: Any) -> tuple[bool, Why]:
        actions.set_openness(viewer, form.reason, named=form.cleaned_data["named"])
        return form.cleaned_data["named"], form.reason.why

    return decide(
        request,
        title=_("Are we named when others ask?"),
        subject=_("Named") if named else _("Not named"),
        back=reverse("victims:series-list"),
        submit=_("Save"),
        text=_(
            "Others on this node, and on nodes that may ask, can ask whether a hash is known. They are always told "
            "whether a child is identified or safe. Whether they are told that it is your organisation that knows, "
            "you decide."
        ),
        form=partial(OpennessForm, initial={"named": named}),
        do=do,
        then=reverse("victims:openness"),
        done=lambda made: _opened(*made, before=named),
    )


def _opened(named: bool, why: Why, *, before: bool) -> Result:
    """Say what others are told from now on; the way back is the same page, with the answer of before."""
    text = (
        _("Others who ask about a hash are told from now on that it is your organisation that knows it.")
        if named
        else _("Others who ask about a hash are no longer told that it is your organisation that knows it.")
    )
    given = {"why": why.value, **({"named": "on"} if before else {})}
    return Result(text, Undo(reverse("victims:openness"), given) if named != before else None)
