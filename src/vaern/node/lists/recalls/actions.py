"""What an organisation does about a recall that concerns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.models import RecallEffect
from vaern.node.lists.recalls import acts
from vaern.node.lists.recalls.tracing import subject_of
from vaern.node.lists.rules.effects import EffectState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def acknowledge(viewer: Viewer, reason: Reason, effect: RecallEffect) -> RecallEffect:
    """Say, for the organisation, that it knows of the recall and has dealt with what rested on it.

    What it did stands in the reason's words: an account opened again, a report corrected, somebody told.

    Raises:
        Refusal: a key says it, it is not theirs, or it was said.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    rows = RecallEffect.objects.select_for_update(of=("self",), no_key=True).select_related("recall__list")
    current: RecallEffect | None = rows.filter(pk=effect.pk).first()
    if current is None or current.state == EffectState.ACKNOWLEDGED.value:
        raise Conflict(_("This was acknowledged already."))
    now = timezone.now()
    current.state, current.acknowledged_at, current.acknowledged_by = EffectState.ACKNOWLEDGED.value, now, viewer.person
    current.told_at, current.words = current.told_at or now, reason.words[:500]
    current.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "told_at", "words"])
    record(
        acts.ACKNOWLEDGED,
        subject_of(current.recall),
        viewer.actor,
        reason,
        recipient=current.recall.list.organisation_id,
    )
    return current


def told(effects: Iterable[RecallEffect]) -> None:
    """Note that an organisation read what concerns it; whoever keeps the list sees that it did."""
    fresh = [one.pk for one in effects if one.state == EffectState.TO_TELL.value]
    rows = RecallEffect.objects.filter(pk__in=fresh, state=EffectState.TO_TELL.value)
    rows.update(state=EffectState.TOLD.value, told_at=timezone.now())
