"""The whole life of reports, walked in any order by several people: nothing is lost, shown, held or told wrongly."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.node.factories import terms
from tests.node.reports import lives

from vaern.arrivals import Arrival, File, Location
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.recalls import actions as recalls
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports import models
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment import confirmations, decisions, retraction
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import known
from vaern.node.reports.desk import actions as desk
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.ending.retention import RETENTION, erase_links
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.law import lapses
from vaern.node.reports.models import Forward, Notice, Report
from vaern.node.reports.models.assessment import ACTIONS
from vaern.node.reports.public import actions as public
from vaern.node.reports.rules.assessments import PLACES as VIEWS
from vaern.node.reports.rules.locations import LONGEST_HOLD, LocationState
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import actions as takedown
from vaern.node.reports.takedown import blocks, corrections, hosts, notices, portal
from vaern.node.reports.takedown import holds as police_holds
from vaern.node.reports.takedown.tracers import Traced
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.viewers import Viewer

WHY = Reason(Why.OTHER, "a walk through everything")
PEOPLE = st.sampled_from(["first", "second", "third", "first", "second", "other"])
"""Of the desk that owns the thing, or of the other desk."""

DESKS = st.sampled_from(["ada", "dag"])
PLACES = [f"https://host{n}.example/synthetic" for n in range(3)]


def alike(number: int) -> tuple[File, ...]:
    """Files that differ by number, and look alike; none for 0."""
    look = bytes(range(1, 32)) + bytes([number])
    return (File(signals=(Signal("sha256", bytes([number]) * 32), Signal("pdq", look))),) if number else ()


class Lives(RuleBasedStateMachine):
    """One node with a few desks; which reports arrived is kept beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @initialize()
    def begin(self) -> None:
        lives.start_log()
        self.people = lives.people()
        self.arrived: set[Any] = set()
        for number, to in enumerate(["ada", "ada", "ada", "dag"]):
            self.bring(to, Location(url=PLACES[number % 2]), danger=number == 0, files=alike(1 + number))
        self.hosts = {
            name: hosts.keep(self.people[name], None, kind="host", name="H", abuse="abuse@host.example")
            for name in ("ada", "dag")
        }

    def teardown(self) -> None:
        try:
            if hasattr(self, "arrived"):
                self.no_hold_lasts_for_ever()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # What people do ---------------------------------------------------------------------------------------------------

    @rule(
        desk=DESKS,
        place=st.sampled_from(PLACES),
        sender=st.sampled_from(["platform", "public"]),
        danger=st.sampled_from([None, True]),
        file=st.integers(0, 3),
        ground=st.sampled_from(["", "no-such-ground"]),
    )
    def arrive(self, desk: str, place: str, sender: str, danger: bool | None, file: int, ground: str) -> None:
        self.bring(desk, Location(url=place), danger=danger, files=alike(file), sender=sender, ground=ground)

    def bring(
        self,
        desk: str,
        place: Location,
        *,
        danger: bool | None = None,
        files: tuple[File, ...] = (),
        sender: str = "platform",
        ground: str = "",
    ) -> None:
        to = self.people[desk].organisation
        arrival = Arrival(
            "api" if sender == "platform" else "public",
            danger_now=danger,
            locations=(place,),
            files=files,
            legal_ground=ground if sender == "platform" else "",
        )
        with self.writing(), viewing(to.id):
            if sender == "platform":
                by = self.people["platform"]
                intake.receive(by, WHY, to, arrival, sender=by.organisation, synthetic=True)
            else:
                report, _made = intake.receive(intake.anonymous(to), WHY, to, arrival, synthetic=True)
                models.Receipt.everywhere.get_or_create(report=report, defaults={"digest": report.pk.bytes * 2})

    @rule(who=PEOPLE, data=st.data(), words=st.sampled_from(["words", "more words"]), danger=st.booleans())
    def talk(self, who: str, data: st.DataObject, words: str, danger: bool) -> None:
        def answer(viewer: Viewer, report: Report) -> object:
            return public.answer(viewer, WHY, report, words)

        if report := self.a_report(data):
            self.do(lambda _v, r: public.add_words(r.pk, words, danger=danger), who, report)
            self.do(answer, who, report)

    @rule(who=PEOPLE, data=st.data(), what=st.sampled_from(["claim", "give_back", "separate", "finish", "reopen"]))
    def work(self, who: str, data: st.DataObject, what: str) -> None:
        if report := self.a_report(data):
            module = closing if what in {"finish", "reopen"} else desk
            self.do(lambda v, r: getattr(module, what)(v, WHY, r), who, report)

    @rule(who=PEOPLE, data=st.data())
    def set_aside(self, who: str, data: st.DataObject) -> None:
        if (report := self.a_report(data)) and (other := self.a_report(data)):
            self.do(lambda v, r: desk.set_aside(v, WHY, r, other), who, report)

    @rule(who=PEOPLE, data=st.data(), acts=st.booleans(), doubtful=st.booleans())
    def judge(self, who: str, data: st.DataObject, acts: bool, doubtful: bool) -> None:
        if report := self.a_report(data):
            self.do(lambda v, r: assess(v, WHY, r, Judgement(acts, doubtful=doubtful)), who, report)

    @rule(who=PEOPLE, data=st.data(), acts=st.booleans(), at_once=st.sampled_from([True, True, False]))
    def undo(self, who: str, data: st.DataObject, acts: bool, at_once: bool) -> None:
        """Take a view back; one that was given just now leaves everything where it was."""
        if not (report := self.a_report(data, *(VIEWS if at_once else ()))):
            return
        was = lives.concluded(report)
        if at_once:
            self.do(lambda v, r: assess(v, WHY, r, Judgement(acts)), who, report)
        given = lives.concluded(report)
        self.do(lambda v, r: retraction.undo(v, WHY, r), who, report)
        if given != was:
            assert given.state == "legal_review" or lives.concluded(report) == was

    @rule(who=PEOPLE, data=st.data(), same=st.booleans(), waits=st.sampled_from([True, True, True, False]))
    def say_same(self, who: str, data: st.DataObject, same: bool, waits: bool) -> None:
        found = [one for one in models.Item.everywhere.order_by("pk") if known.waits(one) == waits]
        if found and (item := data.draw(st.sampled_from(found))):
            self.do(lambda v, one: confirmations.say_same(v, WHY, one.report, one.number, same=same), who, item)

    @rule(who=PEOPLE, data=st.data(), reopens=st.booleans())
    def correct(self, who: str, data: st.DataObject, reopens: bool) -> None:
        if location := self.a_location(data):
            if reopens:
                self.do(lambda v, where: closing.reopen(v, WHY, where.report), who, location)
            self.do(lambda v, where: corrections.correct(v, WHY, where), who, location)

    @rule(who=PEOPLE, data=st.data(), what=st.sampled_from(["stop_for_law", "clear", "end"]))
    def law(self, who: str, data: st.DataObject, what: str) -> None:
        if report := self.a_report(data):
            words = "detect" if what == "stop_for_law" else "an invented provision allows it"
            self.do(lambda v, r: getattr(decisions, what)(v, WHY, r, words), who, report)

    @rule(who=PEOPLE, data=st.data(), police=st.booleans())
    def trace(self, who: str, data: st.DataObject, police: bool) -> None:
        if location := self.a_location(data):
            host = self.hosts[self.desk_of(location)]
            self.do(
                lambda v, where: takedown.trace(v, WHY, where, Traced(evidence="registry"), host=host), who, location
            )
            if police:
                self.do(lambda v, where: takedown.tell_police(v, WHY, where), who, location)

    @rule(who=PEOPLE, data=st.data(), what=st.sampled_from(["notify", "remind", "escalate"]))
    def tell_host(self, who: str, data: st.DataObject, what: str) -> None:
        if location := self.a_location(data):
            self.do(lambda v, where: getattr(notices, what)(v, WHY, where), who, location)

    @rule(who=PEOPLE, data=st.data(), hours=st.integers(1, 100))
    def hold(self, who: str, data: st.DataObject, hours: int) -> None:
        until = timezone.now() + timedelta(hours=hours)
        if location := self.a_location(data):
            self.do(lambda v, where: police_holds.hold(v, WHY, where, until, "time is needed"), who, location)

    @rule(data=st.data(), who=PEOPLE)
    def release_hold(self, data: st.DataObject, who: str) -> None:
        if location := self.a_location(data):
            self.do(lambda v, where: police_holds.release(v, WHY, where), who, location)

    @rule(data=st.data(), said=st.sampled_from(["removed", "moved", "need_more"]))
    def host_answers(self, data: st.DataObject, said: str) -> None:
        if (found := list(Notice.everywhere.order_by("sent_at", "pk"))) and (
            notice := data.draw(st.sampled_from(found))
        ):
            with self.writing():
                portal.answer(notice, said, moved_to="https://moved.example/" if said == "moved" else "", words="w")

    @rule(who=PEOPLE, data=st.data(), there=st.booleans(), hours=st.integers(0, 23))
    def look(self, who: str, data: st.DataObject, there: bool, hours: int) -> None:
        at = timezone.now() - timedelta(hours=hours)
        if location := self.a_location(data):
            self.do(lambda v, where: takedown.check(v, WHY, where, there, at), who, location)

    @rule(who=PEOPLE, data=st.data(), police=st.booleans(), gone=st.booleans())
    def go_far(self, who: str, data: st.DataObject, police: bool, gone: bool) -> None:
        """Take one report a long way at once, where single steps seldom lead."""
        if not (report := self.a_report(data)):
            return
        self.do(lambda v, r: assess(v, WHY, r, Judgement(actionable=True)), who, report)
        now, host = timezone.now(), self.hosts[self.desk_of(report)]
        for location in models.Location.everywhere.filter(report=report):
            self.do(lambda v, w: takedown.trace(v, WHY, w, Traced(evidence="registry"), host=host), who, location)
            if police:
                self.do(lambda v, where: takedown.tell_police(v, WHY, where), who, location)
            self.do(lambda v, where: notices.notify(v, WHY, where), who, location)
            for hours in (20, 10, 1) if gone else ():
                at = now - timedelta(hours=hours)
                self.do(lambda v, w, at=at: takedown.check(v, WHY, w, there=False, at=at), who, location)
        if gone:
            self.do(lambda v, r: closing.finish(v, WHY, r), who, report)

    @rule(who=PEOPLE, data=st.data(), what=st.sampled_from(["stop", "block"]))
    def give_up(self, who: str, data: st.DataObject, what: str) -> None:
        day = timezone.localdate() + timedelta(days=60)
        if location := self.a_location(data):
            if what == "stop":
                self.do(lambda v, where: takedown.stop(v, WHY, where), who, location)
            else:
                self.do(lambda v, where: blocks.block(v, WHY, where, "nothing else helped", day), who, location)

    @rule(who=PEOPLE, data=st.data(), to=DESKS, days=st.integers(1, 300))
    def forward(self, who: str, data: st.DataObject, to: str, days: int) -> None:
        until, recipient = timezone.now() + timedelta(days=days), self.people[to].organisation
        if report := self.a_report(data):
            self.do(
                lambda v, r: forwarding.forward(v, WHY, r, [recipient.id], terms(Handling.AMBER, until, "an accord")),
                who,
                report,
            )

    @rule(who=PEOPLE, data=st.data(), outcome=st.sampled_from(Outcome))
    def come_home(self, who: str, data: st.DataObject, outcome: Outcome) -> None:
        if report := self.a_report(data):
            self.do(lambda v, r: forwarding.return_outcome(v, WHY, r, outcome), who, report)

    @rule(who=PEOPLE, data=st.data(), keep=st.booleans(), acknowledges=st.booleans())
    def recall(self, who: str, data: st.DataObject, keep: bool, acknowledges: bool) -> None:
        found = list(Forward.everywhere.select_related("report", "release", "recipient").order_by("sent_at", "pk"))
        if not found:
            return
        one = data.draw(st.sampled_from(found))
        self.do(lambda v, f: forwarding.recall(v, WHY, f), who, one)
        if acknowledges:
            by = "ada" if one.recipient_id == self.people["ada"].organisation.id else "dag"
            self.do(lambda v, f: recalls.acknowledge(v, WHY, f.release_id, Report.KIND, keep=keep), by, one)

    @rule(who=PEOPLE, data=st.data(), days=st.integers(-1, 700), erases=st.booleans())
    def keep_or_erase(self, who: str, data: st.DataObject, days: int, erases: bool) -> None:
        day = timezone.localdate() + timedelta(days=days)
        if report := self.a_report(data):
            if erases:
                self.do(lambda v, r: retention.erase(v, WHY, r), who, report)
            else:
                self.do(lambda v, r: retention.prolong(v, WHY, r, day), who, report)

    @rule(action=st.sampled_from(ACTIONS), holds=st.booleans())
    def law_changes(self, action: str, holds: bool) -> None:
        """An action's ground lapses, or is there again; the night that follows looks at what is under work."""
        lapsed = None if holds else timezone.localdate() - timedelta(days=1)
        models.LegalGround.objects.filter(action=action).update(valid_to=lapsed)
        with self.writing():
            lapses.stop_lapsed()

    @rule(hours=st.integers(0, 400), days=st.sampled_from([0, 0, 0, 30, 200, 400]))
    def time_passes(self, hours: int, days: int) -> None:
        self.hold_began_earlier(timedelta(hours=hours))
        with self.writing():
            police_holds.release_due()
        with self.writing():
            notices.step_due(timezone.now() + timedelta(hours=hours))
        with self.writing():
            retention.expire(RETENTION, timezone.localdate() + timedelta(days=days))
            erase_links(timezone.localdate() + timedelta(days=days))

    # How it is done ---------------------------------------------------------------------------------------------------

    def a_report(self, data: st.DataObject, *states: State) -> Report | None:
        found = list(Report.everywhere.filter(state__in=states or State).order_by("created_at", "code"))
        return data.draw(st.sampled_from(found)) if found else None

    def a_location(self, data: st.DataObject) -> models.Location | None:
        found = list(models.Location.everywhere.order_by("item_id"))
        return data.draw(st.sampled_from(found)) if found else None

    def desk_of(self, thing: Any) -> str:
        """The first of the people whose desk something belongs to."""
        return "ada" if thing.organisation_id == self.people["ada"].organisation.id else "dag"

    def somebody(self, who: str, thing: Any) -> Viewer:
        names = {"ada": ["ada", "bo", "cem"], "dag": ["dag", "eva", "fay"]}
        desk = self.desk_of(thing)
        if who == "other":
            return self.people["dag" if desk == "ada" else "ada"]
        return self.people[names[desk][["first", "second", "third"].index(who)]]

    def do(self, act: Callable[[Viewer, Any], object], who: str, thing: Any) -> None:
        viewer = self.people[who] if who in self.people else self.somebody(who, thing)
        with self.writing(), viewing(viewer.organisation.id):
            act(viewer, thing)

    def writing(self) -> Writing:
        return Writing(self)

    def hold_began_earlier(self, span: timedelta) -> None:
        """Let time pass: what runs by the clock asks the real one, so the holds are moved and not the clock."""
        running = models.Hold.everywhere.filter(ended_at=None)
        running.update(started_at=F("started_at") - span, ends_at=F("ends_at") - span)

    # What always holds ------------------------------------------------------------------------------------------------

    @invariant()
    def no_report_is_lost(self) -> None:
        self.arrived |= set(Report.everywhere.values_list("pk", flat=True))
        assert lives.lost(self.arrived, [self.people["ada"], self.people["dag"]]) == []

    @invariant()
    def a_stranger_sees_nothing(self) -> None:
        some = Report.everywhere.order_by("-created_at").first()
        assert lives.shown_to_stranger(self.people["stranger"], some) == {}

    @invariant()
    def states_follow_the_tables(self) -> None:
        assert lives.wrong_moves() == []

    @invariant()
    def no_host_is_told_before_the_police_or_while_it_holds(self) -> None:
        told = Notice.everywhere.filter(organisation__in=models.Desk.everywhere.filter(police_first=True).values("pk"))
        early = told.filter(Q(location__police_told_at=None) | Q(location__police_told_at__gt=F("sent_at")))
        assert not early.exists()
        held = Notice.everywhere.filter(
            location__holds__started_at__lt=F("sent_at"), location__holds__ended_at__isnull=True
        ).filter(location__state=LocationState.NOTIFIED.value)
        assert not held.exists()

    @invariant()
    def what_stands_is_what_the_state_says(self) -> None:
        assert lives.wrong_conclusions() == []

    @invariant()
    def nobody_looks_away_from_what_is_only_alike(self) -> None:
        assert lives.wrongly_spared() == []

    @invariant()
    def who_was_told_that_it_does_not_stand_is_asked_for_nothing(self) -> None:
        asked = models.Location.everywhere.filter(state__in=["notified", "moved", "blocked"])
        assert not asked.exclude(pk__in=Notice.everywhere.filter(corrected_at=None).values("location")).exists()

    def no_hold_lasts_for_ever(self) -> None:
        self.hold_began_earlier(LONGEST_HOLD)
        police_holds.release_due()
        assert not models.Hold.everywhere.filter(ended_at=None).exists()
        assert not models.Location.everywhere.filter(state=LocationState.HELD.value).exists()


class Writing:
    """Something that is done: refused and without a trace, or done with its entry."""

    def __init__(self, walk: Lives) -> None:
        self.walk = walk

    def __enter__(self) -> None:
        self.before, self.entries = lives.digests(), Entry.objects.count()
        self.acted, self.waiting = lives.acted_without_ground(), lives.waiting_for_police()
        self.known = set(Report.everywhere.values_list("pk", flat=True))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        if kind is not None and not issubclass(kind, Refusal):
            return False
        self.walk.arrived |= self.known | set(Report.everywhere.values_list("pk", flat=True))
        after = lives.digests()
        changed = [table for table in after if after[table] != self.before[table]]
        if kind is not None:
            assert not changed, f"refused ({error}), and yet it changed {changed}"
        else:
            assert not changed or Entry.objects.count() > self.entries, f"{changed} changed without an entry"
            waiting = lives.waiting_for_police()
            told = [one for one in waiting if waiting[one] != self.waiting.get(one, waiting[one])]
            assert not told, "a host was told while the police of the chain holds"
            assert lives.acted_without_ground() <= self.acted, "an act whose ground is not in force"
        return True


def walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # shrinking a walk takes longer than reading it
        ),
    )


@pytest.mark.django_db
@pytest.mark.once
def test_the_lives_of_reports() -> None:
    walk(2, 20)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("examples", [10, pytest.param(60, marks=pytest.mark.deep)])
def test_the_long_lives_of_reports(examples: int) -> None:
    walk(examples, 50)
