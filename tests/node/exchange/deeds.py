"""What people of a node do in the runs with processes, by the node's own actions: of every app that writes messages.

Each deed is a function without state. What begins something makes it anew; what answers looks for all that waits for an
answer: so a deed that a database's death broke is simply done once more.
"""

from __future__ import annotations

import secrets as random_numbers
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from tests.node.cases.factories import fresh as fresh_case
from tests.node.cases.factories import furnish, inside, make_case
from tests.node.crosscheck.factories import make_record
from tests.node.factories import make_member, make_organisation, make_person, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, entry_of, make_list
from tests.node.reports.forwarding.worlds import GROUND, WHY, arrive, send
from tests.node.victims.factories import FINDING, digest, make_series

from vaern.node.alliance.commitments import reply_intake, reply_steps, rounds
from vaern.node.alliance.indicators import across as sums
from vaern.node.alliance.indicators import computation
from vaern.node.alliance.membership import actions as membership
from vaern.node.alliance.models import RoundReply
from vaern.node.alliance.rules import frame
from vaern.node.alliance.rules.commitments import ReplyState
from vaern.node.alliance.rules.contents import Content, DeclaredValue, Line, Target
from vaern.node.base.refusals import Conflict
from vaern.node.base.scope import viewing
from vaern.node.cases.assistance import actions as assistance
from vaern.node.cases.assistance.incoming import actions as incoming
from vaern.node.cases.assistance.incoming.delivery import Delivery
from vaern.node.cases.evidence import actions as evidence
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case, IncomingRequest
from vaern.node.cases.outcomes import actions as case_outcomes
from vaern.node.cases.rules.case import State as CaseState
from vaern.node.cases.rules.evidence import Kind as Exhibit
from vaern.node.cases.rules.handovers import DropReason
from vaern.node.cases.rules.incoming import Event as Asked
from vaern.node.cases.rules.incoming import State as AskedState
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.instruments import Party as Bound
from vaern.node.cases.work import handovers
from vaern.node.casework.models import Release
from vaern.node.casework.recalls.actions import acknowledge
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.crosscheck.base.keys import key_of
from vaern.node.crosscheck.disclosures import actions as disclosures
from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.crosscheck.models import Meeting, Reveal
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules.disclosures import Level, RevealState
from vaern.node.demo.assistance import GAZETTE, draft, hand, hold
from vaern.node.law import actions as law
from vaern.node.law.records import Basis
from vaern.node.ledger.models import Pending
from vaern.node.ledger.rules import Reason, Why
from vaern.node.ledger.witnesses import asking
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.models import ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.organisations.models import Member, Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.models import Forward, Report
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.models import Dissemination, Series
from vaern.node.victims.rules.clues import Circle, ClueKind
from vaern.node.victims.rules.sharing import Answer, Recorded
from vaern.node.victims.sharing import actions as sharing
from vaern.node.victims.sharing import outcomes, questions
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

COUNTRIES = ("XA", "XV")
"""Invented countries that have law in a synthetic node."""

KINDS: dict[str, tuple[Role, ...]] = {
    OrganisationKind.HOTLINE.value: (Role.ANALYST, Role.CURATOR),
    OrganisationKind.POLICE.value: (Role.INVESTIGATOR, Role.IDENTIFIER),
    OrganisationKind.AUTHORITY.value: (Role.LEGAL,),
    OrganisationKind.MINISTRY.value: (Role.RAPPORTEUR,),
}
"""The desks of a country, and what somebody does who works there."""

WORK, RUNS = Reason(Why.INVESTIGATION), Reason(Why.ADMINISTRATION)
LEGAL = Reason(Why.LEGAL_ASSISTANCE, "an invented case")


# Who there is ---------------------------------------------------------------------------------------------------------


def found(country: str) -> None:
    """Make the organisations of a node, with somebody who works at each: a country's desks, or the secretariat."""
    make_person(Role.ADMINISTRATOR, Organisation.objects.get(runs_node=True))
    for code in COUNTRIES:
        make_member(code)
    if not country:
        make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT))
        for member in Member.objects.all():
            _join(member)
        return
    for kind, roles in KINDS.items():
        desk_of = make_organisation(kind, member=make_member(country))
        make_person(roles[0], desk_of, roles=[one.value for one in roles])
    for code, year in zip(COUNTRIES, (2006, 2010), strict=True):
        bound = Bound(
            country=code,
            treaty="budapest",
            since=date(year, 1, 1),
            basis=Basis.READ,
            source=GAZETTE % year,
            day=timezone.localdate(),
        )
        law.add(administrator(), LEGAL, "party", bound)


def _join(member: Member) -> None:
    membership.join(
        desk("secretariat"),
        RUNS,
        member,
        joined=timezone.localdate() - timedelta(days=400),
        endorsed_by="A minister (invented)",
        office="Minister",
        document="No. 1 (invented)",
    )


def administrator() -> Viewer:
    """Whoever runs the node."""
    return viewer_for(Person.everybody.get(organisation__runs_node=True))


def desk(kind: str) -> Viewer:
    """Who works at the organisation of a kind on this node."""
    people = Person.everybody.filter(organisation__kind=kind, organisation__node="", organisation__runs_node=False)
    return viewer_for(people.get())


def there(kind: str) -> Viewer:
    """An organisation of a kind of the other country, as somebody for whom only that counts."""
    other = Organisation.all_nodes.exclude(node="").get(kind=kind, member__isnull=False)
    return Viewer(other, frozenset())


def listed() -> int:
    """How many desks of other nodes this one knows."""
    return Organisation.all_nodes.exclude(node="").filter(active=True, member__isnull=False).count()


def _each(rows: Iterable[Any], who: Viewer | Callable[[Any], Viewer], act: Callable[[Viewer, Any], object]) -> int:
    """Let somebody act upon each, but for what another node changed meanwhile; return upon how many.

    Args:
        rows: upon what.
        who: acts, or how whoever acts upon one is found.
        act: what they do.
    """
    done = 0
    for one in list(rows):
        me = who(one) if callable(who) else who
        with viewing(me.organisation.id), suppress(Conflict):
            act(me, one)
            done += 1
    return done


def _until(days: int = 90) -> Any:
    return timezone.now() + timedelta(days=days)


def _abroad() -> str:
    return there("police").organisation.member.code


def ask_witnesses() -> int:
    """Let the other nodes cosign the newest state: what is published at the end of the hour. Return how many did."""
    soon = timezone.now() + timedelta(hours=1)
    with mock.patch.object(timezone, "now", return_value=soon):
        return asking.ask_all(now=True)


# Reports --------------------------------------------------------------------------------------------------------------


def forward() -> None:
    """Let a report arrive at the hotline, and forward it to the police of the other country."""
    hotline = desk("hotline")
    send(hotline, arrive(hotline, url=f"https://host.example/{uuid4()}"), there("police"))


def recall_report() -> int:
    """Recall a report that was forwarded and has no outcome yet; return how many: none, or one."""
    hotline = desk("hotline")
    rows = Forward.everywhere.filter(organisation=hotline.organisation, release__recalled_at=None, outcome="")
    one = rows.select_related("release").order_by("?")[:1]
    return _each(one, hotline, lambda me, forward: forwarding.recall(me, WHY, forward))


def acknowledge_recalls(most: int = 1_000) -> int:
    """Acknowledge each recall that waits at a desk of this node; return how many."""
    rows = Release.everywhere.filter(recipient__node="", acknowledged_at=None).exclude(recalled_at=None)
    waiting = rows.select_related("recipient")[:most]
    return _each(waiting, lambda one: desk(one.recipient.kind), lambda me, one: acknowledge(me, WHY, one.pk, one.kind))


def acknowledge_recall() -> int:
    """Acknowledge one of them."""
    return acknowledge_recalls(most=1)


def return_outcomes(most: int = 1_000) -> int:
    """Say of reports that came what came of them; return of how many."""
    police = desk("police")
    with viewing(police.organisation.id):
        rows = Report.own.filter(forwarded_by__outcome="", forwarded_by__release__recalled_at=None)
        found = list(rows.distinct()[:most])
    return _each(found, police, lambda me, report: forwarding.return_outcome(me, WHY, report, Outcome.CLOSED))


# Series ---------------------------------------------------------------------------------------------------------------


def disseminate() -> None:
    """Take a series of three files to the police of the other country."""
    me, abroad = desk("police"), _abroad()
    with viewing(me.organisation.id):
        first = random_numbers.randbelow(1 << 60)
        code = f"{uuid4().hex[:4]}-{uuid4().hex[:4]}".upper()
        made = make_series(me.organisation, tuple(first + number for number in range(3)), code=code)
        now = partial(Series.everywhere.select_related("organisation", "accepted_by").get, pk=made.pk)
        outcomes.analyse(me, FINDING, now())
        words = "a round socket with a pin"
        clues.add(me, FINDING, now(), ClueKind.SOCKET, words, countries=[abroad], circle=Circle.RECIPIENTS)
        clues.propose(me, FINDING, now(), abroad)
        to = [there("police").organisation.id]
        sharing.disseminate(me, FINDING, now(), to, terms(Handling.RED, _until()))


def accept_series() -> int:
    """Accept what series wait for an answer; return how many."""
    me = desk("police")
    rows = Dissemination.everywhere.filter(
        recipient=me.organisation, answer=Answer.AWAITED.value, release__recalled_at=None
    )
    found = rows.select_related("release", "series__organisation", "organisation")
    return _each(found, me, lambda me, one: sharing.accept(me, FINDING, one))


def identify() -> int:
    """Identify the child of each series that this desk has accepted, and was first to; return how many."""
    me = desk("police")
    rows = Series.everywhere.filter(accepted_by=me.organisation, identified_on=None)
    found = rows.exclude(organisation__node="").select_related("organisation", "accepted_by")

    def one_of_them(me: Viewer, one: Series) -> None:
        recorded, words = Recorded(girls=1, under14=1), f"VI-{uuid4().hex[:8]}"
        outcomes.identify(me, FINDING, one, timezone.localdate(), words, recorded=recorded)

    return _each(found, me, one_of_them)


def ask_known() -> None:
    """Ask the other node whether two hashes are known there."""
    me = desk("police")
    with viewing(me.organisation.id):
        numbers = (random_numbers.randbelow(1 << 60) for _ in range(2))
        questions.ask(me, FINDING, [Signal("sha256", digest(number)) for number in numbers])


# Cases ----------------------------------------------------------------------------------------------------------------


def hand_over() -> None:
    """Hand a case over to the police of the other country, with its evidence in pieces."""
    me = desk("police")
    case = make_case(me)
    with viewing(me.organisation.id):
        evidence.register(me, WORK, case, Exhibit.DEVICE, Facts("A telephone, black", {"sha256": "ab" * 32}))
    _hand_over(me, case, bag=True)


def furnished_hand_over() -> None:
    """The same of a case with people, statements and identifiers."""
    me = desk("police")
    case = make_case(me)
    furnish(me, case, f"{uuid4().hex}@mail.example")
    _hand_over(me, case)


def _hand_over(me: Viewer, case: Case, *, bag: bool = False) -> None:
    until, version = terms(Handling.AMBER, _until(300), GROUND), fresh_case(case).version
    inside(me, handovers.hand_over, case, there("police").organisation.id, until, version=version, bag=bag)


def answer_cases() -> int:
    """Accept cases that arrived, and say of some what came of them; drop every fourth. Return how many."""
    me = desk("police")

    def answer(me: Viewer, case: Case) -> None:
        if case.pk.int % 4 == 0:
            inside(me, handovers.drop, case, DropReason.NOT_OURS)
            return
        inside(me, handovers.accept, case)
        inside(me, case_outcomes.say, fresh_case(case), Outcome.VICTIM_SAFEGUARDED)

    return _each(Case.everywhere.filter(organisation=me.organisation, state=CaseState.ARRIVED.value), me, answer)


# Assistance -----------------------------------------------------------------------------------------------------------


def request() -> None:
    """Let the central authority ask the one of the other country for data of a case."""
    me, legal = desk("police"), desk("authority")
    case = make_case(me)
    held = hold(me, case, "Log-in records", _abroad(), DataKind.TRAFFIC, kept=9)
    asked = hand(me, legal, draft(me, case, held, "budapest-31"))
    with viewing(legal.organisation.id):
        assistance.send(legal, LEGAL, asked, Delivery(there("authority").organisation.pk, legal_ground=GROUND))


def answer_requests() -> int:
    """Do what was asked of this country's authority; return how many requests."""
    legal, police = desk("authority"), desk("police")
    rows = list(IncomingRequest.everywhere.filter(organisation=legal.organisation, state=AskedState.RECEIVED.value))
    for one in rows:
        with viewing(legal.organisation.id):
            for event in (Asked.ACKNOWLEDGE, Asked.RECOGNISE):
                incoming.happen(legal, LEGAL, one, event, "By mail.")
            incoming.pass_on(legal, LEGAL, one, police.organisation.pk, Terms(Handling.AMBER_STRICT, _until(180)))
        with viewing(police.organisation.id):
            incoming.happen(police, LEGAL, one, Asked.EXECUTE, "Two pages (invented).")
        with viewing(legal.organisation.id):
            incoming.happen(legal, LEGAL, one, Asked.ANSWER, "Two pages (invented).")
    return len(rows)


# The hub --------------------------------------------------------------------------------------------------------------


def members_key() -> None:
    """Make the key that members share."""
    secrets.make(administrator(), RUNS)


def enrol(number: int) -> None:
    """Register a record that holds a number's mail address."""
    me = desk("police")
    with transaction.atomic():
        registry.register_keys(make_record(me.organisation), [key_of("email", f"number-{number}@mail.example")])


def met() -> int:
    """How many records of this node have met one elsewhere."""
    return Meeting.everywhere.filter(other=None).count()


def ask_who() -> int:
    """Ask, in each meeting with a record elsewhere in which nobody asked, who it is; return how many."""
    me = desk("police")
    rows = Meeting.everywhere.filter(other=None, one__organisation=me.organisation)
    found = rows.exclude(pk__in=Reveal.everywhere.values("meeting")).select_related("one")
    return _each(found, me, lambda me, one: disclosures.ask(me, WORK, one, Level.CONTACT, "desk@police.example"))


def say_who() -> int:
    """Agree wherever somebody asks who it is; return how many."""
    me = desk("police")
    found = Reveal.everywhere.filter(state=RevealState.ASKED.value, asked=me.organisation, asked_by=None)
    return _each(found, me, lambda me, one: disclosures.agree(me, WORK, one, "desk@police.example"))


# Lists ----------------------------------------------------------------------------------------------------------------


def release_list() -> None:
    """Make a list of two entries, release it to the hotline of the other country, and recall one of them."""
    me = desk("hotline")
    made = make_list(me, f"list-{uuid4().hex[:8]}")
    add(me, made, entry_of("one"), entry_of("two"))
    with viewing(me.organisation.id):
        curation.release(me, QUALITY, made, [there("hotline").organisation.id], Terms(Handling.AMBER, _until()))
        row = ListEntry.objects.select_related("list").get(list=made, ident="one")
        curation.recall(me, QUALITY, row, RecallReason.NOT_CSAM)


# The alliance ---------------------------------------------------------------------------------------------------------


def tell_sums() -> int:
    """Count, and tell the secretariat's node what changed: what a node does at night."""
    if Pending.objects.exists():
        return -1
    computation.refresh()
    return sums.tell_all()


def open_round() -> None:
    """Plan a reporting round, and open it."""
    me, today = desk("secretariat"), timezone.localdate()
    made = rounds.plan(
        me,
        RUNS,
        name=f"Round {uuid4().hex[:6]}",
        opens=today + timedelta(1),
        closes=today + timedelta(30),
        reminders=[14],
        period="2026",
    )
    rounds.open_now(me, RUNS, made)


def reply() -> int:
    """Write and hand in the ministry's replies; return how many."""
    me = desk("ministry")
    goal = frame.declaration("2012").goals[0].code
    target = Target(text="Identify children", value=5.0, unit="children", due=date(2030, 1, 1))
    lines = [Line(Content("2012", goal, "We shall", "Officers", target, "An office (synthetic)"))]
    values = [DeclaredValue("identified_flow", "2026", 3.0, source="A register (synthetic)")]
    rows = list(RoundReply.objects.filter(state=ReplyState.INVITED.value).select_related("round", "member"))
    for one in rows:
        reply_intake.take(me, one, one.revision, lines, values, RUNS)
        reply_steps.submit(me, RUNS, one, one.revision + 1)
    return len(rows)


def publish() -> int:
    """Publish what was handed in; return how many replies."""
    me = desk("secretariat")
    rows = list(RoundReply.objects.filter(state=ReplyState.SUBMITTED.value).select_related("round", "member"))
    for one in rows:
        reply_steps.publish(me, RUNS, one, one.revision)
    return len(rows)


DEEDS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        listed,
        ask_witnesses,
        forward,
        recall_report,
        acknowledge_recalls,
        acknowledge_recall,
        return_outcomes,
        disseminate,
        accept_series,
        identify,
        ask_known,
        hand_over,
        furnished_hand_over,
        answer_cases,
        request,
        answer_requests,
        members_key,
        enrol,
        met,
        ask_who,
        say_who,
        release_list,
        tell_sums,
        open_round,
        reply,
        publish,
    )
}
