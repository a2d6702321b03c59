"""Objects of a store, fetched ahead of whoever reads them, some at once, and given in their order."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

from vaern.scanning.walk import Refusal
from vaern.store.client import CONNECTIONS
from vaern.store.fetching import Fetched, GivenUpError, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from vaern.store.client import Listed, Store

AHEAD_BYTES = 256 << 20
"""Of objects that are here, or on their way, and not yet a worker's; one that is larger comes alone."""

AHEAD = 64
"""Objects, likewise."""

MOST_BUSY = 20
"""Objects in a row for which a store has no time, until the scan ends: it can be gone on with later."""


class _Order:
    """An object that is to be fetched: its turn, and what came of it."""

    def __init__(self, listed: Listed) -> None:
        self.listed = listed
        self.fetched: Fetched | None = None


class Ahead:
    """Objects on their way here. Threads of its own list and fetch them.

    Args:
        store: has them.
        wanted: which, in order; asked for by another thread, which may wait and may raise `Refusal`.
        scratch: folder for large ones; the system's for temporary files if `None`.
        bell: as of `Source.coming`.
    """

    def __init__(self, store: Store, wanted: Iterable[Listed], scratch: Path | None, bell: int) -> None:
        self._store, self._scratch, self._bell = store, scratch, bell
        self._lock = threading.Condition()
        self._orders: deque[_Order] = deque()
        self._todo: deque[_Order] = deque()
        self._ahead = self._busy = 0
        self._given: Fetched | None = None
        self._all_listed = self._closed = False
        self._failure: Exception | None = None
        threading.Thread(target=self._guarded, args=(lambda: self._list(wanted),), name="list", daemon=True).start()
        for _ in range(CONNECTIONS):
            threading.Thread(target=self._guarded, args=(self._fetch,), name="fetch", daemon=True).start()

    def items(self) -> Iterator[Fetched | None]:
        """As of `Source.coming`. What was fetched before the store refused comes first."""
        while True:
            self._let_go()
            with self._lock:
                first = self._given = self._orders[0].fetched if self._orders else None
                if first is not None:
                    self._ahead -= self._orders.popleft().listed.size
                    self._lock.notify_all()
                elif self._failure is not None:
                    raise self._failure
                elif self._all_listed and not self._orders:
                    return
            yield first

    def close(self) -> None:
        """Give up what is here. Threads that wait for the store end by themselves, and touch nothing any more."""
        self._let_go()
        with self._lock:
            self._closed = True
            for order in self._orders:
                if order.fetched is not None:
                    order.fetched.close()
            self._orders.clear()
            self._todo.clear()
            self._lock.notify_all()

    def _let_go(self) -> None:
        """Close what was handed out last: who wanted it has opened it."""
        given, self._given = self._given, None
        if given is not None:
            given.close()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except GivenUpError:
            pass
        except Exception as error:  # whatever it is, the scan's own thread has to hear of it
            with self._lock:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Fetch nothing that has not begun; the lock is held."""
        self._failure = self._failure or error
        self._todo.clear()
        self._ring()

    def _list(self, wanted: Iterable[Listed]) -> None:
        """Order as far ahead as there is room."""
        for listed in wanted:
            if self._closed or self._failure is not None:
                return
            self._order(listed)
        with self._lock:
            self._all_listed = True
            self._ring()

    def _order(self, listed: Listed) -> None:
        with self._lock:
            self._lock.wait_for(lambda: self._closed or self._failure is not None or self._has_room(listed.size))
            if self._closed or self._failure is not None:
                return
            order = _Order(listed)
            self._orders.append(order)
            self._todo.append(order)
            self._ahead += listed.size
            self._lock.notify_all()

    def _fetch(self) -> None:
        """Fetch one after another."""
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closed or self._failure is not None or self._todo)
                if self._closed or self._failure is not None:
                    return
                order = self._todo.popleft()
            fetched = fetch(self._store, order.listed, self._scratch, lambda: not self._closed)
            with self._lock:
                if self._closed:
                    fetched.close()
                    return
                order.fetched = fetched
                self._busy = self._busy + 1 if fetched.busy else 0
                if self._busy == MOST_BUSY:
                    self._fail(Refusal(f"the store had no time for {MOST_BUSY} objects in a row: it is too busy"))
                if order is self._orders[0]:
                    self._ring()

    def _has_room(self, size: int) -> bool:
        return not self._orders or (len(self._orders) < AHEAD and self._ahead + size <= AHEAD_BYTES)

    def _ring(self) -> None:
        """Wake the scan's own thread, and those that wait here; the lock is held, so the bell is still there."""
        self._lock.notify_all()
        if not self._closed:
            os.eventfd_write(self._bell, 1)
