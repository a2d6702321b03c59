"""The statistics equal a second, naive count on random histories, and say of real acts what people did."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from tests.node.alliance.indicators.naive import Event
from tests.node.alliance.statistics.naive import AGE, NAMED, SEX, numbers
from tests.node.factories import make_member, make_organisation
from tests.node.reports.forwarding import worlds as forwarding
from tests.node.victims.factories import FINDING, digest, make_desk, make_specialist

from vaern.node.alliance.indicators import computation
from vaern.node.alliance.rules import statistics
from vaern.node.alliance.rules.statistics import Place
from vaern.node.alliance.statistics import counts
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry, Leaf
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.rules.repetition import source
from vaern.node.victims.grouping import takes
from vaern.node.victims.rules.sharing import Recorded
from vaern.node.victims.sharing import outcomes
from vaern.proofs.tags import written
from vaern.records import Signal

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BEGAN = datetime(2030, 10, 1, tzinfo=UTC)
KINDS: tuple[tuple[str, ...], ...] = (
    (
        "reports.report.received",
        "reports.report.received",
        "reports.report.set_aside",
        "reports.report.separated",
        "reports.assessment.concluded",
        "reports.assessment.nothing",
        "reports.law.closed",
        "reports.assessment.undone",
        "reports.report.reopened",
    ),
    (
        "victims.series.identified",
        "victims.series.identified",
        "victims.series.retracted",
        "victims.series.safeguarded",
        "victims.series.absorbed",
        "victims.series.restored",
    ),
    (
        "cases.outcome.said",
        "cases.outcome.said",
        "cases.outcome.said",
        "cases.case.silenced",
        "cases.case.spoke",
        "cases.case.silence_ended",
        "cases.case.merged",
        "cases.case.separated",
    ),
    ("reports.notice.sent", "reports.location.offline"),
)


def _tags(chance: random.Random, act: str) -> dict[str, str]:
    if act == "reports.report.received":
        every = {
            "copy": str(chance.randrange(2)),
            "home": str(chance.randrange(2)),
            "new": str(chance.randrange(4)),
            "from": chance.choice([*sorted(NAMED), "carrier_pigeon"]),
        }
        return {name: value for name, value in every.items() if chance.random() < (0.5 if name == "new" else 0.9)}
    if act == "victims.series.identified":
        children = chance.randrange(1, 5)
        found = {"children": children}
        for names in (SEX, AGE):
            found |= dict.fromkeys(names, 0)
            for _child in range(chance.randrange(children + 1)):
                found[chance.choice(names)] += 1
        return {name: str(value) for name, value in found.items()}
    if act in ("victims.series.absorbed", "victims.series.restored"):
        return {"twice": str(int(act.endswith("absorbed") and chance.random() < 0.5))}
    if act == "cases.outcome.said":
        return {"outcome": chance.choice(["opened", "suspect_identified", "charged", "convicted"])}
    return {"item": str(chance.randrange(1, 3))} if act.startswith(("reports.notice", "reports.location")) else {}


def _history(chance: random.Random, owners: list[Any], length: int) -> list[Event]:
    """Entries by chance: a record belongs to one organisation, and several things are said of each."""
    at, found = BEGAN, []
    for _number in range(length):
        at += timedelta(minutes=chance.randrange(60 * 24 * 3))
        subject = chance.randrange(length // 4)
        act = chance.choice(KINDS[subject % len(KINDS)])
        count = chance.choice((None, 3, 5)) if act == "reports.report.received" else None
        owner, by = owners[subject // 7 % len(owners)], chance.choice(owners)
        found.append(Event(act, at, UUID(int=subject + 1), owner, by, count, _tags(chance, act)))
    return found


def _write(events: list[Event]) -> None:
    Entry.objects.bulk_create(
        Entry(
            at=one.at,
            act=one.act,
            verb="alteration",
            kind="tests",
            why="assessment",
            subject=one.subject,
            owner=one.owner,
            organisation=one.organisation,
            count=one.count,
            tags=written(one.tags),
        )
        for one in events
    )
    entries = Entry.objects.order_by("id")
    Leaf.objects.bulk_create(Leaf(position=n, entry=entry, hash=bytes(32)) for n, entry in enumerate(entries))


def test_every_number_equals_the_naive_one() -> None:
    chance = random.Random(11)
    members = [make_member("XA"), make_member("XV")]
    desks = [make_organisation(member=member) for member in (members[0], members[0], members[1], None)]
    events = _history(chance, [one.pk for one in desks], 1_600)
    _write(events)
    computation.refresh()
    reached = set()
    assert len(counts.years()) > 3
    for member in members:
        own = {one.pk for one in desks if one.member_id == member.pk}
        for year in counts.years():
            naive = {Place(*place): number for place, number in numbers(events, own, year).items()}
            counted = counts.count(member.pk, year)
            assert counted == statistics.filled(statistics.current(), naive)
            reached |= {place for place, number in counted.items() if number}
    assert reached == set(statistics.current().cells), "nothing is compared with nothing"


def test_totals_are_the_sums_of_their_parts_and_a_number_without_a_place_is_refused() -> None:
    found = statistics.current()
    with pytest.raises(ValueError, match="no such cell"):
        statistics.filled(found, {Place("reports", "source", "carrier_pigeon"): 1})
    with pytest.raises(ValueError, match="sum to"):
        statistics.filled(found, {Place("children", "sex", "girls"): 1})
    parts = {Place("children", "sex", "girls"): 2, Place("children", "age", "not_recorded"): 2}
    assert statistics.filled(found, parts)[Place("children")] == 2


def _counted(member: Any) -> dict[Place, int]:
    while sequence_once():
        pass
    computation.refresh()
    found = counts.count(member.pk, timezone.now().year)
    return {place: number for place, number in found.items() if number}


def test_what_is_recorded_of_a_child_is_counted_and_the_last_word_stands() -> None:
    here = make_desk("XA")
    ada, today = make_specialist(here), timezone.localdate()
    with viewing(here.pk):
        for number in range(2):
            series = takes.add_by_hash(ada, FINDING, [Signal("sha256", digest(number))], synthetic=True).series
            outcomes.analyse(ada, FINDING, series)
            outcomes.identify(ada, FINDING, series, today, "NH-1", 3, Recorded(girls=2, boys=1, under3=3))
        outcomes.retract(ada, FINDING, series, "there was one child, and nothing is recorded of it")
        outcomes.identify(ada, FINDING, series, today, "NH-2")
        with pytest.raises(Refusal):
            outcomes.identify(ada, FINDING, series, today, "NH-3", 1, Recorded(girls=1, boys=1))
    assert _counted(here.member) == {
        Place("children"): 4,
        Place("children", "sex", "girls"): 2,
        Place("children", "sex", "boys"): 1,
        Place("children", "sex", "not_recorded"): 1,
        Place("children", "age", "under3"): 3,
        Place("children", "age", "not_recorded"): 1,
    }


def test_a_report_counts_once_in_its_country_by_who_it_came_from() -> None:
    first, second, abroad = (forwarding.desk() for _ in range(3))
    home, other = make_member("XA"), make_member("XT")
    for one, member in ((first, home), (second, home), (abroad, other)):
        one.organisation.member = member
        one.organisation.save()
    report = forwarding.arrive(first, url="https://host.example/1")
    with viewing(first.organisation.pk):
        desk.claim(first, forwarding.WHY, report)
    for to in (second, abroad):
        forwarding.send(first, report, to)
    at_home, away = _counted(home), _counted(other)
    assert at_home[Place("reports")] == 1
    assert away[Place("reports")] == 1
    kind = first.organisation.kind
    assert away[Place("reports", "source", kind if kind in NAMED else "other")] == 1


def test_every_kind_of_sender_has_a_category() -> None:
    known = {one.code for one in statistics.current().breakdown("source").categories}
    senders = ["", *(kind.value for kind in OrganisationKind)]
    assert {source(document, sender) for document in ("public", "csv") for sender in senders} == known - {
        statistics.NOT_RECORDED
    }


def test_the_year_is_counted_in_utc() -> None:
    member = make_member("XA")
    own = make_organisation(member=member)
    for hour, year in ((23, 2031), (0, 2032)):
        at = datetime(2031, 12, 31, 23, tzinfo=UTC) if hour else datetime(2032, 1, 1, tzinfo=UTC)
        tags = written({"from": "public", "new": 1})
        entry = Entry.objects.create(
            at=at,
            act="reports.report.received",
            verb="collection",
            kind="report",
            why="assessment",
            count=1,
            subject=UUID(int=year),
            owner=own.pk,
            organisation=own.pk,
            tags=tags,
        )
        Leaf.objects.create(position=Leaf.objects.count(), entry=entry, hash=bytes(32))
    computation.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Pacific/Auckland'")
    assert [counts.count(member.pk, year)[Place("reports")] for year in (2031, 2032)] == [1, 1]
    assert counts.years() == [2032, 2031]
