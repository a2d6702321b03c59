"""Fetching: what changed at a source is staged and compared as a file is, and its checkpoint moves when it is taken.

What the source withdraws does not wait for a person, and nor for what else does (`withdrawing`).

Each step is committed before the next one begins, so that a crash leaves an intake in some state and no half of a list:
what was being read is thrown away and asked for again, what was being taken is taken to its end, and what waits for a
person goes on waiting. The checkpoint belongs to the intake until that is taken, in whose transaction it moves; and
so does as of when the list is what its source has, by which its age counts (`base.freshness`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from django.db import transaction
from django.utils import timezone

from vaern.client.fetching import utc_now
from vaern.client.http import ClientError
from vaern.node.base.sealing import Unsealable
from vaern.node.lists.base import disk
from vaern.node.lists.intake import pieces, reading, taking
from vaern.node.lists.intake.actions import erase_staged, second_needed
from vaern.node.lists.models import IntakeFault, ListIntake, ListSource
from vaern.node.lists.rules.intake import WAITING, IntakeEvent, IntakeState, after
from vaern.node.lists.rules.sources import FIRST_PAUSE, Outcome, SourceKind, may_take, next_attempt
from vaern.node.lists.sources import services, withdrawing
from vaern.node.lists.sources.locking import locked
from vaern.records import Problem

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.client.fetching import Fetch

UNDECIDED = tuple(state.value for state in (IntakeState.RECEIVING, *WAITING))
"""States in which an intake may stay for days: the source is asked all the same."""

WORKING = tuple(state.value for state in (IntakeState.READING, IntakeState.TAKING))
"""States in which a job works on an intake: the source is asked a little later."""


class Begun(NamedTuple):
    """A fetch that began.

    Attributes:
        source: as it was then.
        intake: into which it is read.
        fetched: what comes.
        ahead: only what is withdrawn counts, for the rest waits behind another intake or was rejected.
    """

    source: ListSource
    intake: ListIntake
    fetched: Fetch[Any]
    ahead: bool


Ask = Callable[["ListSource"], "Fetch[Any]"]
"""Asks a source what changed since its checkpoint: see `services.fetch_of`."""


def fetch(id: UUID, *, clock: Callable[[], datetime] = utc_now, ask: Ask | None = None) -> int:
    """Fetch what changed of a list; return how many entries came. One at a time for each list: see `jobs`.

    Args:
        id: of the list.
        clock: what time it is, as the source's client sees it.
        ask: asks the source; by default at its address.
    """
    _finish(id)
    begun = _begin(id, ask or partial(services.fetch_of, clock=clock))
    if begun is None:
        return 0
    source, intake, fetched, _ahead = begun
    why, paged = "", services.SERVICES[SourceKind(source.kind)].paged
    with closing(reading.Stage(intake, named=True)) as stage:
        try:
            for number, row in enumerate(fetched, start=1):
                stage.put(_placed(row, fetched) if paged else row, number)
        except ClientError as error:
            why = str(error)
        stage.finish()
    if _end(begun, stage, why):
        taking.take(intake.pk)
    return stage.rows


def _placed(row: Any, fetched: Fetch[Any]) -> Any:
    """A fault of a page says of which one."""
    if isinstance(row, Problem):
        return msgspec.structs.replace(row, reason=f"page {fetched.pages + 1}: {row.reason}")
    return row


def _finish(id: UUID) -> None:
    """Bring to its end what a crash interrupted: thrown away what was read, taken what was decided."""
    intakes = ListIntake.everywhere.filter(list=id, fetched=True)
    for intake in intakes.filter(state=IntakeState.READING.value):
        with transaction.atomic():
            _throw_away(intake)
    for pk in intakes.filter(state=IntakeState.TAKING.value).values_list("pk", flat=True):
        taking.take(pk)


def _throw_away(intake: ListIntake) -> None:
    erase_staged(intake)
    IntakeFault.of(intake=intake).delete()
    transaction.on_commit(partial(pieces.remove_all, [intake.pk]), robust=True)
    intake.delete()


@transaction.atomic
def _begin(id: UUID, ask: Ask) -> Begun | None:
    source = locked(id)
    if source is None:
        return None
    others = ListIntake.of(list=source.list)
    if others.filter(state__in=WORKING).exists():
        source.next_at = timezone.now() + FIRST_PAUSE
        source.save(update_fields=["next_at"])
        return None
    ahead = source.ahead is not None or others.filter(state__in=UNDECIDED).exists()
    now = timezone.now()  # before it is asked: what it withdraws meanwhile is not known to have come
    try:
        fetched = ask(source)
    except (ClientError, ValueError, Unsealable) as error:
        _note(source, Outcome.FAILED, services.words_of(error))
        return None
    intake = ListIntake(
        list=source.list,
        state=IntakeState.READING.value,
        fetched=True,
        beginning=source.beginning,
        whole=fetched.whole and source.list.total > 0,
        format=services.SERVICES[SourceKind(source.kind)].format,
        started_at=now,
        started_by=source.set_by,
    )
    intake.save(force_insert=True)
    return Begun(source, intake, fetched, ahead)


@transaction.atomic
def _end(begun: Begun, stage: reading.Stage, why: str) -> bool:
    """Compare what came, and say whether it is to be taken now; whether all of a list came is known by now."""
    source, intake, fetched, ahead = begun
    current = locked(source.list_id)
    if current is None or current.beginning != source.beginning:  # another was set, which is asked by itself
        _throw_away(intake)
        return False
    if why and (intake.whole or not stage.rows):
        # nothing came, or part of a whole list would withdraw the rest: as if it had not been asked
        _throw_away(intake)
        _note(current, Outcome.FAILED, why)
        return False
    intake.list, intake.whole = current.list, intake.whole and fetched.whole
    intake.checkpoint, intake.broke_off = services.plain(fetched.checkpoint), bool(why)
    reading.compare(intake, intake.format, stage)
    if ahead:
        _look_ahead(current, intake, why, whole=fetched.whole and not why)
        return False
    changes = intake.added + intake.changed + intake.withdrawn
    if not changes and not intake.faults:
        _throw_away(intake)
        current.checkpoint = intake.checkpoint
        if not why:
            current.fetched_at = intake.started_at
            disk.follow_soon(current.list_id)  # it is no older than that, and one that had stopped is used again
        _note(current, Outcome.FAILED if why else Outcome.NOTHING, why)
        return False
    second = second_needed(intake)
    takes = may_take(changes, intake.withdrawn, second=second, takes=current.takes, most=current.most)
    if not takes:
        withdrawing.take_out(intake)
        current.ahead = intake.checkpoint
    else:
        intake.state = after(IntakeState(intake.state), IntakeEvent.TAKE).value
        intake.save(update_fields=["state"])
    outcome = Outcome.FAILED if why else Outcome.TAKEN if takes else Outcome.WAITS
    _note(current, outcome, why)
    return takes


def _look_ahead(current: ListSource, intake: ListIntake, why: str, *, whole: bool) -> None:
    """Take what a source withdraws while what it adds waits for a person, or was rejected; nothing else is kept."""
    held_back = withdrawing.hold_back(intake, whole=whole)
    withdrawing.take_out(intake)
    if not intake.withdrawn and current.ahead is not None:
        current.ahead = intake.checkpoint
    _throw_away(intake)
    withdrawing.recount(held_back)
    waits = ListIntake.of(list=current.list).filter(state__in=UNDECIDED).exists()
    _note(current, Outcome.FAILED if why else Outcome.WAITS if waits else Outcome.REJECTED, why)


def _note(source: ListSource, outcome: Outcome, why: str = "") -> None:
    now = timezone.now()
    source.outcome, source.why, source.asked_at = outcome.value, why[:1_000], now
    source.failures = source.failures + 1 if outcome is Outcome.FAILED else 0
    source.next_at = next_attempt(now, source.every, source.failures)
    source.save()
