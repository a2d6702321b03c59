"""How often one place has sent something: counted in this process's memory, and nowhere else.

A place is the address of a visitor, an IPv6 address by its first 64 bits. It is never kept: what is kept is its digest
under a random key, which is made when the process starts, replaced after a day, and never written anywhere. With the
key all counts go. So nothing about a visitor reaches the database, a file, a log, or another process; the price is that
each web process counts for itself, and so allows its share of what a place may.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3600.0
DAY = 24 * HOUR
MOST_KEPT = 50_000
"""Places in memory; beyond this the one that was quiet longest is forgotten first."""


def network_of(address: str | None) -> str:
    """Return what of an address counts as one place."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class Places:
    """Counts of the last hour.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._forget(clock())

    def take(self, what: str, address: str | None, most: int) -> bool:
        """Count one more, and return True; or return False if there were so many within the hour already."""
        with self._lock:
            times = self._times(what, address)
            if len(times) >= share(most):
                return False
            times.append(self._clock())
            return True

    def count(self, what: str, address: str | None) -> int:
        """Return how many there were within the hour, from this place and in this process."""
        with self._lock:
            return len(self._times(what, address))

    def forget(self) -> None:
        """Forget all counts, and the key under which they were kept."""
        with self._lock:
            self._forget(self._clock())

    def _forget(self, now: float) -> None:
        self._key, self._since = secrets.token_bytes(32), now
        self._kept: OrderedDict[bytes, deque[float]] = OrderedDict()

    def _times(self, what: str, address: str | None) -> deque[float]:
        now = self._clock()
        if now - self._since >= DAY:
            self._forget(now)
        digest = hashlib.blake2b(f"{what} {network_of(address)}".encode(), key=self._key, digest_size=16).digest()
        times = self._kept.setdefault(digest, deque())
        self._kept.move_to_end(digest)
        while times and now - times[0] >= HOUR:
            times.popleft()
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return times


def share(most: int) -> int:
    """Return how many of so many an hour this process allows."""
    return max(2, math.ceil(most / settings.CONFIGURATION.workers))


PLACES = Places()
"""The counts of this process."""
