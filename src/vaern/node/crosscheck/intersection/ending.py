"""How a private comparison ends, whoever ends it: keys, tags, what waits for an answer, and what is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.crosscheck.intersection import acts, asking, pair_secrets, places
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.intersection import UNDER_WAY, Stage
from vaern.node.crosscheck.rules.intersection_bodies import NOT_ON
from vaern.node.exchange.inbox.taking import give_up
from vaern.node.exchange.pieces import leaving
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.ledger.rules import Act


def over(pair: ComparisonPair) -> None:
    """End what a pair has, in the transaction of whoever ends it; its row is theirs to change."""
    runs = ComparisonRun.everywhere.select_related("asking", "asked").filter(pair=pair)
    for run in runs.filter(state=RevealState.ASKED.value):
        expire(run)
    for run in runs.filter(stage__in=sorted(UNDER_WAY)):
        fail(run, NOT_ON)
    give_up(pair.pk, NOT_ON)
    leaving.end_about(pair.pk)
    one, other = pair.one_id, pair.other_id
    transaction.on_commit(lambda: forget(one, other))


def expire(run: ComparisonRun) -> int:
    """Let a proposal end that nobody answered."""
    run.state = RevealState.EXPIRED.value
    run.save(update_fields=["state"])
    _enter(run, acts.EXPIRED, Why.RETENTION)
    return 1


def fail(run: ComparisonRun, because: str) -> int:
    """Let a question end without a number."""
    run.stage, run.because = Stage.FAILED.value, because[:400]
    run.save(update_fields=["stage", "because"])
    _enter(run, acts.FAILED, Why.INVESTIGATION)
    asker, holder, id, epoch = run.asking_id, run.asked_id, run.pk, run.epoch
    transaction.on_commit(lambda: asking.forget(asker, holder, id, epoch))
    return 1


def _enter(run: ComparisonRun, act: Act, why: Why) -> None:
    """Write how a run ended into the account of each side that lives here."""
    for side, other in ((run.asking, run.asked), (run.asked, run.asking)):
        if not side.node:
            write(act, side.subject, NODE, Reason(why), recipient=other.pk)


def forget(one: UUID, other: UUID) -> None:
    """Destroy what a pair has on disk."""
    for holder, asker in ((one, other), (other, one)):
        pair_secrets.destroy(places.secret_of(holder, asker))
        places.forget(places.tags_of(holder, asker), but=None)
