"""Look at which of one's own records are in common: recorded, and only after people of both sides agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from vaern.node.crosscheck.intersection import acts, asking, holding, statements
from vaern.node.crosscheck.models import Enrolment
from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.intersection import epoch_of
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from uuid import UUID

    from numpy.typing import NDArray

    from vaern.node.crosscheck.intersection.tag_files import Read
    from vaern.node.crosscheck.models import ComparisonRun
    from vaern.node.ledger.rules import Subject
    from vaern.node.organisations.viewers import Viewer

MOST_RECORDS = 200
"""Records that the page of a run names, the latest."""


def open_to(run: ComparisonRun) -> bool:
    """Whether people of both sides agreed and both nodes know it, the pair is on, and the run's epoch has not ended."""
    agreed = run.state == RevealState.AGREED.value and run.confirmed
    return agreed and run.pair.on and run.epoch == epoch_of(timezone.now())


def _in_common(run: ComparisonRun, own: UUID, held: Read) -> NDArray[Any] | None:
    """Return the digests of one's own keys that are in common; None while the asker's node has not said which tags."""
    holder, asker = run.asked_id, run.asking_id
    if run.asking.node:
        said = holding.common_said(holder, asker, run.pk, run.epoch)
        return holding.digests_of(holder, asker, said) if said else None
    digests, said = asking.in_common(asker, holder, run.pk, run.epoch, held)
    return holding.digests_of(holder, asker, said) if own == holder else digests


@transaction.atomic
def own_records(viewer: Viewer, run: ComparisonRun) -> list[Subject] | None:
    """Return which records of the viewer's organisation are in common, and record that somebody looked.

    Nothing of the other side's records. None if it is not, or no longer, to be seen.
    """
    held = holding.tags(run.asked_id, run.asking_id, run.epoch) if open_to(run) else None
    if held is None:
        return None
    own = viewer.organisation.id
    digests = _in_common(run, own, held)
    if digests is None:
        return None
    ids = statements.records_with(own, digests, MOST_RECORDS)
    found = Enrolment.everywhere.filter(pk__in=ids, organisation=own).order_by("-pk")
    subjects = [one.subject for one in found]
    partner = run.partner_of(own)
    write(
        acts.READ,
        viewer.organisation.subject,
        viewer.actor,
        Reason(Why.INVESTIGATION),
        recipient=partner.pk,
        count=len(subjects),
    )
    return subjects
