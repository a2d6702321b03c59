"""Victim identification in the history: drives become series, series become children who are safe. By real actions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.history.world import DAY, at_desk, chance
from vaern.node.demo.series import Made, drive, of
from vaern.node.demo.stories import Beside
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.scans import actions as scans
from vaern.node.scans.results import read_lines, read_run
from vaern.node.scans.rules import ReviewOutcome
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.grouping import actions as grouping
from vaern.node.victims.grouping import takes
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.sharing import Milestones, Recorded
from vaern.node.victims.sharing import actions as sharing
from vaern.node.victims.sharing import outcomes

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series

LOOK = Reason(Why.VICTIM_IDENTIFICATION, "which files belong together?")
HERE, BESIDE, THERE = "police.nordhavia", "police.vestrovia", "police.thalvia"
ABROAD = {HERE: THERE, BESIDE: HERE, THERE: BESIDE}
DESKS = ((HERE, 5), (BESIDE, 3), (THERE, 2))
COUNTRY = {HERE: "XA", BESIDE: "XV", THERE: "XT"}
CAMERAS = (("Halden", "P40"), ("Okuma Optics", "Z2"), ("Brennick", "C5"), ("", ""), ("Halden", "P12"))
CLUES = (
    (ClueKind.SOCKET, "A round socket with a pin in the middle"),
    (ClueKind.LANGUAGE, "Somebody speaks in the next room"),
    (ClueKind.PACKAGING, "A carton of milk with a bird on it"),
    (ClueKind.UNIFORM, "A school sweater with a white collar"),
    (ClueKind.SOUND, "A tram passes outside, twice"),
    (ClueKind.LANDSCAPE, "Low hills and a water tower behind the window"),
)


def stories(world: World) -> Iterator[tuple[datetime, Story]]:
    """Yield each drive that comes in, with its day."""
    draw = chance("drives")
    for number, at in enumerate(world.times(draw, 28, 14, until=timedelta(days=9))):
        yield at, _drive(world, number)


def _drive(world: World, number: int) -> Story:
    """Bring a drive in, and let each series of it go its way."""
    draw = chance("drive", number)
    (host,) = draw.choices([name for name, _share in DESKS], [share for _name, share in DESKS])
    specialist = world.someone(host, Role.IDENTIFIER)
    yield at_desk(draw, timedelta())
    made = tuple(_invented(draw, 1000 + 10 * number + one) for one in range(draw.choices((1, 2, 3), (2, 5, 3))[0]))
    reference = f"{world.number('Drive ', 61)} of {COUNTRY[host]}"
    with viewing(specialist.organisation.id):
        run, findings = drive(f"history-{number}", made)
        scan, _made = scans.receive(specialist, LOOK, reference, read_run(run), read_lines(findings), finished=True)
        takes.take_scan(specialist, LOOK, scan)
    yield timedelta(minutes=draw.randrange(20, 90))
    with viewing(specialist.organisation.id):
        scans.review(specialist, LOOK, scan, ReviewOutcome.CONFIRMED)
    yield Beside([_series(world, chance("series", one.seed), host, specialist, one) for one in made])


def _invented(draw: random.Random, seed: int) -> Made:
    make, model = draw.choice(CAMERAS)
    return Made(seed, draw.randrange(3, 8), make, model, (55 + draw.random(), 3 + draw.random()))


def _series(world: World, draw: random.Random, host: str, specialist: Viewer, made: Made) -> Story:
    """From a confirmed group of files to a child who is safe, at home or abroad; one in six is never found."""
    own = specialist.organisation.id
    yield at_desk(draw, draw.uniform(0.1, 2) * DAY)
    series = of(own, made)
    with viewing(own):
        grouping.confirm(specialist, LOOK, series)
        outcomes.analyse(specialist, LOOK, series)
    yield at_desk(draw, timedelta(minutes=draw.randrange(30, 300)))
    abroad = draw.random() < 0.35
    finder = ABROAD[host] if abroad else host
    found = draw.random() < world.between(0.72, 0.94)
    points = found or abroad or draw.random() < world.between(0.2, 0.7)
    with viewing(own):
        for kind, words in draw.sample(CLUES, 2):
            _clue(specialist, series, kind, words, COUNTRY[finder])
        if points:
            clues.propose(specialist, LOOK, series, COUNTRY[finder])
    yield at_desk(draw, draw.uniform(1, world.between(20, 5)) * DAY)
    who = specialist
    if abroad:
        who = world.someone(finder, Role.IDENTIFIER)
        with viewing(own):
            terms = Terms(Handling.RED, timezone.now() + 300 * DAY)
            (sent,) = sharing.disseminate(specialist, LOOK, series, [who.organisation.id], terms)
        yield at_desk(draw, draw.uniform(1, world.between(14, 4)) * DAY)
        with viewing(who.organisation.id):
            sharing.accept(who, LOOK, sent)
    if not found:
        return
    yield at_desk(draw, draw.uniform(3, world.between(30, 14)) * DAY)
    yield from _identified(world, draw, who, series)


def _identified(world: World, draw: random.Random, who: Viewer, series: Series) -> Story:
    organisation = who.organisation.id
    children = draw.choices((1, 2, 3), (6, world.between(1, 4), world.between(0.2, 1.5)))[0]
    girls = draw.randint(0, children)
    young = draw.randint(0, children)
    said = Recorded(girls=girls, boys=children - girls, under14=young, under18=children - young)
    with viewing(organisation):
        reference = world.number("VI-", 201)
        outcomes.identify(who, LOOK, series, timezone.localdate(), reference, children, recorded=said)
    if draw.random() > 0.96:
        return
    yield at_desk(draw, draw.uniform(0.5, 4) * DAY)
    with viewing(organisation):
        outcomes.safeguard(who, LOOK, series, timezone.localdate())
    yield at_desk(draw, draw.uniform(5, 25) * DAY)
    with viewing(organisation):
        outcomes.late_outcome(who, LOOK, series, Milestones.SUPPORTED, timezone.localdate())


def _clue(viewer: Viewer, series: Series, kind: ClueKind, words: str, country: str) -> None:
    clues.add(
        viewer,
        LOOK,
        series,
        kind,
        words,
        nature=Nature.FACT,
        confidence=Confidence.MEDIUM,
        circle=Circle.RECIPIENTS,
        countries=[country],
        against=[],
    )
