"""The page of a meeting, and what its sides do about being known to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.reasons import reason_for
from vaern.node.crosscheck.desk.queries import nudges_of
from vaern.node.crosscheck.registry import queries as registry
from vaern.node.crosscheck.registry import seeing
from vaern.node.crosscheck.reveals import actions, presenting, queries
from vaern.node.crosscheck.reveals.forms import AgreeForm, AskForm, RefuseForm
from vaern.node.crosscheck.reveals.rules import Level, RefusalGround
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Definitions

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.crosscheck.models import Meeting, Reveal


def meeting_or_404(request: HttpRequest, id: UUID) -> Meeting:
    """Return a meeting of which the viewer's organisation is a side.

    Raises:
        Http404: it is of others, or there is none.
    """
    found = registry.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def reveal_or_404(request: HttpRequest, id: UUID) -> Reveal:
    """Return a reveal of which the viewer's organisation is a side.

    Raises:
        Http404: it is of others, or there is none.
    """
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


@requires(Permission.CROSSCHECK_VIEW)
def meeting(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a meeting from the viewer's side; asks for the reason of its own record once in a session."""
    viewer, found = viewer_of(request), meeting_or_404(request, id)
    reason = reason_for(request, found.side_of(viewer.organisation.id).subject)
    one = registry.met(viewer, found)
    told = seeing.see(viewer, reason, found)
    nudges = nudges_of([found.pk])
    context = presenting.meeting_context(viewer, one, queries.reveals_of(viewer, [found.pk]), told, nudges)
    return render(request, "crosscheck/reveals/meeting.html", context)


@requires(Permission.CROSSCHECK_REVEAL)
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask the other side that both say who they are."""
    found = meeting_or_404(request, id)
    contact = _("what you write below, if you choose it")

    def do(form: AskForm) -> None:
        given = form.cleaned_data
        actions.ask(viewer_of(request), form.reason, found, Level(given["level"]), given["contact"])

    return _step(
        request,
        found.pk,
        AskForm(request.POST or None),
        do,
        _("Ask who it is"),
        _("Ask"),
        _(
            "Until the other side agrees, it learns nothing of you: only that somebody asks, for which reason of the "
            "list, and what both would learn. If it agrees, it learns what stands here, and you learn the same of it."
        ),
        learnt=Definitions(presenting.learnt(viewer_of(request).organisation, contact)),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def agree(request: HttpRequest, id: UUID) -> HttpResponse:
    """Agree that both say who they are."""
    found = reveal_or_404(request, id)
    level = Level(found.level)
    contact = _("what you write below") if level is Level.CONTACT else ""

    def do(form: AgreeForm) -> None:
        actions.agree(viewer_of(request), form.reason, found, form.cleaned_data.get("contact", ""))

    return _step(
        request,
        found.meeting_id,
        AgreeForm(request.POST or None, level=level),
        do,
        _("Say who you are"),
        _("Agree"),
        _("If you agree, the other side learns what stands here, and you learn the same of it. Nothing of the record."),
        learnt=Definitions(presenting.learnt(viewer_of(request).organisation, contact)),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def refuse(request: HttpRequest, id: UUID) -> HttpResponse:
    """Refuse to say who one is."""
    found = reveal_or_404(request, id)

    def do(form: RefuseForm) -> None:
        actions.refuse(viewer_of(request), form.reason, found, RefusalGround(form.cleaned_data["refusal"]))

    text = _("The other side sees the word that you choose, and still not who you are. It may ask again after 30 days.")
    return _step(
        request, found.meeting_id, RefuseForm(request.POST or None), do, _("Do not say who you are"), _("Refuse"), text
    )


@requires(Permission.CROSSCHECK_REVEAL)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a question back."""
    found = reveal_or_404(request, id)

    def do(form: WorkForm) -> None:
        actions.withdraw(viewer_of(request), form.reason, found)

    text = _("The other side is no longer asked. It has learnt nothing of you.")
    return _step(
        request, found.meeting_id, WorkForm(request.POST or None), do, _("Take the question back"), _("Withdraw"), text
    )


@requires(Permission.CROSSCHECK_REVEAL)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """End what both agreed on."""
    found = reveal_or_404(request, id)

    def do(form: WorkForm) -> None:
        actions.recall(viewer_of(request), form.reason, found)

    text = _("Neither side is shown the other any more, and the contacts are erased. What was read cannot be unread.")
    return _step(
        request, found.meeting_id, WorkForm(request.POST or None), do, _("End it"), _("End it"), text, danger=True
    )


def _step(
    request: HttpRequest,
    meeting_id: UUID,
    form: Any,
    do: Callable[[Any], None],
    title: str,
    submit: str,
    text: str,
    *,
    learnt: Definitions | None = None,
    danger: bool = False,
) -> HttpResponse:
    """Show what the other side would learn and a form that asks why, and do it when it was filled in."""
    back, given = reverse("crosscheck:meeting", args=[meeting_id]), form
    if request.method == "POST" and given.is_valid():
        try:
            do(given)
        except (actions.RevealError, Refusal) as error:
            given.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(back)
    context: dict[str, Any] = {
        "title": title,
        "text": text,
        "form": given,
        "submit": submit,
        "back": back,
        "learnt": learnt,
        "danger": danger,
    }
    return render(request, "crosscheck/reveals/step.html", context, status=422 if given.errors else 200)
