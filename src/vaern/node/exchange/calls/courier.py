"""The courier: one process, a thread for each peer, so that a peer that is slow, hangs or is away delays nobody else.

Each thread takes in what came of its peer, and calls it when something waits for it: at once after a success, ever
later while it fails. Where we cannot be called, we call every second, because what a peer has for us waits there.
"""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection

from vaern.node.exchange.base.failures import is_the_machines
from vaern.node.exchange.calls.calling import call
from vaern.node.exchange.calls.composing import is_anything_new
from vaern.node.exchange.inbox.taking import take_in
from vaern.node.exchange.models import Peer
from vaern.node.exchange.rules.peers import SPEAKS
from vaern.node.runtime import logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event
    from uuid import UUID

log = structlog.get_logger(__name__)

TICK = 0.2
"""Seconds between two looks at what waits for a peer."""

TURN = 1.0
"""Seconds for which fresh messages are taken in before their peer is called again, so that it hears of them."""

POLLED = 1.0
"""Seconds between two calls of a peer that has something for us only when we ask, or that has no room now."""

SAYS_ALIVE = 60.0
"""Seconds between two calls of a peer for which nothing waits: so both know that the other is there."""

LOOKS_AGAIN = 2.0
"""Seconds between two tries of what waits: until an upgrade thousands may wait for long."""

LONGEST_PAUSE = 60.0
"""Seconds between two calls of a peer that does not answer, at most."""

LOCK = 0x65_78_63_68
"""The first number of PostgreSQL's advisory locks that threads hold, one for each peer ("exch")."""


def run(stop: Event) -> None:
    """Carry until told to stop; peers that come and go are noticed within a second."""
    threads: dict[UUID, threading.Thread] = {}
    while not stop.is_set():
        try:
            close_old_connections()
            active = list(Peer.objects.filter(state__in=[one.value for one in SPEAKS]).values_list("pk", flat=True))
        except Error as error:
            log.error("error", **logs.described(error))  # noqa: TRY400 - values stand in a traceback
            connection.close()
            active = []
        for peer in active:
            if peer not in threads or not threads[peer].is_alive():
                threads[peer] = threading.Thread(target=_carry, args=(peer, stop), name=f"peer-{peer}", daemon=True)
                threads[peer].start()
        stop.wait(1.0)
    for thread in threads.values():
        thread.join(timeout=5.0)
    connection.close()


def _carry(id: UUID, stop: Event) -> None:
    """Serve one peer until it is no peer any more."""
    pause, due, looked = 0.0, 0.0, 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            with _alone(id) as ours:
                peer = Peer.objects.get(pk=id)
                if peer.state not in {one.value for one in SPEAKS}:
                    break
                again = time.monotonic() - looked >= LOOKS_AGAIN
                looked = time.monotonic() if again else looked
                more = bool(ours and take_in(peer, lasts=TURN, again=again))
                if ours and peer.address and _is_due(peer, due, time.monotonic()):
                    more = call(peer) or more
                    failing = Peer.objects.filter(pk=id).values_list("failing_since", flat=True).get()
                    pause = min(LONGEST_PAUSE, max(1.0, pause * 2)) if failing else 0.0
                    due = time.monotonic() + (pause * random.uniform(0.5, 1.0) if failing else 0.0)  # noqa: S311
            if more:
                continue
        except Exception as error:
            if is_the_machines(error):  # a full disk, a database that restarts: nothing is lost, and it goes on
                log.error("error", **logs.described(error))  # noqa: TRY400
                connection.close()
                stop.wait(1.0)
            else:
                log.exception("courier_failed", **logs.described(error))
                stop.wait(5.0)
        stop.wait(TICK)
    connection.close()


def _is_due(peer: Peer, due: float, now: float) -> bool:
    """Whether a peer is called now."""
    if now < due:
        return False
    fresh = is_anything_new(peer)
    if fresh and peer.their_room:
        return True
    often = POLLED if fresh or not settings.CONFIGURATION.exchange_answers else SAYS_ALIVE
    return peer.tried_at is None or time.time() - peer.tried_at.timestamp() >= often


@contextmanager
def _alone(peer: UUID) -> Iterator[bool]:
    """Let one process of the node serve a peer at a time; another one looks again at its next turn."""
    number = int.from_bytes(peer.bytes[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, number])
        (ours,) = cursor.fetchone()
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, number])
