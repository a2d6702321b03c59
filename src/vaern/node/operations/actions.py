"""Actions of administrators on the node's operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Subject
from vaern.node.operations.acts import MAIL_REPEATED
from vaern.node.web.mail import TASK

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def send_failed_mail_again(viewer: Viewer, reason: Reason) -> int:
    """Put every mail of the viewer's organisation that could not be sent back into the queue; return how many."""
    owner = viewer.organisation.id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_jobs WHERE task_name = %s AND status = 'failed' "
            "AND args ->> 'organisation' = %s ORDER BY id FOR UPDATE",
            [TASK, str(owner)],
        )
        jobs = [number for (number,) in cursor.fetchall()]
        for number in jobs:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [number])
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 0 WHERE id = ANY(%s)", [jobs])
    record(MAIL_REPEATED, Subject("mail", owner=owner), viewer.actor, reason, count=len(jobs))
    return len(jobs)
