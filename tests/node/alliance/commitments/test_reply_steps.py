"""The life of replies as a machine: in whatever order things are done, nothing that was taken or published is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.alliance.commitments.factories import REASON, make_country, make_round, make_secretariat
from tests.node.alliance.commitments.strategies import declared, drafts, whole
from tests.node.refusals import refused

from vaern.node.alliance.commitments import actions, reply_intake, reply_steps
from vaern.node.alliance.models import Commitment, CommitmentVersion, Declared, Round, RoundReply
from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules import contents as rules
from vaern.node.alliance.rules.commitments import ReplyEvent, ReplyState
from vaern.node.alliance.rules.contents import Content, DeclaredValue, Line
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.rules import Reason, Why

WHY = Reason(Why.ADMINISTRATION, "A source is missing")
contents = st.lists(whole | drafts, max_size=2)


class Replying(RuleBasedStateMachine):
    """Two rapporteurs and the secretariat at one reply; a model that is a few Python values."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.country, self.secretariat = make_country(), make_secretariat()
        self.reply = make_round("Round", self.country.member).replies.get()
        self.state, self.revision, self.ever = ReplyState.INVITED, 0, 0
        self.lines: list[Line] = []
        self.values: list[DeclaredValue] = []
        self.published: dict[Any, list[Content]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def does(self, event: ReplyEvent, act: Any) -> bool:
        """Act, and hold the answer to the table; return whether it was allowed."""
        step = commitments.REPLY.get((self.state, event))
        try:
            with transaction.atomic():
                act()
        except Refusal:
            if step is not None:
                raise
            return False
        assert step is not None
        self.state, self.revision = step.after, self.revision + 1
        return True

    @rule(found=contents, values=declared)
    def take(self, found: list[Content], values: list[DeclaredValue]) -> None:
        known = list(Commitment.objects.filter(member=self.country.member).order_by("pk"))
        lines = [Line(content) for content in found]
        lines += [Line(rules.loaded(one.current.content), one.pk) for one in known if one.current]
        if self.does(
            ReplyEvent.TAKE,
            lambda: reply_intake.take(self.country.viewer, self.reply, self.revision, lines, values, REASON),
        ):
            self.lines, self.values = lines, values

    @rule(behind=st.integers(1, 3))
    def take_on_an_older_revision(self, behind: int) -> None:
        with pytest.raises(Refusal), transaction.atomic():
            reply_intake.take(self.country.viewer, self.reply, self.revision - behind, [], [], REASON)

    @rule()
    def submit(self) -> None:
        whole_reply = not reply_intake.problems_of(self.lines, self.values)
        act = lambda: reply_steps.submit(self.country.viewer, REASON, self.reply, self.revision)  # noqa: E731
        if whole_reply:
            self.does(ReplyEvent.SUBMIT, act)
        else:
            with pytest.raises(Refusal), transaction.atomic():
                act()

    @rule()
    def take_back(self) -> None:
        self.does(
            ReplyEvent.TAKE_BACK, lambda: reply_steps.take_back(self.country.viewer, REASON, self.reply, self.revision)
        )

    @rule()
    def send_back(self) -> None:
        self.does(ReplyEvent.RETURN, lambda: reply_steps.send_back(self.secretariat, WHY, self.reply, self.revision))

    @rule()
    def publish(self) -> None:
        if self.does(
            ReplyEvent.PUBLISH, lambda: reply_steps.publish(self.secretariat, REASON, self.reply, self.revision)
        ):
            self.ever += len([line for line in self.lines if line.commitment is None])

    @precondition(lambda self: self.state is ReplyState.PUBLISHED)
    @rule()
    def another_round(self) -> None:
        self.reply = make_round(f"Round {Round.objects.count()}", self.country.member).replies.get()
        self.state, self.revision, self.lines, self.values = ReplyState.INVITED, 0, [], []

    @invariant()
    def the_reply_says_what_was_taken_last(self) -> None:
        kept = RoundReply.objects.get(pk=self.reply.pk)
        assert (kept.state, kept.revision) == (self.state.value, self.revision)
        assert (reply_intake.lines_of(kept), reply_intake.declared_of(kept)) == (self.lines, self.values)

    @invariant()
    def what_was_published_is_there_and_numbered_without_a_gap(self) -> None:
        now: dict[Any, list[Content]] = {}
        for row in CommitmentVersion.objects.order_by("commitment", "number"):
            found = now.setdefault(row.commitment_id, [])
            assert row.number == len(found) + 1
            found.append(rules.loaded(row.content))
        for key, before in self.published.items():
            assert now[key][: len(before)] == before
        self.published = now
        assert len(now) == self.ever


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_is_lost_in_whatever_order() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Replying,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db
def test_what_comes_after_the_last_day_is_late_and_not_lost() -> None:
    country, secretariat = make_country(), make_secretariat()
    one = make_round("Round", country.member, state="closed")
    Round.objects.filter(pk=one.pk).update(opens=timezone.localdate() - timedelta(9), closes=timezone.localdate())
    for moved, late in ((0, False), (-1, True)):
        closes = timezone.localdate() + timedelta(moved)
        Round.objects.filter(pk=one.pk).update(closes=closes)
        reply = one.replies.get()
        reply = reply_intake.take(country.viewer, reply, reply.revision, [], [], REASON)
        reply = reply_steps.submit(country.viewer, REASON, reply, reply.revision)
        assert (reply.late, reply.submitted_at is not None) == (late, True)
        reply = reply_steps.send_back(secretariat, WHY, reply, reply.revision)
        Round.objects.filter(pk=one.pk).update(closes=timezone.localdate() - timedelta(5))
        reply = reply_steps.submit(country.viewer, REASON, reply, reply.revision)
        assert reply.late is late  # what came first counts, also where it was returned
        reply_steps.take_back(country.viewer, REASON, reply, reply.revision)


@pytest.mark.django_db
def test_a_published_reply_makes_versions_of_what_changed_and_leaves_other_drafts_alone() -> None:
    from tests.node.alliance.commitments.test_commitments import WHOLE, published

    country, secretariat = make_country(), make_secretariat()
    same, drafted, changed = (published(country, secretariat) for _ in range(3))
    draft = rules.loaded(rules.stored(WHOLE) | {"owner": "A later plan"})
    drafted = actions.write(country.viewer, REASON, draft, drafted, drafted.revision)
    only_draft = actions.write(country.viewer, REASON, WHOLE)
    new = rules.loaded(rules.stored(WHOLE) | {"owner": "A new agency"})
    one = make_round("Round", country.member)
    lines = [Line(WHOLE, same.pk), Line(new, drafted.pk), Line(new, changed.pk), Line(WHOLE, only_draft.pk), Line(new)]
    values = [DeclaredValue("removal_72h", "2026", 81.5, "", "National hotline")]
    reply = reply_intake.take(country.viewer, one.replies.get(), 0, lines, values, REASON)
    reply = reply_steps.submit(country.viewer, REASON, reply, reply.revision)
    reply_steps.publish(secretariat, REASON, reply, reply.revision)
    assert [row.versions.count() for row in (same, drafted, changed, only_draft)] == [1, 2, 2, 1]
    states = dict(Commitment.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (same, drafted, changed, only_draft)] == [
        "published",
        "draft",
        *["published"] * 2,
    ]
    assert Commitment.objects.count() == 5
    assert set(CommitmentVersion.objects.filter(number=2).values_list("round", flat=True)) == {one.pk}
    assert Declared.objects.get().value == 81.5
    drafted.refresh_from_db()
    with refused(commitments.OVERTAKEN):  # it began from a version that is no longer in force
        actions.submit(country.viewer, REASON, drafted, drafted.revision)
    drafted = actions.write(country.viewer, REASON, draft, drafted, drafted.revision)
    actions.submit(country.viewer, REASON, drafted, drafted.revision)
