"""A domain given over to abuse, stopped at access providers: two people of Nordhavia, and a second country.

Its host is told, reminded and escalated past, all by the real actions; only then may anybody ask for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.arrivals import Arrival, Location
from vaern.node.base.scope import viewing
from vaern.node.demo.reports import HOTLINE, LOOK, REMOVE, SURE, Day
from vaern.node.reports import models
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import assess
from vaern.node.reports.domains import actions as domains
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import actions as takedown
from vaern.node.reports.takedown import hosts, notices
from vaern.node.reports.takedown.tracers import Traced

if TYPE_CHECKING:
    from collections.abc import Generator

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story

ILVANIA = "helpline.ilvania"
DOMAIN = "tidewater-gallery.example"


def do(alliance: Alliance) -> Story:
    """Stop it; the same at each first start. Vestrovia cannot confirm it: its own law on blocking has run out."""
    day = Day(alliance)
    freja, abroad = day.freja, day.who("Katerina Melissou", ILVANIA)
    location = yield from _that_stays(day)
    with viewing(freja.organisation.id):
        block = domains.ask(
            freja,
            REMOVE,
            location,
            DOMAIN,
            "Its host answered no notice, and nobody else can remove it.",
            "Each of its pages is part of the offer; nothing else lies on it.",
            timezone.localdate() + timedelta(days=60),
        )
        domains.second(day.amal, REMOVE, block)
        domains.put(day.amal, REMOVE, block, abroad.organisation)
    with viewing(abroad.organisation.id):
        domains.answer(abroad, REMOVE, block, "Looked at from here: it is as described.", confirmed=True)


def _that_stays(day: Day) -> Generator[timedelta, None, models.Location]:
    """Report a page, and notify its host until nobody is left but the police."""
    freja, desk = day.freja, day.alliance.organisations[HOTLINE]
    places = (Location(url=f"https://{DOMAIN}/rooms/7", seen_at=timezone.now() - timedelta(hours=30)),)
    arrival = Arrival("api", reference="MP-120001", offence="material", locations=places)
    with viewing(freja.organisation.id):
        sender = day.tamsin.organisation
        report, _made = intake.receive(day.tamsin, REMOVE, desk, arrival, sender=sender, synthetic=True)
        assess(freja, LOOK, report, SURE)
        location: models.Location = models.Location.everywhere.get(report=report)
        host = hosts.keep(
            freja,
            None,
            kind="host",
            name="Silt Hosting (synthetic)",
            abuse="abuse@silt-hosting.example",
            country="XQ",
            network="AS64501",
        )
        evidence = "registry of documentation addresses"
        traced = Traced(ip="198.51.100.23", network="AS64501", country="XQ", evidence=evidence)
        takedown.trace(freja, REMOVE, location, traced, host=host)
        takedown.tell_police(freja, REMOVE, location)
        notices.notify(freja, REMOVE, location)
    while Level(location.level) is not Level.POLICE:
        yield timedelta(hours=22)
        with viewing(freja.organisation.id):
            location = notices.escalate(freja, REMOVE, location)
    return location
