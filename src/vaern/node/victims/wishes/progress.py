"""What survivors are told of hits: only online locations, only after a person looked, delayed, step by step.

Whoever holds a code may be anybody, and may have made the file. So what lies in scans, in reports without a location
and on lists changes no word of an answer; what may be told comes some days after, drawn at random; and while a hold or
a case asks for silence nothing changes at all.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.rules.locations import LocationState
from vaern.node.victims.models import Confirmation, Wish
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.wishes import Telling, Told, WishState
from vaern.node.victims.wishes import acts, matches, places, queries, silences
from vaern.node.victims.wishes.confirmations import stands_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from vaern.node.reports.models import Item

WHY = Reason(Why.REMOVAL)


def tell(today: date | None = None, draw: Callable[[], int] = rules.drawn) -> int:
    """Advance the status of every wish whose day has come, nightly; return how many changed."""
    today = today or timezone.localdate()
    waiting = Wish.everywhere.exclude(state=WishState.ENDED.value).order_by("pk").values_list("pk", flat=True)
    return each("wishes.told", waiting, lambda pk: _tell(pk, today, draw))


def _tell(pk: UUID, today: date, draw: Callable[[], int]) -> bool:
    found = Wish.everywhere.select_for_update(no_key=True).filter(pk=pk).exclude(state=WishState.ENDED.value)
    wish = found.first()
    if wish is None:
        return False
    located = places.located(wish)
    silent = places.is_silent(located.values())
    truth = None if silent else rules.truth(_to_be_told(wish, located))
    before = Telling(
        WishState(wish.shown), {WishState(step): date.fromisoformat(day) for step, day in wish.steps.items()}
    )
    after = rules.told(before, truth, today, draw)
    wish.shown, wish.steps = after.shown.value, {step.value: day.isoformat() for step, day in after.days.items()}
    wish.later_on = _later_on(wish, today, draw, silent=silent)
    wish.save(update_fields=["shown", "steps", "later_on"])
    if after.shown is not before.shown:
        record(acts.STEP_TOLD, wish.subject, NODE, WHY)
    return after.shown is not before.shown


def _to_be_told(wish: Wish, located: dict[int, Item]) -> list[LocationState]:
    """The states of the locations that have what somebody looked at online, and concluded to be an offence."""
    looked = Confirmation.of(watched__wish=wish).filter(online=True).values_list("watched", flat=True)
    hashes = set(looked) if located else set()
    if not hashes:
        return []
    same = {
        one.thing
        for one in matches.of_items(list(located))
        if one.hash in hashes and stands_for(one, located[one.thing])
    }
    return [LocationState(located[pk].location.state) for pk in same if located[pk].report.actionable is not False]


def _later_on(wish: Wish, today: date, draw: Callable[[], int], *, silent: bool) -> date | None:
    """On which day the survivor reads that something came in their series; what they read already stays in silence."""
    if wish.told != Told.WHEN_I_LOOK or wish.series_id is None or wish.shown == WishState.WATCHING:
        return None
    if silent or silences.asked((), (wish.series_id,)):
        return wish.later_on if wish.later_on and wish.later_on <= today else None
    if not queries.later(wish):
        return None
    return wish.later_on or today + timedelta(days=draw())
