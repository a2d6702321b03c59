"""Outcomes for the child, each with its day: analysed to closed. One function, one transaction, one entry.

The child's identity stays with the police. What is kept here is the number of their file, sealed, and the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.victims.appeals.actions import withdraw_all
from vaern.node.victims.base import life
from vaern.node.victims.base.queries import absorbed_by
from vaern.node.victims.elsewhere.sending import Telling
from vaern.node.victims.models import Hypothesis, Milestone, Series
from vaern.node.victims.models.sharing import SEALED
from vaern.node.victims.rules import series as rules
from vaern.node.victims.rules.clues import NAME, Standing, problem_with_words
from vaern.node.victims.rules.series import Event, State
from vaern.node.victims.rules.sharing import (
    LATE,
    LONGEST_REFERENCE,
    LONGEST_WHY,
    NOTHING_RECORDED,
    Milestones,
    Recorded,
)
from vaern.node.victims.sharing import acts
from vaern.node.victims.sharing.queries import disseminations_of, is_on_its_way
from vaern.node.victims.sharing.updates import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def analyse(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Record that a person has examined why the files belong together.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, series)
    life.move(current, Event.ANALYSE, life.who_is(viewer, current, Event.ANALYSE))
    life.save(current)
    record(acts.ANALYSED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def identify(
    viewer: Viewer,
    reason: Reason,
    series: Series,
    on: date,
    reference: str,
    children: int = 1,
    recorded: Recorded = NOTHING_RECORDED,
) -> Series:
    """Record that the child is identified: all others searching stop, and are notified.

    Args:
        viewer: of the owner, or of the desk that accepted it.
        reason: why.
        series: which.
        on: the day on which the child was identified.
        reference: the number of the file in the register of the police; never a name.
        children: how many children are known now; the number stands in the ledger alone.
        recorded: how many of them are girls, how old they are: for statistics, in the ledger alone as well.

    Raises:
        Refusal: why not.
    """
    if not reference.strip():
        raise Refusal(_("Give the number of the file in your register, so that the child can be found there."))
    return identified(viewer, reason, _begin(viewer, series, Event.IDENTIFY, on), on, reference, children, recorded)


def identified(
    viewer: Viewer,
    reason: Reason,
    current: Series,
    on: date,
    reference: str,
    children: int = 1,
    recorded: Recorded = NOTHING_RECORDED,
) -> Series:
    """Do what `identify` does, for a locked series; a desk of another node keeps its reference to itself."""
    if not recorded.fits(children):
        raise Refusal(_("More children are counted by sex or by age than there are: correct the numbers."))
    current.identified_on, current.identified_by = on, viewer.organisation
    life.move(current, Event.IDENTIFY, life.who_is(viewer, current, Event.IDENTIFY))
    here = Hypothesis.of(series=current).filter(country=viewer.organisation.member_id)
    here.update(standing=Standing.CONFIRMED.value, changed_at=timezone.now())
    said = {"children": children, **recorded.tags}
    _end(viewer, reason, current, Milestones.IDENTIFIED, acts.IDENTIFIED, on, reference.strip(), said)
    withdraw_all(current)
    return current


@transaction.atomic
def retract(viewer: Viewer, reason: Reason, series: Series, why: str) -> Series:
    """Retract a mistaken identification; everybody who was notified is notified again.

    Raises:
        Refusal: why not.
    """
    return retracted(viewer, reason, _begin(viewer, series, Event.RETRACT), why)


def retracted(viewer: Viewer, reason: Reason, current: Series, why: str) -> Series:
    """Do what `retract` does, for a locked series."""
    life.move(current, Event.RETRACT, life.who_is(viewer, current, Event.RETRACT), why)
    return _end(viewer, reason, current, Milestones.RETRACTED, acts.RETRACTED, timezone.localdate(), why)


@transaction.atomic
def safeguard(viewer: Viewer, reason: Reason, series: Series, on: date) -> Series:
    """Record that the child is safe. This comes before any step against an offender.

    Raises:
        Refusal: why not.
    """
    return safeguarded(viewer, reason, _begin(viewer, series, Event.SAFEGUARD, on), on)


def safeguarded(viewer: Viewer, reason: Reason, current: Series, on: date) -> Series:
    """Do what `safeguard` does, for a locked series."""
    check_day(current, Event.SAFEGUARD, on)
    life.move(current, Event.SAFEGUARD, life.who_is(viewer, current, Event.SAFEGUARD))
    current.safeguarded_on = on
    return _end(viewer, reason, current, Milestones.SAFEGUARDED, acts.SAFEGUARDED, on)


@transaction.atomic
def close(viewer: Viewer, reason: Reason, series: Series, why: str = "") -> Series:
    """Close a series: after safeguarding, or without it or without identification for a reason that stays on record.

    Raises:
        Refusal: why not: not without words where the child was not made safe.
    """
    event = closing(State(series.state))
    current = _begin(viewer, series, event)
    event = closing(State(current.state))
    life.move(current, event, life.who_is(viewer, current, event), why)
    code = {
        Event.CLOSE: Milestones.CLOSED,
        Event.CLOSE_UNSAFEGUARDED: Milestones.CLOSED_UNSAFEGUARDED,
        Event.CLOSE_UNIDENTIFIED: Milestones.CLOSED_UNIDENTIFIED,
    }[event]
    return _end(viewer, reason, current, code, acts.CLOSED, timezone.localdate(), why)


def closing(state: State) -> Event:
    """Return how a series in this state is closed."""
    if state is State.SAFEGUARDED:
        return Event.CLOSE
    return Event.CLOSE_UNSAFEGUARDED if state is State.IDENTIFIED else Event.CLOSE_UNIDENTIFIED


@transaction.atomic
def reopen(viewer: Viewer, reason: Reason, series: Series, why: str) -> Series:
    """Reopen a closed series in its last state: nobody searches again for a known child.

    Raises:
        Refusal: why not.
    """
    current = _begin(viewer, series, Event.REOPEN)
    facts = life.life_of(current)
    event = rules.reopening(identified=facts.identified, safeguarded=facts.safeguarded)
    life.move(current, event, life.who_is(viewer, current, event), why)
    return _end(viewer, reason, current, Milestones.REOPENED, acts.REOPENED, timezone.localdate(), why)


@transaction.atomic
def late_outcome(viewer: Viewer, reason: Reason, series: Series, code: Milestones, on: date) -> Series:
    """Add a later outcome with its own day, even years after the series was closed.

    Raises:
        Refusal: why not.
    """
    if code not in LATE:
        raise Refusal(_("That is not a late outcome."))
    return added(viewer, reason, _begin(viewer, series, Event.LATE_OUTCOME, on), code, on)


def added(viewer: Viewer, reason: Reason, current: Series, code: Milestones, on: date) -> Series:
    """Do what `late_outcome` does, for a locked series."""
    life.move(current, Event.LATE_OUTCOME, life.who_is(viewer, current, Event.LATE_OUTCOME))
    if code is Milestones.SAFEGUARDED:
        if current.identified_on is None:
            raise Conflict(_("The child was not identified: open the series again, and say so first."))
        _check_safe_after_identified(current, on)
        current.safeguarded_on = current.safeguarded_on or on
    act = acts.SAFEGUARDED if code is Milestones.SAFEGUARDED else acts.OUTCOME_ADDED
    return _end(viewer, reason, current, code, act, on)


@transaction.atomic
def other_child(viewer: Viewer, reason: Reason, series: Series, why: str) -> Series:
    """Resume a series that was stopped for another desk's child: a person says that it is a different child.

    Raises:
        Refusal: why not.
    """
    current = _begin(viewer, series, Event.OTHER_CHILD)
    life.move(current, Event.OTHER_CHILD, life.who_is(viewer, current, Event.OTHER_CHILD), why)
    return _end(viewer, reason, current, Milestones.OTHER_CHILD, acts.OTHER_CHILD, timezone.localdate(), why)


def _begin(viewer: Viewer, series: Series, event: Event, on: date | None = None) -> Series:
    """Lock a series for what its owner, or the desk that accepted it, says of the child."""
    current = life.locked(viewer, series)
    own = viewer.organisation.id in {current.organisation_id, current.accepted_by_id}
    if not own:
        sent = disseminations_of(viewer, current)
        if sent and is_on_its_way(current, sent[-1].dissemination):
            raise Conflict(
                _("The owner's node has not confirmed yet that your desk took it on: try again when it has.")
            )
        raise Refusal(_("Only the organisation that owns a series, or accepted it, says this."))
    if on is not None:
        check_day(current, event, on)
    return current


def check_day(series: Series, event: Event, on: date) -> None:
    """Check the day on which something is said to have happened.

    Raises:
        Refusal: it lies ahead, or the child was safe before it was identified.
    """
    if on > timezone.localdate():
        raise Refusal(_("The day lies ahead: say it when it has happened."))
    if event is Event.SAFEGUARD:
        _check_safe_after_identified(series, on)


def _check_safe_after_identified(series: Series, on: date) -> None:
    if series.identified_on and on < series.identified_on:
        raise Refusal(_("A child that was safe before it was identified: check the two days."))


def _end(
    viewer: Viewer,
    reason: Reason,
    series: Series,
    code: Milestones,
    act: Act,
    on: date,
    words: str = "",
    tags: Mapping[str, int] | None = None,
) -> Series:
    """Save the series and its milestone, write the entry, and tell the others."""
    most = LONGEST_REFERENCE if code is Milestones.IDENTIFIED else LONGEST_WHY
    if len(words) > most or not words.replace("\n", " ").isprintable():
        raise Refusal(_("At most %(most)s characters that can be shown.") % {"most": most})
    if problem_with_words(words[:200]) == NAME:
        raise Refusal(_("No name stands here: the identity stays with the police."))
    life.save(series)
    Milestone.everywhere.create(
        series=series,
        organisation=viewer.organisation,
        code=code.value,
        on=on,
        said_by=viewer.person,
        sealed=seal(words.strip(), SEALED),
    )
    for one in (series, *_said_of_too(series, act)):
        record(acts.said_of(one, act), one.subject, viewer.actor, reason, tags=tags)
    said = "" if code is Milestones.IDENTIFIED else words.strip()
    tell(viewer, series, code, Telling(on, said, tags or {}))
    return series


def _said_of_too(series: Series, act: Act) -> Iterable[Series]:
    """Return what a series absorbed after a child was identified there: numbers count that child where it was said."""
    if act not in {acts.RETRACTED, acts.SAFEGUARDED}:
        return ()
    return absorbed_by(series).filter(absorbed_into__isnull=False, identified_on__isnull=False)
