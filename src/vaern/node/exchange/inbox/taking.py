"""Take messages in: each once, many together or one alone, in the order in which the peer sent them.

A message that cannot be taken in stops nobody else: what is refused is refused with its reason, what fails without one
is set aside for people, and what has to wait holds back only what is about the same thing.
"""

from __future__ import annotations

import math
import time
from collections import deque
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base import sql
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.transitions import StateRefusal
from vaern.node.exchange.base.failures import is_the_machines
from vaern.node.exchange.base.kinds import Later, kind_called
from vaern.node.exchange.inbox import acts, batches
from vaern.node.exchange.inbox.deliveries import deliver, delivery_of, locked, message_of, organisations_of, taken_in
from vaern.node.exchange.inbox.keeping import say
from vaern.node.exchange.models import Incoming, Peer
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.pieces import coming
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import State
from vaern.node.exchange.rules.pieces import COMING
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.runtime import logs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer

log = structlog.get_logger(__name__)

BEHIND = "behind"
NOT_YET = "not_yet"
FAILED = "failed"
BODY = "body"
STATE = "state"
DISMISSED = "dismissed"

AT_ONCE = 500
"""Fresh messages looked at in one turn."""

AGAIN_AT_ONCE = 50
"""Messages that wait and are tried in one turn."""


def take_in(peer: Peer, most: int = AT_ONCE, *, lasts: float = math.inf, again: bool = True) -> int:
    """Take in what has come of a peer and can be; return how many messages were dealt with.

    However many wait, what is fresh is taken in, and each of those that wait has its turn. What came in a stream before
    the peer was restored from a backup comes first.

    Args:
        peer: whose.
        most: how many fresh ones, and how many of those that wait.
        lasts: seconds after which no further fresh one is begun.
        again: whether those that wait are tried.

    Raises:
        Exception: the machine failed, as on a full disk: nothing is the message's fault, and all of it waits.
    """
    until = time.monotonic() + lasts
    whole = Q(stream=peer.their_stream, sequence__lte=peer.up_to) | Q(stream__lt=peer.their_stream)
    ready = Incoming.objects.filter(whole, peer=peer)
    waiting = _first_waiting(ready)
    held = {row.about: (row.stream, row.sequence) for row in waiting if row.about is not None}
    done = 0
    fresh = deque(ready.filter(state=Kept.STORED).order_by("stream", "sequence").defer("sealed")[:most])
    while fresh and time.monotonic() < until:
        first = takewhile(lambda row: not _is_behind(row, held), islice(fresh, batches.LARGEST))
        count, alone = batches.take_together(list(first))
        for _number in range(count):
            fresh.popleft()
        done += count
        if fresh and alone:
            done += _take_or_hold(fresh.popleft(), held)
    for row in sorted(waiting, key=lambda row: row.tries)[: min(most, AGAIN_AT_ONCE) if again else 0]:
        done += _try_again(row)
    return done


def _is_behind(row: Incoming, held: Mapping[UUID, tuple[int, int]]) -> bool:
    """Whether an earlier message about the same waits."""
    place = (row.stream, row.sequence)
    return row.about is not None and held.get(row.about, place) < place


def _take_or_hold(row: Incoming, held: dict[UUID, tuple[int, int]]) -> bool:
    """Deal with a fresh message by itself; note in `held` if what is about the same waits for it from now on."""
    if _is_behind(row, held):
        return _waits(row, BEHIND)
    changed = _deal_with(row)
    if Kept(row.state) is Kept.WAITS and row.because != COMING and row.about is not None:
        place = (row.stream, row.sequence)
        held[row.about] = min(place, held.get(row.about, place))
    return changed


def _said(refused: Refusal | Malformed) -> str:
    """Return what the sender is told: a code, or words; of a step that its state does not allow, state and step."""
    if isinstance(refused, StateRefusal):
        return f"{STATE}: {refused.plainly}"
    return refused.code if isinstance(refused, Refusal) else f"{BODY}: {refused}"


def _first_waiting(ready: QuerySet[Incoming]) -> list[Incoming]:
    """Return what waits, of all that is about one thing the first alone; in the order of their places.

    What waits for its file alone holds back nothing, and is fresh again when the file is whole.
    """
    found: dict[UUID, Incoming] = {}
    rows = ready.filter(state=Kept.WAITS).exclude(because=COMING).order_by("stream", "sequence")
    for row in rows.only("peer_id", "kind", "stream", "sequence", "about", "state", "because", "tries", "message"):
        found.setdefault(row.about or row.message or uuid4(), row)
    return list(found.values())


def _try_again(row: Incoming) -> bool:
    """Try what waits once more; if it still does, all others have their turn before it has its next."""
    changed = _deal_with(row)
    if Kept(row.state) is Kept.WAITS:
        Incoming.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    return changed


def _deal_with(row: Incoming) -> bool:
    """Take one message in, or say why not; return whether anything changed."""
    try:
        with transaction.atomic():
            (current,) = locked([row])
            if Kept(current.state) not in {Kept.STORED, Kept.WAITS} or State(current.peer.state) is not State.ACTIVE:
                row.state = current.state
                return False
            _take(current)
            row.state = current.state
            return True
    except Later as later:
        return _waits_for(row, later)
    except (Refusal, Malformed) as refused:
        return refuse(row, _said(refused))
    except Exception as error:
        if is_the_machines(error):
            raise
        return _fails(row, error)


def _waits_for(row: Incoming, later: Later) -> bool:
    if isinstance(later, coming.Coming):
        return _expects(row)
    return _waits(row, f"{NOT_YET}: {later}" if str(later) else NOT_YET)


@transaction.atomic
def _expects(row: Incoming) -> bool:
    """Let a message wait for its file, whose pieces are asked for from now on."""
    manifest = message_of(row).file
    assert manifest is not None  # or nothing would be coming
    coming.expect(row, manifest)
    return _waits(row, COMING)


def _fails(row: Incoming, error: Exception) -> bool:
    log.exception("message_set_aside", kind=row.kind, **logs.described(error))
    return _set_aside(row, f"{FAILED}: {type(error).__name__}")


def _take(row: Incoming) -> None:
    delivery = delivery_of(row, organisations_of([row]))
    deliver(delivery)
    _done(row, Kept.TAKEN_IN, Result.TAKEN_IN)
    taken = taken_in(delivery)
    record(acts.TAKEN_IN, taken.subject, taken.by, taken.reason, tags=taken.tags)


@transaction.atomic
def _waits(row: Incoming, because: str) -> bool:
    """Let a message wait; return whether that is news."""
    because = because[:400]
    fresh = Kept(row.state) is not Kept.WAITS or row.because != because
    row.state, row.because = Kept.WAITS.value, because
    if fresh:
        row.save(update_fields=["state", "because"])
        say(row, Result.WAITS, because)
    return fresh


@transaction.atomic
def refuse(row: Incoming, because: str) -> bool:
    """Refuse a message for good, with a code or words that its sender is told; return that this is news."""
    _done(row, Kept.REFUSED, Result.REFUSED, because)
    record(acts.REFUSED, Subject("message", row.message), NODE, Reason(Why.ADMINISTRATION), details=because[:400])
    _follow(row, because)
    return True


def _follow(row: Incoming, because: str) -> None:
    """Let the app know of a refusal; what it cannot do is undone and logged, and the message refused all the same."""
    kind = kind_called(row.kind)
    if kind is None:
        return
    try:
        with transaction.atomic():
            kind.refused(row, because)
    except Exception as error:
        if is_the_machines(error):
            raise
        log.exception("refusal_not_followed", kind=row.kind, **logs.described(error))


@transaction.atomic
def _set_aside(row: Incoming, because: str) -> bool:
    _done(row, Kept.SET_ASIDE, Result.SET_ASIDE, because)
    record(acts.SET_ASIDE, Subject("message", row.message), NODE, Reason(Why.ADMINISTRATION), details=because[:400])
    return True


def _done(row: Incoming, state: Kept, result: Result, because: str = "") -> None:
    row.state, row.because, row.done_at = state.value, because[:400], timezone.now()
    sql.update([row], ["state", "because", "done_at"])
    say(row, result, because[:400])
    kind = kind_called(row.kind)
    if state in {Kept.TAKEN_IN, Kept.REFUSED} and kind is not None and kind.brings:
        coming.end(row)


def give_up(about: UUID, because: str) -> int:
    """Refuse what still waits for its file about something that was recalled; return how many messages."""
    rows = Incoming.objects.filter(about=about, state__in=[Kept.WAITS, Kept.STORED], file__isnull=False)
    return sum(refuse(row, because) for row in rows)


@transaction.atomic
def try_again(viewer: Viewer, reason: Reason, row: Incoming) -> None:
    """Let a message that was set aside be tried again; the courier takes it in.

    Raises:
        Conflict: it is not set aside any more.
    """
    current = _set_aside_one(row)
    current.state, current.because, current.done_at = Kept.STORED.value, "", None
    current.save(update_fields=["state", "because", "done_at"])
    record(acts.TRIED_AGAIN, Subject("message", current.message), viewer.actor, reason)


@transaction.atomic
def dismiss(viewer: Viewer, reason: Reason, row: Incoming) -> None:
    """Refuse a message that was set aside, for good: its sender is told so.

    Raises:
        Conflict: it is not set aside any more.
    """
    current = _set_aside_one(row)
    _done(current, Kept.REFUSED, Result.REFUSED, DISMISSED)
    record(acts.DISMISSED, Subject("message", current.message), viewer.actor, reason)


def _set_aside_one(row: Incoming) -> Incoming:
    current = Incoming.objects.select_for_update().get(pk=row.pk)
    refuse_unless_set_aside(current)
    return current


def refuse_unless_set_aside(row: Incoming) -> None:
    """Refuse to decide about a message that nobody has to decide about.

    Raises:
        Conflict: it is not set aside (any more).
    """
    if Kept(row.state) is not Kept.SET_ASIDE:
        raise Conflict(_("This message is not set aside any more."))
