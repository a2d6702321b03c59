"""Every report ends, and nothing of it stays but the ledger's ids, the numbers, and who was told to give it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone
from tests.node.reports.ending.hanging import NOBODY, found_in, hang_everything, hanging_models, traces
from tests.node.reports.factories import make_location
from tests.node.reports.forwarding.worlds import WHY, arrive, desk, fresh, send

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release, Statistic
from vaern.node.casework.recalls import queries as recalls
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import LONGEST_KEPT
from vaern.node.reports.ending.retention import RETENTION, erase_links
from vaern.node.reports.forwarding import queries
from vaern.node.reports.models import Block, DomainBlock, Exposure, Forward, Item, Location, Report
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.states import State

pytestmark = pytest.mark.django_db

MAY_STAY = {"ledger_entry", "casework_release"}
"""The account of what was done, and the release by which a recipient acknowledges: an id alone, in both."""


@pytest.fixture
def a():
    return desk()


@pytest.fixture
def b():
    return desk()


def at_end(report, **fields):
    day = timezone.localdate() - timedelta(days=1)
    Report.everywhere.filter(pk=report.pk).update(review_date=day, **fields)
    return fresh(report)


def erased(report):
    return not Report.everywhere.filter(pk=report.pk).exists()


def entries(report, act):
    return Entry.objects.filter(act=f"reports.report.{act}", subject=report.pk)


def test_no_table_and_no_dump_holds_anything_of_an_erased_report(a, b):
    report = arrive(a, reference="their-reference-7f3a", narrative="words of a sender", danger_now=None)
    send(a, report, b)
    hung = hang_everything(report)
    assert set(hung) == set(hanging_models())
    needles = [*traces(report), "their-reference-7f3a"]
    for row in hung.values():
        needles += [
            "x" + bytes(v).hex() for v in vars(row).values() if isinstance(v, (bytes, memoryview)) and len(v) > 8
        ]
    before = found_in(needles)
    assert {model._meta.db_table for model in hung if _names_report(model)} <= before.keys()
    Block.everywhere.update(lifted_at=timezone.now())
    DomainBlock.everywhere.update(ended_at=timezone.now())
    with viewing(a.organisation.id):
        retention.erase(a, WHY, report)
    left = found_in(needles)
    assert left.keys() <= MAY_STAY
    assert all(found == {str(report.pk)} for found in left.values())
    assert Exposure.everywhere.filter(report=NOBODY, item=None).count() == 1


def _names_report(model):
    return any(
        (isinstance(field, models.ForeignKey) and field.remote_field.model is Report) or field.name == "report"
        for field in model._meta.concrete_fields
    )


def test_the_end_date_erases_recalls_and_keeps_the_numbers(a, b):
    report = arrive(a)
    send(a, report, b)
    copy = Forward.everywhere.get().arrived
    month = timezone.localtime(report.created_at).date().replace(day=1)
    at_end(report, actionable=True, state=State.CLOSED, closed_at=timezone.now())
    assert retention.expire(RETENTION) == 1
    assert erased(report)
    assert erased(copy)
    assert entries(report, "expired").count() == 1
    assert Release.everywhere.get().recalled_at is not None
    numbers = dict(Statistic.everywhere.filter(organisation=a.organisation, month=month).values_list("name", "value"))
    assert numbers == {"received": 1, "received.api": 1, "actionable": 1}
    assert retention.expire(RETENTION) == 0


def test_what_is_not_at_its_end_stays(a):
    report = arrive(a)
    assert report.review_date == timezone.localtime(report.created_at).date() + life.KEPT_FOR
    assert retention.expire(RETENTION, report.review_date) == 0
    assert retention.expire(RETENTION, report.review_date + timedelta(days=1)) == 1


@pytest.mark.once
@pytest.mark.parametrize("state", sorted(life.OPEN))
def test_an_urgent_open_report_raises_once_before_it_goes(a, state):
    report = at_end(arrive(a), urgent=True, state=state)
    assert retention.expire(RETENTION) == 0
    today = timezone.localdate()
    assert fresh(report).review_date == today + timedelta(days=30)
    assert entries(report, "given_time").count() == 1
    with viewing(a.organisation.id):
        assert [one.pk for one in queries.waiting(a).ending.first] == [report.pk]
    assert retention.expire(RETENTION, today + timedelta(days=30)) == 0
    assert retention.expire(RETENTION, today + timedelta(days=31)) == 1
    assert erased(report)
    assert entries(report, "given_time").count() == 1


def test_an_urgent_copy_is_not_swept_away_by_its_senders_end_date(a, b):
    report = arrive(a, danger_now=True)
    (one,) = send(a, report, b)
    with viewing(a.organisation.id):
        retention.erase(a, WHY, report)
    assert erased(report)
    assert not erased(one.arrived)
    with viewing(b.organisation.id):
        assert recalls.to_acknowledge(b, [Report.KIND]).count() == 1


def test_a_block_keeps_its_report_until_its_own_end(a):
    report = arrive(a)
    location = make_location(report)
    day = timezone.localdate() + timedelta(days=40)
    block = Block.everywhere.create(
        location=location,
        organisation=a.organisation,
        token_digest=b"d" * 32,
        reason=b"r",
        made_at=timezone.now(),
        made_by=a.person,
        review_date=day,
    )
    at_end(report, state=State.CLOSED, closed_at=timezone.now())
    assert retention.expire(RETENTION) == 0
    assert fresh(report).review_date == day
    assert entries(report, "kept_for_block").count() == 1
    with viewing(a.organisation.id), pytest.raises(Refusal):
        retention.erase(a, WHY, report)
    Block.everywhere.filter(pk=block.pk).update(lifted_at=timezone.now())
    with viewing(a.organisation.id):
        retention.erase(a, WHY, report)
    assert erased(report)
    assert not Location.everywhere.exists()
    assert not Item.everywhere.exists()


def test_a_repetition_takes_the_place_of_what_it_repeated(a):
    """No report is a duplicate of nothing: one of them comes to the work list, and the others repeat that one."""
    first = arrive(a)
    repeats = [arrive(a, narrative="") for _ in range(3)]
    for one in repeats:
        Report.everywhere.filter(pk=one.pk).update(state=State.DUPLICATE, duplicate_of=first)
    at_end(first)
    assert retention.expire(RETENTION) == 1
    heir, *others = Report.everywhere.order_by("created_at", "pk")
    assert (heir.state, heir.duplicate_of_id) == (State.ARRIVED, None)
    assert [(one.state, one.duplicate_of_id) for one in others] == [(State.DUPLICATE, heir.pk)] * 2
    assert entries(heir, "heir").count() == 1


def test_a_person_prolongs_within_limits_and_only_their_own(a, b):
    report, today = arrive(a), timezone.localdate()
    with viewing(a.organisation.id):
        retention.prolong(a, WHY, report, today + LONGEST_KEPT)
        for day in (today, today + LONGEST_KEPT + timedelta(days=1)):
            with pytest.raises(Refusal):
                retention.prolong(a, WHY, report, day)
    assert entries(report, "prolonged").count() == 1
    assert fresh(report).touched_at, "a person who decides on it has touched it"
    with viewing(b.organisation.id):
        for act in (
            lambda: retention.prolong(b, WHY, report, today + life.KEPT_FOR),
            lambda: retention.erase(b, WHY, report),
        ):
            with pytest.raises(ValueError, match="not your organisation's"):
                act()


def test_links_whose_reports_are_gone_go_too_and_their_numbers_stay(a, b):
    gone = arrive(a)
    (one,) = send(a, gone, b)
    sent = timezone.localtime(one.sent_at).date()
    Forward.everywhere.filter(pk=one.pk).update(
        report=None, arrived=None, outcome="needs_more", outcome_at=timezone.now()
    )
    erase_links()
    assert Forward.everywhere.exists()
    Forward.everywhere.update(due_at=timezone.now() - timedelta(days=366))
    erase_links()
    assert not Forward.everywhere.exists()
    entry = Entry.objects.get(act="reports.forward.expired")
    assert (entry.subject, entry.owner, entry.recipient) == (gone.pk, a.organisation.pk, b.organisation.pk)
    numbers = dict(Statistic.everywhere.filter(organisation=a.organisation).values_list("name", "value"))
    assert numbers["forwarded"] == numbers["forwarded.home"] == 1
    with viewing(a.organisation.id):
        assert queries.share_home(a, sent.replace(day=1), sent).share.sent is None
