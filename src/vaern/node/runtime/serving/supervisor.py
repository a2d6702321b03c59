"""The node's first process: starts the others, restarts those that die, and stops all of them in order.

It owns no connection and no thread. Its children are told by the kernel to end when it ends, however it ends
(`PR_SET_PDEATHSIG`), so that a killed node leaves nothing that holds the port.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

LONGEST_WAIT = 30.0
"""Seconds before a program that dies again and again is started again."""

STEADY_SECONDS = 60.0
"""A program that ran this long is well: its next death is its first."""

STOP_SECONDS = 8.0
"""For a program to end by itself before it is killed."""

TICK_SECONDS = 1.0
"""Between two looks at the database."""

ASK_SECONDS = 0.05
"""Between two questions whether all programs work, until they do."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})

log = structlog.get_logger()


class AlreadyServed(Exception):
    """Another process serves this data folder."""


def wait_before(deaths: int) -> float:
    """Return the back-off in seconds before a restart, after that many early deaths in a row."""
    return 0.0 if deaths <= 0 else min(0.25 * 2.0 ** min(deaths - 1, 20), LONGEST_WAIT)


@dataclass(frozen=True)
class Program:
    """One of the node's processes.

    Attributes:
        name: as the logs call it.
        arguments: the command.
        stop: the signal with which it ends in an orderly way.
    """

    name: str
    arguments: Sequence[str]
    stop: signal.Signals = signal.SIGTERM


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    deaths: int = 0
    due: float = field(default_factory=time.monotonic)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the data folder for one `vaern serve`; the kernel lets go of it when the process dies.

    Raises:
        AlreadyServed: another one holds it.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(home / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(
                f"Another `vaern serve` runs in {home}: stop it first, or name another folder."
            ) from None
        yield
    finally:
        os.close(lock)


def die_with(parent: int) -> None:
    """Let the kernel kill this process when its parent ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


class Supervisor:
    """Keeps programs alive until it is told to stop.

    Attributes:
        keep_database: called every second; starts the database again if it died.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        environment: Mapping[str, str],
        keep_database: Callable[[], None] = lambda: None,
    ) -> None:
        self._running = [_Running(program) for program in programs]
        self._environment = dict(environment)
        self.keep_database = keep_database

    def run(self, well: Callable[[], bool], ready: Callable[[], None]) -> None:
        """Start all and look after them until SIGTERM, SIGINT or SIGHUP; then stop all, the last first.

        Args:
            well: asked again and again until it is true: whether all of them work.
            ready: called once then.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        waiting = True
        try:
            while True:
                self._notice_deaths()
                self.keep_database()
                self._start_due()
                if waiting and well():
                    waiting = False
                    ready()
                found = signal.sigtimedwait(_SIGNALS, ASK_SECONDS if waiting else self._seconds_to_wait())
                if found is not None and found.si_signo != signal.SIGCHLD:
                    return
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _seconds_to_wait(self) -> float:
        now = time.monotonic()
        return max(0.0, min([TICK_SECONDS, *(one.due - now for one in self._running if one.process is None)]))

    def _notice_deaths(self) -> None:
        for one in self._running:
            if one.process is None or (status := one.process.poll()) is None:
                continue
            seconds = time.monotonic() - one.since
            log.error(
                "program_ended",
                program=one.program.name,
                process=one.process.pid,
                status=status,
                seconds=round(seconds, 3),
            )
            one.deaths = 1 if seconds >= STEADY_SECONDS else one.deaths + 1
            one.due = time.monotonic() + wait_before(one.deaths)
            one.process = None

    def _start_due(self) -> None:
        for one in self._running:
            if one.process is None and one.due <= time.monotonic():
                one.process = self._started(one.program)
                one.since = time.monotonic()

    def _started(self, program: Program) -> subprocess.Popen[bytes]:
        parent = os.getpid()

        def prepare() -> None:
            die_with(parent)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

        process = subprocess.Popen(  # noqa: S603 - our own programs
            program.arguments,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=prepare,  # noqa: PLW1509 - this process has one thread
            start_new_session=True,  # Ctrl-C is for us; we tell them
        )
        log.info("program_started", program=program.name, process=process.pid)
        return process

    def _stop(self) -> None:
        """Stop the programs, the last first, each before the next: who answers requests before who serves them."""
        for one in reversed(self._running):
            if one.process is None or one.process.poll() is not None:
                continue
            begun = time.monotonic()
            with suppress(ProcessLookupError):
                one.process.send_signal(one.program.stop)
            try:
                one.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()
            log.info(
                "program_stopped",
                program=one.program.name,
                process=one.process.pid,
                seconds=round(time.monotonic() - begun, 3),
            )


def stop_here(_signal: int, _frame: object) -> NoReturn:
    """As a handler of signals before the programs run: stop without a traceback."""
    raise KeyboardInterrupt
