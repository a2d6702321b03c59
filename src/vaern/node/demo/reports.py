"""A day of reports at Nordhavia Hotline and those it works with, done by its people through the real actions.

Everything is invented: places are under `.example`, addresses of the network are those for documentation (RFC 5737),
digests are of counting. Nothing is written round the actions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils import timezone

from vaern.arrivals import Account, Arrival, File, IpEvent, Location
from vaern.formats.cybertipline_write import Reporter, Viewing, write
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.alliance import address
from vaern.node.demo.stories import Beside
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Role
from vaern.node.reports import models
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import desks
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.desk import preferences
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.export.queries import take_out
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.intake import documents
from vaern.node.reports.public import actions as public
from vaern.node.reports.public.tokens import FormToken
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.locations import LOCATION_DONE, LocationState
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.takedown import actions as takedown
from vaern.node.reports.takedown import holds, hosts, notices, portal
from vaern.node.reports.takedown.tracers import Traced
from vaern.records import Signal

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

LOOK = Reason(Why.ASSESSMENT)
REMOVE = Reason(Why.REMOVAL)
GROUND = "Accord of the synthetic alliance, art. 4 (invented)"
HOTLINE, POLICE, VESTROVIA, PLATFORM = "hotline.nordhavia", "police.nordhavia", "safeline.vestrovia", "morrowpost"
SETTINGS: dict[str, dict[str, Any]] = {
    HOTLINE: {
        "public_name": "nordhavia",
        "help_name": "Evening Line of Nordhavia (invented)",
        "help_at": "0800 0440",
        "second_view": "doubtful",
    },
    VESTROVIA: {
        "public_name": "vestrovia",
        "help_name": "Listening Ear (invented)",
        "help_at": "0800 0116",
        "child_help_name": "Small Voices (invented)",
        "child_help_at": "0800 0111",
    },
}


LATER = ((20, 0),) * 4
"""Further looks at what was removed, if nights and a weekend brought the first three too near to each other."""

ALBUM, URGENT, AT_POLICE = "album", "urgent", "urgent at the police"
"""Reports with which the story goes on (`Alliance.marked`)."""


@dataclass
class Day:
    """The people who work today, by the first names that the demonstration prints."""

    alliance: Alliance

    def who(self, name: str, host: str) -> Viewer:
        """Return somebody as a viewer."""
        return viewer_of(self.alliance.people[address(name, host)])

    @property
    def freja(self) -> Viewer:
        """Analyst of the hotline."""
        return self.who("Freja Lindsø", HOTLINE)

    @property
    def amal(self) -> Viewer:
        """The second analyst."""
        return self.who("Amal Berhane", HOTLINE)

    @property
    def mikkel(self) -> Viewer:
        """Investigator of the police."""
        return self.who("Mikkel Hedetoft", POLICE)

    @property
    def ilse(self) -> Viewer:
        """Analyst of Vestrovia."""
        return self.who("Ilse Marenkamp", VESTROVIA)

    @property
    def tamsin(self) -> Viewer:
        """Moderator of the platform."""
        return self.who("Tamsin Okoye-Reed", PLATFORM)


def do(alliance: Alliance) -> Story:
    """Let the days happen; the same at each first start."""
    day = Day(alliance)
    yield from _citizens(day)
    yield timedelta(hours=3)
    first = _platform(day)
    yield Beside([_tonight(day)])
    yield timedelta(hours=4)
    yield from _second_views(day)
    yield timedelta(hours=2)
    yield from _take_down(day)
    yield timedelta(hours=1)
    yield from _across(day, first)


def open_desks(alliance: Alliance) -> None:
    """Administrators give two hotlines their public form."""
    day = Day(alliance)
    for host, wanted in SETTINGS.items():
        viewer = day.alliance.someone(host, Role.ADMINISTRATOR)
        with viewing(viewer.organisation.id):
            found = desks.desk_of(viewer.organisation)
            given = {name: getattr(found, name) for name in preferences.SETTINGS} | wanted
            preferences.change_desk(viewer, Reason(Why.ADMINISTRATION, "the public form opens today"), given)


def _tell(host: str, day: Day, **fields: Any) -> tuple[Report, str]:
    """Somebody fills in the public form; return the report and the receipt."""
    found = desks.desk_of(day.alliance.organisations[host])
    sent = public.send(found, FormToken.give_out(0), Arrival("public", language="en", **fields))
    return sent.report, sent.code


def _citizens(day: Day) -> Story:
    """Four people report; one asks, is asked back, and answers."""
    now = timezone.now()
    places = (Location(url="https://pictures.quillhost.example/album/4471", seen_at=now - timedelta(hours=5)),)
    report, code = _tell(
        HOTLINE, day, offence="material", locations=places, narrative="I came upon this album by a link in a forum."
    )
    day.alliance.marked[ALBUM] = report
    yield timedelta(minutes=50)
    _tell(HOTLINE, day, offence="material", locations=places)
    yield timedelta(minutes=35)
    day.alliance.marked[URGENT], _code = _tell(
        HOTLINE,
        day,
        offence="enticement",
        ongoing=True,
        about="known",
        danger_now=True,
        danger_text="He wants to meet her this evening.",
        locations=(Location(service="Chatterling", account="blue_kite_77"),),
        narrative="My niece of twelve is being written to by an adult.",
    )
    odd = (Location(url="https://odd.marrowsite.example/index"),)
    _tell(VESTROVIA, day, offence="unclear", narrative="A site that I do not trust.", locations=odd)
    yield timedelta(hours=2)
    with viewing(day.freja.organisation.id):
        public.answer(day.freja, LOOK, report, "Thank you. Was it there without signing in? Please do not look again.")
    yield timedelta(hours=5)
    opened = public.open_dialogue(code)
    if opened is not None:
        public.add_words(opened[0].pk, "Yes, without signing in. I have closed it.")


def _file(number: int, **fields: Any) -> File:
    digest = sha256(f"synthetic {number}".encode()).digest()
    return File(signals=(Signal("sha256", digest),), size=40_000 + number, mime="image/jpeg", **fields)


def _found(uploaded: datetime) -> Arrival:
    """Return what Morrowpost found of an upload."""
    return Arrival(
        "cybertipline",
        reference="MP-118804",
        offence="material",
        incident_at=uploaded,
        locations=(Location(url="https://cdn.morrowpost.example/u/9/f/118804", seen_at=uploaded),),
        files=(_file(1, viewed="whole", uploaded_at=uploaded),),
        accounts=(
            Account(
                "suspect",
                identifier="u-90211",
                screen_name="fern_lantern",
                emails=("fern@inbox.example",),
                ip_events=(IpEvent("192.0.2.44", port=40123, at=uploaded, event="upload"),),
            ),
        ),
    )


def _upload(day: Day, arrival: Arrival, number: int) -> None:
    """Morrowpost sends another upload of the same account."""
    full = replace_reference(arrival, f"MP-1190{number:02}")
    places = (Location(url=f"https://cdn.morrowpost.example/u/{number}"),)
    files = (_file(number, viewed="whole", uploaded_at=arrival.incident_at),)
    _send(day, changed(full, files=files, locations=places))


def _tonight(day: Day) -> Story:
    """What the platform sent in the last hours: of one account, and the file of the first once more, hardly usable."""
    yield day.alliance.ago(timedelta(hours=6))
    arrival = _found(timezone.now() - timedelta(hours=9))
    for number in (4, 5, 6):
        _upload(day, arrival, number)
    _send(day, Arrival("api", reference="MP-118805", offence="material", files=(_file(1, viewed="not"),)))


def _platform(day: Day) -> Report:
    """Morrowpost sends a CyberTipline document, one that is hardly usable, and more of the same account."""
    now = timezone.now()
    arrival = _found(now - timedelta(hours=9))
    reporter = Reporter("reports@morrowpost.example", "Tamsin", "Okoye-Reed")
    xml = write(arrival, {0: Viewing("whole")}, reporter, now=now, report_id=118804).together
    first = None
    for read in documents.read("application/xml", xml):
        if read.arrival is not None:
            first = _send(day, replace_reference(read.arrival, "MP-118804"))
    _send(day, Arrival("api", reference="MP-118806", offence="material", files=(_file(2),)))
    for number in (3, 7, 8):
        _upload(day, arrival, number)
    assert first is not None  # the document is ours
    return first


def changed(arrival: Arrival, **fields: Any) -> Arrival:
    """Return an arrival with some fields changed."""
    return msgspec.structs.replace(arrival, **fields)


def replace_reference(arrival: Arrival, reference: str) -> Arrival:
    """Return an arrival under another reference of its sender."""
    return changed(arrival, reference=reference)


def _send(day: Day, arrival: Arrival) -> Report:
    """Morrowpost sends it to the hotline of Nordhavia."""
    to = day.alliance.organisations[HOTLINE]
    with viewing(to.id):
        return intake.receive(day.tamsin, REMOVE, to, arrival, sender=day.tamsin.organisation, synthetic=True)[0]


def _own(day: Day, reference: str) -> Report:
    found: Report = models.Report.everywhere.get(
        organisation=day.alliance.organisations[HOTLINE], sender_reference=reference
    )
    return found


SURE = Judgement(actionable=True, baseline=True, value="n1", extent=Extent.WHOLE, files=2, severity=2)


def _second_views(day: Day) -> Story:
    """One report waits for a second view, over one the two analysts differ, and one is nothing to act on."""
    doubt = replace(SURE, baseline=False, value="n2", doubtful=True)
    nothing = Judgement(actionable=False, baseline=False, value="n0", extent=Extent.WHOLE, files=2)
    with viewing(day.freja.organisation.id):
        assess(day.freja, LOOK, _own(day, "MP-119003"), doubt)
        assess(day.freja, LOOK, _own(day, "MP-119007"), doubt)
    yield timedelta(hours=4)  # until nobody works on it
    with viewing(day.freja.organisation.id):
        assess(day.amal, LOOK, _own(day, "MP-119007"), nothing)
        assess(day.freja, LOOK, _own(day, "MP-119008"), nothing)


def _take_down(day: Day) -> Story:
    """One album goes from its notice to its removal; another place waits for its host."""
    freja = day.freja
    album = day.alliance.marked[ALBUM]
    reports = [album, _own(day, "MP-118804")]
    with viewing(freja.organisation.id):
        host = hosts.keep(
            freja,
            None,
            kind="host",
            name="Quillhost (synthetic)",
            abuse="abuse@quillhost.example",
            country="XQ",
            network="AS64496",
        )
    for number, report in enumerate(reports):
        with viewing(freja.organisation.id):
            assess(freja, LOOK, report, SURE)
        yield timedelta(minutes=12)
        for location in models.Location.everywhere.filter(report=report):
            yield from _one_location(day, location, host, number)


def _one_location(day: Day, location: models.Location, host: models.Host, number: int) -> Story:
    freja = day.freja
    traced = Traced(ip="192.0.2.80", network="AS64496", country="XQ", evidence="registry of documentation addresses")
    with viewing(freja.organisation.id):
        takedown.trace(freja, REMOVE, location, traced, host=host)
        takedown.tell_police(freja, REMOVE, location)
        notice = notices.notify(freja, REMOVE, location)
    yield timedelta(hours=2)
    portal.opened(notice)
    if number:
        return
    portal.answer(notice, "removed", words="Taken down, account closed.")
    for wait, hours in ((6, 20), (6, 10), (6, 1), *LATER):
        yield timedelta(hours=wait)
        location.refresh_from_db()
        if LocationState(location.state) in LOCATION_DONE:
            return
        at = timezone.now() - timedelta(hours=hours) if day.alliance.ends is None else None
        with viewing(freja.organisation.id):
            takedown.check(freja, REMOVE, location, there=False, at=at, tool="own browser")


def _across(day: Day, first: Report) -> Story:
    """An urgent report goes to the police, one to Vestrovia; outcomes come home, and one closes."""
    freja, until = day.freja, timezone.now() + timedelta(days=120)
    urgent = day.alliance.marked[URGENT]
    police, vestrovia = day.mikkel.organisation.id, day.ilse.organisation.id
    with viewing(freja.organisation.id):
        assess(freja, LOOK, urgent, Judgement(actionable=True, basis=Basis.TEXT))
        sent = []
        for report, to, words in (
            (urgent, police, "a meeting this evening"),
            (first, police, "the uploader is in Nordhavia"),
            (_own(day, "MP-118806"), vestrovia, "the service is in Vestrovia"),
        ):
            why = Reason(Why.OTHER, words)
            sent += forwarding.forward(freja, why, report, [to], Terms(Handling.AMBER_STRICT, until, GROUND))
        take_out(freja, first, LOOK, "case", "Laboratory of Nordhavia (synthetic), to compare with its tools")
    yield from _answers(day, [one.arrived for one in sent if one.arrived is not None])
    _close(day)


def _answers(day: Day, arrived: list[Report]) -> Story:
    """The police and Vestrovia work on what came to them, and tell what came of it."""
    mikkel, ilse, (urgent, uploader, abroad) = day.mikkel, day.ilse, arrived
    day.alliance.marked[AT_POLICE] = urgent
    with viewing(mikkel.organisation.id):
        desk.claim(mikkel, LOOK, urgent)
    yield timedelta(hours=7)
    with viewing(mikkel.organisation.id):
        forwarding.return_outcome(mikkel, LOOK, urgent, Outcome.VICTIM_SAFEGUARDED)
        forwarding.return_outcome(mikkel, LOOK, uploader, Outcome.IN_PROGRESS)
        assess(mikkel, LOOK, uploader, replace(SURE, extent=Extent.PART, files=1))
    yield Beside([_hold(day, uploader)])
    yield timedelta(days=1)
    with viewing(ilse.organisation.id):
        forwarding.return_outcome(ilse, LOOK, abroad, Outcome.NOT_AN_OFFENCE_HERE)


def _hold(day: Day, uploader: Report) -> Story:
    """The police holds the notice today."""
    yield day.alliance.ago(timedelta(hours=5))
    with viewing(day.mikkel.organisation.id):
        for location in models.Location.everywhere.filter(report=uploader):
            until = timezone.now() + timedelta(hours=40)
            holds.hold(day.mikkel, LOOK, location, until, "The uploader's home is searched tomorrow.")


def _close(day: Day) -> None:
    """The album that was removed is closed, and so is what the police go on with: the child is safe."""
    freja = day.freja
    with viewing(freja.organisation.id):
        for one in (ALBUM, URGENT):
            closing.finish(freja, LOOK, models.Report.everywhere.get(pk=day.alliance.marked[one].pk))
