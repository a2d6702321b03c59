"""Asking the witnesses: the published checkpoint goes to each, and what each cosigned is kept. Silence stops nobody.

What is sent is what everybody may see (`proofs.published_checkpoint`): the state before this hour. A witness shows what
it cosigned to everybody, so a newer one would tell that somebody reports now (docs/explanation/threat-model-node.md).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from vaern.node.base.jobs import in_turn
from vaern.node.ledger.models import Cosignature, Witness
from vaern.node.ledger.proofs import latest_checkpoint, published_checkpoint
from vaern.node.ledger.witnesses import messages
from vaern.node.ledger.witnesses.exchanges import ask
from vaern.node.ledger.witnesses.keeping import keep
from vaern.node.ledger.witnesses.policies import configured_policy
from vaern.node.ledger.witnesses.registry import follow, keys_of

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.ledger.models import Checkpoint

TASK = "ledger.witnesses"

AGAIN = timedelta(minutes=10)
"""How long a witness with a problem is left alone."""

WHOLE_DAYS = 40
"""Of so many days every cosignature is kept; of older ones the last of each day, witness by witness."""


def ask_all(*, now: bool = False) -> int:
    """Follow the policy of the configuration, and ask each witness that has not cosigned what is published.

    Args:
        now: ask also those that had a problem a moment ago.

    Returns:
        How many cosigned.

    Raises:
        PolicyError: the policy cannot be read; the witnesses of before were asked.
        LedgerDamaged: a proof cannot be made.
    """
    try:
        follow(configured_policy())
    finally:
        newest = published_checkpoint()
        waiting = [] if newest is None else [one for one in _active() if _lacks(one, newest, now)]
        done = in_turn(TASK, waiting, lambda witness: _ask(witness, newest)) if newest else 0
    return done


def _active() -> list[Witness]:
    """Return the witnesses, those first that answered last time."""
    return list(Witness.objects.filter(ended_at=None).order_by("problem", "url"))


def _lacks(witness: Witness, newest: Checkpoint, now: bool) -> bool:
    """Whether to ask a witness: it has not cosigned this, its answer was lost, it had a problem, or it saw more."""
    if witness.problem:
        return now or witness.asked_at is None or timezone.now() - witness.asked_at >= AGAIN
    if witness.size < newest.size:
        return True
    if witness.size > newest.size:  # it cosigned what is published next, unless there is no such thing any more
        latest = latest_checkpoint()
        return latest is None or witness.size > latest.size
    keys = {key.identity for key in keys_of(witness.keys)}
    return not Cosignature.objects.filter(size=newest.size, root=newest.root, witness__in=keys).exists()


def _ask(witness: Witness, newest: Checkpoint) -> int:
    if messages.is_asked_so(witness.url):
        messages.ask(witness, newest)
        return 0  # its answer comes when it comes (`messages.answered`)
    here = settings.CONFIGURATION.synthetic  # as sources are asked: elsewhere nothing leads to this machine itself
    outcome = ask(witness.url, keys_of(witness.keys), newest.note, witness.size, here=here)
    keep(witness, newest, outcome)
    return len(outcome.lines) and 1


PRUNED = """
    DELETE FROM ledger_cosignature old USING (
        SELECT witness, (at AT TIME ZONE 'UTC')::date AS day, max(size) AS size FROM ledger_cosignature GROUP BY 1, 2
    ) kept
    WHERE old.at < %s AND kept.witness = old.witness AND kept.day = (old.at AT TIME ZONE 'UTC')::date
        AND old.size < kept.size
"""


def prune(now: datetime | None = None) -> int:
    """Erase cosignatures of days long ago but for the last of each day and witness; return how many."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PRUNED, [(now or timezone.now()) - timedelta(days=WHOLE_DAYS)])
        return cursor.rowcount
