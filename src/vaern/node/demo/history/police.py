"""Police desks in the history: what hotlines forward becomes cases, requests abroad, outcomes. All by real actions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.cases.assistance import actions as assistance
from vaern.node.cases.assistance import held_data
from vaern.node.cases.models import Case
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules.assistance import Event as Asked
from vaern.node.cases.rules.assistance import Translation
from vaern.node.cases.rules.case import Event
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import actions as work
from vaern.node.cases.work import statements
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.history.world import DAY, at_desk, hours
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.models import Report
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    import random

    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer

LOOK, WORK = Reason(Why.ASSESSMENT), Reason(Why.INVESTIGATION)
LEGAL = Reason(Why.LEGAL_ASSISTANCE, "who had the account?")
INVESTIGATES = {
    "police.nordhavia": ("NH-", 101),
    "police.vestrovia": ("V/77/", 801),
    "police.thalvia": ("TH-K-", 41),
}
"""Desks with the beginning of their journal numbers and the first."""

AUTHORITIES = {"police.nordhavia": "authority.nordhavia"}
"""Whose requests go through which central authority; the other desks ask by other channels."""

NOTHING = (Outcome.NO_PERSON_FOUND, Outcome.NOT_AN_OFFENCE_HERE, Outcome.KNOWN_BEFORE, Outcome.DROPPED)


def work_on(world: World, draw: random.Random, host: str, copy: Report, *, urgent: bool) -> Story:
    """Take in what a hotline forwarded: a case of it, or the word that nothing could be done."""
    investigator = world.someone(host, Role.INVESTIGATOR)
    hurries = urgent or copy.urgent
    if hurries:
        yield hours(draw, world.between(8, 1.2), 0.5)
    else:
        yield at_desk(draw, hours(draw, world.between(110, 30)))
    with viewing(investigator.organisation.id):
        desk.claim(investigator, LOOK, copy)
    yield timedelta(minutes=draw.randrange(10, 55))
    with viewing(investigator.organisation.id):
        assess(investigator, LOOK, copy, Judgement(actionable=True, basis=Basis.TEXT))
    if urgent:
        yield hours(draw, world.between(30, 9), 0.5)
        with viewing(investigator.organisation.id):
            forwarding.return_outcome(investigator, LOOK, copy, Outcome.VICTIM_SAFEGUARDED)
    if hurries or draw.random() < world.between(0.5, 0.72):
        yield from _case(world, draw, host, investigator, copy)
    else:
        yield at_desk(draw, draw.uniform(3, world.between(26, 12)) * DAY)
        with viewing(investigator.organisation.id):
            (said,) = draw.choices(NOTHING, (5, 1, 2, 2))
            forwarding.return_outcome(investigator, LOOK, copy, said)
    yield at_desk(draw, hours(draw, 30))
    with viewing(investigator.organisation.id):
        now = Report.own.filter(pk=copy.pk).first()  # one whose case took long has ended by its day
        if now is not None and State(now.state) is State.IN_ACTION and not closing.unfinished(now):
            closing.finish(investigator, LOOK, now)


def _case(world: World, draw: random.Random, host: str, investigator: Viewer, copy: Report) -> Story:
    """Open a case, find who it is, and bring it to a court; by no means always as far as that."""
    prefix, first = INVESTIGATES[host]
    own = investigator.organisation.id
    yield at_desk(draw, hours(draw, 12))
    with viewing(own):
        case = work.open_case(investigator, WORK, reference=world.number(prefix, first), reports=[copy])
        work.move(investigator, WORK, case, Event.START, version=_version(case))
        copy.refresh_from_db()
        if not closing.unfinished(copy):  # what follows is worked on, and told, in the case
            closing.finish(investigator, LOOK, copy)
    authority = AUTHORITIES.get(host)
    if authority and draw.random() < 0.62:
        yield from _abroad(world, draw, investigator, world.someone(authority, Role.LEGAL), case)
    reach = draw.random()
    yield at_desk(draw, draw.uniform(6, world.between(70, 28)) * DAY)
    with viewing(own):
        if reach > world.between(0.55, 0.82):
            outcomes.say(investigator, WORK, case, Outcome.NO_PERSON_FOUND)
            work.move(investigator, WORK, case, Event.CLOSE, version=_version(case))
            return
        statements.add_party(investigator, WORK, case, Category.SUSPECT, world.number("K-", 301))
        outcomes.say(investigator, WORK, case, Outcome.SUSPECT_IDENTIFIED)
    yield at_desk(draw, draw.uniform(10, world.between(70, 35)) * DAY)
    with viewing(own):
        if reach > 0.6:
            outcomes.say(investigator, WORK, case, Outcome.CLOSED)
            work.move(investigator, WORK, case, Event.CLOSE, version=_version(case))
            return
        outcomes.say(investigator, WORK, case, Outcome.CHARGED)
        work.move(investigator, WORK, case, Event.TO_PROSECUTOR, version=_version(case))
    yield at_desk(draw, draw.uniform(40, 130) * DAY)
    with viewing(own):
        outcomes.say(investigator, WORK, case, Outcome.CONVICTED)
        work.move(investigator, WORK, case, Event.CLOSE, version=_version(case))


def _version(case: Case) -> int:
    version: int = Case.everywhere.get(pk=case.pk).version
    return version


def _abroad(world: World, draw: random.Random, investigator: Viewer, legal: Viewer, case: Case) -> Story:
    """Ask a country for data: written, handed to the authority, sent, executed, answered; sooner as time goes on."""
    own, its = investigator.organisation.id, legal.organisation.id
    holder, instrument = draw.choice((("XV", "budapest-31"), ("XV", "budapest-31"), ("XT", "coe-1959-mla")))
    yield at_desk(draw, draw.uniform(1, 6) * DAY)
    data = draw.choice((DataKind.TRAFFIC, DataKind.SUBSCRIBER))
    with viewing(own):
        details = {"provider": "An invented provider", "identifier": f"account-{draw.randrange(100, 999)} (invented)"}
        held = held_data.add(
            investigator,
            LEGAL,
            case,
            label=draw.choice(("Log-in records", "Subscriber of an account", "What an account sent")),
            holder=holder,
            data=data,
            details=details,
            kept_until=timezone.now() + 400 * DAY,
        )
        request = assistance.draft(
            investigator, LEGAL, case, instrument, holder=holder, data=data, held=held, language="English"
        )
        values = {one["code"]: "As in every request of this demonstration: invented." for one in _fields(request)}
        request = assistance.write(investigator, LEGAL, request, values, "English", Translation.DONE)
    yield at_desk(draw, draw.uniform(1, 3) * DAY)
    with viewing(own):
        terms = Terms(Handling.AMBER_STRICT, timezone.now() + 360 * DAY)
        assistance.hand_over(investigator, LEGAL, request, its, terms)
    yield at_desk(draw, draw.uniform(1, world.between(12, 3)) * DAY)
    with viewing(its):
        assistance.send(legal, LEGAL, request)
    yield at_desk(draw, draw.uniform(1, 4) * DAY)
    with viewing(its):
        assistance.happen(legal, LEGAL, request, Asked.ACKNOWLEDGE, "By mail.")
    yield at_desk(draw, hours(draw, 24 * world.between(62, 19), 0.45))
    with viewing(its):
        assistance.happen(legal, LEGAL, request, Asked.EXECUTE)
        assistance.happen(legal, LEGAL, request, Asked.RECEIVE, "A sealed envelope, and its hash.", whole=True)


def _fields(request: AssistanceRequest) -> list[dict[str, str]]:
    found: list[dict[str, str]] = request.pinned["form"]["fields"]
    return found
