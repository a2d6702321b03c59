"""Lists that follow wishes: on them is what survivors wish and a person confirmed, and nothing else of a wish."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.node.factories import make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.victims.factories import FINDING, make_desk, make_series

from vaern.arrivals import Arrival, File, Location
from vaern.matching import List, Matcher, build_package
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base import standing
from vaern.node.lists.base.disk import aside_of, folder_of
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.models import EntryRecall, HashList, ListEntry, RecallEffect
from vaern.node.lists.recalls import tracing
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import MATCHED, EntryState
from vaern.node.lists.rules.lists import Holds, Purpose, Wishes
from vaern.node.lists.rules.survivors import Step, signals_now, step
from vaern.node.lists.survivors import following
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.assessment.retraction import undo
from vaern.node.reports.intake.lists import known
from vaern.node.reports.models import Desk, Hold, Report
from vaern.node.reports.models import Location as Place
from vaern.node.reports.rules.exposure import Extent
from vaern.node.victims.models import Confirmation, Wish
from vaern.node.victims.rules.wishes import PDQ_BYTES, Told
from vaern.node.victims.wishes import actions as wishes
from vaern.node.victims.wishes.hits import look_everywhere, look_for
from vaern.records import Entry, Signal

pytestmark = pytest.mark.django_db(transaction=True)
NUMBERS = count(1)
LOOKED = Judgement(True, extent=Extent.WHOLE, files=1)
SIGNALS = [digest(str(number)) for number in range(4)]


class World:
    """A hotline to which survivors write, with an analyst, a curator and a list that follows its wishes."""

    def __init__(self) -> None:
        self.hotline = make_organisation(OrganisationKind.HOTLINE)
        self.police = make_desk()
        self.curator = curator(organisation=self.hotline)
        self.lookers = {desk.pk: viewer_for(make_person(Role.ANALYST, desk)) for desk in (self.hotline, self.police)}
        Desk.everywhere.create(organisation=self.hotline, public_name=f"line-{next(NUMBERS)}")
        self.name = f"wished-{next(NUMBERS)}"
        self.list = make_list(
            self.curator, self.name, purpose="survivors", licence="SURVIVORS-1", basis="consent", wishes=Wishes.OWN
        )

    def wish(self, *signals: Signal, desk: Any = None) -> Wish:
        """Let a survivor send hashes, and the job run that looks for them."""
        sent = [(one.kind, one.value) for one in signals]
        made = wishes.send(desk or self.hotline, f"{next(NUMBERS):020}", sent, Told.NEVER)
        look_for(made.pk)
        return made

    def report(self, signal: Signal, desk: Any = None, url: str = "") -> Report:
        """Let a report of one file come in."""
        desk = desk or self.hotline
        place = Location(url=url) if url else None
        given = Arrival("api", files=(File(signals=(signal,), location=place),), reference=str(next(NUMBERS)))
        with viewing(desk.pk):
            return intake.receive(intake.anonymous(desk), FINDING, desk, given)[0]

    def look(self, report: Report) -> bool:
        """Let a person look at a report and conclude that it is an offence; return whether it waited for that."""
        if report.state != "arrived":
            return False
        with viewing(report.organisation_id):
            assess(self.lookers[report.organisation_id], FINDING, report, LOOKED)
        return True

    def take_back(self, report: Report) -> None:
        """Let that person take the conclusion back."""
        with viewing(report.organisation_id):
            undo(self.lookers[report.organisation_id], FINDING, Report.everywhere.get(pk=report.pk))

    def waiting(self) -> list[Any]:
        """The jobs that acts let wait, the oldest first."""
        names = ["lists.survivors.follow", "lists.survivors.follow_all"]
        return list(ProcrastinateJob.objects.filter(task_name__in=names, status="todo").order_by("pk"))

    def run(self, job: Any) -> None:
        """Run a job that waits."""
        if "wishes" in job.args:
            following.follow(job.args["wishes"])
        else:
            following.bring(job.args["list"])
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")

    def jobs(self) -> int:
        """Run the jobs that wait, each once; return how many there were."""
        found = self.waiting()
        for job in found:
            self.run(job)
        return len(found)

    def matched(self) -> dict[str, set[Signal]]:
        """What the list says by wish, of the entries that are matched."""
        rows = ListEntry.everywhere.filter(list=self.list, state__in=[state.value for state in MATCHED])
        return {row.ident: set(row.record.signals) for row in rows}

    def on_disk(self, *signals: Signal) -> list[str]:
        """Which entry the list on disk matches for each of some signals, "" for none."""
        found = Matcher([List.open(folder_of(self.name))]).match_signals(signals)
        return [answer.matches[0].entry if answer.matches else "" for answer in found]


# What becomes of an entry, without a database.

STATES = st.sampled_from([None, *EntryState])
FLAGS = {"gone": st.booleans(), "recalled_here": st.booleans(), "same": st.booleans()}
SOME = st.lists(st.sampled_from(SIGNALS), unique=True)


@given(SOME, SOME, st.booleans())
def test_in_silence_nothing_new_is_told_and_what_is_taken_back_goes(
    confirmed: list[Signal], before: list[Signal], silent: bool
):
    now = signals_now(confirmed, before, silent=silent)
    assert set(now) == (set(confirmed) & set(before) if silent else set(confirmed))
    assert list(now) == [one for one in confirmed if one in now], "in the order in which they were sent"


@given(STATES, SOME, st.fixed_dictionaries(FLAGS))
def test_after_a_step_there_is_nothing_left_to_do(state: EntryState | None, signals: list[Signal], flags: dict):
    """What a step leads to, by hand; and that it is matched only if it has signals, and no person recalled it."""
    what = step(state, signals, **flags)
    then = {
        Step.ADD: EntryState.LIVE,
        Step.RECALL: EntryState.RECALLED,
        Step.REINSTATE: EntryState.LIVE,
        Step.END: EntryState.ENDED,
    }.get(what, state)
    assert step(then, signals, **{**flags, "same": True}) is Step.NOTHING
    if flags["gone"]:
        assert then in {None, EntryState.ENDED}
    elif state is not EntryState.ENDED:
        assert (then in MATCHED or then is EntryState.QUARANTINED) <= bool(signals)
        assert bool(signals) <= (then is not None)
        if then is EntryState.RECALLED and signals:
            assert flags["recalled_here"], "only a person keeps a confirmed wish off the list"


# The law: whatever happens in whatever order, the list is what is confirmed now.


class Interleavings(RuleBasedStateMachine):
    """Wishes, looks, ends and decisions of a curator, with jobs between them at any time; a few sets are the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.signals = [digest(f"{self.world.name} {number}") for number in range(2)]
        self.sent: dict[Wish, set[Signal]] = {}
        self.looks: dict[Report, Signal] = {}
        self.recalled: set[str] = set()
        self.aside: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.send({0, 1})
        self.report_and_look(0, elsewhere=False)

    @rule(numbers=st.sets(st.integers(0, 1), min_size=1))
    def send(self, numbers: set[int]) -> None:
        signals = [self.signals[number] for number in sorted(numbers)]
        self.sent[self.world.wish(*signals)] = set(signals)

    @rule(number=st.integers(0, 1), elsewhere=st.booleans())
    def report_and_look(self, number: int, elsewhere: bool) -> None:
        report = self.world.report(self.signals[number], self.world.police if elsewhere else None)
        if self.world.look(report):
            self.looks[report] = self.signals[number]

    @precondition(lambda self: self.looks)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        report = data.draw(st.sampled_from(sorted(self.looks, key=lambda one: one.code)))
        self.world.take_back(report)
        del self.looks[report]

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), erased=st.booleans())
    def end(self, data: st.DataObject, erased: bool) -> None:
        wish = data.draw(st.sampled_from(sorted(self.sent, key=lambda one: one.code)))
        if erased:
            with transaction.atomic():
                wishes.delete(Wish.everywhere.select_for_update().get(pk=wish.pk))
        else:
            wishes.end(wish.pk)
        del self.sent[wish]

    @rule(data=st.data(), what=st.sampled_from(["recall", "reinstate", "quarantine", "let_go"]))
    def decide(self, data: st.DataObject, what: str) -> None:
        rows = list(ListEntry.everywhere.filter(list=self.world.list).select_related("list").order_by("pk"))
        if not rows:
            return
        row, viewer = data.draw(st.sampled_from(rows)), self.world.curator
        with viewing(viewer.organisation.id):
            try:
                if what == "recall":
                    actions.recall(viewer, QUALITY, row, RecallReason.WRONG_HASH)
                else:
                    getattr(actions, what)(viewer, QUALITY, row)
            except Refusal:
                return
        here = self.recalled if what in {"recall", "reinstate"} else self.aside
        (here.discard if what in {"reinstate", "let_go"} else here.add)(row.ident)

    @precondition(lambda self: self.world.waiting())
    @rule(data=st.data())
    def job(self, data: st.DataObject) -> None:
        self.world.run(data.draw(st.sampled_from(self.world.waiting())))

    @rule()
    def night(self) -> None:
        look_everywhere()
        following.follow_everything()

    @rule()
    def settle(self) -> None:
        """By brute force, but for what a person took off the list; and the list on disk says the same."""
        self.world.jobs()
        confirmed = set(self.looks.values())
        due = {str(wish.pk): signals & confirmed for wish, signals in self.sent.items() if signals & confirmed}
        aside = ListEntry.everywhere.filter(list=self.world.list, state=EntryState.QUARANTINED.value)
        held = {*aside.values_list("ident", flat=True)}
        assert held <= self.aside & due.keys(), "the node puts nothing aside, and keeps nothing there"
        held |= self.recalled
        expected = {ident: signals for ident, signals in due.items() if ident not in held}
        assert self.world.matched() == expected
        hits = self.world.on_disk(*self.signals)
        told = {one for signals in expected.values() for one in signals}
        assert {one for one, hit in zip(self.signals, hits, strict=True) if hit} == told
        assert following.follow_everything() == 0, "the acts told of everything, and again it changes nothing"

    def teardown(self) -> None:
        self.settle()


@pytest.mark.once
def test_whatever_happens_in_whatever_order_the_list_is_what_is_confirmed_now():
    run_state_machine_as_test(
        Interleavings,
        settings=hypothesis_settings(
            max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


# What each of these means, one at a time.


def test_an_act_tells_by_itself_which_wishes_changed():
    """Without a night: the jobs that commit with the acts are enough."""
    world = World()
    one, two = digest("one"), digest("two")
    wish, other = world.wish(one), world.wish(two)
    report = world.report(one)
    assert world.matched() == {}, "unverified: whoever sends hashes may be anybody"
    world.look(report)
    assert world.jobs() > 0
    assert world.matched() == {str(wish.pk): {one}}
    world.look(world.report(two, world.police))
    world.jobs()
    assert world.on_disk(one, two) == [str(wish.pk), str(other.pk)]
    world.take_back(report)
    world.jobs()
    wishes.end(other.pk)
    world.jobs()
    assert world.on_disk(one, two) == ["", ""]


def test_an_entry_has_the_hashes_as_sent_the_terms_of_the_list_and_nothing_else_of_a_wish():
    world = World()
    sent = (digest("a"), Signal("pdq", bytes(range(PDQ_BYTES))), digest("a", "md5"))
    wish = world.wish(*sent)
    desk = viewer_for(make_person(Role.IDENTIFIER, world.hotline))
    with viewing(world.hotline.pk):
        wishes.note(desk, FINDING, wish, "child house 2031-4", make_series(world.hotline, code="SERIES-77"))
    for signal in sent:
        world.look(world.report(signal))
    world.jobs()
    (row,) = ListEntry.everywhere.filter(list=world.list)
    wish.refresh_from_db()
    said = row.record
    assert (said.id, said.signals) == (str(wish.pk), sent)
    assert (said.basis, said.source, said.licence, said.series, said.extra) == (
        "consent",
        world.hotline.name,
        "",
        "",
        {},
    )
    assert [(vote.organisation, vote.view, vote.at, vote.reason) for vote in said.votes] == [
        (world.hotline.name, "independent", "", "")
    ]
    for secret in (b"2031-4", b"SERIES-77", wish.code.encode(), bytes(wish.receipt)):
        assert secret not in bytes(row.body)


def test_who_looked_elsewhere_stands_in_no_entry():
    world = World()
    world.wish(digest("a"))
    world.look(world.report(digest("a"), world.police))
    world.jobs()
    (row,) = ListEntry.everywhere.filter(list=world.list)
    assert [(vote.organisation, vote.view) for vote in row.record.votes] == [(world.hotline.name, "inherited")]
    assert world.police.name.encode() not in bytes(row.body)


def test_wishes_that_came_to_another_desk_are_not_followed():
    world = World()
    world.wish(digest("a"), desk=world.police)
    world.look(world.report(digest("a")))
    world.jobs()
    assert following.follow_everything() == 0
    assert world.matched() == {}


def test_what_a_list_alone_confirms_is_told_to_nobody(settings: Any):
    """Else whoever sends wishes, and is matched against this list, would learn what stands on lists of the police."""
    world = World()
    wish = world.wish(digest("a"))
    build_package(settings.LISTS / "police", [Entry("x", (digest("a"),))], name="police", release="1")
    look_everywhere()
    assert Confirmation.everywhere.filter(watched__wish=wish, list="police").exists()
    world.jobs()
    assert following.follow_everything() == 0
    assert world.matched() == {}


def test_the_list_confirms_no_wish_and_is_no_knowledge_of_a_desk(settings: Any):
    """Else an entry would outlive the look that it rests on, and nobody would search for the child any more."""
    world = World()
    wish = world.wish(digest("a"))
    report = world.report(digest("a"))
    world.look(report)
    world.jobs()
    assert world.on_disk(digest("a")) == [str(wish.pk)]
    assert [one.matches for one in known([File(signals=(digest("a"),))])] == [()]
    look_everywhere()
    assert not Confirmation.everywhere.exclude(list="").exists()
    world.take_back(report)
    look_everywhere()
    world.jobs()
    assert world.on_disk(digest("a")) == [""]


def test_a_withdrawn_confirmation_is_a_recall_that_reaches_whoever_has_the_list():
    world = World()
    wish = world.wish(digest("a"))
    report = world.report(digest("a"))
    platform = make_organisation(OrganisationKind.PLATFORM)
    with viewing(world.hotline.pk):
        until = timezone.now() + timedelta(days=30)
        actions.release(world.curator, QUALITY, world.list, [platform.pk], terms(Handling.AMBER, until))
    world.look(report)
    world.jobs()
    world.take_back(report)
    world.jobs()
    made = EntryRecall.everywhere.get(list=world.list)
    assert (made.ident, made.by_source, made.why) == (str(wish.pk), True, RecallReason.WITHDRAWN.value)
    tracing.trace(made.pk)
    assert [one.organisation for one in RecallEffect.everywhere.filter(recall=made)] == [platform]
    row = ListEntry.everywhere.select_related("list").get(list=world.list)
    assert row.record.signals == (), "what is no longer confirmed is not kept"
    with viewing(world.hotline.pk), pytest.raises(Conflict, match="by itself"):
        actions.reinstate(world.curator, QUALITY, row)
    world.look(world.report(digest("a"), world.police))
    world.jobs()
    made.refresh_from_db()
    assert made.ended_at is not None
    assert world.on_disk(digest("a")) == [str(wish.pk)]


def test_of_a_wish_that_ended_nothing_is_kept_and_no_ledger_says_that_it_was_confirmed():
    """Its row goes once no list on disk has it. The ledger is as long as after the end of one that nobody confirmed."""
    lengths = []
    for confirmed in (True, False):
        world = World()
        wish = world.wish(digest(world.name))
        if confirmed:
            world.look(world.report(digest(world.name)))
            world.jobs()
        before = LedgerEntry.objects.count()
        wishes.end(wish.pk)
        world.jobs()
        lengths.append(LedgerEntry.objects.count() - before)
        assert world.on_disk(digest(world.name)) == [""]
        assert [bytes(row.body) for row in ListEntry.everywhere.filter(list=world.list)] == [b""] * confirmed
        standing.follow_behind()
        end_entries()
        assert not ListEntry.everywhere.filter(list=world.list).exists()
        assert not EntryRecall.everywhere.filter(list=world.list).exists()
        assert not List.open(aside_of(world.name)).by_id(str(wish.pk))
    assert lengths[0] == lengths[1]


def test_while_the_police_hold_a_place_nothing_new_goes_on_the_list():
    world = World()
    wish = world.wish(digest("a"), digest("b"))
    world.look(world.report(digest("a")))
    world.jobs()
    later = world.report(digest("b"), url="https://a.example/b")
    world.look(later)
    hold = Hold.everywhere.create(
        location=Place.everywhere.get(report=later),
        organisation=world.police,
        owner=make_person(Role.INVESTIGATOR, world.police),
        words=b"",
        started_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=1),
    )
    following.follow_everything()
    assert world.matched() == {str(wish.pk): {digest("a")}}
    Hold.everywhere.filter(pk=hold.pk).update(ended_at=timezone.now())
    following.follow_everything()
    assert world.matched() == {str(wish.pk): {digest("a"), digest("b")}}


def test_nothing_is_added_by_hand_and_the_page_says_what_the_list_follows(client: Any):
    world = World()
    world.wish(digest("a"))
    world.look(world.report(digest("a")))
    world.jobs()
    with pytest.raises(Conflict, match="follows what survivors wish"):
        add(world.curator, world.list, entry_of("by hand"))
    with viewing(world.hotline.pk), pytest.raises(Conflict, match="follows what survivors wish"):
        intakes.begin(world.curator, QUALITY, world.list, 9, whole=True)
    sign_in(client, world.curator.person)
    for name in ("add-entry", "send"):
        refused = client.get(reverse(f"lists:{name}", args=[world.list.pk]), follow=True)
        assert "This list follows what survivors wish" in refused.content.decode(), name
    session = client.session
    session[IN_SESSION] = {f"list:{world.list.pk}": ["list_quality", ""]}
    session.save()
    page = client.get(reverse("lists:list", args=[world.list.pk])).content.decode()
    assert "1 confirmed wish is an entry now" in page
    assert reverse("lists:add-entry", args=[world.list.pk]) not in page
    assert len(world.matched()) == 1


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"purpose": "known", "licence": "L"}, "purpose"),
        ({"purpose": "adults", "licence": "L"}, "purpose"),
        ({"purpose": "survivors", "holds": "domains", "licence": "L"}, "holds"),
        ({"purpose": "survivors", "licence": ""}, "licence"),
    ],
)
def test_such_a_list_means_what_survivors_wish_and_has_a_licence_of_its_own(given_: dict[str, str], field: str):
    with pytest.raises(Refusal) as refused:
        make_list(curator(), wishes=Wishes.OWN, **given_)
    assert refused.value.field == field
    assert not HashList.everywhere.exists()


def test_its_licence_cannot_be_taken_away():
    world = World()
    with viewing(world.hotline.pk), pytest.raises(Refusal) as refused:
        actions.change_terms(world.curator, QUALITY, world.list, actions.ListTerms("Without"))
    assert refused.value.field == "licence"


@pytest.mark.parametrize("columns", [{"purpose": Purpose.KNOWN.value}, {"holds": Holds.DOMAINS.value}, {"wishes": "x"}])
def test_the_database_takes_no_other_list_that_follows_wishes(columns: dict[str, str]):
    world = World()
    with pytest.raises(IntegrityError), transaction.atomic():
        HashList.everywhere.filter(pk=world.list.pk).update(**columns)


def test_a_list_that_is_made_later_has_what_was_confirmed_before():
    world = World()
    wish = world.wish(digest("a"))
    world.look(world.report(digest("a")))
    later = make_list(world.curator, "later", purpose="survivors", licence="L", wishes=Wishes.OWN)
    waiting = ProcrastinateJob.objects.filter(task_name="lists.survivors.follow_all", args__list=str(later.pk))
    assert waiting.count() == 1
    assert following.bring(later.pk) == 1
    assert [row.ident for row in ListEntry.everywhere.filter(list=later)] == [str(wish.pk)]
