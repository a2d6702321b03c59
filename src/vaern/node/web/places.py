"""Counts how often one network has sent something, only in this process's memory.

A place is the address of a visitor, an IPv6 address by its first 64 bits; what is taken is counted for its first 48
bits too, because who rents a server is given 65,536 such places. It is never kept: what is kept is its digest
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


WIDE = 4
"""How many places' worth the first 48 bits of an IPv6 address may take together: a household or an office has one."""


def network_of(address: str | None) -> str:
    """Return the network that counts as one place for an address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def wider_of(address: str | None) -> str | None:
    """Return the /48 network of an IPv6 address; None for any other address."""
    try:
        found = ipaddress.IPv6Address(address or "")
    except ValueError:
        return None
    return None if found.ipv4_mapped else str(ipaddress.ip_network((found, 48), strict=False))


class Places:
    """Counts of the last hour.

    Args:
        clock: returns monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._forget(clock())

    def take(self, what: str, address: str | None, most: int) -> bool:
        """Count one more and return True, or return False if the hourly limit is reached."""
        limits = {network_of(address): most}
        if wider := wider_of(address):
            limits[wider] = WIDE * most
        with self._lock:
            counted = [(self._times(what, network), share(allowed)) for network, allowed in limits.items()]
            if any(len(times) >= allowed for times, allowed in counted):
                return False
            for times, _ in counted:
                times.append(self._clock())
            return True

    def count(self, what: str, address: str | None) -> int:
        """Return the number within the hour, from this place and in this process."""
        with self._lock:
            return len(self._times(what, network_of(address)))

    def forget(self) -> None:
        """Forget all counts and their key."""
        with self._lock:
            self._forget(self._clock())

    def _forget(self, now: float) -> None:
        self._key, self._since = secrets.token_bytes(32), now
        self._kept: OrderedDict[bytes, deque[float]] = OrderedDict()

    def _times(self, what: str, network: str) -> deque[float]:
        now = self._clock()
        if now - self._since >= DAY:
            self._forget(now)
        digest = hashlib.blake2b(f"{what} {network}".encode(), key=self._key, digest_size=16).digest()
        times = self._kept.setdefault(digest, deque())
        self._kept.move_to_end(digest)
        while times and now - times[0] >= HOUR:
            times.popleft()
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return times


def share(most: int) -> int:
    """Return this process's share of an hourly limit."""
    return max(2, math.ceil(most / settings.CONFIGURATION.workers))


PLACES = Places()
"""The counts of this process."""
