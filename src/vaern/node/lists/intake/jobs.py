"""Jobs of intakes: reading a file, taking it, and erasing what nobody decided on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from vaern.node.base.jobs import SAFE_TO_REPEAT, each, logged
from vaern.node.lists.intake import actions, faults, pieces, reading, taking
from vaern.node.lists.models import ListIntake, StagedEntry
from vaern.node.lists.rules.intake import WAITING, IntakeState

WAITS_FOR = timedelta(days=30)
"""How long an intake waits for a decision before it is erased."""


@app.task(name="lists.intake.read", retry=SAFE_TO_REPEAT)
def read(intake: str) -> None:
    """Read the file of an intake."""
    with logged("lists.intake.read") as ended:
        ended(reading.read(UUID(intake)))


@app.task(name="lists.intake.take", retry=SAFE_TO_REPEAT)
def take(intake: str) -> None:
    """Take an intake into its list."""
    with logged("lists.intake.take") as ended:
        ended(taking.take(UUID(intake)))


def erase_old() -> int:
    """Erase the intakes on which nobody decided, old faults, and files whose intake is gone, each night.

    Returns:
        How many went.
    """
    states = [state.value for state in (IntakeState.RECEIVING, *WAITING)]
    old = ListIntake.everywhere.filter(state__in=states, started_at__lt=timezone.now() - WAITS_FOR)
    gone = each("lists.intakes.old", old.order_by("started_at").values_list("pk", flat=True), actions.erase_old)
    for intake in StagedEntry.everywhere.filter(intake__state=IntakeState.TAKEN.value).values("intake").distinct():
        taking.forget(intake["intake"])  # a process ended before it could
    return gone + faults.erase_old() + pieces.remove_all(_strays())


def _strays() -> set[UUID]:
    """Return whose files lie here although there is no such intake: it was erased with its list."""
    lying = pieces.left((timezone.now() - timedelta(days=1)).timestamp())
    return lying - set(ListIntake.everywhere.filter(pk__in=lying).values_list("pk", flat=True))
