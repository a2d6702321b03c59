"""What runs by the clock: what is over goes, what is not stays, and one failure stops no other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from vaern.node.base import jobs as base_jobs
from vaern.node.operations import jobs, queries

pytestmark = pytest.mark.django_db


def test_sessions_that_ended_go() -> None:
    now = timezone.now()
    for name, ends in (("over", now - timedelta(seconds=1)), ("open", now + timedelta(minutes=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)
    assert jobs.clear_sessions() == 1
    assert [one.session_key for one in Session.objects.all()] == ["open"]


def test_sign_in_attempts_go_after_thirty_days() -> None:
    ages = (timedelta(days=29, hours=23), timedelta(days=30, hours=1))
    for table in (AccessAttempt, AccessFailureLog, AccessLog):
        for number, age in enumerate(ages):
            more = {"failures_since_start": 1} if table is AccessAttempt else {}
            row = table.objects.create(
                username="a@hotline.example", ip_address=f"192.0.2.{number}", path_info="/", **more
            )
            table.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - age)
    assert jobs.erase_attempts() == 3
    for table in (AccessAttempt, AccessFailureLog, AccessLog):
        assert table.objects.count() == 1


def test_jobs_that_failed_go_after_thirty_days() -> None:
    with connection.cursor() as cursor:
        for days in (1, 31):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status) "
                "VALUES ('q', 'x', 0, 'failed') RETURNING id"
            )
            number = cursor.fetchone()[0]
            cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [number])
            cursor.execute(
                "INSERT INTO procrastinate_events (job_id, type, at) "
                "VALUES (%s, 'failed', now() - make_interval(days => %s))",
                [number, days],
            )
    assert jobs.erase_failed_jobs() == 1


def test_one_failure_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def fails() -> int:
        raise LookupError

    def works() -> int:
        done.append(1)
        return 1

    known = {"a": fails, "b": works}
    monkeypatch.setattr(jobs, "NIGHTLY", known)
    monkeypatch.setattr(base_jobs, "NIGHTLY", known)
    with pytest.raises(LookupError):
        jobs.nightly()
    assert done == [1]
    with pytest.raises(ValueError, match="called a"):
        base_jobs.each_night("a", works)


def test_what_runs_each_night_is_scheduled() -> None:
    from procrastinate.contrib.django import app

    names = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    assert {"operations.nightly", "operations.stalled"} <= names


STALLED = """
    WITH dead AS (
        INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id
    )
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id)
    SELECT 'clock', name, name, status::procrastinate_job_status, CASE status WHEN 'doing' THEN dead.id END
    FROM dead, (VALUES ('waits.too', 'doing'), ('waits.too', 'todo'), ('waits.not', 'doing')) AS jobs(name, status)
"""


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_run_again_unless_the_same_waits_already() -> None:
    from procrastinate.contrib.django import app

    with connection.cursor() as cursor:
        cursor.execute(STALLED)

    async def retried() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            async with worker.open_async():
                await jobs.retry_stalled(SimpleNamespace(app=worker), 0)

    asyncio.run(retried())
    assert sorted(queries.jobs_by_state()) == [("waits.not", "todo", 1), ("waits.too", "todo", 1)]
