"""Two cases become one, and can become two again.

The absorbed case keeps its code, its rows and its history; it is shown on the page of the one that absorbed it, and
what is added from then on belongs there. So undoing a merge moves nothing, and loses nothing. Only a case that is open
itself is merged or absorbs, and merged is no open state: so no chain of merges comes back to where it began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.transitions import StateRefusal
from vaern.node.cases.base.locks import after, changed, locked, unchanged
from vaern.node.cases.models import Case
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules.case import OPEN, Event, State, Who
from vaern.node.cases.work import acts
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def merge(viewer: Viewer, reason: Reason, case: Case, into: Case, *, version: int) -> Case:
    """Merge a case into another of the same organisation, and return the one that is left.

    The reports that it came from are told that it joined another, unless it is silent.

    Raises:
        Stale: somebody else changed it since. Refusal: they are the same, or a state does not allow it.
    """
    if case.pk == into.pk:
        raise Refusal(_("A case is not merged into itself."))
    # In one order for all, so that two who merge the same cases the other way round wait and do not lock up.
    both = {
        one.pk: locked(viewer, one, Event.MERGE) if one.pk == case.pk else _absorbing(viewer, one)
        for one in sorted((case, into), key=lambda one: one.pk)
    }
    absorbed, kept = both[case.pk], both[into.pk]
    unchanged(absorbed, version)
    before = absorbed.state
    outcomes.say_joined(viewer, reason, absorbed)
    changed(absorbed, state=State.MERGED.value, merged_into=kept, merged_from=before)
    silences = [one.silent_until for one in (kept, absorbed) if one.silent_until]
    changed(
        kept,
        urgent=kept.urgent or absorbed.urgent,
        review_date=max(kept.review_date, absorbed.review_date),
        silent_until=max(silences, default=None),
    )
    record(acts.MERGED, absorbed.subject, viewer.actor, reason)
    record(acts.ABSORBED, kept.subject, viewer.actor, reason)
    return kept


def _absorbing(viewer: Viewer, into: Case) -> Case:
    """Lock the case that is to absorb another; what it refuses is said with its code, for the page is about the other.

    Raises:
        Refusal: it is not theirs, was erased, or its state does not allow it.
    """
    try:
        return locked(viewer, into, Event.ABSORB)
    except StateRefusal as refused:
        raise Conflict(f"{into.code}: {refused}") from None


@transaction.atomic
def separate(viewer: Viewer, reason: Reason, case: Case) -> Case:
    """Undo a merge: the absorbed case is worked on again, with all that it had; return it.

    Raises:
        Refusal: it was not merged, or the case that absorbed it is not open any more.
    """
    found = locked(viewer, case, Event.SEPARATE)
    kept = Case.everywhere.select_for_update(no_key=True, of=("self",)).get(pk=found.merged_into_id)
    if State(kept.state) not in OPEN | {State.MERGED}:
        raise Conflict(_("The case that absorbed it is closed or handed over: open that again first."))
    state = after(found, Event.SEPARATE, Who.WORKER)
    changed(found, state=state.value, merged_into=None, merged_from="")
    changed(kept)
    record(acts.SEPARATED, found.subject, viewer.actor, reason)
    record(acts.GAVE_UP, kept.subject, viewer.actor, reason)
    return found
