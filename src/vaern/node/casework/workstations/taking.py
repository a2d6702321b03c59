"""Taking a graded document by the part: each in a transaction of its own, and after a crash the next one goes on."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.workstations.kinds import Taken, kind_of
from vaern.node.casework.workstations.models import GradedDocument, GradedMedium
from vaern.node.casework.workstations.reading import forget
from vaern.node.casework.workstations.rules import GradedEvent, GradedState, after
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.queries import viewer_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

AT_ONCE = 10_000
"""Media that are taken at once."""


def take(id: UUID) -> int:
    """Take what a person decided to take of a document; return how many media that was."""
    number = 0
    while part := take_part(id):
        number += part
    return number


@transaction.atomic
def take_part(id: UUID) -> int:
    """Take the next media of a document; return how many, none once it is done with.

    Where the record does not allow it any more, the rest waits for a person again.
    """
    rows = GradedDocument.everywhere.select_for_update(of=("self",), no_key=True)
    document = rows.select_related("organisation").filter(pk=id).first()
    if document is None or GradedState(document.state) is not GradedState.TAKING:
        return 0
    chosen = [int(place) for place in document.chosen]
    media = list(GradedMedium.of(document=document).filter(category__in=chosen).order_by("pk")[:AT_ONCE])
    if not media:
        _end(document, GradedEvent.DONE)
        return 0
    try:
        with transaction.atomic(), viewing(document.organisation_id):
            outcome = _take(document, media)
    except Refusal as refusal:
        document.why = str(refusal)[:1_000]
        _end(document, GradedEvent.STOP)
        return 0
    GradedMedium.of(document=document).filter(pk__in=[one.pk for one in media]).delete()
    document.taken += len(media)
    document.outcome = dict(Counter(document.outcome) + Counter(outcome))
    document.save(update_fields=["taken", "outcome"])
    return len(media)


def _take(document: GradedDocument, media: Sequence[GradedMedium]) -> Any:
    """Take media as the person who decided.

    Raises:
        Refusal: there is no such person any more, or the record does not allow it.
    """
    kind, person = kind_of(document.kind), document.ended_by
    viewer = viewer_of(person) if person else None
    record = kind.find(document.record)
    if record is None or viewer is None or not viewer.may(kind.permission):
        raise Refusal(_("The record is not here any more, or whoever decided may not work on it any more."))
    categories = [one.category for one in document.counted]
    grades = defaultdict(list)
    for one in media:
        grades[categories[one.category]].append(one.key)
    said = {one.key: one.said for one in media if one.said}
    meanings = {categories[int(place)]: meaning for place, meaning in document.chosen.items()}
    reason = Reason(Why(document.reason), document.words)
    return kind.take(viewer, reason, record, Taken(grades, meanings, document.signature, said))


def _end(document: GradedDocument, event: GradedEvent) -> None:
    document.state = after(GradedState(document.state), event).value
    if event is GradedEvent.DONE:
        document.ended_at = timezone.now()
        forget(document)
    document.save(update_fields=["state", "why", "ended_at"])
