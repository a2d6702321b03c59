"""A domain given over to abuse, stopped at access providers: two people of Nordhavia, and a second country.

Its host is told, reminded and escalated past, all by the real actions; only then may anybody ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
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

    from vaern.arrivals import File
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story

ILVANIA = "helpline.ilvania"


@dataclass(frozen=True)
class Site:
    """A place that nobody removes.

    Attributes:
        domain: that is stopped in the end.
        page: on it, which is reported.
        reference: of the platform that reports it.
        host, abuse, network, ip: who hosts it, where it is told, and from where it is served.
        file: what was seen there; None where only the page is reported.
    """

    domain: str
    page: str
    reference: str
    host: str
    abuse: str
    network: str
    ip: str
    file: File | None = None

    @property
    def arrival(self) -> Arrival:
        """What the platform sends."""
        place = Location(url=f"https://{self.domain}/{self.page}", seen_at=timezone.now() - timedelta(hours=30))
        if self.file is None:
            return Arrival("api", reference=self.reference, offence="material", locations=(place,))
        files = (msgspec.structs.replace(self.file, location=place),)
        return Arrival("api", reference=self.reference, offence="material", files=files)


GALLERY = Site(
    "tidewater-gallery.example",
    "rooms/7",
    "MP-120001",
    "Silt Hosting (synthetic)",
    "abuse@silt-hosting.example",
    "AS64501",
    "198.51.100.23",
)


def do(alliance: Alliance) -> Story:
    """Stop one; the same at each first start. Vestrovia cannot confirm it: its own law on blocking has run out."""
    yield from stop(Day(alliance), GALLERY)


def stop(day: Day, site: Site) -> Generator[timedelta, None, models.Report]:
    """Report a page, notify its host until nobody is left but the police, and stop its domain; return the report."""
    freja, abroad = day.freja, day.who("Katerina Melissou", ILVANIA)
    location = yield from _that_stays(day, site)
    with viewing(freja.organisation.id):
        block = domains.ask(
            freja,
            REMOVE,
            location,
            site.domain,
            "Its host answered no notice, and nobody else can remove it.",
            "Each of its pages is part of the offer; nothing else lies on it.",
            timezone.localdate() + timedelta(days=60),
        )
        domains.second(day.amal, REMOVE, block)
        domains.put(day.amal, REMOVE, block, abroad.organisation)
    with viewing(abroad.organisation.id):
        domains.answer(abroad, REMOVE, block, "Looked at from here: it is as described.", confirmed=True)
    return location.report


def _that_stays(day: Day, site: Site) -> Generator[timedelta, None, models.Location]:
    freja, desk = day.freja, day.alliance.organisations[HOTLINE]
    with viewing(freja.organisation.id):
        sender = day.tamsin.organisation
        report, _made = intake.receive(day.tamsin, REMOVE, desk, site.arrival, sender=sender, synthetic=True)
        assess(freja, LOOK, report, SURE)
        location: models.Location = models.Location.everywhere.get(report=report)
        host = hosts.keep(
            freja, None, kind="host", name=site.host, abuse=site.abuse, country="XQ", network=site.network
        )
        evidence = "registry of documentation addresses"
        traced = Traced(ip=site.ip, network=site.network, country="XQ", evidence=evidence)
        takedown.trace(freja, REMOVE, location, traced, host=host)
        takedown.tell_police(freja, REMOVE, location)
        notices.notify(freja, REMOVE, location)
    while Level(location.level) is not Level.POLICE:
        yield timedelta(hours=22)
        with viewing(freja.organisation.id):
            location = notices.escalate(freja, REMOVE, location)
    return location
