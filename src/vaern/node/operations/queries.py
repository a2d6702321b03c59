"""The node's state for the health page, metrics and the administrators' front page. Numbers, never records."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from vaern.node.exchange.peers.queries import is_carried
from vaern.node.ledger.last import went_back
from vaern.node.ledger.record import WAITS_SINCE
from vaern.node.web.mail import TASK

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer

WORKER_SECONDS = 60.0
"""A worker that has given no sign of life for so long is gone; it gives one every five seconds."""

LEDGER_SECONDS = 30.0
"""An entry that has waited for so long to be sequenced says that the sequencer is gone; it takes about one second."""

WAITING = f"""
    SELECT count(*), min({WAITS_SINCE}) FROM ledger_pending p LEFT JOIN ledger_entry e ON e.id = p.entry
"""

LEAST_FREE_PART, LEAST_FREE_BYTES = 20, 2 << 30
"""Of the disk: with less than its twentieth and less than so many bytes free it is said, before writes fail."""


@dataclass(frozen=True)
class Health:
    """The health of the node's parts.

    Attributes:
        database: it answers.
        worker: a worker of jobs lives.
        disk: there is room on the disk of the node's folder.
        ledger: entries are sequenced into the tree in time, and it begins with what was signed last.
        exchange: the courier calls the other nodes in time, whether or not they answer.
    """

    database: bool
    worker: bool
    ledger: bool
    disk: bool
    exchange: bool

    @property
    def well(self) -> bool:
        """Whether all of it works."""
        return self.database and self.worker and self.ledger and self.disk and self.exchange


def ledger_lag() -> tuple[int, float]:
    """Return how many entries wait for their place in the tree, and for how many seconds the oldest is known to."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting, since = cursor.fetchone()
    return waiting, 0.0 if since is None else max(0.0, (timezone.now() - since).total_seconds())


def has_room(free: int, total: int) -> bool:
    """Whether a disk has room for what comes, given its bytes."""
    return free * LEAST_FREE_PART >= total or free >= LEAST_FREE_BYTES


def worker_silence() -> float | None:
    """Return the seconds since a worker last gave a sign of life; None if there is no worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM procrastinate_workers")
        seconds = cursor.fetchone()[0]
    return None if seconds is None else float(seconds)


def health() -> Health:
    """Look whether everything works."""
    usage = shutil.disk_usage(settings.CONFIGURATION.home)
    disk = has_room(usage.free, usage.total)
    try:
        silence = worker_silence()
        _, lag = ledger_lag()
        ledger = lag < LEDGER_SECONDS and not went_back()
        exchange = is_carried()
    except (OperationalError, InterfaceError):
        return Health(database=False, worker=False, ledger=False, disk=disk, exchange=False)
    worker = silence is not None and silence < WORKER_SECONDS
    return Health(database=True, worker=worker, ledger=ledger, disk=disk, exchange=exchange)


def jobs_by_state() -> list[tuple[str, str, int]]:
    """Return how many jobs are in each state: task, state, number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2")
        return cursor.fetchall()


def open_sessions() -> int:
    """Return how many sessions have not ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE expire_date > now()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class FailedMail:
    """A mail that could not be sent after all tries.

    Attributes:
        job: the number of its job.
        failed_at: when the last try was made.
        attempts: how many tries there were.
    """

    job: int
    failed_at: datetime
    attempts: int


_FAILED = "FROM procrastinate_jobs j WHERE j.task_name = %s AND j.status = 'failed' AND j.args ->> 'organisation' = %s"


def failed_mail(viewer: Viewer) -> list[FailedMail]:
    """Return the mails of the viewer's organisation that could not be sent, the newest first, at most a hundred."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT j.id, (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id), j.attempts {_FAILED} "
            "ORDER BY j.id DESC LIMIT 100",
            _of(viewer),
        )
        return [FailedMail(*row) for row in cursor.fetchall()]


def count_failed_mail(viewer: Viewer) -> int:
    """Return how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_FAILED}", _of(viewer))
        return int(cursor.fetchone()[0])


def _of(viewer: Viewer) -> list[Any]:
    return [TASK, str(viewer.organisation.id)]
