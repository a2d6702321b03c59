"""Events for the press in the demonstration: journalists who do not exist register, are verified, refused, and come.

One event is tomorrow and its deadline is over, so a late registration stands beside those that came in time; another
one is open. Everything is done by the real actions.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.organisations.rules import Role
from vaern.node.press.door import actions as door
from vaern.node.press.events import actions as events
from vaern.node.press.events.actions import Plan
from vaern.node.press.intake import actions as intake
from vaern.node.press.journalists import actions, decisions
from vaern.node.press.papers import actions as papers
from vaern.node.press.rules.states import Checked, How, Move

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent, Registration

ZONE = "Europe/Copenhagen"
UNION = "Union of Journalists of Nordhavia (invented)"
JOURNALISTS = (
    ("Ditte Sandgaard", "Nordhavia Morgen", "NH-118", UNION, "da"),
    ("Elias Brandvold", "Radio Kystlinjen", "NH-204", UNION, "da"),
    ("Fiona Achterberg", "Vestrovia Courant", "VJ 77-19", "Press Council of Vestrovia (invented)", "en"),
    ("Tobias Halloran", "The Quendara Wire", "QW/0412", "Quendara Press Office (invented)", "en"),
    ("Maja Rødsten", "Lokalavisen Fjordbo", "NH-377", UNION, "da"),
    ("Cornelius Vabre", "no medium that can be found", "–", "himself", "en"),
)
LETTER = """From: Leonie Hartwall <leonie@ilvania-herald.example>
Message-ID: <1@ilvania-herald.example>
Subject: Accreditation

Medium: Ilvania Herald
Press card: IH-55
Issued by: Ilvania Press Chamber (invented)
"""


EARLIER = (
    (510, "principles", "The principles are signed (synthetic)"),
    (238, "half-way", "Half a year of the alliance (synthetic)"),
    (96, "first-figures", "The first figures of the alliance (synthetic)"),
)
"""Events that are over: so many days ago, their name and title."""

MIDWEEK = (2, 3, 4)
"""Ministers meet the press on a working day, and who registered is looked at on the two before it."""

ANNOUNCED = timedelta(days=18)
"""Before the day itself."""


def do(alliance: Alliance) -> Story:
    """Let a press officer of the secretariat work, and journalists register."""
    officer = alliance.someone("secretariat", Role.PRESS)
    if alliance.ends is not None:
        for days, name, title in EARLIER:
            day = alliance.today - timedelta(days=days)
            while day.weekday() not in MIDWEEK:
                day += timedelta(days=1)
            if day - ANNOUNCED > timezone.localdate():  # a shorter history begins later
                yield from _over(officer, day, name, title)
    yield alliance.ago(timedelta(days=13))
    day = alliance.today
    with viewing(officer.organisation.pk):
        title = "Press conference after the ministerial meeting (synthetic)"
        tomorrow = _event(officer, "ministers-tomorrow", title, day + timedelta(days=1))
        _event(officer, "open-doors", "What the figures say: open doors (synthetic)", day + timedelta(days=40))
    before = tomorrow.deadline - timedelta(hours=7)
    yield before
    with viewing(officer.organisation.pk):
        people = [_register(tomorrow, row, before) for row in JOURNALISTS]
    yield tomorrow.deadline + timedelta(hours=1)
    with viewing(officer.organisation.pk):
        intake.take(tomorrow, LETTER.encode(), "leonie@ilvania-herald.example", timezone.now())  # too late, and kept
        for one in people[:5]:
            _verify(officer, one)
            decisions.accept(officer, one)
    if alliance.ends is not None:
        events.tick()  # it is shown in the first hours of a day too, before the first night after the deadline
    yield alliance.ago(timedelta(hours=6))
    with viewing(officer.organisation.pk):
        decisions.check(officer, people[5], Checked.MEDIUM, How.IMPRINT, good=False)
        decisions.refuse(officer, people[5], "We found no medium of this name, and no press card. (Synthetic)")
        actions.agree_to_embargo(people[0])
        papers.add(
            officer,
            tomorrow,
            "What ministers will decide (synthetic)",
            "Invented words, under embargo.",
            tomorrow.begins,
        )
        papers.add(officer, tomorrow, "Programme of the day (synthetic)", "09:00 doors open.\n09:30 it begins.", before)
        door.check_in(officer, tomorrow, people[0], uuid4())


def _over(officer: Viewer, day: date, name: str, title: str) -> Story:
    """An event of the past, from its announcement to its end: some register, most of them come."""
    yield _at(day - ANNOUNCED, time(10))
    with viewing(officer.organisation.pk):
        event = _event(officer, name, title, day)
    some = JOURNALISTS[: 3 + day.toordinal() % 2]
    people = []
    for number, row in enumerate(some):
        yield _at(day - timedelta(days=12 - 2 * number), time(11))
        with viewing(officer.organisation.pk):
            people.append(_register(event, row, timezone.now()))
    yield _at(event.deadline.date() + timedelta(days=1), time(9))
    with viewing(officer.organisation.pk):
        for one in people:
            _verify(officer, one)
            decisions.accept(officer, one)
    events.tick()
    for number, one in enumerate(people[1:]):
        yield event.begins - timedelta(minutes=25 - 6 * number)
        with viewing(officer.organisation.pk):
            door.check_in(officer, event, one, uuid4())
    yield event.ends + timedelta(minutes=1)
    events.tick()


def _event(officer: Viewer, name: str, title: str, day: date) -> PressEvent:
    event = events.plan(
        officer,
        Plan(
            name=name,
            title=title,
            place="Assembly House, hall 2, Nordhavia (invented)",
            zone=ZONE,
            begins=_at(day, time(9, 30)),
            ends=_at(day, time(11)),
            deadline=_at(day - timedelta(days=2), time(17)),
            contact="press@secretariat.example",
            capacity=4,
            about="Ministers answer questions about what their countries committed themselves to. It is all made up.",
        ),
    )
    return events.take_step(officer, event, Move.OPEN)


def _at(day: object, clock: time) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(ZONE))  # type: ignore[arg-type]


def _register(event: PressEvent, row: tuple[str, ...], arrived: datetime) -> Registration:
    name, medium, card, issuer, language = row
    address = f"{name.split()[0].lower()}@press.example"
    said = {"name": name, "medium": medium, "card": card, "issuer": issuer, "email": address, "language": language}
    registration = actions.register(event, said, channel="form", arrived=arrived).registration
    return actions.confirm(registration, said)


def _verify(officer: Viewer, one: Registration) -> None:
    decisions.check(officer, one, Checked.MEDIUM, How.CALLED_EDITOR, good=True)
    decisions.check(officer, one, Checked.CARD, How.ISSUER_REGISTER, good=True)
