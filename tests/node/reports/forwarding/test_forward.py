"""What is forwarded arrives as a report of the recipient's own, and its outcome comes home step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.factories import make_organisation, sign_in, terms
from tests.node.reports.factories import make_block, make_location
from tests.node.reports.forwarding.worlds import WHY, OrganisationKind, arrive, desk, fresh, send

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework import sheets
from vaern.node.casework.models import Release
from vaern.node.casework.recalls import actions as recalls
from vaern.node.casework.recalls import queries as recall_queries
from vaern.node.casework.releases import queries as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention.actions import prolong
from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import forwards
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.desk import queries as desk_queries
from vaern.node.reports.desk.actions import claim, give_back
from vaern.node.reports.ending import actions as closing
from vaern.node.reports.forwarding import actions, queries, sent
from vaern.node.reports.forwarding.presenters import sheet_part
from vaern.node.reports.models import Block, Forward, LegalGround, Report, Told
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.outcomes import ANSWERS, Outcome, problem
from vaern.node.reports.rules.states import State

pytestmark = pytest.mark.django_db
FIRST_ANSWERS = {code for code in ANSWERS - {Outcome.PASSED_ON} if not problem([], code)}


@pytest.fixture
def a():
    return desk()


@pytest.fixture
def b():
    return desk()


@pytest.fixture
def c():
    return desk(OrganisationKind.POLICE)


def returned(viewer, report, outcome):
    with viewing(viewer.organisation.id):
        return actions.return_outcome(viewer, WHY, report, outcome)


def test_it_arrives_with_what_the_sender_said_its_urgency_and_nothing_of_the_desks(a, b):
    report = arrive(a, danger_now=True, narrative="the sender's words")
    (one,) = send(a, report, b)
    copy = fresh(one.arrived)
    assert (copy.organisation, copy.sender, copy.sender_reference) == (b.organisation, a.organisation, str(one.pk))
    assert (copy.document, copy.urgent, copy.state) == ("forward", True, State.ARRIVED)
    assert arrival_of(copy).narrative == "the sender's words"
    assert arrival_of(copy).locations == arrival_of(report).locations
    assert str(report.pk) not in repr(arrival_of(copy))
    assert report.code not in repr(arrival_of(copy))
    assert one.due_at - one.sent_at < timedelta(days=4)
    entries = Entry.objects.filter(act="organisations.release.made", subject=report.pk)
    assert [entry.recipient for entry in entries] == [b.organisation.id]
    assert Entry.objects.filter(act="reports.report.received", subject=copy.pk).count() == 1


def test_all_or_none_receive(a, b):
    report = arrive(a)
    before = Entry.objects.count()
    with pytest.raises(Refusal):
        send(a, report, b, a)
    assert (Forward.everywhere.count(), Report.everywhere.count(), Entry.objects.count()) == (0, 1, before)


@pytest.mark.parametrize("kind", [OrganisationKind.AUTHORITY, OrganisationKind.OVERSIGHT])
def test_nothing_goes_to_where_nobody_could_work_on_it(client, a, b, kind):
    report, idle = arrive(a, danger_now=True), make_organisation(kind)
    with viewing(a.organisation.id), pytest.raises(Refusal, match="takes no reports"):
        actions.forward(
            a,
            WHY,
            report,
            [b.organisation.id, idle.id],
            terms(Handling.AMBER, timezone.now() + timedelta(days=9), "x"),
        )
    assert (Forward.everywhere.count(), Release.everywhere.count(), Report.everywhere.count()) == (0, 0, 1)
    sign_in(client, a.person)
    offered = client.get(f"/reports/{report.pk}/forward/").content.decode()
    assert b.organisation.name in offered
    assert idle.name not in offered


def test_a_copy_ends_with_its_release_and_nobody_keeps_it_longer(a, b):
    (one,) = send(a, arrive(a), b, days=20)
    copy = fresh(one.arrived)
    assert copy.review_date == timezone.localtime(one.release.expires_at).date()
    with pytest.raises(ValueError, match="Its sender gave it until"):
        prolong(b, WHY, copy, copy.review_date + timedelta(days=1))


def test_without_a_ground_in_force_nothing_leaves(a, b):
    LegalGround.objects.filter(action="forward").update(valid_to=timezone.localdate() - timedelta(days=1))
    report = arrive(a)
    with pytest.raises(Refusal):
        send(a, report, b)
    assert not Forward.everywhere.exists()
    assert not releases.releases_of(a, report)


def test_a_stranger_sees_none_of_it(a, b, c):
    (one,) = send(a, arrive(a), b)
    with viewing(c.organisation.id):
        assert not Report.objects.exists()
        assert queries.forwarded(c, {}).rows == []
        assert queries.to_return(c, {}).rows == []
        assert sheets.find_own(Report, one.report.pk) is None
        assert queries.find_forward(c, one.pk) is None
        assert queries.arrived_by(c, one.arrived) is None
        assert queries.forwards_of(c, one.report) == []
        with pytest.raises(Refusal):
            actions.return_outcome(c, WHY, one.arrived, Outcome.NEEDS_MORE)


@pytest.mark.parametrize("urgent", [False, True])
def test_a_circle_arrives_as_a_repetition_and_stops(a, b, urgent):
    report = arrive(a, danger_now=urgent)
    (out,) = send(a, report, b)
    (back,) = send(b, out.arrived, a)
    again = fresh(back.arrived)
    assert again.organisation == a.organisation
    assert again.state == State.DUPLICATE
    assert again.duplicate_of_id == report.pk
    back.refresh_from_db()
    assert back.outcome == Outcome.KNOWN_BEFORE
    out.refresh_from_db()
    assert out.outcome == ""


def test_a_circle_to_a_closed_urgent_report_is_put_before_people_again(a, b):
    report = arrive(a, danger_now=True)
    (out,) = send(a, report, b)
    Report.everywhere.filter(pk=report.pk).update(state=State.CLOSED, closed_at=timezone.now())
    (back,) = send(b, out.arrived, a)
    assert fresh(back.arrived).state == State.ARRIVED


@pytest.mark.once
@pytest.mark.parametrize("outcome", sorted(FIRST_ANSWERS))
def test_an_outcome_comes_home_over_desks_that_passed_it_on(a, b, c, outcome):
    (first,) = send(a, arrive(a), b)
    (second,) = send(b, first.arrived, c)
    returned(b, first.arrived, Outcome.PASSED_ON)
    returned(c, second.arrived, outcome)
    second.refresh_from_db()
    assert second.outcome == outcome
    assert [one.outcome for one in Told.everywhere.filter(forward=first).order_by("id")] == [Outcome.PASSED_ON, outcome]
    carried = Entry.objects.get(act="reports.outcome.carried")
    assert carried.recipient == a.organisation.id
    assert carried.person is None
    with viewing(a.organisation.id):
        assert c.organisation.name not in repr([str(f.recipient) for f in queries.forwarded(a, {}).rows])


def test_what_a_desk_concluded_itself_is_not_overwritten_by_what_comes_back_to_it(a, b, c):
    (first,) = send(a, arrive(a), b)
    (second,) = send(b, first.arrived, c)
    returned(b, first.arrived, Outcome.MATERIAL_REMOVED)
    returned(c, second.arrived, Outcome.NOT_AN_OFFENCE_HERE)
    first.refresh_from_db()
    assert first.outcome == Outcome.MATERIAL_REMOVED


def test_that_something_came_of_it_is_told_beside_what_a_desk_concluded_itself(a, b, c):
    (first,) = send(a, arrive(a), b)
    (second,) = send(b, first.arrived, c)
    returned(b, first.arrived, Outcome.MATERIAL_REMOVED)
    for code in (Outcome.OPENED, Outcome.VICTIM_SAFEGUARDED, Outcome.CLOSED):
        returned(c, second.arrived, code)
    first.refresh_from_db()
    assert [Outcome(one.outcome) for one in Told.everywhere.filter(forward=first).order_by("id")] == [
        Outcome.MATERIAL_REMOVED,
        Outcome.OPENED,
        Outcome.VICTIM_SAFEGUARDED,
    ]
    assert (first.outcome, first.safeguarded) == (Outcome.OPENED, True)


def test_an_outcome_comes_home_after_every_report_on_the_way_was_erased(a, b, c):
    (first,) = send(a, arrive(a), b)
    (second,) = send(b, first.arrived, c)
    returned(b, first.arrived, Outcome.PASSED_ON)
    returned(c, second.arrived, Outcome.OPENED)
    Report.everywhere.filter(pk=first.arrived_id).delete()
    returned(c, second.arrived, Outcome.CHARGED)
    first.refresh_from_db()
    assert (first.arrived, first.outcome) == (None, Outcome.CHARGED)


def test_a_platform_two_steps_away_learns_what_came_of_its_report_and_not_where(a, b):
    """It sends by the API to a hotline, which forwards to the police: a code comes back, and no name of a desk."""
    platform = desk(OrganisationKind.PLATFORM)
    report = arrive(a, platform)
    (one,) = send(a, report, b)
    for code in (Outcome.OPENED, Outcome.VICTIM_SAFEGUARDED, Outcome.CHARGED, Outcome.CONVICTED):
        returned(b, one.arrived, code)
    with viewing(platform.organisation.id):
        seen = sent.sent_report(platform, report.pk)
    assert [code for code, _at in seen.history] == [
        Outcome.OPENED,
        Outcome.VICTIM_SAFEGUARDED,
        Outcome.CHARGED,
        Outcome.CONVICTED,
    ]
    assert (seen.outcome, seen.safeguarded, seen.desk) == (Outcome.CONVICTED, True, a.organisation.name)
    assert b.organisation.name not in repr(seen)
    assert str(b.organisation.id) not in repr(seen)


def test_nothing_of_an_investigation_goes_home(a, b):
    """The reason and its words stay with whoever said them."""
    (one,) = send(a, arrive(a), b)
    words = Reason(Why.OTHER, "the invented suspect lives at an invented place")
    with viewing(b.organisation.id):
        actions.return_outcome(b, words, one.arrived, Outcome.SUSPECT_IDENTIFIED)
    one.refresh_from_db()
    kept = {field.name: getattr(one, field.attname) for field in Forward._meta.concrete_fields}
    assert not [value for value in kept.values() if "invented" in str(value)]
    entry = Entry.objects.get(act="reports.outcome.returned")
    assert Note.objects.get(entry=entry.pk).words == words.words
    assert entry.organisation == b.organisation.id


def test_an_arrived_forward_cannot_be_closed_without_an_outcome(a, b):
    (one,) = send(a, arrive(a), b)
    own = arrive(b, url="https://other.example/synthetic")
    forwards.home_or_refuse(own)
    with pytest.raises(Refusal, match="return an outcome"):
        forwards.home_or_refuse(one.arrived)
    returned(b, one.arrived, Outcome.IN_PROGRESS)
    with pytest.raises(Refusal):
        forwards.home_or_refuse(one.arrived)
    returned(b, one.arrived, Outcome.NEEDS_MORE)
    forwards.home_or_refuse(one.arrived)


def test_nobody_returns_an_outcome_of_what_was_not_forwarded_to_them(a, b):
    own = arrive(a)
    with viewing(a.organisation.id), pytest.raises(Refusal):
        actions.return_outcome(a, WHY, own, Outcome.NEEDS_MORE)


def test_a_recall_erases_a_copy_that_nobody_worked_on(a, b):
    report = arrive(a)
    (one,) = send(a, report, b)
    copy = one.arrived
    with viewing(a.organisation.id):
        assert actions.recall(a, WHY, one)
    assert not Report.everywhere.filter(pk=copy.pk).exists()
    assert Entry.objects.filter(act="reports.copy.erased", subject=copy.pk).count() == 1
    assert fresh(report).state == State.ARRIVED
    with viewing(b.organisation.id):
        ((release, gone),) = recall_queries.read_recalls(b)
        assert gone is None
        recalls.acknowledge(b, WHY, release.pk, Report.KIND, keep=False)
        assert recall_queries.read_recalls(b) == []


@pytest.mark.once
@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("begun", ["worked on", "urgent"])
def test_a_recall_leaves_the_decision_to_whoever_began_to_work(a, b, keep, begun):
    (one,) = send(a, arrive(a, danger_now=begun == "urgent"), b)
    copy = one.arrived
    if begun == "worked on":
        returned(b, copy, Outcome.IN_PROGRESS)
    with viewing(a.organisation.id):
        assert not actions.recall(a, WHY, one)
    with viewing(b.organisation.id):
        ((release, there),) = recall_queries.read_recalls(b)
        assert there == copy
        recalls.acknowledge(b, WHY, release.pk, Report.KIND, keep=keep)
    assert Report.everywhere.filter(pk=copy.pk).exists() == keep
    act = "reports.copy.kept" if keep else "reports.report.erased"
    assert Entry.objects.filter(act=act, subject=copy.pk).count() == 1


def test_whoever_recalled_waits_for_no_outcome_of_what_the_recipient_keeps(a, b):
    (one,) = send(a, arrive(a), b)
    returned(b, one.arrived, Outcome.IN_PROGRESS)
    with viewing(b.organisation.id):
        assert (queries.waiting(b).to_return.count, len(queries.to_return(b, {}).rows)) == (1, 1)
        with pytest.raises(Refusal):
            forwards.home_or_refuse(one.arrived)
    with viewing(a.organisation.id):
        actions.recall(a, WHY, one)
    with viewing(b.organisation.id):
        part = sheet_part(b, fresh(one.arrived), WHY).context
        assert (part["recalled"], part["waits"]) == (True, False)
        recalls.acknowledge(b, WHY, one.release_id, Report.KIND, keep=True)
        assert (queries.waiting(b).to_return.count, queries.to_return(b, {}).rows) == (0, [])
        forwards.home_or_refuse(one.arrived)
        part = sheet_part(b, fresh(one.arrived), WHY).context
        assert (part["recalled"], part["waits"]) == (False, False)


def test_giving_up_a_recalled_copy_owed_what_was_made_of_it_and_forgets_no_block(a, b, c):
    (one,) = send(a, arrive(a), b)
    (further,) = send(b, one.arrived, c)
    with viewing(a.organisation.id):
        assert not actions.recall(a, WHY, one)
    entry = make_block(make_location(one.arrived), b.person)
    with viewing(b.organisation.id):
        with pytest.raises(Refusal):
            recalls.acknowledge(b, WHY, one.release_id, Report.KIND, keep=False)
        assert Report.everywhere.filter(pk=one.arrived_id).exists()
        assert len(recall_queries.read_recalls(b)) == 1, "it waits for another decision"
        Block.everywhere.filter(pk=entry.pk).update(lifted_at=timezone.now())
        recalls.acknowledge(b, WHY, one.release_id, Report.KIND, keep=False)
    assert not Report.everywhere.filter(pk__in=[one.arrived_id, further.arrived_id]).exists()
    with viewing(c.organisation.id):
        assert [release.pk for release, _copy in recall_queries.read_recalls(c)] == [further.release_id]


@pytest.mark.once
def test_the_share_that_came_home_is_counted_and_small_numbers_are_not_shown(a, b):
    sent = [send(a, arrive(a, url=f"https://host.example/{n}"), b)[0] for n in range(12)]
    today = timezone.localdate()
    for one in sent[:4]:
        returned(b, one.arrived, Outcome.NEEDS_MORE)
    with viewing(a.organisation.id):
        assert queries.share_home(a, today, today).share.per_cent is None
    for one in sent[4:6]:
        returned(b, one.arrived, Outcome.KNOWN_BEFORE)
    returned(b, sent[6].arrived, Outcome.IN_PROGRESS)
    with viewing(a.organisation.id):
        found = queries.share_home(a, today, today)
    assert (found.share.sent, found.share.home, found.share.per_cent) == (12, 6, 50.0)
    with viewing(b.organisation.id):
        assert queries.share_home(b, today, today).share.sent == 0


def test_an_overdue_outcome_raises_at_both_ends(a, b):
    (one,) = send(a, arrive(a), b)
    Forward.everywhere.filter(pk=one.pk).update(due_at=timezone.now() - timedelta(days=1))
    with viewing(a.organisation.id):
        assert queries.waiting(a).overdue.count == 1
        assert [f.pk for f in queries.forwarded(a, {}, "overdue").rows] == [one.pk]
    with viewing(b.organisation.id):
        assert queries.waiting(b).to_return.count == 1
    returned(b, one.arrived, Outcome.NEEDS_MORE)
    with viewing(a.organisation.id):
        assert queries.waiting(a).overdue.count == 0
        assert queries.forwarded(a, {}, "overdue").rows == []


def alarm(a):
    """What the line of urgent reports on which nobody works names, and how many the front page counts."""
    with viewing(a.organisation.id):
        return [one.pk for one in desk_queries.urgent_and_free(a)], desk_queries.waiting(a)["urgent"].count


@pytest.mark.once
@pytest.mark.parametrize("state", [State.ARRIVED, State.SECOND_VIEW, State.DISPUTED, State.IN_ACTION])
def test_nobody_is_said_to_be_missing_from_an_urgent_report_that_came_home_concluded(a, b, state):
    report = arrive(a)
    Report.everywhere.filter(pk=report.pk).update(urgent=True, state=state.value)
    (out,) = send(a, fresh(report), b)
    assert alarm(a) == ([report.pk], 1)
    for not_yet in (Outcome.IN_PROGRESS, Outcome.NEEDS_MORE):
        returned(b, out.arrived, not_yet)
        assert alarm(a) == ([report.pk], 1), not_yet
    returned(b, out.arrived, Outcome.VICTIM_SAFEGUARDED)
    assert alarm(a) == ([], 0)


def test_a_report_that_was_opened_again_asks_for_somebody_though_it_came_home(a, b):
    report = arrive(a)
    Report.everywhere.filter(pk=report.pk).update(urgent=True)
    report = fresh(report)
    (out,) = send(a, report, b)
    returned(b, out.arrived, Outcome.VICTIM_SAFEGUARDED)
    with viewing(a.organisation.id):
        claim(a, WHY, report)
        assess(a, WHY, report, Judgement(actionable=True, baseline=True, extent=Extent.WHOLE, files=1))
        give_back(a, WHY, report)
        assert alarm(a) == ([], 0), "concluded here too"
        closing.reopen(a, Reason(Why.ASSESSMENT, "the wrong page"), fresh(report))
    assert alarm(a) == ([report.pk], 1)
