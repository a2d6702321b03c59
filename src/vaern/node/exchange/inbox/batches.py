"""Several messages taken in in one transaction: a lock, a look at the directory, receipts and entries for all of them.

Nearly all messages of a peer are taken in as they come, and what each costs is mostly round trips to the database, of
which half are the exchange's own. So the first of those that wait are taken in together. If one is refused, has to wait
or breaks, nothing of them counts: those before it are taken in anew, and it is dealt with alone (`taking`). So what
becomes of a message, and in which order, is what it would be if each were alone.

People wait for locks as long as a batch lasts, so it is short; and it does not wait for theirs: where it would, it ends
before that message. So it is never the batch for which PostgreSQL ends a person's act in a deadlock.
"""

from __future__ import annotations

import time
from itertools import takewhile
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils import timezone

from vaern.node.base import sql
from vaern.node.exchange.base.kinds import kind_called
from vaern.node.exchange.inbox import acts
from vaern.node.exchange.inbox.deliveries import deliver, delivery_of, locked, organisations_of, taken_in
from vaern.node.exchange.models import OwnReceipt
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.record import record_each
from vaern.node.runtime import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Incoming
    from vaern.node.organisations.models import Organisation

log = structlog.get_logger(__name__)

LASTS = 0.1
"""Seconds after which a batch takes no further message."""

LARGEST = 100
"""Messages of one batch."""

AT_ONCE = 200_000
"""Bytes of messages that a kind takes in at once, or one message: there is no end before its end."""

WAITS_FOR_A_LOCK = "200ms"
"""Well below PostgreSQL's `deadlock_timeout` of a second, after which it would choose whom to end."""


class _EndsSomewhere(Exception):
    """A batch cannot take in one of its messages, and does not know which."""


class _Ends(Exception):
    """A batch cannot take in the message of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def take_together(rows: Sequence[Incoming]) -> tuple[int, bool]:
    """Take in as many of the first of these messages as can be together.

    Args:
        rows: at most `LARGEST`, in their order; nothing before them waits that is about the same.

    Returns:
        How many were, and whether the one behind them, which was not touched, has to be dealt with by itself.
    """
    batch = list(takewhile(_may_be_together, rows))
    at_once = True
    while len(batch) > 1:
        try:
            count = _take(batch, at_once=at_once)
        except _EndsSomewhere:
            at_once = False
        except _Ends as end:
            log.debug("batch_ends", **logs.described(end.__cause__ or end))
            batch = batch[: end.number]
        else:
            return count, not count or (count == len(batch) < len(rows))
    return 0, True


def _may_be_together(row: Incoming) -> bool:
    kind = kind_called(row.kind)
    return kind is not None and kind.together


def _take(rows: Sequence[Incoming], *, at_once: bool) -> int:
    """Take messages in, in one transaction; return how many there was time for.

    Args:
        rows: the messages.
        at_once: those of one kind that stand beside each other may be taken in at once, where their kind can.

    Raises:
        _Ends, _EndsSomewhere: nothing was taken in.
    """
    begun = time.monotonic()
    taken: list[Delivery] = []
    try:
        with transaction.atomic():
            sql.run("SELECT set_config('lock_timeout', %s, true)", [WAITS_FOR_A_LOCK])
            current = list(takewhile(_takeable, locked(rows)))
            known = organisations_of(current)
            for group in _alike(current):
                kind = kind_called(group[0].kind)
                assert kind is not None  # `_may_be_together`
                if at_once and kind.take_each is not None:
                    taken += _take_each(group, kind.take_each, known)
                else:
                    taken += _take_singly(group, len(taken), known, begun + LASTS)
                if time.monotonic() > begun + LASTS:
                    break
            _done(taken)
    except (_Ends, _EndsSomewhere):
        raise
    except Exception as error:  # no message is known to be the cause
        raise _Ends(0) from error
    return len(taken)


def _alike(rows: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Yield those of one kind that stand beside each other, as many as a kind may have at once."""
    group: list[Incoming] = []
    size = 0
    for row in rows:
        if group and (row.kind != group[0].kind or size + len(row.sealed) > AT_ONCE):
            yield group
            group, size = [], 0
        group.append(row)
        size += len(row.sealed)
    if group:
        yield group


def _take_each(
    rows: Sequence[Incoming], take: Callable[[Sequence[Delivery]], None], known: Mapping[UUID, Organisation]
) -> list[Delivery]:
    try:
        deliveries = [delivery_of(row, known) for row in rows]
        take(deliveries)
    except Exception as error:
        raise _EndsSomewhere from error
    return deliveries


def _take_singly(
    rows: Iterable[Incoming], before: int, known: Mapping[UUID, Organisation], until: float
) -> list[Delivery]:
    """Take messages in one after the other, while there is time; return which.

    Raises:
        _Ends: one cannot be taken in; it is counted from the start of the batch, of which `before` were taken in.
    """
    taken: list[Delivery] = []
    for row in rows:
        try:
            delivery = delivery_of(row, known)
            deliver(delivery)
        except Exception as error:
            raise _Ends(before + len(taken)) from error
        taken.append(delivery)
        if time.monotonic() > until:
            break
    return taken


def _takeable(row: Incoming) -> bool:
    """Whether a message is still to be taken in, of a peer that still passes."""
    return Kept(row.state) is Kept.STORED and State(row.peer.state) is State.ACTIVE


def _done(taken: Sequence[Delivery]) -> None:
    """Write of each message that it was taken in: for the node, for its sender, and for the ledger."""
    now = timezone.now()
    rows = [delivery.row for delivery in taken]
    for row in rows:
        row.state, row.because, row.done_at = Kept.TAKEN_IN.value, "", now
    sql.update(rows, ["state", "because", "done_at"])
    sql.insert([OwnReceipt(peer_id=row.peer_id, incoming=row, result=Result.TAKEN_IN.value) for row in rows])
    record_each(acts.TAKEN_IN, [taken_in(delivery) for delivery in taken])
