"""From one country to another on one node: what is sent arrives as it was, and what becomes of it moves the sender."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.cases.assistance.incoming.worlds import delivered, delivery, do, make_asked, sent_one, taken
from tests.node.cases.assistance.worlds import DAY, REASON, drafted, handed, hold, scope, sent, travel
from tests.node.factories import make_member, make_organisation

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import actions as outgoing
from vaern.node.cases.assistance import queries as theirs
from vaern.node.cases.assistance import question
from vaern.node.cases.assistance.alarms import look_at_all
from vaern.node.cases.assistance.incoming import delivery as deliveries
from vaern.node.cases.assistance.incoming import intake
from vaern.node.cases.assistance.incoming.effects import Said
from vaern.node.cases.assistance.incoming.state import asker_of, values_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models import AssistanceNote, AssistanceRequest, HeldData, IncomingRequest, KeepingClock
from vaern.node.cases.rules.assistance import Event as Ours
from vaern.node.cases.rules.assistance import Option
from vaern.node.cases.rules.assistance import State as Sent
from vaern.node.cases.rules.incoming import Event, State
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import OrganisationKind

pytestmark = pytest.mark.django_db


def test_what_was_sent_arrives_as_it_was_and_nothing_of_its_case() -> None:
    asked = make_asked()
    request = delivered(asked)
    found = sent_one(request)
    assert (request.requesting, request.requested) == (found.requesting, found.holder)
    assert (request.instrument, request.data, request.urgent) == (found.instrument, found.data, found.urgent)
    assert request.pinned == found.pinned
    assert values_of(request) == question.values_of(found)
    assert asker_of(request) == (asked.world.authority.name, found.code)
    assert request.organisation_id == asked.authority.pk
    assert not [one for one in request._meta.get_fields() if one.name == "case"]
    entry = Entry.objects.get(act="cases.incoming.arrived")
    assert (entry.organisation, entry.recipient) == (asked.world.authority.pk, asked.authority.pk)


def test_what_leaves_by_ones_own_channel_arrives_nowhere() -> None:
    asked = make_asked()
    sent(asked.world)
    assert not IncomingRequest.everywhere.exists()


@pytest.mark.once
def test_it_goes_to_an_authority_of_the_country_that_it_is_for_and_to_no_other() -> None:
    asked = make_asked()
    found = handed(asked.world, drafted(asked.world))
    elsewhere = make_organisation(OrganisationKind.AUTHORITY, member=make_member("XT"))
    assert [one.pk for one in deliveries.authorities(found, read(found.pinned))] == [asked.authority.pk]
    for other in (elsewhere, asked.desk, asked.world.authority):
        with scope(asked.world.legal), pytest.raises(Refusal):
            outgoing.send(asked.world.legal, REASON, found, delivery(other.pk))
    assert AssistanceRequest.everywhere.get(pk=found.pk).state == Sent.AT_AUTHORITY


@pytest.mark.once
@pytest.mark.parametrize(
    ("transfer", "words", "goes"),
    [("", "words", False), ("own-law", "", False), ("no-such-ground", "words", False), ("own-law", "words", True)],
)
def test_it_leaves_what_the_same_law_binds_on_a_ground_or_not_at_all(transfer: str, words: str, goes: bool) -> None:
    asked = make_asked()
    found = handed(asked.world, drafted(asked.world))
    Member.objects.filter(code=found.holder).update(code="XQ")  # outside the law that binds the two of the world
    AssistanceRequest.everywhere.filter(pk=found.pk).update(holder="XQ")
    found.refresh_from_db()
    given = deliveries.Delivery(asked.authority.pk, transfer, words)
    with scope(asked.world.legal):
        if not goes:
            with pytest.raises(Refusal):
                deliveries.deliver(asked.world.legal, REASON, found, read(found.pinned), given)
        else:
            deliveries.deliver(asked.world.legal, REASON, found, read(found.pinned), given)
    entries = Entry.objects.filter(act="cases.incoming.arrived")
    assert ["own-law" in one.tags for one in entries] == [True] * goes


@pytest.mark.once
def test_what_is_for_a_provider_is_handed_to_no_authority() -> None:
    from vaern.node.cases.assistance.data import current
    from vaern.node.cases.assistance.pinned_law import pin

    asked = make_asked()
    found = handed(asked.world, drafted(asked.world))
    book, day = current(), timezone.localdate()
    reached = {
        code
        for code, one in book.instruments.items()
        if one.form and deliveries.authorities(found, read(pin(book, code, ("XA", "XV"), day)))
    }
    assert {"budapest-29", "budapest-31", "eio", "spoc", "letter-rogatory", "tca-mla"} <= reached
    assert not reached & {"epoc", "epoc-pr", "us-2703f", "provider-emergency", "national-order", "cloud-gb-us"}


@pytest.mark.once
def test_the_sender_reads_what_became_of_it_and_names_no_person_of_the_other_side() -> None:
    asked = make_asked()
    request = delivered(asked)
    steps = [
        (Event.ACKNOWLEDGE, Sent.ACKNOWLEDGED),
        (Event.ASK, Sent.CLARIFICATION),
        (Event.COMPLETE, Sent.CLARIFICATION),
        (Event.RECOGNISE, Sent.CLARIFICATION),
        (Event.EXECUTE, Sent.CLARIFICATION),
        (Event.ANSWER, Sent.EXECUTED),
    ]
    for number, (event, after) in enumerate(steps):
        do(asked.second if event is Event.ANSWER else asked.legal, request, event)
        assert sent_one(request).state == after, number
    told = AssistanceNote.everywhere.filter(request=request.outgoing_id, event__startswith="their_")
    assert set(told.values_list("event", flat=True)) == {
        "their_acknowledge",
        "their_ask",
        "their_recognise",
        "their_answer",
    }
    assert not told.exclude(by=None).exists()
    assert sent_one(request).answered_at is not None


def test_a_clarification_of_the_sender_arrives_and_lets_the_clock_go_on() -> None:
    asked = make_asked()
    request = delivered(asked)
    do(asked.legal, request, Event.ASK, "Which account?")
    with scope(asked.world.legal):
        outgoing.happen(asked.world.legal, REASON, sent_one(request), Ours.CLARIFY, "account-1")
    now = IncomingRequest.everywhere.get(pk=request.pk)
    assert now.state == State.ACKNOWLEDGED
    assert [one[1] is not None for one in now.pauses] == [True]
    with scope(asked.legal):
        from vaern.node.cases.assistance.incoming import queries

        (*_rest, (note, words)) = queries.sheet(asked.legal, now, REASON).notes
    assert (note.event, words, note.by) == (Event.COMPLETE, "account-1", None)


@pytest.mark.once
@pytest.mark.parametrize("way", ["withdraw", "decide"])
def test_what_the_sender_withdraws_is_due_no_more(way: str) -> None:
    asked = make_asked()
    request = delivered(asked)
    viewer, found = asked.world.legal, sent_one(request)
    with scope(viewer):
        if way == "withdraw":
            outgoing.happen(viewer, REASON, found, Ours.WITHDRAW)
        else:
            AssistanceRequest.everywhere.filter(pk=found.pk).update(ended_on=timezone.localdate() - DAY)
            outgoing.decide(viewer, REASON, found, Option.WITHDRAW)
    now = IncomingRequest.everywhere.get(pk=request.pk)
    assert (now.state, now.due) == (State.WITHDRAWN, "")


@pytest.mark.once
def test_a_preservation_that_they_keep_runs_at_both_sides_and_is_counted_at_neither_twice() -> None:
    """The desk's clock stands on the country's answer; the authority that keeps the data has a clock of its own."""
    asked = make_asked()
    held = hold(asked.world, days=20)
    request = delivered(asked, "budapest-29", held)
    do(asked.legal, request, Event.RECOGNISE)
    since = timezone.now() - timedelta(hours=3)
    do(asked.legal, request, Event.EXECUTE, "Kept by the provider.", Said(since=since))
    theirs_clock = KeepingClock.everywhere.get(held__incoming=request)
    assert theirs_clock.organisation_id == asked.authority.pk
    assert theirs_clock.ends_at > timezone.now() + 59 * DAY
    assert not KeepingClock.everywhere.filter(held=held, request=request.outgoing_id).exists()
    do(asked.second, request, Event.ANSWER)
    ours = KeepingClock.everywhere.get(held=held, request=request.outgoing_id)
    assert (ours.starts_at, ours.ends_at) == (since, theirs_clock.ends_at)
    with scope(asked.world.viewer):
        assert theirs.kept_for(asked.world.viewer, asked.world.case, REASON)[0].lost_on == ours.ends_at


def test_what_is_kept_for_another_country_gives_alarms_to_who_keeps_it_and_lapses_under_an_act_of_its_own() -> None:
    asked = make_asked()
    request = taken(asked, instrument="budapest-29")
    do(asked.legal, request, Event.RECOGNISE)
    do(asked.legal, request, Event.EXECUTE)
    held = HeldData.everywhere.get(incoming=request)
    assert held.watcher == asked.lena
    travel(50 * DAY)
    look_at_all()
    assert Entry.objects.filter(act="cases.incoming.clock_alarmed", subject=request.pk).exists()
    with scope(asked.legal):
        waiting = theirs.waiting(asked.legal)
    assert (waiting.near.count, waiting.lapsed.count) == (1, 0)
    travel(12 * DAY)
    look_at_all()
    assert Entry.objects.filter(act="cases.incoming.clock_lapsed", subject=request.pk).count() == 1
    assert not Entry.objects.filter(act="cases.clock.lapsed").exists()


def test_notice_of_a_delay_moves_what_the_sender_expects() -> None:
    asked = make_asked()
    request = delivered(asked)
    IncomingRequest.everywhere.filter(pk=request.pk).update(deadline=timezone.localdate() + 400 * DAY)
    before = sent_one(request).expected_at
    assert before is not None
    do(asked.legal, request, Event.POSTPONE, said=Said(ground="budapest-27-5"))
    do(asked.legal, request, Event.RESUME)
    after = sent_one(request).expected_at
    assert after is not None
    assert after > before


def test_a_request_that_is_erased_at_home_stays_with_whoever_was_asked() -> None:
    asked = make_asked()
    request = delivered(asked)
    sent_one(request).delete()
    now = IncomingRequest.everywhere.get(pk=request.pk)
    assert now.outgoing_id is None
    assert do(asked.legal, now, Event.ACKNOWLEDGE).state == State.ACKNOWLEDGED


def test_at_its_end_date_it_goes_with_its_documents_and_its_clocks() -> None:
    from vaern.node.cases.assistance.incoming.retention import RETENTION
    from vaern.node.cases.models import IncomingDocument

    asked = make_asked()
    request = taken(asked, instrument="budapest-29")
    with scope(asked.legal):
        intake.attach(asked.legal, REASON, request, "text/plain", b"A letter (synthetic).")
    do(asked.legal, request, Event.RECOGNISE)
    do(asked.legal, request, Event.EXECUTE)
    assert retention.expire(RETENTION) == 0
    IncomingRequest.everywhere.filter(pk=request.pk).update(review_date=timezone.localdate() - DAY)
    assert retention.expire(RETENTION) == 1
    assert not IncomingDocument.everywhere.exists()
    assert not KeepingClock.everywhere.exists()
    assert Entry.objects.filter(act="cases.incoming.expired", subject=request.pk).count() == 1
