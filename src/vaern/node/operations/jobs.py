"""Scheduled jobs of the node: nightly erasure of everything that has passed its end date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from vaern.node.base.jobs import NIGHTLY, by_clock, in_turn, logged

if TYPE_CHECKING:
    from procrastinate import JobContext

ATTEMPTS_DAYS = 30
"""How long names and IP addresses of sign-in attempts are kept, for the lock-out and for who looks into an attack."""

FAILED_JOBS_DAYS = 30
"""How long a job that failed for good is kept for administrators to see and try again."""

STALLED_SECONDS = 60
"""Without a sign of life from its worker, a job is run again."""


def clear_sessions() -> int:
    """Erase expired sessions."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def erase_attempts() -> int:
    """Erase old sign-in attempts: they hold names and IP addresses."""
    before = timezone.now() - timedelta(days=ATTEMPTS_DAYS)
    tables = (AccessAttempt, AccessFailureLog, AccessLog)
    return sum(table.objects.filter(attempt_time__lt=before).delete()[0] for table in tables)


def erase_failed_jobs() -> int:
    """Erase jobs that failed for good and were not retried in time, with their sealed mail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status IN ('failed', 'cancelled', 'aborted') AND NOT EXISTS "
            "(SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - make_interval(days => %s))",
            [FAILED_JOBS_DAYS],
        )
        return cursor.rowcount


@by_clock("operations.nightly", "15 3 * * *")
def nightly() -> int:
    """Run every nightly erasure in its own transaction; one failure does not stop the others."""
    return in_turn("operations.nightly", NIGHTLY, _erase)


def _erase(name: str) -> int:
    count = NIGHTLY[name]()
    structlog.get_logger().info("erased", task=name, count=count)
    return count


@app.periodic(cron="* * * * *")
@app.task(name="operations.stalled", queue="clock", queueing_lock="operations.stalled", pass_context=True, retry=False)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Retry the jobs of workers that died. Jobs are idempotent unless declared `retry=False`.

    A job of which the same waits already is not put beside it, which its queueing lock forbids, but deleted.
    """
    with logged("operations.stalled") as ended:
        jobs = list(await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
        for job in jobs:
            try:
                await context.app.job_manager.retry_job(job)
            except UniqueViolation:
                await context.app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
        ended(len(jobs))
