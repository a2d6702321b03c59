"""The page of a meeting, and the steps by which its sides disclose who they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.casework.forms import WorkForm
from vaern.node.casework.reasons import reason_for
from vaern.node.crosscheck.base import disclosures as queries
from vaern.node.crosscheck.desk.queries import nudges_of
from vaern.node.crosscheck.disclosures import actions, presenters
from vaern.node.crosscheck.disclosures.forms import AgreeForm, AskForm, RefuseForm
from vaern.node.crosscheck.registry import queries as registry
from vaern.node.crosscheck.registry import readings
from vaern.node.crosscheck.rules.disclosures import Level, RefusalGround
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.crosscheck.models import Meeting, Reveal


def meeting_or_404(request: HttpRequest, id: UUID) -> Meeting:
    """Return a meeting of which the viewer's organisation is a side.

    Raises:
        Http404: it is of others, or there is none.
    """
    return or_404(registry.find(viewer_of(request), id))


def reveal_or_404(request: HttpRequest, id: UUID) -> Reveal:
    """Return a disclosure of which the viewer's organisation is a side.

    Raises:
        Http404: it is of others, or there is none.
    """
    return or_404(queries.find(viewer_of(request), id))


@requires(Permission.CROSSCHECK_VIEW)
def meeting(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a meeting from the viewer's side; asks for the reason of its own record once in a session."""
    viewer, found = viewer_of(request), meeting_or_404(request, id)
    reason = reason_for(request, found.side_of(viewer.organisation.id).subject)
    one = registry.met(viewer, found)
    told = readings.see(viewer, reason, found)
    nudges = nudges_of(found)
    context = presenters.meeting_context(viewer, one, queries.reveals_of(viewer, [found.pk]), told, nudges)
    return render(request, "crosscheck/reveals/meeting.html", context)


@requires(Permission.CROSSCHECK_REVEAL)
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask the other side that both say who they are."""
    viewer, found = viewer_of(request), meeting_or_404(request, id)

    def do(form: Any) -> Reveal:
        given = form.cleaned_data
        return actions.ask(viewer, form.reason, found, Level(given["level"]), given["contact"])

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Ask who it is"),
        submit=_("Ask"),
        text=_(
            "Until the other side agrees, it learns nothing of you: only that somebody asks, for which reason of "
            "the list, and what both would learn. If it agrees, it learns what stands here, and you learn the same "
            "of it."
        ),
        shown=presenters.would_learn(viewer.organisation, _("what you write below, if you choose it")),
        form=AskForm,
        do=do,
        done=lambda made: (
            _("The other side is asked, and has until %(day)s. It learns nothing of you before it agrees.")
            % {"day": date_format(timezone.localtime(made.expires_at))}
        ),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def agree(request: HttpRequest, id: UUID) -> HttpResponse:
    """Agree that both say who they are."""
    viewer, found = viewer_of(request), reveal_or_404(request, id)
    level = Level(found.level)
    contact = _("what you write below") if level is Level.CONTACT else ""
    return decide(
        request,
        **presenters.about(viewer, found.meeting),
        title=_("Say who you are"),
        submit=_("Agree"),
        text=_(
            "If you agree, the other side learns what stands here, and you learn the same of it. Nothing of the record."
        ),
        shown=presenters.would_learn(viewer.organisation, contact),
        form=partial(AgreeForm, level=level),
        do=lambda form: actions.agree(viewer, form.reason, found, form.cleaned_data.get("contact", "")),
        done=_("Agreed. Each side now reads on this page who the other is; nothing of the records."),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def refuse(request: HttpRequest, id: UUID) -> HttpResponse:
    """Refuse a disclosure."""
    viewer, found = viewer_of(request), reveal_or_404(request, id)
    return decide(
        request,
        **presenters.about(viewer, found.meeting),
        title=_("Do not say who you are"),
        submit=_("Refuse"),
        text=_(
            "The other side sees the word that you choose, and still not who you are. It may ask again after 30 days."
        ),
        form=RefuseForm,
        do=lambda form: actions.refuse(viewer, form.reason, found, RefusalGround(form.cleaned_data["refusal"])),
        done=_(
            "Refused. The other side reads the reason that you chose, not who you are. It may ask again after 30 days."
        ),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withdraw a question."""
    viewer, found = viewer_of(request), reveal_or_404(request, id)
    return decide(
        request,
        **presenters.about(viewer, found.meeting),
        title=_("Take the question back"),
        submit=_("Withdraw"),
        text=_("The other side is no longer asked. It has learnt nothing of you."),
        form=WorkForm,
        do=lambda form: actions.withdraw(viewer, form.reason, found),
        done=_("The question is withdrawn. The other side is no longer asked, and has learnt nothing of you."),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """End what both agreed on."""
    viewer, found = viewer_of(request), reveal_or_404(request, id)
    return decide(
        request,
        **presenters.about(viewer, found.meeting),
        title=_("End it"),
        submit=_("End it"),
        danger=True,
        text=_(
            "Neither side is shown the other any more, and the contacts are erased. What was read cannot be unread."
        ),
        form=WorkForm,
        do=lambda form: actions.recall(viewer, form.reason, found),
        done=_("It has ended: neither side is shown the other any more, and the contacts are erased."),
    )
