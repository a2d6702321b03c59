"""Reports of eighteen months at three hotlines: they arrive, are assessed, taken down, forwarded. By real actions."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.arrivals import Account, Arrival, File, Location
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo import station
from vaern.node.demo.history import police
from vaern.node.demo.history.world import DAY, HOUR, at_desk, chance, hours
from vaern.node.demo.stories import Beside
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports import models
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import desks
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.models.forwarding import ANSWERED
from vaern.node.reports.public import actions as public
from vaern.node.reports.public.tokens import FormToken
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import actions as takedown
from vaern.node.reports.takedown import hosts, notices, portal
from vaern.node.reports.takedown.tracers import Traced
from vaern.records import Signal

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Host, Report

LOOK, REMOVE = Reason(Why.ASSESSMENT), Reason(Why.REMOVAL)
GROUND = "Accord of the synthetic alliance, art. 4 (invented)"
NORDHAVIA, VESTROVIA, ILVANIA = "hotline.nordhavia", "safeline.vestrovia", "helpline.ilvania"
DESKS = ((NORDHAVIA, 0.56), (VESTROVIA, 0.30), (ILVANIA, 0.14))
"""The hotlines, and their shares of all reports."""

POLICE = {NORDHAVIA: "police.nordhavia", VESTROVIA: "police.vestrovia", ILVANIA: "police.thalvia"}
"""Whose police a hotline forwards to; Ilvania has none in the alliance and asks its neighbour's."""

TRANSFERS = {(ILVANIA, "police.thalvia"): "own-law"}
"""The ground on which it goes to a country that is not bound by the same law."""

PLATFORMS = {NORDHAVIA: "morrowpost", VESTROVIA: "morrowpost", ILVANIA: "brindlecast"}
HOSTS = (
    ("Millrace Hosting (synthetic)", "millrace", "XQ", "AS64502"),
    ("Fernmoor Servers (synthetic)", "fernmoor", "XV", "AS64497"),
    ("Northlight Data (synthetic)", "northlight", "XA", "AS64498"),
    ("Basalt Cloud (synthetic)", "basalt", "XT", "AS64499"),
    ("Tern Hosting (synthetic)", "tern-hosting", "XL", "AS64500"),
)
PLACES = ("album", "board", "gallery", "files", "room", "folder", "thread", "share")
SITES = ("pinewharf", "greyharbour", "milkglass", "saltmarsh", "oldquay", "lanternrow", "birchgate", "copperlane")
SERVICES = ("Chatterling", "Morrowpost", "Brindlecast", "Pebblechat", "Nightowl Games")
SEEN = (
    "I came upon it by a link in a forum.",
    "Somebody sent the address to a group that I am in.",
    "It was among the results when I looked for something else.",
    "A child in my class showed me the page.",
    "I moderate a board, and a member posted it.",
    "The pictures are of a child; I closed the page at once.",
    "It came as an advertisement on a site for films.",
    "My colleague opened it at work by mistake.",
)
WRITTEN = (
    "An adult writes to my daughter in a game and asks for pictures.",
    "Somebody pretends to be fourteen and asks boys of our club to meet.",
    "My son was asked for pictures and is now threatened with them.",
    "A man offers my little sister money for videos.",
    "The account writes to many children of our school.",
)
ODD = ("A site that I do not trust.", "A joke that I find tasteless.", "A drawing. Is it allowed?")
ANSWERS = ("Taken down, account closed.", "Removed.", "Deleted, and the customer was cut off.", "Gone. Thank you.")

RECURRING = 12
"""Pictures that platforms meet again and again."""


def stories(world: World) -> Iterator[tuple[datetime, Story]]:
    """Yield each report of the history with the moment at which it arrives."""
    draw = chance("reports")
    for number, at in enumerate(world.times(draw, 2.7, 1.3)):
        yield at, _report(world, number)


def _report(world: World, number: int) -> Story:
    draw = chance("report", number)
    (host,) = draw.choices([name for name, _share in DESKS], [share for _name, share in DESKS])
    (kind,) = draw.choices(("place", "account", "odd"), (48, 36, 16))
    urgent = kind == "account" and draw.random() < 0.3
    by = draw.choices(("public", "platform", "own"), (50, 38, 12))[0] if kind != "odd" else "public"
    report = _arrive(world, draw, host, kind, by, number, urgent=urgent)
    analyst = world.someone(host, Role.ANALYST)
    if urgent:
        yield hours(draw, world.between(5, 0.4), 0.7)
    else:
        yield at_desk(draw, hours(draw, world.between(60, 7)))
    with viewing(analyst.organisation.id):
        desk.claim(analyst, LOOK, report)
    if kind == "place" and host == NORDHAVIA and station.STATION in world.alliance.marked and number % 3 == 0:
        look = chance("viewing", number)
        yield from station.look(world.alliance, analyst, [report], timedelta(minutes=look.randrange(20, 110)), "A7")
        yield timedelta(minutes=look.randrange(2, 20))
        station.conclude(analyst, report)
    else:
        yield timedelta(minutes=draw.randrange(3, 25))
        _assess(analyst, draw, report, kind)
    if kind == "odd":
        return
    yield timedelta(minutes=draw.randrange(3, 40))
    if kind == "account":
        yield from _forward(world, draw, host, analyst, report, urgent=urgent)
    else:
        for location in list(models.Location.everywhere.filter(report=report).select_related("item")):
            yield from _take_down(world, draw, analyst, location)
    yield at_desk(draw, hours(draw, 20))
    report.refresh_from_db()
    if State(report.state) is State.IN_ACTION and not closing.unfinished(report):
        with viewing(analyst.organisation.id):
            closing.finish(analyst, LOOK, report)


def _arrive(world: World, draw: random.Random, host: str, kind: str, by: str, number: int, *, urgent: bool) -> Report:
    now = timezone.now()
    fields: dict[str, Any] = {"offence": {"account": "enticement", "odd": "unclear"}.get(kind, "material")}
    if kind == "account":
        service = draw.choice(SERVICES)
        if by == "public":
            fields["locations"] = (Location(service=service, account=f"{draw.choice(SITES)}_{number}"),)
            fields["narrative"] = draw.choice(WRITTEN)
        else:
            fields["accounts"] = (Account("suspect", service=service, identifier=f"u-{70_000 + number}.synthetic"),)
            fields["files"] = (_file(draw, number, known=world.between(0.15, 0.55)),)
        if urgent:
            fields |= {"ongoing": True, "danger_now": True, "about": "known"}
            fields["danger_text"] = "They want to meet in the next days."
    else:
        many = 1 if kind == "odd" else draw.choices((1, 2, 3), (60, 28, 12))[0]
        site, seen = draw.choice(SITES), now - draw.randrange(1, 20) * HOUR
        fields["locations"] = tuple(
            Location(url=f"https://{site}.example/{draw.choice(PLACES)}/{number}-{one}", seen_at=seen)
            for one in range(many)
        )
        fields["narrative"] = draw.choice(ODD if kind == "odd" else SEEN) if by == "public" else ""
    organisation = world.alliance.organisations[host]
    if by == "public":
        found = desks.desk_of(organisation)
        language = "da" if host == NORDHAVIA and draw.random() < 0.6 else "en"
        return public.send(found, FormToken.give_out(0), Arrival("public", language=language, **fields)).report
    if by == "platform":
        sender = world.someone(PLATFORMS[host], Role.MODERATOR)
        fields["reference"] = world.number("MP-" if PLATFORMS[host] == "morrowpost" else "BC-", 9001)
    else:
        sender = world.someone(host, Role.ANALYST)
    with viewing(organisation.id):
        given = Arrival("api", **fields)
        of = sender.organisation if by == "platform" else None
        return intake.receive(sender, REMOVE, organisation, given, sender=of, synthetic=True, urgent=urgent)[0]


def recurring(number: int) -> str:
    """Return what the digest of a picture that comes back again and again is made of."""
    return f"history {number}"


def _file(draw: random.Random, number: int, known: float) -> File:
    """Return a file; by chance one that a desk has met before."""
    name = recurring(draw.randrange(RECURRING)) if draw.random() < known else f"history of {number}"
    signals = (Signal("sha256", sha256(name.encode()).digest()),)
    return File(signals=signals, size=60_000 + number, mime="image/jpeg", viewed="whole")


def _assess(analyst: Viewer, draw: random.Random, report: Report, kind: str) -> None:
    """Conclude; where somebody doubts, a second person does, too."""
    if kind == "odd":
        given = Judgement(actionable=False, baseline=False, extent=Extent.WHOLE, files=1)
    elif kind == "account":
        given = Judgement(actionable=True, basis=Basis.TEXT)
    else:
        heavy = draw.choices((1, 2, 3), (50, 40, 10))[0]
        given = Judgement(actionable=True, baseline=True, extent=Extent.WHOLE, files=4, severity=heavy)
    with viewing(analyst.organisation.id):
        assess(analyst, LOOK, report, given)


def _host(world: World, analyst: Viewer, draw: random.Random) -> Host:
    """Return a host of the desk's list; it is written down when it is met first."""
    name, short, country, network = draw.choice(HOSTS)
    key = (analyst.organisation.id, name)
    if key not in world.hosts:
        abuse = f"abuse@{short}.example"
        world.hosts[key] = hosts.keep(
            analyst, None, kind="host", name=name, abuse=abuse, country=country, network=network
        )
    return world.hosts[key]


def _take_down(world: World, draw: random.Random, analyst: Viewer, location: models.Location) -> Story:
    """From the trace to the third miss: hosts answer sooner as time goes on, and a few never do."""
    organisation = analyst.organisation.id
    median, silent = world.between(56, 13), draw.random() < world.between(0.14, 0.05)
    with viewing(organisation):
        host = _host(world, analyst, draw)
        traced = Traced(
            ip=f"192.0.2.{draw.randrange(1, 255)}",
            network=host.network,
            country=host.country,
            evidence="registry of documentation addresses",
        )
        takedown.trace(analyst, REMOVE, location, traced, host=host)
    yield timedelta(minutes=draw.randrange(2, 30))
    with viewing(organisation):
        takedown.tell_police(analyst, REMOVE, location)
    yield hours(draw, world.between(6, 0.5), 0.6)
    with viewing(organisation):
        if takedown_is_stale(location):
            return
        notice = notices.notify(analyst, REMOVE, location)
    if silent:
        yield 9 * DAY + hours(draw, 60)
    else:
        wait = hours(draw, median, 0.9)
        yield wait * 0.7
        portal.opened(notice)
        yield wait * 0.3
        portal.answer(notice, "removed", words=draw.choice(ANSWERS))
    for gap in (draw.uniform(0.3, 2), draw.uniform(1, 4), draw.uniform(2, 6)):
        yield gap * HOUR
        with viewing(organisation):
            takedown.check(analyst, REMOVE, location, there=False, tool="own browser")


def takedown_is_stale(location: models.Location) -> bool:
    """Whether a location can no longer be notified of: it was concluded otherwise meanwhile."""
    location.refresh_from_db()
    return LocationState(location.state) is not LocationState.TRACED


def _forward(world: World, draw: random.Random, host: str, analyst: Viewer, report: Report, *, urgent: bool) -> Story:
    """Hand an account to the police, who say what came of it, more often as time goes on."""
    to = POLICE[host]
    recipient = world.alliance.organisations[to].pk
    answers = urgent or report.urgent or draw.random() < world.between(0.4, 0.74)
    until = timezone.now() + (330 if answers else 75) * DAY
    with viewing(analyst.organisation.id):
        why = Reason(Why.OTHER, "whoever uses the account may live there")
        terms = Terms(Handling.AMBER_STRICT, until, GROUND, TRANSFERS.get((host, to), ""))
        (sent,) = forwarding.forward(analyst, why, report, [recipient], terms)
    if sent.arrived is not None and answers:
        yield Beside([police.work_on(world, draw, to, sent.arrived, urgent=urgent)])
        yield from _until_home(chance("home", draw.random()), sent.pk)


def _until_home(draw: random.Random, forward: UUID) -> Story:
    """Wait until the police have told something: a report is closed then, while their case goes on."""
    while not models.Forward.everywhere.filter(ANSWERED, pk=forward).exists():
        yield at_desk(draw, draw.uniform(1, 3) * DAY)
