"""What the node does by itself in the history, as in life: reminders, clocks, erasures, and the ledger's tree."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.alliance.commitments import rounds
from vaern.node.cases.assistance import alarms, expiry
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.operations.jobs import nightly
from vaern.node.oversight.daily_counts import count_new
from vaern.node.press.events.actions import tick
from vaern.node.reports.takedown import notices

if TYPE_CHECKING:
    from vaern.node.demo.stories import Story

AT = time(3, 15)
WEEKLY, MONTHLY = 7, 28
"""Every so many nights before the last, which does all that a node does in one: nothing is overdue when it is shown."""


def story(ends: datetime) -> Story:
    """Each night: remind and escalate; sign the ledger and count what is in it once a week, erase every fourth.

    Args:
        ends: the end of the history.
    """
    while True:
        local = timezone.localtime()
        yield datetime.combine(local.date() + timedelta(days=1), AT, local.tzinfo)
        left = (ends - timezone.now()).days
        notices.step_due()
        if left % WEEKLY == 0:
            rounds.look_at_all()
            alarms.look_at_all()
            expiry.flag_ended()
            tick()
        if left % MONTHLY == 0:
            nightly()
        if left % WEEKLY == 0:
            sequence_once()
            count_new()
