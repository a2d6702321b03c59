"""An upload on its way through the gate: received, hashed, asked about, written down."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from vaern.gate import verdicts
from vaern.gate.asking import CannotAskError
from vaern.gate.metrics import Metrics
from vaern.lookup.http import HttpError
from vaern.scanning import ScanOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vaern.gate.asking import Asked
    from vaern.gate.verdicts import Policy, Said
    from vaern.lookup.http import Request
    from vaern.records import Media
    from vaern.scanning import Hashers

MEGABYTE = 1 << 20


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate takes.

    Attributes:
        bytes: of an upload.
        uploads: that are here at once; each is held in memory.
        seconds: until an upload is answered, from its last byte on; and until it is whole, from its first.
    """

    bytes: int = 128 * MEGABYTE
    uploads: int = 16
    seconds: float = 25.0

    def options(self, jobs: int = 0) -> ScanOptions:
        """How uploads are hashed: as in a scan, but nothing may take longer than somebody waits for it."""
        return ScanOptions(
            jobs=jobs,
            cpu_seconds=self.seconds,
            wall_seconds=self.seconds,
            seconds_per_megabyte=0.0,
            video_seconds=0.0,
            archive_members=10_000,
            archive_bytes=1024 * MEGABYTE,
        )


class Desk:
    """Takes uploads, as many as the bounds let in. For one event loop.

    Args:
        hashers: of `Bounds.options`.
        asked: who is asked.
        policy, bounds: as the operator set them.
        note: takes the evidence of an upload, a line of JSON.
    """

    def __init__(
        self, hashers: Hashers, asked: Asked, policy: Policy, bounds: Bounds, note: Callable[[bytes], None]
    ) -> None:
        self._hashers, self.asked = hashers, asked
        self.policy, self.bounds, self._note = policy, bounds, note
        self.metrics = Metrics()
        self.now = 0
        self._working: set[asyncio.Task[Said]] = set()
        self._threads = ThreadPoolExecutor(asked.at_once, "vaern-gate")

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def take(self, request: Request) -> Said:
        """What to say of the body of a request.

        Raises:
            HttpError: too many are here, or the body did not come.
        """
        if self.now >= self.bounds.uploads:
            self.metrics.busy += 1
            raise HttpError(503, "Too many uploads are here at once; try again.", ((b"retry-after", b"1"),))
        self.now += 1
        try:
            upload = await self._received(request)
        except BaseException:
            self.now -= 1
            raise
        if isinstance(upload, verdicts.Said):
            self.now -= 1
            self._write_down(upload, late=False)
            self.metrics.answered(upload, 0.0)
            return upload
        return await self._answered(upload)

    async def _answered(self, upload: int) -> Said:
        """What is said of an upload within its time; what is found later is written down all the same."""
        begun = time.perf_counter()
        size = os.fstat(upload).st_size
        task = asyncio.create_task(self._judged(upload))
        task.add_done_callback(self._let_go)
        self._working.add(task)
        done, _ = await asyncio.wait({task}, timeout=self.bounds.seconds)
        if done:
            said = task.result()
        else:
            task.add_done_callback(self._late)
            said = verdicts.unread(f"It was not done within {self.bounds.seconds:g} seconds.", size, self.policy)
        self._write_down(said, late=False)
        self.metrics.answered(said, time.perf_counter() - begun)
        return said

    def _let_go(self, task: asyncio.Task[Said]) -> None:
        self._working.discard(task)
        self.now -= 1

    def _late(self, task: asyncio.Task[Said]) -> None:
        if not task.cancelled() and not task.exception():
            self.metrics.late += 1
            self._write_down(task.result(), late=True)

    async def _received(self, request: Request) -> int | Said:
        """The body in memory that has no name, as a descriptor; what to say of one that is too large.

        What is beyond the bound is read and dropped: who still sends hears no answer.
        """
        memory, size = os.memfd_create("upload"), 0
        try:
            async with asyncio.timeout(self.bounds.seconds):
                async for piece in request.pieces():
                    size += len(piece)
                    if size <= self.bounds.bytes:
                        _write(memory, piece)
        except BaseException as error:
            os.close(memory)
            if isinstance(error, TimeoutError):
                raise HttpError(408, f"The upload was not whole within {self.bounds.seconds:g} seconds.") from error
            raise
        if size <= self.bounds.bytes:
            return memory
        os.close(memory)
        return verdicts.unread(f"It is larger than {self.bounds.bytes:,} bytes.", size, self.policy)

    async def _judged(self, upload: int) -> Said:
        """What to say of an upload, however long that takes; closes it."""
        size = os.fstat(upload).st_size
        try:
            media = await asyncio.wrap_future(self._hashers.submit(upload))
        except Exception as error:  # no worker can be started, or the gate closes
            return verdicts.unread(f"It could not be hashed: {error}.", size, self.policy)
        finally:
            os.close(upload)
        return await asyncio.get_running_loop().run_in_executor(self._threads, judge, media, self.asked, self.policy)

    def _write_down(self, said: Said, *, late: bool) -> None:
        if said.verdict != "no match":
            self._note(evidence(said, late=late))


def _write(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]


def judge(media: Sequence[Media], asked: Asked, policy: Policy) -> Said:
    """Ask about the files of an upload, and say what follows."""
    try:
        return verdicts.said(asked.ask(media), policy)
    except CannotAskError as error:
        return verdicts.unasked(str(error), media, policy)


def evidence(said: Said, *, late: bool = False) -> bytes:
    """What is written down of an upload: digests, lists and what followed; a line of JSON."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    line = {"at": at, **msgspec.to_builtins(said)} | ({"late": True} if late else {})
    return msgspec.json.encode(line) + b"\n"
