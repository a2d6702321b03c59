"""Assign a series to oneself, and give it up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict
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


@transaction.atomic
def leave(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Give up a series that the viewer works on: it is nobody's until somebody takes it.

    Raises:
        Refusal: it is not theirs, or somebody else works on it.
    """
    current = life.own_locked(viewer, series)
    if viewer.person is None or current.working_id != viewer.person.pk:
        raise Conflict(_("You do not work on this series."))
    current.working = None
    current.save(update_fields=["working"])
    record(acts.LEFT, current.subject, viewer.actor, reason)
    return current
