"""A whole reply in one transaction: nothing half taken, nothing taken over, nothing published changed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.alliance.commitments.factories import REASON, Country, make_country, make_round
from tests.node.alliance.commitments.strategies import declared, drafts
from tests.node.refusals import refused

from vaern.node.alliance.commitments import reply_intake
from vaern.node.alliance.models import Commitment, CommitmentVersion, RoundReply
from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules import contents as rules
from vaern.node.alliance.rules.contents import Content, DeclaredValue, Line, Target

pytestmark = pytest.mark.django_db

DRAFT = Content("2012", "g1.1", "We will identify more victims")
NOT_HERE = DeclaredValue("removal_72h", "2026", why="No figure is kept")


@pytest.fixture
def country() -> Country:
    return make_country()


@pytest.fixture
def reply(country: Country) -> RoundReply:
    return make_round("Round", country.member).replies.get()


@pytest.mark.once
def test_what_was_taken_is_there_whole(country: Country, reply: RoundReply) -> None:
    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(drafts, max_size=3), declared)
    def law(contents: list[Content], values: list[DeclaredValue]) -> None:
        lines = [Line(content) for content in contents]
        reply.refresh_from_db()
        taken = reply_intake.take(country.viewer, reply, reply.revision, lines, values, REASON)
        kept = RoundReply.objects.get(pk=reply.pk)
        assert (kept.state, kept.revision) == ("begun", reply.revision + 1) == (taken.state, taken.revision)
        assert reply_intake.lines_of(kept) == lines
        assert reply_intake.declared_of(kept) == values

    law()


def test_of_two_writers_the_second_is_told_and_nothing_is_lost(country: Country, reply: RoundReply) -> None:
    reply_intake.take(country.viewer, reply, 0, [Line(DRAFT)], [NOT_HERE], REASON)
    with refused(commitments.STALE):
        reply_intake.take(country.viewer, reply, 0, [], [], REASON)
    kept = RoundReply.objects.get(pk=reply.pk)
    assert (reply_intake.lines_of(kept), reply_intake.declared_of(kept)) == ([Line(DRAFT)], [NOT_HERE])


def test_a_fault_anywhere_takes_nothing_and_names_every_place(country: Country, reply: RoundReply) -> None:
    bad = Content("2012", "g1.1", target=Target("made_up"))
    with pytest.raises(reply_intake.Faulty) as told:
        reply_intake.take(
            country.viewer, reply, 0, [Line(DRAFT), Line(bad)], [NOT_HERE, DeclaredValue("x", "2026")], REASON
        )
    assert [problem.path for problem in told.value.problems] == [
        "lines.1.target.indicator",
        "declared.1.indicator",
        "declared.1.why",
    ]
    kept = RoundReply.objects.get(pk=reply.pk)
    assert (kept.state, kept.revision, kept.contents, kept.declared.count()) == ("invited", 0, [], 0)


def test_nobody_replies_for_another_country_or_with_its_commitments(country: Country, reply: RoundReply) -> None:
    other = make_country()
    with refused(commitments.NOT_ONES_OWN):
        reply_intake.take(other.viewer, reply, 0, [], [], REASON)
    foreign = Commitment.objects.create(member=other.member, goal="g1.1", draft=rules.stored(DRAFT))
    own = Commitment.objects.create(member=country.member, goal="g1.1", draft=rules.stored(DRAFT))
    withdrawn = Commitment.objects.create(member=country.member, goal="g1.1", state="withdrawn")
    for lines in (
        [Line(DRAFT, foreign.pk)],
        [Line(DRAFT, withdrawn.pk)],
        [Line(DRAFT, own.pk), Line(DRAFT, own.pk)],
        [Line(Content("2012", "g2.1"), own.pk)],
    ):
        with refused(commitments.FOREIGN):
            reply_intake.take(country.viewer, reply, 0, lines, [], REASON)
    reply_intake.take(country.viewer, reply, 0, [Line(DRAFT, own.pk)], [], REASON)


def test_a_published_version_is_never_changed_or_removed(country: Country) -> None:
    commitment = Commitment.objects.create(member=country.member, goal="g1.1")
    version = CommitmentVersion.objects.create(
        commitment=commitment, number=1, content=rules.stored(DRAFT), published_by=country.viewer.person
    )
    for write in (
        lambda: CommitmentVersion.objects.filter(pk=version.pk).update(number=2),
        lambda: CommitmentVersion.objects.filter(pk=version.pk).delete(),
        version.save,
    ):
        with pytest.raises(IntegrityError, match="a published version stays"), transaction.atomic():
            write()
    assert rules.loaded(CommitmentVersion.objects.get().content) == DRAFT
