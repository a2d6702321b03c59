"""Assign a series to oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.victims.base import life
from vaern.node.victims.sheet import acts

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series


@transaction.atomic
def work_on(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Assign a series to the viewer; a previous assignee sees who has it now.

    Raises:
        Refusal: it is not theirs.
    """
    current = life.own_locked(viewer, series)
    current.working = viewer.person
    current.save(update_fields=["working"])
    record(acts.TAKEN_ON, current.subject, viewer.actor, reason)
    return current
