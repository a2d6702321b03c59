"""Every change that assessment makes: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.reports.assessment import acts
from vaern.node.reports.assessment.labels import BEYOND, CONTRADICTIONS, NO_VIEW
from vaern.node.reports.base import registration, watches
from vaern.node.reports.base.claims import claimed_or_refuse
from vaern.node.reports.base.conclusions import standing
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.base.precedents import earlier, grounds_of, grounds_of_station, once
from vaern.node.reports.base.refusals import AnswersRefusal
from vaern.node.reports.exposure import actions as exposure
from vaern.node.reports.law import grounds, schemes
from vaern.node.reports.models import Assessment, Item, Report
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules import states as lives
from vaern.node.reports.rules.assessments import PLACES, Answers, Basis, Place, SecondView, View
from vaern.node.reports.rules.exposure import SOME, Extent
from vaern.node.reports.rules.states import Event, State, Who

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.base.precedents import Ground
    from vaern.node.reports.models import Scheme, StationAnswer
    from vaern.node.reports.rules.assessments import Beyond


@dataclass(frozen=True)
class Judgement:
    """What one person answers in one form.

    Attributes:
        actionable: the legal conclusion: an offence here, so that something has to be done.
        baseline: yes, no, or None where it cannot be told.
        value: class of the desk's national scheme; "" without one.
        facts: answers to the scheme's questions, apart from the conclusion.
        items: numbers of the items that it is about; () for all.
        extent, files, severity: what they looked at (`exposure.actions.declare`).
        basis: on what it rests if they looked at nothing; the least, a text or an account, if nothing is said.
        answers: of a viewing station, by item number, which they follow (`Basis.STATION`).
        doubtful: they doubt. ask: they ask for a second view, whatever the policy.
    """

    actionable: bool
    baseline: bool | None = None
    value: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    items: tuple[int, ...] = ()
    extent: Extent = Extent.NOTHING
    files: int = 0
    severity: int = 1
    basis: Basis = Basis.TEXT
    answers: Mapping[int, StationAnswer] = field(default_factory=dict)
    doubtful: bool = False
    ask: bool = False


_ACTS = {
    Event.ASK_SECOND: acts.SECOND_ASKED,
    Event.DIFFER: acts.DIFFERED,
    Event.CONCLUDE_ACTIONABLE: acts.CONCLUDED,
    Event.CONCLUDE_NOTHING: acts.CONCLUDED_NOTHING,
}


@transaction.atomic
def assess(viewer: Viewer, reason: Reason, report: Report, given: Judgement) -> Event | None:
    """Store what a person concluded about a report or some of its items, and what they looked at.

    Once they have viewed every item, the report moves on: to a second view, a dispute, action, or its end.

    Returns:
        what happened to the report; None while items of it are still to be assessed.

    Raises:
        Refusal: why not: the person, the state, contradicting answers, or another person works on it.
        grounds.GroundMissing: the law does not allow it to be assessed: `decisions.stop_for_law` comes first.
        Refusal: the declaration cannot be true; it would be closed while its sender waits for an outcome.
    """
    person = _person(viewer)
    report = claimed_or_refuse(viewer, report)
    place, number = may_assess(person, report)
    grounds.check_act("report", report)
    desk = desk_of(viewer.organisation)
    scheme = schemes.of_desk(desk)
    facts = _checked(given, scheme)
    items = list(Item.of(report=report).order_by("number"))
    about = [item for item in items if item.number in given.items] if given.items else []
    if given.items and len(about) != len(set(given.items)):
        raise Refusal(_("One of the items is not of this report."))
    _refuse_twice(report, number, place, person, about)
    _declare(viewer, report, given, about, len(items))
    rests = _rests_on(given, about or items, scheme)
    rows = _write(viewer, report, given, about, (place, number), (scheme, facts, rests))
    numbers = [item.number for item in items]
    own = list(_rows(report, number, place, person).select_related("item").order_by("id"))
    mine = [view_of(row) for row in own]
    event = None
    if assessments.complete(mine, numbers):
        Assessment.everywhere.filter(pk=rows[-1].pk).update(final=True)
        first = views_of(report, number, Place.FIRST) if place is Place.SECOND else mine
        event = assessments.follows(
            place,
            second=assessments.asks_second(
                SecondView(desk.second_view),
                desk.second_view_share,
                report.pk,
                doubtful=any(row.doubtful for row in own),
                asked=any(row.asked for row in own),
            ),
            differs=assessments.differ(first, mine, numbers),
            acts=assessments.actionable(mine, numbers),
        )
        move(report, event)
    record(_ACTS[event] if event else acts.ASSESSED, report.subject, viewer.actor, reason, count=len(about) or None)
    return event


def may_assess(person: Person, report: Report) -> tuple[Place, int]:
    """Return which view a person would take now, and in which round.

    Raises:
        Refusal: the state allows none, or they took one in this round.
    """
    state = State(report.state)
    place = PLACES.get(state)
    if place is None:
        raise Refusal(str(NO_VIEW[state]))
    views = _views(report)
    number = _round_of(report, views)
    if (number, True, person.pk) in views:
        raise Refusal(_("You took a view of this report already: another person takes this one."))
    return place, number


def round_of(report: Report) -> int:
    """Return the number of the round to which the next view belongs: a new one if the last is complete."""
    return _round_of(report, _views(report))


def _views(report: Report) -> list[tuple[int, bool, UUID]]:
    """Return of each view of a report: its round, whether it completed its place's part, and whose it is."""
    return list(standing(report).values_list("round", "final", "person_id"))


def _round_of(report: Report, views: Sequence[tuple[int, bool, UUID]]) -> int:
    if not views:
        return 1
    last = max(number for number, _final, _person in views)
    over = any(number == last and final for number, final, _person in views)
    return last + 1 if over and State(report.state) is State.ARRIVED else last


def views_of(report: Report, number: int, place: Place, person: Person | None = None) -> list[View]:
    """Return the views of one place in a round: of a given person, or of the person who completed it."""
    rows = _rows(report, number, place, person).select_related("item").order_by("id")
    return [view_of(row) for row in rows]


def _rows(report: Report, number: int, place: Place, person: Person | None) -> QuerySet[Assessment]:
    rows = standing(report).filter(round=number, place=place.value)
    if person is not None:
        return rows.filter(person=person)
    return rows.filter(person__in=rows.filter(final=True).values("person"))


def view_of(row: Assessment) -> View:
    """Return an assessment as a `View`."""
    value = f"{row.scheme_id}:{row.value}" if row.value else ""
    return View(row.baseline, row.actionable, value, row.item.number if row.item else None)


def move(report: Report, event: Event, who: Who = Who.ASSESSOR) -> None:
    """Apply an event to a report with its consequences: locations are opened, a claim ends, a due day is set.

    Raises:
        Refusal: not in this state; or it would be closed while its sender waits for an outcome.
    """
    report.state = lives.after(State(report.state), event, who).value
    now = timezone.now()
    if event is Event.CONCLUDE_NOTHING:
        from vaern.node.reports.base.forwards import home_or_refuse

        home_or_refuse(report)
        report.actionable, report.concluded_at, report.closed_at = False, now, now
    elif event is Event.CONCLUDE_ACTIONABLE:
        report.actionable, report.concluded_at = True, now
    if event is not Event.CONCLUDE_ACTIONABLE:
        report.claimed_by, report.claimed_until = None, None
    report.touched_at = now
    changed = ["state", "actionable", "concluded_at", "closed_at", "claimed_by", "claimed_until", "touched_at"]
    report.save(update_fields=changed)
    if event is Event.CONCLUDE_ACTIONABLE:
        from vaern.node.reports.takedown.actions import open_locations

        open_locations(report)
    registration.follow(report)
    if event in {Event.CONCLUDE_ACTIONABLE, Event.CONCLUDE_NOTHING}:
        watches.judged(report)


def _person(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person


def _checked(given: Judgement, scheme: Scheme | None) -> dict[str, Any]:
    """Return the facts, if the answers fit each other and the scheme."""
    if given.value and given.value not in {value["code"] for value in (scheme.values if scheme else ())}:
        raise Refusal(_("The class is not of the scheme of your desk."))
    for what, fields in assessments.contradictions(answers_of(given, scheme)):
        raise AnswersRefusal(str(CONTRADICTIONS[what]), fields)
    try:
        return schemes.answers(scheme, given.facts)
    except ValueError:
        raise Refusal(_("An answer is none of those that the scheme has.")) from None


def answers_of(given: Judgement, scheme: Scheme | None) -> Answers:
    """Return the answers of a judgement that can contradict one another."""
    offence = next(
        (value["actionable"] for value in (scheme.values if scheme else ()) if value["code"] == given.value), None
    )
    return Answers(given.baseline, offence, given.actionable, _basis(given), given.severity, given.files)


def _basis(given: Judgement) -> Basis:
    return given.basis if given.extent is Extent.NOTHING else Basis.LOOKED


def _rests_on(given: Judgement, items: Sequence[Item], scheme: Scheme | None) -> list[dict[str, Any]]:
    """Return what the conclusion rests on; refused where that is not so for one of the items, or says less."""
    basis = _basis(given)
    if basis not in {Basis.STATION, Basis.LIST, Basis.EARLIER}:
        return []
    if basis is Basis.STATION:
        found = grounds_of_station(given.answers, items, scheme)
    else:
        found = grounds_of(basis, items, scheme)
    if without := [number for number, ground in found.items() if ground is None] if items else [0]:
        _refuse_fallen(basis, [item for item in items if item.number in without])
        raise AnswersRefusal(
            _(
                "It cannot rest on that for item %(numbers)s: mark only those of which it is so, and assess the rest "
                "apart."
            )
            % {"numbers": _first(without)},
            ("items", "extent"),
        )
    grounds = {number: ground for number, ground in found.items() if ground is not None}
    _refuse_beyond(View(given.baseline, given.actionable, given.value), grounds)
    return once(grounds.values())


def _refuse_fallen(basis: Basis, items: Sequence[Item]) -> None:
    """Say why a list is no basis any more: what it has of these items is disputed, or was taken back.

    Nor is an earlier conclusion that rests on such an entry.
    """
    before = earlier(items) if basis is Basis.EARLIER else {}
    if rested := [item.number for item in items if item.pk in before and before[item.pk].fell]:
        raise AnswersRefusal(
            _(
                "It cannot rest on the earlier conclusion for item %(numbers)s: that one rests on a list whose entry "
                "is disputed, in quarantine or recalled. Somebody has to look at these files."
            )
            % {"numbers": _first(rested)},
            ("items", "extent"),
        )
    if basis is Basis.LIST and (fallen := [item.number for item in items if item.known_fallen]):
        raise AnswersRefusal(
            _(
                "It cannot rest on a list for item %(numbers)s: the entry is disputed, in quarantine or recalled. "
                "Somebody has to look at these files."
            )
            % {"numbers": _first(fallen)},
            ("items", "extent"),
        )


def _refuse_beyond(given: View, grounds: dict[int, Ground]) -> None:
    """Refuse an answer that says more than what it rests on: nobody looked, so there is nothing else behind it."""
    says: dict[tuple[Beyond, tuple[str, str]], list[int]] = {}
    for number, ground in grounds.items():
        for found in assessments.beyond(given, ground.said):
            says.setdefault(found, []).append(number)
    for (what, fields), numbers in says.items():
        raise AnswersRefusal(BEYOND[what] % {"numbers": _first(numbers)}, fields)


def _first(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers[:10])


def _refuse_twice(report: Report, number: int, place: Place, person: Person, about: Sequence[Item]) -> None:
    """Refuse a form that is sent again: its looking would be counted twice. Under the lock of the report."""
    given = _rows(report, number, place, person)
    if about:
        given = given.filter(Q(item__in=about) | Q(item__isnull=True))
    if given.exists():
        raise Refusal(_("You assessed some of these items already. What is left is on the page."))


def _declare(viewer: Viewer, report: Report, given: Judgement, about: Sequence[Item], total: int) -> None:
    """Write what was looked at: one row for the report, or one for each item, whose files add up to what was said."""
    covered = len(about) or max(total, 1)
    exposure.check(given.extent, given.files, covered)
    if not about or len(about) == total:
        exposure.note(viewer, report, given.extent.value, given.files, given.severity)
        return
    extent = _extent(given, about)
    rest = 1 if extent == Extent.WHOLE else 0
    first = given.files - rest * (covered - 1)
    for n, item in enumerate(about):
        exposure.note(viewer, report, extent, rest if n else first, given.severity, item)


def _extent(given: Judgement, about: Sequence[Item]) -> str:
    """Return what is known of each item: a part of several says of no single one that it was opened."""
    return SOME if given.extent is Extent.PART and len(about) > 1 else given.extent.value


def _write(
    viewer: Viewer,
    report: Report,
    given: Judgement,
    about: Sequence[Item],
    where: tuple[Place, int],
    by: tuple[Scheme | None, dict[str, Any], list[dict[str, Any]]],
) -> list[Assessment]:
    (place, number), (scheme, facts, rests) = where, by
    rows = [
        Assessment(
            report=report,
            item=item,
            organisation=viewer.organisation,
            person=_person(viewer),
            round=number,
            place=place.value,
            baseline=given.baseline,
            scheme=scheme,
            value=given.value,
            facts=facts,
            actionable=given.actionable,
            extent=_extent(given, about),
            doubtful=given.doubtful,
            asked=given.ask,
            basis=_basis(given).value,
            rests_on=rests,
            at=timezone.now(),
        )
        for item in (about or (None,))
    ]
    for row in rows:
        row.save(force_insert=True)
    return rows
