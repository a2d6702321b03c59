"""The secretariat of the demonstration releases figures to the public: what the ledger says of the days before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.alliance.indicators import computation
from vaern.node.alliance.publishing import actions, contents, preview_computation, previews
from vaern.node.alliance.rules.releases import Scope
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance


def do(alliance: Alliance, explanation: str = "", explanation_da: str = "") -> None:
    """Compute the values, look at the preview, and release it."""
    while sequence_once():
        pass
    computation.refresh()
    viewer = alliance.someone("secretariat", Role.SECRETARIAT)
    year = timezone.localdate().year
    scope = Scope(year - 1, year)
    with viewing(viewer.organisation.id):
        preview = previews.ask(viewer, scope)
        if preview.ready_at is None:  # a large one is a job's, and no worker runs yet
            preview_computation.decide(preview.pk, contents.gather(scope))
            preview.refresh_from_db()
        actions.release(
            viewer,
            Reason(Why.ADMINISTRATION, "for the ministers' meeting"),
            preview,
            explanation or "For the ministers' meeting. The running year is told because everything here is made up.",
            explanation_da or "Til ministermødet. Det løbende år vises, fordi alt her er opdigtet.",
        )
