"""Until when a central authority sees the requests that it has: a release ends within a year, a request may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict
from vaern.node.cases.assistance.actions import locked, note
from vaern.node.cases.models import AssistanceRequest
from vaern.node.cases.rules.assistance import OPEN, State
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

WITH_AUTHORITY = OPEN - {State.DRAFT}
"""States in which a central authority has something to do or waits, and has to see the request."""


def ends(requests: Iterable[AssistanceRequest]) -> dict[UUID, datetime]:
    """Return, by id, when the authority's sight ends, or ended, of those of the requests that one has."""
    has = {one.pk: one.authority_id for one in requests if State(one.state) in WITH_AUTHORITY and one.authority_id}
    if not has:
        return {}
    sent = AssistanceRequest.objects.filter(pk__in=list(has)).values("pk")
    given = Release.of(record__in=sent).filter(kind=AssistanceRequest.KIND, recalled_at=None)
    rows = given.values_list("record", "recipient_id", "expires_at")
    return {record: end for record, recipient, end in rows if has[record] == recipient}


def with_an_authority(viewer: Viewer, request: AssistanceRequest) -> None:
    """Refuse unless an authority has the request.

    Raises:
        Conflict: none has it, or it is not the desk that asks.
    """
    if request.organisation_id != viewer.organisation.id or State(request.state) not in WITH_AUTHORITY:
        raise Conflict(_("No central authority has this request, or another desk gave it."))


@transaction.atomic
def prolong(viewer: Viewer, reason: Reason, request: AssistanceRequest, until: datetime) -> Release:
    """Let the authority that has a request see it longer, on the terms on which it was released.

    Raises:
        Refusal: no authority has it, it is not the desk that asks, or the release does not allow it.
    """
    found = locked(viewer, request)
    with_an_authority(viewer, found)
    assert found.authority_id is not None  # a constraint of these states
    made = releases.prolong(viewer, found, found.authority_id, until, reason)
    note(viewer, found, "sight_prolonged", reason.words)
    return made
