"""Keeping what came of asking a witness."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.acts import WITNESS_CONTRADICTS
from vaern.node.ledger.models import Cosignature, Witness
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.ledger.witnesses.registry import WITNESSES
from vaern.node.ledger.witnesses.rules import ALARMS

if TYPE_CHECKING:
    from vaern.node.ledger.models import Checkpoint
    from vaern.node.ledger.witnesses.exchanges import Outcome

LAST_TIME = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
"""A cosignature of a later time is none that a column holds, nor one that any clock has made."""


@transaction.atomic
def keep(witness: Witness, newest: Checkpoint, outcome: Outcome) -> None:
    """Store what came of asking: cosignatures, how far the witness is, or its problem; an alarm is an entry."""
    row = Witness.objects.select_for_update().get(pk=witness.pk)
    row.asked_at = now = timezone.now()
    problem = outcome.problem or ""
    if problem != row.problem:
        row.since = now if problem else None
        if outcome.problem in ALARMS:
            record(WITNESS_CONTRADICTS, WITNESSES, NODE, Reason(Why.OVERSIGHT), details=f"{problem} {row.url}")
    row.problem, row.claimed = problem, outcome.size if problem else None
    if not problem:
        row.answered_at = row.answered_at if outcome.old is not None else now
        row.size = next((size for size in (outcome.size, outcome.old) if size is not None), row.size)
    row.save()
    rows = [
        Cosignature(
            size=newest.size, root=newest.root, witness=key.identity, line=line, at=datetime.fromtimestamp(at, UTC)
        )
        for key, at, line in outcome.lines
        if at < LAST_TIME
    ]
    Cosignature.objects.bulk_create(rows, ignore_conflicts=True)
