"""Workers, what each is doing, and what happens when a file ends one.

A file that ends its worker gets a cause. What crashed may have been the last file's fault, so it is tried once more
as it was; a worker that was killed from outside (most often because the machine had no memory left) is rarely this
file's fault, so it is tried twice more. What crashes twice, or ran out of time, is read for its digests alone (a known
file is known by those, however broken); what ends a worker even then is reported without any signal. The scan goes on
after it. A file that meets a worker without its parser, for that is loaded late, is given to another and costs nothing.
"""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from typing import TYPE_CHECKING, Self

from vaern.records import Media
from vaern.scanning.process import CRASH, KILLED, LACKED, WORKER, ForkServer, WorkerProcess
from vaern.scanning.protocol import (
    MEMBER_MARK,
    Began,
    Hashed,
    Listing,
    Longer,
    Position,
    ProtocolError,
    Ready,
    Report,
    Reports,
    follows,
)
from vaern.scanning.tasks import NOTHING, Result, Task, closed, step, task_result
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.scanning.options import ScanOptions

QUEUED = 2
"""Files given to a worker at once: the one it reads, and the next, so that it never waits."""

TOGETHER = 32
"""The same of small files, of which the one that a worker reads is soon done."""

START_SECONDS = 600.0
"""A worker's time to get ready: the first one waits until the decoders are loaded, perhaps from a slow disk."""

VIDEO_GRACE = 60.0
"""Seconds on the clock that a video gets to end by itself."""

_UNEXPLAINED_DEATHS = 5
_KILLED_STARTS = 5  # in a row


class _Worker:
    """One worker and its queue."""

    def __init__(self, options: ScanOptions, server: ForkServer) -> None:
        self.server, self.process = server, WorkerProcess(options, server)
        self.tasks: deque[Task] = deque()
        self.ready: Ready | None = None
        self.at: Began | None = None
        self.allowed = START_SECONDS
        self.deadline = time.monotonic() + self.allowed
        self._options = options
        self._reports = Reports()
        self._without_result = 0
        self._large = 0
        self._unsent: list[Task] = []
        self._is_next = False

    @property
    def has_room(self) -> bool:
        """Whether another task need not wait for long here."""
        return len(self.tasks) < (QUEUED if self._large else TOGETHER)

    @property
    def load(self) -> tuple[int, int]:
        """How much there is to do here: of two workers, the one of less gets the next task."""
        return self._large, len(self.tasks)

    def give(self, task: Task) -> None:
        """Put a task in line; it is sent with others."""
        self.tasks.append(task)
        self._unsent.append(task)
        self._large += not task.is_small

    def send(self) -> None:
        """Send what was given."""
        if not self._unsent:
            return
        if self.ready is not None and len(self._unsent) == len(self.tasks):
            self._expect_word(self.tasks[0].size)
        descriptors = [one for task in self._unsent for one in (task.descriptor, *task.further)]
        self.process.give((task.job() for task in self._unsent), descriptors)
        self._unsent.clear()

    def take(self) -> Iterator[Result]:
        """What it has to say now; raises `EOFError` when it is gone, `ProtocolError` when it talks nonsense."""
        for report in self._reports.feed(self.process.receive()):
            result = self._handle(report)
            if result is not None:
                yield result
        if self._is_next:
            self._is_next = False
            self._expect_word(self.tasks[0].size if self.tasks else 0)

    def _handle(self, report: Report) -> Result | None:
        if isinstance(report, Ready):
            if self.ready is not None:
                raise ProtocolError("ready for a second time")
            self.ready = report
            self._expect_word(self.tasks[0].size if self.tasks else 0)
            return None
        if not self.tasks or self.ready is None:
            raise ProtocolError("a report without a job")
        task = self.tasks[0]
        self._check_place(task, report.position)
        if isinstance(report, Hashed):
            return self._finish(task, report)
        self._without_result += 1
        if self._without_result > 4 * (self._options.archive_depth + 1):  # unpacks, reads, takes longer, lists: each
            raise ProtocolError("words without a result")
        if isinstance(report, Longer):
            if self.at is None or self.at.position != report.position:
                raise ProtocolError("a video that was not begun")
            self._expect_word(self.at.size, report.seconds)
            return None
        if isinstance(report, Listing):
            name = self.at.name if self.at is not None and self.at.position == report.position else ""
            report = Began(report.position, name, task.size)
        self.at = report
        self._expect_word(report.size)
        return None

    def _check_place(self, task: Task, position: Position) -> None:
        """Members come in order, each once: no worker may make the parent skip or repeat one."""
        if len(position) > self._options.archive_depth or any(index < 0 for index in position):
            raise ProtocolError("a member at an impossible place")
        if not follows(position, task.after):
            raise ProtocolError("a member that was done already")

    def _finish(self, task: Task, report: Hashed) -> Result:
        if len(report.media.signals) > self._options.most_signals:
            raise ProtocolError("more signals than a file has")
        self._without_result = 0
        result = task_result(task, report.position, report.media)
        if result.done:
            self.tasks.popleft()
            self._large -= not task.is_small
            self.at = None
            self._is_next = True
            return result
        if task.members > self._options.archive_members:
            raise ProtocolError("more members than it may report")
        self.at = Began(report.position[:-1], report.media.name.rpartition(MEMBER_MARK)[0], task.size)
        self._expect_word(task.size)
        return result

    def _expect_word(self, size: int, video: float | None = None) -> None:
        """Wait as long as `size` bytes take; what an archive only claims counts up to what it may unpack to.

        A video that takes so many seconds by its own account (0 where it does not say) ends by itself before the time
        is up.
        """
        grace = VIDEO_GRACE if video is not None else 0.0
        video = video or 0.0
        self.process.cpu_allowed = self._options.cpu_allowance(size, video)
        packed = self.tasks[0].whole if self.tasks else 0
        size = min(size, max(packed, self._options.unpacked(packed)))
        self.allowed = self._options.wall_allowance(size, video)
        self.deadline = time.monotonic() + self.allowed + grace


class Pool:
    """Some workers, and the tasks that wait for one. A worker is started when all others have something to do.

    Args:
        options: as of a scan.
        command: how to start the process that forks workers.
        bell: an event descriptor (`eventfd`); when it rings, `wait` returns.

    Attributes:
        ready: what the first worker reported of its sandbox and its decoders.
    """

    def __init__(self, options: ScanOptions, command: Sequence[str] = WORKER, bell: int | None = None) -> None:
        self.ready: Ready | None = None
        self._options, self._command = options, command
        self._server = ForkServer(command)
        self._backlog: deque[Task] = deque()
        self._selector = selectors.DefaultSelector()
        if bell is not None:
            self._selector.register(bell, selectors.EVENT_READ)
        self._unexplained = self._killed_starts = 0
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End every worker, and give up what it does."""
        for worker in self._workers:
            worker.process.channel.close()
            self._backlog += worker.tasks
        self._server.end()
        for task in self._backlog:
            task.close()
        self._selector.close()

    @property
    def has_room(self) -> bool:
        """Whether a worker wants another task."""
        free = any(worker.has_room for worker in self._workers)
        return not self._backlog and (free or len(self._workers) < self._options.workers)

    @property
    def is_idle(self) -> bool:
        """Whether all tasks are done."""
        return not self._backlog and not any(worker.tasks for worker in self._workers)

    def submit(self, task: Task) -> None:
        """Take over a task and its descriptor. It is sent by `wait` at the latest."""
        self._backlog.append(task)
        self._assign()

    def wait(self, timeout: float) -> list[Result]:
        """Results that came within `timeout` seconds, at once if there are some.

        Raises:
            Refusal: workers cannot be started or do not stay alive.
        """
        results: list[Result] = []
        self._send()
        for key, _ in self._selector.select(timeout):
            worker: _Worker | None = key.data
            if worker is None:
                os.eventfd_read(key.fd)
                continue
            try:
                for result in worker.take():
                    results.append(closed(result))  # noqa: PERF401 - what came before an error must stay
            except EOFError:
                results += self._replace(worker)
            except ProtocolError as error:
                results += self._replace(worker, f"{CRASH} (the worker answered nonsense: {error})")
            self.ready = self.ready or worker.ready
            self._killed_starts = 0 if worker.ready else self._killed_starts
        now = time.monotonic()
        for worker in self._workers:
            if worker.deadline < now and (worker.tasks or worker.ready is None):
                results += self._replace(worker, f"the decoder took more than {worker.allowed:.0f} s")
        self._unexplained = 0 if results else self._unexplained
        self._assign()
        self._send()
        return results

    def _assign(self) -> None:
        """Put what waits in line at the workers, as far as they have room."""
        while self._backlog:
            if len(self._workers) < self._options.workers and all(worker.tasks for worker in self._workers):
                self._start()
            free = [worker for worker in self._workers if worker.has_room]
            if not free:
                return
            min(free, key=lambda worker: worker.load).give(self._backlog.popleft())

    def _send(self) -> None:
        for worker in self._workers:
            worker.send()

    def _start(self) -> None:
        if self._server.is_gone:
            self._server.end()
            self._server = ForkServer(self._command)
        worker = _Worker(self._options, self._server)
        self._workers.append(worker)
        self._selector.register(worker.process.channel, selectors.EVENT_READ, worker)

    def _replace(self, worker: _Worker, cause: str = "") -> list[Result]:
        """End a worker, start another, and settle what it was at."""
        self._selector.unregister(worker.process.channel)
        self._workers.remove(worker)
        cause = worker.process.end(cause)
        if cause == LACKED:  # once for each worker that was forked before
            self._backlog.extendleft(reversed(worker.tasks))
            return []
        deaths = not worker.server.is_mourned
        worker.server.is_mourned = worker.server.is_gone
        if worker.ready is None and cause == KILLED and self._killed_starts + deaths <= _KILLED_STARTS:
            self._killed_starts += deaths
            self._backlog.extendleft(reversed(worker.tasks))
            return []
        if worker.ready is None:
            self._backlog += worker.tasks
            words = self._server.complaint().rpartition("\n")[2]  # of a traceback, what it comes to
            raise Refusal(f"a worker could not be started: {cause}{': ' if words else ''}{words}")
        results: list[Result] = []
        if worker.at is None:
            for task in worker.tasks:
                task.alone = True
            self._unexplained += deaths
            if self._unexplained > _UNEXPLAINED_DEATHS:
                self._backlog += worker.tasks
                raise Refusal(f"workers end before they begin a file: {cause}")
        else:
            results = self._settle(worker.tasks[0], worker.at, cause)
            if results and results[0].done:
                worker.tasks.popleft()
        self._backlog.extendleft(reversed(worker.tasks))
        return results

    def _settle(self, task: Task, at: Began, cause: str) -> list[Result]:
        """Note that this place ended a worker; the result, when nothing is left to try."""
        causes = task.deaths.setdefault(at.position, [])
        causes.append(cause)
        if len(task.deaths) > self._options.archive_failures:
            given_up = f"more than {self._options.archive_failures} members ended the worker; the rest was not read"
            task.deaths.setdefault((), [given_up])
        if step(causes) < NOTHING:
            return []
        size = at.size if at.position else task.size
        return [closed(task_result(task, at.position, Media(name=at.name, size=size)))]
