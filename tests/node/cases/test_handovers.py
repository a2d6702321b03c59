"""What came of a case goes home in its order; a case goes to another organisation, and is never lost between two."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.cases.factories import WHY, email, fresh, furnish, hand, inside, make_case
from tests.node.factories import make_person, terms, viewer_for
from tests.node.reports.forwarding.worlds import GROUND, OrganisationKind, arrive, desk, send

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.base.scope import viewing
from vaern.node.cases.evidence import actions as evidence
from vaern.node.cases.evidence import chain
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case, Evidence, Handover, Held, Party, Said, Statement, Task
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules.case import OPEN, Event, State
from vaern.node.cases.rules.evidence import Event as happened  # noqa: N813 - the word of the domain
from vaern.node.cases.rules.evidence import Kind
from vaern.node.cases.rules.handovers import Answer, DropReason
from vaern.node.cases.work import actions, handover_queries, handovers, identifiers, merges, queries
from vaern.node.cases.work import links as case_links
from vaern.node.cases.work.retention import RETENTION, erase_people
from vaern.node.cases.work.sheet import sheet
from vaern.node.casework import sheets
from vaern.node.casework.models import Release
from vaern.node.casework.recalls import actions as recalls
from vaern.node.casework.recalls import queries as recall_queries
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.crosscheck.models import Meeting
from vaern.node.crosscheck.registry.actions import of_record
from vaern.node.organisations.rules import Role
from vaern.node.reports.forwarding.sent import sent_report
from vaern.node.reports.models import Forward, Told
from vaern.node.reports.rules.outcomes import RULES, Outcome, reached

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotline():
    return desk()


@pytest.fixture
def platform():
    return desk(OrganisationKind.PLATFORM)


def told(viewer, report):
    with viewing(viewer.organisation.id):
        found = sent_report(viewer, report.pk)
    return [code for code, _at in found.history]


# Outcomes ------------------------------------------------------------------------------------------------------------


def test_a_conviction_comes_home_to_the_platform_two_steps_away(platform, hotline, police):
    report = arrive(hotline, platform)
    (forward,) = send(hotline, report, police)
    case = make_case(police, reports=[forward.arrived])
    assert told(platform, report) == [Outcome.OPENED]
    for code in (Outcome.VICTIM_SAFEGUARDED, Outcome.CHARGED, Outcome.CONVICTED):
        inside(police, outcomes.say, case, code)
    codes = [Outcome.OPENED, Outcome.VICTIM_SAFEGUARDED, Outcome.CHARGED, Outcome.CONVICTED]
    assert told(platform, report) == codes
    assert told(hotline, forward.arrived) == codes
    assert (fresh(case).outcome, fresh(case).safeguarded) == (Outcome.CONVICTED, True)


def test_a_report_that_joins_a_case_hears_that_and_how_far_it_came(hotline, police):
    case = make_case(police)
    inside(police, outcomes.say, case, Outcome.VICTIM_SAFEGUARDED)
    inside(police, outcomes.say, case, Outcome.CHARGED)
    (forward,) = send(hotline, arrive(hotline), police)
    inside(police, case_links.join_report, case, forward.arrived)
    assert told(hotline, forward.arrived) == [Outcome.JOINED, Outcome.VICTIM_SAFEGUARDED, Outcome.CHARGED]


def test_a_silent_case_tells_nobody_until_its_day_and_then_everything_in_order(hotline, police):
    (forward,) = send(hotline, arrive(hotline), police)
    until = timezone.localdate() + timedelta(days=10)
    case = make_case(police, reports=[forward.arrived], silent_until=until)
    for code in (Outcome.CHARGED, Outcome.VICTIM_SAFEGUARDED):
        inside(police, outcomes.say, case, code)
    assert told(hotline, forward.arrived) == []
    with viewing(police.organisation.id):
        assert queries.waiting(police).silent.count == 1
    assert outcomes.end_silences(until - timedelta(days=1)) == 0
    assert outcomes.end_silences(until) == 1
    assert told(hotline, forward.arrived) == [Outcome.OPENED, Outcome.CHARGED, Outcome.VICTIM_SAFEGUARDED]
    assert outcomes.end_silences(until) == 0
    assert not Said.everywhere.filter(told_at=None).exists()


def test_a_silence_can_be_ended_before_its_day_and_not_begin_in_the_past(hotline, police):
    (forward,) = send(hotline, arrive(hotline), police)
    case = make_case(police, reports=[forward.arrived], silent_until=timezone.localdate() + timedelta(days=10))
    for day in (0, -1, 400):
        with pytest.raises(Refusal):
            inside(police, outcomes.silence, case, timezone.localdate() + timedelta(days=day))
    inside(police, outcomes.speak, case)
    assert told(hotline, forward.arrived) == [Outcome.OPENED]
    with pytest.raises(Refusal):
        inside(police, outcomes.speak, case)


def test_nothing_is_said_before_its_time(police):
    case = make_case(police)
    for code in (Outcome.CONVICTED, Outcome.OPENED, Outcome.IN_PROGRESS):
        with pytest.raises(Refusal):
            inside(police, outcomes.say, case, code)


# Hand-over -----------------------------------------------------------------------------------------------------------


def test_what_people_wrote_goes_along_and_the_work_stays(police, abroad):
    case = make_case(police)
    furnish(police, case)
    one = hand(police, case, abroad)
    copy = one.arrived
    assert (fresh(case).state, copy.state) == (State.HANDED_OVER, State.ARRIVED)
    for model, n in ((Party, 1), (Statement, 2), (Held, 2), (Task, 0)):
        assert model.everywhere.filter(case=copy).count() == n
    with viewing(abroad.organisation.id):
        seen = sheet(abroad, fresh(copy), WHY)
    assert [told.words for told in seen.parties] == ["K-2031-0042"]
    assert seen.came is not None
    assert not {police.person.pk} & {row.row.author_id for row in seen.statements}
    inside(abroad, handovers.accept, copy)
    assert fresh(copy).lead_id == abroad.person.pk
    with viewing(police.organisation.id):
        assert [h.answer for h in handover_queries.handovers_of(police, case)] == [Answer.ACCEPTED]


@pytest.mark.once
@pytest.mark.parametrize("why", [DropReason.NOT_OURS, DropReason.HAVE_IT])
def test_a_drop_is_visible_as_such_and_the_case_is_worked_on_again(police, abroad, why):
    case = make_case(police)
    furnish(police, case)
    one = hand(police, case, abroad)
    inside(abroad, handovers.drop, one.arrived, why)
    one.refresh_from_db()
    assert (one.answer, one.dropped_for) == (Answer.DROPPED, why)
    assert fresh(case).state == State.WORKING
    assert fresh(one.arrived).state == State.DROPPED
    with viewing(police.organisation.id):
        assert queries.waiting(police).dropped.count == 1
    assert not Statement.everywhere.filter(case=one.arrived).exists(), "what came along is gone there"
    assert not of_record(one.arrived).exists()
    with viewing(abroad.organisation.id):
        assert sheets.find(Case, case.pk) is None, "and they see the sender's no more"
    hand(police, case, abroad)  # and it may be tried again


def test_what_came_of_it_there_comes_back_and_goes_home(hotline, police, abroad):
    (forward,) = send(hotline, arrive(hotline), police)
    case = make_case(police, reports=[forward.arrived])
    one = hand(police, case, abroad)
    inside(abroad, handovers.accept, one.arrived)
    inside(abroad, outcomes.say, one.arrived, Outcome.OPENED)
    for code in (Outcome.VICTIM_SAFEGUARDED, Outcome.CHARGED, Outcome.CONVICTED):
        inside(abroad, outcomes.say, one.arrived, code)
    one.refresh_from_db()
    assert (one.outcome, one.safeguarded) == (Outcome.CONVICTED, True)
    assert told(hotline, forward.arrived) == [
        Outcome.OPENED,
        Outcome.PASSED_ON,
        Outcome.VICTIM_SAFEGUARDED,
        Outcome.CHARGED,
        Outcome.CONVICTED,
    ]


@pytest.mark.parametrize("accepted", [False, True])
def test_taking_back_erases_what_nobody_accepted_and_else_asks_them(police, abroad, accepted):
    case = make_case(police)
    one = hand(police, case, abroad)
    if accepted:
        inside(abroad, handovers.accept, one.arrived)
    assert inside(police, handovers.take_back, case) is not accepted
    assert fresh(case).state == State.WORKING
    assert Case.everywhere.filter(pk=one.arrived_id).exists() == accepted
    with viewing(abroad.organisation.id):
        ((release, copy),) = recall_queries.read_recalls(abroad)
        assert (copy is not None) == accepted
        recalls.acknowledge(abroad, WHY, release.pk, Case.KIND, keep=accepted)
        assert recall_queries.read_recalls(abroad) == []
    with pytest.raises(Refusal):
        inside(police, handovers.take_back, case)


def test_a_copy_ends_with_its_release_at_the_latest(police, abroad):
    case = make_case(police)
    one = hand(police, case, abroad)
    last = timezone.localtime(one.release.expires_at).date()
    assert one.arrived.review_date <= last
    with pytest.raises(Refusal):
        inside(abroad, retention.prolong, one.arrived, last + timedelta(days=1))


def test_whoever_edits_while_it_is_handed_over_gets_a_clear_answer(police, abroad):
    case = make_case(police)
    version = case.version
    hand(police, case, abroad)
    with pytest.raises(Refusal, match="Handed over"):
        inside(police, actions.edit, case, version=version, reference="J-1", lead=police.person, urgent=False)
    with pytest.raises(Refusal, match="Handed over"):
        furnish(police, case)


def test_an_older_version_is_not_handed_over(police, abroad):
    case = make_case(police)
    inside(police, actions.edit, case, version=case.version, reference="J-1", lead=police.person, urgent=False)
    with pytest.raises(Stale):
        inside(
            police,
            handovers.hand_over,
            case,
            abroad.organisation.id,
            terms(Handling.AMBER, timezone.now() + timedelta(days=9), GROUND),
            version=case.version,
        )
    assert not Release.everywhere.filter(kind="case").exists()


# Everything in any order ---------------------------------------------------------------------------------------------


class Lives(RuleBasedStateMachine):
    """Two desks and a hotline; cases opened, said of, merged, handed over, dropped, taken back, erased in any order."""

    @initialize()
    def begin(self) -> None:
        self.hotline = desk()
        self.desks = [desk(OrganisationKind.POLICE), desk(OrganisationKind.POLICE)]
        self.histories: dict[int, list[str]] = {}

    def cases(self, viewer):
        return list(Case.everywhere.filter(organisation=viewer.organisation).order_by("opened_at", "pk"))

    def attempt(self, act, viewer, *args, **more):
        try:
            inside(viewer, act, *args, **more)
        except Refusal:
            return

    @rule(who=st.integers(0, 1), from_report=st.booleans(), silent=st.booleans())
    def open(self, who, from_report, silent):
        reports = []
        if from_report:
            report = arrive(self.hotline, url=f"https://host.example/{uuid4()}")
            (forward,) = send(self.hotline, report, self.desks[who])
            reports = [forward.arrived]
        until = timezone.localdate() + timedelta(days=5) if silent else None
        make_case(self.desks[who], reports=reports, silent_until=until)

    @rule(who=st.integers(0, 1), n=st.integers(0, 9), code=st.sampled_from(Outcome))
    def say(self, who, n, code):
        for case in self.cases(self.desks[who])[n : n + 1]:
            self.attempt(outcomes.say, self.desks[who], case, code)

    @rule(who=st.integers(0, 1), n=st.integers(0, 9))
    def register(self, who, n):
        for case in self.cases(self.desks[who])[n : n + 1]:
            self.attempt(evidence.register, self.desks[who], case, Kind.OTHER, Facts(description="Synthetic"))

    @rule(who=st.integers(0, 1), n=st.integers(0, 9), to=st.sampled_from([happened.RECEIVED, happened.MOVED]))
    def handle(self, who, n, to):
        mine = Evidence.everywhere.filter(organisation=self.desks[who].organisation).order_by("created_at", "pk")
        for one in mine[n : n + 1]:
            try:
                self.attempt(evidence.happen, self.desks[who], one, to, evidence.Said("a desk", "a store", "Store 4"))
            except Refusal:
                continue

    @rule(who=st.integers(0, 1), n=st.integers(0, 9))
    def pass_over(self, who, n):
        for case in self.cases(self.desks[who])[n : n + 1]:
            try:
                hand(self.desks[who], case, self.desks[1 - who])
            except Refusal:
                continue

    @rule(who=st.integers(0, 1), n=st.integers(0, 9), takes=st.booleans())
    def answer(self, who, n, takes):
        for case in self.cases(self.desks[who])[n : n + 1]:
            act, more = (handovers.accept, ()) if takes else (handovers.drop, (DropReason.NO_CAPACITY,))
            self.attempt(act, self.desks[who], case, *more)

    @rule(who=st.integers(0, 1), n=st.integers(0, 9))
    def take_back(self, who, n):
        for case in self.cases(self.desks[who])[n : n + 1]:
            self.attempt(handovers.take_back, self.desks[who], case)

    @rule(who=st.integers(0, 1), n=st.integers(0, 9), event=st.sampled_from(sorted(actions.MOVES)))
    def move(self, who, n, event):
        for case in self.cases(self.desks[who])[n : n + 1]:
            self.attempt(actions.move, self.desks[who], case, Event(event), version=case.version)

    @rule(who=st.integers(0, 1), a=st.integers(0, 4), b=st.integers(0, 4), joins=st.booleans())
    def merge(self, who, a, b, joins):

        found = self.cases(self.desks[who])
        if max(a, b) < len(found) and joins:
            self.attempt(merges.merge, self.desks[who], found[a], found[b], version=found[a].version)
        elif a < len(found):
            self.attempt(merges.separate, self.desks[who], found[a])

    @rule()
    def night(self):
        outcomes.end_silences(timezone.localdate() + timedelta(days=5))
        erase_people()
        retention.expire(RETENTION)

    @invariant()
    def what_was_said_is_never_taken_back(self):
        for forward in Forward.everywhere.all() if hasattr(self, "desks") else ():
            now = [one.outcome for one in Told.everywhere.filter(forward=forward).order_by("id")]
            before = self.histories.get(forward.pk, [])
            assert now[: len(before)] == before
            self.histories[forward.pk] = now
            codes = [Outcome(code) for code in now]
            for n, code in enumerate(codes):
                assert reached(codes[:n]) <= RULES[code].until
            assert forward.safeguarded == (Outcome.VICTIM_SAFEGUARDED in codes)

    @invariant()
    def every_chain_is_whole_and_goes_on_from_one_that_was(self):
        for one in Evidence.everywhere.all() if hasattr(self, "desks") else ():
            links = chain.links(one)
            assert chain.breaks(one, links) == []
            before = links[0].event["said"].get("before")
            assert (one.held == "awaited") <= (before is not None)
            there = before and Evidence.everywhere.filter(pk=before["evidence"]).first()
            if there:  # the sender's may have been erased since
                assert chain.links(there)[before["events"] - 1].hash == before["hash"]

    @invariant()
    def no_case_lies_nowhere(self):
        """Handed over means that somebody else has it or has yet to answer; never that both let it go."""
        for case in Case.everywhere.filter(state=State.HANDED_OVER):
            waiting = Handover.everywhere.filter(case=case, answer__in=["", Answer.ACCEPTED]).first()
            assert waiting is not None
            if not waiting.answer:
                assert waiting.arrived.state == State.ARRIVED
        for case in Case.everywhere.filter(state=State.MERGED):
            assert case.merged_into.state in {*OPEN, State.MERGED, State.CLOSED, State.HANDED_OVER}


@pytest.mark.slow
def test_the_lives_of_cases():
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=set(Phase) - {Phase.shrink, Phase.explain},
        ),
    )


def test_a_case_does_not_meet_those_that_it_came_from_and_still_meets_others(police, abroad):
    """Both sides of a hand-over know of each other: that they work on the same tells nobody anything."""
    case, third = make_case(police), make_case(desk(OrganisationKind.POLICE))
    furnish(police, case)
    one = hand(police, case, abroad)
    inside(abroad, handovers.accept, one.arrived)
    held = Held.everywhere.get(case=one.arrived, kind="email")
    inside(abroad, identifiers.remove, one.arrived, held)
    inside(abroad, identifiers.add, one.arrived, email())
    assert not Meeting.everywhere.exists()
    with viewing(third.organisation_id):
        identifiers.add(viewer_for(make_person(Role.INVESTIGATOR, third.organisation)), WHY, third, email())
    assert Meeting.everywhere.count() == 2
