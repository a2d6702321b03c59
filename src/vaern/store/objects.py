"""What a store holds as the source of a scan: its listing, and objects fetched ahead of the workers in that order."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

from vaern.scanning.walk import Refusal
from vaern.store.address import address_of
from vaern.store.client import CONNECTIONS, Store
from vaern.store.fetching import Fetched, GivenUpError, fetch, item_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.scanning.walk import Identity, Item
    from vaern.store.client import Listed

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


class Objects:
    """A prefix of a store, to be given to `scan` in the place of folders, once.

    It reads AWS's configuration, and asks the store whether it lists what is meant.

    Args:
        address: `s3://bucket/prefix` or `gs://bucket/prefix`: an object, or what stands before `/` in the keys of all
            that are meant; no prefix for all of the bucket.
        scratch: folder for objects of more than 16 MiB; the system's for temporary files if `None`.

    Raises:
        Refusal: the store does not, there is nothing, or the configuration is incomplete or wrong.
    """

    def __init__(self, address: str, scratch: Path | None = None) -> None:
        meant = address_of(address)
        if scratch is not None and not scratch.is_dir():
            raise Refusal(f"{scratch}: no folder; name one that exists for large objects")
        self._store, self._scratch = Store(meant), scratch
        self.paths = [str(meant)]
        self.places = [f"{meant} at {self._store.endpoint}"]
        self._lock = threading.Condition()
        self._orders: deque[_Order] = deque()
        self._todo: deque[_Order] = deque()
        self._ahead = self._busy = 0
        self._bell = -1
        self._given: Fetched | None = None
        self._all_listed = self._closed = False
        self._failure: Exception | None = None
        try:
            if not any(self._store.pages()) and meant.prefix:
                raise Refusal(f"{meant}: there is nothing of this name, and nothing below it")
        except Refusal:
            self._store.close()
            raise

    def listed(self, leave_out: frozenset[Identity]) -> Iterator[Item]:  # noqa: ARG002 - a store holds no results of ours
        """See `Source`. Another thread asks the store, so that this ends when it is closed, whatever the store does."""
        pages: deque[list[Listed] | Exception | None] = deque()

        def ask() -> None:
            last: Exception | None = None
            try:
                for page in self._store.pages():
                    with self._lock:
                        self._lock.wait_for(lambda: self._closed or not pages)
                        if self._closed:
                            return
                        pages.append(page)
                        self._lock.notify_all()
            except Exception as error:  # whatever it is, who reads the listing has to hear of it
                last = error
            with self._lock:
                pages.append(last)
                self._lock.notify_all()

        threading.Thread(target=ask, name="list", daemon=True).start()
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closed or pages)
                if self._closed:
                    return
                page = pages.popleft()
                self._lock.notify_all()
            if page is None:
                return
            if isinstance(page, Exception):
                raise page
            for listed in page:
                yield item_of(self._store, listed)

    def coming(
        self,
        leave_out: frozenset[Identity],  # noqa: ARG002
        done: Callable[[str], bool],
        bell: int,
    ) -> Iterator[Item | None]:
        """See `Source`. What was fetched before the store refused comes first."""
        self._bell = bell
        threading.Thread(target=self._guarded, args=(lambda: self._list(done),), name="list", daemon=True).start()
        for _ in range(CONNECTIONS):
            threading.Thread(target=self._guarded, args=(self._fetch,), name="fetch", daemon=True).start()
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
        """See `Source`. Threads that wait for the store end by themselves, and touch nothing any more."""
        self._let_go()
        with self._lock:
            self._closed = True
            for order in self._orders:
                if order.fetched is not None:
                    order.fetched.close()
            self._orders.clear()
            self._todo.clear()
            self._lock.notify_all()
        self._store.close()

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

    def _list(self, done: Callable[[str], bool]) -> None:
        """List as far ahead as there is room."""
        for page in self._store.pages():
            for listed in page:
                if self._closed or self._failure is not None:
                    return
                if not done(self._store.address.name(listed.key)):
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
