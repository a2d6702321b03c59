"""What a store holds as the source of a scan: its listing, and objects fetched ahead of the workers in that order."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from vaern.scanning.walk import Refusal
from vaern.store.address import address_of
from vaern.store.ahead import Ahead
from vaern.store.client import store_of
from vaern.store.fetching import item_of, listed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from vaern.scanning.walk import Identity, Item
    from vaern.store.client import Listed


class Objects:
    """A prefix of a store, to be given to `scan` in the place of folders, once.

    It reads AWS's configuration, or Azure's environment, and asks the store whether it lists what is meant.

    Args:
        address: `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`: an object, or what stands before
            `/` in the keys of all that are meant; no prefix for all of the bucket.
        scratch: folder for objects of more than 16 MiB; the system's for temporary files if `None`.
        may_be_empty: there may be nothing of this name yet.

    Raises:
        Refusal: the store does not, there is nothing, or the configuration is incomplete or wrong.
    """

    changes = False

    def __init__(self, address: str, scratch: Path | None = None, *, may_be_empty: bool = False) -> None:
        meant = address_of(address)
        if scratch is not None and not scratch.is_dir():
            raise Refusal(f"{scratch}: no folder; name one that exists for large objects")
        self._store, self._scratch = store_of(meant), scratch
        self.paths = [str(meant)]
        self.places = [f"{meant} at {self._store.endpoint}"]
        self._lock = threading.Condition()
        self._closed = False
        self._aheads: list[Ahead] = []
        try:
            if not any(self._store.pages()) and meant.prefix and not may_be_empty:
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
        done: Callable[[Item], bool],
        bell: int,
    ) -> Iterator[Item | None]:
        """See `Source`. What was fetched before the store refused comes first."""
        store = self._store
        return self._ahead((one for page in store.pages() for one in page if not done(item_of(store, one))), bell)

    def given(self, items: Iterable[Item], bell: int) -> Generator[Item | None]:
        """See `Opener`."""
        return self._ahead((listed_of(self._store, item) for item in items), bell)

    def close(self) -> None:
        """See `Source`."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        for ahead in list(self._aheads):
            ahead.close()
        self._store.close()

    def _ahead(self, wanted: Iterable[Listed], bell: int) -> Generator[Item | None]:
        ahead = Ahead(self._store, wanted, self._scratch, bell)
        self._aheads.append(ahead)
        try:
            yield from ahead.items()
        finally:
            ahead.close()
            self._aheads.remove(ahead)
