"""A machine of a cluster: it leases shares, reads them with workers of its own, and hands in what it found."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Self

from msgspec.structs import replace

import vaern
from vaern.cluster.places import LostError
from vaern.cluster.results import Header, Writer, packed, spooled
from vaern.records import Media
from vaern.scanning.pool import Pool
from vaern.scanning.process import WORKER
from vaern.scanning.reaching import Reached
from vaern.scanning.tasks import Task, opened
from vaern.scanning.walk import Refusal
from vaern.store.address import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from vaern.cluster.places import Job, Lease, Place, Taken
    from vaern.scanning.protocol import Ready
    from vaern.scanning.sources import Opener
    from vaern.scanning.walk import Item

_TICK_SECONDS = 0.1
_LOOK_SECONDS = (0.1, 2.0)  # between two looks for work: at first, and at most
_IDLE_SECONDS = 10.0  # until the workers of a job end, for which there is nothing to do


def name_of_this() -> str:
    """A name that no other machine has, nor another process of this one: letters, digits and `-`."""
    host = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in socket.gethostname())
    return f"{host[:40]}-{os.getpid()}-{secrets.token_hex(3)}"


class Machine:
    """Takes part in the scans of a place, until told to stop.

    Args:
        place: where shares are handed out.
        jobs: workers here; one for each core if 0.
        scratch: folder for large objects of a store; the system's for temporary files if `None`.
        stop: when set, it ends soon, and gives back what it has.
        note: is told what it begins and ends.
        worker: how to start the process that forks workers.
    """

    def __init__(  # noqa: PLR0913
        self,
        place: Place,
        jobs: int = 0,
        scratch: Path | None = None,
        *,
        stop: threading.Event | None = None,
        note: Callable[[str], None] = lambda _: None,
        worker: Sequence[str] = WORKER,
    ) -> None:
        self.name = name_of_this()
        self._place, self._jobs, self._scratch = place, jobs, scratch
        self._stop, self._note, self._worker = stop or threading.Event(), note, worker

    def run(self, *, stay: bool = False) -> None:
        """Take part in what there is, waiting for it if there is nothing yet.

        Args:
            stay: when all scans have ended that there were, wait for what comes next.

        Raises:
            Refusal: it cannot read for a scan, for something is missing here.
            OSError: the place cannot be read or written.
        """
        pause, seen = _LOOK_SECONDS[0], set[str]()
        while not self._stop.is_set():
            jobs = {taken.job.run: taken for taken in self._place.jobs()}
            for run, taken in jobs.items():
                lease = taken.lease(self.name)
                if lease is not None:
                    self._note(f"Reads for the scan {run}")
                    pause = _LOOK_SECONDS[0]
                    self._take_part(taken, lease)
            seen |= jobs.keys()
            if seen and not jobs and not stay:
                return
            self._stop.wait(pause)
            pause = min(2 * pause, _LOOK_SECONDS[1])

    def _take_part(self, taken: Taken, lease: Lease) -> None:
        """Read share after share, until there has been none for a while."""
        bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        try:
            with _Session(taken, self.name) as session:
                session.begin(lease)
                options = replace(taken.job.options, jobs=self._jobs)
                with closing(self._opener(taken.job)) as opener, Pool(options, self._worker, bell) as pool:
                    session.read(pool, opener, bell, self._stop)
        finally:
            os.close(bell)

    def _opener(self, job: Job) -> Opener:
        if not is_address(job.paths[0]):
            return Reached(job.paths, job.places)
        from vaern.store.objects import Objects  # noqa: PLC0415 - needs the extra `store`

        objects = Objects(job.paths[0], self._scratch)
        if objects.places != job.places:
            objects.close()
            raise Refusal(f"the scan is of {job.places[0]}, and from here it is {objects.places[0]}")
        return objects


@dataclass(eq=False)
class _Reading:
    """A share that is read: its lease, and what is known of each thing in it."""

    lease: Lease
    items: Generator[Item | None]
    records: list[IO[bytes]] = field(default_factory=list)
    whole: set[int] = field(default_factory=set)
    taken: bool = False
    lost: bool = False

    @property
    def is_done(self) -> bool:
        """Whether all of it is known."""
        return self.taken and len(self.whole) == len(self.records)

    def close(self) -> None:
        """Forget what is known."""
        self.items.close()
        for records in self.records:
            records.close()


class _Session:
    """The shares of one job that this machine has. A thread lets it be heard that it is at them."""

    def __init__(self, taken: Taken, machine: str) -> None:
        self._taken, self._machine = taken, machine
        self._readings: list[_Reading] = []
        self._tasks: dict[Task, tuple[_Reading, int]] = {}
        self._ended = threading.Event()
        self._over = False
        self._failed: Exception | None = None
        self._alive = time.monotonic()
        self._waiting: Lease | None = None
        self._looked = 0.0
        self._thread = threading.Thread(target=self._be_heard, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._waiting is not None:
            self._taken.give_back(self._waiting)
        for reading in self._readings:
            self._taken.give_back(reading.lease)
            reading.close()

    def begin(self, lease: Lease) -> None:
        """Have a first share."""
        self._waiting = lease

    def read(self, pool: Pool, opener: Opener, bell: int, stop: threading.Event) -> None:
        """Read and hand in, until stopped, the job is gone or paused, or there is nothing for a while."""
        last = time.monotonic()
        while not (stop.is_set() or self._over):
            self._alive = time.monotonic()
            if self._failed is not None:
                raise self._failed
            self._feed(pool, opener, bell)
            for result in pool.wait(_TICK_SECONDS):
                reading, place = self._tasks[result.task]
                self._record(reading, place, result.media, done=result.done)
                if result.done:
                    del self._tasks[result.task]
            self._hand_in(pool.ready)
            last = time.monotonic() if self._readings else last
            if time.monotonic() - last > _IDLE_SECONDS:
                return

    def _feed(self, pool: Pool, opener: Opener, bell: int) -> None:
        """Give the workers what they have room for."""
        while pool.has_room:
            reading = self._readings[-1] if self._readings else None
            if reading is None or reading.taken or reading.lost:
                reading = self._next(opener, bell)
            if reading is None:
                return
            try:
                item = next(reading.items)
            except StopIteration:
                reading.taken = True
                continue
            if item is None:
                return
            self._open(reading, item, pool)

    def _next(self, opener: Opener, bell: int) -> _Reading | None:
        """Begin with another share, if there is one."""
        if self._waiting is None and time.monotonic() - self._looked > _TICK_SECONDS:
            self._waiting = self._taken.lease(self._machine)
            self._looked = time.monotonic() if self._waiting is None else 0.0
            self._over = self._waiting is None and not self._taken.is_open
        if self._waiting is None:
            return None
        lease, self._waiting = self._waiting, None
        reading = _Reading(lease, opener.given([one.item() for one in lease.share.entries()], bell))
        self._readings.append(reading)
        return reading

    def _open(self, reading: _Reading, item: Item, pool: Pool) -> None:
        """Give a thing to the workers; what is no readable file has its record at once."""
        place, task = len(reading.records), opened(item)
        reading.records.append(spooled())
        if isinstance(task, Media):
            self._record(reading, place, task, done=True)
        else:
            self._tasks[task] = (reading, place)
            pool.submit(task)

    def _record(self, reading: _Reading, place: int, media: Media, *, done: bool) -> None:
        if reading.lost:
            return
        reading.records[place].write(packed(media))
        if done:
            reading.whole.add(place)

    def _hand_in(self, ready: Ready | None) -> None:
        """Hand in what is done, and forget what was lost."""
        for reading in [one for one in self._readings if one.is_done or one.lost]:
            if not reading.lost:
                with suppress(LostError), self._result(reading, ready) as result:
                    self._taken.finish(reading.lease, result)
            reading.lost = True
            self._readings.remove(reading)
            reading.close()

    def _result(self, reading: _Reading, ready: Ready | None) -> IO[bytes]:
        versions, layers = (ready.versions, ready.layers) if ready else ({}, {})  # else nothing of it was for a worker
        writer = Writer(Header(reading.lease.share.digest, self._machine, vaern.__version__, versions, layers))
        for records in reading.records:
            records.seek(0)
            while data := records.read(1 << 20):
                writer.add(data)
        return writer.end()

    def _be_heard(self) -> None:
        """Renew the leases while this machine gets on."""
        lease = self._taken.job.lease
        while not self._ended.wait(lease / 6):
            if time.monotonic() - self._alive > lease:
                continue  # it hangs: another may have them
            try:
                self._over = self._over or not self._taken.is_open
                for reading in self._readings.copy():
                    try:
                        self._taken.renew(reading.lease)
                    except LostError:
                        reading.lost = True
            except Exception as error:  # whatever it is, the thread that reads has to hear of it
                self._failed = error
                return
