"""Pages about papers: the officer's, the public ones, and a journalist's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaern.node.organisations.access import public, requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.press.base import events
from vaern.node.press.base.pages import about, event_or_404
from vaern.node.press.base.times import in_place
from vaern.node.press.journalists.views_public import mine_or_404
from vaern.node.press.papers import actions, document, queries
from vaern.node.press.papers.forms import PaperForm
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.press.models import Paper


@requires(Permission.PRESS_MANAGE)
def new(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a paper to an event."""
    event = event_or_404(request, id)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return actions.add(viewer_of(request), event, given["title"], given["text"], given["embargo"])

    return decide(
        request,
        **about(event),
        title=_("Add a paper"),
        submit=_("Add"),
        text=_("Words only: type them, or take them from a text file."),
        form=partial(PaperForm, place=event.zone),
        do=do,
        done=lambda made: (
            _(
                "“%(paper)s” is added. Who is accredited and agreed to the embargo reads it now, everybody from "
                "%(time)s on."
            )
            % {"paper": made.title, "time": in_place(made.embargo, event.zone)}
        ),
    )


@requires(Permission.PRESS_MANAGE)
@require_POST
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withdraw a paper."""
    found = or_404(queries.find(viewer_of(request), id))
    back = reverse("press:event", args=[found.event_id])
    return at_once(
        request,
        lambda: actions.withdraw(viewer_of(request), found),
        back,
        done=_("“%(paper)s” is withdrawn: nobody reads it here any more. Who has it has it; tell them if it is wrong.")
        % {"paper": found.title},
    )


@public("papers are for everybody from the end of their embargo on", findable=True)
@require_safe
def public_papers(request: HttpRequest, name: str) -> HttpResponse:
    """Show the papers of an event whose embargo is over."""
    event = or_404(queries.with_papers(name))
    found = queries.public_papers(event, timezone.now())
    return render(request, "press/papers/public.html", {"event": event, "papers": found})


@public("a paper is for everybody from the end of its embargo on", findable=True)
@require_safe
def public_paper(request: HttpRequest, id: UUID, *, as_pdf: bool = False) -> HttpResponse:
    """Show a paper whose embargo is over."""
    found = or_404(queries.public_paper(id, timezone.now()))
    return _pdf(found, found.text) if as_pdf else _show(request, found, found.text, f"{request.path}paper.pdf")


@public("who is accredited and agreed to the embargo reads a paper before it ends, by the link of their own page")
@require_safe
def own_paper(request: HttpRequest, token: str, id: UUID, *, as_pdf: bool = False) -> HttpResponse:
    """Show a paper to a journalist."""
    registration = mine_or_404(token)
    paper = or_404(next((one for one in events.papers_of(registration.event) if one.pk == id), None))
    text = or_404(actions.read(registration, paper, timezone.now()))
    return _pdf(paper, text) if as_pdf else _show(request, paper, text, f"{request.path}paper.pdf")


def _show(request: HttpRequest, paper: Paper, text: str, pdf: str) -> HttpResponse:
    until = "" if timezone.now() >= paper.embargo else in_place(paper.embargo, paper.event.zone)
    return render(request, "press/papers/paper.html", {"paper": paper, "text": text, "until": until, "pdf": pdf})


def _pdf(paper: Paper, text: str) -> HttpResponse:
    answer = HttpResponse(document.pdf(paper, text), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(paper.title)[:60] or "paper"}.pdf"'
    return answer
