"""How the recipient acknowledges a recall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework import kinds
from vaern.node.casework.recalls.queries import to_acknowledge
from vaern.node.casework.releases import acts, elsewhere
from vaern.node.casework.releases.queries import subject_of
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.record import record as write

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.casework.kinds import Copies
    from vaern.node.casework.models import Casework, Release
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def acknowledge(viewer: Viewer, reason: Reason, release: UUID, kind: str, *, keep: bool = False) -> Release:
    """Say, for the recipient, that what was recalled is no longer used and that copies were destroyed.

    Args:
        viewer: of the organisation that received.
        reason: why; of its own, where it keeps its copy.
        release: id of the release that was recalled.
        kind: of the record that was released: who may acknowledge differs by it.
        keep: keeps the copy on which work had begun, as a record of the recipient's own; else it is erased.

    Raises:
        Refusal: no recall of this kind waits for the viewer's organisation; somebody else decides on the copy; or it
            cannot be erased now.
    """
    found = to_acknowledge(viewer, [kind]).select_for_update(of=("self",)).filter(pk=release).first()
    if found is None:
        raise Conflict(_("No such recall waits for your organisation."))
    found.acknowledged_at = timezone.now()
    found.save(update_fields=["acknowledged_at"])
    write(acts.ACKNOWLEDGED, subject_of(found), viewer.actor, reason, recipient=found.owner_id)
    elsewhere.acknowledged(found, viewer.actor, reason)
    copies = kinds.kinds()[kind].copies
    if copies is not None:
        _deal_with_copy(viewer, reason, copies, found, keep=keep)
    return found


def _deal_with_copy(viewer: Viewer, reason: Reason, copies: Copies, release: Release, *, keep: bool) -> None:
    rows = copies.model.everywhere.select_for_update(of=("self",), no_key=True)
    copy: Casework | None = rows.filter(**{copies.came_by: release}, organisation=viewer.organisation).first()
    if copy is None:
        return
    if not viewer.may(copies.decided_by):
        raise Refusal(_("Somebody who works on the copy decides on it."))
    if keep:
        write(copies.kept, copy.subject, viewer.actor, reason)
    else:
        retention.erase(viewer, reason, copy)
