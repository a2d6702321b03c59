"""Sandboxed workers for a service: what somebody uploads goes in as a descriptor or as bytes, records come out."""

from __future__ import annotations

import os
import stat
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple, Self

from vaern.scanning.names import printable
from vaern.scanning.options import ScanOptions
from vaern.scanning.pool import Pool
from vaern.scanning.process import WORKER
from vaern.scanning.tasks import Task, task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.records import Media

Hashed = tuple["Media", ...]
"""What is in an upload, its own record last."""

_TICK_SECONDS = 1.0


class _Upload(NamedTuple):
    """One that waits or is hashed: its promise, and what is known so far."""

    promise: Future[Hashed]
    found: list[Media]


class Hashers:
    """Hashes one upload after another in sandboxed workers, from any thread; a context manager.

    The same workers, limits and verdicts as those of a scan, without lists and without files of results. One thread
    of its own talks to the workers. What waits is held open, or in memory: a service that takes uploads faster than
    they are hashed has to wait for them itself.

        with Hashers() as hashers:
            (*members, upload) = hashers.hash(data, "photo.jpg")

    Args:
        options: as of a scan; `jobs` is how many workers there may be.
        worker: how to start the process that forks workers.
    """

    def __init__(self, options: ScanOptions | None = None, worker: Sequence[str] = WORKER) -> None:
        self._options, self._worker = options or ScanOptions(), worker
        self._waiting: deque[tuple[Task, _Upload]] = deque()
        self._lock = threading.Lock()
        self._bell = os.eventfd(0)
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="vaern-hashers", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """As `close`."""
        self.close()

    def hash(self, upload: int | bytes, name: str = "upload") -> Hashed:
        """As `submit`, and wait."""
        return self.submit(upload, name).result()

    def submit(self, upload: int | bytes, name: str = "upload") -> Future[Hashed]:
        """Hash an upload.

        Bad content never raises: `Media.unreadable` says why there is no perceptual signal.

        Args:
            upload: its bytes, or the descriptor of a regular file, which is opened anew and read from its beginning.
            name: what the records are to call it; text, never a path.

        Returns:
            The records of what is in it, its own last. The future raises `Refusal` if no worker can be started.

        Raises:
            ValueError: the descriptor is of no regular file.
            OSError: the file cannot be opened anew, as when this process may no longer read it.
            RuntimeError: these hashers are closed.
        """
        descriptor = _in_memory(upload) if isinstance(upload, bytes) else _regular(upload)
        task, kept = task_of(printable(name), descriptor), _Upload(Future(), [])
        if isinstance(upload, bytes):
            task.modified = None  # else it would be this moment
        with self._lock:
            if self._closed:
                os.close(descriptor)
                raise RuntimeError("these hashers are closed")
            self._waiting.append((task, kept))
            os.eventfd_write(self._bell, 1)
        return kept.promise

    def close(self) -> None:
        """End the workers. What was not hashed by then is cancelled."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.eventfd_write(self._bell, 1)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        """Keep the workers busy until told to end; what fails them fails the uploads of the moment, and no others."""
        working: dict[Task, _Upload] = {}
        while not self._closed:
            try:
                with Pool(self._options, self._worker, self._bell) as pool:
                    while not self._closed:
                        self._feed(pool, working)
                        for result in pool.wait(_TICK_SECONDS):
                            working[result.task].found.append(result.media)
                            if result.done:
                                done = working.pop(result.task)
                                done.promise.set_result(tuple(done.found))
            except Exception as error:
                self._fail(working, error)
        self._fail(working, RuntimeError("these hashers were closed before it was hashed"))
        with self._lock:
            os.close(self._bell)

    def _feed(self, pool: Pool, working: dict[Task, _Upload]) -> None:
        while pool.has_room and self._waiting:
            task, upload = self._waiting.popleft()
            if upload.promise.set_running_or_notify_cancel():
                working[task] = upload
                pool.submit(task)
            else:
                task.close()

    def _fail(self, working: dict[Task, _Upload], error: Exception) -> None:
        """Break the promises of all that are here; the pool closed what it held."""
        for upload in working.values():
            upload.promise.set_exception(error)
        working.clear()
        while self._waiting:
            task, upload = self._waiting.popleft()
            task.close()
            if upload.promise.set_running_or_notify_cancel():
                upload.promise.set_exception(error)


def _in_memory(data: bytes) -> int:
    memory = os.memfd_create("upload")
    try:
        with open(memory, "wb", closefd=False) as stream:
            stream.write(data)
        return _regular(memory)
    finally:
        os.close(memory)


def _regular(descriptor: int) -> int:
    """The file anew, with a position of its own and for reading alone: a worker gets this."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise ValueError(
            "an upload is bytes or the descriptor of a regular file; a pipe or a socket has to be read first"
        )
    return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
