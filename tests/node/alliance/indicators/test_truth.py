"""What people's real actions write is what indicators count: small scenarios, and their values by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from tests.node.cases.assistance import worlds as assistance
from tests.node.factories import make_member, terms
from tests.node.reports.forwarding import worlds as forwarding
from tests.node.reports.takedown import worlds as takedown
from tests.node.victims.factories import FINDING, digest, make_desk, make_specialist

from vaern.node.alliance.indicators import computation
from vaern.node.alliance.indicators.derived import FLOW_GROWTH, STOCK_GROWTH
from vaern.node.alliance.indicators.reproduction import reproduce
from vaern.node.alliance.models import Value
from vaern.node.base.scope import viewing
from vaern.node.cases.assistance import actions as requests
from vaern.node.cases.assistance import alarms
from vaern.node.cases.rules.assistance import Event
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry, Pending
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.forwarding.actions import return_outcome
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.takedown import actions as places
from vaern.node.reports.takedown import holds, notices
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.grouping import actions as merging
from vaern.node.victims.grouping import takes
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.sharing import actions as sharing
from vaern.node.victims.sharing import outcomes
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.victims.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = timedelta(days=1)


def values(member: Any = None) -> dict[str, tuple[int | None, int | None]]:
    """Let eight days pass in the ledger, compute, and return numerator and denominator of each value of the year."""
    later = Entry.objects.create(
        at=datetime.now(UTC) + 8 * DAY, act="ledger.entries.exported", verb="disclosure", kind="ledger", why="oversight"
    )
    Pending.objects.create(entry=later)
    while sequence_once():
        pass
    computation.refresh()
    assert reproduce().differences == []
    found = Value.objects.filter(period="year", member=member, split="", start__year=datetime.now(UTC).year)
    found = found.exclude(code__in=(FLOW_GROWTH, STOCK_GROWTH))  # there only where the eight days end the year
    return {row.code: (row.numerator, row.denominator) for row in found}


def test_children_who_are_identified_and_safe() -> None:
    here, there = make_desk("XA"), make_desk("XT")
    ada, tem = make_specialist(here), make_specialist(there)
    today = timezone.localdate()

    def opened(number: int) -> Series:
        with viewing(here.pk):
            series = takes.add_by_hash(ada, FINDING, [Signal("sha256", digest(number))], synthetic=True).series
            outcomes.analyse(ada, FINDING, series)
        return series

    def taken_abroad(series: Series) -> None:
        until = timezone.now() + 90 * DAY
        with viewing(here.pk):
            clues.propose(ada, FINDING, series, "XT")
            (sent,) = sharing.disseminate(ada, FINDING, series, [there.pk], terms(Handling.RED, until))
        with viewing(there.pk):
            sharing.accept(tem, FINDING, sent)

    abroad, returned, proposed, wrong, late, kept, absorbed, other, again = (opened(number) for number in range(9))
    taken_abroad(abroad)
    taken_abroad(returned)
    with viewing(there.pk):
        outcomes.identify(tem, FINDING, abroad, today, "TH-1", children=2)
        outcomes.safeguard(tem, FINDING, abroad, today)
        sharing.give_back(tem, FINDING, returned, "not of this country")
    with viewing(here.pk):
        clues.propose(ada, FINDING, proposed, "XT")
        clues.drop_country(ada, FINDING, proposed)
        for series in (wrong, late, absorbed, other, again):
            outcomes.identify(ada, FINDING, series, today, "NH-1")
        outcomes.retract(ada, FINDING, wrong, "it was another child")
        outcomes.close(ada, FINDING, late, "nobody answers")
        outcomes.late_outcome(ada, FINDING, late, Milestones.SAFEGUARDED, today)
        merging.merge(ada, FINDING, kept, absorbed)  # nobody had identified the child of the older series
        outcomes.safeguard(ada, FINDING, kept, today)
        merging.merge(ada, FINDING, other, again)  # one child, identified twice
    assert values(there.member) == {
        "identified_flow": (2, None),
        "identified_stock": (2, None),
        "safeguarded_flow": (2, None),
        "safeguarded_share": (2, 2),
    }
    own = values(here.member)
    assert own["identified_flow"] == (3, None)  # late, absorbed and other; not wrong, and not again
    assert own["safeguarded_flow"] == (2, None)  # late, and absorbed by what was said of kept
    assert own["safeguarded_share"] == (2, 3)
    assert own["country_share"] == (2, 7)  # abroad and returned; absorbed and again are no series of their own
    assert own["country_accepted_share"] == (1, 2)
    assert values()["identified_flow"] == (5, None)


def test_reports_that_are_urgent_and_that_come_home() -> None:
    first, second = (forwarding.desk() for _ in range(2))
    for one in (first, second):
        one.organisation.member = make_member("XA" if one is first else "XT")
        one.organisation.save()
    calm = forwarding.arrive(first, url="https://host.example/1")
    urgent = forwarding.arrive(first, url="https://host.example/2", danger_now=True)
    forwarding.arrive(first, url="https://host.example/2")  # nothing new
    for report in (calm, urgent):
        with viewing(first.organisation.pk):
            desk.claim(first, forwarding.WHY, report)
    (sent,), (quiet,) = forwarding.send(first, urgent, second), forwarding.send(first, calm, second)
    with viewing(second.organisation.pk):
        return_outcome(second, forwarding.WHY, sent.arrived, Outcome.OPENED)
        assert values(second.organisation.member)["forwarded_with_outcome"] == (0, 2)
        return_outcome(second, forwarding.WHY, sent.arrived, Outcome.NO_PERSON_FOUND)
        return_outcome(second, forwarding.WHY, quiet.arrived, Outcome.NEEDS_MORE)
    own, theirs = values(first.organisation.member), values(second.organisation.member)
    assert own["known_material_share"] == (1, 3)
    assert own["urgent_triage"][1] == 1
    assert "forwarded_with_outcome" not in own
    assert theirs["forwarded_with_outcome"] == (2, 2)
    assert theirs["dropped_by_receiver"] == (1, 2)
    assert "known_material_share" not in theirs  # copies are counted where they arrived first
    found = Value.objects.get(code="urgent_triage", period="year", member=second.organisation.member)
    assert (found.missing, found.extra) == ("nothing", {"hits": 0, "of": 1, "share": 0.0})  # urgent, and not touched


def test_places_that_are_traced_told_and_gone() -> None:
    world = takedown.make_world()
    takedown.allow("hold")
    with takedown.scope(world):
        world.trace()
        holds.hold(world.viewer, takedown.REASON, world.now(), timezone.now() + timedelta(hours=2), "an interview")
        holds.release(world.viewer, takedown.REASON, world.now())
        world.told()
        notices.notify(world.viewer, takedown.REASON, world.now())
        first, moved_to = world.location, "https://photos.moved-host.example/albums/3"
        moved = places.follow(world.viewer, takedown.REASON, world.now(), moved_to)
        for minutes in (12, 8, 4):
            at = timezone.now() - timedelta(minutes=minutes)
            places.check(world.viewer, takedown.REASON, world.now(), False, at)
        world.location = moved
        world.trace()
        notices.notify(world.viewer, takedown.REASON, world.now())
        member = world.organisation.member
        gone = values(member)
        assert (gone["removal_24h"], gone["reappearance"]) == ((1, 2), (0, 1))
        world.location = first
        places.check(world.viewer, takedown.REASON, world.now(), True)
    found = values(member)
    assert found["police_notice_24h"] == (2, 2)  # what the police was told of the first holds for where it moved to
    assert found["held_share"] == (1, 2)
    assert {found[code] for code in ("removal_24h", "removal_72h", "removal_7d")} == {(1, 2)}
    assert found["reappearance"] == (1, 1)
    by_country = Value.objects.get(code="removal_24h", member=None, period="year", split="aa")
    assert (by_country.numerator, by_country.denominator, by_country.rest) == (1, 2, None)  # one host, and no rest


def test_requests_and_what_is_kept_meanwhile() -> None:
    world = assistance.make_world()
    first, second = assistance.hold(world, days=30), assistance.hold(world, days=20)
    asked, _waiting = assistance.sent(world, first), assistance.sent(world)
    assistance.sent(world, second, instrument="budapest-29")  # asks to preserve, and brings no evidence
    with assistance.scope(world.viewer):
        requests.happen(world.viewer, assistance.REASON, asked, Event.RECEIVE, whole=True)
    assistance.travel(21 * DAY)
    alarms.look_at_all()
    found = values(world.desk.member)
    assert found["preservations_lapsed"] == (1, 2)
    row = Value.objects.get(code="assistance_days", period="year", member=world.desk.member)
    assert (row.denominator, row.extra) == (1, {"hits": 1, "of": 2, "share": 50.0})
    by_instrument = Value.objects.filter(code="assistance_days", period="year").exclude(split="")
    assert [one.split for one in by_instrument] == ["budapest-31"]
