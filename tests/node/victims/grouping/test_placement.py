"""Files become members of series on a real database: joined, merged, proposed, kept apart, undone, erased."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.victims.grouping.signals import chain, digest, look, pdq

from vaern.node.base.refusals import Refusal
from vaern.node.casework.retention import actions as retention
from vaern.node.crosscheck.models import Enrolled
from vaern.node.crosscheck.registry.actions import of_record
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.victims.grouping import actions, acts, takes
from vaern.node.victims.grouping.retention import RETENTION
from vaern.node.victims.models import Link, Member, Merge, MergeProposal, Separation, Series
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
WHY = Reason(Why.VICTIM_IDENTIFICATION, "made up for a test")


@pytest.fixture
def viewer() -> Viewer:
    return viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))


def add(viewer: Viewer, *signals: Signal, series: Series | None = None) -> Member:
    return Member.everywhere.select_related("series").get(
        pk=takes.add_by_hash(viewer, WHY, signals, series, synthetic=True).pk
    )


def fresh(series: Series) -> Series:
    return Series.everywhere.get(pk=series.pk)


def sizes() -> list[int]:
    return sorted(series.members_total for series in Series.everywhere.filter(absorbed_into=None))


def test_a_file_opens_joins_and_merges_with_the_reason(viewer: Viewer) -> None:
    one = add(viewer, look(1))
    far = add(viewer, look(1, *range(60)))
    assert one.series_id != far.series_id
    assert (one.rule, one.because_id) == ("opened", None)
    near = add(viewer, look(1, *range(10)))
    assert (near.series_id, near.rule, near.because_id, near.distance) == (one.series_id, "pdq", one.pk, 10)
    bridge = add(viewer, look(1, *range(35)))  # 25 from one side, 25 from the other
    assert bridge.series_id == one.series_id
    assert fresh(far.series).absorbed_into_id == one.series_id
    merge = Merge.everywhere.get()
    assert (merge.kept_id, merge.absorbed_id, merge.moved, merge.merged_by) == (
        one.series_id,
        far.series_id,
        [far.pk],
        None,
    )
    assert (merge.member_id, merge.met_id, merge.rule, merge.distance) == (bridge.pk, far.pk, "pdq", 25)
    assert sizes() == [4]


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_equal_digests_join_and_junk_does_not(viewer: Viewer, kind: str) -> None:
    assert add(viewer, digest("a", kind)).series_id == add(viewer, digest("a", kind), look(1)).series_id
    with pytest.raises(Refusal):
        add(viewer, digest("", kind))
    add(viewer, digest("", kind), look(2))
    add(viewer, digest("", kind), look(3))
    assert sizes() == [1, 1, 2]


def test_a_turned_copy_joins_whichever_came_first(viewer: Viewer) -> None:
    for first, second in [(1, 2), (4, 3)]:
        upright = look(first)
        both = (look(second), Signal("pdq", pdq(first), 100, "mirrored"))
        held = [upright, both] if first < second else [both, upright]
        for signals in held:
            add(viewer, *((signals,) if isinstance(signals, Signal) else signals))
    assert sizes() == [2, 2]


def test_a_chain_does_not_glue_two_confirmed_series(viewer: Viewer) -> None:
    """The chain walks from one confirmed series to another; its last link is a proposal."""
    ends = [add(viewer, Signal("pdq", chain(5, 20, at))) for at in (0, 6)]
    for end in ends:
        actions.confirm(viewer, WHY, end.series)
    for at in (1, 2, 3, 4, 5):
        add(viewer, Signal("pdq", chain(5, 20, at)))
    assert fresh(ends[0].series).absorbed_into is None
    assert fresh(ends[1].series).absorbed_into is None
    proposal = MergeProposal.everywhere.get(answer="")
    assert {proposal.one_id, proposal.other_id} == {end.series_id for end in ends}
    assert (proposal.rule, proposal.distance) == ("pdq", 20)
    link = Link.everywhere.get()
    assert link.member.series_id != link.other.series_id  # at home in one, shown as linked in the other
    actions.merge(viewer, WHY, proposal.one, proposal.other)
    assert sizes() == [7]
    assert fresh(ends[0].series).confirmed


def test_one_unconfirmed_series_is_not_glued_to_a_confirmed_one_either(viewer: Viewer) -> None:
    one, other = add(viewer, look(1)), add(viewer, look(1, *range(60)))
    actions.confirm(viewer, WHY, one.series)
    bridge = add(viewer, look(1, *range(31)))  # 31 from the confirmed, 29 from the other
    assert bridge.series_id == other.series_id
    assert MergeProposal.everywhere.filter(answer="").count() == 1
    assert sizes() == [1, 2]


def test_what_a_person_keeps_apart_stays_apart_until_they_lift_it(viewer: Viewer) -> None:
    one, other = add(viewer, look(1)), add(viewer, look(1, *range(60)))
    actions.keep_apart(viewer, WHY, one.series, other.series)
    add(viewer, look(1, *range(30)))
    assert sizes() == [1, 2]
    assert not MergeProposal.everywhere.exists()
    actions.lift_separation(viewer, WHY, one.series, other.series)
    add(viewer, look(1, *range(31)))
    assert sizes() == [4]


def test_a_refused_proposal_is_not_made_again(viewer: Viewer) -> None:
    one, other = add(viewer, look(1)), add(viewer, look(1, *range(60)))
    actions.confirm(viewer, WHY, one.series)
    add(viewer, look(1, *range(30)))
    actions.refuse(viewer, WHY, MergeProposal.everywhere.get())
    with pytest.raises(Refusal):
        actions.refuse(viewer, WHY, MergeProposal.everywhere.get())
    add(viewer, look(1, *range(31)))
    assert not MergeProposal.everywhere.filter(answer="").exists()
    assert Separation.everywhere.get(lifted_at=None).other_id == other.series_id


def test_undoing_a_merge_puts_everybody_back_and_latecomers_with_those_that_led_them_there(viewer: Viewer) -> None:
    left, right = add(viewer, look(1)), add(viewer, look(1, *range(60)))
    add(viewer, look(1, *range(5)))
    bridge = add(viewer, look(1, *range(28)))  # nearer to the left
    late_right = add(viewer, look(1, *range(58)))
    later_right = add(viewer, look(1, *range(57)))
    by_hand = add(viewer, look(9), series=left.series)
    restored = actions.undo(viewer, WHY, Merge.everywhere.get())
    assert restored.pk == right.series_id
    there = set(Member.everywhere.filter(series=restored).values_list("pk", flat=True))
    assert there == {right.pk, late_right.pk, later_right.pk}
    assert Member.everywhere.get(pk=bridge.pk).series_id == left.series_id
    assert Member.everywhere.get(pk=by_hand.pk).series_id == left.series_id
    assert sizes() == [3, 4]
    with pytest.raises(Refusal):
        actions.undo(viewer, WHY, Merge.everywhere.get())
    add(viewer, look(1, *range(29)))  # the same bridge again: a person has spoken
    assert sizes() == [3, 5]


def test_a_merge_into_what_was_merged_is_undone_after_that(viewer: Viewer) -> None:
    a, b, c = (add(viewer, look(n)) for n in (1, 2, 3))
    first = actions.merge(viewer, WHY, b.series, c.series)
    second = actions.merge(viewer, WHY, a.series, b.series)
    with pytest.raises(Refusal):
        actions.undo(viewer, WHY, first)
    actions.undo(viewer, WHY, second)
    actions.undo(viewer, WHY, first)
    assert sizes() == [1, 1, 1]
    actions.merge(viewer, WHY, b.series, c.series)  # and round again: the last word stands
    assert sizes() == [1, 2]


def test_split_and_move_hold_against_the_links(viewer: Viewer) -> None:
    first, second, third = add(viewer, look(1)), add(viewer, look(1, 0)), add(viewer, look(1, 1))
    made = actions.split(viewer, WHY, first.series, [third.pk])
    assert (Member.everywhere.get(pk=third.pk).series_id, Member.everywhere.get(pk=third.pk).rule) == (made.pk, "split")
    add(viewer, look(1, 0, 1))
    assert sizes() == [1, 3]
    actions.move_member(viewer, WHY, second, made)
    assert sizes() == [2, 2]
    with pytest.raises(Refusal):
        actions.split(viewer, WHY, made, [])
    with pytest.raises(Refusal):
        actions.split(viewer, WHY, made, [second.pk, third.pk])


def test_a_form_that_was_filled_in_on_an_older_state_is_refused(viewer: Viewer) -> None:
    one = add(viewer, look(1))
    seen = fresh(one.series).version
    add(viewer, look(1, 3))
    with pytest.raises(Refusal):
        actions.confirm(viewer, WHY, one.series, seen)
    actions.confirm(viewer, WHY, one.series, fresh(one.series).version)


def test_another_organisation_has_series_of_its_own(viewer: Viewer) -> None:
    other = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    mine, theirs = add(viewer, look(1), digest("a")), add(other, look(1), digest("a"))
    assert mine.series_id != theirs.series_id
    for act in (actions.confirm, retention.erase):
        with pytest.raises(Refusal):
            act(viewer, WHY, theirs.series)
    with pytest.raises(Refusal):
        actions.merge(viewer, WHY, mine.series, theirs.series)


def test_keys_follow_the_members(viewer: Viewer) -> None:
    def keys(series: Series) -> int:
        return Enrolled.everywhere.filter(enrolment__in=of_record(series)).count()

    one, other = add(viewer, look(1), digest("a")), add(viewer, look(2), digest("b"))
    assert (keys(one.series), keys(other.series)) == (2, 2)
    merge = actions.merge(viewer, WHY, one.series, other.series)
    assert (keys(one.series), keys(other.series)) == (4, 0)
    actions.undo(viewer, WHY, merge)
    assert (keys(one.series), keys(other.series)) == (2, 2)
    twin = add(viewer, digest("a"), look(1, 5), series=one.series)
    made = actions.split(viewer, WHY, one.series, [twin.pk])
    assert (keys(one.series), keys(made)) == (2, 2)  # the digest that both have stays
    retention.erase(viewer, WHY, made)
    assert keys(made) == 0
    assert keys(one.series) == 2


def test_erasing_a_series_takes_what_it_absorbed_with_it(viewer: Viewer) -> None:
    one, other = add(viewer, look(1)), add(viewer, look(2))
    actions.merge(viewer, WHY, one.series, other.series)
    assert retention.erase(viewer, WHY, one.series) == 2
    assert not Series.everywhere.exists()
    assert not Member.everywhere.exists()
    assert Entry.objects.filter(act=acts.ERASED.code).count() == 2


def test_the_clock_erases_what_is_over(viewer: Viewer) -> None:
    one, two = add(viewer, look(1)), add(viewer, look(2))
    day = fresh(one.series).review_date
    Series.everywhere.filter(pk=two.series_id).update(review_date=day + timedelta(days=365))
    assert retention.expire(RETENTION, day) == 0
    assert retention.expire(RETENTION, day + timedelta(days=365)) == 1
    assert Series.everywhere.get().pk == two.series_id


@pytest.mark.django_db(transaction=True)
def test_two_of_one_cluster_that_arrive_at_once_open_one_series(viewer: Viewer) -> None:
    together = threading.Barrier(4)
    failed: list[BaseException] = []

    def arrive(at: int) -> None:
        try:
            together.wait()
            takes.add_by_hash(viewer, WHY, [look(1, at, at + 40)], synthetic=True)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sizes() == [4]
