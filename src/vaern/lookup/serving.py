"""The processes of the service: one that starts the others and keeps them running, and one a core that answers.

Each of these listens on a socket of its own at the same address (`SO_REUSEPORT`), and maps the same lists.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from vaern.lookup import callers, quota, spool
from vaern.lookup.callers import Doorkeeper
from vaern.lookup.desk import Committer, Desk
from vaern.lookup.engine import SUBSETS, Engine
from vaern.lookup.metrics import Metrics
from vaern.lookup.quota import Quotas
from vaern.lookup.service import Service
from vaern.lookup.spool import Writer
from vaern.matching import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import uvicorn

CONNECTIONS = 4096
"""Of one process; beyond that a connection is told to come again."""

GRACE = 10
"""Seconds in which calls that have begun may end."""

AGAIN = 1.0
"""Seconds before a process that ended is replaced."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What tells the service to end."""

_log = logging.getLogger("vaern.lookup")


class CannotServe(Exception):
    """The service cannot start, and why."""


class Place(NamedTuple):
    """Where the service lies and listens.

    Attributes:
        lists: the folder of lists, with `callers.json` and the spool in it.
        host, port: where it listens; port 0 for any that is free.
    """

    lists: Path
    host: str
    port: int

    def address(self, port: int) -> str:
        """The address at a port, as a browser takes it."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{port}"


def application(lists: Path, metrics: Metrics | None = None) -> Service:
    """The application of one process over a folder of lists."""
    door = Doorkeeper(lists / callers.FILE)
    committer = Committer(Writer(lists / spool.FOLDER))
    engine = Engine(Shelf(lists), Shelf(lists / SUBSETS))
    return Service(Desk(door, engine, Quotas(lists / quota.FOLDER), committer, metrics or Metrics()))


def serve(place: Place, workers: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        place: where.
        workers: how many processes answer.
        ready: called with the address when all of them do.

    Raises:
        CannotServe: the address is in use, or the folder is none.
    """
    if not place.lists.is_dir():
        raise CannotServe(f"{place.lists} is no folder; `vaern lists build` makes lists, each in a folder of it")
    try:
        import uvicorn  # noqa: F401, PLC0415 - before the processes part, and said in a sentence where it is missing
    except ImportError as error:
        raise CannotServe("The look-up service is not installed: `pip install vaern[lookup]` brings it.") from error
    held = bound(place, shared=True)
    place = place._replace(port=held.getsockname()[1])
    metrics = Metrics(workers)
    gc.collect()
    gc.freeze()
    _Processes(place, metrics, workers).run(ready)
    held.close()


def bound(place: Place, *, shared: bool = False) -> socket.socket:
    """A socket at the address, which keeps it and gets no connection as long as it does not listen.

    Args:
        place: the address.
        shared: other processes of this user may listen there too, and each gets its part of the connections.
    """
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        found.bind((place.host, place.port))
    except OSError as error:
        found.close()
        raise CannotServe(f"{place.host}:{place.port} cannot be listened on: {error.strerror}") from error
    return found


class _Processes:
    """The processes that answer."""

    def __init__(self, place: Place, metrics: Metrics, number: int) -> None:
        self._place, self._metrics = place, metrics
        self._rows: dict[int, int] = {}
        self._number = number
        self._stopping = False

    def run(self, ready: Callable[[str], None]) -> None:
        """Start them, wait for them, replace those that end, until the service is told to."""
        told, tell = os.pipe()
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        for row in range(self._number):
            self._start(row, tell)
        os.close(tell)
        begun = 0
        while begun < self._number and (piece := os.read(told, self._number)):
            begun += len(piece)
        os.close(told)
        if begun == self._number:
            ready(self._place.address(self._place.port))
        failed = begun < self._number and not self._stopping
        if failed:
            self._stop()
        self._replace()
        if failed:
            raise CannotServe("the processes of the service ended; what they wrote says why")

    def _replace(self) -> None:
        """Wait for them, and replace those that end before the service is told to."""
        while self._rows:
            process, status = os.waitpid(-1, 0)
            row = self._rows.pop(process, None)
            if row is not None and not self._stopping:
                _log.error("process %d ended with %d and is replaced", process, status)
                time.sleep(AGAIN)
                self._start(row, None)

    def _start(self, row: int, tell: int | None) -> None:
        """Start a process, unless the service is told to end.

        A signal waits meanwhile. Else the first process may be told before it knows whom to pass it on to, and the new
        one while it still has the first one's answer to it; that one would go on, and the service never end.
        """
        with _no_signal():
            if self._stopping:
                return
            parent = os.getpid()
            process = os.fork()
            if not process:
                self._be(row, tell, parent)
            self._rows[process] = row

    def _be(self, row: int, tell: int | None, parent: int) -> NoReturn:
        """Be a process that answers, until it ends."""
        status = 1
        try:
            self._metrics.row = row
            _answer(self._place, self._metrics, tell, parent)
            status = 0
        except BaseException:
            logging.exception("a process of the look-up service failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _stop(self, *_signal: object) -> None:
        self._stopping = True
        for process in list(self._rows):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)


@contextlib.contextmanager
def _no_signal() -> Iterator[None]:
    """Let what tells the service to end wait until the block does."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def config_of(served: Any, *, lifespan: Literal["on", "off"]) -> uvicorn.Config:
    """How an application is served."""
    import uvicorn  # noqa: PLC0415

    return uvicorn.Config(
        served,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan=lifespan,
        access_log=False,  # a key may stand in a path or a query
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=GRACE,
    )


def _answer(place: Place, metrics: Metrics, tell: int | None, parent: int) -> None:
    """Be a process that answers."""
    _die_with(parent)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    gc.set_threshold(100_000, 50, 100)  # an answer is many small records without a cycle, gone with it
    sys.setswitchinterval(0.001)  # a large batch in a thread does not keep single calls waiting
    listening = bound(place, shared=True)
    listening.listen(2048)
    server = telling()(config_of(application(place.lists, metrics), lifespan="on"), partial(_tell, tell))
    server.run(sockets=[listening])


def _die_with(parent: int) -> None:
    """A service whose first process was killed leaves nothing that holds the port."""
    import ctypes  # noqa: PLC0415

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def _tell(tell: int | None) -> None:
    """Tell the first process that this one listens."""
    if tell is not None:
        os.write(tell, b".")
        os.close(tell)


def telling() -> type:
    """The class of a server that says when it listens."""
    import uvicorn  # noqa: PLC0415

    class Telling(uvicorn.Server):
        """A server that says when it listens."""

        def __init__(self, config: uvicorn.Config, listens: Callable[[], None]) -> None:
            super().__init__(config)
            self._listens = listens

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Start, and say so."""
            await super().startup(sockets)
            self._listens()

    return Telling
