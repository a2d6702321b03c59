"""What other countries ask of the central authority in the history: taken in, decided, executed, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.cases.assistance.incoming import actions as incoming
from vaern.node.cases.assistance.incoming import intake
from vaern.node.cases.rules.incoming import Event
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.history.world import DAY, at_desk, chance
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story

WHY = Reason(Why.LEGAL_ASSISTANCE, "an invented case")
ASKS = (
    ("coe-1959-mla", "XT", "Public Prosecutor of a town in Thalvia (invented)"),
    ("budapest-31", "XV", "Central Authority of Vestrovia (invented)"),
)


def stories(world: World) -> Iterator[tuple[datetime, Story]]:
    """Yield each request with the day on which it comes."""
    draw = chance("requests of other countries")
    for number, at in enumerate(world.times(draw, 40, 24, until=6 * DAY)):
        yield at, _request(world, number)


def _request(world: World, number: int) -> Story:
    draw = chance("request", number)
    legal = world.someone("authority.nordhavia", Role.LEGAL)
    instrument, country, authority = draw.choice(ASKS)
    yield at_desk(draw, timedelta())
    reference = f"{country}-{400 + number} (invented)"
    with viewing(legal.organisation.id):
        deadline = timezone.localdate() + timedelta(days=draw.randrange(40, 90))
        head = intake.Head(
            instrument,
            country,
            DataKind.SUBSCRIBER,
            authority,
            timezone.now() - timedelta(hours=2),
            reference,
            language="English",
            deadline=deadline,
        )
        made = intake.receive(legal, WHY, head)
        fields = made.pinned["form"]["fields"]
        intake.write(legal, WHY, made, {one["code"]: "As in every request here: invented." for one in fields})
    for event, least, most in ((Event.ACKNOWLEDGE, 0.2, 2), (Event.RECOGNISE, 1, 9)):
        yield at_desk(draw, draw.uniform(least, world.between(1.6, 0.8) * most) * DAY)
        with viewing(legal.organisation.id):
            incoming.happen(legal, WHY, made, event, "Noted in our register (invented).")
    police = world.someone("police.nordhavia", Role.INVESTIGATOR)
    with viewing(legal.organisation.id):
        terms = Terms(Handling.AMBER_STRICT, timezone.now() + 180 * DAY)
        incoming.pass_on(legal, WHY, made, police.organisation.id, terms)
    yield at_desk(draw, draw.uniform(3, world.between(34, 18)) * DAY)
    with viewing(police.organisation.id):
        incoming.happen(police, WHY, made, Event.EXECUTE, "Two pages from the provider (invented).")
    yield at_desk(draw, draw.uniform(1, 4) * DAY)
    with viewing(legal.organisation.id):
        incoming.happen(legal, WHY, made, Event.ANSWER, "By sealed envelope.")
