"""Two attackers at the public page of wishes: one who hides his own files, and one who asks what the police hold.

Both may send any hashes, as often as they like, and read every answer. Each is a law over two nodes: what the one does
must not differ from what the other does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_person, viewer_for
from tests.node.route_arguments import make_scan
from tests.node.victims.factories import FINDING, digest, make_desk, make_specialist
from tests.node.victims.test_wishes import World, turned

from vaern.arrivals import Arrival, File, Location
from vaern.matching import build_package
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import known, registration
from vaern.node.reports.models import Item, Report
from vaern.node.reports.models import Location as Place
from vaern.node.reports.rules.exposure import Extent
from vaern.node.scans.models import Finding
from vaern.node.victims.grouping.takes import take_report
from vaern.node.victims.models import Wish
from vaern.node.victims.rules.wishes import Told
from vaern.node.victims.wishes import actions, progress
from vaern.node.victims.wishes.hits import look_everywhere, look_for, tidy
from vaern.node.web.places import PLACES
from vaern.records import Entry as ListEntry
from vaern.records import Signal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.once
LOOKED = Judgement(True, extent=Extent.WHOLE, files=1)
HIDES, ASKS = (
    settings(deadline=None, max_examples=most, suppress_health_check=[HealthCheck.function_scoped_fixture])
    for most in (12, 6)
)
FILES = st.integers(0, 2)


def picture(file: int) -> bytes:
    """The PDQ of an invented file, as far from any other as of two pictures."""
    return Random(file).randbytes(32)


@pytest.fixture
def world(db: None) -> World:
    return World()


# An offender hides his own files.

HASHES = st.lists(
    st.one_of(
        FILES.map(lambda file: ("sha256", digest(file))),
        st.tuples(FILES, st.sampled_from([0, 2, 30, 31, 40])).map(
            lambda given: ("pdq", turned(picture(given[0]), given[1]))
        ),
    ),
    min_size=1,
    max_size=6,
    unique=True,
)


def seen_of(world: World, sent: list[tuple[str, bytes]], files: list[int], *, before: bool) -> dict[str, Any]:
    """What a desk has of a report of some files, where somebody sent hashes before it came, or after."""
    ivo = make_specialist(world.hotline)

    def wish() -> None:
        if sent:
            look_for(actions.send(world.hotline, "1" * 20, sent, Told.NEVER).pk)

    if before:
        wish()
    given = tuple(File(signals=(Signal("sha256", digest(n)), Signal("pdq", picture(n), 90))) for n in files)
    with viewing(world.hotline.pk):
        report = intake.receive(intake.anonymous(world.hotline), FINDING, world.hotline, Arrival("api", files=given))[0]
    if not before:
        wish()
        look_everywhere()
    report = Report.everywhere.get(pk=report.pk)
    items = list(Item.everywhere.filter(report=report).order_by("number"))
    with viewing(world.hotline.pk):
        taken = take_report(ivo, FINDING, report)
    return {
        "priority": report.priority,
        "urgent": report.urgent,
        "marked": sum(bool(item.wished) for item in items),
        "same": (
            [(known.is_spared(item), known.is_known(item), known.is_seen(item)) for item in items],
            (report.state, report.items_known, report.items_seen, report.items_total),
            (taken.known, taken.opened, taken.joined),
            sorted(registration.keys_of(report)),
        ),
    }


@HIDES
@given(HASHES, st.lists(FILES, min_size=1, max_size=3, unique=True), st.booleans())
@example([("sha256", digest(0)), ("pdq", picture(0))], [0], True)
def test_an_offender_who_sends_the_hashes_of_his_files_hides_none_of_them(
    world: World, sent: list[tuple[str, bytes]], files: list[int], before: bool
) -> None:
    """Whatever hashes nobody confirmed: all is looked at, grouped and compared as without them, and no later."""
    found = []
    for hashes in ([], sent):
        with transaction.atomic():
            found.append(seen_of(world, hashes, files, before=before))
            transaction.set_rollback(True)
    without, wished = found
    assert wished["same"] == without["same"]
    assert wished["priority"] >= without["priority"] + (5 if wished["marked"] else 0)
    assert wished["urgent"] == without["urgent"]


# An offender asks what the police hold.

DRAWN = re.compile(r'name="(?:csrfmiddlewaretoken|opened|token)" value="[^"]+"')
"""What is drawn anew in each answer, and is no answer: forms' own tokens. A code is another."""


@dataclass
class Node:
    """A node, and whether its police holds what the attacker asks about, or other files in their place.

    Attributes:
        answers: all that a stranger reads, with how many statements each answer took, and how long the ledger was.
    """

    world: World
    holds: bool
    lists: Path
    answers: list[object] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    day: date = date(2026, 12, 1)

    def __post_init__(self) -> None:
        self.police = make_desk()
        self.tem = viewer_for(make_person(Role.INVESTIGATOR, self.police))
        self.draws = Random(7)
        self.number = count()

    def hidden(self, file: int) -> int:
        """The file that the police has where somebody asks about another."""
        return file if self.holds else file + 100

    def read(self, answer: Any, queries: int) -> None:
        text = DRAWN.sub("", answer.content.decode())
        if secret := (answer.context or {}).get("secret"):
            text = text.replace(secret.value, "code")
        self.answers.append((answer.status_code, text, sorted(answer.headers), queries))

    def ask(self, path: str, given: dict[str, Any] | None = None) -> Any:
        PLACES.forget()
        client = Client()
        with CaptureQueriesContext(connection) as context:
            answer = client.get(path) if given is None else client.post(path, given)
        self.read(answer, len(context))
        return answer

    # What anybody may do.

    def send(self, file: int) -> None:
        page = reverse("victims:wish-form", args=["line"])
        token = self.ask(page).context["token"]
        hashes = f"{digest(file).hex()}\npdq {turned(picture(file), 4).hex()}"
        sent = self.ask(page, {"hashes": hashes, "told": "when_i_look", "homepage": "", "token": token})
        self.codes.append(sent.context["secret"].value)

    def status(self, number: int) -> None:
        if self.codes:
            self.ask(reverse("victims:wish-status"), {"code": self.codes[number % len(self.codes)]})

    def end(self, number: int) -> None:
        if self.codes:
            path = reverse("victims:wish-status")
            shown = self.ask(path, {"code": self.codes[number % len(self.codes)]})
            if shown.context.get("form"):
                opened = shown.context["form"]["opened"].value()
                self.ask(path, {"opened": opened, "end": "yes"})

    # What happens where nobody looks in from outside: it differs between the two nodes in its files alone.

    def scanned(self, file: int) -> None:
        scan = make_scan(self.police, self.tem.person)
        pdq = [{"kind": "pdq", "value": picture(self.hidden(file)).hex(), "quality": 90}]
        one = Finding.everywhere.filter(scan=scan, number=1)
        one.update(sha256=digest(self.hidden(file)), verdict="new", perceptual=pdq)

    def reported(self, file: int) -> None:
        self._arrives(self.police, self.tem, self.hidden(file), "")

    def listed(self, file: int) -> None:
        found = self.hidden(file)
        entry = ListEntry("one", (Signal("sha256", digest(found)), Signal("pdq", turned(picture(found), 4))))
        name = f"list-{next(self.number)}"
        build_package(self.lists / name, [entry], name=name, release="1")

    # What lies online: the same in both.

    def online(self, file: int) -> None:
        self._arrives(self.world.hotline, self.world.ann, file, f"https://a.example/{next(self.number)}")

    def goes_on(self, state: str) -> None:
        Place.everywhere.filter(organisation=self.world.hotline).update(state=state)

    def nights(self, number: int) -> None:
        for wish in Wish.everywhere.order_by("pk"):
            look_for(wish.pk)
        tidy()
        for _ in range(number):
            look_everywhere()
            progress.tell(self.day, lambda: self.draws.randint(2, 9))
            self.day += timedelta(days=1)
            for code in range(len(self.codes)):
                self.status(code)

    def _arrives(self, desk: Any, viewer: Any, file: int, url: str) -> None:
        signals = (Signal("sha256", digest(file)), Signal("pdq", picture(file), 90))
        given = File(signals=signals, location=Location(url=url) if url else None)
        arrival = Arrival("api", files=(given,), reference=f"{next(self.number)}")
        with viewing(desk.pk):
            report = intake.receive(intake.anonymous(desk), FINDING, desk, arrival)[0]
            if report.state == "arrived":
                assess(viewer, FINDING, report, LOOKED)


ACTS = st.one_of(
    st.tuples(st.sampled_from(["send", "scanned", "reported", "listed", "online"]), FILES),
    st.tuples(st.sampled_from(["status", "end"]), st.integers(0, 3)),
    st.tuples(st.just("goes_on"), st.sampled_from(["untraced", "notified", "held", "blocked", "offline", "stopped"])),
    st.tuples(st.just("nights"), st.integers(1, 12)),
)
PLAIN = [("send", 0), ("scanned", 0), ("reported", 0), ("listed", 0), ("nights", 11), ("status", 0), ("end", 0)]
BEFORE = [("scanned", 0), ("reported", 0), ("listed", 0), ("send", 0), ("status", 0), ("nights", 11), ("end", 0)]
ONLINE = [
    ("reported", 0),
    ("send", 0),
    ("online", 0),
    ("nights", 11),
    ("goes_on", "notified"),
    ("scanned", 0),
    ("nights", 11),
    ("goes_on", "offline"),
    ("reported", 0),
    ("nights", 11),
    ("listed", 0),
    ("online", 0),
    ("nights", 11),
]


@ASKS
@given(st.lists(ACTS, max_size=8).map(lambda acts: [*acts, ("nights", 10)]))
@example(PLAIN)
@example(BEFORE)
@example(ONLINE)
def test_an_offender_who_asks_for_weeks_learns_nothing_of_what_the_police_holds(
    world: World, settings: Any, tmp_path_factory: Any, acts: list[tuple[str, Any]]
) -> None:
    """Every page, its headers, the statements that it took, and the length of the ledger are the same in both nodes.

    Not of the wishes is what the cross-check writes when two desks concluded that one file is an offence.
    """
    read = []
    for holds in (True, False):
        settings.LISTS = tmp_path_factory.mktemp("lists")
        with transaction.atomic():
            node = Node(world, holds, settings.LISTS)
            for act, given_ in acts:
                getattr(node, act)(given_)
                node.answers.append(Entry.objects.exclude(act__startswith="crosscheck.").count())
            read.append(node.answers)
            transaction.set_rollback(True)
    assert len(read[0]) == len(read[1])
    for number, (held, other) in enumerate(zip(*read, strict=True)):
        assert held == other, number


def test_the_law_is_not_kept_by_telling_nothing(world: World, settings: Any, tmp_path: Any) -> None:
    """In the same story of the attacker a survivor reads that it was found, asked for, and gone."""
    settings.LISTS = tmp_path
    node = Node(world, True, tmp_path)
    for act, given_ in ONLINE[:-1]:
        getattr(node, act)(given_)
    pages = "".join(str(answer) for answer in node.answers)
    for said in ("It was found online", "Whoever stores it was asked", "What was found online is gone"):
        assert said in pages
