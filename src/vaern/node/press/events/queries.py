"""The list of an organisation's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.press.events import acts
from vaern.node.press.models import PressEvent
from vaern.node.press.rules.states import EventState
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

TO_WORK = Reason(Why.ADMINISTRATION)


ORDER = Order(
    "-begins", "id", title=words("title"), state=by_rank("state", EventState), begins="begins", deadline="deadline"
)


@transaction.atomic
def events(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[PressEvent]:
    """Return a page of the events of the viewer's organisation, the latest first; recorded."""
    return listings.read(
        viewer,
        PressEvent.objects.all(),
        ORDER,
        parameters,
        size,
        act=acts.LISTED,
        subject=Subject(PressEvent.KIND),
        reason=TO_WORK,
    )
