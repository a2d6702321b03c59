"""Jobs of look-ups: the file of callers each minute, and the end of what is kept of calls."""

from __future__ import annotations

from django.utils import timezone

from vaern.node.base.jobs import by_clock
from vaern.node.lists.lookups import bounds, callers
from vaern.node.lists.models import EntryFeedback, LookupAlarm, LookupBatch, LookupState


@by_clock("lists.callers", "* * * * *")
def write_callers() -> int:
    """Write the file of callers where keys ended by the clock, or with their maker's account."""
    return callers.write()


def erase_calls() -> int:
    """Erase what is kept of calls past their end; return how many went. The ledger keeps that they were made."""
    today = timezone.localdate()
    bounds.forget()
    gone = sum(
        model.everywhere.filter(ends__lt=today).delete()[0] for model in (LookupBatch, EntryFeedback, LookupAlarm)
    )
    return gone + LookupState.objects.filter(ends__lt=today).delete()[0]
