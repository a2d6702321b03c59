"""A licensed viewing station of Nordhavia Hotline: registered by one analyst, confirmed by another, and used.

The station is invented, with a key of its own; what it answers comes through the same door as a real one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from pyrage import x25519

from vaern.formats.work_package import Answer
from vaern.node.base.scope import viewing
from vaern.node.demo.reports import Day
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.keys import key_viewer
from vaern.node.reports.assessment import from_station
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.models import Item, Report, ViewingStation
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.stations import Door
from vaern.node.reports.viewing import answers, packages, stations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import WorkPackage

LOOK = Reason(Why.ASSESSMENT)
KEEPS = Reason(Why.ADMINISTRATION, "the licence of our room (invented)")
BEGINS = timedelta(days=300)
"""Before today: the key of a station lasts a year at most."""

STATION = "viewing station"
"""The station with the key, once it stands (`Alliance.marked`)."""

CLASS = "n1"
"""Of the invented scheme of Nordhavia."""


@dataclass(frozen=True)
class Room:
    """The station as its own people know it: with the text of its key, and what it calls an analyst."""

    station: ViewingStation
    key: str

    def viewer(self) -> Viewer:
        """Return who answers."""
        found = key_viewer(f"Bearer {self.key}")
        assert found is not None  # it lasts longer than the story
        return found


def do(alliance: Alliance) -> Story:
    """Register the station; and this morning two reports are looked at there, of which somebody has yet to conclude."""
    yield alliance.ago(BEGINS)
    day = Day(alliance)
    _register(alliance, day)
    yield alliance.ago(timedelta(minutes=85))
    freja = day.freja
    with viewing(freja.organisation.id):
        places = Item.everywhere.filter(host_key__isnull=False).values("report")
        waiting = Report.own.filter(state=State.ARRIVED.value, urgent=False, claimed_by=None, pk__in=places)
        reports = [desk.claim(freja, LOOK, report) for report in waiting.order_by("-created_at")[:2]]
    if reports:
        yield from look(alliance, freja, reports, timedelta(minutes=50), "A7")


def _register(alliance: Alliance, day: Day) -> None:
    freja, amal = day.freja, day.amal
    recipient = str(x25519.Identity.generate().to_public())
    terms = stations.Terms(
        authority="Public Prosecutor of Nordhavia (invented)",
        number="VS 4 (invented)",
        valid_until=alliance.today + timedelta(days=240),
        place="Nordhavia Hotline, room 4, without a window",
        recipient=recipient,
    )
    with viewing(freja.organisation.id):
        made = stations.register(freja, KEEPS, "Room 4 (synthetic)", "Nordhavia Hotline", terms)
        waits = made.all_terms(manager="everywhere").get(confirmed_at=None)
        stations.confirm(amal, KEEPS, made, waits.pk)
        made, key = stations.make_key(freja, KEEPS, made)
        stations.call_me(freja, made, "A7")
        stations.call_me(amal, made, "B2")
    alliance.marked[STATION] = Room(made, key)


def look(alliance: Alliance, viewer: Viewer, reports: Sequence[Report], lasts: timedelta, by: str) -> Story:
    """Send reports that somebody has claimed to the station, and let it answer after a while.

    Args:
        alliance: whose station it is.
        viewer: who claimed them, and takes the package.
        reports: with an item to look at each.
        lasts: until the answers come.
        by: what the station calls whoever looks there.
    """
    room: Room = alliance.marked[STATION]
    with viewing(viewer.organisation.id):
        package = packages.make(viewer, LOOK, room.station, reports, 3)
        packages.take(viewer, package)
    yield lasts
    with viewing(viewer.organisation.id):
        answers.take(room.viewer(), LOOK, package, list(_answers(package, reports, by)), Door.API)


def _answers(package: WorkPackage, reports: Sequence[Report], by: str) -> Iterator[Answer]:
    """Somebody looked at each item, and it was what was reported."""
    value = CLASS if package.scheme else ""
    for item in Item.everywhere.filter(report__in=reports).select_related("report").order_by("report", "number"):
        yield Answer(
            report=item.report.code,
            item=item.number,
            at=timezone.now(),
            found="there",
            looked="whole",
            by=by,
            severity=2,
            baseline=True,
            value=value,
        )


def conclude(viewer: Viewer, report: Report) -> None:
    """Conclude by what the station answered: it is an offence."""
    with viewing(viewer.organisation.id):
        shown = from_station.sheet(viewer, report)
        followed = {one.item.number: one.seen[-1].pk for one in shown.items if one.seen}
        from_station.conclude(viewer, LOOK, report, followed, dict.fromkeys(shown.grades, True))
