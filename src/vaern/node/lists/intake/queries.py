"""Reads of intakes: what came, what is wrong with it and where, and what it would do to its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.rows import one_or_none
from vaern.node.ledger.record import record
from vaern.node.lists.intake import acts, comparison
from vaern.node.lists.intake.faults import there
from vaern.node.lists.models import IntakeFault, ListIntake
from vaern.node.lists.rules.intake import WAITING, Change, IntakeState
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.intake.comparison import Example
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer

FAULTS = Order("line", "id")

UNREAD = frozenset({IntakeState.RECEIVING, IntakeState.READING})
"""The states in which not all faults are known."""

GONE = _("There is no file of faults: it is erased a month after the list was read. Send the list again to have it.")


LAST = 10
"""Intakes that the page of a list names."""


def last(hash_list: HashList) -> list[ListIntake]:
    """Return the last intakes of a list, for its own page."""
    return list(ListIntake.of(list=hash_list).order_by("-started_at", "id")[:LAST])


@dataclass(frozen=True)
class IntakePage:
    """What the page of an intake shows.

    Attributes:
        faults: a page of what could not be used, with its places.
        examples: of what it would change; none once it was decided.
        change: of which kind of change these are; "" for all.
    """

    intake: ListIntake
    faults: Page[IntakeFault]
    examples: list[Example]
    change: str


def find(hash_list: HashList, id: Any) -> ListIntake | None:
    """Return an intake of a list that was found."""
    found: ListIntake | None = one_or_none(
        ListIntake.of(list=hash_list).select_related("started_by", "ended_by").filter(pk=id)
    )
    if found is not None:
        found.list = hash_list
    return found


SAMPLES = 20
"""Entries that whoever agrees sees before they do."""


def samples(intake: ListIntake) -> list[Example]:
    """Return some of the entries that an intake would withdraw, for the person who has to agree."""
    return comparison.examples(intake, Change.WITHDRAW, SAMPLES)


@transaction.atomic
def opened(
    viewer: Viewer, intake: ListIntake, reason: Reason, change: str, parameters: Mapping[str, Any]
) -> IntakePage:
    """Return what is known of an intake; recorded."""
    faults = paginate(IntakeFault.of(intake=intake), FAULTS, parameters)
    ready = IntakeState(intake.state) in WAITING
    examples = comparison.examples(intake, change) if ready else []
    record(acts.CONSULTED, intake.subject, viewer.actor, reason, count=len(examples))
    return IntakePage(intake, faults, examples, change)


@transaction.atomic
def faults(
    viewer: Viewer, intake: ListIntake, reason: Reason, parameters: Mapping[str, Any], size: int
) -> Page[IntakeFault]:
    """Return a page of what of a file could not be used, with its places; recorded."""
    page = paginate(IntakeFault.of(intake=intake), FAULTS, parameters, size)
    record(acts.CONSULTED, intake.subject, viewer.actor, reason, count=len(page.rows))
    return page


@transaction.atomic
def take_out_faults(viewer: Viewer, intake: ListIntake, reason: Reason) -> BinaryIO:
    """Return the file with all faults of an intake, open, its place in it the beginning; recorded.

    Raises:
        Refusal: it is not there.
    """
    try:
        sent = all_faults_of(intake).open("rb")
    except FileNotFoundError:  # erased a moment ago
        raise Refusal(GONE) from None
    record(acts.FAULTS_TAKEN_OUT, intake.subject, viewer.actor, reason, count=intake.faults)
    return sent


def all_faults_of(intake: ListIntake) -> Path:
    """Return where the file with all faults of an intake lies.

    Raises:
        Refusal: it is not there.
    """
    path = None if IntakeState(intake.state) in UNREAD else there(intake)
    if path is None:
        raise Refusal(GONE)
    return path


def waiting(viewer: Viewer) -> Rows[ListIntake]:
    """Return the first intakes that wait for a decision, the oldest first. One that they took waits for another."""
    ready = ListIntake.objects.filter(
        list__organisation=viewer.organisation, state__in=[state.value for state in WAITING]
    )
    if viewer.person is not None:
        ready = ready.exclude(state=IntakeState.HELD.value, ended_by=viewer.person)
    return first_of(ready.select_related("list").order_by("started_at", "id"))
