"""What is decided of a commitment or of a reply, at the revision that somebody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.alliance.commitments import presenters, presenters_rounds, queries, round_queries
from vaern.node.alliance.models import Commitment, RoundReply
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from vaern.node.alliance.commitments.forms import WhyForm
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.organisations.views import Request


def decide_on(
    request: Request,
    one: Commitment | RoundReply,
    act: Callable[..., Any],
    *,
    form: type[WhyForm] | None = None,
    **words: Any,
) -> HttpResponse:
    """Answer a page that asks before it acts; a row that was changed meanwhile is shown as it is now.

    Args:
        request: of somebody who may.
        one: the row as they see it.
        act: takes the viewer, the reason, the row and the revision.
        form: that asks why; None where it is administration.
        words: of `web.decisions.Decision`.
    """
    of_page = (
        presenters.about(request.viewer, one) if isinstance(one, Commitment) else presenters_rounds.about_reply(one)
    )
    return decide(
        request,
        **{**of_page, **words},
        form=form,
        do=lambda filled, seen: act(request.viewer, filled.reason if filled else ADMINISTRATION, one, seen),
        version=one.revision,
        now=lambda: _now(request.viewer, one),
    )


def _now(viewer: Viewer, one: Commitment | RoundReply) -> tuple[int, object]:
    if isinstance(one, Commitment):
        commitment = or_404(queries.find(viewer, one.pk))
        return commitment.revision, presenters.subject(viewer, commitment)
    reply = or_404(round_queries.find(viewer, one.pk))
    return reply.revision, presenters_rounds.reply_subject(reply)
